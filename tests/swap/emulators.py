"""Stand-ins for Azure Blob Storage (Azurite) and Cloud Storage (fake-gcs-server): installed by the gate, started by the tests.

`python -m tests.swap.emulators` installs what is missing, with the sums of azurite/package-lock.json and fake_gcs/go.sum, into
.machikumo/emulators/. The tests themselves fetch nothing.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from operations.environment import PRIVATE
from operations.wording import say

HERE = Path(__file__).parent
AZURITE, GOOGLE = HERE / "azurite", HERE / "fake_gcs"
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
"""Azurite's well-known one. https://learn.microsoft.com/azure/storage/common/storage-use-azurite#well-known-storage-account-and-key"""
GO = {"CGO_ENABLED": "0", "GOWORK": "off", "GOFLAGS": "", "GOTOOLCHAIN": "local"}


def main() -> None:
    """Install both. SystemExit with one line where a tool is missing."""
    if not _folder(AZURITE).is_dir():
        with _whole(AZURITE) as folder:
            for name in ("package.json", "package-lock.json"):
                shutil.copyfile(AZURITE / name, folder / name)
            _run(
                ["npm", "ci", "--loglevel", "error", "--ignore-scripts", "--no-audit", "--no-fund"],
                "Node.js >= 20",
                folder,
            )
    build(GOOGLE, "github.com/fsouza/fake-gcs-server")


def build(recipe: Path, program: str) -> None:
    """Build this program of a folder's go.mod, where it is not built yet."""
    if not _folder(recipe).is_dir():
        with _whole(recipe) as folder:
            words = ["go", "build", "-mod=readonly", "-buildvcs=false", "-trimpath", "-ldflags", "-s -w"]
            _run([*words, "-o", f"{folder}/", program], "Go >= 1.26", recipe)


@contextmanager
def azurite() -> Iterator[str]:
    """A running Azurite; its connection string."""
    program = installed(AZURITE) / "node_modules" / "azurite" / "dist" / "src" / "blob" / "main.js"
    # The SDK speaks a later version of the API than Azurite knows by name.
    words = ["--inMemoryPersistence", "--silent", "--disableTelemetry", "--skipApiVersionCheck", "--blobPort", "0"]
    with _running(["node", str(program), *words], r"successfully listens on (http://\S+)") as address:
        endpoint = f"BlobEndpoint={address}/devstoreaccount1"
        yield f"DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey={KEY};{endpoint};"


@contextmanager
def fake_gcs() -> Iterator[str]:
    """A running fake-gcs-server; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    port = address.rpartition(":")[2]
    words = ["-scheme", "http", "-host", "127.0.0.1", "-port", port, "-external-url", address, "-backend", "memory"]
    with _running([str(installed(GOOGLE) / "fake-gcs-server"), *words], r"(server started)"):
        yield address


def installed(recipe: Path) -> Path:
    """The folder of what this recipe installs. AssertionError where it is not there."""
    folder = _folder(recipe)
    assert folder.is_dir(), f"{recipe.name} is not installed: ./machikumo test, or python -m tests.swap.emulators"
    return folder


def _folder(recipe: Path) -> Path:
    """Named by all that decides what lies in it."""
    digest = sha256(b"".join(path.read_bytes() for path in sorted(recipe.iterdir()) if path.is_file())).hexdigest()
    return PRIVATE / "emulators" / f"{recipe.name}-{digest[:16]}"


@contextmanager
def _whole(recipe: Path) -> Iterator[Path]:
    """An empty folder that takes its place when it is filled: the place is never half filled."""
    folder = _folder(recipe)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as unfinished:
        made = Path(unfinished) / "made"
        made.mkdir()
        yield made
        made.rename(folder)


def _run(command: Sequence[str], needed: str, folder: Path) -> None:
    if shutil.which(command[0]) is None:
        english, japanese = (
            f"the tests of object stores need {needed} on PATH",
            f"オブジェクトストアの試験には {needed} が必要です",
        )
        sys.exit(f"machikumo: {say(english, japanese)}")
    print(f"machikumo: {' '.join(command[:2])}", file=sys.stderr, flush=True)  # noqa: T201
    code = subprocess.run(command, cwd=folder, env={**os.environ, **GO}, check=False).returncode
    if code:
        sys.exit(code)


@contextmanager
def _running(command: Sequence[str], ready: str) -> Iterator[str]:
    """A process that says when it is ready, and what it says then (the pattern's group)."""
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        assert process.stdout
        said = []
        try:
            for line in process.stdout:
                said.append(line)
                if found := re.search(ready, line):
                    break
            else:
                raise AssertionError("".join(said))
            # What it says later is thrown away, so that it never waits for a reader.
            rest = threading.Thread(target=process.stdout.read)
            rest.start()
            try:
                yield found[1]
            finally:
                process.kill()
                rest.join()
        finally:
            process.kill()
            process.wait()
            process.stdout.close()


if __name__ == "__main__":
    main()
