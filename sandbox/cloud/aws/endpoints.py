"""VPC endpoints: https://docs.aws.amazon.com/vpc/latest/privatelink/what-is-privatelink.html."""

import ipaddress
import json
from collections.abc import Mapping
from typing import Any, Final

from sandbox.cloud.aws.documents import ENDPOINT as ENDPOINT_POLICY
from sandbox.cloud.aws.documents import policy
from sandbox.cloud.aws.endpoint_services import names_of, prefix_list, types_of
from sandbox.cloud.aws.filters import DEFAULT_GROUP, ENDPOINT, GROUP
from sandbox.cloud.aws.network import IN_VPC, SUBNET, VPC
from sandbox.cloud.aws.placement import RESERVED, given_vpc, of_one_vpc, shared_zone, subnets
from sandbox.cloud.aws.routes import DEFAULT_ROUTES, ROUTES
from sandbox.cloud.aws.tags import tag_rule
from sandbox.cloud.checks import Problems, exactly_one, holds, one_of
from sandbox.cloud.context import Context, Object
from sandbox.cloud.identity import arn, hexid
from sandbox.cloud.resource_type import Reference, ResourceType
from sandbox.cloud.value import at

_TYPES: Final = ("Gateway", "Interface", "GatewayLoadBalancer", "Resource", "ServiceNetwork")
_OF_TYPE: Final = {
    "Gateway": ("routeTableIds",),
    "Interface": ("subnetIds", "securityGroupIds", "privateDnsEnabled", "subnetConfigurations", "dnsOptions"),
    "GatewayLoadBalancer": ("subnetIds",),
}
"""Inputs that are for some types only, by type: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html."""
_INBOUND: Final = "privateDnsOnlyForInboundResolverEndpoint"
_EVERYTHING: Final = {
    "Version": "2008-10-17",
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}],
}


def _type(inputs: Mapping[str, Any]) -> str:
    return str(inputs.get("vpcEndpointType") or "Gateway")


def _interface(context: Context) -> bool:
    return _type(context.inputs) == "Interface"


def _fits_its_type(inputs: Mapping[str, Any]) -> Problems:
    kind = _type(inputs)
    if kind in _OF_TYPE:
        for name in sorted({name for names in _OF_TYPE.values() for name in names} - set(_OF_TYPE[kind])):
            if inputs.get(name):
                yield name, f"InvalidParameter: '{name}' is not for endpoints of type {kind}"
    options = inputs.get("dnsOptions") or {}
    if options.get(_INBOUND) and not inputs.get("privateDnsEnabled"):
        yield f"dnsOptions.{_INBOUND}", "can be specified only if privateDnsEnabled is true"


def _served(context: Context) -> str | None:
    service, kind = context.inputs.get("serviceName"), _type(context.inputs)
    if context.operation != "create" or service is None:
        return None
    offered = types_of(service, context["region"])
    if not offered:
        return f"InvalidServiceName: The Vpc Endpoint Service '{service}' does not exist"
    if kind not in offered:
        return f"InvalidParameter: Endpoint type ({kind}) does not match available service types ({list(offered)})"
    return None


def _beside(context: Context, kind: str) -> list[Object]:
    """The other endpoints of this type for the same service in the same VPC."""
    same = (context["vpcId"], context.inputs.get("serviceName"), kind)
    return [
        other
        for other in context.objects(ENDPOINT)
        if (other.get("vpcId"), other.get("serviceName"), _type(other.inputs)) == same and other.id != context.id
    ]


def _private_dns(context: Context) -> str | None:
    """https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html."""
    if not context.writing or not context.inputs.get("privateDnsEnabled"):
        return None
    vpc, service = context.find(context["vpcId"], VPC), context.inputs.get("serviceName")
    if vpc is not None and not (vpc.get("enableDnsSupport") and vpc.get("enableDnsHostnames")):
        return "InvalidParameter: Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true"
    for other in _beside(context, "Interface"):
        if other.get("privateDnsEnabled"):
            return f"InvalidParameter: private-dns-enabled cannot be set because there is already a conflicting DNS domain for {service} in the VPC: {other.id}"
    if (context.inputs.get("dnsOptions") or {}).get(_INBOUND) and not _beside(context, "Gateway"):
        return f"InvalidParameter: to set {_INBOUND} to true, the VPC {context['vpcId']} must have a Gateway endpoint for the service"
    return None


def _one_route(context: Context) -> str | None:
    """A table leads to a service once: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html."""
    mine = set(context.inputs.get("routeTableIds") or []) if context.writing else set()
    for other in _beside(context, "Gateway") if mine else ():
        for table in sorted(mine & set(other.get("routeTableIds") or [])):
            return f"RouteAlreadyExists: route table {table} already has a route with destination-prefix-list-id {other.get('prefixListId')}"
    return None


def _in_subnets(context: Context) -> str | None:
    """One interface a zone, each with an address."""
    held = [] if context.stored is None else context.stored.inputs.get("subnetIds") or []
    found = subnets(context, context.inputs.get("subnetIds") or []) if context.writing else []
    if twice := shared_zone(found):
        return f"DuplicateSubnetsInSameZone: Found another VPC endpoint subnet in the availability zone of {twice.id}. VPC endpoint subnets should be in different availability zones supported by the VPC endpoint service."
    for subnet in found:
        if subnet.id not in held and free_addresses(context, subnet) < 1:
            return f"InsufficientFreeAddressesInSubnet: The specified subnet {subnet.id} does not have enough free addresses to satisfy the request"
    return None


