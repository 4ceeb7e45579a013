"""IAM policy documents as the services read them before they accept a resource: the grammar, by kind of policy.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sandbox.cloud.checks import Inputs, Problems
from sandbox.cloud.resource_type import Check
from sandbox.cloud.value import at


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of policy.

    longest      characters; white space counts unless `dense`.
    code         of the service's refusal.
    principal    whether each statement must, or must not, say who. `resource`: must, must not, or (None) may say on what.
    action       whether a statement without one is refused.
    services     whose actions it may hold. `sid`: what a statement's id may look like; unique where `unique`.
    characters   those that the whole text may have.
    """

    longest: int
    code: str = "MalformedPolicyDocument"
    dense: bool = False
    principal: bool = True
    resource: bool | None = True
    action: bool = True
    services: str = r"[a-z0-9-]+"
    sid: str = r"(?s).*"
    unique: bool = False
    characters: str = r"(?s).*"


_LATIN: Final = r"[\t\n\r\x20-\xff]*"
_NAME: Final = r"[A-Za-z0-9]*"
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html (white space is not counted)
IDENTITY: Final = Kind(longest=10240, dense=True, principal=False, sid=_NAME, unique=True, characters=_LATIN)
TRUST: Final = Kind(longest=2048, dense=True, resource=False, services="sts", sid=_NAME, unique=True, characters=_LATIN)
# A statement without Action or Resource is accepted and has no effect:
# https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html
KEY: Final = Kind(
    longest=32768, code="MalformedPolicyDocumentException", resource=None, action=False, characters=_LATIN
)
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-policy-language-overview.html
BUCKET: Final = Kind(longest=20480, code="MalformedPolicy", services="s3")
# https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutResourcePolicy.html
SECRET: Final = Kind(longest=20480, code="MalformedPolicyDocumentException")
# https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
ENDPOINT: Final = Kind(longest=20480, code="InvalidPolicyDocument")

_ELEMENTS: Final = {
    *("Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"),
}
_COMPARED: Final = "Equals|NotEquals|LessThan|LessThanEquals|GreaterThan|GreaterThanEquals"
_OPERATOR: Final = re.compile(
    r"Null|(ForAllValues:|ForAnyValue:)?("
    r"String(Equals|NotEquals|EqualsIgnoreCase|NotEqualsIgnoreCase|Like|NotLike)"
    rf"|(Numeric|Date)({_COMPARED})|Bool|BinaryEquals|(Not)?IpAddress|Arn(Equals|NotEquals|Like|NotLike))(IfExists)?"
)
_ARN: Final = re.compile(r"\*|arn:[^:]*:[^:]*:[^:]*:[^:]*:.+")
_PRINCIPALS: Final = {
    "AWS": re.compile(r"\*|\d{12}|arn:aws[a-z-]*:(iam|sts)::\d{12}:[^*?]+|A[A-Z0-9]{15,127}"),
    "Service": re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.amazon(aws)?\.com"),
    "Federated": re.compile(r".+"),
    "CanonicalUser": re.compile(r"[0-9a-f]{64}"),
}


def listed(value: Any) -> list[Any]:
    """What a policy writes as one value or as a list of them."""
    return value if isinstance(value, list) else [value]


def statements(text: str | None) -> list[Mapping[str, Any]]:
    """The statements of a policy that was accepted; none of an absent one."""
    return listed(json.loads(text)["Statement"]) if text else []


def policy(path: str, kind: Kind) -> Check:
    """The texts at `path` are policies of this kind."""

    def check(inputs: Inputs) -> Problems:
        for where, text in at(inputs, path):
            yield from ((where, f"{kind.code}: {problem}") for problem in problems(text, kind))

    return check


