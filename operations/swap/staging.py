"""The half copy on the target: a database of another name, marked as ours, that takes its own name only when it is whole."""

import hashlib
from collections.abc import Iterable

import psycopg
from psycopg import sql

from operations.swap.connection import Reader
from operations.swap.fingerprint import Fingerprint
from operations.swap.refusal import Refusal
from operations.wording import say

__all__ = [
    "CAUGHT_UP",
    "COPY",
    "FOLLOWER",
    "HALF",
    "OccupiedError",
    "clear",
    "hold",
    "make",
    "mark",
    "marked",
    "publish",
    "put_mark",
    "staging_name",
    "stands",
]

COPY = "unfinished copy of"
HALF = "unfinished follower of"
FOLLOWER = "follower of"
CAUGHT_UP = "follower, caught up, of"
"""What the mark says: a copy at rest; one that is made while the source serves; one that follows; one that has all and follows no more."""

OBJECTS = """
SELECT (SELECT count(*) FROM pg_class WHERE oid >= 16384) + (SELECT count(*) FROM pg_proc WHERE oid >= 16384)
  + (SELECT count(*) FROM pg_type WHERE oid >= 16384) + (SELECT count(*) FROM pg_namespace WHERE oid >= 16384)
  + (SELECT count(*) FROM pg_extension WHERE oid >= 16384) + (SELECT count(*) FROM pg_largeobject_metadata)
"""

COMMENT = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"


class OccupiedError(Refusal):
    """The target holds something that this copy did not write. Nothing there was changed."""


def staging_name(database: str) -> str:
    """What the copy of this database is called until it is whole."""
    return f"machikumo_copy_{hashlib.sha256(database.encode()).hexdigest()[:12]}"


def mark(database: str, state: str = COPY) -> str:
    """The comment that tells a half copy from anything else."""
    return f"machikumo swap: {state} {database}"


def marked(control: Reader, database: str) -> str | None:
    """The state that the mark tells; "" where the database has another comment or none, None where it does not stand."""
    found = control.execute(COMMENT, [staging_name(database)]).fetchone()
    if found is None:
        return None
    return next((state for state in (COPY, HALF, FOLLOWER, CAUGHT_UP) if found[0] == mark(database, state)), "")


def put_mark(control: Reader, database: str, state: str) -> None:
    """Say in what state the database is."""
    name = sql.Identifier(staging_name(database))
    control.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(name, sql.Literal(mark(database, state))))


def hold(control: Reader, database: str) -> None:
    """Let nobody else copy this database to this server until `control` closes. Raises OccupiedError after a minute of waiting.

    A killed run's last statement goes on at the server, and with it that run's hold: so nothing of it comes after us.
    """
    key = int.from_bytes(hashlib.sha256(mark(database).encode()).digest()[:8], signed=True)
    try:
        with control.transaction():
            control.execute("SET LOCAL lock_timeout = '60s'")
            control.execute("SELECT pg_advisory_lock(%s)", [key])
    except psycopg.errors.LockNotAvailable:
        raise OccupiedError(
            say(f"another copy of {database} is being written there", f"移行先で {database} の別の複写が実行中です")
        ) from None


def stands(control: Reader, name: str) -> bool:
    """Whether the target has a database of this name. `control`: a connection to another database there."""
    return control.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def is_empty(reader: Reader) -> bool:
    """Whether nobody has made anything in the connection's database."""
    row = reader.execute(OBJECTS).fetchone()
    return row is not None and row[0] == 0


def clear(control: Reader, database: str, *, empty: bool) -> bool:
    """Remove the remains of an earlier run of this copy, return whether there were any. `empty`: whether they hold nothing.

    Raises OccupiedError when a database of that name is not marked as ours and holds something.
    """
    name = staging_name(database)
    state = marked(control, database)
    if state is None:
        return False
    if state in (HALF, FOLLOWER, CAUGHT_UP):
        raise OccupiedError(
            say(
                f"{name} on the target follows the source: machikumo swap finish, or machikumo swap unfollow",
                f"移行先の {name} は移行元に追従しています: machikumo swap finish または machikumo swap unfollow",
            )
        )
    if state != COPY and not empty:
        raise OccupiedError(
            say(
                f"{name} on the target is no half copy of this kit's: rename or remove it",
                f"移行先の {name} はこのキットの途中の複写ではありません。改名するか削除してください",
            )
        )
    # Sessions of a run that was killed may not have noticed yet.
    control.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
    return True


def make(control: Reader, database: str, whole: Fingerprint, state: str = COPY) -> str:
    """Make the empty, marked database with the source's encoding and locale; return its name.

    Only its owner, and who is a superuser or belongs to the owner, can connect to it until it has its own name.
    """
    name, of = staging_name(database), whole.objects["database"]["database"]
    words = {"ENCODING": of["encoding"], "LC_COLLATE": of["collate"], "LC_CTYPE": of["ctype"]}
    if of["provider"] == "i":
        words |= {"LOCALE_PROVIDER": "icu", "ICU_LOCALE": of["locale"]}
        words |= {"ICU_RULES": of["rules"]} if of["rules"] else {}
    elif of["provider"] == "b":
        words |= {"LOCALE_PROVIDER": "builtin", "BUILTIN_LOCALE": of["locale"]}
    listed = sql.SQL(" ").join(sql.SQL(f"{key} {{}}").format(sql.Literal(value)) for key, value in words.items())
    control.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0 {}").format(sql.Identifier(name), listed))
    control.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))
    put_mark(control, database, state)
    return name


def publish(control: Reader, database: str, properties: Iterable[sql.Composed]) -> None:
    """Give the whole copy its name and all properties of the database, in one transaction: there is no moment with a part."""
    with control.transaction():
        control.execute(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                sql.Identifier(staging_name(database)), sql.Identifier(database)
            )
        )
        for statement in properties:
            control.execute(statement)
