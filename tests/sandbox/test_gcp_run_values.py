"""What the inputs of Cloud Run and Cloud SQL alone show, in the sandbox's Google Cloud."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.test_gcp import DATABASE, INSTANCE, OSAKA, REGION, SERVICE, USER, Town, callers, service, settings


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Nothing is made in it: one for all."""
    with callers(tmp_path_factory.mktemp("cloud") / "state") as caller:
        yield Town(caller)


RUN = service("a")
FIRST = "template.containers[0]"
LIMITS = f"{FIRST}.resources.limits"
TIER = "settings.tier"


def contained(**container: Any) -> dict[str, Any]:
    return {**RUN, "template": {"containers": [{"image": "a", **container}]}}


def sized(cpu: str, memory: str, **template: Any) -> dict[str, Any]:
    limits = {"limits": {"cpu": cpu, "memory": memory}}
    return {**RUN, "template": {"containers": [{"image": "a", "resources": limits}], **template}}


def probed(kind: str, **probe: int) -> dict[str, Any]:
    return contained(**{f"{kind}Probe": {"tcpSocket": {"port": 1}, **probe}})


def database(version: str = "POSTGRES_17", **more: Any) -> dict[str, Any]:
    return {"databaseVersion": version, "region": REGION, "settings": settings(**more)}


def plain(**more: Any) -> dict[str, Any]:
    """Of the edition without plus."""
    return database(**{"edition": "ENTERPRISE", "availabilityType": "ZONAL", "backupConfiguration": {}, **more})


def backed(**more: Any) -> dict[str, Any]:
    return database(backupConfiguration={"enabled": True, "pointInTimeRecoveryEnabled": True, **more})


def flagged(*flags: tuple[str, str]) -> dict[str, Any]:
    return database(databaseFlags=[{"name": name, "value": text} for name, text in flags])


