"""OCI Load Balancer: https://docs.oracle.com/en-us/iaas/Content/Balance/Concepts/balanceoverview.htm."""

import hashlib
import ipaddress
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sandbox.cloud.checks import between, holds, matches, one_of
from sandbox.cloud.context import Context
from sandbox.cloud.guards import not_deleted_while
from sandbox.cloud.identity import ocid, same
from sandbox.cloud.oci.network import NSG, SUBNET
from sandbox.cloud.resource_type import Name, Reference, ResourceType

BALANCER: Final = "oci:LoadBalancer/loadBalancer:LoadBalancer"
_SET: Final = "oci:LoadBalancer/backendSet:BackendSet"
_NAME: Final = Name(
    longest=32, pattern=r"[A-Za-z0-9_-]+", allowed="A-Za-z0-9_-", lower=False, unique_in="{loadBalancerId}"
)
_PROTOCOLS: Final = ("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")


def _path_for_http(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """https://github.com/oracle/terraform-provider-oci/issues/85."""
    checker = inputs.get("healthChecker") or {}
    if checker.get("protocol") == "HTTP" and "urlPath" not in checker:
        yield "healthChecker.urlPath", "InvalidParameter: an HTTP health check needs a URL path"


def _bandwidth(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    details = inputs.get("shapeDetails")
    if inputs.get("shape") == "flexible" and not details:
        yield "shapeDetails", "InvalidParameter: the flexible shape needs its bandwidth"
    if details and details["minimumBandwidthInMbps"] > details["maximumBandwidthInMbps"]:
        yield "shapeDetails.minimumBandwidthInMbps", "InvalidParameter: the least bandwidth is above the most"


def _private_where_it_must_be(context: Context) -> str | None:
    if context.operation == "create" and not context.inputs.get("isPrivate"):
        for identifier in context["subnetIds"]:
            subnet = context.find(identifier, SUBNET)
            if subnet is not None and subnet.get("prohibitPublicIpOnVnic"):
                return f"400-InvalidParameter: {identifier} is private: a public load balancer can't be in it"
    return None


def _same_protocols(context: Context) -> str | None:
    """https://github.com/oracle/oci-cli/issues/1095."""
    if not context.writing or not context.inputs.get("sslConfiguration"):
        return None
    own = sorted(context["sslConfiguration"].get("protocols") or ["TLSv1.2"])
    for other in context.objects(context.token):
        same_port = (other.get("loadBalancerId"), other.get("port")) == (context["loadBalancerId"], context["port"])
        theirs = other.get("sslConfiguration")
        if same_port and other.id != context.id and theirs and sorted(theirs.get("protocols") or ["TLSv1.2"]) != own:
            return f"400-InvalidParameter: listeners on port {context['port']} must use the same TLS protocols"
    return None


def _set_there(name: str) -> Any:
    def guard(context: Context) -> str | None:
        if not context.writing:
            return None
        wanted = f"{context['loadBalancerId']}/{context[name]}"
        if wanted in {f"{found.get('loadBalancerId')}/{found.get('name')}" for found in context.objects(_SET)}:
            return None
        return f"404-NotAuthorizedOrNotFound: there is no backend set {context[name]}"

    return guard


def _set_unused(context: Context) -> str | None:
    if context.operation == "delete":
        for other in context.objects("oci:LoadBalancer/listener:Listener"):
            if (other.get("loadBalancerId"), other.get("defaultBackendSetName")) == (
                context["loadBalancerId"],
                context["name"],
            ):
                return (
                    f"409-InvalidParameter: backend set {context['name']} is used by the listener {other.get('name')}"
                )
    return None


def _address(context: Context) -> list[Mapping[str, Any]]:
    subnet = context.find(context["subnetIds"][0], SUBNET)
    if subnet is None:
        raise LookupError("subnetIds names no subnet")
    network = ipaddress.IPv4Network(subnet.get("cidrBlock"))
    offset = 8 + int(hashlib.sha256(context.seed.encode()).hexdigest(), 16) % max(network.num_addresses - 16, 1)
    return [
        {"ipAddress": str(network[offset]), "isPublic": not context.inputs.get("isPrivate", False), "reservedIps": []}
    ]


_OWNER: Final = Reference("loadBalancerId", BALANCER)

TYPES: Final = (
    ResourceType(
        token=BALANCER,
        source="https://docs.oracle.com/en-us/iaas/Content/Balance/Tasks/managingloadbalancer.htm",
        id=ocid("loadbalancer"),
        computed={
            "ipAddressDetails": _address,
            "ipAddresses": lambda context: [detail["ipAddress"] for detail in _address(context)],
            "state": same("ACTIVE"),
        },
        defaults={"isPrivate": False, "isDeleteProtectionEnabled": False},
        replace_on=("isPrivate", "subnetIds", "ipMode"),
        references=(
            Reference("subnetIds[*]", SUBNET, blocks_deletion=True),
            Reference("networkSecurityGroupIds[*]", NSG, blocks_deletion=True),
        ),
        checks=(
            matches("shape", r"flexible", "fixed shapes are no longer offered"),
            between("shapeDetails.minimumBandwidthInMbps", 10, 8000),
            between("shapeDetails.maximumBandwidthInMbps", 10, 8000),
            _bandwidth,
        ),
        guards=(
            _private_where_it_must_be,
            not_deleted_while("isDeleteProtectionEnabled", reason="409-IncorrectState: {id} has delete protection"),
        ),
    ),
    ResourceType(
        token=_SET,
        source="https://docs.oracle.com/en-us/iaas/Content/Balance/Tasks/managingbackendsets.htm",
        id="loadBalancers/{loadBalancerId}/backendSets/{name}",
        name=_NAME,
        replace_on=("loadBalancerId",),
        references=(_OWNER,),
        checks=(
            one_of("policy", ("ROUND_ROBIN", "LEAST_CONNECTIONS", "IP_HASH")),
            one_of("healthChecker.protocol", ("HTTP", "TCP")),
            between("healthChecker.intervalMs", 1000, 1_800_000),
            _path_for_http,
        ),
        guards=(_set_unused,),
    ),
    ResourceType(
        token="oci:LoadBalancer/backend:Backend",
        source="https://docs.oracle.com/en-us/iaas/Content/Balance/Tasks/managingbackendservers.htm",
        id="loadBalancers/{loadBalancerId}/backendSets/{backendsetName}/backends/{ipAddress}:{port}",
        computed={"name": "{ipAddress}:{port}"},
        defaults={"backup": False, "drain": False, "offline": False, "weight": 1},
        replace_on=("loadBalancerId", "backendsetName", "ipAddress", "port"),
        references=(_OWNER,),
        checks=(matches("ipAddress", r"\d+\.\d+\.\d+\.\d+", "an IPv4 address"), between("port", 1, 65535)),
        guards=(_set_there("backendsetName"),),
    ),
    ResourceType(
        token="oci:LoadBalancer/listener:Listener",
        source="https://docs.oracle.com/en-us/iaas/Content/Balance/Tasks/managinglisteners.htm",
        id="loadBalancers/{loadBalancerId}/listeners/{name}",
        name=_NAME,
        replace_on=("loadBalancerId",),
        references=(_OWNER,),
        checks=(
            one_of("protocol", ("HTTP", "HTTP2", "TCP", "GRPC")),
            one_of("sslConfiguration.protocols[*]", _PROTOCOLS),
            holds("sslConfiguration.certificateIds", lambda ids: len(ids) == 1, "one certificate a listener"),
            between("port", 1, 65535),
        ),
        guards=(_set_there("defaultBackendSetName"), _same_protocols),
    ),
)
