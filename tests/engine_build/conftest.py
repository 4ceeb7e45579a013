import os
import stat
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from sandbox.engine import release

Script = Callable[[str, str], Path]

GO = """
case "$1" in
env) echo "{version}" ;;
list) echo "{sdk}" ;;
build)
    while [ "$1" != -o ]; do shift; done
    echo build >> "{log}"
    {meanwhile}
    printf '#!/bin/sh\\necho {built}\\n' > "$2" && chmod +x "$2" ;;
esac
"""


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is the whole PATH, beside the system's own shell and tools; the user's cache is empty."""
    folder = tmp_path / "programs"
    folder.mkdir()
    system = [
        path for path in ("/usr/bin", "/bin") if not any((Path(path) / name).exists() for name in ("go", "pulumi"))
    ]
    monkeypatch.setenv("PATH", os.pathsep.join([str(folder), *system]))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("LANG", "C.UTF-8")
    return folder


@pytest.fixture
def script(programs: Path) -> Script:
    def write(name: str, text: str) -> Path:
        path = programs / name
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return path

    return write


@pytest.fixture
def fake_go(script: Script, tmp_path: Path) -> Callable[..., Path]:
    """Write a `go` whose build makes a `pulumi` that calls itself `built`; returns the log with a line for each build."""

    def write(*, version: str = "go1.26.8", built: str = f"v{release.BUILT_VERSION}", meanwhile: str = ":") -> Path:
        sdk = tmp_path / "sdk"
        commands = sdk / "python" / "cmd"
        commands.mkdir(parents=True, exist_ok=True)
        (commands / release.EXECUTOR).write_text("#!/usr/bin/env python\n")
        log = tmp_path / "builds"
        words: Mapping[str, object] = {
            "version": version,
            "sdk": sdk,
            "log": log,
            "built": built,
            "meanwhile": meanwhile,
        }
        script("go", GO.format(**words))
        return log

    return write