@pytest.mark.parametrize(
    ("token", "inputs", "path"),
    [
        (SERVICE, {**RUN, "location": "tokyo"}, "location"),
        (SERVICE, {**RUN, "ingress": "ALL"}, "ingress"),
        (SERVICE, {**RUN, "launchStage": "EARLY"}, "launchStage"),
        (SERVICE, {**RUN, "description": "x" * 513}, "description"),
        (SERVICE, {**RUN, "annotations": {"run.googleapis.com/launch-stage": "BETA"}}, "annotations"),
        (SERVICE, {**RUN, "traffics": [{"percent": 50}, {"percent": 40}]}, "traffics"),
        (SERVICE, {**RUN, "name": "a" * 50}, "name"),
        (SERVICE, service("a", timeout="60"), "template.timeout"),
        (SERVICE, service("a", timeout="3601s"), "template.timeout"),
        (SERVICE, service("a", maxInstanceRequestConcurrency=1001), "template.maxInstanceRequestConcurrency"),
        (SERVICE, service("a", executionEnvironment="GEN3"), "template.executionEnvironment"),
        (SERVICE, service("a", scaling={"maxInstanceCount": 1001}), "template.scaling.maxInstanceCount"),
        (SERVICE, service("a", scaling={"minInstanceCount": -1}), "template.scaling.minInstanceCount"),
        (SERVICE, service("a", vpcAccess={"egress": "SOME"}), "template.vpcAccess.egress"),
        (SERVICE, service("a", vpcAccess={"networkInterfaces": [{}]}), "template.vpcAccess.networkInterfaces[0]"),
        (
            SERVICE,
            service("a", vpcAccess={"networkInterfaces": [{"network": "n"}] * 2}),
            "template.vpcAccess.networkInterfaces",
        ),
        (
            SERVICE,
            service("a", vpcAccess={"networkInterfaces": [{"network": "n"}], "connector": "c"}),
            "template.vpcAccess.connector",
        ),
        (SERVICE, sized("3", "2Gi"), f"{LIMITS}.cpu"),
        (SERVICE, sized("0.05", "512Mi"), f"{LIMITS}.cpu"),
        (SERVICE, sized("0.5", "512Mi"), f"{LIMITS}.cpu"),
        (SERVICE, sized("0.5", "2Gi", maxInstanceRequestConcurrency=1), f"{LIMITS}.cpu"),
        (SERVICE, sized("1", "6Gi"), f"{LIMITS}.cpu"),
        (SERVICE, sized("2", "16Gi"), f"{LIMITS}.cpu"),
        (SERVICE, sized("4", "24Gi"), f"{LIMITS}.cpu"),
        (SERVICE, sized("6", "32Gi"), f"{LIMITS}.cpu"),
        (SERVICE, sized("8", "33Gi"), f"{LIMITS}.memory"),
        (SERVICE, sized("8", "2Gi"), f"{LIMITS}.memory"),
        (SERVICE, sized("4", "1Gi"), f"{LIMITS}.memory"),
        (SERVICE, sized("1", "64Mi"), f"{LIMITS}.memory"),
        (SERVICE, sized("1", "much"), f"{LIMITS}.memory"),
        (SERVICE, contained(resources={"limits": {"memory": "256Mi"}, "cpuIdle": False}), f"{LIMITS}.memory"),
        (SERVICE, contained(envs=[{"name": "PORT", "value": "1"}]), f"{FIRST}.envs"),
        (SERVICE, contained(envs=[{"name": "A", "value": "1"}] * 2), f"{FIRST}.envs"),
        (SERVICE, contained(volumeMounts=[{"name": "v", "mountPath": "/v"}]), f"{FIRST}.volumeMounts"),
        (SERVICE, contained(image="ghcr.io/a/b"), f"{FIRST}.image"),
        (SERVICE, contained(startupProbe={"periodSeconds": 5}), f"{FIRST}.startupProbe"),
        (SERVICE, probed("startup", periodSeconds=241), f"{FIRST}.startupProbe.periodSeconds"),
        (SERVICE, probed("liveness", periodSeconds=3601), f"{FIRST}.livenessProbe.periodSeconds"),
        (SERVICE, probed("startup", timeoutSeconds=11), f"{FIRST}.startupProbe.timeoutSeconds"),
        (SERVICE, probed("startup", failureThreshold=0), f"{FIRST}.startupProbe.failureThreshold"),
        (SERVICE, {**RUN, "template": {"containers": []}}, "template.containers"),
        (SERVICE, {**RUN, "template": {"containers": [{"image": "a"}, {"image": "b"}]}}, "template.containers"),
        (INSTANCE, database(version="POSTGRES_19"), "databaseVersion"),
        (INSTANCE, database(version="MYSQL_8_0"), "databaseVersion"),
        (INSTANCE, {**database(), "region": "tokyo"}, "region"),
        (INSTANCE, {**database(), "rootPassword": "a", "rootPasswordWo": "b"}, "rootPasswordWo"),
        (INSTANCE, {**database(), "name": "Upper"}, "name"),
        (INSTANCE, database(tier="db-perf-optimized-N-3"), TIER),
        (INSTANCE, database(tier="db-custom-2-7680"), TIER),
        (INSTANCE, plain(tier="db-perf-optimized-N-2"), TIER),
        (INSTANCE, plain(tier="db-custom-3-7680"), TIER),
        (INSTANCE, plain(tier="db-custom-2-7000"), TIER),
        (INSTANCE, plain(tier="db-custom-2-3584"), TIER),
        (INSTANCE, plain(tier="db-custom-2-14336"), TIER),
        (INSTANCE, {**plain(tier="db-custom-N4-2-7680"), "region": OSAKA}, TIER),
        (INSTANCE, plain(dataCacheConfig={"dataCacheEnabled": True}), "settings.dataCacheConfig"),
        (INSTANCE, database(version="POSTGRES_11"), "settings.edition"),
        (INSTANCE, database(diskType="PD_HDD"), "settings.diskType"),
        (INSTANCE, database(tier="db-c4a-highmem-4", diskType="PD_SSD"), "settings.diskType"),
        (INSTANCE, database(tier="db-c4a-highmem-4", diskSize=10), "settings.diskSize"),
        (INSTANCE, database(diskSize=9), "settings.diskSize"),
        (INSTANCE, database(diskSize=65_537), "settings.diskSize"),
        (INSTANCE, database(diskSize=100, diskAutoresizeLimit=50), "settings.diskAutoresizeLimit"),
        (INSTANCE, database(activationPolicy="SOMETIMES"), "settings.activationPolicy"),
        (INSTANCE, database(availabilityType="GLOBAL"), "settings.availabilityType"),
        (INSTANCE, database(connectorEnforcement="MAYBE"), "settings.connectorEnforcement"),
        (INSTANCE, database(edition="BASIC"), "settings.edition"),
        (INSTANCE, database(pricingPlan="PACKAGE"), "settings.pricingPlan"),
        (INSTANCE, database(timeZone="Tokyo Standard Time"), "settings.timeZone"),
        (INSTANCE, database(ipConfiguration={"sslMode": "NONE"}), "settings.ipConfiguration.sslMode"),
        (INSTANCE, database(ipConfiguration={"privateNetwork": "net"}), "settings.ipConfiguration.privateNetwork"),
        (INSTANCE, database(ipConfiguration={"allocatedIpRange": "r"}), "settings.ipConfiguration.allocatedIpRange"),
        (INSTANCE, database(maintenanceWindow={"day": 8}), "settings.maintenanceWindow.day"),
        (INSTANCE, database(maintenanceWindow={"hour": 24}), "settings.maintenanceWindow.hour"),
        (INSTANCE, database(maintenanceWindow={"updateTrack": "late"}), "settings.maintenanceWindow.updateTrack"),
        (INSTANCE, database(locationPreference={"zone": f"{OSAKA}-a"}), "settings.locationPreference.zone"),
        (
            INSTANCE,
            database(locationPreference={"zone": f"{REGION}-a", "secondaryZone": f"{REGION}-a"}),
            "settings.locationPreference.secondaryZone",
        ),
        (INSTANCE, database(backupConfiguration={"startTime": "25:00"}), "settings.backupConfiguration.startTime"),
        (INSTANCE, backed(binaryLogEnabled=True), "settings.backupConfiguration.binaryLogEnabled"),
        (INSTANCE, backed(enabled=False), "settings.backupConfiguration.enabled"),
        (
            INSTANCE,
            backed(transactionLogRetentionDays=36),
            "settings.backupConfiguration.transactionLogRetentionDays",
        ),
        (
            INSTANCE,
            backed(transactionLogRetentionDays=14, backupRetentionSettings={"retainedBackups": 13}),
            "settings.backupConfiguration.backupRetentionSettings",
        ),
        (
            INSTANCE,
            backed(backupRetentionSettings={"retainedBackups": 366}),
            "settings.backupConfiguration.backupRetentionSettings.retainedBackups",
        ),
        (INSTANCE, flagged(("log_everything", "on")), "settings.databaseFlags[0].name"),
        (INSTANCE, flagged(("log_connections", "yes")), "settings.databaseFlags[0].value"),
        (INSTANCE, flagged(("log_statement", "some")), "settings.databaseFlags[0].value"),
        (INSTANCE, flagged(("max_connections", "many")), "settings.databaseFlags[0].value"),
        (INSTANCE, flagged(("jit", "on"), ("jit", "off")), "settings.databaseFlags"),
        (DATABASE, {"instance": "i", "name": "ledger", "charset": "LATIN1"}, "charset"),
        (DATABASE, {"instance": "i", "name": "ledger", "deletionPolicy": "KEEP"}, "deletionPolicy"),
        (USER, {"instance": "i", "name": "clerk"}, "password"),
        (USER, {"instance": "i", "name": "clerk", "password": "a", "passwordWo": "b"}, "passwordWo"),
        (USER, {"instance": "i", "name": "cloudsqlclerk", "password": "a"}, "name"),
        (USER, {"instance": "i", "name": "pg_clerk", "password": "a"}, "name"),
        (USER, {"instance": "i", "name": "clerk", "password": "a", "host": "%"}, "host"),
        (USER, {"instance": "i", "name": "clerk", "type": "GUEST"}, "type"),
        (USER, {"instance": "i", "name": "clerk", "type": "CLOUD_IAM_USER"}, "name"),
        (USER, {"instance": "i", "name": "a@b.c", "type": "CLOUD_IAM_USER", "password": "a"}, "password"),
        (USER, {"instance": "i", "name": "a@p.iam.gserviceaccount.com", "type": "CLOUD_IAM_SERVICE_ACCOUNT"}, "name"),
    ],
)
def test_what_inputs_alone_show_is_refused_before_anything_is_made(
    town: Town, token: str, inputs: dict[str, Any], path: str
) -> None:
    assert path in town.paths(token, **inputs)


