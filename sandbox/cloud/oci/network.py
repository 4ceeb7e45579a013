"""OCI Networking: https://docs.oracle.com/en-us/iaas/Content/Network/Concepts/overview.htm."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sandbox.cloud.checks import cidr, holds, matches, not_together, one_of
from sandbox.cloud.context import Context
from sandbox.cloud.guards import inside, no_overlap
from sandbox.cloud.identity import ocid, same
from sandbox.cloud.resource_type import Invoke, Reference, ResourceType

VCN: Final = "oci:Core/vcn:Vcn"
SUBNET: Final = "oci:Core/subnet:Subnet"
NSG: Final = "oci:Core/networkSecurityGroup:NetworkSecurityGroup"
_ROUTES: Final = "oci:Core/routeTable:RouteTable"
_GATEWAY: Final = "oci:Core/serviceGateway:ServiceGateway"
_KEYS: Final = {"ap-tokyo-1": "nrt", "ap-osaka-1": "kix"}
_LABEL: Final = matches(
    "dnsLabel", r"[a-z][a-z0-9]{0,14}", "a DNS label has at most 15 letters and digits, a letter first"
)
_AVAILABLE: Final = {"state": same("AVAILABLE")}


def services_of(region: str) -> Mapping[str, str]:
    """Oracle's services in a region: CIDR label to the service's id."""
    key = _KEYS.get(region, "xxx")
    labels = (f"oci-{key}-objectstorage", f"all-{key}-services-in-oracle-services-network")
    return {label: f"ocid1.service.oc1.{region}.{label.replace('-', '')}" for label in labels}


def _services(_arguments: Mapping[str, Any], context: Context) -> Mapping[str, Any]:
    found = [
        {"id": identifier, "cidrBlock": label, "name": label.replace("-", " "), "description": label}
        for label, identifier in services_of(context.place["region"]).items()
    ]
    return {"id": "services", "services": found}


INVOKES: Final[Mapping[str, Invoke]] = {"oci:Core/getServices:getServices": _services}


def _service_known(context: Context) -> str | None:
    if context.writing:
        known = services_of(context.place["region"]).values()
        for service in context["services"]:
            if service["serviceId"] not in known:
                return f"404-NotAuthorizedOrNotFound: there is no service {service['serviceId']}"
    return None


def _labels_known(context: Context) -> str | None:
    """A route or rule to Oracle's services names a label of this region, and a route goes there by a service gateway."""
    if not context.writing:
        return None
    known = services_of(context.place["region"])
    for rule in context.inputs.get("routeRules") or []:
        if rule.get("destinationType") == "SERVICE_CIDR_BLOCK" and rule["destination"] not in known:
            return f"400-InvalidParameter: {rule['destination']} is no service of {context.place['region']}"
    if context.inputs.get("destinationType") == "SERVICE_CIDR_BLOCK" and context["destination"] not in known:
        return f"400-InvalidParameter: {context['destination']} is no service of {context.place['region']}"
    return None


