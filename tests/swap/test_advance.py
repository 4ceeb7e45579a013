"""`machikumo swap advance`, `back` and `status`: each gate, what is written, and a run that dies in between."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from operations import swap
from operations.environment import ROOT
from operations.swap import advancing
from operations.swap.advancing import Taken, offered, taken
from operations.swap.decisions import Decision
from operations.swap.receipts import Place, chain, write
from operations.swap.refusal import Refusal
from operations.swap.stack_file import StackFile
from stacks.settings import Cloud, Language, Stage

EXAMPLE = ROOT / "stacks" / "config" / "Pulumi.011002-resident-record-production.yaml"
SECRETS = (
    "  machikumo:database_password:\n    secure: v1:here\n  machikumo:swap_database_password:\n    secure: v1:there\n"
)
NOW = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)


def decided(loss: str) -> Decision:
    return Decision(
        loss=loss,
        name="*",
        reason="試験",
        owner="課",
        approver="CISO",
        approved=date(2026, 11, 1),
        until=date(2027, 3, 31),
    )


RECORDS = decided("records-not-compared")
RETIRING = tuple(
    decided(loss)
    for loss in ("records-not-locked", "names-not-checked", "state-not-moved", "former-side-deleted", "former-backups")
)
"""All that the gate to `retire` can ask somebody for."""


def all_but(loss: str) -> tuple[Decision, ...]:
    return tuple(one for one in RETIRING if one.loss != loss)


class Course:
    """One stack file and its receipts."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "Pulumi.yaml"
        self.file.write_text(EXAMPLE.read_text() + SECRETS)
        self.receipts = folder / "receipts"
        self.hashes = {"posture-source": "0" * 64, "posture-target": "1" * 64}
        """As a plan's receipt has them."""

    def receipt(
        self, step: str, *, source: str = "aws", target: str = "gcp", now: datetime = NOW, **counts: int
    ) -> None:
        ends = [Place(system="postgresql", address=one, name="ledger", identity=one) for one in (source, target)]
        write(self.receipts, step=step, source=ends[0], target=ends[1], counts=counts, hashes=self.hashes, now=now)

    def take(self, *decisions: Decision, on: bool = True, now: datetime = NOW) -> Taken | list[str]:
        file = StackFile(self.file)
        step = offered(file.settings(Language.EN), on=on)
        return taken(file, step, self.receipts, decisions, to=Cloud.GCP, network_cidr="10.48.0.0/16", now=now)

    def at(self, stage: Stage) -> "Course":
        """As it is after the way on to that stage, with everything that its gates ask for."""
        self.receipt("plan", open=0)
        while self.stage is not stage:
            if self.stage is Stage.CUTOVER:
                self.receipt("close")
                self.receipt("copy")
                self.receipt("verify", differences=0)
            assert isinstance(self.take(RECORDS, *RETIRING), Taken)
        return self

    @property
    def stage(self) -> Stage:
        return StackFile(self.file).settings(Language.EN).swap_stage


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return Course(tmp_path)


def test_the_way_on_leads_through_every_stage_and_exchanges_the_sides_once(course: Course) -> None:
    file = StackFile(course.file)
    file.set("swap_mover", {"from": "10.0.8.16/28", "aws_role_arn": "arn:aws:iam::111122223333:role/mover"})
    file.save()
    course.at(Stage.SETTLE)
    settings = StackFile(course.file).settings(Language.EN)
    assert settings.swap_mover is not None
    assert (settings.cloud, settings.network_cidr) == ("gcp", "10.48.0.0/16")
    assert (settings.swap_cloud, settings.swap_network_cidr) == ("aws", "10.16.0.0/16")
    values = StackFile(course.file).values
    assert (values["database_password"], values["swap_database_password"]) == (
        {"secure": "v1:there"},
        {"secure": "v1:here"},
    )
    assert settings.swap_pass is not None
    assert settings.swap_pass.end == NOW + timedelta(hours=24)
    course.take(*RETIRING)
    course.take()
    settings = StackFile(course.file).settings(Language.EN)
    assert settings.swap_stage is Stage.STEADY
    assert [(one.cloud, one.network_cidr) for one in settings.kept] == [("aws", "10.16.0.0/16")]
    assert {"swap_database_password", "swap_mover"} & StackFile(course.file).values.keys() == set()
    assert [one.notes[0] for one in chain(course.receipts) if one.step == "stage"] == [
        "prepare", "copy", "cutover", "settle", "retire", "steady",
    ]  # fmt: skip


