"""OCI resources as neutral facts, judged: for each rule a stack that keeps it, one that breaks it, one that does not say."""

from collections.abc import Mapping
from typing import Any

import pytest

from policies.facts import extract, oci
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import (
    NOT_OFFERED,
    UNKNOWN,
    Classified,
    Fact,
    Flow,
    Identity,
    ImageRegistry,
    Key,
    LogArchive,
    Network,
    ObjectStore,
    Service,
)
from policies.judge import Answer, Verdict, judge
from tests.policies.by_subject import BY_SUBJECT
from tests.policies.organisation import own

STACK = "011002-resident-record-production"
TAGS = {
    "municipality-code": "011002",
    "system-id": "resident-record",
    "environment": "production",
    "accounting-line": "general",
    "stack": STACK,
}
ROOT = "compartment id ocid1.compartment.oc1..a"
GROUP = "dynamic-group workload-group"
SERVICES = "all-nrt-services-in-oracle-services-network"
PROVIDER = {"region": "ap-tokyo-1"}

# Name to (type, owner, properties). Names of others stand where their ids would.
_TYPES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "key-key": (
        "oci:Kms/key:Key",
        "key",
        {"isAutoRotationEnabled": True, "autoKeyRotationDetails": {"rotationIntervalInDays": 365}},
    ),
    "key-users": (
        "oci:Identity/policy:Policy",
        "key",
        {
            "statements": [
                f"Allow service objectstorage-ap-tokyo-1 to use keys in {ROOT} where all {{target.key.id = 'id-of-key-key'}}",
                f"Allow service VaultSecret to use keys in {ROOT} where all {{target.key.id = 'id-of-key-key'}}",
                f"Allow any-user to use keys in {ROOT} where all "
                "{target.key.id = 'id-of-key-key', request.principal.type = 'postgresqldbsystem'}",
            ]
        },
    ),
    "archive-store": (
        "oci:ObjectStorage/bucket:Bucket",
        "archive",
        {
            "name": "archive-1",
            "accessType": "NoPublicAccess",
            "kmsKeyId": "id-of-key-key",
            "retentionRules": [{"displayName": "r", "duration": {"timeAmount": "365", "timeUnit": "DAYS"}}],
        },
    ),
    "archive-logs": ("oci:Logging/logGroup:LogGroup", "archive", {}),
    "archive-connector": (
        "oci:Identity/policy:Policy",
        "archive",
        {
            "statements": [
                f"Allow any-user to {{OBJECT_CREATE}} in {ROOT} where all "
                "{request.principal.type = 'serviceconnector', target.bucket.name = 'archive-1'}"
            ]
        },
    ),
    "archive-copy": (
        "oci:Sch/connector:Connector",
        "archive",
        {
            "source": {
                "kind": "logging",
                "logSources": [{"logGroupId": "_Audit"}, {"logGroupId": "id-of-archive-logs"}],
            },
            "target": {"kind": "objectStorage", "bucket": "archive-1"},
        },
    ),
    "network-vcn": (
        "oci:Core/vcn:Vcn",
        "network",
        {"cidrBlocks": ["10.0.0.0/16"], "defaultSecurityListId": "list", "defaultRouteTableId": "table"},
    ),
    "network-default-list": (
        "oci:Core/defaultSecurityList:DefaultSecurityList",
        "network",
        {"manageDefaultResourceId": "list", "ingressSecurityRules": [], "egressSecurityRules": []},
    ),
    "network-services": ("oci:Core/serviceGateway:ServiceGateway", "network", {"vcnId": "id-of-network-vcn"}),
    "network-routes": (
        "oci:Core/routeTable:RouteTable",
        "network",
        {
            "vcnId": "id-of-network-vcn",
            "routeRules": [{"destination": SERVICES, "networkEntityId": "id-of-network-services"}],
        },
    ),
    "network-in": (
        "oci:Core/networkSecurityGroupSecurityRule:NetworkSecurityGroupSecurityRule",
        "network",
        {
            "networkSecurityGroupId": "id-of-network-data-group",
            "direction": "INGRESS",
            "protocol": "6",
            "source": "id-of-network-application-group",
            "sourceType": "NETWORK_SECURITY_GROUP",
            "tcpOptions": {"destinationPortRange": {"min": 5432, "max": 5432}},
            "description": "application to PostgreSQL",
        },
    ),
    "network-out": (
        "oci:Core/networkSecurityGroupSecurityRule:NetworkSecurityGroupSecurityRule",
        "network",
        {
            "networkSecurityGroupId": "id-of-network-application-group",
            "direction": "EGRESS",
            "protocol": "6",
            "destination": SERVICES,
            "destinationType": "SERVICE_CIDR_BLOCK",
            "tcpOptions": {"destinationPortRange": {"min": 443, "max": 443}},
            "description": "application to services",
        },
    ),
    "workload-group": (
        "oci:Identity/dynamicGroup:DynamicGroup",
        "workload",
        {
            "name": "workload-group",
            "matchingRule": "ALL {resource.type = 'computecontainerinstance', resource.compartment.id = 'a'}",
        },
    ),
    "records-store": (
        "oci:ObjectStorage/bucket:Bucket",
        "records",
        {
            "name": "records-1",
            "accessType": "NoPublicAccess",
            "kmsKeyId": "id-of-key-key",
            "retentionRules": [{"displayName": "r", "duration": {"timeAmount": "5", "timeUnit": "YEARS"}}],
        },
    ),
    "records-writer": (
        "oci:Identity/policy:Policy",
        "records",
        {
            "statements": [
                f"Allow {GROUP} to {{OBJECT_READ, OBJECT_CREATE}} in {ROOT} where all {{target.bucket.name = 'records-1'}}"
            ]
        },
    ),
    "password-secret": (
        "oci:Vault/secret:Secret",
        "password",
        {"secretName": "password", "keyId": "id-of-key-key"},
    ),
    "password-reader": (
        "oci:Identity/policy:Policy",
        "password",
        {
            "statements": [
                f"Allow {GROUP} to read secret-bundles in {ROOT} where all {{target.secret.name = 'password'}}"
            ]
        },
    ),
    "ledger-system": (
        "oci:Psql/dbSystem:DbSystem",
        "ledger",
        {
            "instanceCount": 2,
            "storageDetails": {"kmsKeyId": "id-of-key-key"},
            "managementPolicy": {
                "backupPolicy": {"kind": "DAILY", "retentionDays": 14},
                "pitrPolicy": {"kind": "STANDARD", "restoreDays": 14},
            },
        },
    ),
    "ledger-guard": (
        "oci:Identity/policy:Policy",
        "ledger",
        {
            "statements": [
                f"Deny any-user to manage postgres-db-systems in {ROOT} where request.operation = 'DeleteDbSystem'"
            ]
        },
    ),
    "ledger-backups": (
        "oci:RecoveryMod/protectionPolicy:ProtectionPolicy",
        "ledger",
        {"backupRetentionPeriodInDays": 35, "policyLockedDateTime": "2026-12-01T00:00:00Z"},
    ),
    "application-images": (
        "oci:Artifacts/containerRepository:ContainerRepository",
        "application",
        {"displayName": "town/app", "isPublic": False, "isImmutable": True},
    ),
    "application-front": ("oci:LoadBalancer/loadBalancer:LoadBalancer", "application", {"isPrivate": True}),
    "application-set": (
        "oci:LoadBalancer/backendSet:BackendSet",
        "application",
        {"loadBalancerId": "id-of-application-front", "healthChecker": {"protocol": "HTTP", "urlPath": "/health"}},
    ),
    "application-https": (
        "oci:LoadBalancer/listener:Listener",
        "application",
        {
            "loadBalancerId": "id-of-application-front",
            "protocol": "HTTP",
            "sslConfiguration": {"certificateIds": ["c"], "protocols": ["TLSv1.2", "TLSv1.3"]},
        },
    ),
    "application-log": (
        "oci:Logging/log:Log",
        "application",
        {"logType": "CUSTOM", "logGroupId": "id-of-archive-logs"},
    ),
}


