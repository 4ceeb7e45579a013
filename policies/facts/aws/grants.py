"""What each IAM role may do, in the words of ACTIONS, folded over its inline policies.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from policies.facts.aws.policy_document import actions, statements
from policies.facts.reading import document, items
from policies.facts.resources import Resource, World, once
from policies.facts.vocabulary import UNKNOWN, Maybe, Unknown

ROLE = "aws:iam/role:Role"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"

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
# Actions that AWS binds to no resource: their target is the service.
_LAST = "\U0010ffff"
_UNBOUND = {"ecr:getauthorizationtoken": "images", "cloudwatch:putmetricdata": "metrics"}


@dataclass(frozen=True, kw_only=True)
class Grant:
    """A role and everything its policies in the stack allow."""

    role: Resource
    permissions: Maybe[frozenset[tuple[str, str]]]
    wildcard: Maybe[bool]


@once
def grants(world: World) -> tuple[Grant, ...]:
    """One for each role of the stack."""
    return tuple(_read(world))


def _read(world: World) -> Iterator[Grant]:
    for role in world.of(ROLE):
        found = _policies(world, role)
        known = [policy for policy in found if not isinstance(policy, Unknown)]
        complete = len(known) == len(found) and world.complete
        wild = any(_wild(statement) for policy in known for statement in statements(policy, "Allow"))
        pairs = frozenset(
            pair for policy in known for statement in statements(policy, "Allow") for pair in _pairs(world, statement)
        )
        yield Grant(
            role=role,
            permissions=pairs if complete else UNKNOWN,
            wildcard=True if wild else False if complete else UNKNOWN,
        )


def _policies(world: World, role: Resource) -> list[Maybe[Mapping[str, Any]]]:
    inline = [
        document(one, "policy") for one in items(role.properties.get("inlinePolicies")) if isinstance(one, Mapping)
    ]
    separate = [document(one, "policy") for one in world.referring(role, ROLE_POLICY, "role")]
    return [policy for policy in (*inline, *separate) if policy is not None]


def _wild(statement: Mapping[str, Any]) -> bool:
    """Every action of a service, on everything; `NotAction` allows all but a few."""
    every_action = "NotAction" in statement or any(
        action == "*" or action.endswith(":*") for action in actions(statement)
    )
    return every_action and "*" in items(statement.get("Resource"))


def _pairs(world: World, statement: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if "NotAction" in statement:
        yield "administer", "*"
    for action in actions(statement):
        word = _word(action)
        for resource in items(statement.get("Resource", "*")):
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
