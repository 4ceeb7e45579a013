"""Databases of Azure: MySQL flexible servers, Azure SQL, Cosmos DB."""

from policies.facts.vocabulary import UNKNOWN
from tests.policies.bare import Beside, Example

KEY, TLS, PUBLIC, ZONES = "crypto-database-cmk", "tls-database-required", "net-database-not-public", "ha-multi-az"
RECOVERY, DAILY, GUARD = "bak-recovery-window", "bak-enabled-with-retention", "data-deletion-protection"
LOGS, VERSION = "log-database-audit", "vuln-supported-versions"
LOCK: Beside = {
    "lock": ("azure-native:authorization:ManagementLockByScope", {"scope": "thing", "level": "CanNotDelete"})
}


def logging(category: str) -> Beside:
    given = {"resourceUri": "thing", "logs": [{"category": category, "enabled": True}]}
    return {"setting": ("azure-native:monitor:DiagnosticSetting", given)}


def configuration(value: str) -> Beside:
    given = {"serverName": "thing", "configurationName": "require_secure_transport", "value": value}
    return {"configuration": ("azure-native:dbformysql:Configuration", given)}


VAULT_KEY = "https://v.vault.azure.net/keys/k"
MYSQL = {
    "id": "thing",
    "version": "8.4",
    "dataEncryption": {"type": "AzureKeyVault", "primaryKeyURI": VAULT_KEY},
    "network": {"delegatedSubnetResourceId": "subnet"},
    "highAvailability": {"mode": "ZoneRedundant"},
}
SQL = {"id": "thing", "keyId": VAULT_KEY, "publicNetworkAccess": "Disabled"}
DATABASES: Beside = {
    "first": ("azure-native:sql:Database", {"serverName": "thing", "zoneRedundant": True}),
    "audit": ("azure-native:sql:ExtendedServerBlobAuditingPolicy", {"serverName": "thing", "state": "Enabled"}),
}
SHORT: Beside = {
    "short": ("azure-native:sql:BackupShortTermRetentionPolicy", {"databaseName": "first", "retentionDays": 3})
}
COSMOS = {
    "disableLocalAuth": True,
    "keyVaultKeyUri": VAULT_KEY,
    "publicNetworkAccess": "Disabled",
    "locations": [{"locationName": "japaneast", "isZoneRedundant": True}],
    "backupPolicy": {"type": "Continuous", "continuousModeProperties": {"tier": "Continuous7Days"}},
}

EXAMPLES = [
    Example(
        token="azure-native:dbformysql:Server",
        good=MYSQL,
        beside={**LOCK, **logging("MySqlAuditLogs"), **configuration("ON")},
        broken=[
            (KEY, {"dataEncryption": {"type": "SystemManaged"}}),
            (PUBLIC, {"network": {}}),
            (ZONES, {"highAvailability": {"mode": "SameZone"}}),
            (RECOVERY, {"backup": {"backupRetentionDays": 3}}),
            (VERSION, {"version": "5.7"}),
        ],
        open=[
            (KEY, {"dataEncryption": UNKNOWN}),
            (PUBLIC, {"network": UNKNOWN}),
            (ZONES, {"highAvailability": UNKNOWN}),
            (RECOVERY, {"backup": UNKNOWN}),
            (VERSION, {"version": UNKNOWN}),
        ],
        bare=frozenset({KEY, PUBLIC, ZONES}),
    ),
    Example(
        token="azure-native:sql:Server",
        good=SQL,
        beside={**LOCK, **DATABASES},
        broken=[
            (KEY, {"keyId": None}),
            (TLS, {"minimalTlsVersion": "1.0"}),
            (TLS, {"minimalTlsVersion": "None"}),
            (PUBLIC, {"publicNetworkAccess": None}),
        ],
        open=[
            (KEY, {"keyId": UNKNOWN}),
            (TLS, {"minimalTlsVersion": UNKNOWN}),
            (PUBLIC, {"publicNetworkAccess": UNKNOWN}),
        ],
        bare=frozenset({KEY, PUBLIC}),
    ),
    Example(
        token="azure-native:cosmosdb:DatabaseAccount",
        good=COSMOS,
        beside={**LOCK, **logging("DataPlaneRequests")},
        broken=[
            (KEY, {"keyVaultKeyUri": None}),
            (PUBLIC, {"publicNetworkAccess": "Enabled"}),
            (TLS, {"minimalTlsVersion": "Tls"}),
            (ZONES, {"locations": [{"locationName": "japaneast"}]}),
            (RECOVERY, {"backupPolicy": None}),
        ],
        open=[
            (KEY, {"keyVaultKeyUri": UNKNOWN}),
            (PUBLIC, {"publicNetworkAccess": UNKNOWN}),
            (ZONES, {"locations": UNKNOWN}),
            (RECOVERY, {"backupPolicy": UNKNOWN}),
        ],
        bare=frozenset({KEY, PUBLIC, ZONES, RECOVERY, "iam-no-long-lived-keys"}),
    ),
]
