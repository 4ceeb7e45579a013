"""`machikumo sandbox -- COMMAND…` is that command, with the sandbox around it."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

SERVER = (sys.executable, str(Path(__file__).parent / "stand_in_server.py"))
DRIVER = f"""
import functools, sys
from operations import sandbox_run
sandbox_run.running_sandbox = functools.partial(sandbox_run.running_sandbox, server={SERVER!r})
sys.exit(sandbox_run.main(sys.argv[1:]))
"""


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    engine = tmp_path / "engine"
    engine.mkdir()
    (engine / "pulumi").write_text("#!/bin/sh\n")
    monkeypatch.setenv("MACHIKUMO_ENGINE", str(engine))
    monkeypatch.setenv("LANG", "C.UTF-8")
    return [sys.executable, "-c", DRIVER, "--state", str(tmp_path / "state"), "--"]


def _server_is_gone(tmp_path: Path) -> bool:
    pid = int((tmp_path / "state" / "cloud" / "server.pid").read_text())
    return not Path(f"/proc/{pid}").exists()


def test_the_command_runs_in_the_callers_folder_with_engine_and_sandbox_set(command: list[str], tmp_path: Path) -> None:
    print_it = "import json, os; print(json.dumps([os.getcwd(), dict(os.environ)]))"
    done = subprocess.run(
        [*command, sys.executable, "-c", print_it], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    folder, environment = json.loads(done.stdout)
    assert folder == str(tmp_path)
    assert environment["PATH"].split(os.pathsep)[0] == str(tmp_path / "engine")
    assert environment["PULUMI_DEBUG_PROVIDERS"] == "aws:4711,oci:4712"
    assert environment["MACHIKUMO_SANDBOX"] == str(tmp_path / "state" / "cloud")
    assert environment["PULUMI_BACKEND_URL"] == f"{(tmp_path / 'state' / 'stacks').as_uri()}?metadata=skip"
    assert _server_is_gone(tmp_path)


@pytest.mark.parametrize(("script", "code"), [("exit 0", 0), ("exit 7", 7), ("kill -9 $$", 137)])
def test_the_exit_code_is_the_commands(script: str, code: int, command: list[str], tmp_path: Path) -> None:
    assert subprocess.run([*command, "sh", "-c", script], check=False).returncode == code
    assert _server_is_gone(tmp_path)


def test_an_unknown_command_is_named_and_the_server_goes(command: list[str], tmp_path: Path) -> None:
    done = subprocess.run([*command, "no-such-command"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (127, "machikumo: no-such-command: command not found\n")
    assert _server_is_gone(tmp_path)


def test_ctrl_c_ends_the_command_and_leaves_no_process(command: list[str], tmp_path: Path) -> None:
    waits = "import time; print('ready', flush=True); time.sleep(600)"
    with subprocess.Popen(
        [*command, sys.executable, "-c", waits], stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "ready\n"
        os.killpg(running.pid, signal.SIGINT)  # as the terminal does: to every process of the group
        assert running.wait(20) == 130
        with pytest.raises(ProcessLookupError):
            os.killpg(running.pid, 0)
    assert _server_is_gone(tmp_path)


def test_an_ended_run_ends_the_command_and_leaves_no_process(command: list[str], tmp_path: Path) -> None:
    waits = "import time; print('ready', flush=True); time.sleep(600)"
    with subprocess.Popen(
        [*command, sys.executable, "-c", waits], stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "ready\n"
        running.terminate()
        assert running.wait(20) == 143
        with pytest.raises(ProcessLookupError):
            os.killpg(running.pid, 0)
    assert _server_is_gone(tmp_path)