def _log(service: str, category: str, resource: str) -> tuple[str, str, dict[str, Any]]:
    source = {"service": service, "category": category, "resource": resource, "sourceType": "OCISERVICE"}
    return (
        "oci:Logging/log:Log",
        "archive",
        {
            "logType": "SERVICE",
            "logGroupId": "id-of-archive-logs",
            "isEnabled": True,
            "configuration": {"source": source},
        },
    )


def _instance(number: int) -> tuple[str, str, dict[str, Any]]:
    return (
        "oci:ContainerEngine/containerInstance:ContainerInstance",
        "application",
        {
            "availabilityDomain": "AD-1",
            "faultDomain": f"FAULT-DOMAIN-{number}",
            "containers": [
                {
                    "imageUrl": "ocir.ap-tokyo-1.oci.oraclecloud.com/ns/town/app@sha256:0",
                    "environmentVariables": {"APPLICATION_LOG": "id-of-application-log"},
                }
            ],
            "vnics": [{"subnetId": "id-of-network-application", "isPublicIpAssigned": False}],
        },
    )


_TYPES |= {
    f"network-{tier}": (
        "oci:Core/subnet:Subnet",
        "network",
        {"vcnId": "id-of-network-vcn", "cidrBlock": f"10.0.{number}.0/24", "prohibitPublicIpOnVnic": True},
    )
    for number, tier in enumerate(("entry", "application", "data"))
}
_TYPES |= {
    f"network-{tier}-group": (
        "oci:Core/networkSecurityGroup:NetworkSecurityGroup",
        "network",
        {"vcnId": "id-of-network-vcn"},
    )
    for tier in ("entry", "application", "data")
}
_TYPES |= {
    f"network-{tier}-flows": _log("flowlogs", "all", f"id-of-network-{tier}")
    for tier in ("entry", "application", "data")
}
_TYPES |= {
    f"{store}-{category}": _log("objectstorage", category, f"{store}-1")
    for store in ("records", "archive")
    for category in ("read", "write")
}
_TYPES |= {
    f"{store}-lifecycle": (
        "oci:ObjectStorage/objectLifecyclePolicy:ObjectLifecyclePolicy",
        store,
        {"bucket": f"{store}-1", "rules": [{"action": "ABORT", "isEnabled": True}]},
    )
    for store in ("records", "archive")
}
_TYPES |= {"front-log": _log("loadbalancer", "access", "id-of-application-front")}
_TYPES |= {"ledger-log": _log("postgresql", "postgresql_database_logs", "id-of-ledger-system")}
_TYPES |= {f"application-{number}": _instance(number) for number in (1, 2)}

