"""What the sandbox's Azure refuses of logs."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.test_azure import (
    ACTIVITY,
    FLOW_LOG,
    SERVICE,
    SETTING,
    WRITES_BLOBS,
    Town,
    callers,
    setting,
)


@pytest.fixture
def town(state: Path) -> Iterator[Town]:
    with callers(state) as caller:
        yield Town(caller)


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


def test_a_diagnostic_setting_stays_in_its_region_and_has_a_standard_account(town: Town) -> None:
    vault = town.vault()
    far, fast = town.account("far1", location="japanwest"), town.account("fast1", sku={"name": "Premium_LRS"})
    assert "must be in the same region" in town.refused(SETTING, **setting(vault, far, "AuditEvent"))
    assert "premium storage account" in town.refused(SETTING, **setting(vault, fast, "AuditEvent"))
    assert "does not exist as" in town.refused(SETTING, **setting(vault, vault, "AuditEvent"))
    town.account()
    service, _ = town.make(SERVICE, accountName="records1", blobServicesName="default")
    assert "must be in the same region" in town.refused(SETTING, **setting(service, far, "StorageRead"))


def test_a_resource_has_five_diagnostic_settings(town: Town) -> None:
    vault = town.vault()
    for number in range(5):
        town.make(SETTING, f"n{number}", **setting(vault, town.account(f"archive{number}"), "AuditEvent"))
    assert "5 diagnostic settings already" in town.refused(
        SETTING, "n5", **setting(vault, town.account(), "AuditEvent")
    )


def watched(network: str, account: str, place: str = "japaneast") -> dict[str, Any]:
    return {
        "resourceGroupName": "NetworkWatcherRG",
        "networkWatcherName": f"NetworkWatcher_{place}",
        "location": place,
        "targetResourceId": network,
        "storageId": account,
    }


def test_a_flow_log_stays_in_the_region_of_its_network_and_its_account(town: Town) -> None:
    account, far = town.account(), town.account("far1", location="japanwest")
    network = town.network()
    assert "was not found in japanwest" in town.refused(FLOW_LOG, **watched(network, far, "japanwest"))
    town.network("other", location="japanwest")
    assert "does not lie in japanwest" in town.refused(FLOW_LOG, **watched(network, far, "japanwest"))
    assert "StorageAccountRegionMismatch" in town.refused(FLOW_LOG, **watched(network, far))
    fast = town.account("fast1", sku={"name": "Premium_LRS"})
    assert "StorageAccountTypeInvalid" in town.refused(FLOW_LOG, **watched(network, fast))
    town.make(FLOW_LOG, **watched(town.subnet("one", "10.0.0.0/24"), account))
