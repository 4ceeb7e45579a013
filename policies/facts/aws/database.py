"""Amazon RDS and Aurora: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html."""

from collections.abc import Iterator

from policies.facts.answers import every, some, when
from policies.facts.aws import database_tls
from policies.facts.aws.database_tls import tls
from policies.facts.aws.key import customers
from policies.facts.reading import flag, is_set, number, text
from policies.facts.resources import Resource, World
from policies.facts.support import supported
from policies.facts.vocabulary import UNKNOWN, Database, Fact, Maybe, Unknown

_INSTANCE = "aws:rds/instance:Instance"
_CLUSTER = "aws:rds/cluster:Cluster"
_MEMBER = "aws:rds/clusterInstance:ClusterInstance"
# How SQL Server numbers the releases that everybody calls by their year.
_SQL_SERVER = {"13": "2016", "14": "2017", "15": "2019", "16": "2022"}
KNOWN = database_tls.KNOWN | frozenset({_INSTANCE, _CLUSTER, _MEMBER})


def facts(world: World) -> Iterator[Fact]:
    for instance in world.of(_INSTANCE):
        yield _database(
            world,
            instance,
            public=flag(instance, "publiclyAccessible", default=False),
            standby=flag(instance, "multiAz", default=False),
            upgraded=flag(instance, "autoMinorVersionUpgrade", default=True),
            recovery=number(instance, "backupRetentionPeriod", default=0),
        )
    for cluster in world.of(_CLUSTER):
        members = world.referring(cluster, _MEMBER, "clusterIdentifier")
        yield _database(
            world,
            cluster,
            public=some(*(flag(one, "publiclyAccessible", default=False) for one in (cluster, *members))),
            standby=_standby(world, cluster, members),
            upgraded=every(*(flag(one, "autoMinorVersionUpgrade", default=True) for one in (cluster, *members))),
            recovery=number(cluster, "backupRetentionPeriod", default=1),
        )
    for member in world.of(_MEMBER):
        if not world.targets(member, "clusterIdentifier", _CLUSTER):  # of a cluster that this stack does not hold
            public = flag(member, "publiclyAccessible", default=False)
            yield Database(urn=member.urn, role=member.role, public=public, zone_kind="zone")


def _database(
    world: World,
    database: Resource,
    *,
    public: Maybe[bool],
    standby: Maybe[bool],
    upgraded: Maybe[bool],
    recovery: Maybe[int],
) -> Database:
    named, version = text(database, "engine"), text(database, "engineVersion")
    return Database(
        urn=database.urn,
        role=database.role,
        engine=when(named, _engine),
        customer_key=every(flag(database, "storageEncrypted", default=False), customers(world, database, "kmsKeyId")),
        tls_enforced=tls(world, database, when(named, _engine), aurora=when(named, _is_aurora) is True),
        public=public,
        standby_in_second_zone=standby,
        recovery_days=recovery,
        daily_backup=when(recovery, lambda days: days > 0),
        deletion_guarded=flag(database, "deletionProtection", default=False),
        minor_upgrades_automatic=upgraded,
        logs_exported=is_set(database, "enabledCloudwatchLogsExports"),
        version=version,
        version_supported=_supported(named, version),
        zone_kind="zone",
    )


def _is_aurora(name: str) -> bool:
    return name.startswith("aurora")


def _engine(name: str) -> str:
    """`postgres` and `aurora-postgresql` are one engine; SQL Server and Oracle have editions. `aurora` alone is MySQL 5.6."""
    word = "mysql" if name == "aurora" else name.removeprefix("aurora-").partition("-")[0]
    return "postgresql" if word.startswith("postgres") else word


def _product(name: str) -> str:
    """Aurora MySQL is kept up to date longer than the MySQL that it speaks like."""
    return "aurora-mysql" if name == "aurora-mysql" else _engine(name)


def _supported(named: Maybe[str], version: Maybe[str]) -> Maybe[bool]:
    product = when(named, _product)
    if product == "sqlserver":
        version = when(version, lambda number: _SQL_SERVER.get(number.partition(".")[0], number))
    return supported(product, version)


def _standby(world: World, cluster: Resource, members: tuple[Resource, ...]) -> Maybe[bool]:
    """A Multi-AZ cluster spans three zones; Aurora takes over to another instance, if there is one, which it places in another zone.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.AuroraHighAvailability.html
    """
    aurora = when(text(cluster, "engine"), _is_aurora)
    if aurora is False:
        return True
    zones = {zone for one in members if not isinstance(zone := text(one, "availabilityZone"), Unknown)}
    placed_alike = len(members) > 1 and len(zones) == 1 and "" not in zones
    enough: Maybe[bool] = True if len(members) > 1 and not placed_alike else world.absent(value=False)
    return UNKNOWN if isinstance(aurora, Unknown) else enough
