"""One production stack on each cloud, as the real engine left it."""

from collections.abc import Callable

import pytest

from policies.facts.vocabulary import Tagged, known
from policies.state import judge_state
from tests.engine.conftest import CLOUDS, Deployed

pytestmark = pytest.mark.engine

TAGS = {
    "municipality-code": "011002",
    "system-id": "resident-record",
    "environment": "production",
    "accounting-line": "general",
    "stack": "011002-resident-record-production",
}

OUTPUTS = {
    "application_address",
    "database_host",
    "database_name",
    "database_password_secret",
    "encryption_key",
    "image_registry",
    "log_archive",
    "network",
    "records_bucket",
    "workload_identity",
}


@pytest.mark.parametrize("cloud", CLOUDS)
def test_the_first_up_only_creates_and_the_second_changes_nothing(
    cloud: str, deployed: Callable[[str], Deployed]
) -> None:
    stack = deployed(cloud)
    assert set(stack.first) == {"create"}
    assert set(stack.second) == {"same"}
    assert stack.second["same"] == stack.first["create"]


@pytest.mark.parametrize("cloud", CLOUDS)
def test_every_cloud_has_the_same_outputs_and_each_says_something(
    cloud: str, deployed: Callable[[str], Deployed]
) -> None:
    outputs = deployed(cloud).outputs
    assert set(outputs) == OUTPUTS
    assert {key for key, value in outputs.items() if not isinstance(value, str) or not value} == set()


@pytest.mark.parametrize("cloud", CLOUDS)
def test_a_stack_stays_small_enough_for_a_self_managed_backend(cloud: str, deployed: Callable[[str], Deployed]) -> None:
    assert len(deployed(cloud).state["deployment"]["resources"]) <= 150 + 12  # components, provider and stack besides


@pytest.mark.parametrize("cloud", CLOUDS)
def test_no_default_provider_was_used(cloud: str, deployed: Callable[[str], Deployed]) -> None:
    resources = deployed(cloud).state["deployment"]["resources"]
    # The engine's own package, with which the program reads its state, is no cloud's.
    clouds = [
        r for r in resources if r["type"].startswith("pulumi:providers:") and r["type"] != "pulumi:providers:pulumi"
    ]
    providers = {r["urn"].split("::")[-1] for r in clouds}
    assert {name for name in providers if name.startswith("default")} == set()


@pytest.mark.parametrize("cloud", CLOUDS)
def test_the_password_is_nowhere_plain_in_the_state(cloud: str, deployed: Callable[[str], Deployed]) -> None:
    def plain(value: object, path: str) -> list[str]:
        if isinstance(value, dict):
            if "4dabf18193072939515e22adb298388d" in value:
                return [] if "ciphertext" in value else [path]
            return [found for key, item in value.items() for found in plain(item, f"{path}.{key}")]
        if isinstance(value, list):
            return [found for item in value for found in plain(item, path)]
        return [path] if "assword" in path.rsplit(".", 1)[-1] and value not in (None, "", False, True) else []

    resources = deployed(cloud).state["deployment"]["resources"]
    found = [
        p for r in resources for p in plain(r.get("inputs", {}), "inputs") + plain(r.get("outputs", {}), "outputs")
    ]
    # Names of settings and ids of secrets are no secrets.
    assert [
        p
        for p in found
        if not p.lower().endswith(("secretid", "secretversion", "passwordauth", "passwordtype", "password_secret"))
    ] == []


PROTECTED = {
    "aws": {
        "aws:cloudtrail/trail:Trail",
        "aws:ecr/repository:Repository",
        "aws:kms/key:Key",
        "aws:rds/instance:Instance",
        "aws:s3/bucket:Bucket",
        "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
        "aws:secretsmanager/secret:Secret",
    },
    "azure": {
        "azure-native:containerregistry:Registry",
        "azure-native:dbforpostgresql:Database",
        "azure-native:dbforpostgresql:Server",
        "azure-native:keyvault:Key",
        "azure-native:keyvault:Secret",
        "azure-native:keyvault:Vault",
        "azure-native:resources:ResourceGroup",
        "azure-native:storage:BlobContainer",
        "azure-native:storage:StorageAccount",
    },
    # Cloud SQL's database is abandoned, never dropped (deletion_policy): its instance is what is protected.
    "gcp": {
        "gcp:artifactregistry/repository:Repository",
        "gcp:kms/cryptoKey:CryptoKey",
        "gcp:kms/keyRing:KeyRing",
        "gcp:secretmanager/secret:Secret",
        "gcp:sql/databaseInstance:DatabaseInstance",
        "gcp:storage/bucket:Bucket",
    },
    # The policy is the guard that denies deleting the database.
    "oci": {
        "oci:Artifacts/containerRepository:ContainerRepository",
        "oci:Identity/policy:Policy",
        "oci:Kms/key:Key",
        "oci:Kms/vault:Vault",
        "oci:Logging/logGroup:LogGroup",
        "oci:ObjectStorage/bucket:Bucket",
        "oci:Psql/dbSystem:DbSystem",
        "oci:Vault/secret:Secret",
    },
}
"""What production can't lose: the engine refuses to delete or replace it."""


@pytest.mark.parametrize("cloud", CLOUDS)
def test_all_that_holds_data_is_protected_in_production(cloud: str, deployed: Callable[[str], Deployed]) -> None:
    resources = deployed(cloud).state["deployment"]["resources"]
    assert {one["type"] for one in resources if one.get("protect")} == PROTECTED[cloud]


@pytest.mark.parametrize("cloud", CLOUDS)
def test_every_taggable_resource_carries_the_same_tags_on_every_cloud(
    cloud: str, deployed: Callable[[str], Deployed]
) -> None:
    tagged = [fact for fact in judge_state(deployed(cloud).state).facts if isinstance(fact, Tagged)]
    assert len(tagged) > 10
    assert {fact.name: {key: known(fact.tags).get(key) for key in TAGS} for fact in tagged} == {
        fact.name: TAGS for fact in tagged
    }
