"""A production stack moves from one cloud to another by its stages, and back, through the real engine: nothing that holds data is lost."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from operations.engine import Engine
from tests.engine.data import Data
from tests.engine.moves import EVERYTHING, Move, may, stopped, there

pytestmark = pytest.mark.engine

GIVEN_UP = "gcp"
"""Where a move is given up: on a cloud that refuses to delete what is under retention, and the bucket with it."""
UNGUARDED = (
    *(("data-deletion-protection", held) for held in ("Database", "LogArchive", "ObjectStorage")),
    *((rule, "ObjectStorage") for rule in ("data-object-retention", "data-object-versioning")),
    *((rule, "LogArchive") for rule in ("log-archive-immutable", "log-integrity", "log-retention-min-1y")),
)
FROM = "10.0.8.16/28"
MOVER = {"from": FROM, "aws_role_arn": "arn:aws:iam::111122223333:role/mover", "relay_port": 15432}
PACKAGES = {"aws": "aws", "azure": "azure-native", "gcp": "gcp", "oci": "oci"}


@pytest.mark.parametrize(("cloud", "other"), [("aws", "azure"), ("azure", "gcp")])
def test_production_moves_by_its_stages_and_loses_nothing(
    standing: Callable[[str], Engine], data: Callable[[str, str], Data], tmp_path: Path, cloud: str, other: str
) -> None:
    """With gcp → oci of test_interrupted_moves.py and oci → aws below four pairs; all twelve: tests/engine/all_pairs.py."""
    there(Move(standing(cloud), tmp_path), data(cloud, other), cloud, other)


@pytest.mark.parametrize(("cloud", "other"), [("oci", "aws")])
def test_a_move_is_given_up_before_the_cutover_and_returned_from_after_it(
    standing: Callable[[str], Engine], data: Callable[[str, str], Data], tmp_path: Path, cloud: str, other: str
) -> None:
    move, held = Move(standing(cloud), tmp_path), data(cloud, other)
    source = move.exist()
    move.plan(GIVEN_UP)
    move.begin(GIVEN_UP)
    assert move.broken() == set()
    move.step()
    move.step()
    for _ in range(3):
        move.step(on=False)
    # What the cloud would not delete under retention has none any more; what nobody copied needs no removal (tests/swap/test_given_up.py).
    assert move.broken() == {(rule, f"machikumo:{GIVEN_UP}:{component}") for rule, component in UNGUARDED}
    move.step()
    assert move.held() == {cloud: EVERYTHING}
    assert {token.partition(":")[0] for token, _ in move.exist()} == {PACKAGES[cloud]}
    assert {token for token, _ in move.exist()} == {token for token, _ in source}

    move.plan(other)
    move.take_first(other)
    move.let_in(MOVER)
    move.stack.up("--skip-preview")
    # On OCI the services are no part of the network: a landing's own way leads there.
    data, services, relay = (FROM, "data", (5432, 5432)), (FROM, "services", (443, 443)), ("data", FROM, (15432, 15432))
    let_through = {("oci", *data), ("oci", *relay), ("aws", *data), ("aws", *services), ("aws", *relay)}
    assert move.reached(FROM) == let_through
    assert named_in_buckets(move) == {MOVER["aws_role_arn"]}
    move.step()
    held.copied(cloud, other)
    held.counter.stop()
    stopped(move.step(), cloud)
    held.carried(cloud, other)
    move.step()
    held.serves(other)
    held.put_aside(cloud)
    held.copied(other, cloud)
    held.counter.stop()
    move.step(on=False)
    assert move.held() == {cloud: EVERYTHING, other: EVERYTHING}
    assert move.records() == may(cloud, other)
    held.carried(other, cloud)
    move.step()
    held.serves(cloud)
    assert move.records() == may(cloud, other, write=cloud)
    held.whole(cloud)
    assert {token for token, _ in source} <= {token for token, _ in move.exist()}
    assert move.held() == {cloud: EVERYTHING, other: EVERYTHING}


def named_in_buckets(move: Move) -> set[str]:
    """Who beside the workload is excepted where a bucket refuses everybody."""
    policies = [one for one in move.stack.export()["deployment"]["resources"] if one["type"].endswith(":BucketPolicy")]
    statements = [one for policy in policies for one in json.loads(policy["inputs"]["policy"])["Statement"]]
    named = [one["Condition"]["ArnNotEquals"]["aws:PrincipalArn"] for one in statements if one["Sid"] == "OneWriter"]
    return {who for one in named if isinstance(one, list) for who in one if "workload-role" not in who}


def test_a_stage_that_is_skipped_by_hand_is_refused_and_nothing_changes(
    standing: Callable[[str], Engine], tmp_path: Path
) -> None:
    move = Move(standing("aws"), tmp_path)
    before = move.exist()
    for key, value in (("swap_stage", "settle"), ("swap_cloud", "gcp"), ("swap_network_cidr", "10.48.0.0/16")):
        move.stack.set_config(f"machikumo:{key}", value)
    move.stack.set_config("machikumo:swap_database_password", "Only-1-for-this-test", secret=True)
    refused = move.stack.up("--skip-preview", check=False)
    assert refused.code != 0
    assert "machikumo:swap_stage" in refused.stdout + refused.stderr
    assert move.exist() == before
