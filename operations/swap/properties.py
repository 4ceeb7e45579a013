"""A database's own properties, which lie outside it and which pg_restore would set one by one: as statements for one transaction."""

from collections.abc import Iterator, Mapping
from typing import Any

from psycopg import sql

from operations.swap.connection import Reader
from operations.swap.fingerprint import Fingerprint

__all__ = ["properties", "setting"]

LISTS = frozenset({"local_preload_libraries", "search_path", "session_preload_libraries", "temp_tablespaces"})
"""Settings whose value is a list of names and is kept as it would be written: not one text."""

GRANTS = """
SELECT CASE grantee WHEN 0 THEN NULL ELSE pg_get_userbyid(grantee)::text END, privilege_type, is_grantable
FROM pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba))) WHERE datname = current_database() ORDER BY 1, 2
"""


def properties(source: Reader, whole: Fingerprint) -> Iterator[sql.Composed]:
    """Statements that give a new database of the same name owner, grants, settings, roles' settings, limit and comment."""
    of: Mapping[str, Any] = whole.objects["database"]["database"]
    name = sql.Identifier(source.info.dbname)
    yield sql.SQL("ALTER DATABASE {} OWNER TO {}").format(name, sql.Identifier(of["owner"]))
    yield sql.SQL("ALTER DATABASE {} CONNECTION LIMIT {}").format(name, sql.Literal(of["connection_limit"]))
    yield sql.SQL("COMMENT ON DATABASE {} IS {}").format(name, sql.Literal(of["comment"]))
    yield sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC, {}").format(name, sql.Identifier(of["owner"]))
    for grantee, privilege, grantable in source.execute(GRANTS).fetchall():
        to = sql.SQL("PUBLIC") if grantee is None else sql.Identifier(grantee)
        granted = sql.SQL("GRANT {} ON DATABASE {} TO {}").format(sql.SQL(privilege), name, to)
        yield granted + sql.SQL(" WITH GRANT OPTION") if grantable else granted
    for one in of["settings"]:
        yield sql.SQL("ALTER DATABASE {} ").format(name) + setting(one)
    for role, settings in whole.objects["role-in-database"].items():
        for one in settings["settings"]:
            yield sql.SQL("ALTER ROLE {} IN DATABASE {} ").format(sql.SQL(role), name) + setting(one)


def setting(kept: str) -> sql.Composed:
    """`SET name TO value` of what the catalogue keeps as `name=value`."""
    key, _, value = kept.partition("=")
    return sql.SQL("SET {} TO {}").format(sql.SQL(key), sql.SQL(value) if key in LISTS else sql.Literal(value))
