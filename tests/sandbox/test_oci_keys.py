"""When the sandbox's OCI lets a customer key be used, and by whom; vaults, keys and secrets themselves."""

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.cloud import drift
from tests.sandbox.test_oci import (
    BUCKET,
    COMPARTMENT,
    DYNAMIC_GROUP,
    KEY,
    POLICY,
    SYSTEM,
    TENANCY,
    VAULT,
    VAULT_SECRET,
    Town,
    bucket,
    callers,
    in_days,
    key_of,
    secret_of,
    storage,
    system,
)


@pytest.fixture
def town(state: Path) -> Iterator[Town]:
    with callers(state) as caller:
        yield Town(caller)


def asked_of(town: Town, key: dict[str, Any], token: str) -> dict[str, Any]:
    if token == BUCKET:
        return bucket(kmsKeyId=key["id"])
    if token == VAULT_SECRET:
        return secret_of(key)
    return system(town.subnet()["id"], storageDetails=storage(kmsKeyId=key["id"]))


@pytest.mark.parametrize(
    ("token", "who", "where"),
    [
        (BUCKET, "service objectstorage-ap-tokyo-1", ""),
        (VAULT_SECRET, "service VaultSecret", ""),
        (
            SYSTEM,
            "any-user",
            f", request.principal.type = 'postgresqldbsystem', request.principal.compartment.id = '{COMPARTMENT}'",
        ),
    ],
)
def test_a_key_serves_only_who_was_admitted(town: Town, token: str, who: str, where: str) -> None:
    key = town.key()
    asked = asked_of(town, key, token)
    for wrong in ("service objectstorage-ap-osaka-1", "service blockstorage"):
        town.admit(wrong, "use keys")
    assert "KmsKeyNotAuthorized" in town.refused(token, **asked)
    town.admit(who, "use keys", f" where all {{target.key.id = '{key['id']}'{where}}}")
    assert town.make(token, **asked)


def test_a_dynamic_group_of_database_systems_may_use_a_key(town: Town) -> None:
    key = town.key()
    asked = asked_of(town, key, SYSTEM)
    given = {"compartmentId": TENANCY, "description": "test"}
    for name, type_ in (("wrong", "autonomousdatabase"), ("right", "postgresqldbsystem")):
        rule = f"ALL {{resource.type = '{type_}', resource.compartment.id = '{COMPARTMENT}'}}"
        town.make(DYNAMIC_GROUP, name, **given, name=name, matchingRule=rule)
        if name == "wrong":
            town.admit("dynamic-group wrong", "use keys")
            assert "KmsKeyNotAuthorized" in town.refused(SYSTEM, **asked)
    town.admit("dynamic-group right", "use keys")
    assert town.make(SYSTEM, **asked)


@pytest.mark.parametrize("state_", ["DISABLED", "PENDING_DELETION"])
@pytest.mark.parametrize("token", [BUCKET, VAULT_SECRET, SYSTEM])
def test_a_disabled_key_or_one_that_waits_for_deletion_serves_nobody_new(
    town: Town, state: Path, token: str, state_: str
) -> None:
    key = town.key()
    town.admit("any-user", "use keys")
    asked = asked_of(town, key, token)
    drift.put(state, key["id"], "state", state_)
    assert f"409-IncorrectState: the key {key['id']} is {state_}" in town.refused(token, **asked)
    drift.put(state, key["id"], "state", "ENABLED")
    assert town.make(token, **asked)


def test_a_key_is_disabled_and_enabled_by_its_own_resource(town: Town) -> None:
    vault = town.vault()
    assert "only be created in the state ENABLED" in town.refused(KEY, **key_of(vault), desiredState="DISABLED")
    made = town.make(KEY, **key_of(vault))
    town.admit("any-user", "use keys")
    store = town.make(BUCKET, **bucket(name="held", kmsKeyId=made[0]))
    outputs = town.caller.update(KEY, *made, {**key_of(vault), "desiredState": "DISABLED"})
    assert outputs["state"] == "DISABLED"
    assert "is DISABLED" in town.refused(BUCKET, "new", **bucket(name="new", kmsKeyId=made[0]))
    # What is encrypted already is not asked again when something else changes.
    held = bucket(name="held", kmsKeyId=made[0], objectEventsEnabled=True)
    assert town.caller.update(BUCKET, *store, held)["objectEventsEnabled"] is True


