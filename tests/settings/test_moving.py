"""The course of a move: which stage may follow which, what lets it through, and what is refused with the way back."""

from datetime import UTC, datetime, timedelta
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stacks.settings import STAGE_REACHED, Cloud, Language, Settings, SettingsError, Stage, parse
from stacks.settings.moving import HOLDS_DATA, NEXT, not_allowed, standing
from stacks.sides import sides
from stacks.workload import flows

NOW = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
PASSED = {"receipt": "0" * 64, "until": "2026-11-26T04:00:00Z"}
Outputs = dict[str, dict[str, object]]


def wanted(
    good: dict[str, object], stage: str = "steady", cloud: str = "aws", other: str = "gcp", **more: object
) -> Settings:
    moving = {
        "swap_stage": stage,
        "swap_cloud": other,
        "swap_network_cidr": "10.48.0.0/16",
        "swap_database_password": {"secure": "v1:def"},
    }
    values = {**good, "cloud": cloud, **(moving if stage != "steady" else {}), **more}
    return parse(values, language=Language.EN)


def deployed(stage: str = "steady", cloud: str = "aws", other: str = "gcp", since: str = "2026-10-01") -> Outputs:
    """Component outputs as the engine returns them."""
    clouds = (cloud,) if stage == "steady" else (cloud, other)
    outputs: Outputs = {f"machikumo:{one}:{held}": {} for one in clouds for held in HOLDS_DATA}
    if stage != "steady":
        outputs[STAGE_REACHED] = {"stage": stage, "cloud": cloud, "swap_cloud": other, "since": since}
    return outputs


def problems(settings: Settings, outputs: Outputs) -> list[tuple[str, str]]:
    found = not_allowed(settings, standing(outputs, today=NOW.date()), now=NOW)
    return [(one.key.removeprefix("machikumo:"), one.allowed.en) for one in found]


COURSE = [
    ("steady", "prepare", "aws"),
    ("prepare", "copy", "aws"),
    ("prepare", "withdraw", "aws"),
    ("withdraw", "steady", "aws"),
    ("withdraw", "prepare", "aws"),
    ("copy", "cutover", "aws"),
    ("copy", "prepare", "aws"),
    ("cutover", "settle", "gcp"),
    ("cutover", "copy", "aws"),
    ("settle", "retire", "aws"),
    ("settle", "return", "aws"),
    ("return", "settle", "gcp"),
    ("return", "settle", "aws"),
    ("retire", "settle", "aws"),
]
"""From, to, and the cloud that serves afterwards where aws served before and gcp is the other."""


@pytest.mark.parametrize(("was", "stage", "serves"), COURSE)
def test_each_step_of_the_course_is_allowed(good: dict[str, object], was: str, stage: str, serves: str) -> None:
    other = "aws" if serves == "gcp" else "gcp"
    assert problems(wanted(good, stage, serves, other, swap_pass=PASSED), deployed(was)) == []


def test_every_other_step_is_refused(good: dict[str, object]) -> None:
    allowed = {(was, stage, serves) for was, stage, serves in COURSE} | {(stage, stage, "aws") for stage in Stage}
    allowed |= {("retire", "steady", "aws"), ("steady", "withdraw", "aws")}
    for was in Stage:
        for stage in Stage:
            for serves, other in (("aws", "gcp"), ("gcp", "aws")):
                if (was, stage, serves) not in allowed:
                    settings = wanted(good, stage, serves, other, swap_pass=PASSED)
                    assert problems(settings, deployed(was)), (was, stage, serves)


def test_the_old_side_is_left_only_where_its_logs_and_records_are_kept(good: dict[str, object]) -> None:
    assert problems(wanted(good), deployed("retire")) == [("kept", "gcp")]
    kept = [{"cloud": "gcp", "network_cidr": "10.48.0.0/16"}]
    assert problems(wanted(good, kept=kept), deployed("retire")) == []
    later = {**deployed(), "machikumo:gcp:LogArchive": {}, "machikumo:gcp:ObjectStorage": {}}
    assert problems(wanted(good, kept=kept), later) == []
    assert problems(wanted(good), later) == [("kept", "gcp")]


@pytest.mark.parametrize("was", ["cutover", "return"])
def test_the_other_side_serves_only_with_a_fresh_pass(good: dict[str, object], was: str) -> None:
    stale = {**PASSED, "until": "2026-11-26T02:59:59Z"}
    asked = [("swap_pass", "what machikumo swap advance writes at the gate, within its time")]
    assert problems(wanted(good, "settle", "gcp", "aws"), deployed(was)) == asked
    assert problems(wanted(good, "settle", "gcp", "aws", swap_pass=stale), deployed(was)) == asked
    assert problems(wanted(good, "settle", "gcp", "aws"), deployed("settle", "gcp", "aws")) == []


@given(days=st.integers(1, 365), gone=st.integers(0, 730))
def test_the_former_side_is_kept_for_the_stated_days(good: dict[str, object], days: int, gone: int) -> None:
    since = (NOW - timedelta(days=gone)).date().isoformat()
    found = problems(wanted(good, "retire", swap_settle_days=days), deployed("settle", since=since))
    assert found == ([] if gone >= days else [("swap_stage", "settle, return")])
    assert problems(wanted(good, "retire", swap_settle_days=days), deployed("retire", since=since)) == []


