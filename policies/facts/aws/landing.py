"""The AWS account, by the provider that has to be in one: https://www.pulumi.com/registry/packages/aws/api-docs/provider/."""

import json
from collections.abc import Iterator
from typing import Any

from policies.facts.landing import landed
from policies.facts.reading import plain, read_all
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import UNKNOWN, Fact, Maybe

KNOWN: frozenset[str] = frozenset()

# Accounts and their rules, above all accounts.
_ELSEWHERE = "aws:organizations/"
_ROLES = ("assumeRole.roleArn", "assumeRoles.roleArn")
_ACCOUNT = 4


def facts(world: World) -> Iterator[Fact]:
    yield from landed(
        (one for one in world.resources if one.package == "aws" and not one.type.startswith(_ELSEWHERE)), _pinned
    )


def _pinned(resource: Resource) -> Maybe[bool]:
    """One account: those allowed, else that of the role that it takes."""
    provider = {name: _parsed(value) for name, value in (resource.provider or {}).items()}
    named = [*read_all(provider, "allowedAccountIds")]
    if not named:
        named = [_account(arn) for path in _ROLES for arn in read_all(provider, path)]
    return UNKNOWN if not all(isinstance(one, str) for one in named) else len({*named}) == 1


def _account(arn: object) -> Maybe[str]:
    parts = arn.split(":") if isinstance(arn, str) else []
    return parts[_ACCOUNT] if len(parts) > _ACCOUNT and parts[_ACCOUNT] else UNKNOWN


def _parsed(value: Any) -> Any:
    """A provider's lists and objects are kept as text."""
    if isinstance(value, str) and value.startswith(("[", "{")):
        try:
            return plain(json.loads(value))
        except (ValueError, RecursionError):
            return UNKNOWN
    return value
