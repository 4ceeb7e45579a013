"""AWS IAM roles: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html."""

from collections.abc import Iterator

from policies.facts.answers import some, when
from policies.facts.aws.grants import ROLE, ROLE_POLICY, grants
from policies.facts.aws.policy_document import admits_anyone
from policies.facts.reading import document, items
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import UNKNOWN, Fact, Identity, Maybe

_ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
KNOWN = frozenset({ROLE, ROLE_POLICY, _ATTACHMENT})


def facts(world: World) -> Iterator[Fact]:
    for grant in grants(world):
        attached = _attached(world, grant.role)
        trust = document(grant.role, "assumeRolePolicy")
        yield Identity(
            urn=grant.role.urn,
            role=grant.role.role,
            # What a managed policy allows is written elsewhere.
            permissions=UNKNOWN if attached else grant.permissions,
            wildcard=some(grant.wildcard, *(_administrator(name) for name in attached)),
            open_to_anyone=UNKNOWN if trust is None else when(trust, admits_anyone),
        )


def _attached(world: World, role: Resource) -> list[object]:
    separate = [one.properties.get("policyArn") for one in world.referring(role, _ATTACHMENT, "role")]
    return [*separate, *items(role.properties.get("managedPolicyArns"))]


def _administrator(name: object) -> Maybe[bool]:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_job-functions.html."""
    if not isinstance(name, str):
        return UNKNOWN
    return name.startswith("arn:aws:iam::aws:policy/") and name.endswith(
        ("AdministratorAccess", "PowerUserAccess", "FullAccess")
    )
