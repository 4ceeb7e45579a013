"""`machikumo swap plan`: what it compares, what it counts, and what blocks."""

import json
import re
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from operations import swap
from operations.environment import ROOT
from operations.promises import Capabilities, Declaration
from operations.swap.amounts import Amounts, read_amounts
from operations.swap.comparison import compare
from operations.swap.quotas import TAKES
from operations.swap.ranges import overlapping
from operations.swap.receipts import chain
from operations.swap.refusal import Refusal
from stacks.settings import Cloud, Environment, Language, SettingsError, System, read_stack_file
from stacks.settings.model import stack_name
from tests.settings.test_values import OWN_NAME

EXAMPLE = ROOT / "stacks" / "config" / "Pulumi.011002-resident-record-production.yaml"
SEALED = {"secure": "v1:x:y"}
DECISION = """
[[accepted]]
loss = "promise-by-substitute"
name = "database.both"
reason = "確認した"
owner = "情報政策課"
approver = "CISO"
approved = 2026-11-25
"""
LINKAGE = DECISION.replace("promise-by-substitute", "file-linkage").replace("database.both", "*")
AMOUNTS = """
database_gib = 100
objects_gib = 900
line_mbps = 1000
egress_yen_per_gib = 17.1
source_yen_per_month = 365000
target_yen_per_month = 730000
prepare_days = 12
settle_days = 24
"""


def declared(substitute: str | None) -> Declaration:
    return Declaration(reason="why", substitute=substitute, source="https://example.com", since="2026-11-25")


CAPABILITIES = Capabilities(
    promises={},
    not_offered={
        "aws": {
            "a.only_here": declared(None),
            "b.substitute_here": declared("x"),
            "c.both": declared("x"),
            "f.same": declared("x"),
        },
        "gcp": {
            "b.substitute_here": declared(None),
            "c.both": declared("y"),
            "d.lost": declared(None),
            "e.other": declared("z"),
            "f.same": declared("x"),
        },
        "oci": {"a.only_here": declared(None), "database.both": declared("x")},
    },
)


@pytest.fixture
def values() -> dict[str, object]:
    return {**read_stack_file(EXAMPLE), "database_password": SEALED}


@pytest.fixture
def stack_file(tmp_path: Path) -> Path:
    file = tmp_path / "Pulumi.stack.yaml"
    file.write_text(f"{EXAMPLE.read_text()}  machikumo:database_password: {{secure: 'v1:x:y'}}\n")
    return file


def test_a_move_that_has_begun_is_planned_like_one_that_has_not(values: dict[str, object]) -> None:
    begun = {
        "swap_stage": "copy",
        "swap_cloud": "gcp",
        "swap_network_cidr": "10.48.0.0/16",
        "swap_database_password": SEALED,
    }
    steady, moving = (compare(one, Cloud.GCP, CAPABILITIES, Language.EN) for one in (values, {**values, **begun}))
    assert moving.losses == steady.losses


def test_what_the_target_keeps_less_literally_is_a_loss_and_what_it_keeps_more_a_gain(
    values: dict[str, object],
) -> None:
    found = compare(values, Cloud.GCP, CAPABILITIES, Language.EN)
    assert {(one.kind, one.name) for one in found.losses} == {
        ("promise-not-kept", "b.substitute_here"),
        ("promise-not-kept", "d.lost"),
        ("promise-by-substitute", "c.both"),
        ("promise-by-substitute", "e.other"),
        ("file-linkage", "011002-resident-record-production"),
    }
    assert (found.gains, found.secrets) == (("a.only_here",), ("database_password",))


def test_a_setting_that_the_target_refuses_is_named_and_cannot_be_accepted(values: dict[str, object]) -> None:
    del values["oci_certificate_id"]
    found = compare(values, Cloud.OCI, CAPABILITIES, Language.EN)
    refused = [(one.name, one.acceptable) for one in found.losses if one.kind == "setting-refused"]
    assert refused == [("machikumo:oci_certificate_id", False)]


def test_users_have_to_type_another_address_where_the_entry_on_azure_is_given_no_name(
    values: dict[str, object],
) -> None:
    def lost(target: Cloud, **more: object) -> list[tuple[str, bool]]:
        found = compare({**values, **more}, target, CAPABILITIES, Language.EN)
        return [(one.name, one.acceptable) for one in found.losses if one.kind == "host-names"]

    assert lost(Cloud.AZURE) == [("011002-resident-record-production", True)]
    assert lost(Cloud.AZURE, **OWN_NAME) == []
    assert [lost(cloud) for cloud in (Cloud.GCP, Cloud.OCI)] == [[], []]


def test_the_same_cloud_and_settings_that_are_refused_as_they_are_have_no_plan(values: dict[str, object]) -> None:
    with pytest.raises(Refusal, match="the stack is there already; name the cloud it moves to"):
        compare(values, Cloud.AWS, CAPABILITIES, Language.EN)
    with pytest.raises(SettingsError):
        compare({**values, "size": "huge"}, Cloud.GCP, CAPABILITIES, Language.EN)


