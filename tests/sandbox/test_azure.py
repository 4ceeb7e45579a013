"""What the sandbox's Azure refuses, as the cloud does, and the shape of what it gives back."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from sandbox.cloud import drift
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

    def failures(self, token: str, **inputs: Any) -> list[tuple[str, str]]:
        return self.caller.check(token, self.inputs(token, inputs))[1]

    @staticmethod
    def inputs(token: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
        alone = token in (ASSIGNMENT, DEFINITION, LOCK, SETTING, ACTIVITY)
        return dict(inputs) if alone else {"resourceGroupName": "town", **inputs}

    def vault(self, name: str = "vault", *, sku: str = "premium", **properties: Any) -> str:
        given = {"tenantId": "t", "sku": {"family": "A", "name": sku}, "enablePurgeProtection": True, **properties}
        return self.make(VAULT, vaultName=name, properties=given)[0]

    def key(self) -> tuple[str, dict[str, Any]]:
        self.vault(networkAcls={"defaultAction": "Deny", "bypass": "AzureServices"})
        return self.make(KEY, vaultName="vault", keyName="key", properties={"kty": "RSA-HSM", "keySize": 3072})

    def identity(self, name: str = "who") -> tuple[str, dict[str, Any]]:
        return self.make(IDENTITY, resourceName=name)

    def grant(self, number: int, role: str, identity: Mapping[str, Any], scope: str) -> str:
        return self.make(ASSIGNMENT, **grant(number, role, identity["principalId"], scope))[0]

    def account(self, name: str = "records1", **more: Any) -> str:
        return self.make(ACCOUNT, accountName=name, kind="StorageV2", sku={"name": "Standard_ZRS"}, **more)[0]

    def network(self) -> str:
        return self.make(VNET, virtualNetworkName="net", addressSpace={"addressPrefixes": ["10.0.0.0/20"]})[0]

    def subnet(self, name: str, block: str, service: str | None = None) -> str:
        delegations = [{"name": "to", "serviceName": service}] if service else []
        made = self.make(
            SUBNET, virtualNetworkName="net", subnetName=name, addressPrefix=block, delegations=delegations
        )
        return made[0]


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


@pytest.fixture
def town(state: Path) -> Iterator[Town]:
    running = Server(state, (PACKAGE,))
    caller = Caller(running.ports["azure-native"], subscriptionId=SUBSCRIPTION[15:], location="japaneast")
    yield Town(caller)
    caller.close()
    running.stop()


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


@pytest.mark.parametrize(
    ("token", "inputs", "path"),
    [
        (ACCOUNT, {"accountName": "with-hyphen", "kind": "StorageV2", "sku": {"name": "Standard_ZRS"}}, "accountName"),
        (ACCOUNT, {"accountName": "x" * 25, "kind": "StorageV2", "sku": {"name": "Standard_ZRS"}}, "accountName"),
        (REGISTRY, {"registryName": "with-hyphen", "sku": {"name": "Premium"}}, "registryName"),
        (APP, {"containerAppName": "Upper"}, "containerAppName"),
        (ZONE, {"privateZoneName": "nodots"}, "privateZoneName"),
        (LOCK, {"lockName": "it", "scope": GROUP, "level": "CanNotDelete", "notes": "x" * 513}, "notes"),
        (SERVER, {"administratorLogin": "azure_superuser"}, "administratorLogin"),
        (SERVER, {"administratorLoginPassword": "onlyletters"}, "administratorLoginPassword"),
        (SERVER, {"backup": {"backupRetentionDays": 6}}, "backup.backupRetentionDays"),
        (SERVER, {"storage": {"storageSizeGB": 100}}, "storage.storageSizeGB"),
        (
            SERVER,
            {"sku": {"name": "B1ms", "tier": "Burstable"}, "highAvailability": {"mode": "ZoneRedundant"}},
            "highAvailability.mode",
        ),
        (
            SERVER,
            {"availabilityZone": "1", "highAvailability": {"mode": "ZoneRedundant", "standbyAvailabilityZone": "1"}},
            "highAvailability.standbyAvailabilityZone",
        ),
        (PARAMETER, {"serverName": "s", "configurationName": "ssl_min_protocol_version", "value": "TLSv1"}, "value"),
        (PARAMETER, {"serverName": "s", "configurationName": "no_such_thing"}, "configurationName"),
        (REGISTRY, {"registryName": "images", "sku": {"name": "Basic"}, "zoneRedundancy": "Enabled"}, "zoneRedundancy"),
        (
            REGISTRY,
            {
                "registryName": "images",
                "sku": {"name": "Premium"},
                "policies": {"exportPolicy": {"status": "disabled"}},
            },
            "policies.exportPolicy.status",
        ),
        (ENVIRONMENT, {"zoneRedundant": True}, "vnetConfiguration"),
        (
            APP,
            {"template": {"containers": [{"image": "a.azurecr.io/b", "resources": {"cpu": 1, "memory": "1Gi"}}]}},
            "template.containers",
        ),
        (SETTING, {"resourceUri": "x", "logs": []}, "storageAccountId"),
        (ROUTES, {"routes": [{"addressPrefix": "nowhere", "nextHopType": "None"}]}, "routes[0].addressPrefix"),
        (
            ROUTES,
            {"routes": [{"addressPrefix": "0.0.0.0/0", "nextHopType": "VirtualAppliance"}]},
            "routes[0].nextHopIpAddress",
        ),
        (
            VAULT,
            {
                "properties": {
                    "tenantId": "t",
                    "sku": {"family": "A", "name": "premium"},
                    "softDeleteRetentionInDays": 6,
                }
            },
            "properties.softDeleteRetentionInDays",
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
    ],
)
def test_a_value_that_the_cloud_refuses_is_refused_with_its_path(
    town: Town, token: str, inputs: dict[str, Any], path: str
) -> None:
    assert [where for where, _ in town.failures(token, **inputs)] == [path]


def test_purge_protection_and_its_days_stay_once_chosen(town: Town) -> None:
    inputs = town.inputs(VAULT, {})
    id_ = town.vault(softDeleteRetentionInDays=7)
    now = town.caller.read(VAULT, id_)[1]
    for change, words in (
        ({"enablePurgeProtection": None}, "'enablePurgeProtection' cannot be unset"),
        ({"softDeleteRetentionInDays": 90}, "'softDeleteRetentionInDays' is 7 and cannot be changed"),
    ):
        wanted = {k: v for k, v in {**now["properties"], **change}.items() if v is not None}
        assert words in town.caller.refusal(
            town.caller.update, VAULT, id_, now, {**inputs, **now, "properties": wanted}
        )


def test_the_name_of_a_deleted_vault_stays_taken(town: Town) -> None:
    town.caller.delete(VAULT, town.vault())
    assert "vault" in town.refused(
        VAULT, vaultName="vault", properties={"tenantId": "t", "sku": {"family": "A", "name": "premium"}}
    )


def test_an_hsm_key_needs_a_premium_vault_and_is_never_changed(town: Town) -> None:
    town.vault("plain", sku="standard")
    assert "SKU premium" in town.refused(KEY, vaultName="plain", keyName="key", properties={"kty": "RSA-HSM"})
    id_, outputs = town.key()
    changed = {"resourceGroupName": "town", "vaultName": "vault", "keyName": "key", "properties": {"kty": "RSA-HSM"}}
    assert "never changes it" in town.caller.refusal(town.caller.update, KEY, id_, outputs, changed)


def test_a_store_takes_a_customer_key_only_when_its_identity_may_use_the_key(town: Town) -> None:
    key, _ = town.key()
    identity, principal = town.identity()
    wanted: dict[str, Any] = {
        "accountName": "records1",
        "kind": "StorageV2",
        "sku": {"name": "Standard_ZRS"},
        **encrypted(identity),
    }
    assert "KeyVaultAccessForbidden" in town.refused(ACCOUNT, **wanted)
    town.grant(1, ENCRYPTS, principal, key)
    town.make(ACCOUNT, **wanted)


def test_a_store_refuses_a_key_of_a_vault_that_can_be_purged(town: Town) -> None:
    town.make(VAULT, vaultName="vault", properties={"tenantId": "t", "sku": {"family": "A", "name": "premium"}})
    key, _ = town.make(KEY, vaultName="vault", keyName="key", properties={"kty": "RSA"})
    identity, principal = town.identity()
    town.grant(1, ENCRYPTS, principal, key)
    wanted: dict[str, Any] = {
        "accountName": "records1",
        "kind": "StorageV2",
        "sku": {"name": "Standard_ZRS"},
        **encrypted(identity),
    }
    assert "purge protection" in town.refused(ACCOUNT, **wanted)


def test_the_retention_of_an_account_is_locked_later_and_then_only_grows(town: Town) -> None:
    base: dict[str, Any] = {
        "resourceGroupName": "town",
        "accountName": "records1",
        "kind": "StorageV2",
        "sku": {"name": "Standard_ZRS"},
    }
    assert "Disabled or Unlocked" in town.refused(ACCOUNT, **base, **retained("Locked", 10))
    id_, outputs = town.make(ACCOUNT, **base, **retained("Unlocked", 10))
    outputs = town.caller.update(ACCOUNT, id_, outputs, {**base, **retained("Locked", 10)})
    for state, days, words in (
        ("Unlocked", 10, "cannot be unlocked"),
        ("Locked", 9, "can only grow, not from 10 to 9"),
    ):
        wanted = {**base, **retained(state, days)}
        assert words in town.caller.refusal(town.caller.update, ACCOUNT, id_, outputs, wanted)
    town.caller.update(ACCOUNT, id_, outputs, {**base, **retained("Locked", 11)})


def test_version_level_immutability_is_chosen_when_the_account_is_made(town: Town) -> None:
    base: dict[str, Any] = {
        "resourceGroupName": "town",
        "accountName": "records1",
        "kind": "StorageV2",
        "sku": {"name": "Standard_ZRS"},
    }
    id_, outputs = town.make(ACCOUNT, **base)
    wanted: dict[str, Any] = {**base, **retained("Unlocked", 10)}
    assert "chosen when it is created" in town.caller.refusal(town.caller.update, ACCOUNT, id_, outputs, wanted)
    assert "needs blob versioning" in town.refused(
        CONTAINER, accountName="records1", containerName="c01", immutableStorageWithVersioning={"enabled": True}
    )


def test_a_store_or_container_that_holds_blobs_is_not_deleted(town: Town, state: Path) -> None:
    account = town.account(**retained("Unlocked", 10))
    container, _ = town.make(CONTAINER, accountName="records1", containerName="c01")
    for token, id_ in ((ACCOUNT, account), (CONTAINER, container)):
        drift.put(state, id_, "hidden.objects", 1)
        assert "holds blobs" in town.caller.refusal(town.caller.delete, token, id_)


def test_versions_are_not_switched_off_under_immutability(town: Town) -> None:
    town.account(**retained("Unlocked", 10))
    wanted: dict[str, Any] = {"accountName": "records1", "blobServicesName": "default", "isVersioningEnabled": False}
    assert "versioning cannot be disabled" in town.refused(SERVICE, **wanted)


def test_a_lock_forbids_deletion_of_its_scope_and_everything_below(town: Town) -> None:
    account = town.account()
    container, _ = town.make(CONTAINER, accountName="records1", containerName="c01")
    lock, _ = town.make(LOCK, lockName="kept", scope=account, level="CanNotDelete")
    for token, id_ in ((ACCOUNT, account), (CONTAINER, container)):
        assert town.caller.refusal(town.caller.delete, token, id_).startswith("ScopeLocked: ")
    town.caller.delete(LOCK, lock)
    town.caller.delete(CONTAINER, container)
    town.caller.delete(ACCOUNT, account)


def test_a_role_goes_once_to_who_exists(town: Town) -> None:
    account = town.account()
    _, identity = town.identity()
    principal = identity["principalId"]
    assert "PrincipalNotFound" in town.refused(ASSIGNMENT, **grant(1, WRITES_BLOBS, "nobody", account))
    assert "RoleDefinitionDoesNotExist" in town.refused(ASSIGNMENT, **grant(1, f"{ROLES}/none", principal, account))
    town.grant(1, WRITES_BLOBS, identity, account)
    assert "RoleAssignmentExists" in town.refused(ASSIGNMENT, **grant(2, WRITES_BLOBS, principal, account))


def test_a_custom_role_in_use_is_not_deleted(town: Town) -> None:
    definition, _ = town.make(
        DEFINITION,
        roleDefinitionId="00000000-0000-4000-8000-000000000009",
        scope=GROUP,
        roleName="reads",
        permissions=[],
    )
    town.grant(1, definition, town.identity()[1], town.account())
    assert "RoleDefinitionHasAssignments" in town.caller.refusal(town.caller.delete, DEFINITION, definition)


def test_a_subnet_lies_inside_its_network_beside_the_others(town: Town) -> None:
    town.network()
    town.subnet("one", "10.0.0.0/24")
    place: dict[str, Any] = {"virtualNetworkName": "net", "subnetName": "two"}
    assert "NetcfgSubnetRangeOutsideVnet" in town.refused(SUBNET, **place, addressPrefix="10.1.0.0/24")
    assert "NetcfgSubnetRangesOverlap" in town.refused(SUBNET, **place, addressPrefix="10.0.0.128/25")


def test_two_rules_of_one_direction_have_two_priorities(town: Town) -> None:
    rule = {
        "access": "Allow",
        "direction": "Inbound",
        "protocol": "Tcp",
        "priority": 100,
        "sourceAddressPrefix": "*",
        "sourcePortRange": "*",
        "destinationAddressPrefix": "*",
        "destinationPortRange": "443",
    }
    rules = [{"name": "a", **rule}, {"name": "b", **rule}, {"name": "c", **rule, "direction": "Outbound"}]
    assert town.failures(FILTER, securityRules=rules) == [
        ("securityRules[1].priority", "SecurityRuleConflict: two Inbound rules have priority 100")
    ]
    assert town.failures(FILTER, securityRules=[{"name": "a", **rule, "priority": 4097}]) == [
        ("securityRules[0].priority", "4097 is not between 100 and 4096")
    ]


def endpoint(name: str, subnet: str, target: str, group: str) -> dict[str, Any]:
    connection = {"name": "to", "privateLinkServiceId": target, "groupIds": [group]}
    return {"privateEndpointName": name, "subnet": {"id": subnet}, "privateLinkServiceConnections": [connection]}


def test_a_private_endpoint_names_a_part_of_its_target_in_a_subnet_of_nobody_else(town: Town) -> None:
    town.network()
    free = town.subnet("free", "10.0.0.0/24")
    taken = town.subnet("taken", "10.0.1.0/24", "Microsoft.App/environments")
    account = town.account()
    assert "PrivateLinkServiceGroupIdInvalid" in town.refused(ENDPOINT, **endpoint("e", free, account, "vault"))
    assert "InDelegatedSubnet" in town.refused(ENDPOINT, **endpoint("e", taken, account, "blob"))
    town.make(ENDPOINT, **endpoint("e", free, account, "blob"))
    assert "InUseSubnetCannotBeDeleted" in town.caller.refusal(town.caller.delete, SUBNET, free)


def test_the_names_of_a_private_endpoint_lie_in_one_zone_and_the_right_one(town: Town) -> None:
    town.network()
    town.make(ENDPOINT, **endpoint("e", town.subnet("free", "10.0.0.0/24"), town.account(), "blob"))
    zones = {
        name: town.make(ZONE, privateZoneName=name, location="Global")[0]
        for name in ("privatelink.blob.core.windows.net", "privatelink.azurecr.io")
    }

    def group(zone: str) -> dict[str, Any]:
        configs = [{"name": "z", "privateDnsZoneId": zones[zone]}]
        return {"privateEndpointName": "e", "privateDnsZoneConfigs": configs}

    assert "names are looked up in privatelink.blob" in town.refused(NAMES, **group("privatelink.azurecr.io"))
    town.make(NAMES, **group("privatelink.blob.core.windows.net"))
    assert "only one DNS zone group" in town.refused(NAMES, "two", **group("privatelink.blob.core.windows.net"))


def test_a_zone_with_a_link_is_not_deleted_and_linked_once(town: Town) -> None:
    network = town.network()
    zone, _ = town.make(ZONE, privateZoneName="a.example", location="Global")
    link: dict[str, Any] = {"privateZoneName": "a.example", "virtualNetwork": {"id": network}, "location": "Global"}
    town.make(LINK, **link)
    assert "has nested resources" in town.caller.refusal(town.caller.delete, ZONE, zone)
    assert "is linked already" in town.refused(LINK, "two", **link)


def database(subnet: str, zone: str) -> dict[str, Any]:
    network = {"delegatedSubnetResourceId": subnet, "privateDnsZoneArmResourceId": zone}
    return {"serverName": "ledger", "network": network, "storage": {"storageSizeGB": 128}}


def test_a_database_server_needs_its_own_subnet_and_a_linked_zone_of_the_right_name(town: Town) -> None:
    network = town.network()
    plain = town.subnet("plain", "10.0.0.0/24")
    own = town.subnet("own", "10.0.1.0/24", "Microsoft.DBforPostgreSQL/flexibleServers")
    wrong, right = (
        town.make(ZONE, privateZoneName=name, location="Global")[0]
        for name in ("a.example", "town.private.postgres.database.azure.com")
    )
    assert "SubnetNotDelegated" in town.refused(SERVER, **database(plain, right))
    assert "InvalidPrivateDnsZone" in town.refused(SERVER, **database(own, wrong))
    assert "PrivateDnsZoneNotLinked" in town.refused(SERVER, **database(own, right))
    link: dict[str, Any] = {
        "privateZoneName": "town.private.postgres.database.azure.com",
        "virtualNetwork": {"id": network},
    }
    town.make(LINK, **link, location="Global")
    id_, outputs = town.make(SERVER, **database(own, right))
    smaller = {"resourceGroupName": "town", **database(own, right), "storage": {"storageSizeGB": 64}}
    assert "StorageSizeCannotShrink" in town.caller.refusal(town.caller.update, SERVER, id_, outputs, smaller)


def test_a_database_server_takes_a_customer_key_only_when_its_identity_may_use_the_key(town: Town) -> None:
    key, outputs = town.key()
    identity, principal = town.identity()
    wanted: dict[str, Any] = {
        "serverName": "ledger",
        "identity": {"type": "UserAssigned", "userAssignedIdentities": {identity: {}}},
        "dataEncryption": {
            "type": "AzureKeyVault",
            "primaryKeyURI": outputs["keyUri"],
            "primaryUserAssignedIdentityId": identity,
        },
    }
    assert "KeyVaultAccessForbidden" in town.refused(SERVER, **wanted)
    town.grant(1, ENCRYPTS, principal, key)
    town.make(SERVER, **wanted)


def setting(resource: str, account: str, *categories: str) -> dict[str, Any]:
    logs = [{"category": category, "enabled": True} for category in categories]
    return {"resourceUri": resource, "storageAccountId": account, "logs": logs}


def test_a_diagnostic_setting_sends_known_categories_once_to_another_account(town: Town) -> None:
    records, archive = town.account(), town.account("archive1")
    service, _ = town.make(SERVICE, accountName="records1", blobServicesName="default")
    assert "'AuditEvent' is not supported" in town.refused(SETTING, **setting(service, archive, "AuditEvent"))
    assert "to the account itself" in town.refused(SETTING, **setting(service, records, "StorageRead"))
    town.make(SETTING, **setting(service, archive, "StorageRead"))
    assert "already used" in town.refused(SETTING, "two", **setting(service, archive, "StorageRead", "StorageWrite"))


def test_a_subscription_has_five_activity_log_settings(town: Town) -> None:
    archive = town.account("archive1")
    logs = [{"category": "Administrative", "enabled": True}]
    for number in range(5):
        town.make(ACTIVITY, name=f"n{number}", storageAccountId=archive, logs=logs)
    assert "DiagnosticSettingsLimitReached" in town.refused(ACTIVITY, name="n5", storageAccountId=archive, logs=logs)


def test_a_flow_log_belongs_to_the_regions_watcher_and_may_write(town: Town) -> None:
    network, archive = town.network(), town.account("archive1", allowSharedKeyAccess=False)
    identity, principal = town.identity()
    watcher: dict[str, Any] = {
        "resourceGroupName": "NetworkWatcherRG",
        "networkWatcherName": "NetworkWatcher_japaneast",
    }
    wanted: dict[str, Any] = {
        **watcher,
        "targetResourceId": network,
        "storageId": archive,
        "identity": {"type": "UserAssigned", "userAssignedIdentities": [identity]},
    }
    assert "ResourceNotFound" in town.refused(FLOW_LOG, **{**wanted, "networkWatcherName": "NetworkWatcher_japanwest"})
    assert "needs an identity that may write" in town.refused(FLOW_LOG, **wanted)
    town.grant(1, WRITES_BLOBS, principal, archive)
    town.make(FLOW_LOG, **wanted)
    assert "FlowLogAlreadyExists" in town.refused(FLOW_LOG, "two", **wanted)


def environment(subnet: str, *, profiles: bool, name: str = "apps") -> dict[str, Any]:
    given: dict[str, Any] = {"environmentName": name, "vnetConfiguration": {"infrastructureSubnetId": subnet}}
    if profiles:
        given["workloadProfiles"] = [{"name": "Consumption", "workloadProfileType": "Consumption"}]
    return given


def test_an_environment_with_profiles_needs_a_delegated_subnet_and_one_without_refuses_it(town: Town) -> None:
    town.network()
    plain = town.subnet("plain", "10.0.0.0/23")
    delegated = town.subnet("delegated", "10.0.2.0/24", "Microsoft.App/environments")
    tiny = town.subnet("tiny", "10.0.3.0/28", "Microsoft.App/environments")
    assert "SubnetDelegationError" in town.refused(ENVIRONMENT, **environment(plain, profiles=True))
    assert "SubnetIsDelegated" in town.refused(ENVIRONMENT, **environment(delegated, profiles=False))
    assert "/28 is too small" in town.refused(ENVIRONMENT, **environment(tiny, profiles=True))
    town.make(ENVIRONMENT, **environment(delegated, profiles=True))
    assert "SubnetInUse" in town.refused(ENVIRONMENT, **environment(delegated, profiles=True, name="more"))


def test_an_environment_takes_private_endpoints_only_while_it_is_not_public(town: Town) -> None:
    town.network()
    delegated = town.subnet("delegated", "10.0.2.0/24", "Microsoft.App/environments")
    entry = town.subnet("entry", "10.0.1.0/24")
    id_, _ = town.make(ENVIRONMENT, **environment(delegated, profiles=True))
    refused = town.refused(ENDPOINT, **endpoint("e", entry, id_, "managedEnvironments"))
    assert "only while its public network access is disabled" in refused


def test_an_app_names_a_profile_and_an_identity_that_it_has_and_holds_its_environment(town: Town) -> None:
    town.network()
    subnet = town.subnet("delegated", "10.0.2.0/24", "Microsoft.App/environments")
    place, _ = town.make(ENVIRONMENT, **environment(subnet, profiles=True))
    base: dict[str, Any] = {"containerAppName": "app", "managedEnvironmentId": place}
    assert "WorkloadProfileNotFound" in town.refused(APP, **base, workloadProfileName="D4")
    registries: dict[str, Any] = {"registries": [{"server": "a.azurecr.io", "identity": "somebody"}]}
    assert "InvalidRegistryIdentity" in town.refused(APP, **base, configuration=registries)
    town.make(APP, **base)
    assert "app" in town.caller.refusal(town.caller.delete, ENVIRONMENT, place)


def test_a_registry_does_not_reach_a_key_in_a_closed_vault(town: Town) -> None:
    _, outputs = town.key()
    identity, principal = town.identity()
    wanted: dict[str, Any] = {
        "registryName": "images",
        "sku": {"name": "Premium"},
        "identity": {"type": "UserAssigned", "userAssignedIdentities": {identity: {}}},
        "encryption": {
            "status": "enabled",
            "keyVaultProperties": {"keyIdentifier": outputs["keyUri"], "identity": principal["clientId"]},
        },
    }
    assert "does not pass the firewall" in town.refused(REGISTRY, **wanted)


@pytest.mark.parametrize(
    ("token", "old", "new"),
    [
        (ACCOUNT, {"location": "japaneast"}, {"location": "japanwest"}),
        (ASSIGNMENT, {"scope": "a"}, {"scope": "b"}),
        (ENVIRONMENT, {"zoneRedundant": True}, {"zoneRedundant": False}),
        (SERVER, {"dataEncryption": {"type": "AzureKeyVault"}}, {"dataEncryption": {"type": "SystemAssigned"}}),
        (REGISTRY, {"encryption": {"status": "enabled"}}, {"encryption": {"status": "disabled"}}),
    ],
)
def test_what_cannot_change_in_place_is_replaced(town: Town, token: str, old: Any, new: Any) -> None:
    assert len(town.caller.diff(token, old, new).replaces) == 1