Changes = Mapping[str, Any]


def _urn(token: str, name: str) -> str:
    return f"urn:pulumi:{STACK}::machikumo::{token}::{name}"


def _resource(name: str, properties: Mapping[str, Any] | None = None, **more: Any) -> Resource:
    token, owner, kept = _TYPES[name]
    fields: dict[str, Any] = {"role": owner, "id": f"id-of-{name}", "provider": PROVIDER, "parent": f"urn-of-{owner}"}
    return Resource(
        urn=_urn(token, name),
        type=token,
        name=name,
        properties={"freeformTags": TAGS, **kept, **(properties or {})},
        **{**fields, **more},
    )


def stack(changes: Mapping[str, Changes | None]) -> list[Resource]:
    """The stack that keeps every rule, with properties of some resources changed, or (None) a resource taken away."""
    assert changes.keys() <= _TYPES.keys()
    return [_resource(name, changes.get(name)) for name in _TYPES if name not in changes or changes[name] is not None]


def verdicts(resources: list[Resource], slug: str) -> list[Verdict]:
    return [one for one in judge(World(resources, complete=True)) if one.rule.slug == slug]


def facts(kind: type[Fact], resources: list[Resource], *, complete: bool = True) -> list[Any]:
    return [fact for fact in oci.facts(World(resources, complete=complete)) if isinstance(fact, kind)]