@pytest.mark.usefixtures("alike")
def test_a_loss_blocks_until_it_is_decided_and_the_receipt_says_so(
    stack_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Capabilities, "read", lambda: CAPABILITIES)
    (tmp_path / "amounts.toml").write_text(AMOUNTS)
    (tmp_path / "decisions.toml").write_text(DECISION + LINKAGE)
    words = ["plan", str(stack_file), "--to", "oci", "--receipts", str(tmp_path / "receipts")]
    assert swap.main([*words, "--amounts", str(tmp_path / "amounts.toml")]) == 1
    said = capsys.readouterr().out
    assert "egress     17,100 yen, once" in said
    assert "two sides  576,000 yen (12 days before and 24 after the cutover)" in said
    assert swap.main([*words, "--decisions", str(tmp_path / "decisions.toml")]) == 0
    named = ("promise-by-substitute database.both", "file-linkage 011002-resident-record-production")
    receipts = chain(tmp_path / "receipts")
    losses = [({key: one.counts[key] for key in ("accepted", "open")}, one.notes) for one in receipts]
    assert losses == [
        ({"accepted": 0, "open": 2}, tuple(f"open: {one}" for one in named)),
        ({"accepted": 2, "open": 0}, tuple(f"accepted: {one}" for one in named)),
    ]
    assert {one.step for one in receipts} == {"plan"}


