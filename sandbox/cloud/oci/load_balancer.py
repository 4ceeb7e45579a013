"""OCI Load Balancer: the balancer itself, its backend sets and their backends.

https://docs.oracle.com/en-us/iaas/Content/Balance/Concepts/balanceoverview.htm
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sandbox.cloud.checks import between, holds, matches, not_together, one_of, required
from sandbox.cloud.context import Context, Object
from sandbox.cloud.guards import not_deleted_while
from sandbox.cloud.identity import ocid, same
from sandbox.cloud.oci.addresses import SUBNET, address, addresses_fit
from sandbox.cloud.oci.packet_filter import NSG
from sandbox.cloud.resource_type import Guard, Name, Reference, ResourceType
from sandbox.cloud.value import at, one

BALANCER: Final = "oci:LoadBalancer/loadBalancer:LoadBalancer"
BACKENDS: Final = "oci:LoadBalancer/backendSet:BackendSet"
BACKEND: Final = "oci:LoadBalancer/backend:Backend"
LISTENER: Final = "oci:LoadBalancer/listener:Listener"
OWNER: Final = Reference("loadBalancerId", BALANCER)


def child_name(longest: int) -> Name:
    """The name of a part of a load balancer."""
    return Name(
        longest=longest, pattern=r"[A-Za-z0-9_-]+", allowed="A-Za-z0-9_-", lower=False, unique_in="{loadBalancerId}"
    )


def siblings(context: Context, token: str) -> list[Object]:
    """The other objects of this type in the same load balancer."""
    owner = context["loadBalancerId"]
    return [one for one in context.objects(token) if one.get("loadBalancerId") == owner and one.id != context.id]


def set_there(name: str) -> Guard:
    """The backend set that an input names is in the same load balancer."""

    def guard(context: Context) -> str | None:
        if not context.writing or context[name] in {found.get("name") for found in siblings(context, BACKENDS)}:
            return None
        return f"404-NotAuthorizedOrNotFound: there is no backend set {context[name]}"

    return guard


def _path_for_http(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """https://github.com/oracle/terraform-provider-oci/issues/85."""
    checker = inputs.get("healthChecker") or {}
    if checker.get("protocol") == "HTTP" and "urlPath" not in checker:
        yield "healthChecker.urlPath", "InvalidParameter: an HTTP health check needs a URL path"


