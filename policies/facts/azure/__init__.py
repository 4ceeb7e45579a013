"""Facts from Azure."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from policies.facts.azure import (
    access,
    application,
    backup_copy,
    backup_vault,
    cache,
    change_alarm,
    cluster,
    cosmos,
    credentials,
    database,
    exposure,
    health_alarm,
    identity,
    key,
    landing,
    locks,
    machine,
    network,
    node_pool,
    object_store,
    oversight,
    queue,
    rules,
    secret_renewal,
    sinks,
    sql,
    volume,
    web,
)
from policies.facts.azure.place import JAPAN, region
from policies.facts.resources import World
from policies.facts.vocabulary import (
    OVERSIGHT,
    AccessGrant,
    BackupCopy,
    BackupVault,
    Cache,
    ChangeAlarm,
    Cluster,
    Database,
    Fact,
    FileShare,
    Flow,
    HealthAlarm,
    Identity,
    ImageRegistry,
    Key,
    LandingUnit,
    LoadBalancer,
    LogArchive,
    Machine,
    Network,
    ObjectStore,
    PublicAddress,
    Queue,
    Reach,
    Secret,
    SecretRenewal,
    Service,
    StaticCredential,
    Volume,
)
from policies.language import Message

__all__ = [
    "BESIDE",
    "COPIES_AT",
    "INERT",
    "JAPAN",
    "KNOWN",
    "PACKAGE",
    "SAYS",
    "TAGS",
    "TAGS_AT",
    "UNOFFERED",
    "UNTAGGABLE",
    "facts",
    "region",
]

PACKAGE = "azure-native"
BESIDE: frozenset[str] = frozenset({"azuread"})
SAYS: frozenset[type[Fact]] = OVERSIGHT | frozenset(
    {
        AccessGrant,
        BackupCopy,
        BackupVault,
        Cache,
        ChangeAlarm,
        Cluster,
        Database,
        FileShare,
        Flow,
        HealthAlarm,
        Identity,
        ImageRegistry,
        Key,
        LandingUnit,
        LoadBalancer,
        LogArchive,
        Machine,
        Network,
        ObjectStore,
        PublicAddress,
        Queue,
        Reach,
        Secret,
        SecretRenewal,
        Service,
        StaticCredential,
        Volume,
    }
)
UNOFFERED: Mapping[tuple[type[Fact], str], Message] = MappingProxyType(
    {
        **{(kind, "lacks"): why for kind, why in oversight.ELSEWHERE.items()},
        (Secret, "customer_key"): Message(
            "Key Vault encrypts secrets with keys of its own.", "Key Vault は秘密情報を自らの鍵で暗号化します。"
        ),
        (ImageRegistry, "tags_immutable"): Message(
            "Tags can be locked one by one only.", "タグは一つずつしかロックできません。"
        ),
    }
)
TAGS = "tags"
TAGS_AT: Mapping[str, str] = MappingProxyType({})
# https://learn.microsoft.com/azure/cosmos-db/distribute-data-globally
COPIES_AT: Mapping[str, str] = MappingProxyType({cosmos.ACCOUNT: "locations.locationName"})
UNTAGGABLE = (
    oversight.UNTAGGABLE
    | exposure.UNTAGGABLE
    | sql.UNTAGGABLE
    | web.UNTAGGABLE
    | frozenset(
        {
            "azure-native:authorization:ManagementLockByScope",
            "azure-native:authorization:RoleAssignment",
            "azure-native:authorization:RoleDefinition",
            "azure-native:dataprotection:BackupPolicy",
            "azure-native:dbformysql:Configuration",
            "azure-native:dbformysql:Database",
            "azure-native:dbformysql:FirewallRule",
            "azure-native:dbforpostgresql:FirewallRule",
            "azure-native:dbforpostgresql:Configuration",
            "azure-native:dbforpostgresql:Database",
            "azure-native:maintenance:ConfigurationAssignment",
            "azure-native:monitor:DiagnosticSetting",
            "azure-native:monitor:SubscriptionDiagnosticSetting",
            "azure-native:network:PrivateDnsZoneGroup",
            "azure-native:network:Subnet",
            "azure-native:redisenterprise:Database",
            "azure-native:storage:BlobContainer",
            "azure-native:storage:BlobContainerImmutabilityPolicy",
            "azure-native:storage:BlobServiceProperties",
            "azure-native:storage:FileShare",
            "azure-native:storage:Queue",
            "azure-native:storage:ManagementPolicy",
        }
    )
)
_PARTS = (
    key,
    secret_renewal,
    network,
    rules,
    object_store,
    database,
    cosmos,
    sql,
    cache,
    backup_copy,
    backup_vault,
    application,
    identity,
    access,
    credentials,
    exposure,
    oversight,
    landing,
    change_alarm,
    health_alarm,
    volume,
    queue,
    machine,
    cluster,
    node_pool,
    web,
)
KNOWN: frozenset[str] = (locks.KNOWN | sinks.KNOWN).union(*(part.KNOWN for part in _PARTS))
INERT: Mapping[str, str] = MappingProxyType(
    {
        "azure-native:compute:AvailabilitySet": "spreads machines, which are judged",
        "azure-native:maintenance:ConfigurationAssignment": "joins a machine and a maintenance configuration",
        "azure-native:maintenance:MaintenanceConfiguration": "when updates are applied; whether they are is judged of each machine",
        **cosmos.INERT,
        **exposure.INERT,
        **sql.INERT,
        **web.INERT,
        "azure-native:dataprotection:BackupPolicy": "says when backups are taken; they lie in a vault, which is judged",
        "azure-native:dbformysql:Database": "a name inside a server, which is judged",
        "azure-native:dbformysql:FirewallRule": "whom a public endpoint admits; that there is one is judged of the server",
        "azure-native:dbforpostgresql:FirewallRule": "whom a public endpoint admits; that there is one is judged of the server",
        "azure-native:dbforpostgresql:Database": "a name inside a server, which is judged",
        "azure-native:network:PrivateDnsZoneGroup": "the DNS record of a private endpoint",
        "azure-native:privatedns:PrivateZone": "names that only linked networks resolve",
        "azure-native:privatedns:VirtualNetworkLink": "lets a network resolve a private zone's names",
        "azure-native:recoveryservices:ProtectionPolicy": "says when backups are taken; they lie in a vault, which is judged",
        "azure-native:resources:ResourceGroup": "groups resources, which are judged",
    }
)


def facts(world: World) -> Iterator[Fact]:
    """Everything that a rule judges, one part of the cloud after the other."""
    for part in _PARTS:
        yield from part.facts(world)