def test_every_other_line_of_the_file_stays(course: Course) -> None:
    before = course.file.read_text().splitlines()
    course.at(Stage.PREPARE)
    after = course.file.read_text().splitlines()
    assert [line for line in after if line not in before] == [
        "  machikumo:swap_stage: prepare",
        "  machikumo:swap_cloud: gcp",
        "  machikumo:swap_network_cidr: 10.48.0.0/16",
    ]
    assert [line for line in before if line not in after] == []


def blocked(course: Course, *decisions: Decision, now: datetime = NOW) -> list[str]:
    before, receipts = course.file.read_bytes(), len(chain(course.receipts))
    found = course.take(*decisions, now=now)
    assert isinstance(found, list)
    assert (course.file.read_bytes(), len(chain(course.receipts))) == (before, receipts)
    return found


def test_a_move_begins_with_a_plan_that_leaves_nothing_open(course: Course) -> None:
    assert len(blocked(course)) == 1
    course.receipt("plan", target="oci", open=0)
    assert len(blocked(course)) == 1
    course.receipt("plan", open=2)
    assert "0002-plan.json: 2 losses" in blocked(course)[0]
    whole = course.hashes
    for missing in whole:
        course.hashes = {name: value for name, value in whole.items() if name != missing}
        course.receipt("plan", open=0)
        assert blocked(course) == [
            f"000{len(chain(course.receipts))}-plan.json: facts and flows of the two sides were not compared: plan again"
        ]
    course.hashes = whole
    course.receipt("plan", open=0)
    assert isinstance(course.take(), Taken)


