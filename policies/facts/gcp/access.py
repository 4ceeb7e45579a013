"""What IAM policies give to others than the stack's service accounts, and what its custom roles hold.

https://cloud.google.com/iam/docs/allow-policies
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from policies.facts.answers import every, some, when
from policies.facts.gcp.escalation import escalations, ways
from policies.facts.gcp.grants import Grant, custom_roles, grants
from policies.facts.gcp.identity import is_administrator, pairs_of
from policies.facts.resources import World, once
from policies.facts.vocabulary import ANYONE, DATA_RIGHTS, UNKNOWN, AccessGrant, Fact, Maybe, Unknown

KNOWN: frozenset[str] = frozenset()


def facts(world: World) -> Iterator[Fact]:
    """One for each grant, binding or policy, and for each custom role."""
    by_resource: dict[str, list[Grant]] = defaultdict(list)
    for grant in grants(world):
        if grant.account is None:
            by_resource[grant.resource.urn].append(grant)
    for urn, given in by_resource.items():
        yield AccessGrant(
            urn=urn,
            role=given[0].resource.role,
            wildcard=some(*(every(one.whole_project, when(one.role, is_administrator)) for one in given)),
            open_to_anyone=some(*(when(one.member, _is_anyone) for one in given)),
            escalations=_ways(world)[urn],
            data_rights=_data_rights(given),
        )
    for role, permissions in custom_roles(world):
        yield AccessGrant(
            urn=role.urn,
            role=role.role,
            wildcard=False,
            open_to_anyone=False,
            escalations=when(permissions, ways),
            data_rights=frozenset(),
        )


def _data_rights(given: list[Grant]) -> Maybe[frozenset[str]]:
    """Of grants on a project or more."""
    pairs = [pairs_of(grant) for grant in given if grant.whole_project]
    known = frozenset(word for one in pairs if not isinstance(one, Unknown) for word, _ in one) & DATA_RIGHTS
    return UNKNOWN if not known and UNKNOWN in pairs else known


def _is_anyone(member: str) -> bool:
    """Everybody, or every identity of a federated pool."""
    return member == ANYONE or (member.startswith(("principalSet:", "principal:")) and member.endswith("/*"))


@once
def _ways(world: World) -> Mapping[str, Maybe[frozenset[str]]]:
    """By grant, for each member by itself; a way that only several grants open together is told at the member's first."""
    held: dict[object, dict[str, list[Grant]]] = defaultdict(lambda: defaultdict(list))
    for grant in grants(world):
        if grant.account is None:
            held[grant.member][grant.resource.urn].append(grant)
    found: dict[str, Maybe[frozenset[str]]] = {}
    for member, given in held.items():
        alone = {urn: escalations(some_) for urn, some_ in given.items()}
        known = [words for words in alone.values() if not isinstance(words, Unknown)]
        together = escalations(one for some_ in given.values() for one in some_)
        extra = (
            frozenset()
            if isinstance(together, Unknown) or isinstance(member, Unknown)
            else together - frozenset[str]().union(*known)
        )
        for number, (urn, words) in enumerate(alone.items()):
            found[urn] = _both(found.get(urn, frozenset()), words, extra if number == 0 else frozenset())
    return found


def _both(*sets: Maybe[frozenset[str]]) -> Maybe[frozenset[str]]:
    known = frozenset[str]().union(*(words for words in sets if not isinstance(words, Unknown)))
    return UNKNOWN if not known and any(isinstance(words, Unknown) for words in sets) else known
