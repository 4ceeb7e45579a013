"""Vault secrets: https://docs.oracle.com/en-us/iaas/Content/KeyManagement/Concepts/manage-secrets.htm."""

from collections.abc import Iterator

from policies.facts.answers import gather
from policies.facts.oci.key import KEY
from policies.facts.oci.statements import Statement, statements
from policies.facts.reading import text
from policies.facts.resources import Resource, World, customer_key
from policies.facts.vocabulary import UNKNOWN, Fact, Secret

SECRET = "oci:Vault/secret:Secret"  # noqa: S105 - a type token
KNOWN = frozenset({SECRET})

_FAMILIES = ("secret-bundles", "secret-family", "all-resources")


def facts(world: World) -> Iterator[Fact]:
    for secret in world.of(SECRET):
        found = [one for one in statements(world) if _reads(one, secret)]
        yield Secret(
            urn=secret.urn,
            role=secret.role,
            customer_key=customer_key(world, secret, "keyId", KEY),
            readers=gather(one.who(world) if one.clear else UNKNOWN for one in found)
            if found
            else world.absent(frozenset()),
        )


def _reads(statement: Statement, secret: Resource) -> bool:
    if statement.denies or not statement.concerns(secret, secret_id=secret.id, secret_name=text(secret, "secretName")):
        return False
    named = statement.what in _FAMILIES and statement.verb in ("read", "use", "manage")
    return not statement.clear or named or "SECRET_BUNDLE_READ" in statement.rights
