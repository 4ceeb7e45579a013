"""Roles are made on the target without passwords, all in one transaction; those that stand there already are equal or refused before."""

from collections.abc import Iterator, Mapping
from typing import Any

from psycopg import sql

from operations.swap.connection import Reader
from operations.swap.fingerprint import Fingerprint
from operations.swap.properties import setting
from operations.swap.shared_objects import SHARED

__all__ = ["carry"]

ATTRIBUTES = {
    "superuser": "SUPERUSER",
    "inherit": "INHERIT",
    "create_role": "CREATEROLE",
    "create_database": "CREATEDB",
    "login": "LOGIN",
    "replication": "REPLICATION",
    "bypass_row_security": "BYPASSRLS",
}


def carry(whole: Fingerprint, target: Reader) -> int:
    """Make the roles and memberships of the source that the target lacks; return how many roles that were.

    An administrator who is no superuser becomes a member of each role, and stays one.
    """
    there = {kind: {row[2] for row in target.execute(SHARED[kind]).fetchall()} for kind in ("role", "membership")}
    lacking = {name: role for name, role in whole.objects["role"].items() if name not in there["role"]}
    row = target.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
    with target.transaction():
        for name, role in lacking.items():
            for statement in _made(name, role):
                target.execute(statement)
        for name, membership in whole.objects["membership"].items():
            if name not in there["membership"]:
                target.execute(_granted(membership, target.info.server_version))
        for name in () if row and row[0] else whole.objects["role"]:
            # Whoever is no superuser gives a thing only to a role that they belong to.
            target.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.SQL(name)))
    return len(lacking)


def _made(name: str, role: Mapping[str, Any]) -> Iterator[sql.Composed]:
    """`name` is quoted as the server quotes it."""
    quoted = sql.SQL(name)
    # What the role must not have is left at the default: naming NOSUPERUSER needs a superuser on some servers.
    words = [word for key, word in ATTRIBUTES.items() if role[key]] + ([] if role["inherit"] else ["NOINHERIT"])
    yield sql.SQL("CREATE ROLE {} {} CONNECTION LIMIT {}").format(
        quoted, sql.SQL(" ".join(words)), sql.Literal(role["connection_limit"])
    )
    if role["valid_until"] is not None:
        yield sql.SQL("ALTER ROLE {} VALID UNTIL {}").format(quoted, sql.Literal(role["valid_until"]))
    for one in role["settings"]:
        yield sql.SQL("ALTER ROLE {} ").format(quoted) + setting(one)
    if role["comment"] is not None:
        yield sql.SQL("COMMENT ON ROLE {} IS {}").format(quoted, sql.Literal(role["comment"]))


def _granted(membership: Mapping[str, Any], version: int) -> sql.Composed:
    group, member = sql.SQL(membership["group"]), sql.SQL(membership["member"])
    if version >= 160000:
        options = ", ".join(f"{key.upper()} {str(membership[key]).upper()}" for key in ("admin", "inherit", "set"))
    else:
        options = "ADMIN OPTION" if membership["admin"] else ""
    granted = sql.SQL("GRANT {} TO {}").format(group, member)
    return granted + sql.SQL(f" WITH {options}") if options else granted
