"""What `swap plan` says of both sides' facts and flows: what the target keeps less of blocks, by its name, until somebody decides it."""

import copy
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from operations import swap
from operations.environment import ROOT
from operations.promises import Capabilities
from operations.swap import as_deployed
from operations.swap.as_deployed import Deployed, Values, steady
from operations.swap.posture import canonical
from operations.swap.receipts import chain
from operations.swap.refusal import Refusal
from policies.facts import extract
from policies.facts.exported import world_of_entries
from stacks.settings import Cloud
from tests.swap.test_plan import CAPABILITIES, DECISION, LINKAGE, stack_file, values

__all__ = ["stack_file", "values"]

Alter = Callable[[list[Any]], None]


def of(entries: list[Any], token: str, name: str) -> Any:
    """The one resource of this type and name."""
    (found,) = [one for one in entries if one["type"] == token and one["urn"].endswith(f"::{name}")]
    return found


def change(token: str, name: str, /, **changed: object) -> Alter:
    """Other values in inputs and outputs; None takes them away."""

    def alter(entries: list[Any]) -> None:
        for part in ("inputs", "outputs"):
            tree = of(entries, token, name)[part]
            tree |= changed
            for key in [key for key, value in changed.items() if value is None]:
                del tree[key]
                of(entries, token, name)["propertyDependencies"].pop(key, None)

    return alter


def without(*names: str) -> Alter:
    def alter(entries: list[Any]) -> None:
        entries[:] = [one for one in entries if one["urn"].rpartition("::")[2] not in names]

    return alter


def another(token: str, name: str, /, **changed: object) -> Alter:
    """A second resource like that one, with other values."""

    def alter(entries: list[Any]) -> None:
        more = copy.deepcopy(of(entries, token, name))
        more["urn"] += "-more"
        entries.append(more)
        change(token, f"{name}-more", **changed)(entries)

    return alter


BUCKET, RULE = (
    "oci:ObjectStorage/bucket:Bucket",
    "oci:Core/networkSecurityGroupSecurityRule:NetworkSecurityGroupSecurityRule",
)
OFFICES = "source=172.21.0.0/16, destination=entry, protocol=tcp, ports=[443, 443], reason_given=true"
PORT = {"destinationPortRange": {"min": 22, "max": 22}}
OPEN = "network-172-21-0-0-16-to-entry-443-in"
WEAKENED: dict[str, tuple[str, Alter, set[str]]] = {
    "public": (
        "oci",
        change(BUCKET, "records-store", accessType="ObjectRead"),
        {"ObjectStore records.anonymous_access"},
    ),
    "no key": (
        "oci",
        change(BUCKET, "records-store", kmsKeyId=None),
        {"ObjectStore records.customer_key", "ObjectStore records.own_key"},
    ),
    "a flow more": (
        "oci",
        another(RULE, OPEN, source="10.99.0.0/16", tcpOptions=PORT),
        {f"Flow ({OFFICES.replace('172.21', '10.99').replace('443', '22')})"},
    ),
    "a wider flow": (
        "oci",
        change(RULE, OPEN, tcpOptions={"destinationPortRange": {"min": 1, "max": 65535}}),
        {"Flow (source=172.21.0.0/16, destination=entry, protocol=tcp, reason_given=true).ports"},
    ),
    "a flow that the source has not": ("aws", without(OPEN), {f"Flow ({OFFICES})"}),
    "a weaker source": ("aws", change("aws:rds/instance:Instance", "ledger-instance", multiAz=False), set()),
}
"""Whose side is altered, how, and the losses by name: none where it is the source that keeps less."""


@pytest.fixture
def altered(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Alter], None]:
    """Let one cloud's side be another."""
    run = as_deployed.run

    def on(cloud: str, alter: Alter) -> None:
        def changed(asked: Cloud, values: Sequence[Values]) -> list[Deployed]:
            made = copy.deepcopy(list(run(asked, values)))
            for one in made if asked == cloud else ():
                alter(one.entries)
            return made

        monkeypatch.setattr(as_deployed, "run", changed)

    return on


