"""The entry of the side that serves, as the stack states it, and what is never taken for it."""

import argparse
import ipaddress
import json
from pathlib import Path

from operations.swap.refusal import Refusal
from operations.wording import say
from stacks.settings import Settings

__all__ = [
    "OTHER",
    "OUTPUT",
    "add_ways_to_state_it",
    "on_either_side",
    "on_other_side",
    "read_outputs",
    "refuse_other_side",
    "stated",
]

OUTPUT = "application_address"
"""The stack's output: name or address of the load balancer of the side that serves (stacks/workload.py)."""

OTHER = f"swap_{OUTPUT}"
"""The same of the other side, while there is one."""


def add_ways_to_state_it(parser: argparse.ArgumentParser) -> argparse._MutuallyExclusiveGroup:
    """Add --outputs and --address, of which one has to be given; what takes their place may be added to the group."""
    either = parser.add_mutually_exclusive_group(required=True)
    outputs = say("what `pulumi stack output --json` printed", "pulumi stack output --json の出力のファイル")
    either.add_argument("--outputs", type=Path, metavar="FILE", help=outputs)
    address = say("name or address of the side that serves", "稼働している側の名前またはアドレス")
    either.add_argument("--address", action="append", metavar="ADDRESS", help=address)
    return either


def stated(options: argparse.Namespace) -> list[str]:
    """Names or addresses of the side that serves, as --outputs or --address say. Raises Refusal for a file that does not have it."""
    return options.address or [read_outputs(options.outputs)[OUTPUT]]


def read_outputs(outputs: Path) -> dict[str, str]:
    """The entries of both sides by their output's name, the other one's where it has one. Raises Refusal for a file without the first."""
    try:
        content = json.loads(outputs.read_text(encoding="utf-8"))
    except OSError as error:
        raise Refusal(f"{outputs}: {error.strerror}") from None
    except ValueError:
        content = None
    listed = content if isinstance(content, dict) else {}
    entries = {key: listed[key] for key in (OUTPUT, OTHER) if isinstance(listed.get(key), str) and listed[key]}
    if OUTPUT not in entries:
        raise Refusal(
            say(
                f"{outputs}: no output {OUTPUT}: pulumi stack output --json > {outputs}",
                f"{outputs}: 出力 {OUTPUT} がありません。pulumi stack output --json > {outputs} で作ります",
            )
        )
    return entries


def refuse_other_side(expected: frozenset[str], settings: Settings) -> None:
    """Outputs from before the last `up`, or a wrong --address, would call the names right that lead to the side that no longer serves."""
    for one in sorted(expected):
        if on_other_side(one, settings):
            raise Refusal(
                say(
                    f"{one} lies in machikumo:swap_network_cidr {settings.swap_network_cidr}, the side ({settings.swap_cloud}) that does not serve: outputs from "
                    "before the last up? pulumi stack output --json again",
                    f"{one} は machikumo:swap_network_cidr {settings.swap_network_cidr}、つまり稼働していない側({settings.swap_cloud})にあります。"
                    "最後の up より前の出力ではありませんか。pulumi stack output --json をもう一度行います",
                )
            )


def on_other_side(address: str, settings: Settings) -> bool:
    """Whether it lies in the range of the side that does not serve."""
    return _inside(address, settings.swap_network_cidr)


def on_either_side(address: str, settings: Settings) -> bool:
    """Whether it lies in the range of one of the sides."""
    return _inside(address, settings.network_cidr) or on_other_side(address, settings)


def _inside(address: str, cidr: str | None) -> bool:
    return cidr is not None and ipaddress.ip_address(address.partition("%")[0]) in ipaddress.ip_network(cidr)
