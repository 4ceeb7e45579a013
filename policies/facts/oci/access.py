"""What IAM policies give to others than the stack's dynamic groups.

https://docs.oracle.com/en-us/iaas/Content/Identity/policieshow/Policy_Basics.htm
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from policies.facts.oci.escalation import escalations
from policies.facts.oci.identity import pairs_of
from policies.facts.oci.statements import POLICY, Statement, statements
from policies.facts.resources import World, once
from policies.facts.vocabulary import DATA_RIGHTS, UNKNOWN, AccessGrant, Fact, Maybe

KNOWN: frozenset[str] = frozenset()


def facts(world: World) -> Iterator[Fact]:
    """One for each policy, its statements folded in."""
    for policy in world.of(POLICY):
        every = _by_policy(world).get(policy.urn, ())
        given = [one for one in every if one.clear and not one.denies and one.group(world) is None]
        unclear = any(not one.clear for one in every)
        wild, anyone = any(map(_wild, given)), any(one.anyone for one in given)
        ways = _ways(world).get(policy.urn, frozenset())
        yield AccessGrant(
            urn=policy.urn,
            role=policy.role,
            wildcard=True if wild else _unless(unclear),
            open_to_anyone=True if anyone else _unless(unclear),
            escalations=UNKNOWN if unclear and not ways else ways,
            data_rights=UNKNOWN if unclear else frozenset(_data_rights(world, given)),
        )


def _data_rights(world: World, given: Sequence[Statement]) -> Iterator[str]:
    """Of people's groups; what a service of the cloud may do is the right of who asks it."""
    for statement in given:
        if statement.subject.partition(" ")[0] == "group":
            yield from (word for word, target in pairs_of(world, statement) if target == "*" and word in DATA_RIGHTS)


def _unless(unclear: bool) -> Maybe[bool]:
    return UNKNOWN if unclear else False


def _wild(statement: Statement) -> bool:
    whole = statement.what == "all-resources" or statement.what.endswith("-family")
    return whole and statement.verb == "manage" and statement.everywhere


@once
def _by_policy(world: World) -> Mapping[str, Sequence[Statement]]:
    found: dict[str, list[Statement]] = defaultdict(list)
    for one in statements(world):
        found[one.policy.urn].append(one)
    return found


@once
def _ways(world: World) -> Mapping[str, frozenset[str]]:
    """By policy, for each subject by itself; a way that only several policies open together is told at the subject's first."""
    held: dict[str, dict[str, list[Statement]]] = defaultdict(lambda: defaultdict(list))
    for one in statements(world):
        if one.clear and not one.denies and one.group(world) is None:
            held[one.subject][one.policy.urn].append(one)
    found: dict[str, frozenset[str]] = defaultdict(frozenset)
    for policies in held.values():
        together = escalations(one for given in policies.values() for one in given)
        alone = {urn: escalations(given) for urn, given in policies.items()}
        for urn, ways in alone.items():
            found[urn] |= ways
        found[next(iter(policies))] |= together - frozenset[str]().union(*alone.values())
    return found