@pytest.fixture
def plan(stack_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """`swap plan` of the production example to OCI; what else it loses is decided."""
    monkeypatch.setattr(Capabilities, "read", lambda: CAPABILITIES)

    def planned(*accepted: str) -> int:
        posture = DECISION.replace("promise-by-substitute", "weaker-posture")
        decisions = [DECISION, LINKAGE, *(posture.replace("database.both", name) for name in accepted)]
        (tmp_path / "decisions.toml").write_text("".join(decisions))
        words = [str(stack_file), "--to", "oci", "--receipts", str(tmp_path / "receipts")]
        return swap.main(["plan", *words, "--decisions", str(tmp_path / "decisions.toml")])

    return planned


def test_between_two_sides_of_the_kit_nothing_is_weaker_and_the_receipt_says_what_was_compared(
    plan: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert plan() == 0
    assert plan() == 0
    told = capsys.readouterr().out
    first, second = chain(tmp_path / "receipts")
    assert first.hashes == second.hashes
    assert {*first.hashes} == {"posture-source", "posture-target"}
    assert first.counts.keys() == {
        *("accepted", "open", "weaker"),
        *("facts-source", "facts-target", "flows-source", "flows-target"),
    }
    here, there = first.counts["facts-source"], first.counts["facts-target"]
    assert min(here, there) > 100
    assert (first.counts["flows-source"], first.counts["flows-target"], first.counts["weaker"]) == (5, 5, 0)
    assert (
        f"posture    aws: {here} facts, 5 of them allowed flows; oci: {there} facts, 5 of them allowed flows. " in told
    )
    assert "known      oci: ObjectStore archive.versioned, ObjectStore records.versioned: A bucket has " in told


@pytest.mark.parametrize("case", WEAKENED)
def test_a_side_that_keeps_less_is_a_loss_by_name_until_it_is_decided(
    case: str,
    plan: Callable[..., int],
    altered: Callable[[str, Alter], None],
    tmp_path: Path,
) -> None:
    cloud, alter, names = WEAKENED[case]
    altered(cloud, alter)
    assert plan() == (1 if names else 0)
    assert plan(*names) == 0
    first, second = chain(tmp_path / "receipts")
    assert {note for note in first.notes if "posture" in note} == {f"open: weaker-posture {name}" for name in names}
    assert {note for note in second.notes if "posture" in note} == {
        f"accepted: weaker-posture {name}" for name in names
    }
    assert first.counts["weaker"] == second.counts["weaker"] == len(names)


def test_two_losses_of_one_name_are_told_apart_by_their_values(
    plan: Callable[..., int], altered: Callable[[str, Alter], None], tmp_path: Path
) -> None:
    def more(entries: list[Any]) -> None:
        for days in (30, 60):
            another(
                BUCKET,
                "records-store",
                name=f"more-{days}",
                accessType="ObjectRead" if days == 30 else "NoPublicAccess",
            )(entries)
            of(entries, BUCKET, "records-store-more")["urn"] += f"-{days}"

    altered("oci", more)
    assert plan() == 1
    (receipt,) = chain(tmp_path / "receipts")
    named = [note.removeprefix("open: weaker-posture ") for note in receipt.notes if "posture" in note]
    assert len(set(named)) == len(named) == 2
    assert plan(named[0]) == 1
    assert plan(*named) == 0


def test_what_a_cloud_refuses_has_to_be_cured_and_leaves_no_posture_behind(
    plan: Callable[..., int], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = as_deployed.run

    def refusing(cloud: Cloud, values: Sequence[Values]) -> list[Deployed]:
        refused = (("records-store.name", "longer than 63"),) if cloud == "oci" else ()
        return [replace(one, refused=refused) for one in run(cloud, values)]

    monkeypatch.setattr(as_deployed, "run", refusing)
    assert plan() == 1
    told = capsys.readouterr().out
    assert "to cure   cloud-refuses oci: records-store.name (longer than 63): " in told
    assert "posture    not compared: a cloud would refuse what is asked of it" in told
    (receipt,) = chain(tmp_path / "receipts")
    assert (receipt.hashes, dict(receipt.counts)) == ({}, {"accepted": 2, "open": 1})


def test_settings_that_the_target_refuses_are_not_laid_out_on_it(
    stack_file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(as_deployed, "run", lambda *_: pytest.fail("the program was asked"))
    stack_file.write_text("\n".join(line for line in stack_file.read_text().splitlines() if "oci_cert" not in line))
    assert swap.main(["plan", str(stack_file), "--to", "oci"]) == 1
    assert "posture    not compared: the target refuses the settings" in capsys.readouterr().out


def test_another_range_changes_no_fact(values: dict[str, object]) -> None:
    """On the cloud whose rules name ranges: so a side keeps the same in whatever range it lies."""
    asked = [(Cloud.GCP, steady(values, cloud="gcp", **changed)) for changed in ({}, {"network_cidr": "10.48.0.0/16"})]
    here, there = (extract(world_of_entries(one.entries)) for one in as_deployed.as_deployed(asked))
    assert canonical(here) == canonical(there)


def test_no_secret_leaves_this_process_and_none_comes_back(values: dict[str, object]) -> None:
    sent = steady({**values, "swap_database_password": {"secure": "v1:there"}})
    assert sent["database_password"] == {"secure": ""}
    assert {key for key in sent if key.startswith("swap_")} == set()
    (made,) = as_deployed.as_deployed([(Cloud.AWS, sent)])
    assert "Aa1-" not in json.dumps(made.entries)


def test_a_program_that_fails_is_one_message(values: dict[str, object]) -> None:
    with pytest.raises(Refusal, match=r"^what the stack would be on aws can't be told: ") as refused:
        as_deployed.as_deployed([(Cloud.AWS, {**values, "size": "huge"})])
    assert "\n" not in str(refused.value)


REFUSING = """
import gc, json, sys
gc.disable()
from sandbox.cloud.lifecycle import Lifecycle
check = Lifecycle.check
def refusing(self, place, token, urn, *more):
    inputs, failures = check(self, place, token, urn, *more)
    return inputs, [("bucket", "taken")] if urn.endswith("::records-store") else failures
Lifecycle.check = refusing
from stacks.foreseen import foreseen
print(json.dumps(foreseen("aws", json.load(sys.stdin)).refused))
"""


def test_what_a_row_refuses_is_told_with_the_resource_and_its_property(values: dict[str, object]) -> None:
    ran = subprocess.run(
        [sys.executable, "-P", "-c", REFUSING],
        input=json.dumps(steady(values)),
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    assert json.loads(ran.stdout) == [["records-store.bucket", "taken"]]
