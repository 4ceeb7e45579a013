"""Everything that an Azure object names is there and of the right type."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from sandbox.cloud.azure import PACKAGE
from tests.sandbox.test_azure import (
    ACCOUNT,
    ACTIVITY,
    ADMINISTRATOR,
    APP,
    ASSIGNMENT,
    CONTAINER,
    ENDPOINT,
    ENVIRONMENT,
    FLOW_LOG,
    GROUP,
    IDENTITY,
    KEY,
    LINK,
    NAMES,
    PARAMETER,
    REGISTRY,
    SERVER,
    SERVICE,
    SETTING,
    SUBNET,
    VAULT,
    VNET,
    Town,
    callers,
    grant,
)

SECRET: Final = "azure-native:keyvault:Secret"
DATABASE: Final = "azure-native:dbforpostgresql:Database"
WRONG: Final = GROUP  # it exists, but is never what is meant

LIFECYCLE: Final = "azure-native:storage:ManagementPolicy"
OVER: Final = {
    "name": "over",
    "type": "Lifecycle",
    "definition": {
        "filters": {"blobTypes": ["blockBlob"]},
        "actions": {"version": {"delete": {"daysAfterCreationGreaterThan": 30}}},
    },
}
STORE: Final = {"accountName": "records1", "kind": "StorageV2", "sku": {"name": "Standard_ZRS"}}
BOOK: Final = {"serverName": "ledger", **ADMINISTRATOR}
FLOWS: Final = {"resourceGroupName": "NetworkWatcherRG", "networkWatcherName": "NetworkWatcher_japaneast"}
PLACE: Final = {"addressPrefix": "10.0.0.0/24"}
CONNECTION: Final = {"privateLinkServiceConnections": [{"name": "to", "privateLinkServiceId": WRONG}]}
SETTLED: Final = {"tenantId": "t", "sku": {"family": "A", "name": "premium"}}
RIGHT_ROLE: Final = grant(1, f"{GROUP}/providers/Microsoft.Authorization/roleDefinitions/r", "p", GROUP)


def encrypting(**named: str) -> dict[str, Any]:
    return {**BOOK, "dataEncryption": {"type": "AzureKeyVault", **named}}


CASES: Final[list[tuple[str, str, dict[str, Any]]]] = [
    (
        ACCOUNT,
        "encryption.encryptionIdentity.encryptionUserAssignedIdentity",
        {**STORE, "encryption": {"encryptionIdentity": {"encryptionUserAssignedIdentity": WRONG}}},
    ),
    (
        ACCOUNT,
        "networkRuleSet.virtualNetworkRules[0].virtualNetworkResourceId",
        {
            **STORE,
            "networkRuleSet": {"defaultAction": "Deny", "virtualNetworkRules": [{"virtualNetworkResourceId": WRONG}]},
        },
    ),
    (SERVICE, "accountName", {"accountName": WRONG, "blobServicesName": "default"}),
    (LIFECYCLE, "accountName", {"accountName": WRONG, "managementPolicyName": "default", "policy": {"rules": [OVER]}}),
    (CONTAINER, "accountName", {"accountName": WRONG, "containerName": "c01"}),
    (
        VAULT,
        "properties.networkAcls.virtualNetworkRules[0].id",
        {"properties": {**SETTLED, "networkAcls": {"virtualNetworkRules": [{"id": WRONG}]}}},
    ),
    (KEY, "vaultName", {"vaultName": WRONG, "properties": {"kty": "RSA"}}),
    (SECRET, "vaultName", {"vaultName": WRONG, "properties": {"value": "x"}}),
    (ASSIGNMENT, "roleDefinitionId", {**RIGHT_ROLE, "roleDefinitionId": WRONG}),
    (ASSIGNMENT, "delegatedManagedIdentityResourceId", {**RIGHT_ROLE, "delegatedManagedIdentityResourceId": WRONG}),
    (SUBNET, "virtualNetworkName", {**PLACE, "virtualNetworkName": WRONG}),
    (SUBNET, "networkSecurityGroup.id", {**PLACE, "virtualNetworkName": "net", "networkSecurityGroup": {"id": WRONG}}),
    (SUBNET, "routeTable.id", {**PLACE, "virtualNetworkName": "net", "routeTable": {"id": WRONG}}),
    (ENDPOINT, "privateLinkServiceConnections[0].privateLinkServiceId", CONNECTION),
    (ENDPOINT, "subnet.id", {"subnet": {"id": WRONG}, "manualPrivateLinkServiceConnections": [{"name": "to"}]}),
    (NAMES, "privateEndpointName", {"privateEndpointName": WRONG}),
    (
        NAMES,
        "privateDnsZoneConfigs[0].privateDnsZoneId",
        {"privateEndpointName": "e", "privateDnsZoneConfigs": [{"name": "z", "privateDnsZoneId": WRONG}]},
    ),
    (LINK, "privateZoneName", {"privateZoneName": WRONG, "location": "Global"}),
    (
        LINK,
        "virtualNetwork.id",
        {"privateZoneName": "a.example", "location": "Global", "virtualNetwork": {"id": WRONG}},
    ),
    (SERVER, "network.delegatedSubnetResourceId", {**BOOK, "network": {"delegatedSubnetResourceId": WRONG}}),
    (SERVER, "network.privateDnsZoneArmResourceId", {**BOOK, "network": {"privateDnsZoneArmResourceId": WRONG}}),
    (SERVER, "sourceServerResourceId", {"createMode": "Replica", "sourceServerResourceId": WRONG}),
    *(
        (SERVER, f"dataEncryption.{name}", encrypting(**{name: WRONG}))
        for name in (
            "primaryKeyURI",
            "primaryUserAssignedIdentityId",
            "geoBackupKeyURI",
            "geoBackupUserAssignedIdentityId",
        )
    ),
    (PARAMETER, "serverName", {"serverName": WRONG, "configurationName": "log_connections"}),
    (DATABASE, "serverName", {"serverName": WRONG, "databaseName": "book"}),
    *(
        (
            REGISTRY,
            f"encryption.keyVaultProperties.{name}",
            {"registryName": "images", "sku": {"name": "Premium"}, "encryption": {"keyVaultProperties": {name: WRONG}}},
        )
        for name in ("keyIdentifier", "identity")
    ),
    (
        ENVIRONMENT,
        "vnetConfiguration.infrastructureSubnetId",
        {"vnetConfiguration": {"infrastructureSubnetId": WRONG}},
    ),
    (APP, "managedEnvironmentId", {"containerAppName": "app", "managedEnvironmentId": WRONG}),
    (APP, "environmentId", {"containerAppName": "app", "environmentId": WRONG}),
    (SETTING, "storageAccountId", {"resourceUri": GROUP, "storageAccountId": WRONG}),
    (ACTIVITY, "storageAccountId", {"storageAccountId": WRONG}),
    (FLOW_LOG, "targetResourceId", {**FLOWS, "targetResourceId": WRONG, "storageId": "s"}),
    (FLOW_LOG, "storageId", {**FLOWS, "targetResourceId": "net", "storageId": WRONG}),
]


@pytest.fixture
def town(state: Path) -> Iterator[Town]:
    with callers(state) as caller:
        yield Town(caller)


def needed(town: Town) -> None:
    """The parents that some cases name rightly."""
    town.network()
    subnet = town.subnet("one", "10.0.8.0/24")
    connection = {"name": "to", "privateLinkServiceId": town.account("archive1"), "groupIds": ["blob"]}
    town.make(ENDPOINT, privateEndpointName="e", subnet={"id": subnet}, privateLinkServiceConnections=[connection])
    town.make("azure-native:privatedns:PrivateZone", privateZoneName="a.example", location="Global")


@pytest.mark.parametrize(("token", "path", "inputs"), CASES, ids=lambda case: case if isinstance(case, str) else "")
def test_a_name_of_something_else_is_refused(town: Town, token: str, path: str, inputs: dict[str, Any]) -> None:
    needed(town)
    refused = town.refused(token, **inputs)
    assert refused.startswith(f"{path}: '{WRONG}' does not exist as azure-native:")


def test_every_reference_of_the_rows_has_a_case() -> None:
    plain = {(token, path.replace("[0]", "[*]")) for token, path, _ in CASES}
    assert {(row.token, reference.path) for row in PACKAGE.types.values() for reference in row.references} == plain


def test_a_name_of_nothing_is_refused(town: Town) -> None:
    assert town.refused(KEY, vaultName="none", properties={"kty": "RSA"}).startswith("vaultName: 'none' does not exist")
    assert IDENTITY in town.refused(ACCOUNT, **CASES[0][2])
    assert VNET in town.refused(SUBNET, virtualNetworkName="none", **PLACE)
