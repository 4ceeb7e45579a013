"""OCI Networking: virtual cloud networks and subnets.

https://docs.oracle.com/en-us/iaas/Content/Network/Concepts/overview.htm
"""

import ipaddress
from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any, Final

from sandbox.cloud.checks import cidr, exactly_one, holds, matches, required
from sandbox.cloud.context import Context
from sandbox.cloud.guards import inside, no_overlap
from sandbox.cloud.identity import ocid, same
from sandbox.cloud.oci.addresses import SUBNET
from sandbox.cloud.oci.placement import beside, in_domain, of_kind
from sandbox.cloud.resource_type import Reference, ResourceType
from sandbox.cloud.value import at

VCN: Final = "oci:Core/vcn:Vcn"
ROUTES: Final = "oci:Core/routeTable:RouteTable"
_LISTS: Final = (VCN, "oci:Core/securityList:SecurityList")
_LABEL: Final = matches(
    "dnsLabel", r"[A-Za-z][A-Za-z0-9]{0,14}", "a DNS label has at most 15 letters and digits, a letter first"
)
AVAILABLE: Final = {"state": same("AVAILABLE")}
IN_VCN: Final = Reference("vcnId", VCN, blocks_deletion=True)


def _ranges(inputs: Mapping[str, Any]) -> list[str]:
    return list(inputs.get("cidrBlocks") or filter(None, [inputs.get("cidrBlock")]))


