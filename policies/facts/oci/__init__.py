"""Facts from Oracle Cloud Infrastructure."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from policies.facts.oci import (
    access,
    credentials,
    database,
    entry,
    exposure,
    flow,
    identity,
    image_registry,
    key,
    log_archive,
    logs,
    network,
    object_store,
    oversight,
    secret,
    service,
    statements,
)
from policies.facts.oci.place import JAPAN, region
from policies.facts.resources import World
from policies.facts.vocabulary import (
    OVERSIGHT,
    AccessGrant,
    Database,
    Fact,
    Flow,
    Identity,
    ImageRegistry,
    Key,
    LoadBalancer,
    LogArchive,
    Network,
    ObjectStore,
    PublicAddress,
    Reach,
    Secret,
    Service,
    StaticCredential,
)
from policies.language import Message

__all__ = [
    "BESIDE",
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
        Database,
        Flow,
        Identity,
        ImageRegistry,
        Key,
        LoadBalancer,
        LogArchive,
        Network,
        ObjectStore,
        PublicAddress,
        Reach,
        Secret,
        Service,
        StaticCredential,
    }
)
UNOFFERED: Mapping[tuple[type[Fact], str], Message] = MappingProxyType(
    {
        **{(kind, "lacks"): why for kind, why in oversight.ELSEWHERE.items()},
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
UNTAGGABLE: frozenset[str] = (
    oversight.UNTAGGABLE
    | credentials.KNOWN
    | exposure.UNTAGGABLE
    | frozenset(
        {
            "oci:Core/networkSecurityGroupSecurityRule:NetworkSecurityGroupSecurityRule",
            "oci:LoadBalancer/backend:Backend",
            "oci:LoadBalancer/backendSet:BackendSet",
            "oci:LoadBalancer/listener:Listener",
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
    database,
    identity,
    access,
    credentials,
    image_registry,
    entry,
    service,
    exposure,
    oversight,
)
KNOWN: frozenset[str] = (logs.KNOWN | statements.KNOWN).union(*(part.KNOWN for part in _PARTS))
INERT: Mapping[str, str] = MappingProxyType(
    {
        **exposure.INERT,
        "oci:Identity/group:Group": "a name; what it may do is said in policies, which are judged",
        "oci:Identity/compartment:Compartment": "groups resources, which are judged",
        "oci:Identity/networkSource:NetworkSource": "addresses that conditions of policies name",
        "oci:Kms/vault:Vault": "groups keys and secrets, which are judged",
        "oci:Psql/configuration:Configuration": "parameters of a database, which is judged; TLS is not among them",
    }
)


def facts(world: World) -> Iterator[Fact]:
    """Everything that a rule judges, one part of the cloud after the other."""
    for part in _PARTS:
        yield from part.facts(world)
