"""What a side is like only while a move lasts, on every cloud: whom it lets in, and what falls when it is given up."""

import json
import subprocess
import sys
from collections.abc import Sequence

import pytest

from operations.environment import ROOT
from policies.facts import extract
from policies.facts.exported import world_of_entries
from policies.facts.vocabulary import Fact, Flow, LogArchive, ObjectStore
from stacks.settings import read_stack_file

EXAMPLE = ROOT / "stacks" / "config" / "Pulumi.011002-resident-record-production.yaml"
PROGRAM = """
import json, sys
from dataclasses import replace
from stacks import foreseen
from stacks.settings import Mover
from stacks.sides import sides
mover = Mover(**{"from": "10.0.8.16/28", "aws_role_arn": "arn:aws:iam::111122223333:role/mover"})
foreseen.sides = lambda wanted: (replace(one, protected=False, locked=False, CHANGED) for one in sides(wanted))
seen = foreseen.foreseen(sys.argv[1], json.load(sys.stdin))
assert seen.refused == []
json.dump(seen.entries, sys.stdout)
"""
DATA, SERVICES = ("data", (5432, 5432)), ("services", (443, 443))
LET_IN = {"aws": {DATA, SERVICES}, "azure": {DATA, SERVICES}, "oci": {DATA}, "gcp": set[tuple[str, tuple[int, int]]]()}
"""Google's database and APIs, and OCI's services, are no part of the network whose rules these are (docs/swap.md)."""
RETAINED = {"aws": 1825}
"""What stays of a side that is given up: `force_destroy` passes by a retention in governance mode, so there it stands in nobody's way."""


def facts(cloud: str, changed: str) -> Sequence[Fact]:
    values = {**read_stack_file(EXAMPLE), "cloud": cloud, "database_password": {"secure": "v1:abc"}}
    words = [sys.executable, "-c", PROGRAM.replace("CHANGED", changed), cloud]
    ran = subprocess.run(words, input=json.dumps(values), cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return extract(world_of_entries(json.loads(ran.stdout)))


def retained(found: Sequence[Fact]) -> set[tuple[str, object]]:
    """For how many days the stores of records and logs retain what lies there."""
    records: set[tuple[str, object]] = {
        ("records", one.retention_days) for one in found if isinstance(one, ObjectStore) and one.purpose == "records"
    }
    return records | {("logs", one.retention_days) for one in found if isinstance(one, LogArchive)}


@pytest.mark.parametrize("cloud", LET_IN)
def test_the_mover_reaches_the_data_and_retention_falls_when_the_side_is_given_up(cloud: str) -> None:
    moving, given_up = facts(cloud, "mover=mover"), facts(cloud, "given_up=True")
    for found, let_in in ((moving, LET_IN[cloud]), (given_up, set())):
        flows = [one for one in found if isinstance(one, Flow) and one.source == "10.0.8.16/28"]
        assert {(one.destination, one.ports) for one in flows} == let_in
    assert retained(moving) == {("records", 1825), ("logs", 1825)}
    left = RETAINED.get(cloud, 0)
    assert retained(given_up) == {("records", left), ("logs", left)}
