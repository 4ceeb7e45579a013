"""IAM policy documents as the services read them before they accept a resource."""

import fnmatch
import json
from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.cloud.resource_type import Check
from sandbox.cloud.value import at

_STATEMENT = {
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
}


def document(path: str, *, principal: bool, longest: int) -> Check:
    """A policy in JSON with well-formed statements; `principal`: each must, or must not, name one.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
    """

    def check(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        for where, text in at(inputs, path):
            try:
                statements = _list(json.loads(text)["Statement"])
            except (ValueError, KeyError, TypeError):
                yield where, "MalformedPolicyDocument: no JSON object with a Statement"
                continue
            if sum(not letter.isspace() for letter in text) > longest:
                yield where, f"LimitExceeded: the policy is longer than {longest} characters"
            for statement in statements:
                problem = _problem(statement, principal=principal)
                if problem:
                    yield where, f"MalformedPolicyDocument: {problem}"

    return check


def _problem(statement: Any, *, principal: bool) -> str | None:
    if not isinstance(statement, Mapping) or statement.get("Effect") not in ("Allow", "Deny"):
        return "a statement has Effect Allow or Deny"
    unknown = set(statement) - _STATEMENT
    if unknown:
        return f"unknown element {', '.join(sorted(unknown))}"
    if not {"Action", "NotAction"} & set(statement):
        return "a statement names an Action"
    if bool({"Principal", "NotPrincipal"} & set(statement)) is not principal:
        return "a statement here names a Principal" if principal else "a statement of an identity names no Principal"
    return None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def allows(text: str | None, service: str, action: str) -> bool:
    """Whether a resource policy lets the service principal do `action`, whatever its conditions."""
    for statement in _list(json.loads(text)["Statement"]) if text else []:
        principal = statement.get("Principal")
        services = _list(principal.get("Service", [])) if isinstance(principal, Mapping) else []
        patterns = _list(statement.get("Action", []))
        if statement["Effect"] == "Allow" and service in services and any(fnmatch.fnmatch(action, p) for p in patterns):
            return True
    return False


def public(text: str) -> bool:
    """Whether a resource policy admits everyone: what "block public policy" refuses."""
    return any(
        statement["Effect"] == "Allow"
        and statement.get("Principal") in ("*", {"AWS": "*"})
        and not statement.get("Condition")
        for statement in _list(json.loads(text)["Statement"])
    )
