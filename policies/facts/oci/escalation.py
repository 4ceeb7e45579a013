"""Ways to more rights on OCI, as data: permission, the resource type that it is of, and the verb from which on it is given.

https://docs.oracle.com/en-us/iaas/Content/Identity/policyreference/iampolicyreference.htm
https://docs.oracle.com/en-us/iaas/Content/Identity/policyreference/corepolicyreference.htm
"""

from collections.abc import Iterable

from policies.facts.oci.grammar import Comparison, Condition
from policies.facts.oci.statements import Statement

_VERBS = ("inspect", "read", "use", "manage")
# Word; the permissions, all of them needed; whether they count only where they hold for the whole tenancy.
_WAYS: tuple[tuple[str, tuple[str, ...], bool], ...] = (
    ("grant-rights", ("POLICY_CREATE",), False),
    ("grant-rights", ("POLICY_UPDATE",), False),
    ("change-trust", ("DYNAMIC_GROUP_CREATE",), False),
    ("change-trust", ("DYNAMIC_GROUP_UPDATE",), False),
    ("change-trust", ("IDENTITY_PROVIDER_UPDATE",), False),
    ("join-group", ("GROUP_UPDATE", "USER_UPDATE"), False),
    ("issue-credentials", ("USER_APIKEY_ADD",), False),
    ("issue-credentials", ("USER_UIPASS_RESET",), False),
    ("issue-credentials", ("USER_AUTHTOKEN_SET",), False),
    ("issue-credentials", ("USER_SECRETKEY_ADD",), False),
    ("run-as", ("INSTANCE_CREATE",), True),
    ("run-as", ("FN_FUNCTION_CREATE",), True),
    ("run-as", ("COMPUTE_CONTAINER_INSTANCE_CREATE",), True),
    ("act-as", ("INSTANCE_AGENT_COMMAND_CREATE",), True),
)
_GIVEN_BY: dict[str, tuple[str, tuple[str, ...]]] = {
    "POLICY_CREATE": ("manage", ("policies",)),
    "POLICY_UPDATE": ("manage", ("policies",)),
    "DYNAMIC_GROUP_CREATE": ("manage", ("dynamic-groups",)),
    "DYNAMIC_GROUP_UPDATE": ("use", ("dynamic-groups",)),
    "IDENTITY_PROVIDER_UPDATE": ("manage", ("identity-providers",)),
    "GROUP_UPDATE": ("use", ("groups",)),
    "USER_UPDATE": ("use", ("users",)),
    "USER_APIKEY_ADD": ("manage", ("users",)),
    "USER_UIPASS_RESET": ("manage", ("users",)),
    "USER_AUTHTOKEN_SET": ("manage", ("users",)),
    "USER_SECRETKEY_ADD": ("manage", ("users",)),
    "INSTANCE_CREATE": ("manage", ("instances", "instance-family")),
    "FN_FUNCTION_CREATE": ("manage", ("fn-function", "functions-family")),
    "COMPUTE_CONTAINER_INSTANCE_CREATE": ("manage", ("compute-container-instances", "compute-container-family")),
    "INSTANCE_AGENT_COMMAND_CREATE": ("manage", ("instance-agent-commands", "instance-agent-command-family")),
}


def escalations(statements: Iterable[Statement]) -> frozenset[str]:
    """The words of ESCALATIONS for what the statements (clear, none of them a denial) together allow one subject."""
    known = list(statements)
    return frozenset(
        word
        for word, needed, everywhere in _WAYS
        if all(any(_gives(one, right) and (one.everywhere or not everywhere) for one in known) for right in needed)
    )


def _gives(statement: Statement, right: str) -> bool:
    verb, kinds = _GIVEN_BY[right]
    named = statement.what in (*kinds, "all-resources") and statement.verb in _VERBS[_VERBS.index(verb) :]
    # Whoever may not touch the administrators' group can't join it: CIS OCI Foundations asks for this condition.
    guarded = right in ("GROUP_UPDATE", "USER_UPDATE") and _leaves_out(statement.condition)
    return (named or right in statement.rights) and not guarded


def _leaves_out(condition: Condition | None) -> bool:
    """A group is left out by name or id."""
    if condition is None:
        return False
    if isinstance(condition, Comparison):
        return condition.operator in ("!=", "not in") and condition.variable in ("target.group.name", "target.group.id")
    return condition.every and any(_leaves_out(part) for part in condition.parts)
