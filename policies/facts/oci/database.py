"""OCI Database with PostgreSQL: https://docs.oracle.com/en-us/iaas/Content/postgresql/overview.htm."""

from collections.abc import Iterator

from policies.facts.answers import every, some, when
from policies.facts.oci.key import KEY
from policies.facts.oci.logs import recorded
from policies.facts.oci.statements import Statement, statements
from policies.facts.reading import number, text
from policies.facts.resources import Resource, World, customer_key, once
from policies.facts.support import supported
from policies.facts.vocabulary import ANYONE, UNKNOWN, Database, Fact, Maybe, Unknown

_SYSTEM = "oci:Psql/dbSystem:DbSystem"
KNOWN = frozenset({_SYSTEM})

_FAMILY = ("postgres-db-systems", "postgres-family", "all-resources")


def facts(world: World) -> Iterator[Fact]:
    for system in world.of(_SYSTEM):
        yield Database(
            urn=system.urn,
            role=system.role,
            engine="postgresql",
            customer_key=customer_key(world, system, "storageDetails.kmsKeyId", KEY),
            # The service admits TLS 1.2 only (hostssl alone, read-only parameters): https://docs.oracle.com/en/learn/oci-pgsql-ssl/
            # It gives private endpoints only: https://docs.oracle.com/en-us/iaas/Content/postgresql/connect-to-db.htm
            tls_enforced=True,
            public=False,
            standby_in_second_zone=when(number(system, "instanceCount", default=1), lambda count: count > 1),
            recovery_days=_recovery(system),
            daily_backup=when(text(system, "managementPolicy.backupPolicy.kind"), lambda kind: kind == "DAILY"),
            deletion_guarded=guarded(world, _FAMILY, "DeleteDbSystem"),
            # https://docs.oracle.com/en-us/iaas/Content/postgresql/db-versions.htm
            minor_upgrades_automatic=True,
            logs_exported=recorded(world, system, "postgresql_database_logs"),
            version=text(system, "dbVersion"),
            version_supported=supported("postgresql", text(system, "dbVersion")),
            zone_kind="fault-domain",
        )


def _recovery(system: Resource) -> Maybe[int]:
    kind = text(system, "managementPolicy.pitrPolicy.kind", default="NONE")
    if isinstance(kind, Unknown):
        return UNKNOWN
    return number(system, "managementPolicy.pitrPolicy.restoreDays", default=0) if kind == "STANDARD" else 0


@once
def guarded(world: World, family: tuple[str, ...], operation: str) -> Maybe[bool]:
    """A policy denies everybody the operation that deletes what is of the family (resource types of policies)."""
    return some(world.absent(value=False), *(_guards(world, one, family, operation) for one in statements(world)))


def _guards(world: World, statement: Statement, family: tuple[str, ...], operation: str) -> Maybe[bool]:
    """https://docs.oracle.com/en-us/iaas/Content/Identity/policysyntax/denypolicies.htm."""
    if not statement.clear:
        return False
    return every(
        statement.denies,
        statement.exact,
        statement.who(world) == ANYONE,
        statement.what in family,
        statement.verb == "manage",
        all(name == "request.operation" and value == operation for name, value in statement.conditions.items()),
    )