@pytest.mark.usefixtures("alike")
@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ("database_gib = 100", "database_gib: missing; add database_gib = NUMBER (docs/swap.md)"),
        ("line_mbps = 1000", "line_mbps: missing"),
        ("line_mbps = 0", "line_mbps = 0: a number from 1 up"),
        ("objects_gib = -1", "objects_gib = -1: a number from 0 up"),
        ("objects_gib = true", "objects_gib = True: a number from 0 up"),
        ("objects_gib = nan", "amounts.toml: Invalid literal for Fraction: 'nan'"),
        ("discount = 1", "discount: not known; the keys are database_gib, "),
    ],
)
def test_a_number_that_is_missing_or_impossible_is_named(
    changed: str, words: str, stack_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = changed.partition(" ")[0]
    lines = [line for line in AMOUNTS.splitlines() if not line.startswith(key)]
    (tmp_path / "amounts.toml").write_text("\n".join(lines if changed in AMOUNTS else [*lines, changed]))
    assert swap.main(["plan", str(stack_file), "--to", "gcp", "--amounts", str(tmp_path / "amounts.toml")]) == 2
    assert words in capsys.readouterr().err


@pytest.mark.parametrize("text", ["config: [", "config: [1]", "- 1", None], ids=repr)
def test_a_file_that_is_no_stack_file_is_refused_with_one_message(
    text: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "Pulumi.stack.yaml"
    if text is not None:
        file.write_text(text)
    assert swap.main(["plan", str(file), "--to", "gcp"]) == 2
    assert capsys.readouterr().err.startswith(f"machikumo: {file}: ")


NUMBERS = st.fractions(min_value=0, max_value=10**9)


@given(st.tuples(*[NUMBERS] * 7), st.fractions(min_value=1, max_value=10**6))
def test_hours_and_yen_grow_with_what_they_are_made_of(numbers: tuple[Fraction, ...], line: Fraction) -> None:
    database, objects, rate, here, there, before, after = numbers
    one = Amounts(
        database_gib=database, objects_gib=objects, line_mbps=line, egress_yen_per_gib=rate,
        source_yen_per_month=here, target_yen_per_month=there, prepare_days=before, settle_days=after,
    )  # fmt: skip
    assert one.copy_hours * 3600 * line * 10**6 == (database + objects) * 2**33
    assert one.down_hours * 2 == one.hours(database) * 3
    assert one.egress_yen == rate * database + rate * objects
    assert one.double_yen * 365 == 12 * (there * before + here * after)


def test_the_example_of_the_amounts_in_the_docs_is_read(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "swap.md").read_text()
    (tmp_path / "amounts.toml").write_text(
        text.partition("```toml\ndatabase_gib")[2].partition("```")[0].join(["database_gib", ""])
    )
    assert read_amounts(tmp_path / "amounts.toml").line_mbps == 500


@pytest.mark.parametrize(
    ("cidr", "named"),
    [
        ("10.48.0.0/16", set()),
        ("10.16.64.0/20", {"machikumo:network_cidr"}),
        ("172.20.0.0/20", {"machikumo:flows"}),
        ("8.8.0.0/16", {"machikumo:swap_network_cidr"}),
        ("10.48.0.0/24", {"machikumo:swap_network_cidr"}),
    ],
)
def test_a_range_that_the_targets_side_cannot_have_is_named(
    cidr: str, named: set[str], values: dict[str, object]
) -> None:
    found = compare(values, Cloud.OCI, CAPABILITIES, Language.EN, network_cidr=cidr)
    refused = {one.name.partition("[")[0] for one in found.losses if one.kind == "setting-refused"}
    assert refused == named


def test_what_is_missing_for_the_target_is_named_once_with_its_range(values: dict[str, object]) -> None:
    del values["oci_certificate_id"]
    found = compare(values, Cloud.OCI, CAPABILITIES, Language.EN, network_cidr="10.16.64.0/20")
    refused = sorted(one.name for one in found.losses if one.kind == "setting-refused")
    assert refused == ["machikumo:network_cidr", "machikumo:oci_certificate_id"]


def test_ranges_of_two_systems_that_would_stand_side_by_side_are_named_once(values: dict[str, object]) -> None:
    kept = {
        **values,
        "kept": [{"cloud": "azure", "network_cidr": "10.60.0.0/16"}, {"cloud": "gcp", "network_cidr": "10.48.0.0/16"}],
    }
    one, other = (
        compare(each, Cloud.GCP, CAPABILITIES, Language.EN).settings
        for each in (kept, {**values, "system": "seal-registration", "network_cidr": "10.20.0.0/16"})
    )

    def found(here: str | None, there: str | None) -> list[list[str]]:
        sides = [(one, Cloud.GCP, here), (other, Cloud.GCP, there)]
        return [[str(loss.detail).partition(":")[0] for loss in losses] for losses in overlapping(sides)]

    assert found(None, None) == [[], []]
    assert found("10.48.0.0/16", "10.49.0.0/16") == [[], []]
    assert found("10.48.0.0/16", "10.48.128.0/20") == [[], ["10.48.0.0/16"]]
    assert found("10.20.0.0/20", "10.16.0.0/20") == [["10.20.0.0/16"], ["10.16.0.0/16"]]
    assert found("10.60.0.0/20", None) == [["10.60.0.0/16"], []]


@pytest.mark.usefixtures("alike")
def test_an_overlap_blocks_the_plan_until_somebody_answers_for_it(
    stack_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Capabilities, "read", lambda: CAPABILITIES)
    other = tmp_path / "other.yaml"
    changed = {"resident-record": "seal-registration", "10.16.0.0/16": "10.20.0.0/16"}
    text = stack_file.read_text()
    for old, new in changed.items():
        text = text.replace(old, new)
    other.write_text(text)
    decisions = tmp_path / "decisions.toml"
    decisions.write_text(DECISION + LINKAGE)
    words = ["plan", str(stack_file), str(other), "--to", "oci", "--decisions", str(decisions)]
    ranges = ["--network-cidr", "10.48.0.0/16", "--network-cidr", "10.48.0.0/20"]
    assert swap.main(words) == 0
    assert "No range was stated" in capsys.readouterr().out
    assert swap.main([*words, *ranges]) == 1
    said = capsys.readouterr().out
    assert "open      address-overlap 10.48.0.0/20 (10.48.0.0/16: 011002-resident-record-production, oci)" in said
    assert "No range was stated" not in said
    decisions.write_text(
        DECISION
        + LINKAGE
        + DECISION.replace("promise-by-substitute", "address-overlap").replace("database.both", "10.48.*")
    )
    assert swap.main([*words, *ranges]) == 0
    assert swap.main([*words, *ranges[:2]]) == 2


@pytest.mark.usefixtures("alike")
def test_the_certificate_of_the_target_and_what_nobody_can_know_here_are_said(
    stack_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for target, told in (
        ("oci", "certificate: ocid1.certificate.oc1.ap-tokyo-1.exampleuniqueid01 (machikumo:oci_certificate_id)"),
        ("gcp", "certificate: projects/sapporo-jumin-prod/locations/asia-northeast1/certificates/entry"),
        ("azure", "certificate: azure brings its own"),
    ):
        swap.main(["plan", str(stack_file), "--to", target])
        said = capsys.readouterr().out
        assert told in said
        assert "quotas are not known here" in said


def test_what_a_stack_takes_of_the_quotas_is_what_was_recorded() -> None:
    recorded = [json.loads(file.read_text())["types"] for file in (ROOT / "tests" / "inventories").glob("*.json")]
    for cloud, takes in TAKES.items():
        stacks = [types for types in recorded if f"machikumo:{cloud}:Network" in types]
        assert {one.type: {types.get(one.type) for types in stacks} for one in takes} == {
            one.type: {one.count} for one in takes
        }


def test_no_stacks_name_is_too_long_for_a_cloud() -> None:
    stacks = [stack_name("011002", system, environment) for system in System for environment in Environment]
    assert max(len(f"application-{one}") for one in stacks) <= 63
    assert {one for one in stacks if not re.fullmatch("[a-z0-9-]+", one)} == set()
