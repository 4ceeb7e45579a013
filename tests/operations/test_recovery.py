"""What `machikumo recover` makes of a killed run's state, what it asks, and what it leaves alone."""

import os
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from operations import recovery
from operations.engine import EngineError, Result
from operations.interrupted import UndecidableError, adopted, own, pending, plans
from operations.recovery import Seen, recover

STACK = "011002-resident-record-production"
Record = dict[str, Any]


def resource(name: str, id_: str = "", type_: str = "aws:ec2/subnet:Subnet", **more: Any) -> Record:
    identity = {"id": id_} if id_ else {}
    return {"urn": f"urn:pulumi:{STACK}::machikumo::{type_}::{name}", "type": type_, "custom": True, **identity, **more}


PROVIDER = resource("aws", "p-1", "pulumi:providers:aws")
MADE = resource("entry-1", inputs={"cidrBlock": "10.0.0.0/24", "tags": {"stack": STACK}}, parent="urn:p")
STANDING = resource("entry-1", "subnet-old", inputs={"cidrBlock": "10.0.1.0/24"}, outputs={"arn": "a"})
URN = MADE["urn"]


def state(*resources: Record, **open_: Record) -> Mapping[str, Any]:
    operations = [{"type": operation, "resource": record} for operation, record in open_.items()]
    whole: dict[str, Any] = {"resources": [PROVIDER, *resources]}
    return {"version": 3, "deployment": {**whole, **({"pending_operations": operations} if operations else {})}}


class StandIn:
    """An engine that keeps what it is told; `refusals`: what the next commands that write are refused with."""

    stack = STACK

    def __init__(self, held: Mapping[str, Any], *refusals: str) -> None:
        self.held, self.refusals, self.said = held, list(refusals), list[str]()

    def _allowed(self) -> None:
        if self.refusals:
            raise EngineError(("x",), Result(code=1, stdout="", stderr=self.refusals.pop(0), seconds=0))

    def export(self) -> Mapping[str, Any]:
        return self.held

    def replace(self, held: Mapping[str, Any]) -> None:
        self._allowed()
        self.said.append("replace")
        self.held = held

    def refresh(self, *_words: str) -> Result:
        self._allowed()
        self.said.append("refresh")
        return Result(code=0, stdout="", stderr="", seconds=0)

    def cancel(self) -> None:
        self.said.append("cancel")

    def planned(self) -> Mapping[str, Any]:
        self.said.append("planned")
        return {"steps": [{"op": "create", "urn": URN, "newState": MADE}]}


def done(engine: StandIn, seen: Seen, **words: bool) -> list[str]:
    return list(recover(engine, seen, **{"perform": True, **words}))  # type: ignore[arg-type]


def test_an_object_that_was_made_becomes_its_resource_and_nothing_is_pending() -> None:
    engine = StandIn(state(creating=MADE))
    done(engine, Seen(exists=((URN, "subnet-1"),)))
    assert engine.held == state({**MADE, "id": "subnet-1"})
    assert engine.said == ["replace", "refresh"]


@pytest.mark.parametrize(
    ("operation", "record", "seen"),
    [
        ("creating", MADE, Seen(absent=frozenset({URN}))),
        ("creating", MADE, Seen(books=())),
        ("creating", resource("aws", type_="pulumi:providers:aws"), Seen()),
        ("updating", STANDING, Seen()),
        ("deleting", STANDING, Seen()),
        ("reading", STANDING, Seen()),
    ],
)
def test_what_is_decided_without_an_object_is_struck_out_and_refreshed(
    operation: str, record: Record, seen: Seen
) -> None:
    engine = StandIn(state(STANDING, **{operation: record}))
    done(engine, seen)
    assert engine.held == state(STANDING)
    assert engine.said == ["replace", "refresh"]


def test_an_object_that_was_being_made_replaces_the_one_that_stands() -> None:
    last = resource("entry-2", "subnet-2")
    found = adopted(state(STANDING, last, creating=MADE), [(URN, "subnet-new"), (URN, "subnet-newer")], {})
    second = {**MADE, "id": "subnet-newer", "delete": True}
    assert found == state({**MADE, "id": "subnet-new"}, last, {**STANDING, "delete": True}, second)


