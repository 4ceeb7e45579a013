"""Real engine, real policy pack, local cloud: what the engine tests share."""

import fcntl
import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pytest

from operations.engine import Engine
from operations.environment import engine_folder
from operations.example import example, reopened
from operations.sandbox_process import running_sandbox
from sandbox.cloud import drift
from sandbox.engine.warm import warm_programs
from tests.engine.data import Data, Load, on_the_way
from tests.swap.seen_once import seen_once
from tests.swap.servers import folder_of_a_cluster, initialise

CLOUDS = ("aws", "azure", "gcp", "oci")
PRODUCTION = "011002-resident-record-production"
VERIFICATION = "011002-resident-record-verification"


@dataclass(frozen=True, kw_only=True)
class Deployed:
    """What a production stack left on one cloud: its state, the operations of the first and second `up`, its outputs."""

    state: Mapping[str, Any]
    first: Mapping[str, int]
    second: Mapping[str, int]
    outputs: Mapping[str, Any]


@pytest.fixture(scope="session")
def engine() -> Iterator[Path]:
    """The engine; its programs start warm, because loading an SDK takes half of a run's time."""
    with warm_programs():
        yield engine_folder()


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Mapping[str, int]]:
    with running_sandbox(tmp_path / "cloud") as ports:
        yield ports


@pytest.fixture
def stack(tmp_path: Path, engine: Path, sandbox: Mapping[str, int]) -> Callable[..., Engine]:
    """A stack on a fresh local cloud whose state lies in `tmp_path / "cloud"`; with the policy pack only where that is the test."""

    def make(name: str, cloud: str, *, policies: bool = False, **settings: str) -> Engine:
        return example(
            name,
            cloud=cloud,
            folder=tmp_path / "stack",
            engine=engine,
            ports=sandbox,
            policies=policies,
            settings=settings,
        )

    return make


@pytest.fixture
def standing(
    tmp_path: Path, engine: Path, deployed: Callable[[str], Deployed], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Engine]]:
    """A copy of the deployed production stack on its own copy of the cloud in `tmp_path / "cloud"`, to be changed at will.

    No policy pack: what the pack says of a stack is tested elsewhere.
    """
    with ExitStack() as running:

        def on(cloud: str) -> Engine:
            deployed(cloud)
            source = shared_folder(tmp_path_factory) / f"deployed-{cloud}"
            for part in ("cloud", "stack"):
                shutil.copytree(source / part, tmp_path / part)
            ports = running.enter_context(running_sandbox(tmp_path / "cloud"))
            return reopened(PRODUCTION, folder=tmp_path / "stack", engine=engine, ports=ports, policies=False)

        yield on


def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that all workers share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if base.name.startswith("popen-") else base


@pytest.fixture(scope="session", autouse=True)
def _seen_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with seen_once(shared_folder(tmp_path_factory) / "seen"):
        yield


@pytest.fixture(scope="session")
def deployed(tmp_path_factory: pytest.TempPathFactory, engine: Path) -> Callable[[str], Deployed]:
    """The production example on a cloud, deployed once for all tests and workers."""
    shared = shared_folder(tmp_path_factory)

    def on(cloud: str) -> Deployed:
        kept = shared / f"deployed-{cloud}.json"
        with (shared / f"deployed-{cloud}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not kept.exists():
                kept.write_text(json.dumps(asdict(_deploy(cloud, shared / f"deployed-{cloud}", engine))))
        return Deployed(**json.loads(kept.read_text()))

    return on


@dataclass(frozen=True, kw_only=True)
class Moved:
    """What a verification stack was after it had been moved to one cloud: its state, its outputs' keys, the packages of what exists."""

    state: Mapping[str, Any]
    outputs: Sequence[str]
    packages: Sequence[str]


@pytest.fixture(scope="session")
def empty_cluster() -> Iterator[Path]:
    """An empty PostgreSQL cluster that does not run."""
    with folder_of_a_cluster() as folder:
        initialise(folder)
        yield folder


@pytest.fixture
def data(tmp_path: Path, empty_cluster: Path) -> Iterator[Callable[[str, str], Data]]:
    """The data of a move, from the first of the two clouds to the second, on servers of its own, and people who write."""
    with ExitStack() as running:
        yield lambda cloud, other: running.enter_context(on_the_way(cloud, other, empty_cluster, tmp_path, Load()))


@pytest.fixture(scope="session")
def swapped(tmp_path_factory: pytest.TempPathFactory, engine: Path) -> Mapping[str, Moved]:
    """The verification example moved through all clouds by one setting, once for all tests and workers."""
    shared = shared_folder(tmp_path_factory)
    kept = shared / "swapped.json"
    with (shared / "swapped.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            kept.write_text(json.dumps({cloud: asdict(moved) for cloud, moved in _swap(shared / "swapped", engine)}))
    return {cloud: Moved(**moved) for cloud, moved in json.loads(kept.read_text()).items()}


def _swap(folder: Path, engine: Path) -> Iterator[tuple[str, Moved]]:
    with running_sandbox(folder / "cloud") as ports:
        stack = example(
            VERIFICATION, cloud=CLOUDS[0], folder=folder / "stack", engine=engine, ports=ports, policies=False
        )
        for cloud in CLOUDS:
            stack.set_config("machikumo:cloud", cloud)
            stack.up("--skip-preview")
            exist = {token.partition(":")[0] for token, _, _ in drift.contents(folder / "cloud")}
            yield cloud, Moved(state=stack.export(), outputs=sorted(stack.outputs()), packages=sorted(exist))


def _deploy(cloud: str, folder: Path, engine: Path) -> Deployed:
    with running_sandbox(folder / "cloud") as ports:
        stack = example(PRODUCTION, cloud=cloud, folder=folder / "stack", engine=engine, ports=ports)
        first = stack.up()
        second = stack.up("--skip-preview")
        return Deployed(state=stack.export(), first=first.changes, second=second.changes, outputs=stack.outputs())
