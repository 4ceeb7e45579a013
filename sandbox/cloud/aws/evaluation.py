"""What a policy answers to one request: principals, actions, resources and conditions as AWS evaluates them.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from sandbox.cloud.aws.documents import listed, statements
from sandbox.cloud.context import Context
from sandbox.cloud.resource_type import Guard
from sandbox.cloud.value import at

ROLE: Final = "aws:iam/role:Role"
ROLE_POLICY: Final = "aws:iam/rolePolicy:RolePolicy"
_TRANSPORT: Final = {"aws:securetransport": "true", "s3:tlsversion": "1.3"}


@dataclass(frozen=True, kw_only=True)
class Request:
    """One call: `principal` is a service's name or an identity's ARN. `conditions`: the keys of the request in lower case;
    None: whatever they are. `resource` None: on whatever the statement names.
    """

    principal: str
    action: str
    resource: str | None = None
    conditions: Mapping[str, str] | None = None


def by_caller(context: Context, action: str, resource: str | None = None, **conditions: str) -> Request:
    """The engine's own call: an identity of the account that may do everything by IAM, and whose name no policy knows."""
    account = context.place["account"]
    identity = f"arn:{context.place['partition']}:iam::{account}:role/whoever-deploys"
    own = {"aws:principalarn": identity, "aws:principalaccount": account}
    return Request(principal=identity, action=action, resource=resource, conditions={**_TRANSPORT, **own, **conditions})


def by_service(
    context: Context, service: str, action: str, resource: str | None = None, *, source: str = "", **conditions: str
) -> Request:
    """A service's call, for the object `source` (an ARN) of the account where the service says so."""
    own = {"aws:sourcearn": source, "aws:sourceaccount": context.place["account"]} if source else {}
    return Request(principal=service, action=action, resource=resource, conditions={**_TRANSPORT, **own, **conditions})


@lru_cache(maxsize=4096)
def _glob(pattern: str) -> re.Pattern[str]:
    return re.compile(re.escape(pattern).replace(r"\*", "(?s:.*)").replace(r"\?", "."))


def _like(value: str, pattern: str) -> bool:
    return _glob(pattern).fullmatch(value) is not None


def _in_range(value: str, network: str) -> bool:
    return ipaddress.ip_address(value) in ipaddress.ip_network(network, strict=False)


_COMPARE: Final[Mapping[str, Callable[[str, str], bool]]] = {
    "StringEquals": str.__eq__,
    "StringEqualsIgnoreCase": lambda value, wanted: value.casefold() == wanted.casefold(),
    "StringLike": _like,
    "ArnEquals": _like,
    "ArnLike": _like,
    "Bool": lambda value, wanted: value.lower() == wanted.lower(),
    "IpAddress": _in_range,
    "NumericEquals": lambda value, wanted: float(value) == float(wanted),
    "NumericLessThan": lambda value, wanted: float(value) < float(wanted),
    "NumericLessThanEquals": lambda value, wanted: float(value) <= float(wanted),
    "NumericGreaterThan": lambda value, wanted: float(value) > float(wanted),
    "NumericGreaterThanEquals": lambda value, wanted: float(value) >= float(wanted),
}


def _test(operator: str, wanted: Any, value: str | None) -> bool:
    """One condition key against its values; absent keys are as the operator has it."""
    wishes = [str(one).lower() if isinstance(one, bool) else str(one) for one in listed(wanted)]
    if operator == "Null":
        return (value is None) is (wishes[0].lower() == "true")
    base = operator.rpartition(":")[2].removesuffix("IfExists")
    negated = "Not" in base
    if value is None:
        return negated or operator.endswith("IfExists") or operator.startswith("ForAllValues:")
    compare = _COMPARE.get(base.replace("Not", ""))
    return compare is not None and any(compare(value, wish) for wish in wishes) is not negated


def _conditions_hold(statement: Mapping[str, Any], request: Request) -> bool:
    tests = [(o, key, v) for o, keys in statement.get("Condition", {}).items() for key, v in keys.items()]
    if request.conditions is None:
        return not tests or statement["Effect"] == "Allow"
    return all(_test(operator, wanted, request.conditions.get(key.lower())) for operator, key, wanted in tests)


def _named(statement: Mapping[str, Any], principal: str) -> bool:
    given = statement.get("Principal", statement.get("NotPrincipal"))
    if given is None or given == "*":
        return "NotPrincipal" not in statement
    names = [str(name) for sort in ("AWS", "Service") for name in listed(given.get(sort, []))]
    account = principal.split(":")[4] if principal.startswith("arn:") else ""
    whole = {principal, account, f"{principal.partition('::')[0]}::{account}:root"} if account else {principal}
    found = any(name == "*" or name in whole for name in names)
    return found is ("NotPrincipal" not in statement)