def statements(*texts: Any) -> Changes:
    return {"statements": list(texts)}


def test_a_stack_that_keeps_every_promise_breaks_no_rule_and_leaves_nothing_open() -> None:
    found = own(judge(World(stack({}), complete=True)))
    assert [str(one) for one in found if one.answer in (Answer.VIOLATED, Answer.UNKNOWN)] == []
    assert {one.rule.slug for one in found if one.answer is Answer.NOT_OFFERED} == {
        "crypto-backup-cmk",
        "crypto-image-registry-cmk",
    }


BROKEN: list[tuple[str, Mapping[str, Changes | None]]] = [
    ("crypto-object-storage-cmk", {"records-store": {"kmsKeyId": None}}),
    ("gov-data-lifecycle-erasure", {"records-store": {"kmsKeyId": None}}),
    ("gov-data-lifecycle-erasure", {"archive-lifecycle": None}),
    ("gov-data-lifecycle-erasure", {"archive-lifecycle": {"rules": [{"action": "DELETE", "isEnabled": False}]}}),
    ("gov-data-lifecycle-erasure", {"archive-lifecycle": {"rules": [{"action": "ARCHIVE", "isEnabled": True}]}}),
    ("crypto-database-cmk", {"ledger-system": {"storageDetails": {"isRegionallyDurable": False}}}),
    ("secrets-in-vault-cmk", {"password-secret": {"keyId": None}}),
    ("crypto-logs-queues-cmk", {"archive-store": {"kmsKeyId": None}}),
    ("crypto-key-rotation", {"key-key": {"isAutoRotationEnabled": False}}),
    ("crypto-key-rotation", {"key-key": {"autoKeyRotationDetails": {"rotationIntervalInDays": 366}}}),
    ("crypto-key-granted-services-only", {"key-users": statements("Allow group Guests to use keys in tenancy")}),
    ("crypto-key-hsm", {"key-key": {"protectionMode": "SOFTWARE"}}),
    ("crypto-key-access-separated", {"key-users": statements("Allow group Keepers to manage keys in tenancy")}),
    (
        "crypto-key-access-separated",
        {"key-users": statements("Allow group Keepers to {KEY_ROTATE, KEY_DECRYPT} in tenancy")},
    ),
    (
        "crypto-key-access-separated",
        {
            "key-users": statements(
                "Allow group Keepers to {KEY_UPDATE} in tenancy", "Allow group Keepers to use keys in tenancy"
            )
        },
    ),
    ("tls-frontend-min-12", {"application-https": {"sslConfiguration": {"protocols": ["TLSv1.1", "TLSv1.2"]}}}),
    ("tls-frontend-min-12", {"application-https": {"sslConfiguration": None}}),
    ("tls-no-plain-http", {"application-https": {"sslConfiguration": None}}),
    ("net-object-storage-not-public", {"records-store": {"accessType": "ObjectRead"}}),
    ("net-object-storage-not-public", {"records-writer": statements("Allow any-user to read objects in tenancy")}),
    ("net-load-balancer-not-public", {"application-front": {"isPrivate": None}}),
    ("net-no-public-ip-on-compute", {"application-1": {"vnics": [{"subnetId": "s", "isPublicIpAssigned": True}]}}),
    ("net-no-public-address", {"network-entry": {"prohibitPublicIpOnVnic": False}}),
    ("img-registry-not-public", {"application-images": {"isPublic": True}}),
    ("img-immutable-trusted", {"application-images": {"isImmutable": False}}),
    (
        "img-immutable-trusted",
        {"application-1": {"containers": [{"imageUrl": "ocir.ap-tokyo-1.oci.oraclecloud.com/ns/town/app:latest"}]}},
    ),
    ("vuln-supported-versions", {"ledger-system": {"dbVersion": "13"}}),
    ("net-tier-segmentation", {"network-data": None}),
    ("ha-network-two-zones", {"network-entry": None, "network-application": None, "network-data": None}),
    (
        "net-no-internet-route",
        {"network-routes": {"routeRules": [{"networkEntityId": "ocid1.internetgateway.oc1..a"}]}},
    ),
    ("net-default-network-locked", {"network-default-list": None}),
    ("net-default-network-locked", {"network-default-list": {"ingressSecurityRules": [{"source": "10.0.0.0/16"}]}}),
    ("net-private-endpoints", {"network-routes": None}),
    (
        "net-private-endpoints",
        {
            "network-routes": {
                "routeRules": [{"destination": "oci-nrt-objectstorage", "networkEntityId": "id-of-network-services"}]
            }
        },
    ),
    ("net-no-any-any", {"network-in": {"source": "0.0.0.0/0", "sourceType": "CIDR_BLOCK"}}),
    ("net-no-any-any", {"network-in": {"source": "::/0", "sourceType": "CIDR_BLOCK"}}),
    ("net-no-any-any", {"network-out": {"protocol": "all"}}),
    ("net-no-any-any", {"network-default-list": {"ingressSecurityRules": [{"protocol": "6", "source": "0.0.0.0/0"}]}}),
    ("net-flow-ends-named", {"network-in": {"source": "8.8.8.0/24", "sourceType": "CIDR_BLOCK"}}),
    ("net-flow-ends-named", {"network-in": {"description": None}}),
    ("iam-no-wildcard-admin", {"records-writer": statements(f"Allow {GROUP} to manage all-resources in tenancy")}),
    ("iam-no-privilege-escalation", {"records-writer": statements(f"Allow {GROUP} to manage policies in {ROOT}")}),
    ("iam-least-privilege", {"records-writer": statements(f"Allow {GROUP} to read objects in {ROOT}")}),
    ("iam-no-public-principal", {"key-users": statements("Allow any-user to use keys in tenancy")}),
    (
        "iam-no-public-principal",
        {"workload-group": {"matchingRule": "ALL {resource.type = 'computecontainerinstance'}"}},
    ),
    ("iam-workload-identity", {"workload-group": None}),
    ("iam-workload-identity", {"application-1": {"containers": [{"isResourcePrincipalDisabled": True}]}}),
    (
        "secrets-one-reader",
        {
            "password-reader": statements(
                "Allow group Guests to read secret-family in tenancy",
                f"Allow {GROUP} to read secret-bundles in tenancy",
            )
        },
    ),
    ("secrets-one-reader", {"password-reader": None}),
    ("log-audit-trail-all", {"archive-copy": {"source": {"logSources": [{"logGroupId": "id-of-archive-logs"}]}}}),
    ("log-audit-trail-all", {"archive-connector": None}),
    (
        "log-access-kept",
        {f"{store}-{what}": None for store in ("records", "archive") for what in ("read", "write")}
        | {"front-log": None},
    ),
    ("log-archive-access-logged", {"archive-read": None}),
    ("log-archive-immutable", {"archive-store": {"retentionRules": []}}),
    ("log-integrity", {"archive-store": {"retentionRules": []}}),
    (
        "log-retention-min-1y",
        {"archive-store": {"retentionRules": [{"duration": {"timeAmount": "364", "timeUnit": "DAYS"}}]}},
    ),
    ("log-object-access", {"records-write": None}),
    ("log-network-flow", {"network-data-flows": None}),
    ("log-flow-kept", {"archive-copy": {"source": {"logSources": [{"logGroupId": "_Audit"}]}}}),
    ("log-database-audit", {"ledger-log": None}),
    ("log-application-kept", {"application-log": None}),
    ("bak-enabled-with-retention", {"ledger-system": {"managementPolicy": {"backupPolicy": {"kind": "WEEKLY"}}}}),
    (
        "bak-recovery-window",
        {"ledger-system": {"managementPolicy": {"backupPolicy": {"kind": "DAILY", "retentionDays": 35}}}},
    ),
    (
        "bak-recovery-window",
        {"ledger-system": {"managementPolicy": {"pitrPolicy": {"kind": "STANDARD", "restoreDays": 6}}}},
    ),
    ("bak-immutable", {"ledger-backups": {"policyLockedDateTime": None}}),
    ("data-object-retention", {"records-store": {"retentionRules": []}}),
    ("inc-evidence-preserved", {"records-store": {"freeformTags": {**TAGS, "purpose": "Evidence"}}}),
    ("data-object-versioning", {"records-store": {"retentionRules": []}}),
    ("data-object-versioning", {"records-store": {"retentionRules": [], "versioning": "Suspended"}}),
    ("data-deletion-protection", {"ledger-guard": None}),
    (
        "data-deletion-protection",
        {
            "ledger-guard": statements(
                f"Deny any-user to manage postgres-db-systems in {ROOT} where all {{request.operation = 'DeleteDbSystem', request.user.id != 'a'}}"
            )
        },
    ),
    ("ha-multi-az", {"ledger-system": {"instanceCount": 1}}),
    ("ha-application-two-zones", {"application-2": {"faultDomain": "FAULT-DOMAIN-1"}}),
    ("ha-health-checked", {"application-set": None}),
    ("img-private-registry", {"application-1": {"containers": [{"imageUrl": "docker.io/library/nginx:1"}]}}),
    ("img-private-registry", {"application-images": {"displayName": "town/other"}}),
    ("gov-mandatory-tags", {"records-store": {"freeformTags": {**TAGS, "system-id": ""}}}),
]

