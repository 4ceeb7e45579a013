"""Virtual Private Cloud: networks, subnets, routes, firewall rules.

https://cloud.google.com/vpc/docs/vpc
"""

import ipaddress
from collections.abc import Mapping
from typing import Any, Final

from sandbox.cloud.checks import Problems, between, cidr, exactly_one, holds, one_of
from sandbox.cloud.context import Context
from sandbox.cloud.gcp.naming import CREATED, ROOT, compute_name
from sandbox.cloud.guards import no_overlap
from sandbox.cloud.resource_type import Reference, ResourceType
from sandbox.cloud.value import at

NETWORK: Final = "gcp:compute/network:Network"
SUBNET: Final = "gcp:compute/subnetwork:Subnetwork"
LENT: Final = "gcp:compute/globalAddress:GlobalAddress"
_ROUTE: Final = "gcp:compute/route:Route"
_FIREWALL: Final = "gcp:compute/firewall:Firewall"
_IN_NETWORK: Final = Reference("network", NETWORK, blocks_deletion=True)
_GLOBAL: Final = "{project}"
_REGIONAL: Final = "{project}/{region}"
_PROXIES: Final = ("REGIONAL_MANAGED_PROXY", "GLOBAL_MANAGED_PROXY")


def _subnet_fits(inputs: Mapping[str, Any]) -> Problems:
    proxies = inputs.get("purpose") in _PROXIES
    if proxies and "role" not in inputs:
        yield "role", "a proxy-only subnet is ACTIVE or BACKUP"
    if proxies and "logConfig" in inputs:
        yield "logConfig", "a proxy-only subnet takes no flow logs"
    if proxies and inputs.get("privateIpGoogleAccess"):
        yield "privateIpGoogleAccess", "a proxy-only subnet takes no Private Google Access"
    if "ipCidrRange" in inputs:
        length = ipaddress.ip_network(inputs["ipCidrRange"], strict=False).prefixlen
        if length > (26 if proxies else 29):
            yield "ipCidrRange", f"/{length} is too small"


def _one_proxy_subnet(context: Context) -> str | None:
    if context.operation != "create" or context.inputs.get("purpose") != "REGIONAL_MANAGED_PROXY":
        return None
    for other in context.objects(SUBNET):
        same = all(other.get(name) == context.inputs.get(name) for name in ("network", "region", "purpose", "role"))
        if same and other.id != context.id:
            return f"Error 400: {context['network']} has an active proxy-only subnet in {context['region']}: {other.id}"
    return None


def _not_lent(context: Context) -> str | None:
    if context.operation == "delete":
        return None
    own = ipaddress.ip_network(context["ipCidrRange"])
    for other in context.objects(LENT):
        if other.get("network") == context["network"] and other.get("purpose") == "VPC_PEERING":
            lent = ipaddress.ip_network(f"{other.get('address')}/{other.get('prefixLength')}")
            if lent.overlaps(own):
                return f"Error 400: {own} overlaps the range {lent} reserved by {other.id}"
    return None


def _firewall_fits(inputs: Mapping[str, Any]) -> Problems:
    sources = any(inputs.get(name) for name in ("sourceRanges", "sourceTags", "sourceServiceAccounts"))
    if inputs.get("direction", "INGRESS") == "INGRESS" and not sources:
        yield "sourceRanges", "an ingress rule needs sources"
    if inputs.get("direction") == "EGRESS" and (inputs.get("sourceTags") or inputs.get("sourceServiceAccounts")):
        yield "sourceTags", "an egress rule takes neither source tags nor source service accounts"
    for path in ("allows", "denies"):
        for where, rule in at(inputs, f"{path}[*]"):
            if rule.get("ports") and rule["protocol"] not in ("tcp", "udp", "sctp", "6", "17", "132"):
                yield f"{where}.ports", f"protocol '{rule['protocol']}' has no ports"


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
        input_defaults={"autoCreateSubnetworks": True, "deleteDefaultRoutesOnCreate": False},
        defaults={
            "mtu": 1460,
            "routingMode": "REGIONAL",
            "networkFirewallPolicyEnforcementOrder": "AFTER_CLASSIC_FIREWALL",
        },
        replace_on=("autoCreateSubnetworks",),
        checks=(one_of("routingMode", ("REGIONAL", "GLOBAL")),),
        known_as=("selfLink", "name"),
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
        replace_on=("network", "region", "purpose"),
        checks=(
            cidr("ipCidrRange", 4, 29),
            one_of("purpose", ("PRIVATE", *_PROXIES, "PRIVATE_SERVICE_CONNECT", "PRIVATE_NAT")),
            one_of("role", ("ACTIVE", "BACKUP")),
            between("logConfig.flowSampling", 0, 1),
            _subnet_fits,
        ),
        guards=(
            no_overlap("ipCidrRange", "network", reason="Error 400: {value} overlaps {other} in the same network"),
            _one_proxy_subnet,
            _not_lent,
        ),
        references=(_IN_NETWORK,),
        known_as=("selfLink", "name"),
    ),
    ResourceType(
        token=_ROUTE,
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
            "destRange",
            "network",
            "nextHopGateway",
            "nextHopIp",
            "nextHopIlb",
            "priority",
            "tags",
            "description",
        ),
        checks=(
            cidr("destRange"),
            exactly_one("nextHopGateway", "nextHopIp", "nextHopIlb", "nextHopInstance", "nextHopVpnTunnel"),
            holds(
                "nextHopGateway",
                lambda hop: hop.rpartition("/")[2] == "default-internet-gateway",
                "'{value}' is no gateway",
            ),
            between("priority", 0, 65535),
        ),
        references=(_IN_NETWORK,),
    ),
    ResourceType(
        token=_FIREWALL,
        source="https://cloud.google.com/firewall/docs/firewalls",
        id="projects/{project}/global/firewalls/{name}",
        name=compute_name(_GLOBAL),
        computed={
            "selfLink": ROOT + "projects/{project}/global/firewalls/{name}",
            "creationTimestamp": CREATED,
        },
        input_defaults={"priority": 1000},
        defaults={"direction": "INGRESS"},
        replace_on=("network", "direction"),
        checks=(
            one_of("direction", ("INGRESS", "EGRESS")),
            exactly_one("allows", "denies"),
            cidr("sourceRanges[*]"),
            cidr("destinationRanges[*]"),
            between("priority", 0, 65535),
            one_of("logConfig.metadata", ("EXCLUDE_ALL_METADATA", "INCLUDE_ALL_METADATA")),
            holds("description", lambda text: len(text) <= 2048, "a description has at most 2048 characters"),
            _firewall_fits,
        ),
        references=(_IN_NETWORK,),
    ),
)
