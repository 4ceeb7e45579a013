"""Private addresses of a subnet: the first two and the last one are the network's own.

https://docs.oracle.com/en-us/iaas/Content/Network/Concepts/overview.htm
"""

import ipaddress
from collections.abc import Iterator
from typing import Final

from sandbox.cloud.context import Context, Object
from sandbox.cloud.resource_type import Guard
from sandbox.cloud.value import at, one

SUBNET: Final = "oci:Core/subnet:Subnet"
# Who has addresses: the place of each interface in its outputs, there its subnet and its addresses.
_INTERFACES: Final = (
    ("oci:ContainerEngine/containerInstance:ContainerInstance", "vnics[*]", "subnetId", "privateIp"),
    ("oci:Psql/dbSystem:DbSystem", "networkDetails", "subnetId", "primaryDbEndpointPrivateIp"),
    ("oci:LoadBalancer/loadBalancer:LoadBalancer", "", "subnetIds[0]", "ipAddressDetails[*].ipAddress"),
)


def taken(context: Context, subnet: str) -> set[str]:
    """The addresses of a subnet that others have."""
    return {
        address
        for other in context.objects(*(row[0] for row in _INTERFACES))
        for address in _of(other, subnet)
        if other.id != context.id
    }


def _of(other: Object, subnet: str) -> Iterator[str]:
    for token, interfaces, where, addresses in _INTERFACES:
        for _, interface in at(other.outputs, interfaces) if token == other.token else ():
            if one(interface, where) == subnet:
                yield from (str(address) for _, address in at(interface, addresses))


def address(context: Context, subnet: str, what: str) -> str:
    """A free address, the same one as long as the object lives. Raises LookupError where there is none."""
    found = context.find(subnet, SUBNET)
    if found is None:
        raise LookupError(f"{subnet} is no subnet")
    network, others = ipaddress.IPv4Network(found.get("cidrBlock")), taken(context, subnet)
    usable = network.num_addresses - 3
    start = int(context.hex(8, what), 16)
    for step in range(usable):
        chosen = str(network[2 + (start + step) % usable])
        if chosen not in others:
            return chosen
    raise LookupError(f"{subnet} is full")


def addresses_fit(interfaces: str, given: str, subnet: str = "subnetId") -> Guard:
    """The address that an interface asks for is one of its subnet's, free and not the network's own; else there is one left."""

    def guard(context: Context) -> str | None:
        for where, interface in at(context.inputs, interfaces) if context.operation == "create" else ():
            found = context.find(str(one(interface, subnet)), SUBNET)
            if found is None:
                continue
            network = ipaddress.IPv4Network(found.get("cidrBlock"))
            others, asked = taken(context, found.id), one(interface, given)
            if asked is None:
                if len(others) >= network.num_addresses - 3:
                    return f"409-Conflict: {where}: {found.id} has no free address left"
            elif not _usable(str(asked), network):
                return f"400-InvalidParameter: {where}: {asked} is no address of {network} for use"
            elif asked in others:
                return f"409-Conflict: {where}: {asked} is already in use"
        return None

    return guard


def _usable(asked: str, network: ipaddress.IPv4Network) -> bool:
    found = ipaddress.IPv4Address(asked)
    return found in network and found not in (network[0], network[1], network[-1])
