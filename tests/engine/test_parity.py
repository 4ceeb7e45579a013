"""Identical: the facts of the four deployed states are equal, field by field, apart from what is declared here with its reason."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from operations.promises import Capabilities, Outcome, outcomes
from policies.facts.vocabulary import Identity
from policies.parity import Declared, differences
from policies.state import judge_state
from tests.engine.conftest import CLOUDS, Deployed

pytestmark = pytest.mark.engine

PLATFORM = (
    "the container environment and the database server need it among themselves (components/azure/network/platform.py)"
)

DECLARED: tuple[Declared, ...] = (
    # Who acts beside the workload: a role of the account here, the service's own agent there.
    *(
        Declared(cloud=cloud, kind="Identity", role=role, field="open_to_anyone", value=False, reason=reason)
        for cloud, role, reason in (
            ("aws", "application", "Fargate pulls images and writes logs as an execution role"),
            ("aws", "archive", "log delivery and replication into the archive act as roles of the account"),
            ("azure", "network", "Network Watcher writes flow logs as an identity of the subscription"),
        )
    ),
    Declared(
        cloud="aws",
        kind="Identity",
        role="workload",
        field="permissions",
        reason="what the identity needs beside its own records and secret differs; compared exactly below (BESIDE)",
    ),
    # What a cloud lets nobody decide, or decides otherwise; each is in the capability table too.
    Declared(
        cloud="aws",
        kind="ObjectStore",
        role="archive",
        field="purpose",
        value="delivery",
        reason="load balancers deliver access logs to SSE-S3 buckets only; they are replicated into the archive",
    ),
    *(
        Declared(
            cloud=cloud,
            kind="ObjectStore",
            role="archive",
            field="access_logged",
            reason="a store that records its own reads and writes into itself never ends",
        )
        for cloud in ("azure", "oci")
    ),
    Declared(
        cloud="azure",
        kind="Key",
        role="key",
        field="users",
        value=frozenset({"images"}),
        reason="a registry reaches a vault only without the vault's firewall: its key has a vault of its own",
    ),
    *(
        Declared(cloud=cloud, kind="Key", role="key", field="users", reason=reason)
        for cloud, reason in (
            ("azure", "images have a key of their own; a vault's secrets take no customer key"),
            ("oci", "flow logs and images take no customer key; what is archived is in the object store"),
        )
    ),
    Declared(
        cloud="azure",
        kind="Key",
        role="key",
        field="deletion_wait_days",
        reason="a vault waits 90 days, KMS no more than 30",
    ),
    Declared(cloud="azure", kind="Secret", field="customer_key", reason="a vault's secrets take no customer key"),
    Declared(cloud="oci", kind="ImageRegistry", field="customer_key", reason="the registry takes no customer key"),
    Declared(
        cloud="azure",
        kind="ImageRegistry",
        field="tags_immutable",
        reason="no setting covers all tags; images are named by digest",
    ),
    *(
        Declared(cloud="azure", kind="Flow", field="ports", value=ports, reason=PLATFORM)
        for ports in ((0, 65535), (6432, 6432), (30000, 32767))
    ),
    *(Declared(cloud="azure", kind="Flow", field="source", value=source, reason=PLATFORM) for source in ("data",)),
)
"""Every difference, with its reason. One that hides nothing fails the test, so that none outlives its reason."""

OWN = {("read-objects", "records"), ("write-objects", "records"), ("read-secret", "password")}
BESIDE: dict[str, set[tuple[str, str]]] = {
    "aws": {("use-key", "key")},  # S3 and Secrets Manager decrypt as the caller
    "azure": {("pull-images", "application")},  # the container service pulls as the workload
    "gcp": set(),
    "oci": {("pull-images", "application"), ("write-logs", "application")},  # so it does, and it logs as the workload
}
"""What the workload's identity may do beside its own records and secret."""

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
def test_the_workload_may_do_only_what_it_uses(cloud: str, deployed: Callable[[str], Deployed]) -> None:
    facts = judge_state(deployed(cloud).state).facts
    found = [fact.permissions for fact in facts if isinstance(fact, Identity) and fact.role == "workload"]
    assert found == [OWN | BESIDE[cloud]]


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
