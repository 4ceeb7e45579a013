"""Secret Manager: https://cloud.google.com/secret-manager/docs/cmek."""

from collections.abc import Iterator, Mapping

from policies.facts.answers import every, gather
from policies.facts.gcp.grants import grants_on
from policies.facts.gcp.key import KEY
from policies.facts.reading import read, read_all
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import UNKNOWN, Fact, Maybe, Secret, Unknown

SECRET = "gcp:secretmanager/secret:Secret"  # noqa: S105 - a type token
KNOWN = frozenset({SECRET})

_READS = ("roles/secretmanager.secretAccessor", "roles/secretmanager.admin", "roles/owner", "roles/editor")


def facts(world: World) -> Iterator[Fact]:
    for secret in world.of(SECRET):
        found = [grant for grant in grants_on(world, secret) if isinstance(grant.role, Unknown) or grant.role in _READS]
        yield Secret(
            urn=secret.urn,
            role=secret.role,
            customer_key=_key(world, secret),
            readers=gather(grant.who for grant in found) if found else world.absent(frozenset()),
        )


def _key(world: World, secret: Resource) -> Maybe[bool]:
    """Each replica has one."""
    replicas = read_all(secret, "replication.userManaged.replicas")
    if not replicas:
        name = read(secret, "replication.auto.customerManagedEncryption.kmsKeyName")
        return UNKNOWN if name is UNKNOWN else bool(name)
    return every(*(_keyed(world, secret, replica) for replica in replicas))


def _keyed(world: World, secret: Resource, replica: object) -> Maybe[bool]:
    if not isinstance(replica, Mapping):
        return UNKNOWN
    name = read(replica, "customerManagedEncryption.kmsKeyName")
    if name is UNKNOWN:
        return True if world.targets(secret, "replication", KEY) else UNKNOWN
    return bool(name)