def test_another_key_and_a_new_secret_are_asked_anew(town: Town) -> None:
    key = town.key()
    grant = town.admit("any-user", "use keys")
    store, secret = town.make(BUCKET, **bucket(name="a")), town.make(VAULT_SECRET, **secret_of(key))
    town.caller.delete(POLICY, grant)
    assert "KmsKeyNotAuthorized" in town.refusal_of_update(BUCKET, store, **bucket(name="a", kmsKeyId=key["id"]))
    new = secret_of(key, secretContent={"contentType": "BASE64", "content": "eQ=="})
    assert "KmsKeyNotAuthorized" in town.refusal_of_update(VAULT_SECRET, secret, **new)
    town.admit("service VaultSecret", "use keys")
    assert town.caller.update(VAULT_SECRET, *secret, new)["currentVersionNumber"] == "2"


def test_only_an_aes_key_encrypts(town: Town) -> None:
    vault = town.vault()
    key = town.made(KEY, **key_of(vault, keyShape={"algorithm": "RSA", "length": 256}))
    town.admit("any-user", "use keys")
    assert "only an AES key encrypts" in town.refused(BUCKET, **bucket(kmsKeyId=key["id"]))


def test_a_secret_is_encrypted_by_a_key_of_its_own_vault(town: Town) -> None:
    key, other = town.key(), town.vault(called="other")
    town.admit("any-user", "use keys")
    assert "is not in the vault" in town.refused(VAULT_SECRET, **secret_of(key, vaultId=other["id"]))


def test_a_deleted_secrets_name_stays_taken(town: Town) -> None:
    key = town.key()
    town.admit("service VaultSecret", "use keys")
    made = town.make(VAULT_SECRET, **secret_of(key))[0]
    town.caller.delete(VAULT_SECRET, made)
    assert "password" in town.refused(VAULT_SECRET, **secret_of(key))
    assert town.make(VAULT_SECRET, **secret_of(key, secretName="other"))


def test_a_key_rotates_by_itself_only_in_a_virtual_private_vault(town: Town) -> None:
    rotation: dict[str, Any] = {"isAutoRotationEnabled": True, "autoKeyRotationDetails": {"rotationIntervalInDays": 90}}
    assert "virtual private vault" in town.refused(KEY, **key_of(town.vault("DEFAULT")), **rotation)
    assert town.make(KEY, **key_of(town.vault("VIRTUAL_PRIVATE", "private")), **rotation)


def test_external_keys_are_in_external_vaults_only(town: Town) -> None:
    vault = town.vault("DEFAULT")
    assert "can't be in a vault of type DEFAULT" in town.refused(KEY, **key_of(vault), protectionMode="EXTERNAL")
    assert town.make(KEY, **key_of(vault), protectionMode="SOFTWARE")


@pytest.mark.parametrize(("days", "let"), [(6, False), (8, True), (31, False)])
def test_vaults_and_keys_wait_7_to_30_days_for_their_deletion(town: Town, days: int, let: bool) -> None:
    vault = town.made(
        VAULT,
        compartmentId=COMPARTMENT,
        displayName="v",
        vaultType="DEFAULT",
        timeOfDeletion=in_days(days),
    )
    key = town.make(KEY, **key_of(vault), timeOfDeletion=in_days(days))[0]
    for token, id_ in ((KEY, key), (VAULT, vault["id"])):
        if let:
            town.caller.delete(token, id_)
        else:
            assert "is not 7 to 30 days ahead" in town.refusal_of_delete(token, id_)


