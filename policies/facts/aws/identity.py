"""AWS IAM roles: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html."""

from collections.abc import Iterator

from policies.facts.answers import when
from policies.facts.aws.accounts import own
from policies.facts.aws.grants import grants
from policies.facts.aws.holders import KNOWN as HOLDERS
from policies.facts.aws.policy_document import Document, admits_anyone, whole_accounts
from policies.facts.reading import document
from policies.facts.resources import World
from policies.facts.vocabulary import UNKNOWN, Fact, Identity, Maybe

KNOWN = HOLDERS


def facts(world: World) -> Iterator[Fact]:
    for grant in grants(world):
        trust = document(grant.role, "assumeRolePolicy")
        yield Identity(
            urn=grant.role.urn,
            role=grant.role.role,
            permissions=grant.permissions,
            wildcard=grant.wildcard,
            open_to_anyone=UNKNOWN if trust is None else when(trust, admits_anyone),
            escalations=grant.escalations,
            trusted_accounts=UNKNOWN if trust is None else when(trust, lambda known: _elsewhere(world, known)),
        )


def _elsewhere(world: World, trust: Document) -> Maybe[frozenset[str]]:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html."""
    named = whole_accounts(trust)
    return named - own(world) if own(world) or not named else UNKNOWN
