"""`machikumo sandbox -- COMMAND…`: any command with engine, sandbox and environment set."""

import argparse
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from shutil import which

from operations.environment import PRIVATE, SANDBOX_VARIABLE, engine_environment, engine_folder
from operations.sandbox_process import SERVER, SandboxError, running_sandbox
from operations.wording import say

TORTURE = (sys.executable, "-P", "-m", "tests.torture")
NOT_FOUND = 127
KILLED = 128


def main(arguments: Sequence[str]) -> int:
    """Run the command in the caller's folder and return its exit code (128 + n when signal n ended it).

    `types` instead of a command lists what the local cloud knows of each resource type, and where it is blind; `torture`
    runs the full series of kills and random sequences.
    """
    if tuple(arguments[:1]) == ("types",):
        return subprocess.run([*SERVER, *arguments], check=False).returncode  # noqa: S603
    if tuple(arguments[:1]) == ("torture",):
        return subprocess.run([*TORTURE, *arguments[1:]], check=False).returncode  # noqa: S603
    parser = argparse.ArgumentParser(
        prog="machikumo sandbox",
        usage=say(
            "machikumo sandbox [--state DIR] -- COMMAND…, or machikumo sandbox types [--json], or machikumo sandbox torture [-h]",
            "machikumo sandbox [--state フォルダ] -- コマンド…、または machikumo sandbox types [--json]、machikumo sandbox torture [-h]",
        ),
        description=say(
            "Runs a command with the engine, the local cloud and the environment set. What it makes is kept until --state is removed.",
            "エンジンとローカルのクラウドを用意してコマンドを実行します。作ったものは --state のフォルダに残ります。",
        ),
    )
    parser.add_argument("--state", type=Path, default=PRIVATE / "sandbox", help=".machikumo/sandbox")
    parser.add_argument("command", nargs="+")
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(KILLED + signal.SIGTERM))
    engine = engine_folder()
    try:
        with running_sandbox(options.state / "cloud") as ports:
            environment = engine_environment(engine=engine, ports=ports, state=options.state / "stacks")
            environment[SANDBOX_VARIABLE] = str((options.state / "cloud").resolve())
            return _run(options.command, environment)
    except SandboxError as error:
        print(f"machikumo: {error}", file=sys.stderr)  # noqa: T201
        return 1


def _run(command: Sequence[str], environment: Mapping[str, str]) -> int:
    program = which(command[0], path=environment["PATH"])
    if program is None:
        text = say("command not found", "コマンドがありません")
        print(f"machikumo: {command[0]}: {text}", file=sys.stderr)  # noqa: T201
        return NOT_FOUND
    child = subprocess.Popen([program, *command[1:]], env=environment)  # noqa: S603 # the person's own command
    # Ctrl-C goes from the terminal to the command itself, which may want to end in its own way: we only wait.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        code = child.wait()
    except BaseException:
        child.terminate()
        child.wait()
        raise
    return code if code >= 0 else KILLED - code
