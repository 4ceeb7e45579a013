"""Azure web and function apps, and the nodes of AKS."""

from policies.facts.vocabulary import UNKNOWN
from tests.policies.bare import TAGS, Beside, Example

PUBLIC, ZONES, IMAGE = "net-no-public-ip-on-compute", "ha-application-two-zones", "img-private-registry"
FRONT, HEALTH, WAF, FLOODS = (
    "net-load-balancer-not-public",
    "ha-health-checked",
    "net-waf-on-public-apps",
    "net-ddos-protection",
)
TLS, HTTP, REQUESTS = "tls-frontend-min-12", "tls-no-plain-http", "log-frontend-access"
LOGS, VERSION, IDENTITY = "log-application-kept", "vuln-supported-versions", "iam-workload-identity"
DISK, PATCHES, BASTION, BOOT = (
    "crypto-block-storage-cmk",
    "vuln-patching-automated",
    "net-admin-via-bastion",
    "host-secure-boot",
)
PLAN: Beside = {
    "plan": ("azure-native:web:AppServicePlan", {"tags": TAGS, "zoneRedundant": True, "sku": {"capacity": 2}}),
    "narrow": ("azure-native:web:AppServicePlan", {"tags": TAGS, "zoneRedundant": True}),
    "setting": (
        "azure-native:monitor:DiagnosticSetting",
        {
            "resourceUri": "thing",
            "logs": [
                {"category": category, "enabled": True} for category in ("AppServiceConsoleLogs", "AppServiceHTTPLogs")
            ],
        },
    ),
}
SITE = {"linuxFxVersion": "PYTHON|3.13", "healthCheckPath": "/healthz"}
APP = {
    "id": "thing",
    "serverFarmId": "plan",
    "publicNetworkAccess": "Disabled",
    "httpsOnly": True,
    "identity": {"type": "SystemAssigned"},
    "siteConfig": SITE,
}
KEYS: Beside = {
    "keys": (
        "azure-native:compute:DiskEncryptionSet",
        {"activeKey": {"keyUrl": "https://v.vault.azure.net/keys/k"}},
    ),
    "cluster": (
        "azure-native:containerservice:ManagedCluster",
        {"name": "cluster", "diskEncryptionSetID": "keys"},
    ),
    "old": (
        "azure-native:containerservice:ManagedCluster",
        {
            "name": "old",
            "linuxProfile": {"ssh": {"publicKeys": []}},
            "autoUpgradeProfile": {"nodeOSUpgradeChannel": "None"},
        },
    ),
}
POOL = {"resourceName": "cluster", "securityProfile": {"enableSecureBoot": True, "enableVTPM": True}}

EXAMPLES = [
    Example(
        token="azure-native:web:WebApp",
        good=APP,
        beside=PLAN,
        broken=[
            (ZONES, {"serverFarmId": "narrow"}),
            (IDENTITY, {"identity": None}),
            (HTTP, {"httpsOnly": None}),
            (TLS, {"siteConfig": {**SITE, "minTlsVersion": "1.1"}}),
            (HEALTH, {"siteConfig": {"linuxFxVersion": "PYTHON|3.13"}}),
            (VERSION, {"siteConfig": {**SITE, "linuxFxVersion": "NODE|18-lts"}}),
            (VERSION, {"siteConfig": {"healthCheckPath": "/", "netFrameworkVersion": "v6.0"}}),
            (
                VERSION,
                {
                    "siteConfig": {"healthCheckPath": "/"},
                    "functionAppConfig": {"runtime": {"name": "python", "version": "3.9"}},
                },
            ),
            (IMAGE, {"siteConfig": {**SITE, "linuxFxVersion": "DOCKER|nginx:1"}}),
        ],
        open=[
            (ZONES, {"serverFarmId": UNKNOWN}),
            (IDENTITY, {"identity": UNKNOWN}),
            (HTTP, {"httpsOnly": UNKNOWN}),
            (PUBLIC, {"publicNetworkAccess": UNKNOWN}),
            (VERSION, {"siteConfig": UNKNOWN}),
        ],
        bare=frozenset({PUBLIC, ZONES, FRONT, HEALTH, WAF, FLOODS, HTTP, IDENTITY}),
    ),
    Example(
        token="azure-native:web:WebApp",
        good={
            **APP,
            "siteConfig": {"healthCheckPath": "/", "linuxFxVersion": "DOCKER|town.azurecr.io/app@sha256:0f1e"},
        },
        beside=PLAN,
        broken=[
            ("img-immutable-trusted", {"siteConfig": {**SITE, "linuxFxVersion": "docker|town.azurecr.io/app:latest"}})
        ],
        open=[(IMAGE, {"siteConfig": UNKNOWN})],
        bare=frozenset({PUBLIC, ZONES, FRONT, HEALTH, WAF, FLOODS, HTTP, IDENTITY}),
    ),
    Example(
        token="azure-native:containerservice:AgentPool",
        good=POOL,
        beside=KEYS,
        broken=[
            (PUBLIC, {"enableNodePublicIP": True}),
            (BOOT, {"securityProfile": {"enableSecureBoot": True}}),
        ],
        open=[
            (PUBLIC, {"enableNodePublicIP": UNKNOWN}),
            (BOOT, {"securityProfile": UNKNOWN}),
            (DISK, {"resourceName": "elsewhere"}),
            (PATCHES, {"resourceName": "elsewhere"}),
        ],
        bare=frozenset({BOOT}),
    ),
]
