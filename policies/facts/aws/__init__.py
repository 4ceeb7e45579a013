"""Facts from Amazon Web Services."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from policies.facts.aws import database, key, network, object_store
from policies.facts.reading import first
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import UNKNOWN, Fact, Maybe

PACKAGE = "aws"
JAPAN = frozenset({"ap-northeast-1", "ap-northeast-3"})
TAGS = "tags"
TAGS_AT: Mapping[str, str] = MappingProxyType({})
UNTAGGABLE = frozenset(
    {
        "aws:kms/alias:Alias",
        "aws:kms/keyPolicy:KeyPolicy",
        "aws:s3/bucketLogging:BucketLogging",
        "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
        "aws:s3/bucketPolicy:BucketPolicy",
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        "aws:s3/bucketVersioning:BucketVersioning",
    }
)
KNOWN = key.KNOWN | network.KNOWN | object_store.KNOWN | database.KNOWN
INERT: Mapping[str, str] = MappingProxyType(
    {
        "aws:kms/alias:Alias": "another name of a key",
        "aws:rds/subnetGroup:SubnetGroup": "names subnets, which are judged as subnets",
    }
)

_GLOBAL_SERVICES = ("aws:iam/", "aws:organizations/", "aws:route53/")


def region(resource: Resource) -> Maybe[str | None]:
    """The resource's own region, else its provider's."""
    if resource.type.startswith(_GLOBAL_SERVICES):
        return "global"
    value = first(
        {"own": resource.properties.get("region"), "provider": (resource.provider or {}).get("region")},
        "own",
        "provider",
    )
    return value.lower() if isinstance(value, str) else UNKNOWN


def facts(world: World) -> Iterator[Fact]:
    """Keys, networks, stores and databases."""
    yield from key.facts(world)
    yield from network.facts(world)
    yield from object_store.facts(world)
    yield from database.facts(world)
