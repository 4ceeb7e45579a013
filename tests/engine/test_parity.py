"""Identical: the facts of the four deployed states are equal, field by field, apart from what is declared here with its reason."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from operations.promises import Capabilities, Outcome, outcomes
from policies.parity import Declared, differences
from policies.state import judge_state
from tests.engine.conftest import CLOUDS, Deployed

pytestmark = pytest.mark.engine

DECLARED: tuple[Declared, ...] = (
    Declared(
        cloud="aws",
        kind="Identity",
        role="application",
        field="open_to_anyone",
        value=False,
        reason="Fargate pulls images and writes logs as an execution role; elsewhere the service's own agent does",
    ),
    Declared(
        cloud="aws",
        kind="Identity",
        role="archive",
        field="open_to_anyone",
        value=False,
        reason="log delivery and replication into the archive act as roles of the account; elsewhere as the service's agent",
    ),
    Declared(
        cloud="aws",
        kind="Identity",
        role="workload",
        field="permissions",
        reason="S3 and Secrets Manager decrypt as the caller, so the role needs the key; elsewhere the service's agent does",
    ),
    Declared(
        cloud="aws",
        kind="ObjectStore",
        role="archive",
        field="purpose",
        value="delivery",
        reason="load balancers deliver access logs to SSE-S3 buckets only; they are replicated into the archive",
    ),
)

WEAKENED: dict[str, tuple[str, Callable[[dict[str, Any]], None], str]] = {
    "azure": (
        "azure-native:storage:StorageAccount",
        lambda p: p.update(allowBlobPublicAccess=True),
        "anonymous_access",
    ),
    "gcp": ("gcp:storage/bucket:Bucket", lambda p: p.update(publicAccessPrevention="inherited"), "anonymous_access"),
    "oci": ("oci:ObjectStorage/bucket:Bucket", lambda p: p.update(accessType="ObjectRead"), "anonymous_access"),
    "aws": ("aws:rds/instance:Instance", lambda p: p.update(multiAz=False), "standby_in_second_zone"),
}
"""Per cloud: a type, a change that makes it weaker, the field in which parity must notice."""


def test_the_four_clouds_say_the_same(deployed: Callable[[str], Deployed]) -> None:
    assert differences({cloud: judge_state(deployed(cloud).state).facts for cloud in CLOUDS}, DECLARED) == []


@pytest.mark.parametrize("cloud", CLOUDS)
def test_a_cloud_made_weaker_is_found(cloud: str, deployed: Callable[[str], Deployed]) -> None:
    token, weaken, field = WEAKENED[cloud]
    states = {name: copy.deepcopy(dict(deployed(name).state)) for name in CLOUDS}
    for resource in states[cloud]["deployment"]["resources"]:
        if resource["type"] == token:
            weaken(resource["inputs"])
            weaken(resource["outputs"])
    found = differences({name: judge_state(state).facts for name, state in states.items()}, DECLARED)
    assert found != []
    assert all(field in line for line in found), found


@pytest.mark.parametrize("cloud", CLOUDS)
def test_every_rule_holds_and_nothing_is_unknown_once_deployed(cloud: str, deployed: Callable[[str], Deployed]) -> None:
    verdicts = judge_state(deployed(cloud).state).verdicts
    assert [f"{v.answer}: {v}" for v in verdicts if v.answer not in ("holds", "not-offered")] == []


@pytest.mark.parametrize("cloud", CLOUDS)
def test_every_promise_is_kept_or_declared(cloud: str, deployed: Callable[[str], Deployed]) -> None:
    capabilities = Capabilities.read()
    found = outcomes(deployed(cloud).state, cloud, capabilities)
    kept = set(capabilities.promises) - set(capabilities.not_offered[cloud])
    assert {promise for promise, outcome in found.items() if outcome is Outcome.KEPT} == kept
    assert set(found.values()) <= {Outcome.KEPT, Outcome.SUBSTITUTE, Outcome.NOT_OFFERED}
