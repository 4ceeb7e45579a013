"""`python -m sandbox.cloud fault --state DIR add KIND […] | list | clear`: faults by command. See `sandbox.cloud.faults`."""

import argparse
import sys
from pathlib import Path

from sandbox.cloud.faults import KINDS, Fault, clear, inject, struck


def main(arguments: list[str]) -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.cloud fault", description=Fault.__doc__)
    parser.add_argument("--state", type=Path, required=True, help="folder of the sandbox's state")
    actions = parser.add_subparsers(dest="action", required=True)
    actions.add_parser("list", help="number, kind, calls seen and calls struck of every fault that is in")
    actions.add_parser("clear", help="take every fault out")
    add = actions.add_parser("add", help="put a fault in")
    add.add_argument("kind", choices=KINDS)
    add.add_argument("--on", default="*", metavar="OPERATION", help="create, update, delete, read, invoke or a glob")
    add.add_argument("--type", default="*", metavar="GLOB", help="of the resource type")
    add.add_argument("--urn", default="*", metavar="GLOB")
    add.add_argument("--skip", type=int, default=0, metavar="N", help="matching calls that pass first")
    add.add_argument("--times", type=int, default=1, metavar="N", help="calls struck, 0 for all")
    add.add_argument("--seconds", type=float, default=0, metavar="S")
    add.add_argument("--after", action="store_true", help="hold the call once it is done, not before")
    given = parser.parse_args(arguments)
    match given.action:
        case "add":
            names = ("kind", "type", "urn", "skip", "times", "seconds", "after")
            fault = Fault(operation=given.on, **{name: getattr(given, name) for name in names})
            sys.stdout.write(f"{inject(given.state, fault)}\n")
        case "list":
            for number, kind, seen, hits in struck(given.state):
                sys.stdout.write(f"{number}\t{kind}\tseen {seen}\tstruck {hits}\n")
        case "clear":
            clear(given.state)
    return 0