@pytest.mark.parametrize("held", HOLDS_DATA)
@pytest.mark.parametrize(("was", "chosen"), [(was, chosen) for was in Cloud for chosen in Cloud if was != chosen])
def test_production_data_on_another_cloud_is_not_left_behind(
    good: dict[str, object], held: str, was: Cloud, chosen: Cloud
) -> None:
    outputs: Outputs = {f"machikumo:{was}:{held}": {}}
    assert problems(wanted(good, cloud=chosen), outputs) == [("cloud", was)]
    assert problems(wanted(good, cloud=chosen, environment="verification"), outputs) == []
    assert problems(wanted(good, cloud=was), outputs) == []


def test_whoever_changes_the_cloud_of_production_is_told_what_to_do(good: dict[str, object]) -> None:
    found = not_allowed(wanted(good, cloud="gcp"), standing(deployed(), today=NOW.date()), now=NOW)
    assert str(SettingsError(found, language=Language.EN)).splitlines() == [
        "1 setting is refused; nothing was registered.",
        'machikumo:cloud = "gcp": production data (database, records, logs) lies on aws, and changing this setting moves none of it.',
        "  allowed: aws",
        "  fix: to set it back: pulumi config set machikumo:cloud aws. To move it: machikumo swap advance (docs/swap.md)",
    ]
    assert str(SettingsError(found, language=Language.JA)).splitlines() == [
        "スタックの設定に誤りが1件あります。何も登録していません。",
        'machikumo:cloud = "gcp": 本番のデータ(データベース、記録、ログ)が aws にあり、この設定を変えても移りません。',
        "  使える値: aws",
        "  直し方: 戻すには pulumi config set machikumo:cloud aws。移すには machikumo swap advance (docs/swap.md)",
    ]


def test_a_move_begins_where_something_stands(good: dict[str, object]) -> None:
    assert problems(wanted(good, "prepare"), {}) == [("swap_stage", "steady")]
    assert problems(wanted(good), {}) == []


def test_a_run_that_fails_while_a_side_is_deleted_can_be_given_again(good: dict[str, object]) -> None:
    """What is left of the side that was given up is no data left behind; of the side that served before, it is."""
    left: Outputs = {"machikumo:gcp:LogArchive": {}, "machikumo:gcp:Database": {}}
    given_up = {**deployed(), **left, STAGE_REACHED: {**RECORD, "swap_cloud": "gcp"}}
    assert problems(wanted(good), given_up) == []
    retired = {**deployed(), **left, STAGE_REACHED: {**RECORD, "swap_cloud": ""}}
    assert problems(wanted(good), retired) == [("kept", "gcp")]
    assert problems(wanted(good, cloud="gcp"), given_up) == [("cloud", "aws")]
    assert problems(wanted(good, "prepare"), given_up) == []


RECORD: dict[str, object] = {"stage": "steady", "cloud": "aws", "since": "2026-10-01"}


def test_a_target_that_was_prepared_half_way_can_be_given_up(good: dict[str, object]) -> None:
    half = {**deployed(), "machikumo:gcp:LogArchive": {}}
    assert problems(wanted(good, "prepare"), half) == []
    assert problems(wanted(good, "withdraw"), half) == []
    assert problems(wanted(good), half) == [("kept", "gcp")]


@pytest.mark.parametrize(("cloud", "other"), [("aws", "gcp"), ("gcp", "aws")])
def test_which_side_serves_is_known_after_a_first_prepare_that_was_killed(
    good: dict[str, object], cloud: str, other: str
) -> None:
    """Both sides have a database and no stage is recorded: the stack's outputs are still those of the side that serves."""
    half: Outputs = {f"machikumo:{one}:{held}": {} for one in (cloud, other) for held in HOLDS_DATA}
    half |= {f"machikumo:{one}:EncryptionKey": {"key_id": f"key of {one}"} for one in (cloud, other)}
    half["pulumi:pulumi:Stack"] = {"encryption_key": f"key of {cloud}"}
    assert problems(wanted(good, "prepare", cloud, other), half) == []
    assert problems(wanted(good, "withdraw", cloud, other), half) == []
    assert problems(wanted(good, "prepare", other, cloud), half) == [("cloud", cloud)]


@pytest.mark.parametrize(
    ("was", "stage", "left"), [("withdraw", "steady", "gcp"), ("retire", "steady", None), ("copy", "cutover", "gcp")]
)
def test_the_record_names_the_side_that_is_given_up(
    good: dict[str, object], was: str, stage: str, left: str | None
) -> None:
    assert standing(deployed(was), today=NOW.date()).after(wanted(good, stage)) == left


def test_no_stage_is_a_dead_end() -> None:
    """From every stage the way on leads to steady."""
    for stage in Stage:
        seen = [stage]
        while seen[-1] is not Stage.STEADY or len(seen) == 1:
            seen.append(NEXT[seen[-1]][0].to)
            assert len(seen) < 9, seen


