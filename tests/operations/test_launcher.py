"""The launcher sets up once, from the lock with hashes, whole or again, and then is the installed command."""

import os
import subprocess
import sys
from pathlib import Path
from shutil import copy

import pytest

ROOT = Path(__file__).parents[2]

UV = """
if [ "$1" = --version ]; then echo "uv {version}"; exit; fi
echo "$*" >> "{log}"
[ ! -e "{log}.fails" ] || [ "$2" != sync ] || exit 9
for last; do :; done
case "$1 $2" in
"venv "*) mkdir -p "$last/bin" && ln -s {python} "$last/bin/python" ;;
"pip install") printf '#!/bin/sh\\necho "ran in $PWD:" "$@"\\n' > "$VIRTUAL_ENV/bin/machikumo" && chmod +x "$VIRTUAL_ENV/bin/machikumo" ;;
esac
"""


class Checkout:
    """A checkout with the real launcher, and a PATH with a uv that only writes down what it is asked."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root = folder / "check out"
        self.log = folder / "uv.log"
        self.programs = folder / "programs"
        self.programs.mkdir()
        (self.root / "sandbox").mkdir(parents=True)
        copy(ROOT / "machikumo", self.root)
        for name in ("requirements.lock", "pyproject.toml"):
            (self.root / name).write_text(name)
        self.program("python3", f'exec "{sys.executable}" "$@"')
        self.uv("0.4.26")
        monkeypatch.setenv("PATH", os.pathsep.join([str(self.programs), "/usr/bin", "/bin"]))
        monkeypatch.setenv("LANG", "C.UTF-8")

    def program(self, name: str, text: str) -> None:
        (self.programs / name).write_text(f"#!/bin/sh\n{text}\n")
        (self.programs / name).chmod(0o755)

    def uv(self, version: str) -> None:
        self.program("uv", UV.format(version=version, log=self.log, python=sys.executable))

    def command(self, *words: str, at: Path | None = None) -> list[str]:
        return [str(at or self.root / "machikumo"), *words]

    def run(self, *words: str, at: Path | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*words, at=at),
            cwd=self.programs,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    def asked(self) -> list[str]:
        asked = self.log.read_text().splitlines() if self.log.exists() else []
        self.log.unlink(missing_ok=True)
        return [line.replace(str(self.root), "ROOT").replace(sys.executable, "PYTHON") for line in asked]


INSTALLED = [
    "pip sync --quiet --require-hashes requirements.lock",
    "pip install --quiet --no-deps --no-build-isolation --editable .",
]
MADE = "venv --quiet --no-project --python PYTHON ROOT/.machikumo/venv"


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    return Checkout(tmp_path, monkeypatch)


def test_the_first_run_sets_up_from_the_lock_with_hashes_and_then_runs_the_command(checkout: Checkout) -> None:
    done = checkout.run("demo", "--cloud", "aws")
    assert (done.returncode, done.stdout) == (0, f"ran in {checkout.programs}: demo --cloud aws\n")
    assert checkout.asked() == [MADE, *INSTALLED]


def test_a_later_run_asks_for_nothing_from_anywhere_also_through_a_link(checkout: Checkout, tmp_path: Path) -> None:
    checkout.run()
    checkout.asked()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "link").symlink_to(Path("..") / checkout.root.name / "machikumo")
    done = checkout.run("test", at=tmp_path / "elsewhere" / "link")
    assert (done.stdout, done.stderr) == (f"ran in {checkout.programs}: test\n", "")
    assert checkout.asked() == []


@pytest.mark.parametrize("name", ["requirements.lock", "pyproject.toml"])
def test_a_changed_lock_or_project_is_installed_again(name: str, checkout: Checkout) -> None:
    checkout.run()
    checkout.asked()
    (checkout.root / name).write_text("changed")
    checkout.run()
    assert checkout.asked() == INSTALLED


def test_an_interrupted_set_up_is_done_again(checkout: Checkout) -> None:
    fails = Path(f"{checkout.log}.fails")
    fails.touch()
    assert checkout.run().returncode == 9
    assert checkout.asked() == [MADE, INSTALLED[0]]
    fails.unlink()
    assert checkout.run().returncode == 0
    assert checkout.asked() == INSTALLED


def test_a_checkout_that_was_moved_makes_its_environment_anew(checkout: Checkout, tmp_path: Path) -> None:
    checkout.run()
    checkout.asked()
    checkout.root = checkout.root.rename(tmp_path / "moved")
    assert checkout.run().returncode == 0
    assert checkout.asked() == [MADE, *INSTALLED]


def test_two_first_runs_at_once_set_up_once(checkout: Checkout) -> None:
    both = [subprocess.Popen(checkout.command(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) for _ in range(2)]
    for running in both:
        running.communicate(timeout=60)
    assert [running.returncode for running in both] == [0, 0]
    assert checkout.asked() == [MADE, *INSTALLED]


@pytest.mark.parametrize(
    ("language", "words"),
    [("C.UTF-8", "Python >= 3.11 is not on PATH"), ("ja_JP.UTF-8", "Python 3.11 以上が PATH にありません")],
)
def test_without_a_new_enough_python_the_message_says_so(
    language: str, words: str, checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", language)
    for name in ("python3", "python3.14", "python3.13", "python3.12", "python3.11"):
        checkout.program(name, "exit 1")
    done = checkout.run()
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"machikumo: {words}")
    assert checkout.asked() == []


def test_a_uv_that_is_too_old_is_not_used_and_a_python_without_venv_is_named(checkout: Checkout) -> None:
    checkout.uv("0.4.25")
    checkout.program(
        "python3",
        f'case "$*" in *sys.executable*) echo "$0" ;; *venv*) exit 1 ;; *) exec "{sys.executable}" "$@" ;; esac',
    )
    done = checkout.run()
    assert done.returncode == 1
    assert [line.split(" (")[0] for line in done.stderr.splitlines()] == [
        "machikumo: installing uv into .machikumo/uv",
        "machikumo: Python has no venv module",
    ]
    assert checkout.asked() == []


def test_the_private_uv_is_one_version_with_a_hash_for_each_machine() -> None:
    pinned = (ROOT / "sandbox" / "uv-requirements.txt").read_text()
    assert [pinned.count(word) for word in ("uv==", "--hash=sha256:", "://")] == [1, 2, 0]
