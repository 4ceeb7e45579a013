"""Build the engine from its Go modules, once for each user: whole or not at all."""

import fcntl
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sandbox.engine import release
from sandbox.engine.progress import Progress
from sandbox.engine.wording import say

PROGRAM = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"


class BuildError(Exception):
    """The engine could not be built; the text says why and what mends it."""


def go_version() -> str | None:
    """Return the version of Go on PATH as it calls itself (`go1.26.8`); None where there is no Go."""
    if shutil.which("go") is None:
        return None
    answer = subprocess.run(["go", "env", "GOVERSION"], env=_go(), capture_output=True, text=True, check=False)  # noqa: S607
    return answer.stdout.strip() or None


def build(folder: Path) -> Path:
    """Build the engine into `folder` and return it; an engine that another process built meanwhile is taken.

    Raises BuildError: no Go, a Go that is too old, a failed build, a build of another version.
    """
    with _alone(folder):
        if release.built_engine(folder):
            return folder
        _check_go()
        for left in folder.parent.glob(f"{folder.name}.building-*"):
            shutil.rmtree(left)  # we hold the lock: what lies here was interrupted
        unfinished = Path(tempfile.mkdtemp(prefix=f"{folder.name}.building-", dir=folder.parent))
        try:
            _fill(unfinished)
            shutil.rmtree(folder, ignore_errors=True)
            unfinished.rename(folder)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
    return folder


def _fill(unfinished: Path) -> None:
    program = unfinished / "pulumi"
    version = release.BUILT_VERSION
    work = unfinished / "work"  # go's own, which an ended build would leave in the system's temporary folder
    work.mkdir()
    Progress(say("building the Pulumi engine", "Pulumiエンジンをビルドしています")).run(
        [*release.BUILD, "-o", str(program), PROGRAM],
        folder=release.RECIPE,
        environment={**_go(), "GOTMPDIR": str(work)},
    )
    shutil.rmtree(work)
    built = release.pulumi_version(program)
    if built != f"v{version}":
        raise BuildError(
            say(
                f"the engine built calls itself {built or 'nothing'}, not v{version}: it is not used",
                f"ビルドしたエンジンのバージョンが {built or '不明'} です(v{version} のはずです)。使用しません",
            )
        )
    sdk = subprocess.run(  # noqa: S603 # every word is our own
        ["go", "list", "-mod=readonly", "-m", "-f", "{{.Dir}}", release.SDK],  # noqa: S607
        cwd=release.RECIPE,
        env=_go(),
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    shutil.copyfile(Path(sdk) / "python" / "cmd" / release.EXECUTOR, unfinished / release.EXECUTOR)
    shutil.copyfile(release.RECIPE / release.LAUNCHER_SOURCE, unfinished / release.LAUNCHER)
    for name in (release.LAUNCHER, release.EXECUTOR):
        (unfinished / name).chmod(0o755)
    sizes = {name: (unfinished / name).stat().st_size for name in ("pulumi", release.LAUNCHER, release.EXECUTOR)}
    unfinished.chmod(0o755)
    record = {"version": version, "recipe": release.recipe_digest(), "sizes": sizes}
    (unfinished / release.RECORD).write_text(json.dumps(record, indent=2) + "\n")


def _go() -> dict[str, str]:
    # The recipe is exact: neither a workspace nor flags of the user's nor another toolchain change what is built.
    return {**os.environ, "CGO_ENABLED": "0", "GOWORK": "off", "GOFLAGS": "", "GOTOOLCHAIN": "local"}


def _check_go() -> None:
    found = go_version()
    numbers = release.version_numbers(found) if found else None
    if numbers is None:
        raise BuildError(
            say(
                "neither Pulumi's CLI (>= 3.238, < 4) nor Go (>= 1.26) is on PATH.\n"
                "  Install one of them: https://www.pulumi.com/docs/install/ or https://go.dev/doc/install",
                "PulumiのCLI(3.238以上4未満)もGo(1.26以上)もPATHにありません。\n"
                "  どちらかを入れてください: https://www.pulumi.com/docs/install/ または https://go.dev/doc/install",
            )
        )
    if numbers[:2] < release.OLDEST_GO:
        raise BuildError(
            say(
                f"Go is {found}; the engine needs Go >= 1.26: https://go.dev/doc/install",
                f"Goは {found} です。エンジンには Go 1.26 以上が必要です: https://go.dev/doc/install",
            )
        )


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (folder.parent / f".{folder.name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting = Progress(
                say("another process builds the engine; waiting", "別の処理がビルド中です。待っています")
            )
            waiting.note()
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