UNSAID: list[tuple[str, Mapping[str, Changes | None]]] = [
    ("crypto-object-storage-cmk", {"records-store": {"kmsKeyId": UNKNOWN}}),
    ("gov-data-lifecycle-erasure", {"records-lifecycle": {"rules": UNKNOWN}}),
    ("gov-data-lifecycle-erasure", {"records-store": {"kmsKeyId": "id-of-a-key-elsewhere"}}),
    ("crypto-database-cmk", {"ledger-system": {"storageDetails": UNKNOWN}}),
    ("secrets-in-vault-cmk", {"password-secret": {"keyId": UNKNOWN}}),
    ("crypto-logs-queues-cmk", {"archive-store": {"kmsKeyId": UNKNOWN}}),
    ("crypto-key-rotation", {"key-key": {"isAutoRotationEnabled": UNKNOWN}}),
    ("crypto-key-deletion-guard", {"key-key": {"timeOfDeletion": "2030-01-01T00:00:00Z"}}),
    ("crypto-key-granted-services-only", {"key-users": statements(UNKNOWN)}),
    ("crypto-key-hsm", {"key-key": {"protectionMode": UNKNOWN}}),
    ("crypto-key-access-separated", {"key-users": statements(UNKNOWN)}),
    ("tls-frontend-min-12", {"application-https": {"sslConfiguration": {"protocols": UNKNOWN}}}),
    ("tls-no-plain-http", {"application-https": {"sslConfiguration": UNKNOWN}}),
    ("net-object-storage-not-public", {"records-store": {"accessType": UNKNOWN}}),
    ("net-load-balancer-not-public", {"application-front": {"isPrivate": UNKNOWN}}),
    ("net-no-public-ip-on-compute", {"application-1": {"vnics": UNKNOWN}}),
    ("net-no-public-address", {"network-entry": {"prohibitPublicIpOnVnic": UNKNOWN}}),
    ("img-registry-not-public", {"application-images": {"isPublic": UNKNOWN}}),
    ("img-immutable-trusted", {"application-images": {"isImmutable": UNKNOWN}}),
    ("vuln-supported-versions", {"ledger-system": {"dbVersion": UNKNOWN}}),
    ("net-no-internet-route", {"network-routes": {"routeRules": [{"networkEntityId": UNKNOWN}]}}),
    ("net-default-network-locked", {"network-default-list": {"ingressSecurityRules": UNKNOWN}}),
    (
        "net-private-endpoints",
        {"network-routes": {"routeRules": [{"destination": UNKNOWN, "networkEntityId": "id-of-network-services"}]}},
    ),
    ("net-no-any-any", {"network-out": {"protocol": UNKNOWN}}),
    ("net-flow-ends-named", {"network-in": {"source": UNKNOWN}}),
    ("iam-no-wildcard-admin", {"records-writer": statements(UNKNOWN)}),
    ("iam-no-privilege-escalation", {"records-writer": statements(UNKNOWN)}),
    ("iam-least-privilege", {"records-writer": statements(UNKNOWN)}),
    ("iam-no-public-principal", {"workload-group": {"matchingRule": UNKNOWN}}),
    ("iam-workload-identity", {"application-1": {"containers": UNKNOWN}}),
    ("secrets-one-reader", {"password-reader": statements(UNKNOWN)}),
    ("log-audit-trail-all", {"records-read": {"logType": UNKNOWN, "configuration": UNKNOWN}}),
    ("log-access-kept", {"records-read": {"logType": UNKNOWN, "configuration": UNKNOWN}}),
    ("log-archive-immutable", {"archive-store": {"retentionRules": UNKNOWN}}),
    ("log-integrity", {"archive-store": {"retentionRules": UNKNOWN}}),
    ("log-retention-min-1y", {"archive-store": {"retentionRules": [{"duration": UNKNOWN}]}}),
    ("log-object-access", {"records-read": {"isEnabled": UNKNOWN}}),
    ("log-archive-access-logged", {"archive-write": {"isEnabled": UNKNOWN}}),
    ("log-network-flow", {"network-data-flows": {"isEnabled": UNKNOWN}}),
    ("log-flow-kept", {"records-read": {"logType": UNKNOWN, "configuration": UNKNOWN}}),
    ("log-database-audit", {"ledger-log": {"isEnabled": UNKNOWN}}),
    ("log-application-kept", {"records-read": {"logType": UNKNOWN, "configuration": UNKNOWN}}),
    ("bak-enabled-with-retention", {"ledger-system": {"managementPolicy": UNKNOWN}}),
    ("bak-recovery-window", {"ledger-system": {"managementPolicy": UNKNOWN}}),
    ("bak-immutable", {"ledger-backups": {"policyLockedDateTime": UNKNOWN}}),
    ("data-object-retention", {"records-store": {"retentionRules": UNKNOWN}}),
    (
        "inc-evidence-preserved",
        {"records-store": {"freeformTags": {**TAGS, "purpose": "evidence"}, "retentionRules": UNKNOWN}},
    ),
    ("data-object-versioning", {"records-store": {"retentionRules": [], "versioning": UNKNOWN}}),
    ("ha-multi-az", {"ledger-system": {"instanceCount": UNKNOWN}}),
    ("ha-application-two-zones", {"application-2": {"faultDomain": UNKNOWN}}),
    ("ha-health-checked", {"application-set": {"healthChecker": UNKNOWN}}),
    ("img-private-registry", {"application-1": {"containers": UNKNOWN}}),
    ("gov-mandatory-tags", {"records-store": {"freeformTags": UNKNOWN}}),
]


