"""AWS policy documents: statements with their lists made even, and what several documents allow together.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from policies.facts.reading import items

Document = Mapping[str, Any]
Statement = Mapping[str, Any]

# A condition on one of these ties a statement for everyone to known accounts.
_TIES = frozenset(
    {
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:sourceorgid",
        "aws:sourceorgpaths",
        "aws:sourceowner",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:userid",
        "kms:calleraccount",
        "s3:dataaccesspointaccount",
        "s3:dataaccesspointarn",
    }
)
_ACCOUNT = re.compile(r"(?:arn:aws[a-z-]*:iam::)?(\d{12})(?::root)?")
# Operators that a request without the key, or with any other value, does not pass. `…IfExists` and `ForAllValues:` let it pass.
_BINDING = re.compile(r"(?:foranyvalue:)?(?:string(?:equals|equalsignorecase|like)|arn(?:equals|like)|numericequals)")
_EXCEPTING = re.compile(r"(?:string|arn)not(?:equals|like)")
# Whoever has a token of the issuer may come, unless its subject is bound (Cognito and Google bind the audience).
# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html
_SUBJECTS = (":sub", "cognito-identity.amazonaws.com:aud", "accounts.google.com:aud", "accounts.google.com:oaud")


def statements(document: Document, effect: str) -> Iterator[Statement]:
    """The statements with that effect (`Allow`, `Deny`)."""
    for statement in items(document.get("Statement")):
        if isinstance(statement, Mapping) and statement.get("Effect") == effect:
            yield statement


def texts(statement: Statement, element: str) -> list[str]:
    """The strings of an element that takes one or several (`Action`, `Resource`)."""
    return [text for text in items(statement.get(element)) if isinstance(text, str)]


def actions(statement: Statement) -> frozenset[str]:
    """The statement's actions in lower case."""
    return frozenset(text.lower() for text in texts(statement, "Action"))


def principals(statement: Statement, kind: str) -> list[str]:
    """Principals of a kind (`Service`, `AWS`); `*` alone counts for every kind."""
    named = statement.get("Principal")
    if named == "*":
        return ["*"]
    return texts(named, kind) if isinstance(named, Mapping) else []


def condition(statement: Statement, key: str) -> list[Any]:
    """Every value that a condition gives for the key (spelled in lower case), whatever the operator."""
    return [value for _, name, values in _tests(statement) if name == key for value in values]


def covers(pattern: str, text: str) -> bool:
    """Whether the pattern (`*` any text, `?` one character, letters of either case) is or takes in the text."""
    return bool(_pattern(pattern).fullmatch(text))


def leaves_open(resource: str) -> bool:
    """Whether the pattern takes in things whatever their name: `*`, or an ARN that is a wildcard where the name begins."""
    parts = resource.split(":", 5)
    if len(parts) < 6:
        return "*" in resource
    # A bucket's name stands first, other names behind their kind.
    name = parts[5] if parts[2] == "s3" else re.split("[:/]", parts[5], maxsplit=1)[-1]
    return name[:1] in ("*", "?") or parts[5][:1] in ("*", "?")


def acts(statement: Statement, action: str) -> bool:
    """Whether the statement is about the action; `NotAction` is about all but some."""
    if "NotAction" in statement:
        return not any(covers(one, action) for one in texts(statement, "NotAction"))
    return any(covers(one, action) for one in texts(statement, "Action"))


def where_allowed(documents: Iterable[Document], action: str) -> frozenset[str]:
    """The resources (patterns) on which the documents together allow the action (in lower case); `*` where all but some are.

    A Deny without condition on every resource takes it away; any other Deny is not weighed.
    """
    known = list(documents)
    denied = any(
        acts(statement, action) and "*" in texts(statement, "Resource") and not statement.get("Condition")
        for document in known
        for statement in statements(document, "Deny")
    )
    return frozenset(
        resource
        for document in known
        for statement in statements(document, "Allow")
        if not denied and acts(statement, action)
        for resource in (["*"] if "NotResource" in statement else texts(statement, "Resource"))
    )


