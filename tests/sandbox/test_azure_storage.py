"""What the sandbox's Azure Storage refuses."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.cloud import drift
from tests.sandbox.test_azure import (
    ACCOUNT,
    CONTAINER,
    SERVICE,
    Town,
    callers,
    retained,
)

LIFECYCLE = "azure-native:storage:ManagementPolicy"


@pytest.fixture
def town(state: Path) -> Iterator[Town]:
    with callers(state) as caller:
        yield Town(caller)


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


@pytest.mark.parametrize(
    ("made", "changes", "words"),
    [
        ({}, {"kind": "BlockBlobStorage", "sku": {"name": "Premium_LRS"}}, "The property 'kind'"),
        ({}, {"sku": {"name": "Premium_LRS"}}, "The property 'sku.name'"),
        ({}, {"encryption": {"requireInfrastructureEncryption": True}}, "encryption.requireInfrastructureEncryption'"),
        ({}, {"enableNfsV3": True}, "The property 'enableNfsV3'"),
        ({}, {"dnsEndpointType": "AzureDnsZone"}, "The property 'dnsEndpointType'"),
    ],
)
def test_what_an_account_is_cannot_be_changed(
    town: Town, made: dict[str, Any], changes: dict[str, Any], words: str
) -> None:
    refused = town.rejected(ACCOUNT, town.account(**made), **changes)
    assert refused.startswith("AccountPropertyCannotBeUpdated: ")
    assert words in refused


def test_an_old_account_may_become_one_of_the_second_version(town: Town) -> None:
    old, _ = town.make(ACCOUNT, accountName="old1", kind="Storage", sku={"name": "Standard_GRS"})
    town.changed(ACCOUNT, old, kind="StorageV2")


def test_a_network_reaches_an_account_from_a_subnet_with_a_service_endpoint(town: Town) -> None:
    town.network()
    plain = town.subnet("plain", "10.0.0.0/24")
    through = town.subnet("through", "10.0.1.0/24", serviceEndpoints=[{"service": "Microsoft.Storage"}])

    def rules(subnet: str) -> dict[str, Any]:
        return {"defaultAction": "Deny", "virtualNetworkRules": [{"virtualNetworkResourceId": subnet}]}

    wanted: dict[str, Any] = {"accountName": "records1", "kind": "StorageV2", "sku": {"name": "Standard_ZRS"}}
    assert "NetworkAclsValidationFailure" in town.refused(ACCOUNT, **wanted, networkRuleSet=rules(plain))
    assert "does not exist" in town.refused(ACCOUNT, **wanted, networkRuleSet=rules(f"{plain}s"))
    town.make(ACCOUNT, **wanted, networkRuleSet=rules(through))


def test_a_container_is_open_to_everybody_only_if_its_account_allows_it(town: Town) -> None:
    town.account()
    town.account("public1", allowBlobPublicAccess=True)
    wanted: dict[str, Any] = {"containerName": "c01", "publicAccess": "Blob"}
    assert "PublicAccessNotPermitted" in town.refused(CONTAINER, accountName="records1", **wanted)
    town.make(CONTAINER, accountName="public1", **wanted)


def test_the_immutability_of_a_container_is_not_switched_off(town: Town) -> None:
    town.account(**retained("Unlocked", 10))
    container, _ = town.make(
        CONTAINER, accountName="records1", containerName="c01", immutableStorageWithVersioning={"enabled": True}
    )
    changes: dict[str, Any] = {"immutableStorageWithVersioning": {"enabled": False}}
    assert "cannot be switched off" in town.rejected(CONTAINER, container, **changes)


def test_a_hierarchical_account_keeps_no_versions(town: Town) -> None:
    town.account(isHnsEnabled=True)
    wanted: dict[str, Any] = {"accountName": "records1", "blobServicesName": "default", "isVersioningEnabled": True}
    assert "FeatureNotSupportedForAccount" in town.refused(SERVICE, **wanted)


def test_a_lifecycle_policy_needs_rules_that_do_something_to_some_blobs(town: Town) -> None:
    town.make(ACCOUNT, accountName="records1", kind="StorageV2", sku={"name": "Standard_ZRS"})
    over = {"delete": {"daysAfterCreationGreaterThan": 30}}
    rule: dict[str, Any] = {
        "name": "over",
        "type": "Lifecycle",
        "definition": {"filters": {"blobTypes": ["blockBlob"]}, "actions": {"version": over}},
    }

    def failures(*rules: dict[str, Any]) -> list[str]:
        policy = {"rules": list(rules)}
        return [
            path
            for path, _ in town.failures(
                LIFECYCLE, accountName="records1", managementPolicyName="default", policy=policy
            )
        ]

    assert failures(rule) == []
    assert failures() == ["policy.rules"]
    assert failures(rule, rule) == ["policy.rules"]
    assert failures({**rule, "definition": {**rule["definition"], "actions": {}}}) == [
        "policy.rules[0].definition.actions"
    ]
    assert failures({**rule, "definition": {**rule["definition"], "filters": {"blobTypes": []}}}) == [
        "policy.rules[0].definition.filters.blobTypes"
    ]
