"""The sandbox as a process: ready when it says so, gone when it is told or when its parent is gone."""

import json
import signal
import subprocess
import sys
from pathlib import Path

from tests.sandbox.conftest import Caller


def _start(folder: Path, *more: str) -> tuple["subprocess.Popen[str]", dict[str, int]]:
    command = [
        sys.executable,
        "-m",
        "sandbox.cloud",
        "--state",
        str(folder),
        "--ports-file",
        str(folder / "ports.json"),
    ]
    process = subprocess.Popen([*command, *more], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    ports: dict[str, int] = json.loads(process.stdout.readline())
    process.stdout.close()
    return process, ports


def test_it_serves_a_port_for_each_package_until_it_is_told_to_end(tmp_path: Path) -> None:
    process, ports = _start(tmp_path)
    assert set(ports) == {"aws", "azure-native", "gcp", "oci"}
    assert json.loads((tmp_path / "ports.json").read_text()) == ports
    callers = [Caller(port) for port in ports.values()]
    for caller in callers:
        caller.cancel()
        caller.close()
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=20) == 0
    assert {path.name for path in tmp_path.iterdir()} == {"cloud.sqlite"}


def test_it_ends_when_its_parent_is_gone(tmp_path: Path) -> None:
    parent = subprocess.Popen(["sleep", "600"])
    process, _ = _start(tmp_path, "--parent", str(parent.pid))
    parent.kill()
    parent.wait()
    assert process.wait(timeout=20) == 0
