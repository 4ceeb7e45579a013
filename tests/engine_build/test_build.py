"""A build ends whole or leaves nothing, alone or beside another one."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.engine import release
from sandbox.engine.build import BuildError, build

BUILDER = (sys.executable, "-P", "-m", "sandbox.engine")


def _left() -> set[str]:
    parent = release.cache_folder().parent
    return (
        {path.name for path in parent.iterdir()} - {f".{release.cache_folder().name}.lock"}
        if parent.exists()
        else set()
    )


def test_a_build_that_calls_itself_another_version_is_refused_and_nothing_stays(fake_go: Callable[..., Path]) -> None:
    fake_go(built="v3.258.0")
    with pytest.raises(BuildError, match=r"calls itself v3\.258\.0, not v3\.259\.0"):
        build(release.cache_folder())
    assert _left() == set()


def test_a_failed_build_says_its_last_lines_and_nothing_stays(fake_go: Callable[..., Path]) -> None:
    fake_go(meanwhile="echo 'no space left' >&2; exit 1")
    with pytest.raises(SystemExit, match=r"no space left\nthe build failed \(exit 1\)"):
        build(release.cache_folder())
    assert _left() == set()


def test_an_ended_build_takes_its_compiler_along_and_nothing_stays(
    fake_go: Callable[..., Path], tmp_path: Path
) -> None:
    started = tmp_path / "started"
    os.mkfifo(started)
    fake_go(meanwhile=f'echo $$ > "{started}"; sleep 600')
    with subprocess.Popen(BUILDER, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as builder:
        compiler = int(started.read_text())
        builder.send_signal(signal.SIGTERM)
        assert builder.wait(30) == 143
    assert _left() == set()
    with pytest.raises(ProcessLookupError):
        os.kill(compiler, 0)


def test_what_an_interrupted_build_left_is_removed_by_the_next(fake_go: Callable[..., Path]) -> None:
    fake_go()
    folder = release.cache_folder()
    left = folder.parent / f"{folder.name}.building-killed"
    left.mkdir(parents=True)
    (left / "pulumi").write_text("half")
    build(folder)
    assert _left() == {folder.name}


def test_two_builders_at_once_build_once_and_use_the_same_engine(fake_go: Callable[..., Path], tmp_path: Path) -> None:
    started = tmp_path / "started"
    os.mkfifo(started)
    log = fake_go(meanwhile=f'echo > "{started}"')
    builders = [
        subprocess.Popen(BUILDER, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) for _ in range(2)
    ]
    started.read_text()
    answers = [(builder.communicate(timeout=60)[0].strip(), builder.returncode) for builder in builders]
    assert answers == [(str(release.cache_folder()), 0)] * 2
    assert log.read_text() == "build\n"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("C.UTF-8", "neither Pulumi's CLI (>= 3.238, < 4) nor Go (>= 1.26) is on PATH"),
        ("ja_JP.UTF-8", "もPATHにありません"),
    ],
)
@pytest.mark.usefixtures("programs")
def test_without_engine_and_go_the_message_names_both_cures(
    language: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", language)
    answer = subprocess.run(BUILDER, capture_output=True, text=True, check=False)
    assert (answer.returncode, answer.stdout) == (1, "")
    assert words in answer.stderr
    assert "https://go.dev/doc/install" in answer.stderr
    assert "https://www.pulumi.com/docs/install/" in answer.stderr


def test_a_go_that_is_too_old_is_named(fake_go: Callable[..., Path]) -> None:
    fake_go(version="go1.25.9")
    with pytest.raises(BuildError, match=r"Go is go1\.25\.9; the engine needs Go >= 1\.26"):
        build(release.cache_folder())


def test_an_accepted_engine_on_path_is_used_and_nothing_is_built(
    script: Callable[[str, str], Path], programs: Path, fake_go: Callable[..., Path]
) -> None:
    log = fake_go()
    script("pulumi", "echo v3.240.0")
    script(release.LAUNCHER, "")
    answer = subprocess.run(BUILDER, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == str(programs)
    assert not log.exists()


def test_a_refused_engine_on_path_is_named_and_another_is_built(
    script: Callable[[str, str], Path], programs: Path, fake_go: Callable[..., Path]
) -> None:
    fake_go()
    script("pulumi", "echo v3.100.0")
    answer = subprocess.run(BUILDER, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == str(release.cache_folder())
    assert f"{programs}/pulumi v3.100.0 is not used: its version is outside >=3.238,<4" in answer.stderr
