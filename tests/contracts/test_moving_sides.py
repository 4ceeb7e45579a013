"""What a side is like only while a move lasts, on every cloud: whom it lets in, and what falls when it is given up."""

import json
import subprocess
import sys
from collections.abc import Sequence

import pytest

from operations.environment import ROOT
from policies.facts import extract
from policies.facts.exported import world_of_entries
from policies.facts.vocabulary import Fact, Flow, LogArchive, Network, ObjectStore, Reach
from policies.judge import Answer, judge_facts
from stacks.settings import read_stack_file

EXAMPLE = ROOT / "stacks" / "config" / "Pulumi.011002-resident-record-production.yaml"
PROGRAM = """
import json, sys
from dataclasses import replace
from stacks import foreseen
from stacks.settings import Mover
from stacks.sides import sides
mover = Mover(**{"from": "10.0.8.16/28", "aws_role_arn": "arn:aws:iam::111122223333:role/mover", "relay_port": 15432})
foreseen.sides = lambda wanted: (replace(one, protected=False, locked=False, CHANGED) for one in sides(wanted))
seen = foreseen.foreseen(sys.argv[1], json.load(sys.stdin))
assert seen.refused == []
json.dump(seen.entries, sys.stdout)
"""
MOVER = "10.0.8.16/28"
DATA, SERVICES = ("data", (5432, 5432)), ("services", (443, 443))
LET_IN = {"aws": {DATA, SERVICES}, "azure": {DATA, SERVICES}, "oci": {DATA}, "gcp": set[tuple[str, tuple[int, int]]]()}
"""Google's database and APIs, and OCI's services, are no part of the network whose rules these are (docs/swap.md)."""
RELAY = ("data", (15432, 15432))
LET_OUT = {"aws": {RELAY}, "azure": {RELAY}, "oci": {RELAY}, "gcp": set[tuple[str, tuple[int, int]]]()}
"""Google's database leaves by its peering, which these rules do not reach either."""
RETAINED = {"aws": 1825}
"""What stays of a side that is given up: `force_destroy` passes by a retention in governance mode, so there it stands in nobody's way."""


def deployed(cloud: str, changed: str) -> str:
    """All that the cloud's side would have, as a state holds it."""
    values = {**read_stack_file(EXAMPLE), "cloud": cloud, "database_password": {"secure": "v1:abc"}}
    words = [sys.executable, "-c", PROGRAM.replace("CHANGED", changed), cloud]
    ran = subprocess.run(words, input=json.dumps(values), cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def facts(entries: str) -> Sequence[Fact]:
    return extract(world_of_entries(json.loads(entries)))


def ends(found: Sequence[Fact], mover: str = MOVER) -> tuple[set[object], set[object]]:
    """Whom the mover reaches, and who reaches it."""
    flows = [one for one in found if isinstance(one, Flow)]
    let_in = {(one.destination, one.ports) for one in flows if one.source == mover}
    return let_in, {(one.source, one.ports) for one in flows if one.destination == mover}


def retained(found: Sequence[Fact]) -> set[tuple[str, object]]:
    """For how many days the stores of records and logs retain what lies there."""
    records: set[tuple[str, object]] = {
        ("records", one.retention_days) for one in found if isinstance(one, ObjectStore) and one.purpose == "records"
    }
    return records | {("logs", one.retention_days) for one in found if isinstance(one, LogArchive)}


def not_held(found: Sequence[Fact]) -> set[tuple[str, str]]:
    """What the rules say of flows and of what is reached by them."""
    kinds = (Flow, Network, Reach)
    of_the_network = [one for one in found if isinstance(one, kinds)]
    said = judge_facts(of_the_network, complete=False)
    return {(one.rule.slug, one.answer) for one in said if one.answer is not Answer.HOLDS}


@pytest.mark.parametrize("cloud", LET_IN)
def test_the_mover_reaches_the_data_the_data_its_relay_and_retention_falls_when_the_side_is_given_up(
    cloud: str,
) -> None:
    entries = deployed(cloud, "mover=mover")
    moving, given_up = facts(entries), facts(deployed(cloud, "given_up=True"))
    assert ends(moving) == (LET_IN[cloud], LET_OUT[cloud])
    assert ends(given_up) == (set(), set())
    assert retained(moving) == {("records", 1825), ("logs", 1825)}
    left = RETAINED.get(cloud, 0)
    assert retained(given_up) == {("records", left), ("logs", left)}
    # No rule minds the way to the host; each sees it, as it would see one that led anywhere else.
    assert not_held(moving) == not_held(given_up)
    for elsewhere, slugs in (("8.8.8.0/28", {"net-flow-ends-named"}), ("0.0.0.0/0", {"net-no-any-any"})):
        led = [
            one for one in facts(entries.replace(MOVER, elsewhere)) if isinstance(one, Flow) and one.ports == RELAY[1]
        ]
        assert len(led) == len(LET_OUT[cloud])
        assert not led or {slug for slug, _ in not_held(led)} == slugs
