"""Names of other objects in the sandbox's OCI: what they must name, and OCIDs of another kind."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.test_oci import (
    BACKEND,
    BACKENDS,
    BALANCER,
    BUCKET,
    CHECKER,
    CONFIGURATION,
    CONNECTOR,
    DEFAULT_LIST,
    DEFAULT_ROUTES,
    GATEWAY,
    INSTANCE,
    KEY,
    LISTENER,
    LOG,
    LOG_GROUP,
    NAMESPACE,
    NSG,
    PLACED,
    REPOSITORY,
    ROUTES,
    RULE,
    SUBNET,
    SYSTEM,
    TENANCY,
    VAULT,
    VAULT_SECRET,
    VCN,
    Town,
    balancer_in,
    bucket,
    callers,
    instance,
    key_of,
    rule,
    secret_of,
    storage,
    system,
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


WORD = {"passwordType": "VAULT_SECRET", "secretId": "{wrong}", "secretVersion": "1"}
LOGGED = {"kind": "logging", "logSources": [{"compartmentId": TENANCY, "logGroupId": "{wrong}"}]}
ONE_LOG = {"kind": "logging", "logSources": [{"compartmentId": TENANCY, "logGroupId": "_Audit", "logId": "{wrong}"}]}
AUDITED = {"kind": "logging", "logSources": [{"compartmentId": TENANCY, "logGroupId": "_Audit"}]}
STORE = {"kind": "objectStorage", "bucket": "{wrong}", "namespace": NAMESPACE}
KEPT = {**STORE, "bucket": "kept"}
BALANCED = {"loadBalancerId": "{wrong}"}
PULL = {"registryEndpoint": "a", "secretType": "VAULT", "secretId": "{wrong}"}


@pytest.mark.parametrize(
    ("token", "inputs", "wanted"),
    [
        (SUBNET, {**PLACED, "vcnId": "{wrong}", "cidrBlock": "10.0.0.0/24"}, VCN),
        (SUBNET, {**PLACED, "vcnId": "{vcn}", "cidrBlock": "10.0.0.0/24", "routeTableId": "{routes}"}, ROUTES),
        (SUBNET, {**PLACED, "vcnId": "{vcn}", "cidrBlock": "10.0.0.0/24", "securityListIds": ["{list}"]}, VCN),
        (NSG, {**PLACED, "vcnId": "{wrong}"}, VCN),
        (GATEWAY, {**PLACED, "vcnId": "{wrong}", "services": []}, VCN),
        (ROUTES, {**PLACED, "vcnId": "{wrong}", "routeRules": []}, VCN),
        (DEFAULT_ROUTES, {"manageDefaultResourceId": "{routes}"}, VCN),
        (DEFAULT_LIST, {"manageDefaultResourceId": "{list}"}, VCN),
        (RULE, rule("{wrong}"), NSG),
        (KEY, key_of({"managementEndpoint": "{wrong}"}), VAULT),
        (VAULT_SECRET, secret_of({"vaultId": "{wrong}", "id": "{wrong}"}), VAULT),
        (VAULT_SECRET, secret_of({"vaultId": "{vault}", "id": "{wrong}"}), KEY),
        (BUCKET, bucket(kmsKeyId="{wrong}"), KEY),
        (SYSTEM, system("{wrong}"), SUBNET),
        (SYSTEM, system("{subnet}", networkDetails={"subnetId": "{subnet}", "nsgIds": ["{wrong}"]}), NSG),
        (SYSTEM, system("{subnet}", storageDetails=storage(kmsKeyId="{wrong}")), KEY),
        (SYSTEM, system("{subnet}", configId="{wrong}"), CONFIGURATION),
        (SYSTEM, system("{subnet}", credentials={"username": "u", "passwordDetails": WORD}), VAULT_SECRET),
        (INSTANCE, instance("{wrong}"), SUBNET),
        (INSTANCE, instance("{subnet}", vnics=[{"subnetId": "{subnet}", "nsgIds": ["{wrong}"]}]), NSG),
        (INSTANCE, instance("{subnet}", imagePullSecrets=[PULL]), VAULT_SECRET),
        (BALANCER, balancer_in("{wrong}"), SUBNET),
        (BALANCER, {**balancer_in("{subnet}"), "networkSecurityGroupIds": ["{wrong}"]}, NSG),
        (BACKENDS, {**BALANCED, "name": "a", "policy": "ROUND_ROBIN", "healthChecker": CHECKER}, BALANCER),
        (BACKEND, {**BALANCED, "backendsetName": "a", "ipAddress": "10.0.0.9", "port": 80}, BALANCER),
        (LISTENER, {**BALANCED, "name": "a", "defaultBackendSetName": "a", "port": 80, "protocol": "HTTP"}, BALANCER),
        (LOG, {"displayName": "a", "logType": "CUSTOM", "logGroupId": "{wrong}"}, LOG_GROUP),
        (CONNECTOR, {**PLACED, "source": LOGGED, "target": KEPT}, LOG_GROUP),
        (CONNECTOR, {**PLACED, "source": ONE_LOG, "target": KEPT}, LOG),
        (CONNECTOR, {**PLACED, "source": AUDITED, "target": STORE}, BUCKET),
    ],
)
def test_an_ocid_of_another_kind_leads_nowhere(town: Town, token: str, inputs: dict[str, Any], wanted: str) -> None:
    vcn = town.network()["id"]
    values = {"vcn": vcn, "subnet": town.subnet(vcnId=vcn)["id"], "vault": town.vault()["id"]}
    # What exists, of a kind that nothing here names.
    values["wrong"] = town.make(REPOSITORY, **{**PLACED, "displayName": "a"})[0]
    values |= {
        kind: f"ocid1.{long}.oc1.ap-tokyo-1.a" for kind, long in (("routes", "routetable"), ("list", "securitylist"))
    }
    town.make(BUCKET, "kept", **bucket(name="kept"))
    assert f"does not exist as {wanted}" in town.refused(token, **filled(inputs, **values))
