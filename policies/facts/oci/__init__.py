"""Facts from Oracle Cloud Infrastructure."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from policies.facts.oci import (
    access,
    backup_copy,
    backup_vault,
    cache,
    change_alarm,
    cluster,
    credentials,
    database,
    entry,
    exposure,
    flow,
    function,
    health_alarm,
    identity,
    image_registry,
    key,
    landing,
    log_archive,
    logs,
    machine,
    managed_database,
    network,
    node_pool,
    object_store,
    oversight,
    queue,
    secret,
    secret_renewal,
    service,
    statements,
    volume,
)
from policies.facts.oci.place import JAPAN, region
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

PACKAGE = "oci"
BESIDE: frozenset[str] = frozenset()
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
        (BackupVault, "customer_key"): Message(
            "Backups arrive encrypted with the database's own key; the service takes none.",
            "バックアップはデータベース自身の鍵で暗号化されて届き、サービスは鍵を受け付けません。",
        ),
        (Cache, "customer_key"): Message(
            "A cache cluster takes no customer key.", "キャッシュのクラスターは利用者の鍵を受け付けません。"
        ),
        (ImageRegistry, "customer_key"): Message(
            "A container repository takes no customer key.", "コンテナリポジトリは利用者の鍵を受け付けません。"
        ),
        (LoadBalancer, "ddos_protected"): Message(
            "The cloud fends floods off by itself, for everybody; nobody can ask for more.",
            "大量通信からの防御はクラウドが全利用者に行い、利用者が選ぶことはできません。",
        ),
    }
)
TAGS = "freeformTags"
TAGS_AT: Mapping[str, str] = MappingProxyType({})
COPIES_AT: Mapping[str, str] = MappingProxyType({})
UNTAGGABLE: frozenset[str] = (
    oversight.UNTAGGABLE
    | backup_copy.UNTAGGABLE
    | credentials.KNOWN
    | exposure.UNTAGGABLE
    | frozenset(
        {
            "oci:Bastion/session:Session",
            "oci:Core/networkSecurityGroupSecurityRule:NetworkSecurityGroupSecurityRule",
            "oci:Core/volumeAttachment:VolumeAttachment",
            "oci:Core/volumeBackupPolicyAssignment:VolumeBackupPolicyAssignment",
            "oci:FileStorage/export:Export",
            "oci:LoadBalancer/backend:Backend",
            "oci:LoadBalancer/backendSet:BackendSet",
            "oci:LoadBalancer/listener:Listener",
            "oci:ObjectStorage/objectLifecyclePolicy:ObjectLifecyclePolicy",
        }
    )
)
_PARTS = (
    key,
    network,
    flow,
    object_store,
    log_archive,
    secret,
    secret_renewal,
    database,
    managed_database,
    cache,
    access,
    backup_copy,
    backup_vault,
    credentials,
    identity,
    image_registry,
    entry,
    service,
    function,
    exposure,
    oversight,
    landing,
    change_alarm,
    health_alarm,
    volume,
    queue,
    machine,
    node_pool,
    cluster,
)
KNOWN: frozenset[str] = (logs.KNOWN | statements.KNOWN).union(*(part.KNOWN for part in _PARTS))
INERT: Mapping[str, str] = MappingProxyType(
    {
        "oci:Bastion/session:Session": "a short way through a bastion, which is judged",
        "oci:Core/instancePool:InstancePool": "makes machines of a configuration, which is judged",
        "oci:Core/volumeAttachment:VolumeAttachment": "joins a machine and a disk, which are judged",
        "oci:Core/volumeBackupPolicyAssignment:VolumeBackupPolicyAssignment": "joins a volume and a policy, which are judged",
        "oci:FileStorage/export:Export": "a path of a file system, which is judged",
        "oci:FileStorage/mountTarget:MountTarget": "reached as the rules of its subnet allow, which are judged",
        **exposure.INERT,
        "oci:Identity/group:Group": "a name; what it may do is said in policies, which are judged",
        "oci:Identity/compartment:Compartment": "groups resources, which are judged",
        "oci:Identity/networkSource:NetworkSource": "addresses that conditions of policies name",
        "oci:Kms/vault:Vault": "groups keys and secrets, which are judged",
        "oci:RecoveryMod/protectedDatabase:ProtectedDatabase": "says of what backups are taken; their policy is judged",
        "oci:Psql/configuration:Configuration": "parameters of a database, which is judged; TLS is not among them",
    }
)


def facts(world: World) -> Iterator[Fact]:
    """Everything that a rule judges, one part of the cloud after the other."""
    for part in _PARTS:
        yield from part.facts(world)
