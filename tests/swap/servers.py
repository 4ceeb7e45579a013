"""PostgreSQL servers for tests: clusters in a temporary folder, reached by a socket in it; never as root."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from psycopg import sql

from operations.swap.connection import connected
from operations.swap.tools import folder_with

USER: Mapping[str, str] = {"user": "nobody", "group": "nogroup"} if os.geteuid() == 0 else {}
"""A server refuses root."""

SETTINGS = {
    "listen_addresses": "''",
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "16MB",
    "max_prepared_transactions": "5",
    "wal_level": "logical",
    "wal_retrieve_retry_interval": "'100ms'",
    "max_connections": "30",
    "autovacuum": "off",
    "timezone": "'UTC'",
}


@dataclass(frozen=True, kw_only=True)
class Server:
    """A running server; `folder` holds its data and its socket."""

    folder: Path

    def to(self, database: str, user: str = "admin") -> str:
        """The connection string, by default as the superuser."""
        return f"host={self.folder} user={user} dbname={database}"

    def run(self, database: str, *statements: str, file: Path | None = None) -> None:
        """Run statements, each by itself, or a file, with psql; any error ends the test."""
        words = ["--file", str(file)] if file else [word for one in statements for word in ("--command", one)]
        psql = [folder_with("psql") / "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", self.to(database), *words]
        done = subprocess.run(psql, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    def emptied(self) -> None:
        """Remove every database and role that a test made."""
        with connected(self.to("postgres")) as connection:
            for (name,) in connection.execute("SELECT datname FROM pg_database WHERE oid >= 16384").fetchall():
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
            for (name,) in connection.execute("SELECT rolname FROM pg_roles WHERE oid >= 16384").fetchall():
                connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


def server_programs() -> Path:
    """The folder of initdb and pg_ctl."""
    return folder_with("initdb", "pg_ctl")


@contextmanager
def folder_of_a_cluster() -> Iterator[Path]:
    """A folder that the server's user can reach, which pytest's own are not."""
    made = Path(tempfile.mkdtemp(prefix="machikumo-swap-"))
    try:
        if USER:
            shutil.chown(made, **USER)
        yield made
    finally:
        shutil.rmtree(made)


def initialise(folder: Path) -> None:
    """Make an empty cluster in `folder`/data."""
    words = [
        "--pgdata",
        str(folder / "data"),
        "--username=admin",
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
        "--no-sync",
    ]
    _run("initdb", *words)
    with (folder / "data" / "postgresql.auto.conf").open("a") as settings:
        settings.writelines(f"{name} = {value}\n" for name, value in SETTINGS.items())


def copy(cluster: Path, folder: Path) -> None:
    """Copy a cluster that does not run, owners and all."""
    subprocess.run(["cp", "-a", str(cluster / "data"), str(folder / "data")], check=True)


def small_log(folder: Path) -> None:
    """Let the cluster of `folder`, which has never run, write its log in files of one MB."""
    _run("pg_resetwal", "--wal-segsize=1", "--pgdata", str(folder / "data"))


@contextmanager
def running(folder: Path) -> Iterator[Server]:
    """Start the cluster of `folder`, and stop it at once at the end."""
    start(folder)
    try:
        yield Server(folder=folder)
    finally:
        _run("pg_ctl", "stop", "--mode=immediate", "--pgdata", str(folder / "data"))


def start(folder: Path) -> None:
    """Start the cluster of `folder`, also after a crash; returns when it takes connections."""
    options = f"-c unix_socket_directories={folder}"
    words = ["--pgdata", str(folder / "data"), "--log", str(folder / "log"), "--options", options]
    _run("pg_ctl", "start", "--wait", *words)


def _run(program: str, *words: str) -> None:
    command = [str(server_programs() / program), *words]
    with tempfile.TemporaryFile() as said:
        # Not through a pipe: a server that pg_ctl starts would keep it open.
        code = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, cwd="/", check=False, **USER
        ).returncode  # type: ignore[call-overload]
        said.seek(0)
        assert code == 0, said.read().decode()