def _one_direction(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    needed, other = ("source", "destination") if inputs.get("direction") == "INGRESS" else ("destination", "source")
    for name in (needed, f"{needed}Type"):
        if name not in inputs:
            yield name, f"InvalidParameter: {name} is required for {inputs.get('direction')}"
    if inputs.get(other):
        yield other, f"InvalidParameter: {other} is not for {inputs.get('direction')}"


def _peer(path: str) -> Reference:
    return Reference(path, NSG, unless=r"\d+\.\d+\.\d+\.\d+/\d+|.*:.*/\d+|(oci|all)-[a-z]+-.*")


TYPES: Final = (
    ResourceType(
        token=VCN,
        source="https://docs.oracle.com/en-us/iaas/Content/Network/Tasks/managingVCNs.htm",
        id=ocid("vcn"),
        computed={
            **_AVAILABLE,
            "defaultRouteTableId": ocid("routetable"),
            "defaultSecurityListId": ocid("securitylist"),
            "defaultDhcpOptionsId": ocid("dhcpoptions"),
            "vcnDomainName": lambda context: f"{context.inputs['dnsLabel']}.oraclevcn.com"
            if context.inputs.get("dnsLabel")
            else None,
            "cidrBlock": lambda context: (context.inputs.get("cidrBlocks") or [context.inputs.get("cidrBlock")])[0],
        },
        replace_on=("dnsLabel",),
        checks=(_LABEL, cidr("cidrBlocks[*]", 16, 30), not_together("cidrBlock", "cidrBlocks")),
        known_as=("defaultRouteTableId", "defaultSecurityListId", "defaultDhcpOptionsId"),
    ),
    ResourceType(
        token="oci:Core/defaultSecurityList:DefaultSecurityList",
        source="https://docs.oracle.com/en-us/iaas/Content/Network/Concepts/securitylists.htm",
        id="{manageDefaultResourceId}",
        computed=_AVAILABLE,
        replace_on=("manageDefaultResourceId",),
        references=(Reference("manageDefaultResourceId", VCN),),
    ),
    ResourceType(
        token="oci:Core/defaultRouteTable:DefaultRouteTable",
        source="https://docs.oracle.com/en-us/iaas/Content/Network/Tasks/managingroutetables.htm",
        id="{manageDefaultResourceId}",
        computed=_AVAILABLE,
        replace_on=("manageDefaultResourceId",),
        references=(Reference("manageDefaultResourceId", VCN),),
        guards=(_labels_known,),
    ),
    ResourceType(
        token=_GATEWAY,
        source="https://docs.oracle.com/en-us/iaas/Content/Network/Tasks/servicegateway.htm",
        id=ocid("servicegateway"),
        computed={**_AVAILABLE, "blockTraffic": same(value=False)},
        replace_on=("vcnId",),
        references=(Reference("vcnId", VCN, blocks_deletion=True),),
        guards=(_service_known,),
    ),
    ResourceType(
        token=_ROUTES,
        source="https://docs.oracle.com/en-us/iaas/Content/Network/Tasks/managingroutetables.htm",
        id=ocid("routetable"),
        computed=_AVAILABLE,
        replace_on=("vcnId",),
        references=(
            Reference("vcnId", VCN, blocks_deletion=True),
            Reference("routeRules[*].networkEntityId", _GATEWAY, blocks_deletion=True),
        ),
        checks=(one_of("routeRules[*].destinationType", ("CIDR_BLOCK", "SERVICE_CIDR_BLOCK")),),
        guards=(_labels_known,),
    ),
    ResourceType(
        token=SUBNET,
        source="https://docs.oracle.com/en-us/iaas/Content/Network/Tasks/managingsubnets.htm",
        id=ocid("subnet"),
        computed={**_AVAILABLE, "virtualRouterMac": same("00:00:17:00:00:01")},
        defaults={"prohibitPublicIpOnVnic": False, "prohibitInternetIngress": False},
        replace_on=("vcnId", "dnsLabel", "availabilityDomain", "prohibitPublicIpOnVnic", "prohibitInternetIngress"),
        references=(
            Reference("vcnId", VCN, blocks_deletion=True),
            Reference("routeTableId", (_ROUTES, VCN), blocks_deletion=True),
            Reference("securityListIds[*]", (VCN, "oci:Core/securityList:SecurityList"), blocks_deletion=True),
        ),
        checks=(cidr("cidrBlock", 16, 30), _LABEL),
        guards=(
            inside(
                "cidrBlock",
                "vcnId",
                VCN,
                parent_path="cidrBlocks[*]",
                reason="InvalidParameter: {value} lies outside {other}",
            ),
            no_overlap("cidrBlock", "vcnId", reason="InvalidParameter: {value} overlaps {other}"),
        ),
    ),
    ResourceType(
        token=NSG,
        source="https://docs.oracle.com/en-us/iaas/Content/Network/Concepts/networksecuritygroups.htm",
        id=ocid("networksecuritygroup"),
        computed=_AVAILABLE,
        replace_on=("vcnId",),
        references=(Reference("vcnId", VCN, blocks_deletion=True),),
    ),
    ResourceType(
        token="oci:Core/networkSecurityGroupSecurityRule:NetworkSecurityGroupSecurityRule",
        source="https://docs.oracle.com/en-us/iaas/api/#/en/iaas/20160918/SecurityRule/AddNetworkSecurityGroupSecurityRules",
        id=lambda context: context.hex(6).upper(),
        computed={"isValid": same(value=True)},
        defaults={"stateless": False},
        replace_on=("networkSecurityGroupId", "direction"),
        scope="{networkSecurityGroupId}",
        references=(Reference("networkSecurityGroupId", NSG), _peer("source"), _peer("destination")),
        checks=(
            one_of("direction", ("INGRESS", "EGRESS")),
            one_of("sourceType", ("CIDR_BLOCK", "NETWORK_SECURITY_GROUP", "SERVICE_CIDR_BLOCK")),
            one_of("destinationType", ("CIDR_BLOCK", "NETWORK_SECURITY_GROUP", "SERVICE_CIDR_BLOCK")),
            matches("protocol", r"all|\d{1,3}", "'all' or a protocol number"),
            holds("description", lambda text: 1 <= len(text) <= 255, "a description has 1 to 255 characters"),
            _one_direction,
        ),
        guards=(_labels_known,),
    ),
)
