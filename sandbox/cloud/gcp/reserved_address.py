"""Reserved regional addresses.

https://cloud.google.com/vpc/docs/reserve-static-internal-ip-addresses
"""

import ipaddress
from collections.abc import Mapping
from typing import Any, Final

from sandbox.cloud.checks import Problems, one_of
from sandbox.cloud.context import Context
from sandbox.cloud.gcp.addresses import NETWORK, PROXIES, SUBNET, drawn_address
from sandbox.cloud.gcp.backend import REGIONAL, link, regional_id
from sandbox.cloud.gcp.naming import CREATED, compute_name, label_rule, region_rule
from sandbox.cloud.gcp.tree import given, identity, own
from sandbox.cloud.resource_type import Reference, ResourceType

ADDRESS: Final = "gcp:compute/address:Address"
_PURPOSES: Final = (
    "GCE_ENDPOINT",
    "IPSEC_INTERCONNECT",
    "PRIVATE_SERVICE_CONNECT",
    "SHARED_LOADBALANCER_VIP",
    "VPC_PEERING",
)


def _address_fits(inputs: Mapping[str, Any]) -> Problems:
    internal = inputs.get("addressType") == "INTERNAL"
    for name in ("purpose", "subnetwork", "network"):
        if not internal and inputs.get(name) is not None:
            yield name, f"'{name}' is for an address of type INTERNAL"
    if internal and inputs.get("networkTier") is not None:
        yield "networkTier", "an internal address has no network tier"
    if internal and not given(inputs, "subnetwork", "network"):
        yield "subnetwork", "an internal address is in a subnet"


def _address_free(context: Context) -> str | None:
    subnet, wanted = own(context, "subnetwork", SUBNET), context.inputs.get("address")
    if not context.writing or subnet is None:
        return None
    if subnet.get("purpose") in PROXIES:
        return f"Error 400: {subnet.id} is for the proxies of load balancers only"
    if not wanted:
        return None
    block = ipaddress.ip_network(subnet.get("ipCidrRange"))
    address = ipaddress.ip_address(wanted)
    if address not in block:
        return f"Error 400: the address {wanted} is not in the range of {subnet.id}, {block}"
    if address in (block[0], block[1], block[-2], block[-1]):
        return f"Error 400: {wanted} is one of the four addresses that Google keeps in {block}"
    home = identity(context, subnet.get("network"), NETWORK)
    for other in context.objects(ADDRESS):
        beside = context.find(other.get("subnetwork") or "", SUBNET)
        same = beside is not None and identity(context, beside.get("network"), NETWORK) == home
        if same and other.get("address") == wanted and other.id != context.id:
            return f"Error 400: IP_IN_USE_BY_ANOTHER_RESOURCE: {wanted} is already being used by {other.id}"
    return None


def _chosen(context: Context) -> str:
    return str(context.inputs.get("address") or drawn_address(context))


TYPES: Final = (
    ResourceType(
        token=ADDRESS,
        source="https://cloud.google.com/vpc/docs/reserve-static-internal-ip-addresses",
        id=regional_id("addresses"),
        name=compute_name(REGIONAL),
        computed=link(
            "addresses",
            address=_chosen,
            creationTimestamp=CREATED,
            labelFingerprint=lambda context: context.hex(12, "labels"),
        ),
        input_defaults={"addressType": "EXTERNAL"},
        replace_on=(
            "address",
            "addressType",
            "description",
            "ipCollection",
            "ipVersion",
            "ipv6EndpointType",
            "network",
            "networkTier",
            "prefixLength",
            "purpose",
            "region",
            "subnetwork",
        ),
        checks=(
            region_rule("region"),
            one_of("addressType", ("EXTERNAL", "INTERNAL")),
            one_of("purpose", _PURPOSES),
            one_of("networkTier", ("PREMIUM", "STANDARD")),
            _address_fits,
            label_rule("labels"),
        ),
        guards=(_address_free,),
        references=(
            Reference("subnetwork", SUBNET, blocks_deletion=True),
            Reference("network", NETWORK, blocks_deletion=True),
        ),
        known_as=("address", "selfLink"),
        sources=("https://cloud.google.com/vpc/docs/subnets#unusable-ip-addresses-in-every-subnet",),
        blind_spots=(
            "An address that is chosen for the user is not compared with those of others.",
            "Addresses outside a subnet, IPv6 and purposes of other products are not looked into.",
        ),
    ),
)
