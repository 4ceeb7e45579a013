"""Which engine is taken: never one of another version, never half of one."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.engine import release
from sandbox.engine.build import build


@pytest.mark.parametrize("version", ["v3.238.0", "v3.259.0", "v3.999.1"])
def test_an_engine_on_path_of_an_accepted_version_is_used(
    version: str, script: Callable[[str, str], Path], programs: Path
) -> None:
    script("pulumi", f"echo {version}")
    script(release.LAUNCHER, "")
    assert release.engine_on_path() == release.OnPath(folder=programs, version=version, refused=None)


@pytest.mark.parametrize("version", ["v3.237.9", "v2.99.0", "v4.0.0"])
def test_an_engine_on_path_of_another_version_is_refused(version: str, script: Callable[[str, str], Path]) -> None:
    script("pulumi", f"echo {version}")
    script(release.LAUNCHER, "")
    found = release.engine_on_path()
    assert found is not None
    assert found.refused == "its version is outside >=3.238,<4"


def test_an_engine_on_path_that_does_not_run_is_refused(script: Callable[[str, str], Path]) -> None:
    script("pulumi", "exit 3")
    found = release.engine_on_path()
    assert found is not None
    assert found.refused == "its version cannot be read"


def test_an_engine_on_path_without_its_language_host_is_refused(script: Callable[[str, str], Path]) -> None:
    script("pulumi", "echo v3.259.0")
    found = release.engine_on_path()
    assert found is not None
    assert found.refused == "pulumi-language-python is neither beside it nor on PATH"


@pytest.mark.usefixtures("programs")
def test_no_engine_on_path_is_no_finding() -> None:
    assert release.engine_on_path() is None


def test_a_whole_engine_is_used(fake_go: Callable[..., Path]) -> None:
    fake_go()
    folder = build(release.cache_folder())
    assert release.built_engine(folder) == folder
    assert {path.name for path in folder.iterdir()} == {"pulumi", release.LAUNCHER, release.EXECUTOR, release.RECORD}


def _truncate(folder: Path) -> None:
    (folder / "pulumi").write_bytes((folder / "pulumi").read_bytes()[:-1])


def _lose_record(folder: Path) -> None:
    (folder / release.RECORD).unlink()


def _half_record(folder: Path) -> None:
    (folder / release.RECORD).write_text('{"version": ')


def _lose_executor(folder: Path) -> None:
    (folder / release.EXECUTOR).unlink()


def _lose_permission(folder: Path) -> None:
    (folder / release.LAUNCHER).chmod(0)
    (folder / release.LAUNCHER).unlink()


def _other_recipe(folder: Path) -> None:
    record = json.loads((folder / release.RECORD).read_text())
    (folder / release.RECORD).write_text(json.dumps({**record, "recipe": "0"}))


def _other_version(folder: Path) -> None:
    record = json.loads((folder / release.RECORD).read_text())
    (folder / release.RECORD).write_text(json.dumps({**record, "version": "3.258.0"}))


@pytest.mark.parametrize(
    "break_it",
    [_truncate, _lose_record, _half_record, _lose_executor, _lose_permission, _other_recipe, _other_version],
)
def test_a_half_engine_or_another_one_is_never_used_and_is_built_again(
    break_it: Callable[[Path], None], fake_go: Callable[..., Path]
) -> None:
    log = fake_go()
    folder = build(release.cache_folder())
    break_it(folder)
    assert release.built_engine(folder) is None
    assert release.built_engine(build(folder)) == folder
    assert log.read_text() == "build\nbuild\n"
