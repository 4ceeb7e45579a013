"""Vault secrets: https://docs.oracle.com/en-us/iaas/Content/KeyManagement/Concepts/manage-secrets.htm."""

from collections.abc import Iterator

from policies.facts.answers import gather
from policies.facts.oci.key import KEY
from policies.facts.oci.statements import Statement, statements
from policies.facts.reading import text
from policies.facts.resources import World, customer_key, once
from policies.facts.vocabulary import UNKNOWN, Fact, Secret

SECRET = "oci:Vault/secret:Secret"  # noqa: S105 - a type token
KNOWN = frozenset({SECRET})

_FAMILIES = ("secret-bundles", "secret-family", "all-resources")


def facts(world: World) -> Iterator[Fact]:
    for secret in world.of(SECRET):
        name = text(secret, "secretName")
        found = [one for one in _reading(world) if one.concerns(secret, secret_id=secret.id, secret_name=name)]
        yield Secret(
            urn=secret.urn,
            role=secret.role,
            customer_key=customer_key(world, secret, "keyId", KEY),
            readers=gather(one.who(world) if one.clear else UNKNOWN for one in found)
            if found
            else world.absent(frozenset()),
        )


@once
def _reading(world: World) -> tuple[Statement, ...]:
    return tuple(one for one in statements(world) if not one.denies and _reads(one))


def _reads(statement: Statement) -> bool:
    named = statement.what in _FAMILIES and statement.verb in ("read", "use", "manage")
    return not statement.clear or named or "SECRET_BUNDLE_READ" in statement.rights
