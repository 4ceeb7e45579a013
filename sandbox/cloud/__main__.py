"""`python -m sandbox.cloud --state DIR --ports-file FILE [--parent PID]`, or `… drift …`, `… fault …`, `… types`."""

import argparse
import json
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

from sandbox.cloud import drift, fault_command, types_table
from sandbox.cloud.server import Server


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def serve(state: Path, ports_file: Path, parent: int | None) -> None:
    """Serve until SIGTERM or SIGINT, or until the process `parent` is gone.

    The ports are written, whole, when all are open, and then as one line to standard output.
    """
    stop = threading.Event()

    def ended(*_: Any) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ended)
    signal.signal(signal.SIGINT, ended)
    server = Server(state)
    ports_file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = ports_file.with_suffix(f".{os.getpid()}")
    unfinished.write_text(json.dumps(server.ports), encoding="utf-8")
    unfinished.replace(ports_file)
    sys.stdout.write(json.dumps(server.ports) + "\n")
    sys.stdout.flush()
    while not stop.wait(0.5):
        if parent is not None and not _alive(parent):
            break
    ports_file.unlink(missing_ok=True)
    server.stop()


def main(arguments: list[str]) -> int:
    """The command."""
    if arguments[:1] == ["drift"]:
        return drift.main(arguments[1:])
    if arguments[:1] == ["fault"]:
        return fault_command.main(arguments[1:])
    if arguments[:1] == ["types"]:
        return types_table.main(arguments[1:])
    parser = argparse.ArgumentParser(prog="python -m sandbox.cloud", description=__doc__)
    parser.add_argument("--state", type=Path, required=True, help="folder of the sandbox's state")
    parser.add_argument(
        "--ports-file", type=Path, required=True, help="JSON of package name to port, written when ready"
    )
    parser.add_argument("--parent", type=int, help="end when this process is gone")
    given = parser.parse_args(arguments)
    serve(given.state, given.ports_file, given.parent)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