def free_addresses(context: Context, subnet: Object) -> int:
    """What AWS and the subnet's endpoints and load balancers leave of it, an address each at least."""
    tenants = (("subnetIds[*]", ENDPOINT), ("subnets[*]", "aws:lb/loadBalancer:LoadBalancer"))
    taken = sum(
        value == subnet.id for path, token in tenants for o in context.objects(token) for _, value in at(o.inputs, path)
    )
    free: int = ipaddress.IPv4Network(subnet.get("cidrBlock")).num_addresses - RESERVED - taken
    return free


def _names(context: Context) -> list[dict[str, Any]]:
    if not _interface(context):
        return []
    zones = [str(s.get("availabilityZone")) for s in subnets(context, context.inputs.get("subnetIds") or [])]
    private = bool(context.inputs.get("privateDnsEnabled"))
    unique, service = context.hex(8, "dns"), context.inputs.get("serviceName") or ""
    names = list(names_of(service, context["region"], context.id, unique, zones, private=private))
    own, shared = (f"Z{context.hex(20, what).upper()}" for what in ("private zone", "zone"))
    return [{"dnsName": name, "hostedZoneId": own if private and name == names[-1] else shared} for name in names]


def _interfaces(context: Context) -> list[str]:
    return [f"eni-{context.hex(17, subnet)}" for subnet in context.inputs.get("subnetIds") or []]


def _groups(context: Context) -> list[str]:
    vpc = context.find(context["vpcId"], VPC)
    return [vpc.get("defaultSecurityGroupId")] if vpc is not None and _interface(context) else []


def _fixed_private_dns(old: Mapping[str, Any], _new: Mapping[str, Any]) -> tuple[str, ...]:
    return () if _type(old) == "Interface" else ("privateDnsEnabled",)


_ELSEWHERE: Final = "{value} lies in {other}, the endpoint in {vpc}"

TYPES: Final = (
    ResourceType(
        token=ENDPOINT,
        source="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html",
        sources=(
            "https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html",
            "https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html",
        ),
        id=hexid("vpce-"),
        computed={
            "arn": arn("ec2", "vpc-endpoint/{id}"),
            "ownerId": "{account}",
            "state": "available",
            "requesterManaged": lambda _context: False,
            "prefixListId": lambda context: prefix_list(context.inputs.get("serviceName") or "", context["region"]),
            "dnsEntries": _names,
            "networkInterfaceIds": _interfaces,
        },
        input_defaults={"vpcEndpointType": "Gateway"},
        defaults={
            "ipAddressType": lambda context: "ipv4" if _interface(context) else None,
            "policy": json.dumps(_EVERYTHING),
            "privateDnsEnabled": False,
            "routeTableIds": [],
            "securityGroupIds": _groups,
            "serviceRegion": lambda context: context["region"],
            "subnetIds": [],
        },
        replace_on=(
            "dnsOptions.privateDnsPreference",
            "dnsOptions.privateDnsSpecifiedDomains",
            "resourceConfigurationArn",
            "serviceName",
            "serviceNetworkArn",
            "serviceRegion",
            "vpcEndpointType",
            "vpcId",
        ),
        replace_when=(_fixed_private_dns,),
        references=(
            IN_VPC,
            Reference("subnetIds[*]", SUBNET, blocks_deletion=True),
            Reference("routeTableIds[*]", (ROUTES, DEFAULT_ROUTES)),
            Reference("securityGroupIds[*]", (GROUP, DEFAULT_GROUP), blocks_deletion=True),
        ),
        checks=(
            exactly_one("serviceName", "serviceNetworkArn", "resourceConfigurationArn"),
            policy("policy", ENDPOINT_POLICY),
            one_of("vpcEndpointType", _TYPES),
            one_of("ipAddressType", ("ipv4", "dualstack", "ipv6")),
            holds("securityGroupIds", lambda ids: len(ids) <= 5, "SecurityGroupsPerInterfaceLimitExceeded: at most 5"),
            _fits_its_type,
            tag_rule(),
        ),
        guards=(
            _served,
            of_one_vpc("subnetIds[*]", given_vpc, f"InvalidParameter: {_ELSEWHERE}"),
            of_one_vpc("securityGroupIds[*]", given_vpc, f"InvalidParameter: {_ELSEWHERE}"),
            of_one_vpc("routeTableIds[*]", given_vpc, f"InvalidRouteTableId.NotFound: {_ELSEWHERE}"),
            _in_subnets,
            _private_dns,
            _one_route,
        ),
        known_as=("prefixListId",),
        unordered=("routeTableIds", "securityGroupIds", "subnetConfigurations", "subnetIds"),
        blind_spots=(
            "Services outside the reviewed list do not exist here; endpoint services of others always do.",
            "Whether a service is offered in the zone of a subnet, and takes a policy, is not asked.",
            "The addresses of a prefix list, `subnetConfigurations` and `dnsOptions` are not shown after creation.",
            "Addresses that containers and databases hold are not counted; a load balancer counts as one in each subnet.",
            "Endpoints for service networks and resources, and across regions, are not imitated.",
        ),
    ),
)
