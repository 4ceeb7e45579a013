"""When the sandbox's Azure lets a customer key be used, and by whom."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.cloud import drift
from tests.sandbox.test_azure import (
    ACCOUNT,
    ADMINISTRATOR,
    CONTAINER,
    ENCRYPTS,
    GROUP,
    KEY,
    PARAMETER,
    REGISTRY,
    SERVER,
    SERVICE,
    VAULT,
    Town,
    callers,
    encrypted,
)

SECRET = "azure-native:keyvault:Secret"
DATABASE = "azure-native:dbforpostgresql:Database"


@pytest.fixture
def town(state: Path) -> Iterator[Town]:
    with callers(state) as caller:
        yield Town(caller)


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
    town.make(VAULT, vaultName="vault", properties=open_vault())
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


def open_vault(**more: Any) -> dict[str, Any]:
    return {"tenantId": "t", "sku": {"family": "A", "name": "premium"}, "enableRbacAuthorization": True, **more}


def store(identity: str) -> dict[str, Any]:
    return {
        "accountName": "records1",
        "kind": "StorageV2",
        "sku": {"name": "Standard_ZRS"},
        **encrypted(identity),
    }


def test_the_names_of_a_deleted_key_and_secret_stay_taken(town: Town) -> None:
    key, _ = town.key()
    town.caller.delete(KEY, key)
    assert "vault|key" in town.refused(KEY, vaultName="vault", keyName="key", properties={"kty": "RSA"})
    secret, _ = town.make(SECRET, vaultName="vault", secretName="word", properties={"value": "x"})
    town.caller.delete(SECRET, secret)
    assert "vault|word" in town.refused(SECRET, vaultName="vault", secretName="word", properties={"value": "x"})


@pytest.mark.parametrize(
    ("properties", "words"),
    [
        ({"attributes": {"enabled": False}}, "KeyVaultKeyDisabled"),
        ({"attributes": {"expires": 1_000_000_000}}, "KeyVaultKeyExpired"),
        ({"attributes": {"notBefore": 9_000_000_000}}, "KeyVaultKeyNotActivated"),
        ({"keyOps": ["sign", "verify"]}, "KeyVaultOperationNotPermitted"),
        ({"kty": "EC-HSM", "keySize": None}, "KeyVaultKeyTypeNotSupported"),
    ],
)
def test_a_key_that_cannot_wrap_now_encrypts_nothing(town: Town, properties: dict[str, Any], words: str) -> None:
    given = {name: value for name, value in {"kty": "RSA-HSM", "keySize": 3072, **properties}.items() if value}
    town.vault()
    key, _ = town.make(KEY, vaultName="vault", keyName="key", properties=given)
    identity, principal = town.identity()
    town.grant(1, ENCRYPTS, principal, key)
    assert words in town.refused(ACCOUNT, **store(identity))


def test_a_role_on_the_vault_or_the_group_reaches_its_keys_and_one_beside_it_does_not(town: Town) -> None:
    town.key()
    identity, principal = town.identity()
    town.grant(1, ENCRYPTS, principal, town.account("archive1"))
    assert "KeyVaultAccessForbidden" in town.refused(ACCOUNT, **store(identity))
    town.grant(2, ENCRYPTS, principal, GROUP)
    town.make(ACCOUNT, **store(identity))


def test_a_vault_without_roles_asks_its_access_policies(town: Town) -> None:
    identity, principal = town.identity()
    policy = {"tenantId": "t", "objectId": principal["principalId"], "permissions": {"keys": ["get", "wrapKey"]}}
    key, _ = town.key({"enableRbacAuthorization": False, "accessPolicies": [policy]})
    town.grant(1, ENCRYPTS, principal, key)
    assert "KeyVaultAccessForbidden" in town.refused(ACCOUNT, **store(identity))
    whole = {**policy, "permissions": {"keys": ["get", "wrapKey", "unwrapKey"]}}
    vault = town.caller.read(VAULT, f"{GROUP}/providers/Microsoft.KeyVault/vaults/vault")
    town.changed(VAULT, vault[0], properties={**vault[1]["properties"], "accessPolicies": [whole]})
    town.make(ACCOUNT, **store(identity))


@pytest.mark.parametrize("shut", [{"publicNetworkAccess": "Disabled"}, {}])
def test_a_closed_vault_lets_services_through_unless_told_otherwise(town: Town, shut: dict[str, Any]) -> None:
    key, _ = town.key({"networkAcls": {"defaultAction": "Deny", "bypass": "None"}, **shut})
    identity, principal = town.identity()
    town.grant(1, ENCRYPTS, principal, key)
    assert "KeyVaultNetworkForbidden" in town.refused(ACCOUNT, **store(identity))


def test_what_a_disabled_key_encrypts_is_out_of_reach(town: Town, state: Path) -> None:
    key, outputs = town.key()
    identity, principal = town.identity()
    town.grant(1, ENCRYPTS, principal, key)
    account, _ = town.make(ACCOUNT, **store(identity))
    server, _ = town.make(SERVER, **keyed_server(identity, outputs["keyUri"]))
    drift.put(state, key, "properties.attributes", {"enabled": False})
    for token, given in (
        (CONTAINER, {"accountName": "records1", "containerName": "c01"}),
        (SERVICE, {"accountName": "records1", "blobServicesName": "default"}),
        (DATABASE, {"serverName": "ledger", "databaseName": "book"}),
        (PARAMETER, {"serverName": "ledger", "configurationName": "log_connections", "value": "on"}),
    ):
        assert "KeyVaultKeyDisabled" in town.refused(token, **given)
    assert "KeyVaultKeyDisabled" in town.rejected(ACCOUNT, account, tags={"a": "b"})
    assert "KeyVaultKeyDisabled" in town.rejected(SERVER, server, tags={"a": "b"})


def keyed_server(identity: str, key: str) -> dict[str, Any]:
    return {
        "serverName": "ledger",
        **ADMINISTRATOR,
        "identity": {"type": "UserAssigned", "userAssignedIdentities": {identity: {}}},
        "dataEncryption": {
            "type": "AzureKeyVault",
            "primaryKeyURI": key,
            "primaryUserAssignedIdentityId": identity,
        },
    }


def test_geo_redundant_backup_under_a_customer_key_needs_a_second_key(town: Town) -> None:
    key, outputs = town.key()
    identity, principal = town.identity()
    town.grant(1, ENCRYPTS, principal, key)
    wanted = {**keyed_server(identity, outputs["keyUri"]), "backup": {"geoRedundantBackup": "Enabled"}}
    assert "GeoBackupKeyRequired" in town.refused(SERVER, **wanted)
    second = {"geoBackupKeyURI": outputs["keyUri"], "geoBackupUserAssignedIdentityId": identity}
    town.make(SERVER, **{**wanted, "dataEncryption": {**wanted["dataEncryption"], **second}})


def test_a_registrys_key_needs_an_open_vault_a_role_and_an_identity_of_its_own(town: Town) -> None:
    key, outputs = town.key({"softDeleteRetentionInDays": 7})
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
    _, other = town.identity("other")
    somebody = {"keyVaultProperties": {"keyIdentifier": outputs["keyUri"], "identity": other["clientId"]}}
    assert "is not assigned" in town.refused(REGISTRY, **{**wanted, "encryption": {"status": "enabled", **somebody}})
    assert "KeyVaultAccessForbidden" in town.refused(REGISTRY, **wanted)
    town.grant(1, ENCRYPTS, principal, key)
    made, _ = town.make(REGISTRY, **wanted)
    assert "CMK_UPDATE_NOT_ALLOWED" in town.rejected(REGISTRY, made, encryption={"status": "disabled"})
    assert "ZoneRedundancyUpdateNotSupported" in town.rejected(REGISTRY, made, zoneRedundancy="Enabled")
