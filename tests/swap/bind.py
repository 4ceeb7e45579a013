"""The tests of point-names once more, against BIND 9: `python -m tests.swap.bind`. Where it is not installed this says so and fails."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.swap import name_servers


def main() -> int:
    """The exit code of pytest; 2 without BIND."""
    program = shutil.which("named") or shutil.which("named", path="/usr/sbin")
    if program is None:
        print("named: not found (PATH, /usr/sbin). Debian, Ubuntu: apt-get install bind9", file=sys.stderr)  # noqa: T201
        return 2
    said = subprocess.run([program, "-v"], stdout=subprocess.PIPE, text=True, check=True)
    print(said.stdout.strip(), flush=True)  # noqa: T201
    name_servers.STARTED = lambda: name_servers.bind(program)
    return pytest.main(["-q", "-p", "no:xdist", str(Path(__file__).with_name("test_point_names.py"))])


if __name__ == "__main__":
    sys.exit(main())
