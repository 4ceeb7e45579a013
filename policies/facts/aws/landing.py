"""AWS accounts, by what the cloud tells back, else by the provider that has to be in one.

https://www.pulumi.com/registry/packages/aws/api-docs/provider/
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from policies.facts.answers import every
from policies.facts.landing import landed
from policies.facts.reading import plain, read_all, text
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import UNKNOWN, Fact, LandingUnit, Maybe

KNOWN: frozenset[str] = frozenset()

_ACCOUNT = re.compile(r"arn:aws[a-z-]*:[^:]*:[^:]*:(\d{12}):.*", re.DOTALL)
_ROLES = ("assumeRole.roleArn", "assumeRoles.roleArn")


def facts(world: World) -> Iterator[Fact]:
    own = [one for one in world.resources if one.package == "aws"]
    for unit, resources, main in landed((one, _account(one)) for one in own):
        yield LandingUnit(
            urn=resources[0].urn,
            role=resources[0].role,
            unit=unit,
            main=main,
            pinned=every(*(_pinned(one) for one in resources)),
            root=False,
        )


def _account(resource: Resource) -> Maybe[str]:
    arn = text(resource, "arn")
    found = _ACCOUNT.fullmatch(arn) if isinstance(arn, str) else None
    named = _named(resource)
    return found[1] if found else named[0] if len(named) == 1 and isinstance(named[0], str) else UNKNOWN


def _pinned(resource: Resource) -> Maybe[bool]:
    named = _named(resource)
    return UNKNOWN if UNKNOWN in named else len(named) == 1


def _named(resource: Resource) -> list[Maybe[str]]:
    """The accounts that its provider may be in, each once: those allowed, else that of the role it takes."""
    provider = {name: _parsed(value) for name, value in (resource.provider or {}).items()}
    allowed = [one if isinstance(one, str) else UNKNOWN for one in read_all(provider, "allowedAccountIds")]
    arns = [arn for path in _ROLES for arn in read_all(provider, path)]
    taken = [_ACCOUNT.fullmatch(arn) if isinstance(arn, str) else None for arn in arns]
    return list(dict.fromkeys(allowed or (UNKNOWN if found is None else found[1] for found in taken)))


def _parsed(value: Any) -> Any:
    """A provider's lists and objects are kept as text."""
    if isinstance(value, str) and value.startswith(("[", "{")):
        try:
            return plain(json.loads(value))
        except (ValueError, RecursionError):
            return UNKNOWN
    return value
