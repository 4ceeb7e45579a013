"""What role assignments give to others than the stack's identities, what custom roles hold, and containers open to everyone.

https://learn.microsoft.com/azure/role-based-access-control/role-assignments
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from policies.facts.answers import every, when
from policies.facts.azure import roles
from policies.facts.azure.escalation import escalations
from policies.facts.azure.object_store import CONTAINER
from policies.facts.reading import text
from policies.facts.resources import World, once
from policies.facts.vocabulary import DATA_RIGHTS, UNKNOWN, AccessGrant, Fact, Maybe, Unknown

KNOWN: frozenset[str] = frozenset()


def facts(world: World) -> Iterator[Fact]:
    for grant in roles.grants(world):
        if grant.identity is None:
            yield AccessGrant(
                urn=grant.resource.urn,
                role=grant.resource.role,
                wildcard=every(grant.account, roles.administers(grant.rights)),
                open_to_anyone=False,  # a principal is one user, group or identity
                escalations=_ways(world)[grant.resource.urn],
                data_rights=_data_rights(grant),
            )
    for definition in world.of(roles.DEFINITION):
        rights = roles.rights_of(definition)
        yield AccessGrant(
            urn=definition.urn,
            role=definition.role,
            wildcard=when(rights, lambda known: any(one.whole for one in known)),
            open_to_anyone=False,
            escalations=when(rights, escalations),
            data_rights=frozenset(),
        )
    for container in world.of(CONTAINER):
        public = when(text(container, "publicAccess", default="None"), lambda word: word != "None")
        if public is not False:
            yield AccessGrant(
                urn=container.urn,
                role=container.role,
                wildcard=False,
                open_to_anyone=public,
                escalations=frozenset(),
                data_rights=frozenset(),
            )


def _data_rights(grant: roles.Grant) -> Maybe[frozenset[str]]:
    """Where the scope is a resource group or more."""
    words = when(grant.actions, lambda known: known & DATA_RIGHTS)
    if grant.broad is False or words == frozenset():
        return frozenset()
    return when(grant.broad, lambda _: words)


@once
def _ways(world: World) -> Mapping[str, Maybe[frozenset[str]]]:
    """By assignment, for each principal by itself; a way that only several open together is told at the principal's first."""
    held: dict[object, list[roles.Grant]] = defaultdict(list)
    for grant in roles.grants(world):
        if grant.identity is None:
            held[grant.resource.urn if isinstance(grant.principal, Unknown) else grant.principal].append(grant)
    found: dict[str, Maybe[frozenset[str]]] = {}
    for given in held.values():
        alone = [roles.ways([grant]) for grant in given]
        told = frozenset[str]().union(*(words for words in alone if not isinstance(words, Unknown)))
        together = roles.ways(given)
        extra = frozenset() if isinstance(together, Unknown) else together - told
        for grant, words in zip(given, alone, strict=True):
            known = frozenset() if isinstance(words, Unknown) else words
            first = known | (extra if grant is given[0] else frozenset())
            found[grant.resource.urn] = UNKNOWN if isinstance(words, Unknown) and not first else first
    return found