def _apart(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    given = [(where, ipaddress.ip_network(text, strict=False)) for where, text in at(inputs, "cidrBlocks[*]")]
    for (_, first), (where, second) in combinations(given, 2):
        if first.overlaps(second):
            yield where, f"InvalidParameter: {second} overlaps {first}"


def _one_change_of_ranges(context: Context) -> str | None:
    """One range is added (at the end), removed or modified in an update, and none that a subnet lies in goes."""
    if context.operation != "update" or context.stored is None:
        return None
    held, asked = _ranges(context.stored.outputs), _ranges(context.inputs)
    gone, new = [one for one in held if one not in asked], [one for one in asked if one not in held]
    if max(len(gone), len(new)) > 1 or (new and not gone and asked[-1] != new[0]):
        return "400-InvalidParameter: one range is added (at the end), removed or modified at a time"
    for subnet in context.objects(SUBNET):
        range_ = ipaddress.ip_network(subnet.get("cidrBlock"))
        if subnet.get("vcnId") == context.id and not any(range_.subnet_of(ipaddress.ip_network(one)) for one in asked):  # type: ignore[arg-type]
            return f"409-Conflict: the subnet {subnet.id} lies in {gone[0]}"
    return None


def _private_is_private(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    flags = [inputs[name] for name in ("prohibitInternetIngress", "prohibitPublicIpOnVnic") if name in inputs]
    if len(set(flags)) > 1:
        yield "prohibitPublicIpOnVnic", "InvalidParameter: it can't differ from prohibitInternetIngress"


def _label_possible(context: Context) -> str | None:
    """The network has a label, and no other subnet of it this one."""
    label, vcn = context.inputs.get("dnsLabel"), context.find(context["vcnId"], VCN)
    if not context.writing or not label or vcn is None:
        return None
    if not vcn.get("dnsLabel"):
        return f"400-InvalidParameter: {vcn.id} was made without a DNS label, so a subnet of it has none"
    for other in context.objects(SUBNET):
        if (other.get("vcnId"), str(other.get("dnsLabel")).lower()) == (
            vcn.id,
            label.lower(),
        ) and other.id != context.id:
            return f"409-Conflict: the DNS label {label} is already used by {other.id}"
    return None


def _of_network(output: str) -> Any:
    return lambda context: _vcn(context).get(output)


def _vcn(context: Context) -> Any:
    found = context.find(context["vcnId"], VCN)
    return {} if found is None else found


def _domain_name(context: Context) -> str | None:
    label, above = context.inputs.get("dnsLabel"), _vcn(context).get("vcnDomainName")
    return f"{label}.{above}" if label and above else None


TYPES: Final = (
    ResourceType(
        token=VCN,
        source="https://docs.oracle.com/en-us/iaas/Content/Network/Tasks/managingVCNs.htm",
        id=ocid("vcn"),
        computed={
            **AVAILABLE,
            "defaultRouteTableId": ocid("routetable"),
            "defaultSecurityListId": ocid("securitylist"),
            "defaultDhcpOptionsId": ocid("dhcpoptions"),
            "vcnDomainName": lambda context: f"{context.inputs['dnsLabel']}.oraclevcn.com"
            if context.inputs.get("dnsLabel")
            else None,
            "cidrBlocks": lambda context: _ranges(context.inputs),
            "cidrBlock": lambda context: _ranges(context.inputs)[0],
        },
        defaults={"isIpv6enabled": False},
        in_use="409-Conflict",
        replace_on=("dnsLabel",),
        checks=(
            _LABEL,
            cidr("cidrBlocks[*]", 16, 30),
            cidr("cidrBlock", 16, 30),
            exactly_one("cidrBlock", "cidrBlocks"),
            holds("cidrBlocks", bool, "InvalidParameter: at least one range"),
            _apart,
        ),
        guards=(_one_change_of_ranges,),
        known_as=("defaultRouteTableId", "defaultSecurityListId", "defaultDhcpOptionsId"),
        sources=("https://docs.oracle.com/en-us/iaas/Content/Network/Concepts/dns.htm",),
        blind_spots=(
            "How many networks a region has, and ranges a network, is not limited.",
            "Going back from cidrBlocks to cidrBlock is not refused.",
            "IPv6 and bring-your-own ranges are not imitated.",
        ),
    ),
    ResourceType(
        token=SUBNET,
        source="https://docs.oracle.com/en-us/iaas/Content/Network/Tasks/managingsubnets.htm",
        id=ocid("subnet"),
        computed={
            **AVAILABLE,
            "virtualRouterIp": lambda context: str(ipaddress.IPv4Network(context["cidrBlock"])[1]),
            "virtualRouterMac": lambda context: "00:00:17:"
            + ":".join(context.hex(6)[i : i + 2] for i in (0, 2, 4)).upper(),
            "subnetDomainName": _domain_name,
        },
        defaults={
            "prohibitPublicIpOnVnic": lambda context: context.inputs.get("prohibitInternetIngress", False),
            "prohibitInternetIngress": lambda context: context.inputs.get("prohibitPublicIpOnVnic", False),
            "routeTableId": _of_network("defaultRouteTableId"),
            "dhcpOptionsId": _of_network("defaultDhcpOptionsId"),
            "securityListIds": lambda context: [_vcn(context).get("defaultSecurityListId")],
        },
        in_use="409-Conflict",
        replace_on=("vcnId", "dnsLabel", "availabilityDomain", "prohibitPublicIpOnVnic", "prohibitInternetIngress"),
        references=(
            IN_VCN,
            Reference("routeTableId", (ROUTES, VCN), blocks_deletion=True),
            Reference("securityListIds[*]", _LISTS, blocks_deletion=True),
            Reference("dhcpOptionsId", (VCN, "oci:Core/dhcpOptions:DhcpOptions"), blocks_deletion=True),
        ),
        checks=(
            cidr("cidrBlock", 16, 30),
            required("cidrBlock", lambda _: True, "InvalidParameter: a subnet has an IPv4 range"),
            _LABEL,
            _private_is_private,
            of_kind("routeTableId", "routetable"),
            of_kind("securityListIds[*]", "securitylist"),
            of_kind("dhcpOptionsId", "dhcpoptions"),
            holds("securityListIds", lambda lists: len(lists) <= 5, "InvalidParameter: at most 5 security lists"),
        ),
        guards=(
            inside(
                "cidrBlock",
                "vcnId",
                VCN,
                parent_path="cidrBlocks[*]",
                reason="400-InvalidParameter: {value} lies outside {other}",
            ),
            no_overlap("cidrBlock", "vcnId", reason="400-InvalidParameter: {value} overlaps {other}"),
            in_domain("availabilityDomain"),
            _label_possible,
            beside("routeTableId", ROUTES, VCN),
            beside("securityListIds[*]", *_LISTS),
            beside("dhcpOptionsId", VCN),
        ),
        unordered=("securityListIds",),
        sources=(
            "https://docs.oracle.com/en-us/iaas/Content/Network/Concepts/dns.htm",
            "https://docs.oracle.com/en-us/iaas/Content/Network/Concepts/overview.htm",
        ),
        blind_spots=(
            "A range that is changed is not held against the addresses in use.",
            "Several IPv4 ranges in a subnet, and IPv6, are not imitated.",
            "DHCP options and security lists of one's own have no row.",
        ),
    ),
)
