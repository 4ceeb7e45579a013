"""The demo as a person runs it: its table, the states that it leaves, and Ctrl-C."""

import fcntl
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from operations.demo import FOLDER
from operations.environment import ROOT
from tests.engine.conftest import shared_folder

pytestmark = pytest.mark.engine

DEMO = [sys.executable, "-P", "-m", "operations", "demo", "--cloud", "oci"]
ENGLISH = {**os.environ, "LANG": "C.UTF-8", "COLUMNS": "200"}


@pytest.fixture(autouse=True)
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The demo has one folder in the checkout: no two workers run it at once."""
    with (shared_folder(tmp_path_factory) / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def members(session: int) -> set[str]:
    """Command lines of the processes of one session."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            if int(fields[3]) == session and fields[0] != "Z":
                found.add((folder / "cmdline").read_text().replace("\0", " "))
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def test_the_demo_ends_with_a_table_and_leaves_a_state_without_this_machines_paths(engine: Path) -> None:
    del engine  # built first, so that the demo's own time is the demo's
    ran = subprocess.run(DEMO, cwd=ROOT, env=ENGLISH, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    state = (FOLDER / "oci.json").read_text()
    kept = [r["type"] for r in json.loads(state)["deployment"]["resources"]]
    made = len([kind for kind in kept if kind not in ("pulumi:pulumi:Stack", "pulumi:providers:pulumi")])
    row = next(line for line in ran.stdout.splitlines() if line.startswith("│ oci"))
    assert str(made + 1) in row.split("│")[6]
    assert str(ROOT) not in state


def test_ctrl_c_leaves_no_process_behind(engine: Path) -> None:
    del engine
    demo = subprocess.Popen(
        DEMO, cwd=ROOT, env=ENGLISH, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
    )
    assert demo.stdout is not None
    assert demo.stdout.readline()  # it has begun: the sandbox starts now
    os.killpg(demo.pid, signal.SIGINT)
    demo.communicate()
    assert demo.returncode != 0
    assert members(demo.pid) == set()
    sandboxes = [
        line
        for line in subprocess.run(
            ["ps", "-eo", "args"], capture_output=True, text=True, check=True
        ).stdout.splitlines()
        if str(FOLDER / "sandbox") in line
    ]
    assert sandboxes == []