REFUSED: list[tuple[dict[str, object], str]] = [
    ({"swap_stage": "prepare"}, "swap_cloud"),
    ({"swap_cloud": "gcp"}, "swap_cloud"),
    ({"swap_network_cidr": "10.48.0.0/16"}, "swap_network_cidr"),
    ({"swap_stage": "copy", "swap_cloud": "aws"}, "swap_cloud"),
    ({"swap_stage": "moving"}, "swap_stage"),
    ({"kept": [{"cloud": "aws", "network_cidr": "10.48.0.0/16"}]}, "kept[0].cloud"),
    ({"kept": [{"cloud": "gcp", "network_cidr": "8.8.0.0/16"}]}, "kept[0].network_cidr"),
    ({"swap_pass": {"receipt": "none", "until": "2026-11-26T04:00:00Z"}}, "swap_pass.receipt"),
    ({"swap_pass": {"receipt": "0" * 64, "until": "soon"}}, "swap_pass.until"),
]
MOVING: dict[str, object] = {
    "swap_stage": "copy",
    "swap_cloud": "gcp",
    "swap_network_cidr": "10.48.0.0/16",
    "swap_database_password": {"secure": "v1:def"},
}
REFUSED += [
    ({**MOVING, "swap_network_cidr": "10.16.0.0/20"}, "network_cidr"),
    ({**MOVING, "swap_network_cidr": "172.20.0.0/16"}, "flows[0].from"),
    ({**MOVING, "gcp_project_id": None}, "swap_cloud"),
    ({key: value for key, value in MOVING.items() if key != "swap_database_password"}, "swap_database_password"),
    ({**MOVING, "swap_database_password": "plain"}, "swap_database_password"),
]
ROLE = "arn:aws:iam::111122223333:role/mover"
MOVER = {"from": "10.0.8.16/28", "aws_role_arn": ROLE}
REFUSED += [
    ({**MOVING, "swap_mover": mover}, f"swap_mover{key}")
    for mover, key in (
        ({**MOVER, "from": "8.8.8.0/28"}, ".from"),
        ({**MOVER, "from": "10.0.0.0/23"}, ".from"),
        ({**MOVER, "from": "10.48.3.0/28"}, ".from"),
        ({"from": "10.0.8.16/28"}, ".aws_role_arn"),
        ({**MOVER, "aws_role_arn": ROLE.replace("111122223333", "999999999999")}, ".aws_role_arn"),
        ({**MOVER, "aws_role_arn": "arn:aws:iam::111122223333:user/somebody"}, ".aws_role_arn"),
        ({"aws_role_arn": ROLE}, ".from"),
        ({**MOVER, "relay_port": 1023}, ".relay_port"),
        ({**MOVER, "relay_port": 65536}, ".relay_port"),
        ({**MOVER, "relay_port": "5432"}, ".relay_port"),
        ({**MOVER, "relay_port": 15432.5}, ".relay_port"),
    )
]
REFUSED.append(({**MOVING, "swap_mover": {**MOVER, "from": "10.16.3.0/28"}}, "network_cidr"))


def test_the_mover_may_reach_both_sides_while_a_move_is_under_way_and_neither_else(good: dict[str, object]) -> None:
    kept = [{"cloud": "oci", "network_cidr": "10.64.0.0/16"}]
    values = {**good, "swap_mover": MOVER, "kept": kept}
    for moving, reached in (({}, set()), (MOVING, {"", "swap_"})):
        settings = parse({**values, **moving}, language=Language.EN)
        with mock.patch.multiple(Settings, database_password=None, swap_database_password=None):
            found = {side.prefix for side in sides(settings) if side.mover is not None}
        assert found == reached


@pytest.mark.parametrize(
    ("port", "led"), [({}, []), ({"relay_port": 1024}, [1024]), ({"relay_port": "65535"}, [65535])]
)
def test_the_databases_connect_to_the_mover_at_its_relays_port_and_only_while_a_move_is_under_way(
    good: dict[str, object], port: dict[str, object], led: list[int]
) -> None:
    for moving, ports in (({}, []), (MOVING, led)):
        settings = parse({**good, "swap_mover": {**MOVER, **port}, **moving}, language=Language.EN)
        with mock.patch.multiple(Settings, database_password=None, swap_database_password=None):
            listed = [flows(side.settings, side.mover) for side in sides(settings)]
        assert [[(one.source, one.port) for one in side if one.destination == MOVER["from"]] for side in listed] == [
            [("data", number) for number in ports] for _ in listed
        ]
        assert len(listed) == 1 + bool(moving)


@pytest.mark.parametrize(("change", "key"), REFUSED)
def test_a_move_that_can_not_be_is_refused_by_key(good: dict[str, object], change: dict[str, object], key: str) -> None:
    values = {name: value for name, value in {**good, **change}.items() if value is not None}
    with pytest.raises(SettingsError) as refused:
        parse(values, language=Language.EN)
    assert f"machikumo:{key}" in [one.key for one in refused.value.problems]
