"""What each IAM role may do, in the words of ACTIONS, folded over its policies.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from policies.facts.answers import every, no, some
from policies.facts.aws.escalation import escalations
from policies.facts.aws.holders import ROLE, bounded, documents
from policies.facts.aws.policy_document import (
    Document,
    Statement,
    actions,
    covers,
    is_wild,
    leaves_open,
    statements,
    where_allowed,
)
from policies.facts.reading import items, text
from policies.facts.resources import Resource, World, once
from policies.facts.vocabulary import UNKNOWN, Maybe, Unknown

# Beginning of an action in lower case to its word; the longest that fits counts.
_WORDS = {
    "s3:get": "read-objects",
    "s3:list": "read-objects",
    "s3:putobject": "write-objects",
    "s3:replicate": "write-objects",
    "s3:abortmultipartupload": "write-objects",
    "s3:restoreobject": "write-objects",
    "s3:deleteobject": "delete-objects",
    "s3:bypassgovernanceretention": "delete-objects",
    "s3:put": "administer",
    "s3:create": "administer",
    "s3:delete": "administer",
    "kms:encrypt": "use-key",
    "kms:decrypt": "use-key",
    "kms:reencrypt": "use-key",
    "kms:generatedatakey": "use-key",
    "kms:describekey": "use-key",
    "kms:": "administer-key",
    "secretsmanager:getsecretvalue": "read-secret",
    "secretsmanager:describesecret": "read-secret",
    "secretsmanager:putsecretvalue": "write-secret",
    "secretsmanager:updatesecret": "write-secret",
    "rds-db:connect": "connect-database",
    "logs:createlogstream": "write-logs",
    "logs:putlogevents": "write-logs",
    "logs:describelogstreams": "write-logs",
    "logs:get": "read-logs",
    "logs:filter": "read-logs",
    "firehose:putrecord": "write-logs",
    "ecr:getauthorizationtoken": "pull-images",
    "ecr:batchcheck": "pull-images",
    "ecr:batchget": "pull-images",
    "ecr:getdownloadurl": "pull-images",
    "ecr:put": "push-images",
    "ecr:upload": "push-images",
    "ecr:initiatelayerupload": "push-images",
    "ecr:completelayerupload": "push-images",
    "cloudwatch:putmetricdata": "write-metrics",
}
# One action for each word that is about data.
_DATA = {
    "s3:getobject": "read-objects",
    "s3:putobject": "write-objects",
    "s3:deleteobject": "delete-objects",
    "kms:decrypt": "use-key",
    "secretsmanager:getsecretvalue": "read-secret",
    "secretsmanager:putsecretvalue": "write-secret",
    "rds-db:connect": "connect-database",
}
# Actions that AWS binds to no resource: their target is the service.
_LAST = "\U0010ffff"
_UNBOUND = {"ecr:getauthorizationtoken": "images", "cloudwatch:putmetricdata": "metrics"}


@dataclass(frozen=True, kw_only=True)
class Grant:
    """A role and everything its policies allow."""

    role: Resource
    permissions: Maybe[frozenset[tuple[str, str]]]
    wildcard: Maybe[bool]
    escalations: Maybe[frozenset[str]]


@once
def grants(world: World) -> tuple[Grant, ...]:
    """One for each role of the stack."""
    return tuple(_read(world))


def _read(world: World) -> Iterator[Grant]:
    for role in world.of(ROLE):
        given = documents(world, role)
        known = [policy for policy in given if not isinstance(policy, Unknown)]
        complete = len(known) == len(given) and world.complete
        pairs = frozenset(
            pair for policy in known for statement in statements(policy, "Allow") for pair in _pairs(world, statement)
        )
        yield Grant(
            role=role,
            permissions=pairs if complete else UNKNOWN,
            wildcard=every(wildcard(world, given), no(bounded(world, role))),
            escalations=ways(world, given),
        )


def wildcard(world: World, given: Iterable[Maybe[Document]]) -> Maybe[bool]:
    """Whether one of the policies gives every action of a service on everything."""
    of_each = [
        policy if isinstance(policy, Unknown) else any(map(is_wild, statements(policy, "Allow"))) for policy in given
    ]
    return some(world.absent(value=False), *of_each)


def ways(world: World, given: Iterable[Maybe[Document]]) -> Maybe[frozenset[str]]:
    """The words of ESCALATIONS for all the policies together; one that is known stands, whatever is unknown beside it."""
    policies = list(given)
    found = escalations(policy for policy in policies if not isinstance(policy, Unknown))
    complete = world.complete and not any(isinstance(policy, Unknown) for policy in policies)
    return found if found or complete else UNKNOWN


def may(given: Iterable[Maybe[Document]], action: str, thing: Resource) -> Maybe[bool]:
    """Whether the policies together allow the action (in lower case) on the thing; conditions are not weighed."""
    policies = list(given)
    allowed = where_allowed((policy for policy in policies if not isinstance(policy, Unknown)), action)
    arn = text(thing, "arn")
    return some(
        "*" in allowed,
        *(arn if isinstance(arn, Unknown) else covers(pattern, arn) for pattern in allowed),
        *(policy for policy in policies if isinstance(policy, Unknown)),
    )


def data_rights(world: World, given: Iterable[Maybe[Document]]) -> Maybe[frozenset[str]]:
    """What the policies together allow with data whatever its name."""
    policies = list(given)
    known = [policy for policy in policies if not isinstance(policy, Unknown)]
    found = frozenset(
        word
        for action, word in _DATA.items()
        # A variable makes it the caller's own.
        if any(leaves_open(resource) and "${aws:" not in resource for resource in where_allowed(known, action))
    )
    if len(known) < len(policies):
        return found or UNKNOWN
    return found or world.absent(found)


def _pairs(world: World, statement: Statement) -> Iterator[tuple[str, str]]:
    if "NotAction" in statement:
        yield "administer", "*"
    for action in actions(statement):
        word = _word(action)
        for resource in ["*"] if "NotResource" in statement else items(statement.get("Resource", "*")):
            yield word, _UNBOUND.get(action) or _target(world, resource)


def _word(action: str) -> str:
    if action == "*" or action.endswith(":*"):
        return "administer-key" if action == "kms:*" else "administer"
    fitting = [start for start in _WORDS if action.startswith(start)]
    return _WORDS[max(fitting, key=len)] if fitting else "other"


def _target(world: World, resource: Any) -> str:
    """The role of the resource of the stack whose ARN this is, begins with, or (as a pattern) fits; the ARN itself where there is none."""
    if not isinstance(resource, str) or resource == "*":
        return "*"
    known = _by_arn(world)
    starts = {resource[: found.start()] for found in re.finditer("[/:]", resource)}
    literal = re.split(r"[*?\[]", resource, maxsplit=1)[0]
    fitting = [
        arn
        for arn in known.arns[bisect_left(known.arns, literal) : bisect_left(known.arns, literal + _LAST)]
        if fnmatchcase(arn, resource)
    ]
    found = [known.resources[arn] for arn in (*fitting, *starts) if arn in known.resources]
    return min(found)[1] if found else resource


@dataclass(frozen=True, kw_only=True)
class _Known:
    """The stack's ARNs in order, and of each the place and the role of the first resource that has it."""

    arns: list[str]
    resources: Mapping[str, tuple[int, str]]


@once
def _by_arn(world: World) -> _Known:
    resources: dict[str, tuple[int, str]] = {}
    for place, one in enumerate(world.resources):
        arn = one.properties.get("arn")
        if isinstance(arn, str):
            resources.setdefault(arn, (place, one.role))
    return _Known(arns=sorted(resources), resources=resources)