def test_another_object_of_a_resource_that_stands_is_marked_for_deletion() -> None:
    found = adopted(state(STANDING), [(URN, "subnet-new")], {})
    kept = {key: value for key, value in STANDING.items() if key not in ("outputs", "id")}
    assert found == state(STANDING, {**kept, "id": "subnet-new", "delete": True})


def test_an_object_takes_the_place_of_what_was_deleted_for_it() -> None:
    gone, last = {**STANDING, "pendingReplacement": True}, resource("entry-2", "subnet-2")
    found = adopted(state(gone, last, creating=MADE), [(URN, "subnet-new")], {})
    assert found == state({**MADE, "id": "subnet-new"}, last)


def test_of_two_objects_of_one_run_the_second_is_marked_for_deletion() -> None:
    found = adopted(state(creating=MADE), [(URN, "subnet-1"), (URN, "subnet-2")], {})
    assert found == state({**MADE, "id": "subnet-1"}, {**MADE, "id": "subnet-2", "delete": True})


@pytest.mark.parametrize("protected", [MADE, STANDING])
def test_a_second_object_of_something_protected_is_for_a_person(protected: Record) -> None:
    held = state(
        *({**one, "protect": one is protected} for one in (STANDING,)), creating={**MADE, "protect": protected is MADE}
    )
    with pytest.raises(
        UndecidableError, match=r"subnet-new: the state holds subnet-old .*protected.*\n  allowed: .*\n  fix: "
    ):
        adopted(held, [(URN, "subnet-new")], {})


def test_an_object_whose_answer_was_lost_is_taken_in_as_the_program_plans_it() -> None:
    engine = StandIn(state())
    done(engine, Seen(exists=((URN, "subnet-1"),)))
    assert engine.held == state({**MADE, "id": "subnet-1"})
    assert engine.said == ["planned", "replace", "refresh"]


def test_a_plan_is_taken_without_secrets_and_without_what_is_not_known_yet() -> None:
    unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
    inputs = {"name": "n", "password": "[secret]", "list": ["a", unknown], "deep": {"id": unknown, "on": True}}
    steps = [{"op": "create", "urn": URN, "newState": {"inputs": inputs}}, {"op": "same", "urn": "urn:other"}]
    assert plans({"steps": steps}) == {URN: {"inputs": {"name": "n", "list": ["a"], "deep": {"on": True}}}}


def test_a_urn_that_nobody_knows_is_refused() -> None:
    engine = StandIn(state())
    with pytest.raises(UndecidableError, match="--exists urn:x: neither the state nor the program has this URN"):
        done(engine, Seen(exists=(("urn:x", "1"),)))
    assert engine.said == ["planned"]


QUESTIONS = {
    "C.UTF-8": (
        f"{URN}: it was being created; whether it exists is not known (cidrBlock: 10.0.0.0/24).\n"
        "  allowed: it exists, with its id as `pulumi import` takes it; or it does not\n"
        f"  fix: look (console, or aws resourcegroupstaggingapi get-resources --tag-filters Key=stack,Values={STACK}),"
        f" then --exists '{URN}=ID' or --absent '{URN}'"
    ),
    "ja_JP.UTF-8": (
        f"{URN}: 作成の途中で落ちたため、あるかどうか分かりません(cidrBlock: 10.0.0.0/24)。\n"
        "  使える答え: ある(pulumi import に渡す形の ID)、またはない\n"
        f"  直し方: 確かめてから(画面、または aws resourcegroupstaggingapi get-resources --tag-filters Key=stack,Values={STACK})、"
        f"--exists '{URN}=ID' か --absent '{URN}' を付ける"
    ),
}