@pytest.mark.parametrize(("slug", "changes"), BROKEN)
def test_a_broken_stack_is_told_by_the_rule(slug: str, changes: Mapping[str, Changes | None]) -> None:
    assert Answer.VIOLATED in {one.answer for one in verdicts(stack(changes), slug)}


@pytest.mark.parametrize(("slug", "changes"), UNSAID)
def test_what_is_not_known_is_neither_kept_nor_broken(slug: str, changes: Mapping[str, Changes | None]) -> None:
    answers = {one.answer for one in verdicts(stack(changes), slug)}
    assert Answer.UNKNOWN in answers
    assert Answer.VIOLATED not in answers


def test_only_what_the_cloud_fixes_has_no_broken_example() -> None:
    asked = {one.rule.slug for one in own(judge(World(stack({}), complete=True)))} | {"net-no-public-address"}
    asked -= BY_SUBJECT
    assert asked - {slug for slug, _ in BROKEN} == {
        # Always so, whatever is written: keys are the customer's and wait, TLS and private endpoints only, minor versions.
        "crypto-key-customer-managed",
        "crypto-key-deletion-guard",
        "tls-storage-required",
        "tls-database-required",
        "net-database-not-public",
        "mon-time-sync",
        "vuln-patching-automated",
        # No repository and no recovery service takes a customer key.
        "crypto-backup-cmk",
        "crypto-image-registry-cmk",
        # Every resource can be searched for.
        "gov-config-inventory",
        # tests/policies/test_environments.py
        "gov-env-separation",
        # tests/policies/test_state_protected.py
        "gov-iac-state-protected",
        # Said of every resource by its provider and its type.
        "gov-region-japan-only",
        "resource-unclassified",
    }


