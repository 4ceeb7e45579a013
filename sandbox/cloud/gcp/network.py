"""Virtual Private Cloud: networks, subnets, routes.

https://cloud.google.com/vpc/docs/vpc
"""

import ipaddress
from collections.abc import Mapping
from typing import Any, Final

from sandbox.cloud.checks import Problems, between, cidr, exactly_one, holds, one_of
from sandbox.cloud.context import Context, Object
from sandbox.cloud.gcp.addresses import (
    NETWORK,
    PROXIES,
    ROUTE,
    SUBNET,
    overlap,
    subnet_blocks,
    subnet_range,
)
from sandbox.cloud.gcp.naming import CREATED, ROOT, compute_name, region_rule
from sandbox.cloud.gcp.tree import identity, repeated
from sandbox.cloud.guards import not_deleted_while_others
from sandbox.cloud.resource_type import Reference, ResourceType
from sandbox.cloud.value import at

RULE: Final = "gcp:compute/forwardingRule:ForwardingRule"
IN_NETWORK: Final = Reference("network", NETWORK, blocks_deletion=True)
_GLOBAL: Final = "{project}"
_REGIONAL: Final = "{project}/{region}"
_AFTER: Final = ("AFTER_CLASSIC_FIREWALL", "BEFORE_CLASSIC_FIREWALL")
_HOPS: Final = ("nextHopGateway", "nextHopIp", "nextHopIlb", "nextHopInstance", "nextHopVpnTunnel")
_INTERVALS: Final = tuple(f"INTERVAL_{span}" for span in ("5_SEC", "30_SEC", "1_MIN", "5_MIN", "10_MIN", "15_MIN"))


def _subnet_fits(inputs: Mapping[str, Any]) -> Problems:
    proxies = inputs.get("purpose") in PROXIES
    if proxies and "role" not in inputs and inputs.get("purpose") == "REGIONAL_MANAGED_PROXY":
        yield "role", "a proxy-only subnet is ACTIVE or BACKUP"
    if not proxies and "role" in inputs:
        yield "role", "only a proxy-only subnet has a role"
    if proxies:
        yield from (
            (name, f"a proxy-only subnet takes no {what}")
            for name, what in (
                ("logConfig", "flow logs"),
                ("privateIpGoogleAccess", "Private Google Access"),
                ("secondaryIpRanges", "secondary ranges"),
            )
            if inputs.get(name)
        )
    if "ipCidrRange" not in inputs and "reservedInternalRange" not in inputs:
        yield "ipCidrRange", "either a range or a reserved internal range"
    elif proxies and ipaddress.ip_network(inputs["ipCidrRange"], strict=False).prefixlen > 26:
        yield (
            "ipCidrRange",
            f"{inputs['ipCidrRange']} is too small: a proxy-only subnet has at least 64 addresses (/26)",
        )
    for name in repeated([name for _, name in at(inputs, "secondaryIpRanges[*].rangeName")]):
        yield "secondaryIpRanges", f"two secondary ranges are named {name}"


def _one_proxy_subnet(context: Context) -> str | None:
    if context.operation != "create" or context.inputs.get("purpose") not in PROXIES:
        return None
    asked = {name: context.inputs.get(name) for name in ("purpose", "role")} | {"region": context["region"]}
    network = identity(context, context["network"], NETWORK)
    for other in context.objects(SUBNET):
        same = all(other.get(name) == value for name, value in asked.items())
        if same and identity(context, other.get("network"), NETWORK) == network and asked["role"] != "BACKUP":
            return f"Error 400: {context['network']} has an active proxy-only subnet in {context['region']}: {other.id}"
    return None


def _ranges_free(context: Context) -> str | None:
    return overlap(context, subnet_blocks(context.inputs)) if context.writing else None


def _grows(context: Context) -> str | None:
    held = None if context.stored is None else context.stored.inputs.get("ipCidrRange")
    if context.operation != "update" or not held or not context.inputs.get("ipCidrRange"):
        return None
    old, new = ipaddress.IPv4Network(held), ipaddress.IPv4Network(context["ipCidrRange"])
    return None if old.subnet_of(new) else f"Error 400: a subnet's range only grows: {old} to {new}"


def _in_custom_network(context: Context) -> str | None:
    network = context.find(context["network"], NETWORK)
    if context.operation != "create" or network is None or network.get("autoCreateSubnetworks") is False:
        return None
    automatic = ipaddress.IPv4Network("10.128.0.0/9")
    clash = [block for block in subnet_blocks(context.inputs) if block.overlaps(automatic)]
    return f"Error 400: {clash[0]} overlaps 10.128.0.0/9, which auto mode keeps for itself" if clash else None


def _no_subnets_route(context: Context) -> str | None:
    """A static route is never as specific as a subnet's own, or more."""
    if context.operation != "create":
        return None
    wanted, network = ipaddress.IPv4Network(context["destRange"]), identity(context, context["network"], NETWORK)
    for subnet in context.objects(SUBNET):
        if identity(context, subnet.get("network"), NETWORK) == network:
            for block in subnet_blocks(subnet.inputs):
                if wanted.subnet_of(block):
                    return f"Error 400: the destination {wanted} is inside the subnet {subnet.id} ({block})"
    return None


def _served_by(subnet: Context, rule: Object) -> bool:
    """A load balancer of the same network and region runs in this proxy-only subnet."""
    same = identity(subnet, rule.get("network"), NETWORK) == identity(subnet, subnet["network"], NETWORK)
    managed = rule.get("loadBalancingScheme") in ("INTERNAL_MANAGED", "EXTERNAL_MANAGED")
    active = subnet.inputs.get("purpose") == "REGIONAL_MANAGED_PROXY" and subnet.inputs.get("role") == "ACTIVE"
    return active and managed and same and rule.get("region") == subnet["region"]