GATE: list[tuple[str, Callable[[Course], None], str]] = [
    ("nothing copied", lambda _: None, "nothing was copied"),
    ("copied and not compared", lambda one: one.receipt("copy"), "nothing was compared since the last copy"),
    ("compared and then copied", lambda one: (one.receipt("verify", differences=0), one.receipt("copy"))[0], "nothing was compared since"),
    ("differences", lambda one: (one.receipt("copy"), one.receipt("verify", differences=3))[0], "3 differences"),
    ("no count of differences", lambda one: (one.receipt("copy"), one.receipt("verify"))[0], "None differences"),
    ("another target", lambda one: (one.receipt("copy"), one.receipt("verify", target="oci", differences=0))[0], "other databases"),
    (
        "too old",
        lambda one: (one.receipt("copy"), one.receipt("verify", differences=0, now=NOW - timedelta(minutes=61)))[0],
        "61 minutes old",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("_name", "done", "told"), GATE, ids=[one[0] for one in GATE])
def test_the_cutover_ends_only_with_a_fresh_and_whole_proof(
    course: Course, _name: str, done: Callable[[Course], None], told: str
) -> None:
    course.at(Stage.COPY)
    course.receipt("copy")
    course.receipt("verify", differences=0)
    course.take()
    done(course)
    assert [one for one in blocked(course, RECORDS) if told in one]


def test_what_was_compared_before_the_application_stopped_proves_nothing(course: Course) -> None:
    course.at(Stage.COPY)
    course.receipt("copy")
    course.receipt("verify", differences=0)
    course.take()
    assert len(blocked(course, RECORDS)) == 3


@pytest.mark.parametrize(
    ("stage", "kinds"),
    [
        (Stage.CUTOVER, ["source-not-closed aws", "records-not-compared gcp"]),
        (
            Stage.SETTLE,
            [
                "records-not-locked gcp",
                "names-not-checked gcp",
                "state-not-moved aws",
                "former-side-deleted aws",
                "former-backups aws",
            ],
        ),
    ],
)
def test_some_steps_need_somebody_who_answers_for_them(course: Course, stage: Stage, kinds: list[str]) -> None:
    course.at(stage)
    if stage is Stage.CUTOVER:
        course.receipt("copy")
        course.receipt("verify", differences=0)
    assert [one.partition(":")[0] for one in blocked(course)] == kinds


def test_the_database_that_was_compared_was_closed_since_the_stop_and_before_it(course: Course) -> None:
    course.at(Stage.COPY)
    course.receipt("close")
    course.take()
    course.receipt("copy")
    course.receipt("verify", differences=0)
    for made in ((), (("close", "oci"),), (("close", "aws"), ("open", "aws")), (("closing", "aws"),)):
        for step, source in made:
            course.receipt(step, source=source)
        assert [one.partition(":")[0] for one in blocked(course, RECORDS)] == ["source-not-closed aws"]
    course.receipt("close")
    closed = chain(course.receipts)[-1].file
    (told,) = blocked(course, RECORDS)
    assert told == f"0007-verify.json compares what could still be written to before {closed}: compare again"
    course.receipt("verify", differences=0)
    course.receipt("close")
    assert isinstance(course.take(RECORDS), Taken), "given again, it is closed since the first time"


def test_a_former_database_that_was_opened_is_deleted_only_when_somebody_answers_for_it(course: Course) -> None:
    course.at(Stage.SETTLE)
    course.receipt("open", source="aws")
    course.receipt("close", source="aws")
    assert [one.partition(":")[0] for one in blocked(course, *RETIRING)] == ["former-opened aws"]
    assert isinstance(course.take(*RETIRING, decided("former-opened")), Taken)


def test_what_another_database_was_opened_for_is_asked_of_nobody(course: Course) -> None:
    course.at(Stage.CUTOVER)
    course.receipt("open", source="aws")
    course.receipt("close")
    course.receipt("copy")
    course.receipt("verify", differences=0)
    course.take(RECORDS)
    course.receipt("open", source="gcp")
    assert isinstance(course.take(*RETIRING), Taken)


def test_somebody_may_answer_for_that_nobody_wrote(course: Course) -> None:
    course.at(Stage.CUTOVER)
    course.receipt("copy")
    course.receipt("verify", differences=0)
    assert isinstance(course.take(RECORDS, decided("source-not-closed")), Taken)


def test_what_served_is_opened_before_it_serves_again(course: Course) -> None:
    course.at(Stage.CUTOVER)
    for step in ("closing", "close"):
        course.receipt(step)
        assert back(course) == [
            f"{chain(course.receipts)[-1].file}: ledger (aws) is closed to writes and would serve so: "
            "machikumo swap open --source CONNECTION --receipts FOLDER"
        ]
    course.receipt("open")
    assert isinstance(course.take(on=False), Taken)
    assert course.stage is Stage.COPY


def test_on_the_way_back_from_a_return_the_side_that_was_left_stays_closed(course: Course) -> None:
    course.at(Stage.SETTLE)
    course.receipt("close", source="aws")
    course.take(on=False)
    course.receipt("close", source="gcp")
    (told,) = back(course)
    assert "ledger (gcp) is closed to writes" in told
    course.receipt("open", source="gcp")
    assert isinstance(course.take(on=False), Taken)
    assert course.stage is Stage.SETTLE


def back(course: Course) -> list[str]:
    before = course.file.read_bytes()
    found = course.take(on=False)
    assert isinstance(found, list)
    assert course.file.read_bytes() == before
    return found


def test_records_that_were_compared_since_the_stop_need_no_decision(course: Course) -> None:
    course.at(Stage.CUTOVER)
    course.receipt("close")
    course.receipt("copy")
    course.receipt("verify", differences=0)
    course.receipt("verify-records", differences=2)
    assert blocked(course, RECORDS) == ["0008-verify-records.json: 2 differences"]
    course.receipt("copy-records")
    course.receipt("verify-records", differences=0, source="gcp", target="aws")
    (told,) = blocked(course)
    assert told.startswith(
        "0010-verify-records.json compares other stores than the last copy-records copied, or the other way round"
    )
    course.receipt("verify-records", differences=0)
    assert isinstance(course.take(), Taken)


def test_records_that_are_locked_since_the_other_side_serves_need_no_decision(course: Course) -> None:
    course.at(Stage.CUTOVER)
    course.receipt("lock-records", unlocked=0)
    course.at(Stage.SETTLE)
    assert "records-not-locked" in blocked(course, *all_but("records-not-locked"))[0]
    course.receipt("lock-records", unlocked=2)
    assert blocked(course, *RETIRING) == ["0011-lock-records.json: 2 copies are not locked"]
    course.receipt("lock-records", unlocked=0)
    assert isinstance(course.take(*all_but("records-not-locked")), Taken)


def test_names_that_lead_to_the_side_that_serves_need_no_decision(course: Course) -> None:
    course.at(Stage.CUTOVER)
    course.receipt("check-names", differences=0)
    course.at(Stage.SETTLE)
    assert [one.partition(":")[0] for one in blocked(course, *all_but("names-not-checked"))] == [
        "names-not-checked gcp"
    ]
    course.receipt("check-names", differences=1)
    assert blocked(course, *RETIRING) == ["0011-check-names.json: 1 names do not lead to gcp"]
    course.receipt("check-names", differences=0)
    assert isinstance(course.take(*all_but("names-not-checked")), Taken)


def test_a_state_that_was_moved_since_the_other_side_serves_needs_no_decision(
    course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    course.at(Stage.CUTOVER)
    course.receipt("move-state")
    course.at(Stage.SETTLE)
    assert [one.partition(":")[0] for one in blocked(course, *all_but("state-not-moved"))] == ["state-not-moved aws"]
    course.receipt("move-state")
    assert isinstance(course.take(*all_but("state-not-moved")), Taken)
    course.take(on=False)
    assert course.stage is Stage.SETTLE
    assert isinstance(course.take(*all_but("state-not-moved")), Taken), (
        "given up and taken again, it serves all the same"
    )
    capsys.readouterr()
    swap.main(["status", str(course.file), "--receipts", str(course.receipts)])
    assert "pulumi stack rm ledger --force" in capsys.readouterr().out


def test_the_record_of_deletion_says_who_decided_it_and_until_when_a_backup_is_kept(course: Course) -> None:
    course.at(Stage.RETIRE)
    assert isinstance(course.take(), Taken)
    _, _, *notes = chain(course.receipts)[-1].notes
    assert notes == [
        "deleted on aws by the next up: the database with its backups, its password, the application and its images",
        "kept on aws while it is retained: logs, records, their key, identity and network",
        "decided: former-side-deleted * (試験; 課, CISO 2026-11-01; until 2027-03-31)",
        "decided: former-backups * (試験; 課, CISO 2026-11-01; until 2027-03-31)",
    ]


def test_copies_of_a_move_that_is_given_up_are_removed_or_answered_for(course: Course) -> None:
    course.at(Stage.COPY)
    course.receipt("copy-records")
    course.take(on=False)
    course.take(on=False)
    assert course.stage is Stage.WITHDRAW
    (told,) = blocked(course)
    assert told.startswith("copies-not-removed gcp: ")
    assert blocked(course, replace(decided("copies-not-removed"), name="aws")) == [told]
    course.receipt("remove-records", left=2)
    (told,) = blocked(course, decided("copies-not-removed"))
    assert told.endswith("2 versions are left in the store of gcp, which this move did not put there")
    course.receipt("remove-records", left=0)
    # Copied again since: that has to go too.
    course.receipt("copy-records")
    assert len(blocked(course)) == 1
    course.receipt("remove-records", left=0)
    assert isinstance(course.take(), Taken)


def test_what_was_done_before_a_return_is_asked_for_anew(course: Course) -> None:
    course.at(Stage.SETTLE)
    course.receipt("move-state")
    course.take(on=False)
    course.receipt("close", source="gcp")
    course.receipt("copy", source="gcp", target="aws")
    course.receipt("verify", source="gcp", target="aws", differences=0)
    course.take(RECORDS)
    assert course.stage is Stage.SETTLE
    assert [one.partition(":")[0] for one in blocked(course, *all_but("state-not-moved"))] == ["state-not-moved gcp"]


def test_what_goes_back_comes_from_the_side_that_serves(course: Course) -> None:
    course.at(Stage.SETTLE)
    course.take(on=False)
    assert course.stage is Stage.RETURN
    course.receipt("copy")
    course.receipt("verify", differences=0)
    assert "wrong way round" in blocked(course, RECORDS)[0]
    course.receipt("close", source="gcp")
    course.receipt("copy", source="gcp", target="aws")
    course.receipt("verify", source="gcp", target="aws", differences=0)
    course.take(RECORDS)
    settings = StackFile(course.file).settings(Language.EN)
    assert (settings.swap_stage, settings.cloud, settings.swap_cloud) == (Stage.SETTLE, "aws", "gcp")


@pytest.mark.parametrize(
    ("stage", "before"),
    [
        (Stage.PREPARE, Stage.WITHDRAW),
        (Stage.COPY, Stage.PREPARE),
        (Stage.CUTOVER, Stage.COPY),
        (Stage.SETTLE, Stage.RETURN),
        (Stage.RETIRE, Stage.SETTLE),
    ],
)
def test_the_way_back(course: Course, stage: Stage, before: Stage) -> None:
    course.at(stage)
    serving = StackFile(course.file).settings(Language.EN).cloud
    assert isinstance(course.take(on=False), Taken)
    assert course.stage is before
    assert StackFile(course.file).settings(Language.EN).cloud == serving


def test_a_run_that_died_between_receipt_and_file_is_given_again(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    course.at(Stage.CUTOVER)
    course.receipt("close")
    course.receipt("copy")
    course.receipt("verify", differences=0)
    with monkeypatch.context() as patch:
        patch.setattr(advancing.StackFile, "save", lambda _: (_ for _ in ()).throw(OSError("killed")))
        with pytest.raises(OSError, match="killed"):
            course.take(RECORDS)
    count = len(chain(course.receipts))
    assert course.stage is Stage.CUTOVER
    assert isinstance(course.take(RECORDS), Taken)
    assert course.stage is Stage.SETTLE
    assert len(chain(course.receipts)) == count


def test_an_altered_receipt_stops_every_step(course: Course) -> None:
    course.at(Stage.CUTOVER)
    file = course.receipts / "0001-plan.json"
    file.write_bytes(file.read_bytes().replace(b'"open":0', b'"open":1'))
    with pytest.raises(Refusal, match=r"0002-stage\.json"):
        course.take(RECORDS)


def test_the_commands_say_where_the_move_stands_and_what_blocks(
    course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [str(course.file), "--receipts", str(course.receipts)]
    assert swap.main(["status", *words]) == 0
    assert "[steady]" in capsys.readouterr().out
    assert swap.main(["advance", *words]) == 2
    assert "--to CLOUD" in capsys.readouterr().err
    course.receipt("plan", open=0)
    assert swap.main(["advance", *words, "--to", "gcp", "--network-cidr", "10.16.0.0/20"]) == 2
    assert "machikumo:swap_network_cidr" in capsys.readouterr().err
    assert course.stage is Stage.STEADY
    assert swap.main(["advance", *words, "--to", "gcp", "--network-cidr", "10.48.0.0/16"]) == 0
    told = capsys.readouterr().out
    assert "pulumi up -s 011002-resident-record-production" in told
    course.at(Stage.CUTOVER)
    assert swap.main(["status", *words]) == 1
    told = capsys.readouterr().out
    assert "[cutover]" in told
    assert "nothing was copied since the application was stopped" in told
    closing, opening = (
        f"machikumo swap {one} --source CONNECTION --receipts {course.receipts}" for one in ("close", "open")
    )
    assert f"  now: {closing}\n" in told
    course.receipt("close")
    assert swap.main(["status", *words]) == 1
    told = capsys.readouterr().out
    assert closing not in told
    assert f"  back: {opening}; machikumo swap back {course.file} " in told
    assert swap.main(["back", *words]) == 1
    course.receipt("open")
    assert swap.main(["advance", *words]) == 1
    assert "nothing was copied" in capsys.readouterr().err
    assert swap.main(["back", *words]) == 0
    assert course.stage is Stage.COPY
    (course.file).write_text("no: stack\n")
    assert swap.main(["status", *words]) == 2
