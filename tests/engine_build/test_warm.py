"""Programs in copies of a warm process: what they see and say is what a program in a fresh interpreter sees and says."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from sandbox.engine.children import Children
from sandbox.engine.warm import VARIABLE, warm_programs
from sandbox.engine.warm_child import WarmChild

SEEN = """
import os, sys
from pathlib import Path
print(sys.argv, __name__, sorted(os.environ), os.getcwd(), sys.stdin.read(), flush=True)
print(sys.path[0] == str(Path(sys.argv[0]).parent), file=sys.stderr)
"""
LEARNED = "import sys; print('jsonschema' in sys.modules, 'beside' in sys.modules); import jsonschema, beside"


@pytest.fixture(params=["cold", "warm"])
def start(request: pytest.FixtureRequest) -> Iterator[None]:
    with warm_programs() if request.param == "warm" else nullcontext():
        yield


def _ran(folder: Path, *words: str) -> tuple[int, bytes, bytes]:
    """Exit code, output and errors of `python -u WORDS…`, without the lines of a traceback that name this product's files."""
    child = Children().start([sys.executable, "-u", *words], folder=folder, environment={"GIVEN": "1"}, piped=True)
    assert isinstance(child, WarmChild) is (VARIABLE in os.environ)
    assert child.stdout is not None
    assert child.stderr is not None
    with child.stdout, child.stderr:
        said, errors = child.stdout.read(), child.stderr.read()
    return child.wait(), said, errors


@pytest.mark.parametrize(
    ("ending", "code", "last"),
    [
        ("", 0, b"True\n"),
        ("sys.exit(32)", 32, b"True\n"),
        ("sys.exit()", 0, b"True\n"),
        ("sys.exit('refused')", 1, b"refused\n"),
        ("raise LookupError('nothing there')", 1, b"LookupError: nothing there\n"),
    ],
)
@pytest.mark.usefixtures("start")
def test_a_script_sees_and_says_the_same(ending: str, code: int, last: bytes, tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(SEEN + ending)
    ended, said, errors = _ran(tmp_path, str(tmp_path / "script.py"), "--flag", "a word")
    environment = ["GIVEN", *(["LC_CTYPE"] if b"LC_CTYPE" in said else [])]  # Python's own, where the locale is C
    assert said.decode() == f"{[str(tmp_path / 'script.py'), '--flag', 'a word']} __main__ {environment} {tmp_path} \n"
    assert (ended, errors.splitlines(keepends=True)[-1]) == (code, last)


@pytest.mark.usefixtures("start")
def test_a_module_runs_as_after_m(tmp_path: Path) -> None:
    (tmp_path / "module.py").write_text("import sys; print(sys.argv, __name__); sys.exit(3)")
    assert _ran(tmp_path, "-m", "module", "one") == (
        3,
        f"{[str(tmp_path / 'module.py'), 'one']} __main__\n".encode(),
        b"",
    )


def test_what_a_program_loads_from_the_library_is_there_for_the_next_and_its_own_modules_are_not(
    tmp_path: Path,
) -> None:
    (tmp_path / "beside.py").touch()
    (tmp_path / "script.py").write_text(LEARNED)
    with warm_programs():
        said = [_ran(tmp_path, str(tmp_path / "script.py"))[1] for _ in range(2)]
    assert said == [b"False False\n", b"True False\n"]


@pytest.mark.usefixtures("start")
def test_an_ended_program_is_gone(tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text("import time; print('up', flush=True); time.sleep(600)")
    children = Children()
    child = children.start([sys.executable, str(tmp_path / "script.py")], folder=tmp_path, environment={}, piped=True)
    assert child.stdout is not None
    assert child.stderr is not None
    with child.stdout, child.stderr:
        assert child.stdout.readline() == b"up\n"
        children.end_all()
        assert child.stdout.read() == b""  # the program held the pipe open: it is gone
        assert child.wait() != 0


def test_a_program_ends_when_its_client_is_killed(tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text("import time; print('up', flush=True); time.sleep(600)")
    client = (
        "import sys; from pathlib import Path; from sandbox.engine.warm_child import WarmChild; "
        f"WarmChild(['{tmp_path}/script.py'], folder=Path('{tmp_path}'), environment={{}}, piped=False).wait()"
    )
    with warm_programs(), subprocess.Popen([sys.executable, "-c", client], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"up\n"
        process.kill()
        assert process.stdout.read() == b""


@pytest.mark.parametrize("said", [b"", b"\0\0", b"\0\0\1\0{"])
def test_half_a_request_starts_nothing_and_the_next_is_served(said: bytes, tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text("print('served')")
    with warm_programs():
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(os.environ[VARIABLE])
            client.sendall(said)
        assert _ran(tmp_path, str(tmp_path / "script.py")) == (0, b"served\n", b"")


def test_a_folder_that_is_not_there_is_said_and_fails(tmp_path: Path) -> None:
    with warm_programs():
        code, _, errors = _ran(tmp_path / "nowhere", "script.py")
    assert (code, b"FileNotFoundError" in errors) == (1, True)


def test_another_interpreter_is_started_as_ever(tmp_path: Path) -> None:
    other = tmp_path / "bin" / "python"
    other.parent.mkdir()
    other.symlink_to(sys.executable)
    with warm_programs():
        child = Children().start([str(other), "-c", ""], folder=tmp_path, environment={}, piped=False)
        assert isinstance(child, subprocess.Popen)
        assert child.wait() == 0
    assert VARIABLE not in os.environ