TYPES: Final = (
    ResourceType(
        token=NETWORK,
        source="https://cloud.google.com/vpc/docs/create-modify-vpc-networks",
        id="projects/{project}/global/networks/{name}",
        name=compute_name(_GLOBAL),
        computed={
            "selfLink": ROOT + "projects/{project}/global/networks/{name}",
            "networkId": lambda context: context.digits(19, "network"),
            "numericId": lambda context: context.digits(19, "network"),
            "gatewayIpv4": "",
        },
        input_defaults={
            "autoCreateSubnetworks": True,
            "deleteDefaultRoutesOnCreate": False,
            "networkFirewallPolicyEnforcementOrder": "AFTER_CLASSIC_FIREWALL",
        },
        defaults={"mtu": 1460, "routingMode": "REGIONAL"},
        replace_on=("autoCreateSubnetworks", "description", "internalIpv6Range", "networkProfile", "params"),
        checks=(
            one_of("routingMode", ("REGIONAL", "GLOBAL")),
            one_of("networkFirewallPolicyEnforcementOrder", _AFTER),
            between("mtu", 1300, 8896),
        ),
        known_as=("selfLink", "name"),
        sources=("https://cloud.google.com/vpc/docs/mtu",),
        blind_spots=(
            "Auto mode makes no subnets here, and the default routes are not there.",
            "A peering that private services access left behind (ABANDON) holds the network there, not here.",
            "Whether a private zone holds its network is not known here; it does not.",
        ),
    ),
    ResourceType(
        token=SUBNET,
        source="https://cloud.google.com/vpc/docs/subnets",
        id="projects/{project}/regions/{region}/subnetworks/{name}",
        name=compute_name(_REGIONAL),
        computed={
            "selfLink": ROOT + "projects/{project}/regions/{region}/subnetworks/{name}",
            "gatewayAddress": lambda context: str(ipaddress.ip_network(context["ipCidrRange"])[1]),
            "creationTimestamp": CREATED,
            "fingerprint": lambda context: context.hex(12, "fingerprint"),
            "subnetworkId": lambda context: int(context.digits(15, "subnet")),
        },
        defaults={"purpose": "PRIVATE", "privateIpGoogleAccess": False, "stackType": "IPV4_ONLY"},
        replace_on=(
            "description",
            "externalIpv6Prefix",
            "internalIpv6Prefix",
            "ipCollection",
            "ipv6AccessType",
            "network",
            "params",
            "purpose",
            "region",
            "reservedInternalRange",
        ),
        checks=(
            subnet_range("ipCidrRange"),
            subnet_range("secondaryIpRanges[*].ipCidrRange"),
            region_rule("region"),
            one_of("purpose", ("PRIVATE", *PROXIES, "PRIVATE_SERVICE_CONNECT", "PRIVATE_NAT", "PEER_MIGRATION")),
            one_of("role", ("ACTIVE", "BACKUP")),
            one_of("stackType", ("IPV4_ONLY", "IPV4_IPV6", "IPV6_ONLY")),
            one_of("logConfig.aggregationInterval", _INTERVALS),
            one_of("logConfig.metadata", ("EXCLUDE_ALL_METADATA", "INCLUDE_ALL_METADATA", "CUSTOM_METADATA")),
            between("logConfig.flowSampling", 0, 1),
            _subnet_fits,
        ),
        guards=(
            _grows,
            _ranges_free,
            _in_custom_network,
            _one_proxy_subnet,
            not_deleted_while_others(
                RULE, belongs=_served_by, reason="Error 400: {id} is still used by the load balancer of {other}"
            ),
        ),
        references=(IN_NETWORK,),
        known_as=("selfLink", "name"),
        unordered=("secondaryIpRanges",),
        sources=("https://cloud.google.com/load-balancing/docs/proxy-only-subnets",),
        blind_spots=(
            "The provider replaces a subnet whose range is to shrink; here the update is refused.",
            "A subnet that Cloud Run sent traffic from can't be deleted for one to two hours after the service.",
            "IPv6, internal ranges of Network Connectivity and routes learnt from peers are not looked at.",
            "A subnet that becomes dual-stack takes its IPv6 inputs in place there; here they always replace it.",
        ),
    ),
    ResourceType(
        token=ROUTE,
        source="https://cloud.google.com/vpc/docs/routes",
        id="projects/{project}/global/routes/{name}",
        name=compute_name(_GLOBAL),
        computed={
            "selfLink": ROOT + "projects/{project}/global/routes/{name}",
            "nextHopNetwork": "",
            "creationTimestamp": CREATED,
        },
        input_defaults={"priority": 1000},
        replace_on=(
            "description",
            "destRange",
            "network",
            *_HOPS,
            "nextHopInstanceZone",
            "params",
            "priority",
            "tags",
        ),
        checks=(
            cidr("destRange"),
            exactly_one(*_HOPS),
            holds(
                "nextHopGateway",
                lambda hop: hop.rpartition("/")[2] == "default-internet-gateway",
                "'{value}' is no gateway",
            ),
            between("priority", 0, 65535),
        ),
        guards=(_no_subnets_route,),
        references=(IN_NETWORK,),
        unordered=("tags",),
        blind_spots=(
            "Next hops other than the gateway are not looked up; a load balancer as next hop is not held by its route.",
            "A subnet made after a route inside its range is not refused.",
            "Ranges that no static route may have (Google's own) are not refused.",
        ),
    ),
)
