"""Values of networks, keys and roles that the sandbox's Azure refuses, each with its path."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.sandbox.test_azure import (
    ASSIGNMENT,
    DEFINITION,
    ENDPOINT,
    FILTER,
    FLOW_LOG,
    GROUP,
    KEY,
    ROUTES,
    SUBNET,
    VAULT,
    VNET,
    WRITES_BLOBS,
    Town,
    callers,
    grant,
)


@pytest.fixture
def town(state: Path) -> Iterator[Town]:
    with callers(state) as caller:
        yield Town(caller)


SECRET: Final = "azure-native:keyvault:Secret"
RULE: Final = {
    "name": "a",
    "access": "Allow",
    "direction": "Inbound",
    "protocol": "Tcp",
    "priority": 100,
    "sourceAddressPrefix": "*",
    "sourcePortRange": "*",
    "destinationAddressPrefix": "*",
    "destinationPortRange": "443",
}


def keyed(**properties: Any) -> dict[str, Any]:
    return {"vaultName": "vault", "keyName": "key", "properties": properties}


def secured(**properties: Any) -> dict[str, Any]:
    return {"properties": {"tenantId": "t", "sku": {"family": "A", "name": "premium"}, **properties}}


def routed(*routes: dict[str, Any]) -> dict[str, Any]:
    return {"routes": [{"name": str(number), "nextHopType": "None", **route} for number, route in enumerate(routes)]}


def filtered(**change: Any) -> dict[str, Any]:
    return {"securityRules": [{k: v for k, v in {**RULE, **change}.items() if v is not None}]}


REFUSED: Final[list[tuple[str, dict[str, Any], str]]] = [
    (ROUTES, routed({"addressPrefix": "nowhere"}), "routes[0].addressPrefix"),
    (ROUTES, routed({"addressPrefix": "0.0.0.0/0", "nextHopType": "VirtualAppliance"}), "routes[0].nextHopIpAddress"),
    (ROUTES, routed({"addressPrefix": "0.0.0.0/0"}, {"addressPrefix": "0.0.0.0/0"}), "routes[1].addressPrefix"),
    (FILTER, filtered(priority=4097), "securityRules[0].priority"),
    (FILTER, filtered(description="x" * 141), "securityRules[0].description"),
    (FILTER, filtered(name="a b"), "securityRules[0].name"),
    (FILTER, filtered(destinationPortRange="70000"), "securityRules[0].destinationPortRange"),
    (FILTER, filtered(destinationPortRange="443-80"), "securityRules[0].destinationPortRange"),
    (FILTER, filtered(destinationPortRange=None), "securityRules[0]"),
    (FILTER, filtered(sourceAddressPrefix="nobody"), "securityRules[0].sourceAddressPrefix"),
    (VNET, {"addressSpace": {"addressPrefixes": ["10.0.0.0/30"]}}, "addressSpace.addressPrefixes[0]"),
    (VNET, {"addressSpace": {"addressPrefixes": ["10.0.0.0/16", "10.0.1.0/24"]}}, "addressSpace.addressPrefixes[1]"),
    (VNET, {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}, "flowTimeoutInMinutes": 3}, "flowTimeoutInMinutes"),
    (SUBNET, {"virtualNetworkName": "net", "addressPrefix": "10.0.0.0/30"}, "addressPrefix"),
    (SUBNET, {"virtualNetworkName": "net"}, "addressPrefix"),
    (
        SUBNET,
        {
            "virtualNetworkName": "net",
            "addressPrefix": "10.0.0.0/24",
            "serviceEndpoints": [{"service": "Microsoft.Mail"}],
        },
        "serviceEndpoints[0].service",
    ),
    (
        SUBNET,
        {
            "virtualNetworkName": "net",
            "addressPrefix": "10.0.0.0/24",
            "delegations": [{"name": "to", "serviceName": "anybody"}],
        },
        "delegations[0].serviceName",
    ),
    (ENDPOINT, {"subnet": {"id": "a"}}, "privateLinkServiceConnections"),
    (VAULT, secured(softDeleteRetentionInDays=6), "properties.softDeleteRetentionInDays"),
    (VAULT, secured(enablePurgeProtection=False), "properties.enablePurgeProtection"),
    (VAULT, secured(enableSoftDelete=False), "properties.enableSoftDelete"),
    (KEY, keyed(kty="RSA", keySize=1024), "properties.keySize"),
    (KEY, keyed(kty="RSA", curveName="P-256"), "properties.curveName"),
    (
        KEY,
        keyed(rotationPolicy={"lifetimeActions": [{"trigger": {"timeAfterCreate": "P6D"}}]}),
        "properties.rotationPolicy.lifetimeActions[0].trigger.timeAfterCreate",
    ),
    (
        KEY,
        keyed(rotationPolicy={"lifetimeActions": [{"trigger": {"timeBeforeExpiry": "P30D"}}]}),
        "properties.rotationPolicy.lifetimeActions[0].trigger.timeBeforeExpiry",
    ),
    (
        KEY,
        keyed(rotationPolicy={"attributes": {"expiryTime": "P27D"}}),
        "properties.rotationPolicy.attributes.expiryTime",
    ),
    (SECRET, {"vaultName": "v", "secretName": "under_score", "properties": {"value": "x"}}, "secretName"),
    (SECRET, {"vaultName": "v", "secretName": "s", "properties": {"value": "x" * 25001}}, "properties.value"),
    (
        FLOW_LOG,
        {
            "networkWatcherName": "n",
            "storageId": "s",
            "targetResourceId": "t",
            "format": {"type": "JSON", "version": 3},
        },
        "format.version",
    ),
    (
        DEFINITION,
        {
            "roleDefinitionId": "00000000-0000-4000-8000-000000000001",
            "scope": GROUP,
            "permissions": [{"dataActions": ["Microsoft.Storage/storageAccounts/read"]}],
        },
        "permissions[0].dataActions[0]",
    ),
    (
        DEFINITION,
        {"roleDefinitionId": "00000000-0000-4000-8000-000000000001", "scope": GROUP, "roleType": "BuiltInRole"},
        "roleType",
    ),
    (ASSIGNMENT, {**grant(1, WRITES_BLOBS, "p", GROUP), "conditionVersion": "1.0"}, "conditionVersion"),
]


@pytest.mark.parametrize(("token", "inputs", "path"), REFUSED)
def test_a_value_that_the_cloud_refuses_is_refused_with_its_path(
    town: Town, token: str, inputs: dict[str, Any], path: str
) -> None:
    assert [where for where, _ in town.failures(token, **inputs)] == [path]


@pytest.mark.parametrize(
    ("token", "inputs"),
    [
        (FILTER, filtered(sourceAddressPrefix="AzureLoadBalancer", destinationPortRange="30000-32767")),
        (KEY, keyed(rotationPolicy={"lifetimeActions": [{"trigger": {"timeAfterCreate": "P18M"}}]})),
    ],
)
def test_a_value_at_the_edge_of_the_rule_passes(town: Town, token: str, inputs: dict[str, Any]) -> None:
    assert town.failures(token, **inputs) == []