def test_a_region_abroad_breaks_the_residency_of_all_but_identity_resources() -> None:
    moved = [_resource(name, provider={"region": "us-ashburn-1"}) for name in _TYPES]
    told = {one.urn for one in verdicts(moved, "gov-region-japan-only") if one.answer is Answer.VIOLATED}
    assert told == {one.urn for one in moved if not one.type.startswith("oci:Identity/")}


def test_a_type_that_nobody_knows_is_a_violation() -> None:
    stray = Resource(
        urn=_urn("oci:DataScience/project:Project", "x"),
        type="oci:DataScience/project:Project",
        name="x",
        properties={},
        provider=PROVIDER,
    )
    assert [one.answer for one in verdicts([stray], "resource-unclassified")] == [Answer.VIOLATED]


def test_a_bucket_seen_alone_says_nothing_of_logs_and_purpose() -> None:
    found = oci.facts(World([_resource("records-store")], complete=False))
    (fact,) = (one for one in found if isinstance(one, ObjectStore))
    assert set(fact.unknown_fields()) == {"access_logged", "lifecycle", "own_key", "purpose"}


def test_a_key_says_its_users_in_the_facts_words() -> None:
    (key,) = facts(Key, stack({}))
    assert (key.users, key.rotation_days, key.deletion_wait_days) == ({"storage", "secrets", "database"}, 365, 30)


