"""Values of stores, servers and applications that the sandbox's Azure refuses, each with its path."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.sandbox.test_azure import (
    ACCOUNT,
    ACTIVITY,
    ADMINISTRATOR,
    APP,
    CONTAINER,
    ENVIRONMENT,
    GROUP,
    LINK,
    LOCK,
    PARAMETER,
    REGISTRY,
    SERVER,
    SERVICE,
    SETTING,
    ZONE,
    Town,
    callers,
)


@pytest.fixture
def town(state: Path) -> Iterator[Town]:
    with callers(state) as caller:
        yield Town(caller)


DATABASE: Final = "azure-native:dbforpostgresql:Database"
STORE: Final = {"accountName": "records1", "kind": "StorageV2", "sku": {"name": "Standard_ZRS"}}
IMAGES: Final = {"registryName": "images", "sku": {"name": "Premium"}}


def served(**more: Any) -> dict[str, Any]:
    return {**ADMINISTRATOR, **more}


def sized(name: str, tier: str, **more: Any) -> dict[str, Any]:
    return served(sku={"name": name, "tier": tier}, **more)


def running(**more: Any) -> dict[str, Any]:
    return {"template": {"containers": [{"name": "a", "image": "a/b", **more}]}}


REFUSED: Final[list[tuple[str, dict[str, Any], str]]] = [
    (ACCOUNT, {**STORE, "accountName": "with-hyphen"}, "accountName"),
    (ACCOUNT, {**STORE, "accountName": "x" * 25}, "accountName"),
    (ACCOUNT, {**STORE, "sku": {"name": "Premium_ZRS"}}, "sku.name"),
    (ACCOUNT, {**STORE, "kind": "BlobStorage", "sku": {"name": "Standard_LRS"}}, "accessTier"),
    (
        ACCOUNT,
        {
            **STORE,
            "kind": "Storage",
            "sku": {"name": "Standard_LRS"},
            "encryption": {"requireInfrastructureEncryption": True},
        },
        "encryption.requireInfrastructureEncryption",
    ),
    (
        ACCOUNT,
        {**STORE, "isHnsEnabled": True, "immutableStorageWithVersioning": {"enabled": True}},
        "immutableStorageWithVersioning.enabled",
    ),
    (ACCOUNT, {**STORE, "isSftpEnabled": True}, "isSftpEnabled"),
    *(
        (
            ACCOUNT,
            {**STORE, "networkRuleSet": {"defaultAction": "Deny", "ipRules": [{"iPAddressOrRange": block}]}},
            "networkRuleSet.ipRules[0].iPAddressOrRange",
        )
        for block in ("10.0.0.0/24", "20.1.2.0/31", "nowhere")
    ),
    (SERVICE, {"accountName": "a", "blobServicesName": "other"}, "blobServicesName"),
    (
        SERVICE,
        {
            "accountName": "a",
            "blobServicesName": "default",
            "restorePolicy": {"enabled": False, "days": 7},
            "deleteRetentionPolicy": {"enabled": True, "days": 7},
        },
        "restorePolicy.days",
    ),
    (
        SERVICE,
        {
            "accountName": "a",
            "blobServicesName": "default",
            "restorePolicy": {"enabled": True, "days": 6},
            "deleteRetentionPolicy": {"enabled": True, "days": 7},
            "changeFeed": {"enabled": True},
        },
        "isVersioningEnabled",
    ),
    (
        SERVICE,
        {"accountName": "a", "blobServicesName": "default", "deleteRetentionPolicy": {"enabled": True}},
        "deleteRetentionPolicy.days",
    ),
    (CONTAINER, {"accountName": "a", "containerName": "two--hyphens"}, "containerName"),
    (REGISTRY, {**IMAGES, "registryName": "with-hyphen"}, "registryName"),
    (REGISTRY, {**IMAGES, "sku": {"name": "Basic"}, "publicNetworkAccess": "Disabled"}, "publicNetworkAccess"),
    (REGISTRY, {**IMAGES, "sku": {"name": "Standard"}, "dataEndpointEnabled": True}, "dataEndpointEnabled"),
    (REGISTRY, {**IMAGES, "sku": {"name": "Basic"}, "anonymousPullEnabled": True}, "anonymousPullEnabled"),
    (REGISTRY, {**IMAGES, "policies": {"exportPolicy": {"status": "disabled"}}}, "policies.exportPolicy.status"),
    (REGISTRY, {**IMAGES, "policies": {"retentionPolicy": {"days": 366}}}, "policies.retentionPolicy.days"),
    (REGISTRY, {**IMAGES, "encryption": {"status": "enabled"}}, "encryption.keyVaultProperties.keyIdentifier"),
    (ZONE, {"privateZoneName": "nodots", "location": "Global"}, "privateZoneName"),
    (ZONE, {"privateZoneName": "a.example"}, "location"),
    (LINK, {"privateZoneName": "a.example", "virtualNetwork": {"id": "a"}}, "location"),
    (LOCK, {"lockName": "it", "scope": GROUP, "level": "CanNotDelete", "notes": "x" * 513}, "notes"),
    (LOCK, {"lockName": "it", "scope": GROUP, "level": "NotSpecified"}, "level"),
    (SERVER, served(administratorLogin="azure_superuser"), "administratorLogin"),
    (SERVER, served(administratorLoginPassword="onlyletters"), "administratorLoginPassword"),
    (SERVER, {"administratorLogin": "clerk"}, "administratorLoginPassword"),
    (SERVER, served(authConfig={"passwordAuth": "Disabled", "activeDirectoryAuth": "Disabled"}), "authConfig"),
    (SERVER, served(serverName="two--hyphens"), "serverName"),
    (SERVER, served(backup={"backupRetentionDays": 6}), "backup.backupRetentionDays"),
    (SERVER, served(maintenanceWindow={"dayOfWeek": 7}), "maintenanceWindow.dayOfWeek"),
    (SERVER, served(storage={"storageSizeGB": 100}), "storage.storageSizeGB"),
    (SERVER, served(storage={"storageSizeGB": 128, "tier": "P6"}), "storage.tier"),
    (SERVER, served(storage={"storageSizeGB": 128, "iops": 3000}), "storage.iops"),
    (SERVER, served(storage={"type": "PremiumV2_LRS", "storageSizeGB": 100, "iops": 3000}), "storage.throughput"),
    (
        SERVER,
        served(storage={"type": "PremiumV2_LRS", "storageSizeGB": 16, "iops": 3000, "throughput": 125}),
        "storage.storageSizeGB",
    ),
    (SERVER, sized("Standard_B1ms", "GeneralPurpose"), "sku.name"),
    (SERVER, sized("Standard_D2ds_v5", "GeneralPurpose"), "sku.name"),
    (SERVER, sized("Standard_E2ads_v5", "MemoryOptimized", location="Japan West"), "sku.name"),
    (
        SERVER,
        sized("Standard_B1ms", "Burstable", highAvailability={"mode": "ZoneRedundant"}),
        "highAvailability.mode",
    ),
    (
        SERVER,
        served(availabilityZone="1", highAvailability={"mode": "ZoneRedundant", "standbyAvailabilityZone": "1"}),
        "highAvailability.standbyAvailabilityZone",
    ),
    (SERVER, served(highAvailability={"standbyAvailabilityZone": "1"}), "highAvailability.standbyAvailabilityZone"),
    (SERVER, served(availabilityZone="4"), "availabilityZone"),
    (SERVER, {"createMode": "Replica"}, "sourceServerResourceId"),
    (SERVER, {"createMode": "PointInTimeRestore", "sourceServerResourceId": "a"}, "pointInTimeUTC"),
    (PARAMETER, {"serverName": "s", "configurationName": "ssl_min_protocol_version", "value": "TLSv1"}, "value"),
    (PARAMETER, {"serverName": "s", "configurationName": "no_such_thing"}, "configurationName"),
    (DATABASE, {"serverName": "s", "databaseName": "azure_sys"}, "databaseName"),
    (DATABASE, {"serverName": "s", "databaseName": "d", "charset": "EUC_JP"}, "charset"),
    (ENVIRONMENT, {"zoneRedundant": True}, "vnetConfiguration"),
    (ENVIRONMENT, {"vnetConfiguration": {"internal": True}}, "vnetConfiguration.infrastructureSubnetId"),
    (
        ENVIRONMENT,
        {"workloadProfiles": [{"name": "a", "workloadProfileType": "D5"}]},
        "workloadProfiles[0].workloadProfileType",
    ),
    (
        ENVIRONMENT,
        {"workloadProfiles": [{"name": "a", "workloadProfileType": "D4"}] * 2},
        "workloadProfiles[1].name",
    ),
    (
        ENVIRONMENT,
        {"workloadProfiles": [{"name": "a", "workloadProfileType": "D4", "minimumCount": 3, "maximumCount": 2}]},
        "workloadProfiles[0].minimumCount",
    ),
    (ENVIRONMENT, {"appLogsConfiguration": {"destination": "syslog"}}, "appLogsConfiguration.destination"),
    (
        ENVIRONMENT,
        {"appLogsConfiguration": {"destination": "log-analytics"}},
        "appLogsConfiguration.logAnalyticsConfiguration",
    ),
    (APP, {"containerAppName": "Upper"}, "containerAppName"),
    (APP, running(resources={"cpu": 1, "memory": "1Gi"}), "template.containers"),
    (APP, running(resources={"cpu": 4.25, "memory": "8.5Gi"}), "template.containers"),
    (APP, running(env=[{"name": "A", "secretRef": "none"}]), "template.containers[0].env[0].secretRef"),
    (APP, running(probes=[{"type": "Liveness"}, {"type": "Liveness"}]), "template.containers[0].probes"),
    (
        APP,
        running(probes=[{"type": "Liveness", "periodSeconds": 241}]),
        "template.containers[0].probes[0].periodSeconds",
    ),
    (APP, {"template": {"containers": [{"name": "a", "image": "a/b"}] * 2}}, "template.containers"),
    (APP, {"template": {"scale": {"minReplicas": 3, "maxReplicas": 2}}}, "template.scale.minReplicas"),
    (APP, {"configuration": {"ingress": {"targetPort": 0}}}, "configuration.ingress.targetPort"),
    (APP, {"configuration": {"ingress": {"traffic": [{"weight": 90}]}}}, "configuration.ingress.traffic"),
    (
        APP,
        {"configuration": {"ingress": {"traffic": [{"weight": 50}, {"weight": 50}]}}},
        "configuration.ingress.traffic",
    ),
    (APP, {"configuration": {"ingress": {"exposedPort": 80}}}, "configuration.ingress.exposedPort"),
    (SETTING, {"resourceUri": "x", "logs": []}, "storageAccountId"),
    (SETTING, {"resourceUri": "x", "workspaceId": "w", "eventHubName": "h"}, "eventHubAuthorizationRuleId"),
    (SETTING, {"resourceUri": "x", "workspaceId": "w", "logs": [{"enabled": True}]}, "logs[0]"),
    (
        SETTING,
        {"resourceUri": "x", "workspaceId": "w", "logs": [{"enabled": True, "category": "AuditEvent"}] * 2},
        "logs[1]",
    ),
    (
        SETTING,
        {"resourceUri": "x", "workspaceId": "w", "logs": [{"enabled": True, "categoryGroup": "some"}]},
        "logs[0].categoryGroup",
    ),
    (ACTIVITY, {"workspaceId": "w", "logs": [{"enabled": True, "category": "AuditEvent"}]}, "logs[0].category"),
]


@pytest.mark.parametrize(("token", "inputs", "path"), REFUSED)
def test_a_value_that_the_cloud_refuses_is_refused_with_its_path(
    town: Town, token: str, inputs: dict[str, Any], path: str
) -> None:
    assert [where for where, _ in town.failures(token, **inputs)] == [path]


@pytest.mark.parametrize(
    ("token", "inputs"),
    [
        (SERVER, sized("Standard_D2ds_v4", "GeneralPurpose")),
        (SERVER, sized("Standard_D2ds_v5", "GeneralPurpose", location="japanwest")),
        (SERVER, served(storage={"storageSizeGB": 128, "tier": "P50"})),
        (SERVER, served(storage={"type": "PremiumV2_LRS", "storageSizeGB": 100, "iops": 3000, "throughput": 125})),
        (SERVER, {"authConfig": {"passwordAuth": "Disabled", "activeDirectoryAuth": "Enabled"}}),
        (APP, running(resources={"cpu": 0.75, "memory": "1.5Gi"})),
        (REGISTRY, {**IMAGES, "sku": {"name": "Basic"}, "zoneRedundancy": "Enabled"}),
    ],
)
def test_a_value_at_the_edge_of_the_rule_passes(town: Town, token: str, inputs: dict[str, Any]) -> None:
    assert town.failures(token, **inputs) == []
