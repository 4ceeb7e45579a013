"""Hops of a route that the stack's own gateways are not: https://docs.aws.amazon.com/vpc/latest/userguide/route-table-options.html."""

from collections.abc import Mapping
from typing import Any

from policies.facts.reach.space import addresses, wide
from policies.facts.vocabulary import UNKNOWN, Maybe

_RANGES = ("cidrBlock", "ipv6CidrBlock", "destinationCidrBlock", "destinationIpv6CidrBlock")
# Into a carrier's network and by it to the internet: https://docs.aws.amazon.com/vpc/latest/userguide/Carrier_Gateway.html
_CARRIER = "carrierGatewayId"
# What lies behind is decided elsewhere: a hub with a way out of its own, an appliance, an inspection.
_BEYOND = ("transitGatewayId", "coreNetworkArn", "localGatewayId", "networkInterfaceId", "instanceId", "vpcEndpointId")


def anywhere(route: Mapping[str, Any]) -> Maybe[bool]:
    """Whether the route is one for any address of the internet."""
    ranges = [route.get(name) for name in _RANGES if route.get(name) not in (None, "")]
    if UNKNOWN in ranges:
        return UNKNOWN
    found = [addresses(cidr) for cidr in ranges if isinstance(cidr, str)]
    return any(one is not None and wide([one]) for one in found)


def beyond(route: Mapping[str, Any]) -> Maybe[bool]:
    """Whether such a route leads to the internet by a carrier; unknown by a hop that only says to whom it is handed on."""
    taken = [name for name in (_CARRIER, *_BEYOND) if route.get(name) not in (None, "")]
    if not taken or anywhere(route) is False:
        return False
    return anywhere(route) if _CARRIER in taken else UNKNOWN
