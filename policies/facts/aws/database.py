"""Amazon RDS: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html."""

from collections.abc import Iterator, Mapping

from policies.facts.answers import every, when
from policies.facts.aws.key import KEY
from policies.facts.reading import flag, is_set, number, read_all, text
from policies.facts.resources import Resource, World, customer_key
from policies.facts.support import supported
from policies.facts.vocabulary import UNKNOWN, Database, Fact, Maybe, Unknown

_INSTANCE = "aws:rds/instance:Instance"
_PARAMETERS = "aws:rds/parameterGroup:ParameterGroup"
KNOWN = frozenset({_INSTANCE, _PARAMETERS})


def facts(world: World) -> Iterator[Fact]:
    for instance in world.of(_INSTANCE):
        recovery = number(instance, "backupRetentionPeriod", default=0)
        engine = when(text(instance, "engine"), _engine)
        yield Database(
            urn=instance.urn,
            role=instance.role,
            engine=engine,
            customer_key=every(
                flag(instance, "storageEncrypted", default=False), customer_key(world, instance, "kmsKeyId", KEY)
            ),
            tls_enforced=_tls(world, instance),
            public=flag(instance, "publiclyAccessible", default=False),
            standby_in_second_zone=flag(instance, "multiAz", default=False),
            recovery_days=recovery,
            daily_backup=when(recovery, lambda days: days > 0),
            deletion_guarded=flag(instance, "deletionProtection", default=False),
            minor_upgrades_automatic=flag(instance, "autoMinorVersionUpgrade", default=True),
            logs_exported=is_set(instance, "enabledCloudwatchLogsExports"),
            version=text(instance, "engineVersion"),
            version_supported=supported(engine, text(instance, "engineVersion")),
            zone_kind="zone",
        )


def _engine(name: str) -> str:
    """`postgres` and `aurora-postgresql` are one engine; SQL Server has editions."""
    word = name.removeprefix("aurora-").partition("-")[0]
    return "postgresql" if word.startswith("postgres") else word


def _tls(world: World, instance: Resource) -> Maybe[bool]:
    """`rds.force_ssl` of its parameter group; without a group of its own it is on from PostgreSQL 15.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html
    """
    group = world.target(instance, "parameterGroupName", _PARAMETERS)
    if group is not None:
        for parameter in read_all(group, "parameters"):
            if isinstance(parameter, Unknown):
                return parameter
            if isinstance(parameter, Mapping) and parameter.get("name") == "rds.force_ssl":
                return when(text(parameter, "value"), _is_on)
    elif is_set(instance, "parameterGroupName") is not False:
        return UNKNOWN  # a group that this stack does not hold
    return when(text(instance, "engineVersion"), _on_by_default)


def _is_on(value: str) -> bool:
    return value == "1"


def _on_by_default(version: str) -> Maybe[bool]:
    major = version.partition(".")[0]
    return int(major) >= 15 if major.isascii() and major.isdigit() else UNKNOWN
