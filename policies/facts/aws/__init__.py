"""Facts from Amazon Web Services."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from policies.facts.aws import (
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
    feeds,
    flow,
    function,
    health_alarm,
    holders,
    identity,
    image_registry,
    key,
    landing,
    log_archive,
    machine,
    network,
    node_group,
    object_store,
    oversight,
    queue,
    secret,
    secret_renewal,
    service,
    table,
    volume,
)
from policies.facts.aws.place import JAPAN, region
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

PACKAGE = "aws"
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
        (Cluster, "images_admitted"): Message(
            "A cluster's admission policy is software inside it.",
            "クラスターの受入れ方針は、その中のソフトウェアによります。",
        ),
        (Machine, "verified_boot"): Message(
            "Secure boot and the virtual TPM come from the machine image.",
            "セキュアブートと仮想TPMはマシンイメージで決まります。",
        ),
    }
)
TAGS = "tags"
TAGS_AT: Mapping[str, str] = MappingProxyType({})
# https://docs.aws.amazon.com/secretsmanager/latest/userguide/replicate-secrets.html
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GlobalTables.html
COPIES_AT: Mapping[str, str] = MappingProxyType(
    {
        "aws:secretsmanager/secret:Secret": "replicas.region",
        "aws:dynamodb/table:Table": "replicas.regionName",
    }
)
UNTAGGABLE: frozenset[str] = oversight.UNTAGGABLE | frozenset(
    {
        "aws:backup/vaultLockConfiguration:VaultLockConfiguration",
        "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter",
        "aws:ebs/defaultKmsKey:DefaultKmsKey",
        "aws:ebs/encryptionByDefault:EncryptionByDefault",
        "aws:dynamodb/tableItem:TableItem",
        "aws:ec2/instanceMetadataDefaults:InstanceMetadataDefaults",
        "aws:ec2/launchConfiguration:LaunchConfiguration",
        "aws:ec2/route:Route",
        "aws:ec2/routeTableAssociation:RouteTableAssociation",
        "aws:ec2/volumeAttachment:VolumeAttachment",
        "aws:ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation",
        "aws:efs/mountTarget:MountTarget",
        "aws:iam/accountAlias:AccountAlias",
        "aws:iam/groupPoliciesExclusive:GroupPoliciesExclusive",
        "aws:iam/rolePoliciesExclusive:RolePoliciesExclusive",
        "aws:iam/userPoliciesExclusive:UserPoliciesExclusive",
        "aws:kms/alias:Alias",
        "aws:kms/keyPolicy:KeyPolicy",
        "aws:secretsmanager/secretVersion:SecretVersion",
        "aws:ssm/maintenanceWindowTarget:MaintenanceWindowTarget",
        "aws:ssm/maintenanceWindowTask:MaintenanceWindowTask",
    }
).union(
    access.KNOWN,
    backup_copy.UNTAGGABLE,
    change_alarm.UNTAGGABLE,
    credentials.KNOWN,
    exposure.UNTAGGABLE,
    function.UNTAGGABLE,
    holders.UNTAGGABLE,
    object_store.UNTAGGABLE,
    secret_renewal.UNTAGGABLE,
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
    table,
    cache,
    backup_copy,
    backup_vault,
    identity,
    access,
    credentials,
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
    node_group,
    cluster,
)
KNOWN: frozenset[str] = feeds.KNOWN.union(*(part.KNOWN for part in _PARTS))
INERT: Mapping[str, str] = MappingProxyType(
    {
        "aws:ec2/keyPair:KeyPair": "the public half of a key; machines that it opens are judged",
        "aws:ec2/volumeAttachment:VolumeAttachment": "joins a machine and a disk, which are judged",
        "aws:efs/accessPoint:AccessPoint": "a folder of a file system, which is judged",
        "aws:efs/mountTarget:MountTarget": "reached as its security groups allow, which are judged",
        "aws:ssm/maintenanceWindowTarget:MaintenanceWindowTarget": "names the machines of a maintenance window",
        "aws:ssm/patchBaseline:PatchBaseline": "which updates a patch run applies; whether one runs is judged",
        **exposure.INERT,
        "aws:iam/accountAlias:AccountAlias": "a name for the sign-in page",
        "aws:iam/groupPoliciesExclusive:GroupPoliciesExclusive": "names inline policies, which are judged",
        "aws:iam/instanceProfile:InstanceProfile": "joins a role, which is judged, and machines",
        "aws:iam/openIdConnectProvider:OpenIdConnectProvider": "an issuer of tokens; the roles that trust it are judged",
        "aws:iam/rolePoliciesExclusive:RolePoliciesExclusive": "names inline policies, which are judged",
        "aws:iam/samlProvider:SamlProvider": "an issuer of tokens; the roles that trust it are judged",
        "aws:iam/serviceLinkedRole:ServiceLinkedRole": "a service's own role, whose rights nobody can change",
        "aws:iam/userPoliciesExclusive:UserPoliciesExclusive": "names inline policies, which are judged",
        "aws:iam/virtualMfaDevice:VirtualMfaDevice": "a second factor",
        **cache.INERT,
        **function.INERT,
        "aws:eks/addon:Addon": "software that the cloud puts into a cluster, which is judged",
        "aws:dynamodb/tableItem:TableItem": "lies in a table, which is judged",
        "aws:rds/optionGroup:OptionGroup": "options of a database, which is judged",
        "aws:s3/bucketAcl:BucketAcl": "opens nothing where public access is blocked, which is judged of each bucket",
        "aws:s3/bucketObject:BucketObject": "lies in a bucket, which is judged",
        "aws:s3/bucketObjectv2:BucketObjectv2": "lies in a bucket, which is judged",
        "aws:s3/bucketNotification:BucketNotification": "tells of writes to a bucket, which is judged",
        "aws:ecs/cluster:Cluster": "groups services, which are judged",
        "aws:kms/alias:Alias": "another name of a key",
        "aws:rds/subnetGroup:SubnetGroup": "names subnets, which are judged as subnets",
        "aws:secretsmanager/secretVersion:SecretVersion": "the value of a secret, which is never read",
    }
)


def facts(world: World) -> Iterator[Fact]:
    """Everything that a rule judges, one part of the cloud after the other."""
    for part in _PARTS:
        yield from part.facts(world)
