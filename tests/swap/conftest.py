"""Two PostgreSQL servers: a source that holds a municipality's database, and empty targets."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from operations.swap import plan_step
from operations.swap.as_deployed import Deployed
from operations.swap.posture import of_sides
from tests.swap.seen_once import seen_once
from tests.swap.servers import Server, copy, folder_of_a_cluster, initialise, running
from tests.swap.test_certificate_file import KEY, pem

HERE = Path(__file__).parent


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "C.UTF-8")


@pytest.fixture(scope="session", autouse=True)
def _seen_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    base = tmp_path_factory.getbasetemp()
    with seen_once((base.parent if base.name.startswith("popen-") else base) / "seen"):
        yield


@pytest.fixture
def alike(monkeypatch: pytest.MonkeyPatch) -> None:
    """Plans in which both sides' posture is the same: nothing is asked of the program, which other tests do."""
    nothing = Deployed(entries=[], refused=())
    monkeypatch.setattr(plan_step, "postures", lambda asked: [of_sides("here", nothing, "there", nothing)] * len(asked))


@pytest.fixture(scope="session")
def empty_cluster() -> Iterator[Path]:
    """An empty cluster that does not run."""
    with folder_of_a_cluster() as folder:
        initialise(folder)
        yield folder


@pytest.fixture(scope="session")
def source(empty_cluster: Path) -> Iterator[Server]:
    """The server with the database `juki` of municipal.sql. Tests change it only in what they take back."""
    with folder_of_a_cluster() as folder:
        copy(empty_cluster, folder)
        with running(folder) as server:
            server.run("postgres", "CREATE DATABASE juki")
            server.run("juki", file=HERE / "municipal.sql")
            yield server


@pytest.fixture(scope="session")
def target_server(empty_cluster: Path) -> Iterator[Server]:
    with folder_of_a_cluster() as folder:
        copy(empty_cluster, folder)
        with running(folder) as server:
            yield server


@pytest.fixture
def target(target_server: Server) -> Iterator[Server]:
    """A server with no database and no role of anybody's."""
    yield target_server
    target_server.emptied()


@pytest.fixture
def tls(tmp_path: Path) -> SSLContext:
    """Of a server that has the certificate trusted.pem."""
    key, certificate = tmp_path / "key.pem", tmp_path / "trusted.pem"
    key.write_bytes(KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    certificate.write_bytes(pem(["localhost"], begins=datetime.now(UTC) - timedelta(days=1)))
    context = SSLContext(PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context