def test_an_identity_may_do_exactly_what_its_statements_bind_to_a_resource() -> None:
    (identity,) = facts(Identity, stack({}))
    assert identity.permissions == {
        ("read-objects", "records"),
        ("write-objects", "records"),
        ("read-secret", "password"),
    }


def test_both_sides_rules_are_read_as_flows_between_tiers() -> None:
    found = {(flow.source, flow.destination, flow.ports) for flow in facts(Flow, stack({}))}
    assert found == {("application", "data", (5432, 5432)), ("application", "services", (443, 443))}


def test_two_instances_are_one_service_in_two_fault_domains() -> None:
    (service,) = facts(Service, stack({}))
    assert (service.two_zones, service.zone_kind, service.public) == (True, "fault-domain", False)


def test_a_registry_offers_no_customer_key() -> None:
    (registry,) = facts(ImageRegistry, stack({}))
    assert registry.customer_key is NOT_OFFERED


def test_a_rule_without_duration_retains_for_ever_and_a_locked_one_says_so() -> None:
    rules = [{"displayName": "r", "timeRuleLocked": "2030-01-01T00:00:00Z"}]
    (archive,) = facts(LogArchive, stack({"archive-store": {"retentionRules": rules}}))
    assert (archive.retention_days, archive.retention_locked) == (36_500, True)


def test_a_disabled_log_is_no_log() -> None:
    (network,) = facts(Network, stack({"network-entry-flows": {"isEnabled": False}}))
    assert network.flow_logs is False


def test_every_resource_of_the_stack_is_placed_tagged_and_classified() -> None:
    told = extract(World(stack({}), complete=True))
    classified = [fact for fact in told if isinstance(fact, Classified)]
    assert len(classified) == len(_TYPES)
    assert all(fact.classified for fact in classified)


@pytest.mark.parametrize("complete", [True, False])
@pytest.mark.parametrize("odd", [UNKNOWN, None, [], [UNKNOWN], "odd"], ids=repr)
def test_no_odd_value_stops_the_reading(odd: Any, complete: bool) -> None:
    for name, (_, _, properties) in _TYPES.items():
        for property_ in properties:
            list(oci.facts(World(stack({name: {property_: odd}}), complete=complete)))