def _bandwidth(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    details = inputs.get("shapeDetails")
    if details and details["minimumBandwidthInMbps"] > details["maximumBandwidthInMbps"]:
        yield "shapeDetails.minimumBandwidthInMbps", "InvalidParameter: the least bandwidth is above the most"


def _placed(context: Context) -> str | None:
    """A public one is not in private subnets; groups are of the subnet's network."""
    subnets = [found for name in context["subnetIds"] if (found := context.find(name, SUBNET))]
    for subnet in subnets if context.operation == "create" else ():
        if subnet.get("prohibitPublicIpOnVnic") and not context.inputs.get("isPrivate"):
            return f"400-InvalidParameter: {subnet.id} is private: a public load balancer can't be in it"
    for _, name in at(context.inputs, "networkSecurityGroupIds[*]") if context.writing else ():
        group = context.find(name, NSG)
        if group and subnets and group.get("vcnId") != subnets[0].get("vcnId"):
            return f"400-InvalidParameter: {name} is not in the network of {subnets[0].id}"
    return None


def _set_unused(context: Context) -> str | None:
    for other in siblings(context, LISTENER) if context.operation == "delete" else ():
        if other.get("defaultBackendSetName") == context["name"]:
            return f"409-InvalidParameter: backend set {context['name']} is used by the listener {other.get('name')}"
    return None


def _not_backup_of_a_hash(context: Context) -> str | None:
    for found in siblings(context, BACKENDS) if context.writing and context.inputs.get("backup") else ():
        if found.get("name") == context["backendsetName"] and found.get("policy") == "IP_HASH":
            return f"400-InvalidParameter: a backend set of policy IP_HASH ({found.get('name')}) has no backups"
    return None


def _addresses(context: Context) -> list[Mapping[str, Any]]:
    """One, in the first subnet; it stays."""
    if context.stored is not None:
        return list(context.stored.outputs["ipAddressDetails"])
    private = context.inputs.get("isPrivate", False)
    found = address(context, context["subnetIds"][0], "front") if private else f"203.0.113.{int(context.hex(2), 16)}"
    return [{"ipAddress": found, "isPublic": not private, "reservedIps": []}]


def _backends(context: Context) -> list[Mapping[str, Any]]:
    names = ("ipAddress", "port", "name", "backup", "drain", "offline", "weight")
    return [
        {name: found.get(name) for name in names}
        for found in siblings(context, BACKEND)
        if found.get("backendsetName") == context["name"]
    ]


TYPES: Final = (
    ResourceType(
        token=BALANCER,
        source="https://docs.oracle.com/en-us/iaas/Content/Balance/Tasks/managingloadbalancer.htm",
        id=ocid("loadbalancer"),
        computed={
            "ipAddressDetails": _addresses,
            "ipAddresses": lambda context: [one(context, "ipAddressDetails[0].ipAddress")],
            "state": same("ACTIVE"),
        },
        defaults={"isPrivate": False, "isDeleteProtectionEnabled": False},
        replace_on=("isPrivate", "subnetIds", "ipMode"),
        references=(
            Reference("subnetIds[*]", SUBNET, blocks_deletion=True),
            Reference("networkSecurityGroupIds[*]", NSG, blocks_deletion=True),
        ),
        checks=(
            matches("shape", r"(?i:flexible)", "fixed shapes are no longer offered"),
            required("shapeDetails", lambda _: True, "InvalidParameter: the flexible shape needs its bandwidth"),
            between("shapeDetails.minimumBandwidthInMbps", 10, 8000),
            between("shapeDetails.maximumBandwidthInMbps", 10, 8000),
            _bandwidth,
            matches("displayName", r"(?s).{1,1024}", "1 to 1,024 characters"),
            one_of("ipMode", ("IPV4", "IPV6")),
            holds("subnetIds", lambda names: len(names) == 1, "InvalidParameter: one regional subnet"),
            holds("networkSecurityGroupIds", lambda names: len(names) <= 5, "InvalidParameter: at most 5 groups"),
        ),
        guards=(
            _placed,
            addresses_fit("", "address", "subnetIds[0]"),
            not_deleted_while("isDeleteProtectionEnabled", reason="409-IncorrectState: {id} has delete protection"),
        ),
        unordered=("networkSecurityGroupIds",),
        sources=(
            "https://docs.oracle.com/en-us/iaas/Content/Balance/Tasks/managingloadbalancer_topic-Creating_Load_Balancers.htm",
        ),
        blind_spots=(
            "A load balancer over two subnets, with IPv6 or with reserved addresses is refused or not imitated.",
            "It takes one address of its subnet here, more there.",
            "Whether backends answer the health check is nothing that happens here.",
        ),
    ),
    ResourceType(
        token=BACKENDS,
        source="https://docs.oracle.com/en-us/iaas/Content/Balance/Tasks/managingbackendsets.htm",
        id="loadBalancers/{loadBalancerId}/backendSets/{name}",
        name=child_name(32),
        later={"backends": _backends},
        replace_on=("loadBalancerId",),
        references=(OWNER,),
        checks=(
            one_of("policy", ("ROUND_ROBIN", "LEAST_CONNECTIONS", "IP_HASH")),
            one_of("healthChecker.protocol", ("HTTP", "TCP")),
            between("healthChecker.port", 0, 65535),
            between("healthChecker.intervalMs", 1000, 1_800_000),
            between("healthChecker.timeoutInMillis", 1, 600_000),
            between("healthChecker.returnCode", 100, 599),
            matches("healthChecker.urlPath", r"/.*", "it begins with a slash"),
            _path_for_http,
            not_together("sessionPersistenceConfiguration", "lbCookieSessionPersistenceConfiguration"),
        ),
        guards=(_set_unused,),
        sources=("https://docs.oracle.com/en-us/iaas/Content/Balance/Tasks/editinghealthcheck.htm",),
        blind_spots=("TLS to the backends and cookies are not checked.",),
    ),
    ResourceType(
        token=BACKEND,
        source="https://docs.oracle.com/en-us/iaas/Content/Balance/Tasks/managingbackendservers.htm",
        id="loadBalancers/{loadBalancerId}/backendSets/{backendsetName}/backends/{ipAddress}:{port}",
        computed={"name": "{ipAddress}:{port}"},
        defaults={"backup": False, "drain": False, "offline": False, "weight": 1},
        replace_on=("loadBalancerId", "backendsetName", "ipAddress", "port"),
        references=(OWNER,),
        checks=(
            matches("ipAddress", r"\d+\.\d+\.\d+\.\d+", "an IPv4 address"),
            between("port", 1, 65535),
            between("weight", 1, 100),
            holds("maxConnections", lambda most: most == 0 or most >= 256, "InvalidParameter: 0, or at least 256"),
        ),
        guards=(set_there("backendsetName"), _not_backup_of_a_hash),
        blind_spots=("An address need not be anybody's, there as here.",),
    ),
)
