"""Facts from Google Cloud."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from policies.facts.gcp import (
    access,
    backup_copy,
    backup_vault,
    cache,
    change_alarm,
    cluster,
    credentials,
    database,
    documents,
    entry,
    exposure,
    flow,
    function,
    grants,
    health_alarm,
    identity,
    image_registry,
    key,
    landing,
    log_archive,
    machine,
    network,
    node_pool,
    object_store,
    oversight,
    queue,
    secret,
    secret_renewal,
    service,
    sinks,
    volume,
)
from policies.facts.gcp.place import JAPAN, region
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

PACKAGE = "gcp"
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
    {(kind, "lacks"): why for kind, why in oversight.ELSEWHERE.items()}
)
TAGS = "labels"
TAGS_AT: Mapping[str, str] = MappingProxyType(
    {
        **change_alarm.TAGS_AT,
        **function.TAGS_AT,
        "gcp:container/cluster:Cluster": "resourceLabels",
        "gcp:container/nodePool:NodePool": "nodeConfig.resourceLabels",
        "gcp:sql/databaseInstance:DatabaseInstance": "settings.userLabels",
    }
)
COPIES_AT: Mapping[str, str] = MappingProxyType({})
UNTAGGABLE = (
    documents.UNTAGGABLE
    | change_alarm.UNTAGGABLE
    | exposure.UNTAGGABLE
    | oversight.UNTAGGABLE
    | grants.KNOWN
    | credentials.KNOWN
    | frozenset(
        {
            "gcp:compute/attachedDisk:AttachedDisk",
            "gcp:backupdisasterrecovery/backupPlan:BackupPlan",
            "gcp:backupdisasterrecovery/backupPlanAssociation:BackupPlanAssociation",
            "gcp:compute/firewall:Firewall",
            "gcp:compute/instanceGroupManager:InstanceGroupManager",
            "gcp:compute/network:Network",
            "gcp:compute/projectMetadata:ProjectMetadata",
            "gcp:compute/projectMetadataItem:ProjectMetadataItem",
            "gcp:compute/regionBackendService:RegionBackendService",
            "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager",
            "gcp:compute/regionNetworkEndpointGroup:RegionNetworkEndpointGroup",
            "gcp:compute/regionSecurityPolicy:RegionSecurityPolicy",
            "gcp:compute/regionSslPolicy:RegionSslPolicy",
            "gcp:compute/regionTargetHttpsProxy:RegionTargetHttpsProxy",
            "gcp:compute/regionUrlMap:RegionUrlMap",
            "gcp:compute/route:Route",
            "gcp:compute/subnetwork:Subnetwork",
            "gcp:dns/recordSet:RecordSet",
            "gcp:iam/denyPolicy:DenyPolicy",
            "gcp:iam/workloadIdentityPool:WorkloadIdentityPool",
            "gcp:kms/keyRing:KeyRing",
            "gcp:osconfig/patchDeployment:PatchDeployment",
            "gcp:projects/defaultServiceAccounts:DefaultServiceAccounts",
            "gcp:projects/iamMemberRemove:IamMemberRemove",
            "gcp:logging/projectBucketConfig:ProjectBucketConfig",
            "gcp:logging/projectSink:ProjectSink",
            "gcp:projects/iAMAuditConfig:IAMAuditConfig",
            "gcp:projects/service:Service",
            "gcp:projects/serviceIdentity:ServiceIdentity",
            "gcp:secretmanager/secretVersion:SecretVersion",
            "gcp:serviceaccount/account:Account",
            "gcp:servicenetworking/connection:Connection",
            "gcp:storage/bucketObject:BucketObject",
            "gcp:sql/database:Database",
            "gcp:sql/user:User",
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
    documents,
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
KNOWN: frozenset[str] = sinks.KNOWN.union(*(part.KNOWN for part in _PARTS))
INERT: Mapping[str, str] = MappingProxyType(
    {
        "gcp:compute/attachedDisk:AttachedDisk": "joins a machine and a disk, which are judged",
        "gcp:compute/instanceGroupManager:InstanceGroupManager": "makes machines of a template, which is judged",
        "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager": "makes machines of a template, which is judged",
        **documents.INERT,
        **exposure.INERT,
        "gcp:storage/bucketObject:BucketObject": "lies in a bucket, which is judged",
        "gcp:iam/denyPolicy:DenyPolicy": "takes rights away",
        "gcp:iam/workloadIdentityPool:WorkloadIdentityPool": "groups identities from elsewhere; what is granted to them is judged",
        "gcp:projects/defaultServiceAccounts:DefaultServiceAccounts": "takes rights away from the default accounts",
        "gcp:projects/iamMemberRemove:IamMemberRemove": "takes rights away",
        "gcp:backupdisasterrecovery/backupPlan:BackupPlan": "says when backups are taken; they lie in a vault, which is judged",
        "gcp:backupdisasterrecovery/backupPlanAssociation:BackupPlanAssociation": "says of what backups are taken; "
        "they lie in a vault, which is judged",
        "gcp:kms/keyRing:KeyRing": "groups keys, which are judged",
        "gcp:projects/service:Service": "switches an API on; what is made by it is judged",
        "gcp:projects/serviceIdentity:ServiceIdentity": "the vendor's own agent; what is granted to it is judged",
        "gcp:secretmanager/secretVersion:SecretVersion": "the value of a secret, which is never read",
        "gcp:servicenetworking/connection:Connection": "peers with the database's network through a range that is judged",
        "gcp:sql/database:Database": "lies in an instance, which is judged",
        "gcp:sql/user:User": "lives in an instance, which is judged; its password is never read",
    }
)


def facts(world: World) -> Iterator[Fact]:
    """Everything that a rule judges, one part of the cloud after the other."""
    for part in _PARTS:
        yield from part.facts(world)
