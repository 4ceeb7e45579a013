"""Amazon DynamoDB: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/EncryptionAtRest.html."""

from collections.abc import Iterator

from policies.facts.answers import every, some, when
from policies.facts.aws.feeds import TRAIL
from policies.facts.aws.key import customers
from policies.facts.aws.trail import records_all_of
from policies.facts.reading import flag, number
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import Database, Fact, Maybe

_TABLE = "aws:dynamodb/table:Table"
KNOWN = frozenset({_TABLE})


def facts(world: World) -> Iterator[Fact]:
    for table in world.of(_TABLE):
        yield Database(
            urn=table.urn,
            role=table.role,
            engine="dynamodb",
            customer_key=every(
                flag(table, "serverSideEncryption.enabled", default=False),
                customers(world, table, "serverSideEncryption.kmsKeyArn"),
            ),
            # It has no address of its own: the cloud's API answers, over TLS, whom its policies admit.
            # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/inter-network-traffic-privacy.html
            tls_enforced=True,
            public=False,
            # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/disaster-recovery-resiliency.html
            standby_in_second_zone=True,
            recovery_days=_recovery(table),
            daily_backup=_restorable(table),
            deletion_guarded=flag(table, "deletionProtectionEnabled", default=False),
            minor_upgrades_automatic=True,
            # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/logging-using-cloudtrail.html
            logs_exported=some(
                world.absent(value=False),
                *(records_all_of(trail, table, "AWS::DynamoDB::Table") for trail in world.of(TRAIL)),
            ),
            version="",
            version_supported=True,
            zone_kind="zone",
        )


def _restorable(table: Resource) -> Maybe[bool]:
    return flag(table, "pointInTimeRecovery.enabled", default=False)


def _recovery(table: Resource) -> Maybe[int]:
    days = number(table, "pointInTimeRecovery.recoveryPeriodInDays", default=35)
    return when(_restorable(table), lambda on: days if on else 0)
