"""Rotation (a message to a topic: who listens has to write the new version) and expiry of secrets.

https://cloud.google.com/secret-manager/docs/secret-rotation
https://cloud.google.com/secret-manager/docs/creating-and-managing-expiring-secrets
"""

import re
from collections.abc import Iterator

from policies.facts.answers import when
from policies.facts.gcp.secret import SECRET
from policies.facts.instants import days_between, soonest, whole_days
from policies.facts.reading import is_set, text
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import UNKNOWN, Fact, Maybe, SecretRenewal

KNOWN: frozenset[str] = frozenset()

_SECONDS = re.compile(r"(\d{1,12})(?:\.\d+)?s")
_PERIODS = ("rotation.rotationPeriod", "ttl")


def facts(world: World) -> Iterator[Fact]:
    for secret in world.of(SECRET):
        found = list(_days(secret))
        if found:
            yield SecretRenewal(urn=secret.urn, role=secret.role, days=soonest(found), of=frozenset({secret.urn}))


def _days(secret: Resource) -> Iterator[Maybe[int]]:
    for path in _PERIODS:
        if is_set(secret, path) is not False:
            yield when(text(secret, path), _period)
    if is_set(secret, "expireTime") is not False:
        yield days_between(text(secret, "createTime"), text(secret, "expireTime"))


def _period(duration: str) -> Maybe[int]:
    found = _SECONDS.fullmatch(duration)
    return UNKNOWN if found is None else whole_days(int(found[1]))
