"""AWS policy documents: statements with their lists made even.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
"""

from collections.abc import Iterator, Mapping
from typing import Any

from policies.facts.reading import items

# A condition on one of these ties a statement for everyone to known accounts.
_TIES = frozenset(
    {
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalorgid",
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "kms:calleraccount",
    }
)


def statements(document: Mapping[str, Any], effect: str) -> Iterator[Mapping[str, Any]]:
    """The statements with that effect (`Allow`, `Deny`)."""
    for statement in items(document.get("Statement")):
        if isinstance(statement, Mapping) and statement.get("Effect") == effect:
            yield statement


def actions(statement: Mapping[str, Any]) -> frozenset[str]:
    """The statement's actions in lower case."""
    return frozenset(text.lower() for text in items(statement.get("Action")) if isinstance(text, str))


def principals(statement: Mapping[str, Any], kind: str) -> list[str]:
    """Principals of a kind (`Service`, `AWS`); `*` alone counts for every kind."""
    named = statement.get("Principal")
    if named == "*":
        return ["*"]
    return [text for text in items(named.get(kind)) if isinstance(text, str)] if isinstance(named, Mapping) else []


def condition(statement: Mapping[str, Any], key: str) -> list[Any]:
    """Every value that a condition gives for the key (spelled in lower case), whatever the operator."""
    operators = statement.get("Condition")
    tests = operators.values() if isinstance(operators, Mapping) else ()
    return [
        value
        for test in tests
        if isinstance(test, Mapping)
        for name, values in test.items()
        if name.lower() == key
        for value in items(values)
    ]


def admits_anyone(document: Mapping[str, Any]) -> bool:
    """Whether something is allowed to every principal, without a condition that ties it to known accounts."""
    return any(
        "*" in principals(statement, "AWS") and not any(condition(statement, tie) for tie in _TIES)
        for statement in statements(document, "Allow")
    )


def refuses_plain(document: Mapping[str, Any]) -> bool:
    """Whether every request without TLS is denied (a Deny for everyone and everything on `aws:SecureTransport` false)."""
    return any(
        "*" in principals(statement, "AWS")
        and bool(actions(statement) & {"*", "s3:*"})
        and {str(value).lower() for value in condition(statement, "aws:securetransport")} == {"false"}
        for statement in statements(document, "Deny")
    )
