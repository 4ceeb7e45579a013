"""Ranges of a network: which are possible at all, which are taken.

https://cloud.google.com/vpc/docs/subnets#valid-ranges
"""

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sandbox.cloud.checks import Problems
from sandbox.cloud.context import Context
from sandbox.cloud.gcp.tree import identity
from sandbox.cloud.identity import address_in
from sandbox.cloud.resource_type import Check
from sandbox.cloud.value import at

Network = ipaddress.IPv4Network
NETWORK: Final = "gcp:compute/network:Network"
SUBNET: Final = "gcp:compute/subnetwork:Subnetwork"
LENT: Final = "gcp:compute/globalAddress:GlobalAddress"
ROUTE: Final = "gcp:compute/route:Route"
PROXIES: Final = ("REGIONAL_MANAGED_PROXY", "GLOBAL_MANAGED_PROXY")
_NEVER: Final = tuple(
    Network(block)
    for block in (
        "0.0.0.0/8",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "199.36.153.4/30",
        "199.36.153.8/30",
        "224.0.0.0/4",
        "255.255.255.255/32",
    )
)


def subnet_range(path: str, smallest: int = 29) -> Check:
    """An IPv4 range that a subnet may have: not a prohibited one, from /4 to `smallest`."""

    def check(inputs: Mapping[str, Any]) -> Problems:
        for where, value in at(inputs, path):
            try:
                block = Network(value)
            except ValueError as error:
                yield where, f"'{value}' is no IPv4 range: {error}"
                continue
            if not 4 <= block.prefixlen <= smallest:
                yield where, f"'{value}' is refused: the prefix length must be /4 to /{smallest}"
            yield from (
                (where, f"{value} overlaps {never}, which no subnet has") for never in _NEVER if never.overlaps(block)
            )

    return check


def ip_ranges(path: str) -> Check:
    """IPv4 or IPv6 ranges, each written with its network address."""

    def check(inputs: Mapping[str, Any]) -> Problems:
        for where, value in at(inputs, path):
            try:
                ipaddress.ip_network(value)
            except ValueError as error:
                yield where, f"'{value}' is no range of addresses: {error}"

    return check


def subnet_blocks(tree: Any) -> list[Network]:
    """The primary and secondary ranges of a subnet's inputs."""
    paths = ("ipCidrRange", "secondaryIpRanges[*].ipCidrRange")
    return [Network(value) for path in paths for _, value in at(tree, path)]


def lent_block(tree: Mapping[str, Any]) -> Network | None:
    """The range that a reserved one holds, None if it is a single address."""
    address, length = tree.get("address"), tree.get("prefixLength")
    return Network(f"{address}/{length}", strict=False) if address and length else None


def taken(context: Context, network: str) -> Iterator[tuple[Network, str]]:
    """Every range in this network, subnets' and reserved ones, but for this object's own; with who holds it."""
    me = (context.token, context.id)
    for other in context.objects(SUBNET, LENT):
        where = other.get("network")
        if (other.token, other.id) == me or where is None or identity(context, where, NETWORK) != network:
            continue
        lent = lent_block({**other.inputs, **other.outputs}) if other.token == LENT else None
        blocks = subnet_blocks(other.inputs) if other.token == SUBNET else [lent] if lent else []
        yield from ((block, other.id) for block in blocks)


def overlap(context: Context, own: list[Network]) -> str | None:
    """The refusal of ranges that are taken in the network that the input `network` names, or that overlap each other."""
    network = identity(context, context["network"], NETWORK)
    for index, block in enumerate(own):
        for other in own[:index]:
            if block.overlaps(other):
                return f"Error 400: Invalid IPCidrRange: {block} overlaps {other} of the same subnet"
        for other, holder in taken(context, network):
            if block.overlaps(other):
                return f"Error 400: Invalid IPCidrRange: {block} overlaps {other} ({holder}) in the same network"
    return None


def free_block(context: Context, length: int) -> Network:
    """A range that nobody has, as Google chooses one when none is named."""
    network = identity(context, context["network"], NETWORK)
    used = [block for block, _ in taken(context, network)]
    for start in range(0, 2**24, 2 ** (32 - length)):
        block = Network((int(ipaddress.IPv4Address("10.0.0.0")) + start, length))
        if not any(block.overlaps(other) for other in used):
            return block
    raise LookupError(f"no free range of /{length}")


def drawn_address(context: Context) -> str:
    """The address that Google draws: one of the subnet, or (an external one) one of the range for documentation."""
    if context.inputs.get("subnetwork"):
        return str(address_in("subnetwork", SUBNET, range_property="ipCidrRange")(context))
    return f"203.0.113.{1 + int(context.hex(4, 'address'), 16) % 254}"