AES = {"algorithm": "AES", "length": 32}
WHOLE: dict[str, dict[str, Any]] = {
    VAULT: {"compartmentId": COMPARTMENT, "displayName": "v", "vaultType": "DEFAULT"},
    KEY: {"compartmentId": COMPARTMENT, "displayName": "k", "keyShape": AES, "managementEndpoint": "https://x"},
    VAULT_SECRET: secret_of({"vaultId": "v", "id": "k"}),
}
LARGE = base64.b64encode(b"a" * 25_601).decode()
STORED: dict[str, Any] = {"restoreFromObjectStore": {"destination": "BUCKET"}}
FILE: dict[str, Any] = {"restoreFromFile": {"restoreKeyFromFileDetails": "a", "contentLength": "1"}}
VAULT_FILE: dict[str, Any] = {"restoreFromFile": {"restoreVaultFromFileDetails": "a", "contentLength": "1"}}
GENERATED: dict[str, Any] = {"enableAutoGeneration": True, "secretContent": None}


@pytest.mark.parametrize(
    ("token", "inputs", "path"),
    [
        (VAULT, {"vaultType": "CHEAP"}, "vaultType"),
        (VAULT, {"vaultType": "EXTERNAL"}, "externalKeyManagerMetadata"),
        (VAULT, {"timeOfDeletion": "soon"}, "timeOfDeletion"),
        (VAULT, {**VAULT_FILE, **STORED}, "restoreFromObjectStore"),
        (KEY, {"keyShape": {"algorithm": "DES", "length": 8}}, "keyShape.algorithm"),
        (KEY, {"keyShape": {"algorithm": "AES", "length": 256}}, "keyShape.length"),
        (KEY, {"keyShape": {"algorithm": "ECDSA", "length": 32, "curveId": "NIST_P384"}}, "keyShape.curveId"),
        (KEY, {"keyShape": {"algorithm": "AES", "length": 32, "curveId": "NIST_P256"}}, "keyShape.curveId"),
        (KEY, {"protectionMode": "PAPER"}, "protectionMode"),
        (KEY, {"desiredState": "DELETED"}, "desiredState"),
        (KEY, {"timeOfDeletion": "soon"}, "timeOfDeletion"),
        (KEY, {**FILE, **STORED}, "restoreFromObjectStore"),
        (
            KEY,
            {"autoKeyRotationDetails": {"rotationIntervalInDays": 59}},
            "autoKeyRotationDetails.rotationIntervalInDays",
        ),
        (KEY, {"isAutoRotationEnabled": True}, "autoKeyRotationDetails"),
        (VAULT_SECRET, {"secretName": "with space"}, "secretName"),
        (VAULT_SECRET, {"secretContent": {"contentType": "TEXT", "content": "eA=="}}, "secretContent.contentType"),
        (VAULT_SECRET, {"secretContent": {"contentType": "BASE64", "content": "not base64!"}}, "secretContent.content"),
        (VAULT_SECRET, {"secretContent": {"contentType": "BASE64", "content": LARGE}}, "secretContent.content"),
        (
            VAULT_SECRET,
            {"secretContent": {"contentType": "BASE64", "content": "eA==", "stage": "NEXT"}},
            "secretContent.stage",
        ),
        (
            VAULT_SECRET,
            {"secretContent": {"contentType": "BASE64", "content": "eA==", "name": "a b"}},
            "secretContent.name",
        ),
        (VAULT_SECRET, {"secretContent": None}, "secretContent"),
        (VAULT_SECRET, GENERATED, "secretGenerationContext"),
        (VAULT_SECRET, {"secretRules": [{"ruleType": "NONE"}]}, "secretRules[0].ruleType"),
    ],
)
def test_values_of_vaults_keys_and_secrets(town: Town, token: str, inputs: dict[str, Any], path: str) -> None:
    assert town.paths(token, **WHOLE[token]) == []
    assert town.paths(token, **{**WHOLE[token], **inputs}) == [path]