@pytest.mark.parametrize(
    ("token", "inputs"),
    [
        (SERVICE, sized("0.5", "512Mi", maxInstanceRequestConcurrency=1)),
        (SERVICE, sized("500m", "1Gi", maxInstanceRequestConcurrency=1)),
        (SERVICE, sized("8", "32Gi")),
        (SERVICE, sized("6", "4Gi")),
        (SERVICE, contained(image="gcr.io/p/a", livenessProbe={"httpGet": {"path": "/"}})),
        (SERVICE, contained(image="library/a")),
        (INSTANCE, database(tier="db-c4a-highmem-4", diskType="HYPERDISK_BALANCED", diskSize=20)),
        (INSTANCE, plain(tier="db-f1-micro")),
        (INSTANCE, plain(tier="db-custom-1-3840")),
        (INSTANCE, plain(tier="db-custom-N4-2-7680")),
        (INSTANCE, plain(version="POSTGRES_15", edition=None, tier="db-custom-2-7680")),
        (INSTANCE, flagged(("pgaudit.log", "ddl,write"), ("log_min_duration_statement", "-1"), ("jit", "off"))),
        (USER, {"instance": "i", "name": "a@p.iam", "type": "CLOUD_IAM_SERVICE_ACCOUNT"}),
    ],
)
def test_what_google_offers_is_let_pass(town: Town, token: str, inputs: dict[str, Any]) -> None:
    assert town.paths(token, **inputs) == []
