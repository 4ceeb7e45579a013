"""AWS IAM roles: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html."""

from collections.abc import Iterator

from policies.facts.answers import when
from policies.facts.aws.grants import grants
from policies.facts.aws.holders import KNOWN as HOLDERS
from policies.facts.aws.policy_document import admits_anyone
from policies.facts.reading import document
from policies.facts.resources import World
from policies.facts.vocabulary import UNKNOWN, Fact, Identity

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
        )