@pytest.mark.parametrize("language", QUESTIONS)
def test_what_nobody_decided_is_asked_and_nothing_is_done(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", language)
    engine = StandIn(state(creating=MADE))
    with pytest.raises(UndecidableError) as asked:
        done(engine, Seen(absent=frozenset({"urn:another"})))
    assert str(asked.value) == QUESTIONS[language]
    assert engine.said == []


def test_without_yes_it_explains_and_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "C.UTF-8")
    other = resource("entry-2", "subnet-2")
    engine = StandIn(state(other, creating=MADE, updating=other))
    lines = done(engine, Seen(exists=((URN, "subnet-1"),)), perform=False)
    assert lines[:-1] == [
        f"creating  {URN}\n          exists as subnet-1: into the state",
        f"updating  {other['urn']}\n          the refresh decides",
    ]
    assert lines[-1].startswith("Nothing was changed. --yes ")
    assert engine.said == []


def lock(host: str, pid: int) -> str:
    head = "error: the stack is currently locked by 1 lock(s)."
    return f"{head}\n  file:///s/locks/x.json: created by city@{host} (pid {pid}) at 2026-11-25T14:39:37Z\n"


GONE, ALIVE, HERE = 2**30, os.getpid(), socket.gethostname()


@pytest.mark.parametrize(
    ("host", "pid", "unlock"),
    [(HERE, GONE, False), (HERE, ALIVE, True), ("another", GONE, True)],
    ids=["dead", "alive", "elsewhere"],
)
def test_a_dead_runs_lock_is_taken_away(host: str, pid: int, unlock: bool) -> None:
    engine = StandIn(state(creating=MADE), lock(host, pid))
    done(engine, Seen(exists=((URN, "subnet-1"),)), unlock=unlock)
    assert engine.said == ["cancel", "replace", "refresh"]


@pytest.mark.parametrize(
    ("host", "pid"), [(HERE, ALIVE), (HERE, 1), ("another", GONE)], ids=["alive", "another-users", "elsewhere"]
)
def test_a_lock_whose_process_is_not_seen_dead_stays(host: str, pid: int) -> None:
    engine = StandIn(state(), lock(host, pid))
    with pytest.raises(UndecidableError, match=rf"locked by city@{host} \(pid {pid}\) since 2026-11-25T14:39:37Z"):
        done(engine, Seen())
    assert engine.said == []


def test_a_lock_of_somebody_elses_process_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_pid: int, _signal: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "kill", refuse)
    with pytest.raises(UndecidableError, match="is not seen to be dead"):
        done(StandIn(state(), lock(HERE, GONE)), Seen())


def test_what_is_no_lock_is_the_engines_own_refusal() -> None:
    engine = StandIn(state(), "error: no such bucket")
    with pytest.raises(EngineError, match="no such bucket"):
        done(engine, Seen())
    assert engine.said == []


def test_of_a_local_clouds_books_only_this_stack_and_its_packages_count() -> None:
    gcp = resource("bucket", type_="gcp:storage/bucket:Bucket")["urn"]
    other = URN.replace(STACK, "011002-resident-record-verification")
    assert own(state(), STACK, [(URN, "1"), (gcp, "2"), (other, "3")]) == [(URN, "1")]


def test_a_state_without_operations_and_an_empty_one_have_nothing_pending() -> None:
    assert pending(state(STANDING)) == []
    assert pending({"deployment": {"pending_operations": None}}) == []


def test_a_word_that_is_no_urn_and_id_is_refused(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", "C.UTF-8")
    with pytest.raises(SystemExit, match="2"):
        recovery.main(["--stack", STACK, "--exists", URN])
    assert f"'{URN}' is not URN=ID" in capsys.readouterr().err


def test_the_answers_may_stand_in_a_file_and_a_question_ends_with_exit_code_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pulumi").write_text("")
    monkeypatch.setenv("MACHIKUMO_ENGINE", str(tmp_path))
    monkeypatch.setenv("LANG", "C.UTF-8")
    answers = tmp_path / "answers"
    answers.write_text(f"--exists\n{URN}=subnet-1\n")
    engine = StandIn(state(creating=MADE))
    monkeypatch.setattr(recovery, "Engine", lambda **_: engine)
    assert recovery.main(["--stack", STACK, "--yes"]) == 1
    assert capsys.readouterr().err == f"machikumo: {QUESTIONS['C.UTF-8']}\n"
    assert recovery.main(["--stack", STACK, "--yes", f"@{answers}"]) == 0
    assert engine.held == state({**MADE, "id": "subnet-1"})
