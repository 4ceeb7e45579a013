"""What a name, a label and a few other inputs alone show, in the sandbox's Google Cloud."""

from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.cloud.gcp import PACKAGE
from sandbox.cloud.resource_type import Check
from sandbox.cloud.schema import schema
from tests.sandbox.test_gcp import (
    ACCOUNT,
    BACKEND,
    BUCKET,
    DATABASE,
    FIREWALL,
    INSTANCE,
    KEY,
    LAST,
    LENT,
    RECORDS,
    REGION,
    REGISTRY,
    RETENTION,
    ROUTE,
    SECRET,
    SERVICE,
    SOURCES,
    SUBNET,
    ZONE,
    Town,
    callers,
    service,
    settings,
)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Nothing is made in it: one for all."""
    with callers(tmp_path_factory.mktemp("cloud") / "state") as caller:
        yield Town(caller)


@pytest.mark.parametrize(
    ("token", "inputs", "path"),
    [
        (KEY, {"keyRing": "r", "rotationPeriod": "3600s"}, "rotationPeriod"),
        (KEY, {"keyRing": "r", "destroyScheduledDuration": "30d"}, "destroyScheduledDuration"),
        (KEY, {"keyRing": "r", "labels": {"Upper": "x"}}, "labels"),
        (KEY, {"keyRing": "r", "labels": {"key": "Upper"}}, "labels"),
        (BUCKET, {"location": "ASIA", "name": "my-google-bucket"}, "name"),
        (BUCKET, {"location": "ASIA", "retentionPolicy": {"retentionPeriod": "3155760001"}}, RETENTION),
        (
            BUCKET,
            {"location": "ASIA", "retentionPolicy": {"retentionPeriod": "1"}, "versioning": {"enabled": True}},
            "versioning",
        ),
        (SUBNET, {"network": "n", "ipCidrRange": "10.0.0.0/24", "purpose": "REGIONAL_MANAGED_PROXY"}, "role"),
        (SUBNET, {"network": "n", "ipCidrRange": "10.0.0.1/24"}, "ipCidrRange"),
        (ROUTE, {"network": "n", "destRange": "10.0.0.0/8"}, "nextHopGateway"),
        (ROUTE, {"network": "n", "destRange": "10.0.0.0/8", "nextHopGateway": "some"}, "nextHopGateway"),
        (FIREWALL, {"network": "n", "allows": [{"protocol": "tcp"}]}, "sourceRanges"),
        (
            FIREWALL,
            {"network": "n", "direction": "EGRESS", "sourceTags": ["t"], "denies": [{"protocol": "all"}]},
            "sourceTags",
        ),
        (FIREWALL, {"network": "n", "sourceRanges": ["10.0.0.0/8"]}, "allows"),
        (
            FIREWALL,
            {"network": "n", "sourceRanges": ["10.0.0.0/8"], "allows": [{"protocol": "icmp", "ports": ["1"]}]},
            "allows[0].ports",
        ),
        (LENT, {"purpose": "VPC_PEERING", "network": "n"}, "prefixLength"),
        (ZONE, {"dnsName": "googleapis.com"}, "dnsName"),
        (ZONE, {"dnsName": "googleapis.com.", "visibility": "private"}, "privateVisibilityConfig"),
        (RECORDS, {"managedZone": "z", "name": "a.b.", "type": "CNAME", "rrdatas": ["x.", "y."]}, "rrdatas"),
        (SECRET, {"replication": {}}, "replication"),
        (
            SECRET,
            {"replication": {"auto": {}}, "rotation": {"rotationPeriod": "86400s"}},
            "rotation",
        ),
        (ACCOUNT, {"accountId": "short"}, "accountId"),
        (INSTANCE, {"databaseVersion": "POSTGRES_17", "settings": settings(edition="ENTERPRISE")}, "settings.tier"),
        (
            INSTANCE,
            {
                "databaseVersion": "POSTGRES_17",
                "settings": settings(edition="ENTERPRISE", tier="db-custom-2-7680"),
            },
            "settings.backupConfiguration.transactionLogRetentionDays",
        ),
        (
            INSTANCE,
            {"databaseVersion": "POSTGRES_17", "settings": settings(ipConfiguration={"ipv4Enabled": False})},
            "settings.ipConfiguration",
        ),
        (
            INSTANCE,
            {
                "databaseVersion": "POSTGRES_17",
                "settings": settings(backupConfiguration={"enabled": True}),
            },
            "settings.backupConfiguration.pointInTimeRecoveryEnabled",
        ),
        (DATABASE, {"instance": "i", "name": "postgres"}, "name"),
        (REGISTRY, {"repositoryId": "011002-images", "format": "DOCKER"}, "repositoryId"),
        (
            SERVICE,
            service("a", scaling={"minInstanceCount": 3, "maxInstanceCount": 2}),
            "template.scaling.minInstanceCount",
        ),
        (
            SERVICE,
            {
                "location": REGION,
                "template": {
                    "executionEnvironment": "EXECUTION_ENVIRONMENT_GEN2",
                    "containers": [{"image": "a", "resources": {"limits": {"memory": "256Mi"}}}],
                },
            },
            "template.containers[0].resources.limits.memory",
        ),
        (SOURCES, {"rules": [{"action": "allow", "priority": 1}]}, "rules"),
        (SOURCES, {"rules": [{"action": "allow", "priority": LAST, "description": "x" * 65}]}, "rules[0].description"),
        (
            BACKEND,
            {"loadBalancingScheme": "INTERNAL_MANAGED", "backends": [{"group": "g"}]},
            "backends[0].capacityScaler",
        ),
    ],
)
def test_what_inputs_alone_show_is_refused_before_anything_is_made(
    town: Town, token: str, inputs: dict[str, Any], path: str
) -> None:
    assert path in town.paths(token, **inputs)


def holding(name: str) -> list[str]:
    """The types that have this input."""
    found = [(token, schema(PACKAGE.sdk, token)) for token in PACKAGE.types]
    return [token for token, types in found if types and name in types.inputs.shapes]


@pytest.mark.parametrize("token", holding("labels"))
@pytest.mark.parametrize("labels", [{"Upper": "x"}, {"key": "Upper"}, {"1st": "x"}, {f"k{i}": "x" for i in range(65)}])
def test_a_label_is_written_as_every_service_takes_it(token: str, labels: dict[str, str]) -> None:
    row = PACKAGE.types[token]
    assert "labels" in [path for check in row.checks for path, _ in refused(check, {"labels": labels})]


@pytest.mark.parametrize("token", holding("region"))
def test_a_region_is_written_as_google_writes_it(token: str) -> None:
    row = PACKAGE.types[token]
    assert "region" in [path for check in row.checks for path, _ in refused(check, {"region": "tokyo"})]
    assert "region" not in [path for check in row.checks for path, _ in refused(check, {"region": REGION})]


@pytest.mark.parametrize("token", holding("member"))
def test_a_member_is_written_with_its_kind(token: str) -> None:
    checks = PACKAGE.types[token].checks
    for member in ("me", "user:me", "robot:a@b.c", "serviceAccount:a b@c.d", "domain:example"):
        assert "member" in [path for check in checks for path, _ in refused(check, {"member": member})]
    for member in ("user:a@b.c", "allUsers", "projectViewer:p", "principal://iam.googleapis.com/x", "domain:b.c"):
        assert "member" not in [path for check in checks for path, _ in refused(check, {"member": member})]


@pytest.mark.parametrize(("token", "path"), [(SERVICE, "template.labels"), (INSTANCE, "settings.userLabels")])
def test_labels_inside_are_labels_too(token: str, path: str) -> None:
    outer, inner = path.split(".")
    checks = PACKAGE.types[token].checks
    assert path in [where for check in checks for where, _ in refused(check, {outer: {inner: {"Upper": "x"}}})]


def refused(check: Check, inputs: dict[str, Any]) -> list[tuple[str, str]]:
    """What a check refuses in inputs that lack what others need."""
    try:
        return list(check(inputs))
    except KeyError:
        return []
