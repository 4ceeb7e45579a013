"""Expiry of Key Vault secrets, counted from when a version may be used, or was made.

https://learn.microsoft.com/azure/key-vault/secrets/about-secrets#secret-attributes
"""

from collections.abc import Iterator

from policies.facts.azure.key import SECRET
from policies.facts.instants import whole_days
from policies.facts.reading import is_set, number
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import UNKNOWN, Fact, Maybe, SecretRenewal, Unknown

KNOWN: frozenset[str] = frozenset()

_ATTRIBUTES = "properties.attributes"


def facts(world: World) -> Iterator[Fact]:
    for secret in world.of(SECRET):
        if is_set(secret, f"{_ATTRIBUTES}.expires") is not False:
            yield SecretRenewal(urn=secret.urn, role=secret.role, days=_days(secret), of=frozenset({secret.urn}))


def _days(secret: Resource) -> Maybe[int]:
    """The cloud tells back when a version was made; before that it is not known from when to count."""
    end = number(secret, f"{_ATTRIBUTES}.expires", default=0)
    usable = is_set(secret, f"{_ATTRIBUTES}.notBefore") is not False
    start = number(secret, f"{_ATTRIBUTES}.{'notBefore' if usable else 'created'}", default=0)
    if isinstance(end, Unknown) or isinstance(start, Unknown):
        return UNKNOWN
    return max(whole_days(end - start), 1) if start else UNKNOWN
