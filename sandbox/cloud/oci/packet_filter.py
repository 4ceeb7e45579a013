"""OCI Networking: network security groups and the default security list.

https://docs.oracle.com/en-us/iaas/Content/Network/Concepts/securityrules.htm
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sandbox.cloud.checks import Problems, between, cidr, holds, matches, one_of
from sandbox.cloud.context import Context
from sandbox.cloud.identity import ocid, same
from sandbox.cloud.oci.network import AVAILABLE, IN_VCN, VCN
from sandbox.cloud.oci.placement import kind_of, of_kind
from sandbox.cloud.oci.routing import labels_known
from sandbox.cloud.resource_type import Check, Reference, ResourceType
from sandbox.cloud.value import at

NSG: Final = "oci:Core/networkSecurityGroup:NetworkSecurityGroup"
RULE: Final = "oci:Core/networkSecurityGroupSecurityRule:NetworkSecurityGroupSecurityRule"
_MOST_RULES: Final = 120
_ENDS: Final = ("CIDR_BLOCK", "NETWORK_SECURITY_GROUP", "SERVICE_CIDR_BLOCK")
_OPTIONS: Final = {"tcpOptions": ("6",), "udpOptions": ("17",), "icmpOptions": ("1", "58")}


def _one_direction(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    needed, other = ("source", "destination") if inputs.get("direction") == "INGRESS" else ("destination", "source")
    for name in (needed, f"{needed}Type"):
        if name not in inputs:
            yield name, f"InvalidParameter: {name} is required for {inputs.get('direction')}"
    if inputs.get(other):
        yield other, f"InvalidParameter: {other} is not for {inputs.get('direction')}"


def _ends_fit(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """A range, a group or a label of services, as the type of the end says."""
    for end in ("source", "destination"):
        if inputs.get(end) is None:
            continue
        kind = inputs.get(f"{end}Type")
        if kind == "CIDR_BLOCK":
            yield from cidr(end)(inputs)
        if kind == "NETWORK_SECURITY_GROUP" and kind_of(inputs[end]) != "networksecuritygroup":
            yield end, f"InvalidParameter: '{inputs[end]}' is no OCID of a network security group"


def _options_fit(place: str = "") -> Check:
    """Ports are for TCP and UDP, types for ICMP, and a range of ports does not run backwards."""

    def check(inputs: Mapping[str, Any]) -> Problems:
        for where, rule in at(inputs, place) if place else [("", inputs)]:
            before = f"{where}." if where else ""
            for name, protocols in _OPTIONS.items():
                if rule.get(name) and rule.get("protocol") not in protocols:
                    yield f"{before}{name}", f"InvalidParameter: {name} is not for protocol {rule.get('protocol')}"
            for name in ("tcpOptions", "udpOptions"):
                for range_ in _port_ranges(rule.get(name) or {}):
                    if not 1 <= range_["min"] <= range_["max"] <= 65535:
                        yield (
                            f"{before}{name}",
                            f"InvalidParameter: no range of ports: {range_['min']} to {range_['max']}",
                        )

    return check


def _port_ranges(options: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [options[name] for name in ("destinationPortRange", "sourcePortRange") if options.get(name)]


def _not_full(context: Context) -> str | None:
    group = context["networkSecurityGroupId"]
    if context.operation != "create":
        return None
    held = [rule for rule in context.objects(RULE) if rule.get("networkSecurityGroupId") == group]
    return f"400-LimitExceeded: {group} already has {_MOST_RULES} rules" if len(held) >= _MOST_RULES else None


def _same_network(context: Context) -> str | None:
    """Two groups in one rule are of one network."""
    group = context.find(context["networkSecurityGroupId"], NSG)
    for end in ("source", "destination") if context.writing else ():
        name = context.inputs.get(end)
        other = context.find(name, NSG) if name and kind_of(name) else None
        if group and other and other.get("vcnId") != group.get("vcnId"):
            return f"400-InvalidParameter: {end}: {name} is not in the network of {group.id}"
    return None


def _peer(path: str) -> Reference:
    return Reference(path, NSG, unless=r"(?!ocid1\.).*")


_PROTOCOL: Final = r"all|1?\d?\d|2[0-4]\d|25[0-5]"
_WORDS: Final = "'all' or a protocol number"

TYPES: Final = (
    ResourceType(
        token="oci:Core/defaultSecurityList:DefaultSecurityList",
        source="https://docs.oracle.com/en-us/iaas/Content/Network/Concepts/securitylists.htm",
        id="{manageDefaultResourceId}",
        computed=AVAILABLE,
        replace_on=("manageDefaultResourceId",),
        references=(Reference("manageDefaultResourceId", VCN),),
        checks=(
            of_kind("manageDefaultResourceId", "securitylist"),
            matches("ingressSecurityRules[*].protocol", _PROTOCOL, _WORDS),
            matches("egressSecurityRules[*].protocol", _PROTOCOL, _WORDS),
            holds("ingressSecurityRules", lambda rules: len(rules) <= 200, "InvalidParameter: at most 200 rules"),
            holds("egressSecurityRules", lambda rules: len(rules) <= 200, "InvalidParameter: at most 200 rules"),
        ),
        unordered=("ingressSecurityRules", "egressSecurityRules"),
        blind_spots=(
            "What becomes of the list when it is given up is not imitated.",
            "Sources, destinations and ports of its rules are not checked.",
        ),
    ),
    ResourceType(
        token=NSG,
        source="https://docs.oracle.com/en-us/iaas/Content/Network/Concepts/networksecuritygroups.htm",
        id=ocid("networksecuritygroup"),
        computed=AVAILABLE,
        in_use="409-Conflict",
        replace_on=("vcnId",),
        references=(IN_VCN,),
        blind_spots=("How many groups a network has is not limited.",),
    ),
    ResourceType(
        token=RULE,
        source="https://docs.oracle.com/en-us/iaas/api/#/en/iaas/20160918/SecurityRule/AddNetworkSecurityGroupSecurityRules",
        id=lambda context: context.hex(6).upper(),
        computed={"isValid": same(value=True)},
        defaults={"stateless": False},
        replace_on=("networkSecurityGroupId",),
        scope="{tenancy}/{networkSecurityGroupId}",
        references=(Reference("networkSecurityGroupId", NSG), _peer("source"), _peer("destination")),
        checks=(
            one_of("direction", ("INGRESS", "EGRESS")),
            one_of("sourceType", _ENDS),
            one_of("destinationType", _ENDS),
            matches("protocol", _PROTOCOL, _WORDS),
            holds("description", lambda text: 1 <= len(text) <= 255, "a description has 1 to 255 characters"),
            between("icmpOptions.type", 0, 254),
            _one_direction,
            _ends_fit,
            _options_fit(),
        ),
        guards=(labels_known, _not_full, _same_network),
        sources=(
            "https://docs.oracle.com/en-us/iaas/Content/Network/Concepts/manage-nsg-security-rules.htm",
            "https://docs.oracle.com/en-us/iaas/Content/General/Concepts/servicelimits.htm",
        ),
        blind_spots=(
            "A rule whose other group goes becomes invalid there (isValid); here it stays as it is.",
            "IPv6 ranges are refused here.",
        ),
    ),
)
