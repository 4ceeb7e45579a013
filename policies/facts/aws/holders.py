"""Who holds which policy on AWS: inline, attached, by the holder's own lists, or through groups.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html
"""

from collections.abc import Iterator, Mapping

from policies.facts.aws.managed_policies import managed
from policies.facts.aws.policy_document import Document, is_wild, statements
from policies.facts.reading import document, items, read_all
from policies.facts.resources import Resource, World, identities
from policies.facts.vocabulary import UNKNOWN, Maybe, Unknown

ROLE = "aws:iam/role:Role"
USER = "aws:iam/user:User"
GROUP = "aws:iam/group:Group"
POLICY = "aws:iam/policy:Policy"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
_USER_POLICY = "aws:iam/userPolicy:UserPolicy"
_GROUP_POLICY = "aws:iam/groupPolicy:GroupPolicy"
_ATTACHMENT = "aws:iam/policyAttachment:PolicyAttachment"
_ROLE_ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
_USER_ATTACHMENT = "aws:iam/userPolicyAttachment:UserPolicyAttachment"
_GROUP_ATTACHMENT = "aws:iam/groupPolicyAttachment:GroupPolicyAttachment"
_ROLE_LIST = "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive"
_USER_LIST = "aws:iam/userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive"
_GROUP_LIST = "aws:iam/groupPolicyAttachmentsExclusive:GroupPolicyAttachmentsExclusive"
_MEMBERSHIP = "aws:iam/userGroupMembership:UserGroupMembership"
_MEMBERS = "aws:iam/groupMembership:GroupMembership"

INLINE = {ROLE: (ROLE_POLICY, "role"), USER: (_USER_POLICY, "user"), GROUP: (_GROUP_POLICY, "group")}
"""Type of a holder to the type of its inline policies and where they name it."""
_ATTACHED = {
    ROLE: ((_ROLE_ATTACHMENT, "role"), (_ATTACHMENT, "roles"), (_ROLE_LIST, "roleName")),
    USER: ((_USER_ATTACHMENT, "user"), (_ATTACHMENT, "users"), (_USER_LIST, "userName")),
    GROUP: ((_GROUP_ATTACHMENT, "group"), (_ATTACHMENT, "groups"), (_GROUP_LIST, "groupName")),
}
KNOWN = frozenset(
    {
        ROLE,
        USER,
        GROUP,
        POLICY,
        _MEMBERSHIP,
        _MEMBERS,
        *(token for token, _ in INLINE.values()),
        *(token for rows in _ATTACHED.values() for token, _ in rows),
    }
)

UNTAGGABLE = KNOWN - {ROLE, USER, POLICY}


def documents(world: World, holder: Resource) -> tuple[Maybe[Document], ...]:
    """Every policy that a role, user or group holds itself; one that is written elsewhere is unknown."""
    token, path = INLINE[holder.type]
    inline = [one for one in items(holder.properties.get("inlinePolicies")) if isinstance(one, Mapping)]
    found = [document(one, "policy") for one in inline]
    found += [document(one, "policy") for one in world.referring(holder, token, path)]
    for token, path in _ATTACHED[holder.type]:
        for one in world.referring(holder, token, path):
            found += attached(world, one)
    found += _named(world, holder, "managedPolicyArns")
    return tuple(policy for policy in found if policy is not None)


def with_groups(world: World, user: Resource) -> tuple[Maybe[Document], ...]:
    """What a user holds, itself and as a member of groups of the stack."""
    groups = {
        group.urn: group
        for token, member, path in ((_MEMBERSHIP, "user", "groups"), (_MEMBERS, "users", "group"))
        for one in world.referring(user, token, member)
        for group in world.targets(one, path, GROUP)
    }
    inherited = [policy for group in groups.values() for policy in documents(world, group)]
    return (*documents(world, user), *inherited)


def attached(world: World, attachment: Resource) -> list[Maybe[Document]]:
    """The policies that an attachment names."""
    return [*_named(world, attachment, "policyArn"), *_named(world, attachment, "policyArns")]


def loose(world: World) -> Iterator[tuple[Resource, tuple[Maybe[Document], ...]]]:
    """Inline policies and attachments whose holder is not of the stack, with what they give."""
    for kind, (token, path) in INLINE.items():
        for one in world.of(token):
            if not world.targets(one, path, kind):
                found = document(one, "policy")
                yield one, () if found is None else (found,)
    holders = {
        token: [(kind, path) for kind, rows in _ATTACHED.items() for t, path in rows if t == token]
        for rows in _ATTACHED.values()
        for token, _ in rows
    }
    for token, rows in holders.items():
        for one in world.of(token):
            if not any(world.targets(one, path, kind) for kind, path in rows):
                yield one, tuple(attached(world, one))


def bounded(world: World, holder: Resource) -> Maybe[bool]:
    """Whether a permissions boundary takes away what a wildcard gives: it holds no wildcard itself.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
    """
    found = _named(world, holder, "permissionsBoundary")
    if not found:
        return False
    if isinstance(found[0], Unknown):
        return UNKNOWN
    return not any(is_wild(statement) for statement in statements(found[0], "Allow"))


def _named(world: World, resource: Resource, path: str) -> list[Maybe[Document]]:
    """The policies that a property names by ARN: of the stack, of AWS, or unknown."""
    ours = world.targets(resource, path, POLICY)
    known = {name for policy in ours for name in identities(policy)}
    texts = read_all(resource, path)
    found = [document(policy, "policy") for policy in ours]
    others = [
        one for one in texts if not (isinstance(one, Unknown) and ours) and not (isinstance(one, str) and one in known)
    ]
    return [
        *(UNKNOWN if policy is None else policy for policy in found),
        *(managed(one) if isinstance(one, str) else UNKNOWN for one in others),
    ]
