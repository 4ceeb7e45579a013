"""A connection to a PostgreSQL database by libpq's own means: service file, password file, environment. Never a password in a word."""

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any

import psycopg
from psycopg import Connection, Cursor, Transaction, conninfo, sql

from operations.swap.receipts import Place
from operations.swap.refusal import Refusal
from operations.wording import say

__all__ = [
    "APPLICATION",
    "Reader",
    "ServerError",
    "UnreachableError",
    "connected",
    "exported",
    "place",
    "reading",
    "without_password",
]

APPLICATION = "machikumo-swap"
"""How all sessions of a move name themselves on the server."""

ALIVE: Mapping[str, Any] = {"keepalives": 1, "keepalives_idle": 60, "keepalives_interval": 10, "keepalives_count": 6}
"""The source's connection has nothing to say while the target is filled, which can take hours: no firewall forgets it."""

Reader = Connection[tuple[Any, ...]]


class _Named(Connection[tuple[Any, ...]]):
    """Its errors know where they come from."""

    at: str
    """As it was named."""

    def execute(self, *words: Any, **more: Any) -> Cursor[tuple[Any, ...]]:
        with self._noted():
            return super().execute(*words, **more)

    @contextmanager
    def transaction(self, *words: Any, **more: Any) -> Iterator[Transaction]:
        with self._noted(), super().transaction(*words, **more) as begun:
            yield begun

    @contextmanager
    def _noted(self) -> Iterator[None]:
        try:
            yield
        except psycopg.Error as error:
            error.add_note(self.at)
            raise


class UnreachableError(Refusal):
    """The database can't be reached as it was named, or no more."""


class ServerError(Refusal):
    """The server refused a statement; the message is its own, in its own language."""


def without_password(text: str) -> str:
    """The connection string as it was given. Raises UnreachableError when it holds a password or is none."""
    try:
        words = conninfo.conninfo_to_dict(text)
    except psycopg.ProgrammingError:
        raise UnreachableError(
            say(
                "not a connection string of PostgreSQL, such as service=old or 'host=db.example port=5432 dbname=juki user=admin'",
                "PostgreSQL の接続文字列ではありません。例: service=old、'host=db.example port=5432 dbname=juki user=admin'",
            )
        ) from None
    if words.keys() & {"password", "sslpassword"}:
        raise UnreachableError(
            say(
                "a password in a command's words is seen by everybody on this machine: put it into ~/.pgpass (PGPASSFILE), mode 0600",
                "コマンドの引数のパスワードは、この端末の全員に見えます。~/.pgpass(PGPASSFILE、モード 0600)に書いてください",
            )
        )
    return text


@contextmanager
def connected(text: str, **words: Any) -> Iterator[Reader]:
    """An open connection; `words` replace parts of `text`. Raises UnreachableError, and ServerError for what is refused inside."""
    try:
        connection = _Named.connect(
            without_password(text), application_name=APPLICATION, autocommit=True, **ALIVE, **words
        )
    except psycopg.OperationalError as error:
        raise _unreachable(text, " ".join(str(error).split())) from None
    connection.at = text
    # Not the connection's own block, which would warn when it can't roll back on a server that is gone.
    with closing(connection):
        try:
            yield connection
        except psycopg.Error as error:
            # The innermost of several open connections meets the error first, whichever of them it is of.
            at = getattr(error, "__notes__", [text])[0]
            if not (error.sqlstate or "57P0").startswith("57P0"):
                raise ServerError(f"{at}: {str(error).strip()}") from error
            raise _unreachable(at, str(error).splitlines()[0]) from error


def _unreachable(at: str, told: str) -> UnreachableError:
    told = told.rstrip(".")
    return UnreachableError(
        say(
            f"{at}: {told}. When that is mended, give the same command again",
            f"{at}: {told}。直して、同じコマンドをもう一度実行してください",
        )
    )


@contextmanager
def reading(text: str, snapshot: str = "") -> Iterator[Reader]:
    """A connection inside one read-only transaction: all that it reads is of one moment (sequences excepted), of `snapshot` where given."""
    with connected(text) as connection:
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        if snapshot:
            connection.execute(sql.SQL("SET TRANSACTION SNAPSHOT {}").format(sql.Literal(snapshot)))
        yield connection
        connection.execute("ROLLBACK")


def exported(reader: Reader) -> str:
    """The moment of this transaction, for `reading` and pg_dump; others can begin with it as long as the transaction lasts."""
    row = reader.execute("SELECT pg_export_snapshot()").fetchone()
    return str(row[0] if row else "")


def place(connection: Reader) -> Place:
    """Where a connection ends, for a receipt. The server's identifier is given to those who may ask for it."""
    info = connection.info
    try:
        with connection.transaction():
            found = connection.execute("SELECT system_identifier::text FROM pg_control_system()").fetchone()
    except psycopg.errors.InsufficientPrivilege:
        found = None
    return Place(
        system="postgresql",
        address=f"{info.host or info.hostaddr}:{info.port}",
        name=info.dbname,
        identity=found[0] if found else "",
    )