def spared(document: Document, action: str) -> Iterator[list[str]]:
    """Whom (ARNs, patterns) each Deny of the action on everything for everyone leaves out, where that is its only condition."""
    for statement in statements(document, "Deny"):
        tests = _tests(statement)
        everyone = "*" in principals(statement, "AWS") and acts(statement, action) and len(tests) == 1
        if everyone and "*" in texts(statement, "Resource"):
            operator, name, values = tests[0]
            if name == "aws:principalarn" and _EXCEPTING.fullmatch(operator):
                yield [value for value in values if isinstance(value, str)]


def is_wild(statement: Statement) -> bool:
    """Every action of a service, on everything; `NotAction` allows all but a few, `NotResource` on all but a few."""
    every_action = "NotAction" in statement or any(re.fullmatch(r"\*+|[^:]+:\*+", one) for one in actions(statement))
    return every_action and ("NotResource" in statement or any(map(leaves_open, texts(statement, "Resource"))))


def admits_anyone(document: Document) -> bool:
    """Whether something is allowed to every principal, without a condition that ties it to known accounts."""
    return any(_is_open(statement) for statement in statements(document, "Allow"))


def whole_accounts(document: Document) -> frozenset[str]:
    """Accounts to every principal of which something is allowed, without a condition that says to whom of them, or in whose name."""
    return frozenset(
        found[1]
        for statement in statements(document, "Allow")
        if not any(_binds(one, lambda name: name in _TIES or name == "sts:externalid") for one in _tests(statement))
        for named in principals(statement, "AWS")
        if (found := _ACCOUNT.fullmatch(named))
    )


def refuses_plain(document: Document) -> bool:
    """Whether every request without TLS is denied (a Deny for everyone and everything on `aws:SecureTransport` false)."""
    return any(
        "*" in principals(statement, "AWS")
        and bool(actions(statement) & {"*", "s3:*"})
        and any(map(_whole, texts(statement, "Resource")))
        and len(_tests(statement)) == 1  # a second condition denies less
        and {str(value).lower() for value in condition(statement, "aws:securetransport")} == {"false"}
        for statement in statements(document, "Deny")
    )


def _whole(resource: str) -> bool:
    """Every object of a bucket: no prefix before the star."""
    return resource.endswith("*") and "/" not in resource.removesuffix("*").removesuffix("/")


def _is_open(statement: Statement) -> bool:
    """To everyone (`NotPrincipal`: to everyone but some) without a tie, or to every subject of a token issuer."""
    if "*" in principals(statement, "AWS") or "NotPrincipal" in statement:
        return not any(_binds(one, lambda name: name in _TIES) for one in _tests(statement))
    by_token = any(covers(one, "sts:assumerolewithwebidentity") for one in actions(statement))
    issuers = principals(statement, "Federated") if by_token else []
    return bool(issuers) and not any(_binds(one, lambda name: name.endswith(_SUBJECTS)) for one in _tests(statement))


def _tests(statement: Statement) -> list[tuple[str, str, list[Any]]]:
    """Operator, key and values of each condition, names in lower case."""
    operators = statement.get("Condition")
    return [
        (str(operator).lower(), str(name).lower(), items(values))
        for operator, test in (operators.items() if isinstance(operators, Mapping) else ())
        if isinstance(test, Mapping)
        for name, values in test.items()
    ]


def _binds(test: tuple[str, str, list[Any]], asked: Any) -> bool:
    """Whether a request must have one of known values; a wildcard that takes in every value binds nothing."""
    operator, name, values = test
    return bool(asked(name) and values and _BINDING.fullmatch(operator)) and not any(
        isinstance(value, str) and re.fullmatch(r"(?:arn|aws|repo|[*?:/])*", value) for value in values
    )


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"([*?])", pattern)
    return re.compile(
        "".join({"*": ".*", "?": "."}.get(part, re.escape(part)) for part in parts), re.IGNORECASE | re.DOTALL
    )