def problems(text: str, kind: Kind) -> Iterator[str]:
    """Everything that the service finds wrong with the text."""
    try:
        document = json.loads(text)
    except ValueError:
        document = None
    if not isinstance(document, Mapping) or "Statement" not in document:
        yield "no JSON object with a Statement"
        return
    size = sum(not letter.isspace() for letter in text) if kind.dense else len(text)
    if size > kind.longest:
        yield f"LimitExceeded: {size} characters, {kind.longest} at most"
    if not re.fullmatch(kind.characters, text):
        yield "characters beyond Latin-1"
    for name in sorted(set(document) - {"Version", "Id", "Statement"}):
        yield f"unknown element {name}"
    if document.get("Version", "2012-10-17") not in ("2012-10-17", "2008-10-17"):
        yield f"the version must be 2012-10-17 or 2008-10-17, not {document['Version']}"
    found = listed(document["Statement"])
    if not found:
        yield "no statement"
    for statement in found:
        yield from _statement(statement, kind)
    ids = [one.get("Sid") for one in found if isinstance(one, Mapping) and one.get("Sid")]
    if kind.unique and len(set(ids)) < len(ids):
        yield "statement ids (SID) in a single policy must be unique"


def _statement(statement: Any, kind: Kind) -> Iterator[str]:
    if not isinstance(statement, Mapping) or statement.get("Effect") not in ("Allow", "Deny"):
        yield "a statement has Effect Allow or Deny"
        return
    unknown = sorted(set(statement) - _ELEMENTS)
    if unknown:
        yield f"unknown element {', '.join(unknown)}"
    if not re.fullmatch(kind.sid, str(statement.get("Sid", ""))):
        yield f"a statement id has letters and digits only, not '{statement['Sid']}'"
    for name in ("Action", "Resource", "Principal"):
        if {name, f"Not{name}"} <= set(statement):
            yield f"a statement has {name} or Not{name}, not both"
    yield from _who(statement, kind)
    yield from _what(statement, kind)
    yield from _where(statement, kind)
    yield from _when(statement.get("Condition", {}))


def _who(statement: Mapping[str, Any], kind: Kind) -> Iterator[str]:
    given = {"Principal", "NotPrincipal"} & set(statement)
    if bool(given) is not kind.principal:
        yield (
            "a statement here names a Principal" if kind.principal else "a statement of an identity names no Principal"
        )
        return
    for name in given:
        principal = statement[name]
        if principal == "*":
            continue
        if not isinstance(principal, Mapping) or not principal:
            yield f"'{principal}' is no principal"
            continue
        for sort, values in principal.items():
            if sort not in _PRINCIPALS or not listed(values):
                yield f"'{sort}' is no kind of principal, or names none"
                continue
            wrong = [one for one in listed(values) if not _PRINCIPALS[sort].fullmatch(str(one))]
            if wrong:
                yield f"invalid principal in policy: {sort} {wrong[0]}"


def _what(statement: Mapping[str, Any], kind: Kind) -> Iterator[str]:
    given = {"Action", "NotAction"} & set(statement)
    if not given and kind.action:
        yield "a statement names an Action"
    for name in given:
        actions = listed(statement[name])
        if not actions:
            yield "policy statement must contain actions"
        for action in actions:
            if action != "*" and not re.fullmatch(rf"(?i:{kind.services}):[A-Za-z0-9*?]+", str(action)):
                yield f"'{action}' is no action that this kind of policy may name"


def _where(statement: Mapping[str, Any], kind: Kind) -> Iterator[str]:
    given = {"Resource", "NotResource"} & set(statement)
    if kind.resource is not None and bool(given) is not kind.resource:
        yield "a statement names a Resource" if kind.resource else "has prohibited field Resource"
        return
    for name in given:
        wrong = [one for one in listed(statement[name]) if not _ARN.fullmatch(str(one))]
        if wrong or not listed(statement[name]):
            yield f"resource {wrong[0] if wrong else '[]'} must be in ARN format or '*'"


def _when(condition: Any) -> Iterator[str]:
    if not isinstance(condition, Mapping):
        yield "a Condition is an object"
        return
    for operator, tests in condition.items():
        if not _OPERATOR.fullmatch(operator):
            yield f"invalid condition type: {operator}"
        elif not isinstance(tests, Mapping) or not tests:
            yield f"{operator} compares condition keys with values"
        else:
            wrong = [
                key for key, value in tests.items() if not re.fullmatch(r"[^:]+:.+", key) or value in ([], {}, None)
            ]
            if wrong:
                yield f"{operator}: '{wrong[0]}' is no condition key with values"
