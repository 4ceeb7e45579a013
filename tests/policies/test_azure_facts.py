"""Each rule on resources of Azure: a stack that passes, one change that fails it, and one unknown value that leaves it open."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any, TypeAlias

import pytest

from policies.facts import extract
from policies.facts.azure import INERT, KNOWN, UNTAGGABLE
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import UNKNOWN, Flow, Identity, Key, Network, ObjectStore, known
from policies.judge import Answer, judge
from policies.rules import RULES
from tests.policies.by_subject import BY_SUBJECT
from tests.policies.organisation import SUPPLIED, own

STACK = "urn:pulumi:011002-resident-record-production::machikumo::"
ROLES = "/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/"
ENCRYPTS = f"{ROLES}e147488a-f6f5-4113-8e2d-b22465e65bf6"
READS_SECRETS = f"{ROLES}4633458b-17de-408a-b874-0445c86b69e6"
PULLS = f"{ROLES}7f951dda-4ed3-4680-a7ca-43fe172d538d"
GRANTS_RIGHTS = f"{ROLES}f58310d9-a9f6-439a-9e8d-f62e7b41a168"
CRYPTO_OFFICER = f"{ROLES}14b46e9e-c2b7-41b4-b07b-48a6ebf60603"
OWNER = f"{ROLES}8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
TAGS = {
    "municipality-code": "011002",
    "system-id": "resident-record",
    "environment": "production",
    "accounting-line": "general",
    "stack": "011002-resident-record-production",
}
OVER = {"delete": {"daysAfterCreationGreaterThan": 365}}
ACCESS = ("StorageRead", "StorageWrite", "StorageDelete")
DOMAINS = "configuration.ingress.customDomains"
NAME = {"name": "juki.example.lg.jp", "bindingType": "SniEnabled", "certificateId": "/names"}
Stack: TypeAlias = dict[str, tuple[str, dict[str, Any]]]
Change: TypeAlias = Callable[[Stack], None]

# Azure Key Vault encrypts secrets with keys of its own; tags of images can be locked one by one only.
NOT_OFFERED = {"secrets-in-vault-cmk", "img-immutable-trusted"}
# What the cloud does by itself and nobody can switch off.
ALWAYS_KEPT = {
    "mon-time-sync",
    "bak-enabled-with-retention",
    "crypto-key-customer-managed",
    "ha-network-two-zones",
    "vuln-patching-automated",
}


def rule(direction: str, access: str, priority: int, source: str, destination: str, port: str = "*") -> dict[str, Any]:
    return {
        "name": f"{access}-{direction}-{priority}",
        "description": "why",
        "direction": direction,
        "access": access,
        "priority": priority,
        "protocol": "Tcp" if access == "Allow" else "*",
        "sourceAddressPrefix": source,
        "sourcePortRange": "*",
        "destinationAddressPrefix": destination,
        "destinationPortRange": port,
    }


def closed(*allowed: dict[str, Any]) -> dict[str, Any]:
    denied = (rule(direction, "Deny", 4096, "*", "*") for direction in ("Inbound", "Outbound"))
    return {"securityRules": [*allowed, *denied], "tags": TAGS, "location": "japaneast"}


def subnet(block: str, tier: str) -> dict[str, Any]:
    return {
        "virtualNetworkName": "vnet",
        "addressPrefix": block,
        "networkSecurityGroup": {"id": f"/{tier}-rules"},
        "routeTable": {"id": "/routes"},
        "privateEndpointNetworkPolicies": "Enabled",
    }


def account(user: str, days: int) -> dict[str, Any]:
    return {
        "allowBlobPublicAccess": False,
        "allowSharedKeyAccess": False,
        "publicNetworkAccess": "Disabled",
        "networkRuleSet": {"defaultAction": "Deny"},
        "enableHttpsTrafficOnly": True,
        "minimumTlsVersion": "TLS1_2",
        "location": "japaneast",
        "tags": TAGS,
        "identity": {"type": "UserAssigned", "userAssignedIdentities": [f"/{user}"]},
        "encryption": {
            "keySource": "Microsoft.Keyvault",
            "keyVaultProperties": {"keyName": "key", "keyVaultUri": "https://vault"},
            "encryptionIdentity": {"encryptionUserAssignedIdentity": f"/{user}"},
        },
        "immutableStorageWithVersioning": {
            "enabled": True,
            "immutabilityPolicy": {"state": "Unlocked", "immutabilityPeriodSinceCreationInDays": days},
        },
    }


def log(resource: str, *categories: str, into: str = "archive") -> tuple[str, dict[str, Any]]:
    logs = [{"category": category, "enabled": True} for category in categories]
    token = "azure-native:monitor:DiagnosticSetting"
    return token, {"resourceUri": f"/{resource}", "storageAccountId": f"/{into}", "logs": logs}


def grant(principal: str, role: str, scope: str) -> tuple[str, dict[str, Any]]:
    token = "azure-native:authorization:RoleAssignment"
    return token, {"principalId": f"{principal}-principal", "roleDefinitionId": role, "scope": f"/{scope}"}


def container(public: Any) -> tuple[str, dict[str, Any]]:
    return "azure-native:storage:BlobContainer", {"accountName": "records", "publicAccess": public}


def endpoint(target: str) -> tuple[str, dict[str, Any]]:
    connections = [{"privateLinkServiceId": f"/{target}", "groupIds": ["g"]}]
    where = {"subnet": {"id": "/network-services"}, "location": "japaneast", "tags": TAGS}
    return "azure-native:network:PrivateEndpoint", {**where, "privateLinkServiceConnections": connections}


def placed(**properties: Any) -> dict[str, Any]:
    return {"location": "japaneast", "tags": TAGS, **properties}


def identity(name: str) -> tuple[str, dict[str, Any]]:
    return "azure-native:managedidentity:UserAssignedIdentity", placed(principalId=f"{name}-principal")


def good() -> Stack:
    rotation = {"lifetimeActions": [{"action": {"type": "rotate"}, "trigger": {"timeAfterCreate": "P1Y"}}]}
    subnets = {
        "entry": ("10.0.0.0/24", rule("Inbound", "Allow", 100, "172.16.0.0/16", "10.0.0.0/24", "443")),
        "application": ("10.0.1.0/24", rule("Outbound", "Allow", 100, "10.0.1.0/24", "AzureActiveDirectory", "443")),
        "data": ("10.0.2.0/24", rule("Inbound", "Allow", 100, "10.0.1.0/24", "10.0.2.0/24", "5432")),
        "services": ("10.0.3.0/24", rule("Inbound", "Allow", 100, "10.0.1.0/24", "10.0.3.0/24", "443")),
    }
    return {
        "vault": (
            "azure-native:keyvault:Vault",
            placed(
                properties={"enablePurgeProtection": True, "softDeleteRetentionInDays": 90}, vaultUri="https://vault"
            ),
        ),
        "key": (
            "azure-native:keyvault:Key",
            placed(
                vaultName="vault",
                keyUri="https://vault/keys/key",
                properties={"kty": "RSA-HSM", "rotationPolicy": rotation},
            ),
        ),
        "secret": ("azure-native:keyvault:Secret", placed(vaultName="vault", properties={})),
        "encrypts": identity("encrypts"),
        "archives": identity("archives"),
        "workload": identity("workload"),
        "encrypts-key": grant("encrypts", ENCRYPTS, "key"),
        "archives-key": grant("archives", ENCRYPTS, "key"),
        "workload-secret": grant("workload", READS_SECRETS, "secret"),
        "workload-images": grant("workload", PULLS, "registry"),
        "archive": ("azure-native:storage:StorageAccount", account("archives", 1825)),
        **{
            f"{store}-lifecycle": (
                "azure-native:storage:ManagementPolicy",
                {"accountName": store, "policy": {"rules": [{"definition": {"actions": {"version": OVER}}}]}},
            )
            for store in ("archive", "watch", "records")
        },
        "archive-service": ("azure-native:storage:BlobServiceProperties", {"accountName": "archive"}),
        "archive-log": log("archive-service", *ACCESS, into="watch"),
        "watch": ("azure-native:storage:StorageAccount", account("archives", 1825)),
        "watch-service": ("azure-native:storage:BlobServiceProperties", {"accountName": "watch"}),
        "watch-log": log("watch-service", *ACCESS),
        "records": ("azure-native:storage:StorageAccount", account("encrypts", 3650)),
        "records-service": (
            "azure-native:storage:BlobServiceProperties",
            {"accountName": "records", "isVersioningEnabled": True},
        ),
        "records-log": log("records-service", "StorageRead", "StorageWrite", "StorageDelete"),
        "vnet": ("azure-native:network:VirtualNetwork", placed(addressSpace={"addressPrefixes": ["10.0.0.0/22"]})),
        "routes": (
            "azure-native:network:RouteTable",
            placed(
                routes=[
                    {"name": "a", "addressPrefix": "0.0.0.0/0", "nextHopType": "None"},
                    {"name": "b", "addressPrefix": "AzureActiveDirectory", "nextHopType": "Internet"},
                ]
            ),
        ),
        **{
            f"network-{tier}": ("azure-native:network:Subnet", subnet(block, tier))
            for tier, (block, _) in subnets.items()
        },
        **{
            f"{tier}-rules": ("azure-native:network:NetworkSecurityGroup", closed(allowed))
            for tier, (_, allowed) in subnets.items()
        },
        **{f"{target}-endpoint": endpoint(target) for target in ("vault", "archive", "records", "registry")},
        "flow-log": (
            "azure-native:network:FlowLog",
            placed(targetResourceId="/vnet", storageId="/archive", enabled=True),
        ),
        "activity": (
            "azure-native:monitor:SubscriptionDiagnosticSetting",
            {"storageAccountId": "/archive", "logs": [{"category": "Administrative", "enabled": True}]},
        ),
        "server": (
            "azure-native:dbforpostgresql:Server",
            placed(
                dataEncryption={
                    "type": "AzureKeyVault",
                    "primaryKeyURI": "https://vault/keys/key",
                    "primaryUserAssignedIdentityId": "/encrypts",
                },
                network={"delegatedSubnetResourceId": "/network-data"},
                highAvailability={"mode": "ZoneRedundant"},
                backup={"backupRetentionDays": 7},
            ),
        ),
        "tls": (
            "azure-native:dbforpostgresql:Configuration",
            {"serverName": "server", "configurationName": "require_secure_transport", "value": "on"},
        ),
        "server-log": log("server", "PostgreSQLLogs"),
        "server-lock": (
            "azure-native:authorization:ManagementLockByScope",
            {"scope": "/server", "level": "CanNotDelete"},
        ),
        "backups": (
            "azure-native:recoveryservices:Vault",
            placed(
                properties={
                    "encryption": {"keyVaultProperties": {"keyUri": "https://vault/keys/key"}},
                    "securitySettings": {"immutabilitySettings": {"state": "Locked"}},
                }
            ),
        ),
        "registry": (
            "azure-native:containerregistry:Registry",
            placed(
                loginServer="registry.azurecr.io",
                publicNetworkAccess="Disabled",
                encryption={"keyVaultProperties": {"keyIdentifier": "https://vault/keys/key"}},
            ),
        ),
        "environment": (
            "azure-native:app:ManagedEnvironment",
            placed(vnetConfiguration={"internal": True}, publicNetworkAccess="Disabled", zoneRedundant=True),
        ),
        "environment-log": log("environment", "ContainerAppConsoleLogs", "ContainerAppHTTPLogs"),
        "app": (
            "azure-native:app:ContainerApp",
            placed(
                managedEnvironmentId="/environment",
                identity={"type": "UserAssigned", "userAssignedIdentities": ["/workload"]},
                configuration={"ingress": {"external": True, "allowInsecure": False, "customDomains": [NAME]}},
                template={
                    "containers": [{"image": "registry.azurecr.io/a@sha256:0", "probes": [{"type": "Readiness"}]}],
                    "scale": {"minReplicas": 2},
                },
            ),
        ),
        "names": ("azure-native:app:Certificate", placed(environmentName="environment")),
    }


def world(stack: Stack) -> World:
    """The resources as an exported state shows them: ids and names known, one component over all of them."""
    return World(
        [
            Resource(
                urn=f"{STACK}{token}::{name}",
                type=token,
                name=name,
                properties={"name": name, **properties},
                role=name,
                id=f"/{name}",
                provider={},
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


def both(first: Change, second: Change) -> Change:
    def change(stack: Stack) -> None:
        first(stack)
        second(stack)

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


def opened_to(permissions: Any) -> Change:
    return set_to("vault", "properties.accessPolicies", [{"objectId": "somebody", "permissions": permissions}])


CONSOLE = "environment-log"
BINDS = "privateEndpointNetworkPolicies"
NETWORK_OPENED = set_to("archive", "publicNetworkAccess", None)
OPENED = set_to("environment", "publicNetworkAccess", "Enabled")
OPEN_RULE = rule("Inbound", "Allow", 100, "Internet", "10.0.0.0/24", "443")
OPEN_RULE_IN_IPV6 = rule("Inbound", "Allow", 100, "::/0", "10.0.0.0/24", "443")
EVERYTHING_RULE = {**rule("Inbound", "Allow", 100, "172.16.0.0/16", "10.0.0.0/24"), "protocol": "*"}
STRANGE_RULE = rule("Inbound", "Allow", 100, "9.9.9.0/24", "10.0.0.0/24", "443")
SECURITY = "properties.securitySettings"
LOCKED = {"immutabilitySettings": {"state": "Locked"}}
EVIDENCE = {**TAGS, "purpose": "evidence"}
RULE = "policy.rules.0"
ELSEWHERE = {"keyName": "theirs", "keyVaultUri": "https://elsewhere"}
FOR_A_MONTH = {"enabled": True, "days": 30}
# No versions, and a deleted container is gone: not enough.
BLOBS_KEPT = both(
    set_to("records-service", "isVersioningEnabled", value=False),
    set_to("records-service", "deleteRetentionPolicy", FOR_A_MONTH),
)
IMMUTABLE = "immutableStorageWithVersioning.immutabilityPolicy"

FAILING: list[tuple[str, Change, set[str]]] = [
    (
        "crypto-object-storage-cmk",
        set_to("records", "encryption.keySource", "Microsoft.Storage"),
        {"gov-data-lifecycle-erasure"},
    ),
    ("gov-data-lifecycle-erasure", without("watch-lifecycle"), set()),
    ("gov-data-lifecycle-erasure", set_to("records-lifecycle", f"{RULE}.enabled", value=False), set()),
    ("gov-data-lifecycle-erasure", set_to("records-lifecycle", f"{RULE}.definition.actions.version", {}), set()),
    (
        "crypto-logs-queues-cmk",
        set_to("archive", "encryption.keySource", "Microsoft.Storage"),
        {"crypto-object-storage-cmk", "gov-data-lifecycle-erasure"},
    ),
    ("crypto-database-cmk", set_to("server", "dataEncryption.type", "SystemManaged"), set()),
    ("crypto-image-registry-cmk", set_to("registry", "encryption", {}), set()),
    ("crypto-image-registry-cmk", set_to("registry", "encryption.status", "disabled"), set()),
    ("crypto-key-rotation", set_to("key", "properties.rotationPolicy", {}), set()),
    ("crypto-key-deletion-guard", set_to("vault", "properties.enablePurgeProtection", value=False), set()),
    ("crypto-key-granted-services-only", added("strange", *grant("stranger", ENCRYPTS, "key")), set()),
    ("crypto-key-hsm", set_to("key", "properties.kty", "RSA"), set()),
    ("crypto-key-hsm", set_to("key", "properties.kty", None), set()),
    (
        "crypto-key-access-separated",
        opened_to({"keys": ["Get", "WrapKey", "Purge"]}),
        {"crypto-key-granted-services-only"},
    ),
    (
        "crypto-key-access-separated",
        opened_to({"keys": ["all"]}),
        {"crypto-key-granted-services-only"},
    ),
    (
        "crypto-key-access-separated",
        added("officer", *grant("officer", CRYPTO_OFFICER, "vault")),
        {"crypto-key-granted-services-only"},
    ),
    ("tls-storage-required", set_to("records", "minimumTlsVersion", "TLS1_1"), set()),
    ("tls-database-required", set_to("tls", "value", "off"), set()),
    ("tls-no-plain-http", set_to("app", "configuration.ingress.allowInsecure", value=True), set()),
    ("tls-frontend-min-12", set_to("app", DOMAINS, [NAME, {**NAME, "bindingType": "Disabled"}]), set()),
    ("tls-frontend-min-12", set_to("app", DOMAINS, [{"name": "kaigo.example.lg.jp"}]), set()),
    ("net-object-storage-not-public", set_to("records", "allowBlobPublicAccess", value=True), set()),
    ("net-object-storage-not-public", both(NETWORK_OPENED, set_to("archive", "networkRuleSet", {})), set()),
    ("net-database-not-public", set_to("server", "network", {"publicNetworkAccess": "Enabled"}), set()),
    (
        "net-load-balancer-not-public",
        both(set_to("environment", "vnetConfiguration.internal", value=False), OPENED),
        {"net-no-public-ip-on-compute", "net-waf-on-public-apps", "net-ddos-protection"},
    ),
    ("net-no-public-address", added("ip", "azure-native:network:PublicIPAddress", placed()), set()),
    ("img-registry-not-public", set_to("registry", "publicNetworkAccess", "Enabled"), set()),
    ("net-tier-segmentation", without("network-data"), set()),
    ("net-no-internet-route", set_to("routes", "routes.0.nextHopType", "Internet"), set()),
    ("net-default-network-locked", set_to("data-rules", "securityRules.1.direction", "Outbound"), set()),
    ("net-private-endpoints", without("vault-endpoint"), set()),
    ("net-default-network-locked", set_to("network-services", BINDS, None), set()),
    ("net-default-network-locked", set_to("network-services", BINDS, "RouteTableEnabled"), set()),
    ("net-no-any-any", set_to("entry-rules", "securityRules.0", OPEN_RULE), set()),
    ("net-no-any-any", set_to("entry-rules", "securityRules.0", rule("Outbound", "Allow", 100, "*", "*")), set()),
    ("net-no-any-any", set_to("entry-rules", "securityRules.0", OPEN_RULE_IN_IPV6), set()),
    ("net-flow-ends-named", set_to("entry-rules", "securityRules.0", STRANGE_RULE), set()),
    ("iam-no-wildcard-admin", added("owns", *grant("workload", OWNER, "records")), {"iam-least-privilege"}),
    (
        "iam-no-privilege-escalation",
        added("may-grant", *grant("stranger", GRANTS_RIGHTS, "subscriptions/s/resourceGroups/g")),
        set(),
    ),
    ("iam-least-privilege", added("wide", *grant("workload", PULLS, "nowhere")), set()),
    ("iam-no-public-principal", added("open", *container("Blob")), set()),
    ("iam-workload-identity", set_to("app", "identity", {"type": "SystemAssigned"}), set()),
    ("iam-no-long-lived-keys", set_to("registry", "adminUserEnabled", value=True), set()),
    ("iam-no-long-lived-keys", set_to("records", "allowSharedKeyAccess", None), set()),
    ("secrets-none-in-code", set_to("server", "administratorLoginPassword", "hunter22"), set()),
    ("secrets-one-reader", without("workload-secret"), set()),
    ("log-audit-trail-all", without("activity"), set()),
    (
        "log-access-kept",
        both(set_to("records-log", "logs.0.enabled", value=False), without("watch-log")),
        {"log-object-access", "log-archive-access-logged"},
    ),
    ("log-archive-access-logged", without("archive-log"), set()),
    ("log-archive-access-logged", set_to("watch-log", "logs.2.enabled", value=False), set()),
    (
        "log-archive-immutable",
        set_to("archive", f"{IMMUTABLE}.state", "Disabled"),
        {"log-integrity", "log-retention-min-1y"},
    ),
    (
        "log-integrity",
        set_to("archive", f"{IMMUTABLE}.state", "Disabled"),
        {"log-archive-immutable", "log-retention-min-1y"},
    ),
    ("log-retention-min-1y", set_to("archive", f"{IMMUTABLE}.immutabilityPeriodSinceCreationInDays", 364), set()),
    ("log-object-access", set_to("records-log", "logs.2.enabled", value=False), set()),
    ("log-network-flow", set_to("flow-log", "enabled", value=False), {"log-flow-kept"}),
    ("log-flow-kept", without("flow-log"), {"log-network-flow"}),
    ("log-database-audit", without("server-log"), set()),
    ("log-application-kept", set_to(CONSOLE, "logs.0.category", "ContainerAppSystemLogs"), set()),
    ("bak-recovery-window", set_to("server", "backup.backupRetentionDays", 6), set()),
    ("bak-immutable", set_to("backups", f"{SECURITY}.immutabilitySettings.state", "Unlocked"), set()),
    ("bak-immutable", set_to("backups", SECURITY, {}), set()),
    ("crypto-backup-cmk", set_to("backups", "properties.encryption", None), set()),
    (
        "crypto-backup-cmk",
        added("others", "azure-native:dataprotection:BackupVault", placed(properties={"securitySettings": LOCKED})),
        set(),
    ),
    ("data-object-retention", set_to("records", f"{IMMUTABLE}.state", "Disabled"), set()),
    ("inc-evidence-preserved", set_to("records", "tags", EVIDENCE), set()),
    (
        "data-object-versioning",
        both(set_to("records", "immutableStorageWithVersioning", {}), BLOBS_KEPT),
        {"data-object-retention", "data-deletion-protection"},
    ),
    ("data-deletion-protection", without("server-lock"), set()),
    ("ha-multi-az", set_to("server", "highAvailability.mode", "SameZone"), set()),
    ("ha-application-two-zones", set_to("app", "template.scale.minReplicas", 1), set()),
    ("ha-health-checked", set_to("app", "template.containers.0.probes", []), set()),
    ("img-private-registry", set_to("app", "template.containers.0.image", "docker.io/library/nginx:1"), set()),
    ("img-immutable-trusted", set_to("app", "template.containers.0.image", "registry.azurecr.io/a:latest"), set()),
    ("vuln-supported-versions", set_to("server", "version", "13"), set()),
    ("gov-region-japan-only", set_to("server", "location", "East US"), set()),
    ("gov-mandatory-tags", set_to("server", "tags", {}), set()),
    ("resource-unclassified", added("new", "azure-native:synapse:Workspace", {}), set()),
]

UNDECIDED: list[tuple[str, Change]] = [
    ("crypto-object-storage-cmk", set_to("records", "encryption", UNKNOWN)),
    ("gov-data-lifecycle-erasure", set_to("records-lifecycle", "policy", UNKNOWN)),
    ("gov-data-lifecycle-erasure", set_to("records-lifecycle", f"{RULE}.enabled", UNKNOWN)),
    ("gov-data-lifecycle-erasure", set_to("records", "encryption.keyVaultProperties", ELSEWHERE)),
    ("crypto-logs-queues-cmk", set_to("archive", "encryption", UNKNOWN)),
    ("crypto-database-cmk", set_to("server", "dataEncryption", UNKNOWN)),
    ("crypto-image-registry-cmk", set_to("registry", "encryption", UNKNOWN)),
    ("crypto-image-registry-cmk", set_to("registry", "encryption.status", UNKNOWN)),
    ("crypto-key-rotation", set_to("key", "properties", UNKNOWN)),
    ("crypto-key-deletion-guard", set_to("vault", "properties.enablePurgeProtection", UNKNOWN)),
    ("crypto-key-granted-services-only", set_to("encrypts-key", "roleDefinitionId", UNKNOWN)),
    ("crypto-key-hsm", set_to("key", "properties.kty", UNKNOWN)),
    ("crypto-key-access-separated", opened_to(UNKNOWN)),
    ("tls-storage-required", set_to("records", "minimumTlsVersion", UNKNOWN)),
    ("tls-database-required", set_to("tls", "value", UNKNOWN)),
    ("tls-no-plain-http", set_to("app", "configuration.ingress.allowInsecure", UNKNOWN)),
    ("tls-frontend-min-12", set_to("app", DOMAINS, [{**NAME, "bindingType": UNKNOWN}])),
    ("tls-frontend-min-12", set_to("app", DOMAINS, UNKNOWN)),
    ("net-object-storage-not-public", set_to("records", "allowBlobPublicAccess", UNKNOWN)),
    ("net-object-storage-not-public", both(NETWORK_OPENED, set_to("archive", "networkRuleSet", UNKNOWN))),
    ("net-database-not-public", set_to("server", "network", UNKNOWN)),
    ("net-load-balancer-not-public", both(set_to("environment", "vnetConfiguration", UNKNOWN), OPENED)),
    ("img-registry-not-public", set_to("registry", "publicNetworkAccess", UNKNOWN)),
    ("net-no-internet-route", set_to("routes", "routes", UNKNOWN)),
    ("net-default-network-locked", set_to("data-rules", "securityRules.1.priority", UNKNOWN)),
    ("net-default-network-locked", set_to("network-services", BINDS, UNKNOWN)),
    ("net-no-any-any", set_to("entry-rules", "securityRules", UNKNOWN)),
    ("net-flow-ends-named", set_to("entry-rules", "securityRules.0.sourceAddressPrefix", UNKNOWN)),
    ("iam-no-wildcard-admin", set_to("workload-images", "roleDefinitionId", UNKNOWN)),
    (
        "iam-no-privilege-escalation",
        added("may-grant", *grant("stranger", f"{ROLES}0", "subscriptions/s/resourceGroups/g")),
    ),
    ("iam-no-public-principal", added("open", *container(UNKNOWN))),
    ("iam-least-privilege", set_to("workload-images", "roleDefinitionId", UNKNOWN)),
    ("iam-workload-identity", set_to("app", "identity", UNKNOWN)),
    ("iam-no-long-lived-keys", set_to("records", "allowSharedKeyAccess", UNKNOWN)),
    ("secrets-one-reader", set_to("workload-secret", "roleDefinitionId", UNKNOWN)),
    ("log-audit-trail-all", set_to("activity", "logs", UNKNOWN)),
    ("log-access-kept", set_to("records-log", "logs", UNKNOWN)),
    ("log-archive-immutable", set_to("archive", f"{IMMUTABLE}.state", UNKNOWN)),
    ("log-integrity", set_to("archive", f"{IMMUTABLE}.state", UNKNOWN)),
    ("log-retention-min-1y", set_to("archive", f"{IMMUTABLE}.immutabilityPeriodSinceCreationInDays", UNKNOWN)),
    ("log-object-access", set_to("records-log", "logs", UNKNOWN)),
    ("log-archive-access-logged", set_to("archive-log", "logs", UNKNOWN)),
    ("log-network-flow", set_to("flow-log", "enabled", UNKNOWN)),
    ("log-flow-kept", set_to("flow-log", "enabled", UNKNOWN)),
    ("log-database-audit", set_to("server-log", "logs", UNKNOWN)),
    ("log-application-kept", set_to(CONSOLE, "logs", UNKNOWN)),
    ("bak-recovery-window", set_to("server", "backup", UNKNOWN)),
    ("bak-immutable", set_to("backups", f"{SECURITY}.immutabilitySettings.state", UNKNOWN)),
    ("crypto-backup-cmk", set_to("backups", "properties.encryption", UNKNOWN)),
    ("data-object-retention", set_to("records", f"{IMMUTABLE}.state", UNKNOWN)),
    (
        "inc-evidence-preserved",
        both(set_to("records", "tags", EVIDENCE), set_to("records", f"{IMMUTABLE}.state", UNKNOWN)),
    ),
    ("data-object-versioning", both(set_to("records", "immutableStorageWithVersioning", UNKNOWN), BLOBS_KEPT)),
    ("data-deletion-protection", set_to("server-lock", "level", UNKNOWN)),
    ("ha-multi-az", set_to("server", "highAvailability", UNKNOWN)),
    ("ha-application-two-zones", set_to("app", "template.scale.minReplicas", UNKNOWN)),
    ("ha-health-checked", set_to("app", "template.containers.0.probes", UNKNOWN)),
    ("img-private-registry", set_to("app", "template.containers.0.image", UNKNOWN)),
    ("img-immutable-trusted", set_to("app", "template.containers.0.image", UNKNOWN)),
    ("vuln-supported-versions", set_to("server", "version", UNKNOWN)),
    ("gov-region-japan-only", set_to("server", "location", UNKNOWN)),
    ("gov-mandatory-tags", set_to("server", "tags", UNKNOWN)),
]

# What no single value of Azure leaves open: a component's name says the tier, an address is there or is not.
NEVER_UNKNOWN = {
    "resource-unclassified",
    "secrets-none-in-code",
    "net-no-public-address",
    "net-private-endpoints",
    "net-tier-segmentation",
}


def test_the_good_stack_violates_nothing_and_leaves_open_only_what_the_cloud_lacks() -> None:
    assert answers(Answer.VIOLATED) == set()
    assert answers(Answer.UNKNOWN) == set()
    assert answers(Answer.NOT_OFFERED) == NOT_OFFERED


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
    failing = {slug for slug, _, _ in FAILING} | {"net-no-public-ip-on-compute"}
    assert every - failing == (ALWAYS_KEPT | NOT_OFFERED) - {"img-immutable-trusted"}  # images of services can be told
    undecided = {slug for slug, _ in UNDECIDED} | {"net-no-public-ip-on-compute"}
    assert every - undecided == (ALWAYS_KEPT | NOT_OFFERED | NEVER_UNKNOWN) - {"img-immutable-trusted"}


def test_a_known_type_is_read_or_inert_and_not_both() -> None:
    assert set(KNOWN) & set(INERT) == set()
    assert KNOWN | set(INERT) >= UNTAGGABLE


@pytest.mark.parametrize(("days", "expected"), [(30, True), (29, False), (UNKNOWN, UNKNOWN)])
def test_soft_delete_of_blobs_and_containers_does_for_versions_when_it_is_long_enough(days: Any, expected: Any) -> None:
    stack = deepcopy(good())
    set_to("records", "immutableStorageWithVersioning", {})(stack)
    BLOBS_KEPT(stack)
    set_to("records-service", "containerDeleteRetentionPolicy", {"enabled": True, "days": days})(stack)
    stores = {fact.name: fact.versioned for fact in extract(world(stack)) if isinstance(fact, ObjectStore)}
    assert stores["records"] is expected


def test_a_subnet_without_private_endpoints_needs_no_policies_for_them() -> None:
    assert answers(Answer.VIOLATED, set_to("network-data", BINDS, "Disabled")) == set()
    only_the_group = set_to("network-services", BINDS, "NetworkSecurityGroupEnabled")
    assert answers(Answer.VIOLATED, only_the_group) == set()


def test_a_registry_that_says_its_key_is_on_is_encrypted_with_it() -> None:
    assert answers(Answer.VIOLATED, set_to("registry", "encryption.status", "enabled")) == set()


def test_a_store_is_open_when_both_of_its_switches_let_every_network_in() -> None:
    for change in (NETWORK_OPENED, set_to("archive", "networkRuleSet", {"defaultAction": "Allow"})):
        assert answers(Answer.VIOLATED, change) == set()


def test_access_policies_count_only_while_roles_are_off() -> None:
    of_both = {"crypto-key-access-separated", "crypto-key-granted-services-only"}
    for by_roles, expected in ((True, set()), (False, of_both)):
        change = both(opened_to({"keys": ["all"]}), set_to("vault", "properties.enableRbacAuthorization", by_roles))
        assert answers(Answer.VIOLATED, change) == expected
    unsaid = both(opened_to({"keys": ["all"]}), set_to("vault", "properties.enableRbacAuthorization", UNKNOWN))
    assert answers(Answer.UNKNOWN, unsaid) == of_both


def test_what_keeps_nothing_but_the_access_log_of_an_archive_is_no_archive() -> None:
    def purposes(change: Change) -> dict[str, Any]:
        stack = deepcopy(good())
        change(stack)
        return {fact.name: fact.purpose for fact in extract(world(stack)) if isinstance(fact, ObjectStore)}

    assert purposes(without("tls")) == {"archive": "archive", "watch": "access-log", "records": "records"}
    assert purposes(set_to("server-log", "storageAccountId", "/watch"))["watch"] == "archive"
    of_records = purposes(set_to("archive-log", "resourceUri", "/records-service"))
    assert of_records == {"archive": "archive", "watch": "archive", "records": "records"}


@pytest.mark.parametrize(
    ("role", "scope", "url", "narrow"),
    [
        (READS_SECRETS, "entry", "https://Entry.vault.azure.net/secrets/juki", True),
        (READS_SECRETS, "entry", "https://entry2.vault.azure.net/secrets/juki", False),
        (READS_SECRETS, "entry/secrets/juki", "https://entry.vault.azure.net/secrets/juki", False),
        (READS_SECRETS, "entry", UNKNOWN, False),
        (f"{ROLES}b86a8fe4-44ce-4948-aee5-eccb2c155cd7", "entry", "https://entry.vault.azure.net/secrets/juki", False),
    ],
)
@pytest.mark.parametrize("reader", ["reader", "workload"])
def test_who_reads_a_certificate_for_names_is_bound_to_the_vault_outside_that_it_lies_in(
    role: str, scope: str, url: Any, reader: str, *, narrow: bool
) -> None:
    read = {"identity": f"/{reader}", "keyVaultUrl": url}
    vault = f"subscriptions/s/resourceGroups/landing/providers/Microsoft.KeyVault/vaults/{scope}"

    def change(stack: Stack) -> None:
        stack["reader"] = identity("reader")
        stack["names"] = ("azure-native:app:Certificate", placed(properties={"certificateKeyVaultProperties": read}))
        stack["reads"] = grant("reader", role, vault)

    narrow = narrow and reader == "reader"
    assert answers(Answer.VIOLATED, change) == (set() if narrow else {"iam-least-privilege"})


@pytest.mark.parametrize(
    ("left", "private"),
    [((), True), (("app", "environment"), False), (("registry",), False), (("environment",), False)],
)
def test_images_need_a_private_way_while_there_are_any_or_something_runs_that_may_fetch_some(
    left: tuple[str, ...], *, private: bool
) -> None:
    stack = good()
    for name in {"registry", "registry-endpoint", "environment", "app", "names"} - {*left}:
        del stack[name]
    (network,) = (fact for fact in extract(world(stack)) if isinstance(fact, Network))
    assert ("images" in known(network.private_services)) is private


def test_a_key_of_an_archives_store_is_used_by_the_log_service() -> None:
    (key,) = (fact for fact in extract(world(good())) if isinstance(fact, Key))
    assert key.users == frozenset({"storage", "database", "logs"})


def test_service_tags_are_services_and_ranges_of_subnets_are_tiers() -> None:
    flows = {(fact.source, fact.destination, fact.ports) for fact in extract(world(good())) if isinstance(fact, Flow)}
    assert flows == {
        ("172.16.0.0/16", "entry", (443, 443)),
        ("application", "services", (443, 443)),
        ("application", "data", (5432, 5432)),
    }


def test_the_load_balancers_probes_are_health_checks_and_the_whole_network_is_named_so() -> None:
    stack = good()
    probes = rule("Inbound", "Allow", 110, "AzureLoadBalancer", "VirtualNetwork", "30000-32767")
    stack["data-rules"][1]["securityRules"].append(probes)
    flows = {(fact.source, fact.destination, fact.ports) for fact in extract(world(stack)) if isinstance(fact, Flow)}
    assert ("health-checks", "network", (30000, 32767)) in flows


def test_an_identity_that_only_encrypts_for_a_service_is_told_by_the_key_alone() -> None:
    identities = {fact.role: fact.permissions for fact in extract(world(good())) if isinstance(fact, Identity)}
    assert identities == {"workload": frozenset({("read-secret", "secret"), ("pull-images", "registry")})}


def test_a_custom_role_gives_what_its_data_actions_say() -> None:
    stack = good()
    blobs = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs"
    stack["role"] = (
        "azure-native:authorization:RoleDefinition",
        {"permissions": [{"actions": [], "dataActions": [f"{blobs}/read", f"{blobs}/add/action"]}]},
    )
    stack["workload-role"] = grant("workload", "/role", "records")
    (found,) = (fact for fact in extract(world(stack)) if isinstance(fact, Identity))
    assert isinstance(found.permissions, frozenset)
    assert {action for action, target in found.permissions if target == "records"} == {"read-objects", "write-objects"}


def test_a_harmless_parameter_of_a_name_not_known_yet_leaves_nothing_open() -> None:
    assert answers(Answer.UNKNOWN, set_to("tls", "configurationName", UNKNOWN)) == set()


@pytest.mark.parametrize("odd", [{"0": {"action": {"type": "rotate"}}}, "odd", 7, [["rotate"]], [None]], ids=repr)
def test_odd_actions_of_a_keys_life_do_not_stop_the_reading(odd: Any) -> None:
    assert answers(Answer.VIOLATED, set_to("key", "properties.rotationPolicy", {"lifetimeActions": odd})) == {
        "crypto-key-rotation"
    }


def test_a_gateway_that_translates_addresses_is_an_internet_route() -> None:
    stack = good()
    stack["nat"] = ("azure-native:network:NatGateway", placed())
    (network,) = (fact for fact in extract(world(stack)) if isinstance(fact, Network))
    assert network.internet_route is True


def test_one_resource_alone_leaves_open_what_others_would_say() -> None:
    name = "server"
    token, properties = good()[name]
    alone = Resource(
        urn=f"{STACK}{token}::{name}", type=token, name=name, properties=properties, role=name, provider={}
    )
    verdicts = judge(World([alone], complete=False))
    assert {v.rule.slug for v in verdicts if v.answer is Answer.UNKNOWN} == {
        "data-deletion-protection",
        "log-database-audit",
        "tls-database-required",
    }
    assert [v.rule.slug for v in verdicts if v.answer is Answer.VIOLATED] == []
