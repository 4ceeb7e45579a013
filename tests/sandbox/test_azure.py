"""What the sandbox's Azure refuses, as the cloud does, and the shape of what it gives back."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from sandbox.cloud.azure import PACKAGE
from sandbox.cloud.server import Server
from tests.sandbox.conftest import Caller

SUBSCRIPTION: Final = "/subscriptions/00000000-0000-4000-8000-00000000000a"
GROUP: Final = f"{SUBSCRIPTION}/resourceGroups/town"
ROLES: Final = f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions"
ENCRYPTS: Final = f"{ROLES}/e147488a-f6f5-4113-8e2d-b22465e65bf6"
WRITES_BLOBS: Final = f"{ROLES}/ba92f5b4-2d11-453d-a403-e96b0029c9fe"

RESOURCE_GROUP: Final = "azure-native:resources:ResourceGroup"
LOCK: Final = "azure-native:authorization:ManagementLockByScope"
ASSIGNMENT: Final = "azure-native:authorization:RoleAssignment"
DEFINITION: Final = "azure-native:authorization:RoleDefinition"
IDENTITY: Final = "azure-native:managedidentity:UserAssignedIdentity"
VAULT: Final = "azure-native:keyvault:Vault"
KEY: Final = "azure-native:keyvault:Key"
ACCOUNT: Final = "azure-native:storage:StorageAccount"
SERVICE: Final = "azure-native:storage:BlobServiceProperties"
CONTAINER: Final = "azure-native:storage:BlobContainer"
VNET: Final = "azure-native:network:VirtualNetwork"
SUBNET: Final = "azure-native:network:Subnet"
FILTER: Final = "azure-native:network:NetworkSecurityGroup"
ROUTES: Final = "azure-native:network:RouteTable"
ENDPOINT: Final = "azure-native:network:PrivateEndpoint"
NAMES: Final = "azure-native:network:PrivateDnsZoneGroup"
FLOW_LOG: Final = "azure-native:network:FlowLog"
ZONE: Final = "azure-native:privatedns:PrivateZone"
LINK: Final = "azure-native:privatedns:VirtualNetworkLink"
SERVER: Final = "azure-native:dbforpostgresql:Server"
PARAMETER: Final = "azure-native:dbforpostgresql:Configuration"
SETTING: Final = "azure-native:monitor:DiagnosticSetting"
ACTIVITY: Final = "azure-native:monitor:SubscriptionDiagnosticSetting"
REGISTRY: Final = "azure-native:containerregistry:Registry"
ENVIRONMENT: Final = "azure-native:app:ManagedEnvironment"
APP: Final = "azure-native:app:ContainerApp"


ADMINISTRATOR: Final = {"administratorLogin": "clerk", "administratorLoginPassword": "Correct-horse-1"}
POSTGRES: Final = "Microsoft.DBforPostgreSQL/flexibleServers"
APPS: Final = "Microsoft.App/environments"


class Town:
    """A resource group with short ways to make what a test needs first."""

    def __init__(self, caller: Caller) -> None:
        self.caller = caller
        caller.create(RESOURCE_GROUP, {"resourceGroupName": "town"})

    def make(self, token: str, name: str = "it", **inputs: Any) -> tuple[str, dict[str, Any]]:
        id_, outputs = self.caller.create(token, self.inputs(token, inputs), name=name)
        return id_, outputs

    def refused(self, token: str, name: str = "it", **inputs: Any) -> str:
        return self.caller.refusal(self.caller.create, token, self.inputs(token, inputs), name=name)

    def rejected(self, token: str, id_: str, **changes: Any) -> str:
        """What the cloud says when these inputs of an object are changed in place; None takes one away."""
        _, held, outputs = self.caller.read(token, id_)
        wanted = {name: value for name, value in {**held, **changes}.items() if value is not None}
        return self.caller.refusal(self.caller.update, token, id_, outputs, wanted)

    def changed(self, token: str, id_: str, **changes: Any) -> dict[str, Any]:
        _, held, outputs = self.caller.read(token, id_)
        now: dict[str, Any] = self.caller.update(token, id_, outputs, {**held, **changes})
        return now

    def failures(self, token: str, **inputs: Any) -> list[tuple[str, str]]:
        return self.caller.check(token, self.inputs(token, inputs))[1]

    @staticmethod
    def inputs(token: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
        alone = token in (ASSIGNMENT, DEFINITION, LOCK, SETTING, ACTIVITY)
        return dict(inputs) if alone else {"resourceGroupName": "town", **inputs}

    def vault(self, name: str = "vault", *, sku: str = "premium", **properties: Any) -> str:
        given = {
            "tenantId": "t",
            "sku": {"family": "A", "name": sku},
            "enablePurgeProtection": True,
            "enableRbacAuthorization": True,
            **properties,
        }
        return self.make(VAULT, vaultName=name, properties=given)[0]

    def key(self, vault: Mapping[str, Any] | None = None, **properties: Any) -> tuple[str, dict[str, Any]]:
        self.vault(**(vault or {"networkAcls": {"defaultAction": "Deny", "bypass": "AzureServices"}}))
        given = {"kty": "RSA-HSM", "keySize": 3072, **properties}
        return self.make(KEY, vaultName="vault", keyName="key", properties=given)

    def identity(self, name: str = "who") -> tuple[str, dict[str, Any]]:
        return self.make(IDENTITY, resourceName=name)

    def grant(self, number: int, role: str, identity: Mapping[str, Any], scope: str) -> str:
        return self.make(ASSIGNMENT, **grant(number, role, identity["principalId"], scope))[0]

    def account(self, name: str = "records1", **more: Any) -> str:
        given = {"accountName": name, "kind": "StorageV2", "sku": {"name": "Standard_ZRS"}, **more}
        return self.make(ACCOUNT, **given)[0]

    def network(self, name: str = "net", **more: Any) -> str:
        return self.make(VNET, virtualNetworkName=name, addressSpace={"addressPrefixes": ["10.0.0.0/20"]}, **more)[0]

    def subnet(self, name: str, block: str, service: str | None = None, network: str = "net", **more: Any) -> str:
        delegations = [{"name": "to", "serviceName": service}] if service else []
        place = {"virtualNetworkName": network, "subnetName": name, "addressPrefix": block}
        return self.make(SUBNET, **place, delegations=delegations, **more)[0]


def grant(number: int, role: str, principal: str, scope: str) -> dict[str, Any]:
    guid = f"00000000-0000-4000-8000-{number:012d}"
    return {"roleAssignmentName": guid, "roleDefinitionId": role, "principalId": principal, "scope": scope}


def encrypted(identity: str) -> dict[str, Any]:
    return {
        "identity": {"type": "UserAssigned", "userAssignedIdentities": [identity]},
        "encryption": {
            "keySource": "Microsoft.Keyvault",
            "keyVaultProperties": {"keyName": "key", "keyVaultUri": "https://vault.vault.azure.net/"},
            "encryptionIdentity": {"encryptionUserAssignedIdentity": identity},
        },
    }


def retained(state: str, days: int) -> dict[str, Any]:
    policy = {"state": state, "immutabilityPeriodSinceCreationInDays": days}
    return {"immutableStorageWithVersioning": {"enabled": True, "immutabilityPolicy": policy}}


@contextmanager
def callers(state: Path) -> Iterator[Caller]:
    """A caller of a sandbox of the real Azure rows, in Japan East."""
    running = Server(state, (PACKAGE,))
    caller = Caller(running.ports["azure-native"], subscriptionId=SUBSCRIPTION[15:], location="japaneast")
    yield caller
    caller.close()
    running.stop()


def endpoint(name: str, subnet: str, target: str, group: str) -> dict[str, Any]:
    connection = {"name": "to", "privateLinkServiceId": target, "groupIds": [group]}
    return {"privateEndpointName": name, "subnet": {"id": subnet}, "privateLinkServiceConnections": [connection]}


def database(subnet: str, zone: str) -> dict[str, Any]:
    network = {"delegatedSubnetResourceId": subnet, "privateDnsZoneArmResourceId": zone}
    return {"serverName": "ledger", "network": network, "storage": {"storageSizeGB": 128}, **ADMINISTRATOR}


def setting(resource: str, account: str, *categories: str) -> dict[str, Any]:
    logs = [{"category": category, "enabled": True} for category in categories]
    return {"resourceUri": resource, "storageAccountId": account, "logs": logs}


def environment(subnet: str, *, profiles: bool, name: str = "apps") -> dict[str, Any]:
    given: dict[str, Any] = {"environmentName": name, "vnetConfiguration": {"infrastructureSubnetId": subnet}}
    if profiles:
        given["workloadProfiles"] = [{"name": "Consumption", "workloadProfileType": "Consumption"}]
    return given


@pytest.fixture
def town(state: Path) -> Iterator[Town]:
    with callers(state) as caller:
        yield Town(caller)


def test_ids_and_addresses_have_the_clouds_shape(town: Town) -> None:
    key, outputs = town.key()
    account = town.account()
    assert (key, outputs["keyUri"]) == (
        f"{GROUP}/providers/Microsoft.KeyVault/vaults/vault/keys/key",
        "https://vault.vault.azure.net/keys/key",
    )
    assert account == f"{GROUP}/providers/Microsoft.Storage/storageAccounts/records1"
    assert (
        town.caller.read(ACCOUNT, account)[2]["primaryEndpoints"]["blob"] == "https://records1.blob.core.windows.net/"
    )
    assert town.identity()[1]["principalId"] != town.identity("other")[1]["principalId"]


def test_a_lock_forbids_deletion_of_its_scope_and_everything_below(town: Town) -> None:
    account = town.account()
    container, _ = town.make(CONTAINER, accountName="records1", containerName="c01")
    lock, _ = town.make(LOCK, lockName="kept", scope=account, level="CanNotDelete")
    for token, id_ in ((ACCOUNT, account), (CONTAINER, container)):
        assert town.caller.refusal(town.caller.delete, token, id_).startswith("ScopeLocked: ")
    town.caller.delete(LOCK, lock)
    town.caller.delete(CONTAINER, container)
    town.caller.delete(ACCOUNT, account)


def test_a_group_that_is_not_there_holds_nothing_and_one_with_a_locked_content_stays(town: Town) -> None:
    refused = town.refused(IDENTITY, resourceGroupName="village", resourceName="who")
    assert refused.startswith("ResourceGroupNotFound: Resource group 'village'")
    town.make(LOCK, lockName="kept", scope=town.account(), level="CanNotDelete")
    assert town.caller.refusal(town.caller.delete, RESOURCE_GROUP, GROUP).startswith("ScopeLocked: ")


def test_a_read_only_lock_forbids_making_and_changing_too(town: Town) -> None:
    account = town.account()
    lock, _ = town.make(LOCK, lockName="kept", scope=GROUP, level="ReadOnly")
    assert town.refused(IDENTITY, resourceName="who").startswith("ScopeLocked: ")
    assert town.rejected(ACCOUNT, account, tags={"a": "b"}).startswith("ScopeLocked: ")
    town.caller.delete(LOCK, lock)
    town.changed(ACCOUNT, account, tags={"a": "b"})


@pytest.mark.parametrize(
    ("token", "inputs"),
    [
        (LOCK, {"lockName": "kept", "scope": f"{GROUP}/providers/a/b/c", "level": "ReadOnly"}),
        (ASSIGNMENT, {**grant(1, WRITES_BLOBS, "p", f"{GROUP}/providers/a/b/c")}),
        (DEFINITION, {"roleDefinitionId": "00000000-0000-4000-8000-000000000009", "scope": f"{GROUP}s"}),
    ],
)
def test_what_is_laid_on_a_scope_needs_the_scope(town: Town, token: str, inputs: dict[str, Any]) -> None:
    assert town.refused(token, **inputs).startswith("ResourceNotFound: ")


def test_the_location_of_an_object_stays(town: Town) -> None:
    filter_, _ = town.make(FILTER, networkSecurityGroupName="rules")
    assert "already exists in location 'japaneast'" in town.rejected(FILTER, filter_, location="japanwest")


@pytest.mark.parametrize("token", [ACCOUNT, REGISTRY, SERVER, ENVIRONMENT, APP])
def test_an_identity_that_is_not_there_is_not_assigned(town: Town, token: str) -> None:
    nobody: dict[str, Any] = {"type": "UserAssigned", "userAssignedIdentities": [f"{GROUP}/nobody"]}
    given: dict[str, Any] = {
        ACCOUNT: {"accountName": "records1", "kind": "StorageV2", "sku": {"name": "Standard_ZRS"}},
        REGISTRY: {"registryName": "images", "sku": {"name": "Premium"}},
        SERVER: {"serverName": "ledger", **ADMINISTRATOR},
        ENVIRONMENT: {"environmentName": "apps"},
        APP: {"containerAppName": "app"},
    }
    if token in (SERVER, REGISTRY):
        nobody["userAssignedIdentities"] = {f"{GROUP}/nobody": {}}
    assert "FailedIdentityOperation" in town.refused(token, **given[token], identity=nobody)
    lone = {**nobody, "type": "SystemAssigned"}
    assert [path for path, _ in town.failures(token, **given[token], identity=lone)] == ["identity.type"]


@pytest.mark.parametrize(
    ("token", "old", "new"),
    [
        (ACCOUNT, {"location": "japaneast"}, {"location": "japanwest"}),
        (ACCOUNT, {"isHnsEnabled": True}, {"isHnsEnabled": False}),
        (ASSIGNMENT, {"scope": "a"}, {"scope": "b"}),
        (ASSIGNMENT, {"principalId": "a"}, {"principalId": "b"}),
        (ENDPOINT, {"subnet": {"id": "a"}}, {"subnet": {"id": "b"}}),
        (ENVIRONMENT, {"zoneRedundant": True}, {"zoneRedundant": False}),
        (APP, {"managedEnvironmentId": "a"}, {"managedEnvironmentId": "b"}),
        (SERVER, {"administratorLogin": "a"}, {"administratorLogin": "b"}),
        (SERVER, {"availabilityZone": "1"}, {"availabilityZone": "2"}),
        (SERVER, {"resourceGroupName": "a"}, {"resourceGroupName": "b"}),
        (VNET, {"location": "japaneast"}, {"location": "japanwest"}),
    ],
)
def test_what_cannot_change_in_place_is_replaced(town: Town, token: str, old: Any, new: Any) -> None:
    assert len(town.caller.diff(token, old, new).replaces) == 1


@pytest.mark.parametrize(
    ("token", "old", "new"),
    [
        (ASSIGNMENT, {"roleDefinitionId": "a"}, {"roleDefinitionId": "b"}),
        (
            ENDPOINT,
            {"privateLinkServiceConnections": [{"name": "a"}]},
            {"privateLinkServiceConnections": [{"name": "b"}]},
        ),
        (ENVIRONMENT, {"vnetConfiguration": {"internal": True}}, {"vnetConfiguration": {"internal": False}}),
        (FILTER, {"location": "japaneast"}, {"location": "japanwest"}),
        (SERVER, {"dataEncryption": {"type": "AzureKeyVault"}}, {"dataEncryption": {"type": "SystemAssigned"}}),
        (SERVER, {"createMode": "Default"}, {"createMode": "Update"}),
        (REGISTRY, {"encryption": {"status": "enabled"}}, {"encryption": {"status": "disabled"}}),
        (LINK, {"virtualNetwork": {"id": "a"}}, {"virtualNetwork": {"id": "b"}}),
    ],
)
def test_what_the_provider_takes_for_changeable_is_no_replacement(town: Town, token: str, old: Any, new: Any) -> None:
    assert list(town.caller.diff(token, old, new).replaces) == []


def test_profiles_in_another_order_are_no_difference(town: Town) -> None:
    given = [{"name": name, "workloadProfileType": "Consumption"} for name in "ab"]
    assert not town.caller.diff(ENVIRONMENT, {"workloadProfiles": given}, {"workloadProfiles": given[::-1]}).diffs
