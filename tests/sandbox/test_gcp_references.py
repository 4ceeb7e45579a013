"""Names of other objects in the sandbox's Google Cloud: of the right type, and holding what they name."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.test_gcp import (
    ADDRESS,
    BACKEND,
    BUCKET,
    CONNECTION,
    GROUP,
    INSTANCE,
    KEY,
    LENT,
    LOG_BUCKET,
    NETWORK,
    PROJECT,
    READER,
    REGION,
    RING,
    ROUTES,
    RULE,
    SECRET,
    SERVICE,
    SUBNET,
    ZONE,
    Town,
    callers,
    lent,
    service,
    settings,
)


@pytest.fixture
def town(state: Path) -> Iterator[Town]:
    with callers(state) as caller:
        yield Town(caller)


def filled(tree: Any, **values: str) -> Any:
    if isinstance(tree, dict):
        return {name: filled(item, **values) for name, item in tree.items()}
    if isinstance(tree, list):
        return [filled(item, **values) for item in tree]
    return tree.format(**values) if isinstance(tree, str) else tree


def matched(**matcher: Any) -> dict[str, Any]:
    return {"region": REGION, "defaultService": "{backend}", "pathMatchers": [{"name": "p", **matcher}]}


KEYED = {"customerManagedEncryption": {"kmsKeyName": "{wrong}"}}
WORDED = {"name": "WORD", "valueSource": {"secretKeyRef": {"secret": "{wrong}", "version": "1"}}}


@pytest.mark.parametrize(
    ("token", "inputs", "wanted"),
    [
        (SERVICE, service("docker.io/a", encryptionKey="{wrong}"), KEY),
        (SERVICE, service("docker.io/a", vpcAccess={"networkInterfaces": [{"network": "{wrong}"}]}), NETWORK),
        (SERVICE, service("docker.io/a", containers=[{"image": "docker.io/a", "envs": [WORDED]}]), SECRET),
        (GROUP, {"region": REGION, "cloudRun": {"service": "{wrong}"}}, SERVICE),
        (ROUTES, matched(defaultService="{wrong}"), BACKEND),
        (ROUTES, matched(defaultService="{backend}", pathRules=[{"paths": ["/a"], "service": "{wrong}"}]), BACKEND),
        (
            INSTANCE,
            {
                "databaseVersion": "POSTGRES_17",
                "region": REGION,
                "settings": settings(f"projects/{PROJECT}/global/networks/none"),
            },
            NETWORK,
        ),
        (
            ZONE,
            {
                "dnsName": "a.",
                "visibility": "private",
                "privateVisibilityConfig": {"networks": [{"networkUrl": "{wrong}"}]},
            },
            NETWORK,
        ),
        (
            ZONE,
            {
                "dnsName": "a.",
                "visibility": "private",
                "privateVisibilityConfig": {"networks": [{"networkUrl": "{network}"}]},
                "peeringConfig": {"targetNetwork": {"networkUrl": "{wrong}"}},
            },
            NETWORK,
        ),
        (BUCKET, {"location": "ASIA", "logging": {"logBucket": "{wrong}"}}, BUCKET),
        (SECRET, {"replication": {"auto": KEYED}}, KEY),
        (SECRET, {"replication": {"userManaged": {"replicas": [{"location": REGION, **KEYED}]}}}, KEY),
    ],
)
def test_a_name_of_another_type_leads_nowhere(town: Town, token: str, inputs: dict[str, Any], wanted: str) -> None:
    values = {"wrong": town.make(RING, name="ring", location=REGION)[0], "network": town.network()}
    values["backend"] = town.make(BACKEND, region=REGION)[0]
    assert f"does not exist as {wanted}" in town.refused(token, **filled(inputs, **values))


PORTS = {"region": REGION, "networkEndpointType": "GCE_VM_IP_PORTMAP"}
PASSED = {"region": REGION, "loadBalancingScheme": "INTERNAL", "backendService": "{backend}"}


@pytest.mark.parametrize(
    ("token", "inputs", "held"),
    [
        (SERVICE, service("docker.io/a", vpcAccess={"networkInterfaces": [{"network": "{alone}"}]}), "alone"),
        (GROUP, {**PORTS, "network": "{alone}"}, "alone"),
        (GROUP, {**PORTS, "subnetwork": "{subnet}"}, "subnet"),
        (BACKEND, {"region": REGION, "network": "{alone}"}, "alone"),
        (ADDRESS, {"region": REGION, "addressType": "INTERNAL", "network": "{alone}"}, "alone"),
        (ADDRESS, {"region": REGION, "addressType": "INTERNAL", "subnetwork": "{subnet}"}, "subnet"),
        (RULE, PASSED, "backend"),
        (RULE, {**PASSED, "network": "{alone}"}, "alone"),
        (RULE, {**PASSED, "subnetwork": "{subnet}"}, "subnet"),
        (ROUTES, {**matched(defaultService="{second}")}, "second"),
        (
            ROUTES,
            matched(defaultService="{backend}", pathRules=[{"paths": ["/a"], "service": "{second}"}]),
            "second",
        ),
    ],
)
def test_what_is_named_stays_while_it_is(town: Town, token: str, inputs: dict[str, Any], held: str) -> None:
    values = {"alone": town.network("alone"), "subnet": town.subnet(town.network(), "10.0.0.0/24")}
    values |= {name: town.make(BACKEND, name, region=REGION)[0] for name in ("backend", "second")}
    kinds = {"alone": NETWORK, "subnet": SUBNET}
    user, _ = town.make(token, "user", **filled(inputs, **values))
    kind = kinds.get(held, BACKEND)
    assert f"still in use by {token}" in town.refusal_of_delete(kind, values[held])
    town.caller.delete(token, user)
    town.caller.delete(kind, values[held])


def test_an_instance_keeps_its_network_even_without_a_connection(town: Town) -> None:
    network = town.network()
    range_, _ = town.make(LENT, name="lent", **lent(network))
    asked = {"network": network, "service": "servicenetworking.googleapis.com", "reservedPeeringRanges": ["lent"]}
    connection, _ = town.make(CONNECTION, **asked, deletionPolicy="REMOVE_PEERING")
    town.make(INSTANCE, databaseVersion="POSTGRES_17", region=REGION, settings=settings(network))
    town.caller.delete(CONNECTION, connection)
    town.caller.delete(LENT, range_)
    assert f"still in use by {INSTANCE}" in town.refusal_of_delete(NETWORK, network)


def test_a_replica_keeps_its_master(town: Town) -> None:
    asked = {"databaseVersion": "POSTGRES_17", "region": REGION, "settings": settings(), "deletionProtection": False}
    master, _ = town.make(INSTANCE, "master", **asked)
    town.make(INSTANCE, "replica", **asked, masterInstanceName=master)
    assert f"still in use by {INSTANCE}" in town.refusal_of_delete(INSTANCE, master)


def test_a_locked_log_bucket_stays_locked(town: Town) -> None:
    asked = {"project": PROJECT, "location": REGION, "bucketId": "kept", "retentionDays": 30}
    made = town.make(LOG_BUCKET, **asked, locked=True)
    assert "stays locked" in town.refusal_of_update(LOG_BUCKET, made, **asked, locked=False)


def test_nobody_reads_a_secret_who_is_not_there(town: Town) -> None:
    secret, _ = town.make(SECRET, replication={"auto": {}})
    nobody = f"serviceAccount:nobody@{PROJECT}.iam.gserviceaccount.com"
    asked = {"secretId": secret, "role": "roles/secretmanager.secretAccessor", "member": nobody}
    assert "does not exist" in town.refused(READER, **asked)