def _covers(statement: Mapping[str, Any], name: str, value: str | None) -> bool:
    """Whether the statement's Action or Resource (or what its Not… leaves) holds the value; without either it has no effect."""
    if f"Not{name}" in statement:
        return value is None or not any(_like(value, pattern) for pattern in listed(statement[f"Not{name}"]))
    if name not in statement:
        return False
    return value is None or any(_like(value, str(pattern)) for pattern in listed(statement[name]))


def _applies(statement: Mapping[str, Any], request: Request, *, trust: bool) -> bool:
    actions = {n: [str(a).lower() for a in listed(v)] for n, v in statement.items() if n in ("Action", "NotAction")}
    return (
        _named(statement, request.principal)
        and _covers(actions, "Action", request.action.lower())
        and (trust or _covers(statement, "Resource", request.resource))
        and _conditions_hold(statement, request)
    )


def _effects(text: str | None, request: Request, *, trust: bool = False) -> set[str]:
    return {one["Effect"] for one in statements(text) if _applies(one, request, trust=trust)}


def allowed(text: str | None, request: Request) -> bool:
    """Whether the policy allows the request and denies it nowhere."""
    return _effects(text, request) == {"Allow"}


def denied(text: str | None, request: Request) -> bool:
    """Whether a statement of the policy denies the request, whoever else allows it."""
    return "Deny" in _effects(text, request)


def assumable(role: Any, context: Context, service: str, source: str) -> bool:
    """Whether the service may take the role for `source` (an ARN)."""
    request = by_service(context, service, "sts:AssumeRole", source=source)
    return _effects(role.get("assumeRolePolicy"), request, trust=True) == {"Allow"}


def role_may(context: Context, role: Any, *requests: tuple[str, str]) -> bool:
    """Whether the role's inline policies together allow every (action, resource)."""
    texts = [one.get("policy") for one in context.objects(ROLE_POLICY) if one.get("role") == role.id]
    texts += [text for _, text in at(role.inputs, "inlinePolicies[*].policy")]
    for action, resource in requests:
        request = Request(principal=role.get("arn"), action=action, resource=resource)
        if set().union(*(_effects(text, request) for text in texts)) != {"Allow"}:
            return False
    return True


_FIXING: Final = re.compile(
    r"aws:(sourcearn|sourcevpce?|sourceowner|sourceaccount|userid|principal(arn|account|orgid|orgpaths))"
    r"|s3:dataaccesspoint(arn|account)"
)
_WIDEST: Final = 8


def _fixes(operator: str, key: str, wanted: Any) -> bool:
    """Whether a condition limits the statement to known callers, in Amazon S3's sense."""
    values = [str(one) for one in listed(wanted)]
    if operator == "IpAddress" and key == "aws:sourceip":
        return all(ipaddress.ip_network(one, strict=False).prefixlen >= _WIDEST for one in values)
    if not re.fullmatch(r"(String|Arn)(Equals|EqualsIgnoreCase|Like)", operator) or not _FIXING.fullmatch(key):
        return False
    if key == "aws:sourcearn":
        return all(re.fullmatch(r"(?:[^:]*:){4}\d{12}:.*", one) for one in values)
    return not any("*" in one or "?" in one for one in values)


def public(text: str) -> bool:
    """Whether a resource policy admits everyone.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
    """
    for one in statements(text):
        principal = one.get("Principal")
        names = listed(principal.get("AWS", [])) if isinstance(principal, Mapping) else [principal]
        tests = [(o, key.lower(), v) for o, keys in one.get("Condition", {}).items() for key, v in keys.items()]
        everyone = "NotPrincipal" in one or "*" in names
        if one["Effect"] == "Allow" and everyone and not any(_fixes(*test) for test in tests):
            return True
    return False


def principals_exist(path: str, code: str) -> Guard:
    """The roles of this account that the policy at `path` names as principals exist."""

    def guard(context: Context) -> str | None:
        if not context.writing:
            return None
        own = f"arn:{context.place['partition']}:iam::{context.place['account']}:role/"
        for _, text in at(context.inputs, path):
            for statement in statements(text):
                given = statement.get("Principal", statement.get("NotPrincipal"))
                for name in listed(given.get("AWS", [])) if isinstance(given, Mapping) else []:
                    outside = not name.startswith(own) or name.startswith(
                        (f"{own}aws-service-role/", f"{own}aws-reserved/")
                    )
                    if not outside and context.find(name, ROLE) is None:
                        return f"{code}: invalid principal in policy: {name} does not exist"
        return None

    return guard
