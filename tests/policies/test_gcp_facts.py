"""Each rule on resources of Google Cloud: a stack that passes, one change that fails it, one unknown value that leaves it open."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any, TypeAlias

import pytest

from policies.facts import extract
from policies.facts.gcp import INERT, KNOWN
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import LOG_KINDS, UNKNOWN, Flow, Identity, Key, LogArchive, Network
from policies.judge import Answer, judge
from policies.rules import RULES
from tests.policies.by_subject import BY_SUBJECT
from tests.policies.organisation import SUPPLIED, own

STACK = "urn:pulumi:011002-resident-record-production::machikumo::"
REGION = "asia-northeast1"
TAGS = {
    "municipality-code": "011002",
    "system-id": "resident-record",
    "environment": "production",
    "accounting-line": "general",
    "stack": "011002-resident-record-production",
}
Stack: TypeAlias = dict[str, tuple[str, dict[str, Any]]]
Change: TypeAlias = Callable[[Stack], None]

# What the cloud does by itself and nobody can switch off.
ALWAYS_KEPT = {
    "mon-time-sync",
    "crypto-key-customer-managed",
    "ha-network-two-zones",
    "vuln-patching-automated",
    "tls-no-plain-http",
}
LOGS = " OR ".join(
    f'log_id("{log}")'
    for log in (
        "cloudaudit.googleapis.com/activity",
        "cloudaudit.googleapis.com/data_access",
        "cloudsql.googleapis.com/postgres.log",
        "compute.googleapis.com/vpc_flows",
        "run.googleapis.com/stderr",
        "run.googleapis.com/stdout",
    )
)
USES = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
MEMBER = "serviceAccount:workload@town.iam.gserviceaccount.com"
BUCKET_GRANT = "gcp:storage/bucketIAMMember:BucketIAMMember"
KEY_GRANT = "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember"
PROJECT_GRANT = "gcp:projects/iAMMember:IAMMember"
FIREWALL = "gcp:compute/firewall:Firewall"


def bucket(days: int) -> tuple[str, dict[str, Any]]:
    return "gcp:storage/bucket:Bucket", {
        "location": "ASIA-NORTHEAST1",
        "labels": TAGS,
        "publicAccessPrevention": "enforced",
        "forceDestroy": False,
        "encryption": {"defaultKmsKeyName": "/key"},
        "lifecycleRules": [{"action": {"type": "AbortIncompleteMultipartUpload"}, "condition": {"age": 7}}],
        "retentionPolicy": {"retentionPeriod": str(days * 86_400), "isLocked": True},
        "softDeletePolicy": {"retentionDurationSeconds": 30 * 86_400},
    }


def subnet(block: str, **more: Any) -> tuple[str, dict[str, Any]]:
    return "gcp:compute/subnetwork:Subnetwork", {
        "network": "/vpc",
        "region": REGION,
        "ipCidrRange": block,
        "privateIpGoogleAccess": True,
        "logConfig": {"flowSampling": 1},
        **more,
    }


def allow(direction: str, source: str, destination: str, port: int) -> tuple[str, dict[str, Any]]:
    return FIREWALL, {
        "network": "/vpc",
        "direction": direction,
        "sourceRanges": [source],
        "destinationRanges": [destination],
        "allows": [{"protocol": "tcp", "ports": [str(port)]}],
        "description": "why",
    }


def deny(direction: str) -> tuple[str, dict[str, Any]]:
    peers = "sourceRanges" if direction == "INGRESS" else "destinationRanges"
    return FIREWALL, {
        "network": "/vpc",
        "priority": 65534,
        "direction": direction,
        peers: ["0.0.0.0/0"],
        "denies": [{"protocol": "all"}],
        "logConfig": {"metadata": "INCLUDE_ALL_METADATA"},
    }


def zone(name: str) -> tuple[str, dict[str, Any]]:
    return "gcp:dns/managedZone:ManagedZone", {
        "dnsName": name,
        "labels": TAGS,
        "privateVisibilityConfig": {"networks": [{"networkUrl": "/vpc"}]},
    }


def addresses(where: str) -> tuple[str, dict[str, Any]]:
    return "gcp:dns/recordSet:RecordSet", {"managedZone": where, "type": "A", "rrdatas": ["199.36.153.4"]}


def good() -> Stack:
    return {
        "key": (
            "gcp:kms/cryptoKey:CryptoKey",
            {
                "labels": TAGS,
                "rotationPeriod": "31536000s",
                "destroyScheduledDuration": "2592000s",
                "versionTemplate": {"protectionLevel": "HSM"},
            },
        ),
        "key-storage": (
            KEY_GRANT,
            {
                "cryptoKeyId": "/key",
                "role": USES,
                "member": "serviceAccount:service-1@gs-project-accounts.iam.gserviceaccount.com",
            },
        ),
        "workload": ("gcp:serviceaccount/account:Account", {"email": MEMBER.partition(":")[2], "member": MEMBER}),
        "archive": bucket(365),
        "records": bucket(30),
        "records-read": (
            BUCKET_GRANT,
            {"bucket": "records", "role": "roles/storage.objectViewer", "member": MEMBER},
        ),
        "sink": (
            "gcp:logging/projectSink:ProjectSink",
            {"destination": "/archive", "filter": LOGS, "writerIdentity": "serviceAccount:logs"},
        ),
        "delivery": (
            BUCKET_GRANT,
            {"bucket": "archive", "role": "roles/storage.objectCreator", "member": "/sink"},
        ),
        "search": (
            "gcp:logging/projectBucketConfig:ProjectBucketConfig",
            {"location": REGION, "cmekSettings": {"kmsKeyName": "/key"}},
        ),
        "data-access": (
            "gcp:projects/iAMAuditConfig:IAMAuditConfig",
            {
                "service": "storage.googleapis.com",
                "auditLogConfigs": [{"logType": "DATA_READ"}, {"logType": "DATA_WRITE"}],
            },
        ),
        "vpc": ("gcp:compute/network:Network", {"deleteDefaultRoutesOnCreate": True}),
        "net-entry": subnet("10.0.0.0/25"),
        "net-entry-proxies": (
            "gcp:compute/subnetwork:Subnetwork",
            {
                "network": "/vpc",
                "region": REGION,
                "ipCidrRange": "10.0.0.128/25",
                "purpose": "REGIONAL_MANAGED_PROXY",
            },
        ),
        "net-application": subnet("10.0.1.0/24"),
        "net-data": (
            "gcp:compute/globalAddress:GlobalAddress",
            {
                "network": "/vpc",
                "addressType": "INTERNAL",
                "address": "10.0.2.0",
                "prefixLength": 24,
                "labels": TAGS,
            },
        ),
        "deny-in": deny("INGRESS"),
        "deny-out": deny("EGRESS"),
        "in": allow("INGRESS", "172.16.0.0/16", "10.0.0.0/24", 443),
        "to-application": allow("EGRESS", "10.0.0.0/24", "10.0.1.0/24", 8080),
        "to-data": allow("EGRESS", "10.0.1.0/24", "10.0.2.0/24", 5432),
        "to-services": allow("EGRESS", "10.0.1.0/24", "199.36.153.4/30", 443),
        "route": (
            "gcp:compute/route:Route",
            {"network": "/vpc", "destRange": "199.36.153.4/30", "nextHopGateway": "default-internet-gateway"},
        ),
        "apis": zone("googleapis.com."),
        "apis-addresses": addresses("apis"),
        "images": zone("pkg.dev."),
        "images-addresses": addresses("images"),
        "secret": (
            "gcp:secretmanager/secret:Secret",
            {
                "labels": TAGS,
                "replication": {
                    "userManaged": {
                        "replicas": [{"location": REGION, "customerManagedEncryption": {"kmsKeyName": "/key"}}]
                    }
                },
            },
        ),
        "secret-reader": (
            "gcp:secretmanager/secretIamMember:SecretIamMember",
            {"secretId": "/secret", "role": "roles/secretmanager.secretAccessor", "member": MEMBER},
        ),
        "server": (
            "gcp:sql/databaseInstance:DatabaseInstance",
            {
                "databaseVersion": "POSTGRES_17",
                "region": REGION,
                "encryptionKeyName": "/key",
                "settings": {
                    "availabilityType": "REGIONAL",
                    "deletionProtectionEnabled": True,
                    "userLabels": TAGS,
                    "ipConfiguration": {"ipv4Enabled": False, "sslMode": "ENCRYPTED_ONLY"},
                    "backupConfiguration": {
                        "enabled": True,
                        "pointInTimeRecoveryEnabled": True,
                        "transactionLogRetentionDays": 7,
                        "location": REGION,
                    },
                },
            },
        ),
        "backups": (
            "gcp:backupdisasterrecovery/backupVault:BackupVault",
            {
                "labels": TAGS,
                "location": REGION,
                "backupMinimumEnforcedRetentionDuration": "3024000s",
                "effectiveTime": "2026-12-01T00:00:00Z",
                "encryptionConfig": {"kmsKeyName": "/key"},
            },
        ),
        "registry": (
            "gcp:artifactregistry/repository:Repository",
            {
                "labels": TAGS,
                "location": REGION,
                "kmsKeyName": "/key",
                "dockerConfig": {"immutableTags": True},
            },
        ),
        "app": (
            "gcp:cloudrunv2/service:Service",
            {
                "labels": TAGS,
                "location": REGION,
                "ingress": "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER",
                "template": {
                    "serviceAccount": "workload@town.iam.gserviceaccount.com",
                    "scaling": {"minInstanceCount": 2},
                    "containers": [
                        {
                            "image": f"{REGION}-docker.pkg.dev/town/registry/a@sha256:0",
                            "startupProbe": {"httpGet": {"path": "/health"}},
                            "livenessProbe": {"httpGet": {"path": "/health"}},
                        }
                    ],
                },
            },
        ),
        "group": (
            "gcp:compute/regionNetworkEndpointGroup:RegionNetworkEndpointGroup",
            {"region": REGION, "cloudRun": {"service": "app"}},
        ),
        "sources": (
            "gcp:compute/regionSecurityPolicy:RegionSecurityPolicy",
            {
                "region": REGION,
                "rules": [
                    {"action": "allow", "description": "why", "match": {"config": {"srcIpRanges": ["172.16.0.0/16"]}}},
                    {"action": "deny(403)", "match": {"config": {"srcIpRanges": ["*"]}}},
                ],
            },
        ),
        "backend": (
            "gcp:compute/regionBackendService:RegionBackendService",
            {
                "region": REGION,
                "securityPolicy": "/sources",
                "backends": [{"group": "/group"}],
                "logConfig": {"enable": True},
            },
        ),
        "routes": ("gcp:compute/regionUrlMap:RegionUrlMap", {"region": REGION, "defaultService": "/backend"}),
        "tls": ("gcp:compute/regionSslPolicy:RegionSslPolicy", {"region": REGION, "minTlsVersion": "TLS_1_2"}),
        "proxy": (
            "gcp:compute/regionTargetHttpsProxy:RegionTargetHttpsProxy",
            {"region": REGION, "urlMap": "/routes", "sslPolicy": "/tls"},
        ),
        "address": (
            "gcp:compute/address:Address",
            {"region": REGION, "addressType": "INTERNAL", "labels": TAGS},
        ),
        "front": (
            "gcp:compute/forwardingRule:ForwardingRule",
            {
                "region": REGION,
                "loadBalancingScheme": "INTERNAL_MANAGED",
                "target": "/proxy",
                "portRange": "443",
                "labels": TAGS,
            },
        ),
    }


def world(stack: Stack) -> World:
    """The resources as an exported state shows them: ids and names known, one component over each of them."""
    return World(
        [
            Resource(
                urn=f"{STACK}{token}::{name}",
                type=token,
                name=name,
                properties={"name": name, **properties},
                role=name,
                id=f"/{name}",
                provider={"project": "town", "region": REGION},
            )
            for name, (token, properties) in stack.items()
        ],
        complete=True,
    )


def set_to(name: str, path: str, value: Any) -> Change:
    """The property at `path` of resource `name` becomes `value`."""

    def change(stack: Stack) -> None:
        *above, last = path.split(".")
        tree: Any = stack[name][1]
        for step in above:
            tree = tree[int(step)] if isinstance(tree, list) else tree[step]
        tree[int(last) if isinstance(tree, list) else last] = value

    return change


def without(name: str) -> Change:
    return lambda stack: stack.pop(name) and None


def added(name: str, token: str, properties: Mapping[str, Any]) -> Change:
    return lambda stack: stack.update({name: (token, dict(properties))})


def answers(answer: Answer, change: Change = lambda _: None) -> set[str]:
    """The slugs of the rules that give this answer on the good stack after the change."""
    stack = deepcopy(good())
    change(stack)
    return {verdict.rule.slug for verdict in own(judge(world(stack))) if verdict.answer is answer}


def held_as_evidence(*, locked: Any) -> Change:
    retention = {"retentionPeriod": "86400", "isLocked": locked}
    labels = {**TAGS, "purpose": "evidence"}
    return lambda stack: stack["records"][1].update({"labels": labels, "retentionPolicy": retention})


def unversioned(retention: Any) -> Change:
    """No versions, the soft delete that a bucket has by itself, and this retention policy."""
    return lambda stack: stack["records"][1].update({"softDeletePolicy": None, "retentionPolicy": retention})


EDGE = {"net-ddos-protection", "net-waf-on-public-apps"}
BACKUP = "settings.backupConfiguration"
REPLICA = "replication.userManaged.replicas.0"
CONTAINER = "template.containers.0"
AGENT = "serviceAccount:service-1@gs-project-accounts.iam.gserviceaccount.com"
ADMIN = {"cryptoKeyId": "/key", "role": "roles/cloudkms.admin", "member": AGENT}
STRANGER = {"cryptoKeyId": "/key", "role": USES, "member": "user:somebody@example.com"}
OPEN_TO_ALL = {"cryptoKeyId": "/key", "role": USES, "member": "allUsers"}
OWNER = {"project": "town", "role": "roles/owner", "member": MEMBER}
SIGNS = {"project": "town", "role": "roles/iam.serviceAccountTokenCreator", "member": MEMBER}
EVERY_BUCKET = {"project": "town", "role": "roles/storage.objectViewer", "member": MEMBER}
PUBLIC_PULL = {"repository": "registry", "role": "roles/artifactregistry.reader", "member": "allUsers"}
NO_ACTIVITY = LOGS.replace("/activity", "/system_event")

FAILING: list[tuple[str, Change, set[str]]] = [
    ("crypto-object-storage-cmk", set_to("records", "encryption", {}), {"gov-data-lifecycle-erasure"}),
    (
        "crypto-logs-queues-cmk",
        set_to("archive", "encryption", {}),
        {"crypto-object-storage-cmk", "gov-data-lifecycle-erasure"},
    ),
    ("gov-data-lifecycle-erasure", set_to("records", "lifecycleRules", []), set()),
    ("gov-data-lifecycle-erasure", set_to("records", "lifecycleRules.0.action.type", "SetStorageClass"), set()),
    ("crypto-logs-queues-cmk", set_to("search", "cmekSettings", None), set()),
    ("crypto-database-cmk", set_to("server", "encryptionKeyName", None), set()),
    ("secrets-in-vault-cmk", set_to("secret", f"{REPLICA}.customerManagedEncryption", None), set()),
    ("crypto-image-registry-cmk", set_to("registry", "kmsKeyName", None), set()),
    ("crypto-key-rotation", set_to("key", "rotationPeriod", None), set()),
    ("crypto-key-rotation", set_to("key", "rotationPeriod", "31536001s"), set()),
    ("crypto-key-deletion-guard", set_to("key", "destroyScheduledDuration", "86400s"), set()),
    ("crypto-key-hsm", set_to("key", "versionTemplate.protectionLevel", "SOFTWARE"), set()),
    ("crypto-key-hsm", set_to("key", "versionTemplate", None), set()),
    ("crypto-key-access-separated", added("admin", KEY_GRANT, ADMIN), set()),
    ("crypto-key-granted-services-only", added("strange", KEY_GRANT, STRANGER), set()),
    ("iam-no-public-principal", added("open", KEY_GRANT, OPEN_TO_ALL), {"crypto-key-granted-services-only"}),
    ("tls-storage-required", set_to("to-services", "allows.0.ports", ["443", "80"]), set()),
    ("tls-storage-required", without("to-services"), set()),
    (
        "tls-storage-required",
        added("to-everything", *allow("EGRESS", "10.0.1.0/24", "199.0.0.0/8", 80)),
        {"net-flow-ends-named"},
    ),
    ("tls-database-required", set_to("server", "settings.ipConfiguration.sslMode", None), set()),
    ("tls-frontend-min-12", set_to("tls", "minTlsVersion", "TLS_1_1"), set()),
    ("tls-frontend-min-12", set_to("proxy", "sslPolicy", None), set()),
    ("net-object-storage-not-public", set_to("records", "publicAccessPrevention", "inherited"), set()),
    ("net-database-not-public", set_to("server", "settings.ipConfiguration.ipv4Enabled", value=True), set()),
    ("net-load-balancer-not-public", set_to("front", "loadBalancingScheme", "EXTERNAL_MANAGED"), EDGE),
    ("net-no-public-ip-on-compute", set_to("app", "ingress", "INGRESS_TRAFFIC_ALL"), set()),
    ("net-no-public-address", set_to("address", "addressType", "EXTERNAL"), set()),
    (
        "img-registry-not-public",
        added("open", "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember", PUBLIC_PULL),
        {"iam-no-public-principal"},
    ),
    ("net-tier-segmentation", without("net-data"), set()),
    ("net-no-internet-route", set_to("route", "destRange", "0.0.0.0/0"), {"net-private-endpoints"}),
    ("net-no-internet-route", set_to("vpc", "deleteDefaultRoutesOnCreate", value=False), set()),
    (
        "net-default-network-locked",
        set_to("deny-out", "targetTags", ["some"]),
        {"log-network-flow", "net-tier-segmentation"},
    ),
    ("net-private-endpoints", without("images"), set()),
    ("net-private-endpoints", set_to("net-application", "privateIpGoogleAccess", value=False), set()),
    ("net-no-any-any", set_to("in", "sourceRanges", ["0.0.0.0/0"]), {"net-tier-segmentation"}),
    ("net-no-any-any", set_to("in", "sourceRanges", ["::/0"]), set()),
    ("net-no-any-any", set_to("in", "allows", [{"protocol": "all"}]), set()),
    ("net-no-any-any", set_to("backend", "securityPolicy", None), {"net-flow-ends-named"}),
    ("net-no-any-any", set_to("sources", "rules.1.action", "allow"), {"net-flow-ends-named"}),
    ("net-flow-ends-named", set_to("in", "sourceRanges", ["9.9.9.0/24"]), set()),
    ("net-flow-ends-named", set_to("in", "description", ""), set()),
    (
        "iam-no-wildcard-admin",
        added("owns", PROJECT_GRANT, OWNER),
        {"iam-least-privilege", "iam-no-privilege-escalation", "crypto-key-access-separated"},
    ),
    ("iam-no-privilege-escalation", added("signs", PROJECT_GRANT, SIGNS), {"iam-least-privilege"}),
    ("iam-least-privilege", added("wide", PROJECT_GRANT, EVERY_BUCKET), set()),
    ("iam-workload-identity", set_to("app", "template.serviceAccount", None), set()),
    (
        "iam-workload-identity",
        set_to("app", "template.serviceAccount", "1-compute@developer.gserviceaccount.com"),
        set(),
    ),
    ("iam-no-long-lived-keys", added("exported", "gcp:serviceaccount/key:Key", {}), set()),
    ("secrets-none-in-code", set_to("server", "rootPassword", "hunter22"), set()),
    ("secrets-one-reader", without("secret-reader"), set()),
    ("log-audit-trail-all", set_to("sink", "filter", NO_ACTIVITY), set()),
    ("log-access-kept", set_to("sink", "filter", LOGS.replace("/data_access", "/policy")), set()),
    ("log-archive-immutable", set_to("archive", "retentionPolicy", None), {"log-integrity", "log-retention-min-1y"}),
    ("log-integrity", set_to("archive", "retentionPolicy", {}), {"log-archive-immutable", "log-retention-min-1y"}),
    ("log-retention-min-1y", set_to("archive", "retentionPolicy.retentionPeriod", str(364 * 86_400)), set()),
    (
        "log-object-access",
        set_to("data-access", "auditLogConfigs", [{"logType": "DATA_READ"}]),
        {"log-archive-access-logged"},
    ),
    ("log-archive-access-logged", without("data-access"), {"log-object-access"}),
    ("log-network-flow", set_to("net-application", "logConfig.flowSampling", 0.5), set()),
    ("log-network-flow", set_to("deny-in", "logConfig", None), set()),
    ("log-flow-kept", set_to("sink", "filter", LOGS.replace("/vpc_flows", "/firewall")), set()),
    ("log-database-audit", set_to("sink", "filter", LOGS.replace("/postgres.log", "/mysql.err")), set()),
    ("log-application-kept", set_to("sink", "filter", LOGS.replace("/stdout", "/requests")), set()),
    (
        "bak-enabled-with-retention",
        set_to("server", f"{BACKUP}.enabled", value=False),
        {"bak-recovery-window"},
    ),
    ("bak-recovery-window", set_to("server", f"{BACKUP}.transactionLogRetentionDays", 6), set()),
    ("bak-recovery-window", set_to("server", f"{BACKUP}.pointInTimeRecoveryEnabled", value=False), set()),
    ("bak-immutable", set_to("backups", "backupMinimumEnforcedRetentionDuration", "3600s"), set()),
    ("bak-immutable", set_to("backups", "effectiveTime", None), set()),
    ("crypto-backup-cmk", set_to("backups", "encryptionConfig", None), set()),
    ("data-object-retention", set_to("records", "retentionPolicy", None), set()),
    ("inc-evidence-preserved", held_as_evidence(locked=False), set()),
    ("data-object-versioning", unversioned(None), {"data-object-retention"}),
    ("data-deletion-protection", set_to("server", "settings.deletionProtectionEnabled", value=False), set()),
    ("data-deletion-protection", set_to("records", "forceDestroy", value=True), set()),
    ("ha-multi-az", set_to("server", "settings.availabilityType", "ZONAL"), set()),
    ("ha-application-two-zones", set_to("app", "template.scaling.minInstanceCount", 1), set()),
    ("ha-health-checked", set_to("app", f"{CONTAINER}.livenessProbe", None), set()),
    ("img-private-registry", set_to("app", f"{CONTAINER}.image", "us-docker.pkg.dev/cloudrun/a/hello:1"), set()),
    ("img-immutable-trusted", set_to("app", f"{CONTAINER}.image", f"{REGION}-docker.pkg.dev/town/registry/a"), set()),
    ("img-immutable-trusted", set_to("registry", "dockerConfig", None), set()),
    ("vuln-supported-versions", set_to("server", "databaseVersion", "POSTGRES_13"), set()),
    ("gov-region-japan-only", set_to("records", "location", "ASIA"), set()),
    ("gov-region-japan-only", set_to("server", f"{BACKUP}.location", None), set()),
    ("gov-region-japan-only", set_to("secret", f"{REPLICA}.location", "us-east1"), set()),
    ("gov-mandatory-tags", set_to("server", "settings.userLabels", {}), set()),
    ("resource-unclassified", added("new", "gcp:dataproc/cluster:Cluster", {}), set()),
]

UNDECIDED: list[tuple[str, Change]] = [
    ("crypto-object-storage-cmk", set_to("records", "encryption", UNKNOWN)),
    ("gov-data-lifecycle-erasure", set_to("records", "lifecycleRules", UNKNOWN)),
    ("gov-data-lifecycle-erasure", set_to("records", "encryption.defaultKmsKeyName", "projects/of/another/key")),
    ("crypto-logs-queues-cmk", set_to("archive", "encryption", UNKNOWN)),
    ("crypto-database-cmk", set_to("server", "encryptionKeyName", UNKNOWN)),
    ("secrets-in-vault-cmk", set_to("secret", f"{REPLICA}.customerManagedEncryption", UNKNOWN)),
    ("crypto-image-registry-cmk", set_to("registry", "kmsKeyName", UNKNOWN)),
    ("crypto-key-rotation", set_to("key", "rotationPeriod", UNKNOWN)),
    ("crypto-key-deletion-guard", set_to("key", "destroyScheduledDuration", UNKNOWN)),
    ("crypto-key-granted-services-only", set_to("key-storage", "member", UNKNOWN)),
    ("crypto-key-hsm", set_to("key", "versionTemplate.protectionLevel", UNKNOWN)),
    ("crypto-key-hsm", set_to("key", "versionTemplate.protectionLevel", "EXTERNAL")),
    ("crypto-key-access-separated", set_to("key-storage", "role", UNKNOWN)),
    ("iam-no-public-principal", set_to("key-storage", "member", UNKNOWN)),
    ("tls-storage-required", set_to("to-services", "allows.0.ports", [UNKNOWN])),
    ("tls-database-required", set_to("server", "settings.ipConfiguration.sslMode", UNKNOWN)),
    ("tls-frontend-min-12", set_to("tls", "minTlsVersion", UNKNOWN)),
    ("net-object-storage-not-public", set_to("records", "publicAccessPrevention", UNKNOWN)),
    ("net-database-not-public", set_to("server", "settings.ipConfiguration.ipv4Enabled", UNKNOWN)),
    ("net-load-balancer-not-public", set_to("front", "loadBalancingScheme", UNKNOWN)),
    ("net-no-public-ip-on-compute", set_to("app", "ingress", UNKNOWN)),
    ("net-no-public-address", set_to("address", "addressType", UNKNOWN)),
    (
        "img-registry-not-public",
        added(
            "open",
            "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember",
            {**PUBLIC_PULL, "member": UNKNOWN},
        ),
    ),
    ("net-no-internet-route", set_to("route", "destRange", UNKNOWN)),
    ("net-private-endpoints", set_to("net-application", "privateIpGoogleAccess", UNKNOWN)),
    ("net-default-network-locked", set_to("deny-out", "disabled", UNKNOWN)),
    ("net-no-any-any", set_to("in", "sourceRanges", [UNKNOWN])),
    ("net-flow-ends-named", set_to("in", "sourceRanges", [UNKNOWN])),
    ("iam-no-wildcard-admin", set_to("records-read", "role", UNKNOWN)),
    ("iam-no-privilege-escalation", added("some", PROJECT_GRANT, {**OWNER, "role": UNKNOWN})),
    ("iam-least-privilege", set_to("records-read", "role", UNKNOWN)),
    ("iam-workload-identity", set_to("app", "template.serviceAccount", UNKNOWN)),
    ("iam-no-long-lived-keys", added("hmac", "gcp:storage/hmacKey:HmacKey", {"state": UNKNOWN})),
    ("secrets-one-reader", set_to("secret-reader", "member", UNKNOWN)),
    ("log-audit-trail-all", set_to("sink", "filter", UNKNOWN)),
    ("log-access-kept", set_to("sink", "filter", f"NOT ({LOGS})")),
    ("log-archive-immutable", set_to("archive", "retentionPolicy", UNKNOWN)),
    ("log-retention-min-1y", set_to("archive", "retentionPolicy.retentionPeriod", UNKNOWN)),
    ("log-integrity", set_to("archive", "retentionPolicy", UNKNOWN)),
    ("log-object-access", set_to("data-access", "auditLogConfigs", UNKNOWN)),
    ("log-archive-access-logged", set_to("data-access", "auditLogConfigs", UNKNOWN)),
    ("log-network-flow", set_to("net-entry", "logConfig.flowSampling", UNKNOWN)),
    ("log-flow-kept", set_to("sink", "filter", UNKNOWN)),
    ("log-database-audit", set_to("sink", "exclusions", [{"filter": "severity<ERROR"}])),
    ("log-application-kept", set_to("sink", "filter", UNKNOWN)),
    ("bak-enabled-with-retention", set_to("server", f"{BACKUP}.enabled", UNKNOWN)),
    ("bak-recovery-window", set_to("server", f"{BACKUP}.transactionLogRetentionDays", UNKNOWN)),
    ("bak-immutable", set_to("backups", "backupMinimumEnforcedRetentionDuration", UNKNOWN)),
    ("bak-immutable", set_to("backups", "backupMinimumEnforcedRetentionDuration", "five weeks")),
    ("crypto-backup-cmk", set_to("backups", "encryptionConfig", UNKNOWN)),
    ("data-object-retention", set_to("records", "retentionPolicy", UNKNOWN)),
    ("inc-evidence-preserved", held_as_evidence(locked=UNKNOWN)),
    ("data-object-versioning", unversioned(UNKNOWN)),
    ("data-deletion-protection", set_to("server", "settings.deletionProtectionEnabled", UNKNOWN)),
    ("ha-multi-az", set_to("server", "settings.availabilityType", UNKNOWN)),
    ("ha-application-two-zones", set_to("app", "template.scaling.minInstanceCount", UNKNOWN)),
    ("ha-health-checked", set_to("app", f"{CONTAINER}.startupProbe", UNKNOWN)),
    ("img-private-registry", set_to("app", f"{CONTAINER}.image", UNKNOWN)),
    ("img-immutable-trusted", set_to("registry", "dockerConfig", UNKNOWN)),
    ("vuln-supported-versions", set_to("server", "databaseVersion", UNKNOWN)),
    ("gov-region-japan-only", set_to("records", "location", UNKNOWN)),
    ("gov-mandatory-tags", set_to("server", "settings.userLabels", UNKNOWN)),
]

# What no single value of Google Cloud leaves open: a resource's name says the tier.
NEVER_UNKNOWN = {"resource-unclassified", "secrets-none-in-code", "net-tier-segmentation"}


def test_the_good_stack_violates_nothing_and_leaves_nothing_open() -> None:
    assert answers(Answer.VIOLATED) == set()
    assert answers(Answer.UNKNOWN) == set()


@pytest.mark.parametrize(("slug", "change", "besides"), FAILING, ids=[slug for slug, _, _ in FAILING])
def test_one_change_violates_the_rule_and_what_follows_from_it_and_no_other(
    slug: str, change: Change, besides: set[str]
) -> None:
    assert answers(Answer.VIOLATED, change) == {slug} | besides


@pytest.mark.parametrize(("slug", "change"), UNDECIDED, ids=[slug for slug, _ in UNDECIDED])
def test_an_unknown_value_leaves_the_rule_open_and_violates_nothing(slug: str, change: Change) -> None:
    assert slug in answers(Answer.UNKNOWN, change)
    assert answers(Answer.VIOLATED, change) == set()


def test_every_rule_has_its_examples() -> None:
    every = {rule_.slug for rule_ in RULES} - BY_SUBJECT - SUPPLIED.keys()
    assert every - {slug for slug, _, _ in FAILING} == ALWAYS_KEPT
    assert every - {slug for slug, _ in UNDECIDED} == ALWAYS_KEPT | NEVER_UNKNOWN


def test_a_known_type_is_read_or_inert_and_not_both() -> None:
    assert set(KNOWN) & set(INERT) == set()


def test_flows_say_their_tiers_from_every_rule_that_allows() -> None:
    found = {(fact.source, fact.destination, fact.ports) for fact in extract(world(good())) if isinstance(fact, Flow)}
    assert found == {
        ("172.16.0.0/16", "entry", (443, 443)),
        ("entry", "application", (8080, 8080)),
        ("application", "data", (5432, 5432)),
        ("application", "services", (443, 443)),
    }


def test_the_rest_of_the_good_stack_in_neutral_words() -> None:
    found = {type(fact): fact for fact in extract(world(good()))}
    network, archive, key, identity = (found[kind] for kind in (Network, LogArchive, Key, Identity))
    assert isinstance(network, Network)
    assert isinstance(archive, LogArchive)
    assert isinstance(key, Key)
    assert isinstance(identity, Identity)
    assert (network.tiers, network.zone_kind) == ({"entry", "application", "data"}, "region")
    assert (archive.kinds, archive.retention_days, archive.retention_locked) == (LOG_KINDS, 365, True)
    assert (key.users, key.rotation_days, key.deletion_wait_days) == ({"storage"}, 365, 30)
    assert identity.permissions == {("read-objects", "records"), ("read-secret", "secret")}


def test_a_sink_that_may_not_write_delivers_nothing() -> None:
    assert "log-audit-trail-all" in answers(Answer.VIOLATED, without("delivery"))
