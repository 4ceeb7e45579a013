"""Rotation and expiry rules of Vault secrets.

https://docs.oracle.com/en-us/iaas/Content/KeyManagement/Tasks/secret-auto-rotate.htm
https://docs.oracle.com/en-us/iaas/Content/KeyManagement/Concepts/secretrules.htm
"""

import re
from collections.abc import Iterator, Mapping

from policies.facts.answers import when
from policies.facts.instants import days_between, soonest
from policies.facts.oci.secret import SECRET
from policies.facts.reading import flag, is_set, read_all, text
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import UNKNOWN, Fact, Maybe, SecretRenewal

KNOWN: frozenset[str] = frozenset()

_INTERVAL = re.compile(r"P(\d{1,4})D")


def facts(world: World) -> Iterator[Fact]:
    for secret in world.of(SECRET):
        found = list(_days(secret))
        if found:
            yield SecretRenewal(urn=secret.urn, role=secret.role, days=soonest(found), of=frozenset({secret.urn}))


def _days(secret: Resource) -> Iterator[Maybe[int]]:
    """A rotation that is set and switched off is never."""
    if is_set(secret, "rotationConfig") is not False:
        on = flag(secret, "rotationConfig.isScheduledRotationEnabled", default=False)
        every = when(text(secret, "rotationConfig.rotationInterval"), _interval)
        yield when(on, lambda switched: every if switched else 0)
    for rule in read_all(secret, "secretRules"):
        if not isinstance(rule, Mapping):
            yield UNKNOWN
        elif is_set(rule, "secretVersionExpiryInterval") is not False:
            yield when(text(rule, "secretVersionExpiryInterval"), _interval)
        elif is_set(rule, "timeOfAbsoluteExpiry") is not False:
            yield days_between(text(secret, "timeCreated"), text(rule, "timeOfAbsoluteExpiry"))


def _interval(duration: str) -> Maybe[int]:
    found = _INTERVAL.fullmatch(duration)
    return UNKNOWN if found is None else int(found[1])
