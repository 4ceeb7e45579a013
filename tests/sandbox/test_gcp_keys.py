"""When the sandbox's Google Cloud lets a customer key be used, and by whom."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.cloud import drift
from tests.sandbox.test_gcp import (
    AGENT,
    AGENTS,
    BUCKET,
    INSTANCE,
    KEY,
    KEY_GRANT,
    LOG_BUCKET,
    OSAKA,
    PROJECT,
    REGION,
    REGISTRY,
    RING,
    SECRET,
    SERVICE,
    SINK,
    USES,
    VERSION,
    Town,
    agent,
    callers,
    key_user,
    service,
    settings,
)


@pytest.fixture
def town(state: Path) -> Iterator[Town]:
    with callers(state) as caller:
        yield Town(caller)


@pytest.mark.parametrize(
    ("token", "inputs", "domain"),
    [
        (BUCKET, {"location": "ASIA-NORTHEAST1", "encryption": {"defaultKmsKeyName": "{key}"}}, "gs-project-accounts"),
        (
            SECRET,
            {
                "replication": {
                    "userManaged": {
                        "replicas": [{"location": REGION, "customerManagedEncryption": {"kmsKeyName": "{key}"}}]
                    }
                }
            },
            "gcp-sa-secretmanager",
        ),
        (
            REGISTRY,
            {"repositoryId": "images", "format": "DOCKER", "location": REGION, "kmsKeyName": "{key}"},
            "gcp-sa-artifactregistry",
        ),
        (
            LOG_BUCKET,
            {
                "project": PROJECT,
                "location": REGION,
                "bucketId": "search",
                "cmekSettings": {"kmsKeyName": "{key}"},
            },
            "gcp-sa-logging",
        ),
        (
            INSTANCE,
            {
                "databaseVersion": "POSTGRES_17",
                "region": REGION,
                "encryptionKeyName": "{key}",
                "settings": settings(),
            },
            "gcp-sa-cloud-sql",
        ),
        (SERVICE, service("docker.io/a", encryptionKey="{key}"), "serverless-robot-prod"),
    ],
)
def test_a_key_serves_only_who_was_granted_and_only_beside_it(
    town: Town, token: str, inputs: dict[str, Any], domain: str
) -> None:
    def filled(tree: Any, key: str) -> Any:
        if isinstance(tree, dict):
            return {name: filled(item, key) for name, item in tree.items()}
        if isinstance(tree, list):
            return [filled(item, key) for item in tree]
        return key if tree == "{key}" else tree

    osaka, tokyo = town.key("asia-northeast2"), town.key()
    assert f"@{domain}." in town.refused(token, **filled(inputs, tokyo))
    for api in [api for api, found in AGENTS.items() if found == domain]:
        town.make(AGENT, service=f"{api}.googleapis.com")
    for key in (osaka, tokyo):
        town.make(KEY_GRANT, cryptoKeyId=key, role=USES, member=key_user(domain))
    assert "location" in town.refused(token, **filled(inputs, osaka))
    town.make(token, **filled(inputs, tokyo))


def test_the_name_of_a_key_or_its_ring_is_never_free_again(town: Town) -> None:
    ring, _ = town.make(RING, name="ring", location=REGION)
    key, _ = town.make(KEY, name="key", keyRing=ring)
    town.caller.delete(KEY, key)
    assert "key" in town.refused(KEY, name="key", keyRing=ring)
    town.caller.delete(RING, ring)
    assert "ring" in town.refused(RING, name="ring", location=REGION)


def test_a_key_that_encrypts_nothing_serves_nobody(town: Town, state: Path) -> None:
    key = town.granted("gs-project-accounts")
    asked = {"location": "ASIA-NORTHEAST1", "encryption": {"defaultKmsKeyName": key}}
    drift.put(state, key, "primaries[0].state", "DISABLED")
    assert "no enabled primary version (DISABLED)" in town.refused(BUCKET, **asked)
    drift.put(state, key, "primaries[0].state", "ENABLED")
    town.make(BUCKET, **asked)


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        ({"purpose": "ASYMMETRIC_SIGN"}, "not ENCRYPT_DECRYPT"),
        ({"skipInitialVersionCreation": True}, "no enabled primary version"),
    ],
)
def test_only_a_symmetric_key_with_a_version_encrypts(town: Town, inputs: dict[str, Any], words: str) -> None:
    key = town.key(**inputs)
    town.make(KEY_GRANT, cryptoKeyId=key, role=USES, member=agent("gs-project-accounts"))
    assert words in town.refused(BUCKET, location=REGION.upper(), encryption={"defaultKmsKeyName": key})


def test_encrypting_alone_is_not_enough(town: Town) -> None:
    key = town.key()
    asked = {"location": "ASIA-NORTHEAST1", "encryption": {"defaultKmsKeyName": key}}
    for role in ("cryptoKeyEncrypter", "cryptoKeyDecrypter"):
        assert "may not use the key" in town.refused(BUCKET, **asked)
        town.make(KEY_GRANT, role, cryptoKeyId=key, role=f"roles/cloudkms.{role}", member=agent("gs-project-accounts"))
    town.make(BUCKET, **asked)


def test_the_logging_services_key_account_is_another_one_than_its_sinks(town: Town) -> None:
    town.make(BUCKET, name="town-archive", location="ASIA")
    town.make(SINK, destination="storage.googleapis.com/town-archive")
    key = town.key()
    town.make(KEY_GRANT, cryptoKeyId=key, role=USES, member=agent("gcp-sa-logging"))
    asked = {"project": PROJECT, "location": REGION, "bucketId": "kept", "cmekSettings": {"kmsKeyName": key}}
    assert "may not use the key" in town.refused(LOG_BUCKET, **asked)


def test_every_replica_of_a_secret_needs_its_own_key(town: Town) -> None:
    tokyo, osaka = town.granted("gcp-sa-secretmanager"), town.key(OSAKA)

    def asked(second: str) -> dict[str, Any]:
        keys = {REGION: tokyo, OSAKA: second}
        replicas = [{"location": at, "customerManagedEncryption": {"kmsKeyName": key}} for at, key in keys.items()]
        return {"replication": {"userManaged": {"replicas": replicas}}}

    assert f"not in the location of the resource, {OSAKA}" in town.refused(SECRET, **asked(tokyo))
    assert "may not use the key" in town.refused(SECRET, **asked(osaka))
    town.make(KEY_GRANT, cryptoKeyId=osaka, role=USES, member=agent("gcp-sa-secretmanager"))
    town.make(SECRET, **asked(osaka))


def test_an_automatic_secret_takes_a_global_key_only(town: Town) -> None:
    key = town.granted("gcp-sa-secretmanager")
    replication = {"auto": {"customerManagedEncryption": {"kmsKeyName": key}}}
    assert "not in the location of the resource, global" in town.refused(SECRET, replication=replication)


def test_a_new_version_needs_the_secrets_key(town: Town, state: Path) -> None:
    key = town.granted("gcp-sa-secretmanager")
    replicas = [{"location": REGION, "customerManagedEncryption": {"kmsKeyName": key}}]
    secret, _ = town.make(SECRET, replication={"userManaged": {"replicas": replicas}})
    drift.put(state, key, "primaries[0].state", "DESTROYED")
    assert "its key can't be used" in town.refused(VERSION, secret=secret, secretData="word")


@pytest.mark.parametrize(
    ("token", "inputs"),
    [
        (BUCKET, {"location": "ASIA-NORTHEAST1", "encryption": {"defaultKmsKeyName": "{it}"}}),
        (REGISTRY, {"repositoryId": "images", "format": "DOCKER", "location": REGION, "kmsKeyName": "{it}"}),
        (LOG_BUCKET, {"project": PROJECT, "location": REGION, "bucketId": "b", "cmekSettings": {"kmsKeyName": "{it}"}}),
    ],
)
def test_a_key_ring_is_no_key(town: Town, token: str, inputs: dict[str, Any]) -> None:
    ring, _ = town.make(RING, name="ring", location=REGION)

    def filled(tree: Any) -> Any:
        return {name: filled(item) for name, item in tree.items()} if isinstance(tree, dict) else tree.format(it=ring)

    assert "does not exist as gcp:kms/cryptoKey:CryptoKey" in town.refused(token, **filled(inputs))


def test_what_a_key_went_through_stays_when_it_changes(town: Town, state: Path) -> None:
    ring, _ = town.make(RING, name="ring", location=REGION)
    made = town.make(KEY, name="key", keyRing=ring)
    drift.put(state, made[0], "primaries[0].state", "DISABLED")
    changed = town.caller.update(KEY, *made, {"name": "key", "keyRing": ring, "labels": {"a": "b"}})
    assert changed["primaries"] == [{"name": f"{made[0]}/cryptoKeyVersions/1", "state": "DISABLED"}]
