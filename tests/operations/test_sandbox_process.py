"""The sandbox's server lives exactly as long as its block."""

import os
import select
import subprocess
import sys
from pathlib import Path

import pytest

from operations.sandbox_process import SandboxError, running_sandbox

SERVER = (sys.executable, str(Path(__file__).parent / "stand_in_server.py"))


def _gone(state: Path) -> bool:
    try:
        os.kill(int((state / "server.pid").read_text()), 0)
    except ProcessLookupError:
        return True
    return False


def test_the_block_gets_the_port_of_each_package_and_the_server_goes_with_it(tmp_path: Path) -> None:
    with running_sandbox(tmp_path, server=SERVER) as ports:
        assert ports == {"aws": 4711, "oci": 4712}
        assert not _gone(tmp_path)
    assert _gone(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"sandbox.log", "server.pid"}


def test_the_server_goes_when_the_block_fails(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), running_sandbox(tmp_path, server=SERVER):
        raise KeyboardInterrupt
    assert _gone(tmp_path)


def test_a_server_that_does_not_start_is_an_error_with_its_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STAND_IN", "fails")
    with pytest.raises(SandboxError, match=r"exit code 1:\nno port is free"), running_sandbox(tmp_path, server=SERVER):
        pytest.fail("the block must not run")


def test_the_real_server_goes_when_the_command_is_killed(tmp_path: Path) -> None:
    block = (
        "import sys, time; from pathlib import Path; from operations.sandbox_process import running_sandbox\n"
        "with running_sandbox(Path(sys.argv[1])) as ports: print(*sorted(ports), flush=True); time.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", block, str(tmp_path)], stdout=subprocess.PIPE, text=True) as command:
        assert command.stdout is not None
        assert command.stdout.readline() == "aws azure-native gcp oci\n"
        server = int(Path(f"/proc/{command.pid}/task/{command.pid}/children").read_text())
        watched = os.pidfd_open(server)
        command.kill()
        command.wait()
        ended, _, _ = select.select([watched], [], [], 20)
        os.close(watched)
    assert ended == [watched]
