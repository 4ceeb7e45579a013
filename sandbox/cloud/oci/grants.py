"""Who is admitted to what by the policies that are there.

https://docs.oracle.com/en-us/iaas/Content/Identity/Concepts/policyadvancedfeatures.htm
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Literal

from sandbox.cloud.context import Context, Object
from sandbox.cloud.oci.placement import REGION_KEYS
from sandbox.cloud.oci.policy import PolicySyntaxError, matching_rule, statement
from sandbox.cloud.oci.policy_resources import forbidden, permitted
from sandbox.cloud.oci.statement import Comparison, Condition, Effect, Named, Statement, Value

POLICY: Final = "oci:Identity/policy:Policy"
DYNAMIC_GROUP: Final = "oci:Identity/dynamicGroup:DynamicGroup"
Variables = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Principal:
    """Who asks: a service by its name, a resource by its type (with the compartment it lies in), or some user."""

    kind: Literal["service", "resource", "user"]
    name: str = ""
    compartment: str = ""


@dataclass(frozen=True, kw_only=True)
class Request:
    """What is asked: a permission in a compartment, with the variables of the target and of the operation."""

    permission: str
    compartment: str
    variables: Variables


def holds(condition: Condition | None, variables: Variables) -> bool:
    """Whether a condition is fulfilled. A variable that the request does not have fulfils no comparison, not even `!=`."""
    if condition is None:
        return True
    if isinstance(condition, Comparison):
        return _compared(condition, variables)
    judged = (holds(member, variables) for member in condition.members)
    return any(judged) if condition.quantifier == "any" else all(judged)


def _compared(comparison: Comparison, variables: Variables) -> bool:
    found = variables.get(comparison.variable.lower())
    if found is None:
        return False
    equal = any(_equal(found, value, variables) for value in comparison.values)
    if comparison.operator in ("=", "in"):
        return equal
    # Moments (before, after, between) are never there: no request has a time here.
    return comparison.operator in ("!=", "not in") and not equal


def _equal(found: str, value: Value, variables: Variables) -> bool:
    """Case means nothing in a comparison."""
    text, found = value.written.lower(), found.lower()
    if value.kind == "variable":
        return variables.get(text, "").lower() == found
    if value.kind == "text":
        return text == found
    return re.fullmatch(re.escape(text).replace(r"\*", ".*"), found, re.DOTALL) is not None


def statements(context: Context) -> Iterator[tuple[Object, Statement]]:
    """Every statement that is there, with its policy."""
    for policy in context.objects(POLICY):
        for text in policy.get("statements"):
            with suppress(PolicySyntaxError):  # put there behind the service's back
                yield policy, statement(text)


def groups_of(context: Context, names: Iterable[Named]) -> Iterator[Object]:
    """The dynamic groups of these names; those of another identity domain than Default are not known here."""
    wanted = {named.name.lower() for named in names if named.by_id or named.domain.lower() in ("", "default")}
    for group in context.objects(DYNAMIC_GROUP):
        if {str(group.get("name")).lower(), group.id.lower()} & wanted:
            yield group


def allowed(
    context: Context, principal: Principal, permissions: Iterable[str], compartment: str, target: Variables
) -> bool:
    """Whether each permission is given to the principal by some statement and denied by none."""
    return all(
        _allowed(context, principal, Request(permission=name, compartment=compartment, variables=target))
        for name in permissions
    )


def _allowed(context: Context, principal: Principal, request: Request) -> bool:
    return _said(context, principal, request, "allow") is not None and denied(context, principal, request) is None


def denied(context: Context, principal: Principal, request: Request) -> Object | None:
    """The policy that denies this to the principal."""
    return _said(context, principal, request, "deny")


def _said(context: Context, principal: Principal, request: Request, effect: Effect) -> Object | None:
    variables = {
        **request.variables,
        "request.permission": request.permission,
        "request.region": REGION_KEYS.get(context.place["region"], ""),
        "request.principal.type": principal.name if principal.kind == "resource" else principal.kind,
        "target.compartment.id": request.compartment,
    }
    if principal.compartment:
        variables["request.principal.compartment.id"] = principal.compartment
    for policy, said in statements(context):
        if (
            said.effect == effect
            and request.permission in _named(said)
            and _reaches(said.compartment, request.compartment, context.place["tenancy"])
            and _speaks_of(context, said, principal)
            and holds(said.condition, variables)
        ):
            return policy
    return None


def _named(said: Statement) -> frozenset[str]:
    if said.permissions:
        return said.permissions
    return (permitted if said.effect == "allow" else forbidden)(said.verb, said.resource)


def _reaches(place: Named | None, compartment: str, tenancy: str) -> bool:
    """Compartments have no row: one that is named by name is taken for the one meant, and parents are not known."""
    return place is None or not place.by_id or place.name in (compartment, tenancy)


def _speaks_of(context: Context, said: Statement, principal: Principal) -> bool:
    subject = said.subject
    if subject.kind in ("any-user", "any-group"):
        return subject.kind == "any-user" or principal.kind != "service"
    if subject.kind == "service":
        return principal.kind == "service" and principal.name.lower() in {named.name.lower() for named in subject.names}
    if subject.kind == "dynamic-group" and principal.kind == "resource":
        facts = {"resource.type": principal.name, "resource.compartment.id": principal.compartment}
        return any(_matches(group, facts) for group in groups_of(context, subject.names))
    return False


def _matches(group: Object, facts: Variables) -> bool:
    with suppress(PolicySyntaxError):
        return holds(matching_rule(group.get("matchingRule")), facts)
    return False
