"""Rotation of Secrets Manager, a resource of its own: https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets.html."""

import re
from collections.abc import Iterator

from policies.facts.answers import when
from policies.facts.aws.secret import SECRET
from policies.facts.reading import is_set, number, text
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import UNKNOWN, Fact, Maybe, SecretRenewal

_ROTATION = "aws:secretsmanager/secretRotation:SecretRotation"
KNOWN = frozenset({_ROTATION})
UNTAGGABLE = KNOWN

# https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
_RATE = re.compile(r"rate\((\d{1,6}) (hour|day)s?\)")
_MONTHLY = re.compile(r"cron\(\S+ \S+ \S+ \* \S+ \S+\)")
_LONGEST_MONTH = 31
_HOURS_A_DAY = 24


def facts(world: World) -> Iterator[Fact]:
    for rotation in world.of(_ROTATION):
        secrets = world.targets(rotation, "secretId", SECRET)
        yield SecretRenewal(
            urn=rotation.urn, role=rotation.role, days=_days(rotation), of=frozenset(one.urn for one in secrets)
        )


def _days(rotation: Resource) -> Maybe[int]:
    after = "rotationRules.automaticallyAfterDays"
    if is_set(rotation, after) is not False:
        return number(rotation, after, default=0)
    return when(text(rotation, "rotationRules.scheduleExpression"), _by_schedule)


def _by_schedule(expression: str) -> Maybe[int]:
    """A cron expression of every month is taken for one renewal a month; any other is not read."""
    rate = _RATE.fullmatch(expression)
    if rate:
        return int(rate[1]) if rate[2] == "day" else -(-int(rate[1]) // _HOURS_A_DAY)
    return _LONGEST_MONTH if _MONTHLY.fullmatch(expression) else UNKNOWN if expression else 0
