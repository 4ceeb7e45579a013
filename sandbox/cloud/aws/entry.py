"""Load balancers: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/introduction.html."""

from collections.abc import Mapping
from typing import Any, Final

from sandbox.cloud.aws.endpoints import free_addresses
from sandbox.cloud.aws.evaluation import Request, allowed, by_service
from sandbox.cloud.aws.filters import DEFAULT_GROUP, GROUP, full_name
from sandbox.cloud.aws.network import SUBNET, VPC
from sandbox.cloud.aws.object_storage import BUCKET, ENCRYPTION, POLICY, setting
from sandbox.cloud.aws.placement import of_one_vpc, shared_zone, subnets, vpc_at
from sandbox.cloud.aws.tags import tag_rule
from sandbox.cloud.checks import Problems, between, exactly_one, holds, matches, not_together, one_of
from sandbox.cloud.context import Context
from sandbox.cloud.guards import not_deleted_while
from sandbox.cloud.identity import arn
from sandbox.cloud.resource_type import Name, Reference, ResourceType
from sandbox.cloud.value import at

BALANCER: Final = "aws:lb/loadBalancer:LoadBalancer"
BALANCER_NAME: Final = r"[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?"
_DOCS: Final = "https://docs.aws.amazon.com/elasticloadbalancing/latest"
_KINDS: Final = {"application": "app", "network": "net", "gateway": "gwy"}
_ZONE_IDS: Final = {
    ("application", "ap-northeast-1"): "Z14GRHDCWA56QT",
    ("application", "ap-northeast-3"): "Z5LXEXXYW11ES",
    ("network", "ap-northeast-1"): "Z31USIVHYNEOWT",
    ("network", "ap-northeast-3"): "Z1GWIQ4HH19I5X",
}
"""https://docs.aws.amazon.com/general/latest/gr/elb.html"""
_DELIVERY: Final = "logdelivery.elasticloadbalancing.amazonaws.com"
_OLD_DELIVERY: Final = {"ap-northeast-1": "582318560864", "ap-northeast-3": "383597477331"}
"""Accounts that policies may name instead: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html."""
_SUBNETS: Final = ("subnets[*]", "subnetMappings[*].subnetId")
_LOGS: Final = ("accessLogs", "connectionLogs", "healthCheckLogs")
_FEWEST: Final = 8
_FOR_KIND: Final = {
    "application": ("connectionLogs", "healthCheckLogs", "ipamPools"),
    "network": ("enforceSecurityGroupInboundRulesOnPrivateLinkTraffic", "secondaryIpsAutoAssignedPerSubnet"),
}


def kind_of(inputs: Mapping[str, Any]) -> str:
    """application, network or gateway."""
    return str(inputs.get("loadBalancerType") or "application")


def _named_subnets(inputs: Mapping[str, Any]) -> list[str]:
    return [value for path in _SUBNETS for _, value in at(inputs, path)]


def _fits_its_kind(inputs: Mapping[str, Any]) -> Problems:
    kind = kind_of(inputs)
    for other, names in _FOR_KIND.items():
        for name in names:
            if other != kind and inputs.get(name):
                yield name, f"ValidationError: '{name}' is only for load balancers of type '{other}'"
    if kind == "gateway" and inputs.get("securityGroups"):
        yield "securityGroups", "InvalidConfigurationRequest: a gateway load balancer takes no security groups"
    if inputs.get("ipAddressType") == "dualstack-without-public-ipv4" and (
        kind != "application" or inputs.get("internal")
    ):
        yield "ipAddressType", "only for an internet-facing Application Load Balancer"


def _placed(context: Context) -> str | None:
    """Zones and addresses: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html."""
    found = subnets(context, _named_subnets(context.inputs)) if context.writing else []
    zones = {subnet.get("availabilityZone") for subnet in found}
    if context.writing and kind_of(context.inputs) == "application" and len(zones) < 2:
        return "ValidationError: At least two subnets in two different Availability Zones must be specified"
    if twice := shared_zone(found):
        return f"InvalidConfigurationRequest: A load balancer cannot be attached to multiple subnets in the same Availability Zone: {twice.id}"
    held = [] if context.stored is None else _named_subnets(context.stored.inputs)
    for subnet in found:
        if subnet.id not in held and free_addresses(context, subnet) < _FEWEST:
            return f"InvalidSubnet: Not enough IP space available in {subnet.id}. ELB requires at least {_FEWEST} free IP addresses in each subnet."
    return None


def _inside_only(context: Context) -> str | None:
    """No type here makes an internet gateway, so no VPC has one."""
    if context.operation == "create" and not context.inputs.get("internal") and kind_of(context.inputs) != "gateway":
        return f"InvalidSubnet: VPC {vpc_at(*_SUBNETS)(context)} has no internet gateway"
    return None


def _logs_may_be_written(context: Context) -> str | None:
    for name in _LOGS if context.writing else ():
        logs = context.inputs.get(name) or {}
        if logs.get("enabled") and (reason := _closed(context, str(logs["bucket"]), str(logs.get("prefix") or ""))):
            return f"InvalidConfigurationRequest: Access Denied for bucket: {logs['bucket']}. {reason}"
    return None


def _closed(context: Context, name: str, prefix: str) -> str | None:
    """Why the delivery can't write to the bucket."""
    bucket, account = context.find(name, BUCKET), context.place["account"]
    if bucket is not None and bucket.get("bucketRegion") != context["region"]:
        return f"It lies in {bucket.get('bucketRegion')}, not in {context['region']}"
    policy, encryption = setting(context, POLICY, name), setting(context, ENCRYPTION, name)
    resource = (
        f"arn:{context['partition']}:s3:::{name}/{f'{prefix}/' if prefix else ''}AWSLogs/{account}/ELBAccessLogTestFile"
    )
    source = arn("elasticloadbalancing", f"loadbalancer/app/{full_name(context)}/0").format_map(context)
    old = f"arn:{context['partition']}:iam::{_OLD_DELIVERY.get(context['region'])}:root"
    requests = (
        by_service(context, _DELIVERY, "s3:PutObject", resource, source=source),
        Request(principal=old, action="s3:PutObject", resource=resource),
    )
    if policy is None or not any(allowed(policy.get("policy"), request) for request in requests):
        return "Please check S3bucket permission"
    rules = [] if encryption is None else encryption.get("rules")
    if any(rule["applyServerSideEncryptionByDefault"]["sseAlgorithm"] != "AES256" for rule in rules):
        return "Only Amazon S3 managed keys (SSE-S3) are supported"
    return None


def _arn(context: Context) -> str:
    name = f"loadbalancer/{_KINDS[kind_of(context.inputs)]}/{full_name(context)}/{context.hex(16, 'arn')}"
    return arn("elasticloadbalancing", name).format_map(context)


def _groups(context: Context) -> list[str]:
    vpc = context.find(vpc_at(*_SUBNETS)(context) or "", VPC)
    return [vpc.get("defaultSecurityGroupId")] if vpc is not None and kind_of(context.inputs) == "application" else []


def _network_fixed(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[str, ...]:
    """What a network load balancer can't give up: a subnet, its last security group, an address; nor can it take its first group."""
    if kind_of(old) != "network":
        return ()
    gone = set(_named_subnets(old)) - set(_named_subnets(new))
    first = bool(old.get("securityGroups")) != bool(new.get("securityGroups"))
    fewer = (new.get("secondaryIpsAutoAssignedPerSubnet") or 0) < (old.get("secondaryIpsAutoAssignedPerSubnet") or 0)
    paths = {"subnets": gone, "subnetMappings": gone, "securityGroups": first}
    return tuple(path for path, fixed in {**paths, "secondaryIpsAutoAssignedPerSubnet": fewer}.items() if fixed)


TYPES: Final = (
    ResourceType(
        token=BALANCER,
        source=f"{_DOCS}/APIReference/API_CreateLoadBalancer.html",
        sources=(
            f"{_DOCS}/application/application-load-balancers.html",
            f"{_DOCS}/application/enable-access-logging.html",
        ),
        id=_arn,
        name=Name(
            longest=32,
            pattern=rf"(?!internal-){BALANCER_NAME}",
            allowed=r"a-zA-Z0-9\-",
            lower=False,
            excludes=("namePrefix",),
        ),
        computed={
            "arn": "{id}",
            "arnSuffix": lambda context: str(context["arn"]).partition(":loadbalancer/")[2],
            "dnsName": lambda context: (
                f"{'internal-' if context.inputs.get('internal') else ''}{full_name(context)}-{context.digits(10, 'dns')}"
                f".{context['region']}.elb.amazonaws.com"
            ),
            "zoneId": lambda context: _ZONE_IDS.get((kind_of(context.inputs), context["region"])),
            "vpcId": vpc_at(*_SUBNETS),
        },
        input_defaults={
            "clientKeepAlive": 3600,
            "desyncMitigationMode": "defensive",
            "dnsRecordClientRoutingPolicy": "any_availability_zone",
            "enableCrossZoneLoadBalancing": False,
            "enableDeletionProtection": False,
            "enableHttp2": True,
            "idleTimeout": 60,
            "loadBalancerType": "application",
            "xffHeaderProcessingMode": "append",
        },
        defaults={
            "dropInvalidHeaderFields": False,
            "internal": False,
            "ipAddressType": "ipv4",
            "name": full_name,
            "securityGroups": _groups,
            "subnetMappings": lambda context: [{"subnetId": id_} for id_ in _named_subnets(context.inputs)],
            "subnets": lambda context: _named_subnets(context.inputs),
        },
        replace_on=("customerOwnedIpv4Pool", "internal", "loadBalancerType", "namePrefix"),
        replace_when=(_network_fixed,),
        references=(
            *(Reference(path, SUBNET, blocks_deletion=True) for path in _SUBNETS),
            Reference("securityGroups[*]", (GROUP, DEFAULT_GROUP), blocks_deletion=True),
            *(Reference(f"{name}.bucket", BUCKET) for name in _LOGS),
        ),
        checks=(
            exactly_one("subnets", "subnetMappings"),
            not_together("name", "namePrefix"),
            matches("namePrefix", r"(?!internal-)[a-zA-Z0-9][a-zA-Z0-9-]{0,5}", "1 to 6 letters, digits and hyphens"),
            one_of("loadBalancerType", _KINDS),
            one_of("ipAddressType", ("ipv4", "dualstack", "dualstack-without-public-ipv4")),
            one_of("desyncMitigationMode", ("monitor", "defensive", "strictest")),
            one_of("xffHeaderProcessingMode", ("append", "preserve", "remove")),
            one_of(
                "dnsRecordClientRoutingPolicy",
                ("any_availability_zone", "availability_zone_affinity", "partial_availability_zone_affinity"),
            ),
            between("idleTimeout", 1, 4000),
            between("clientKeepAlive", 60, 604800),
            between("secondaryIpsAutoAssignedPerSubnet", 0, 7),
            holds("securityGroups", lambda ids: len(ids) <= 5, "InvalidSecurityGroup: at most 5"),
            *(
                matches(f"{name}.prefix", r"(?!.*AWSLogs)[^/].*[^/]|[^/]", "no AWSLogs, no / at the ends")
                for name in _LOGS
            ),
            _fits_its_kind,
            tag_rule(),
        ),
        guards=(
            *(
                of_one_vpc(path, vpc_at(*_SUBNETS), "InvalidSubnet: {value} lies in {other}, not in {vpc}")
                for path in _SUBNETS
            ),
            of_one_vpc(
                "securityGroups[*]", vpc_at(*_SUBNETS), "InvalidSecurityGroup: {value} lies in {other}, not in {vpc}"
            ),
            _placed,
            _inside_only,
            _logs_may_be_written,
            not_deleted_while(
                "enableDeletionProtection",
                reason="OperationNotPermitted: Load balancer '{id}' cannot be deleted because deletion protection is enabled",
            ),
        ),
        unordered=("securityGroups", "subnetMappings", "subnets"),
        blind_spots=(
            "The service-linked role, made with an account's first load balancer, is not imitated.",
            "Its listeners go with a load balancer; here they stay until deleted themselves.",
            "No VPC has an internet gateway here, so an internet-facing load balancer is always refused.",
            "Elastic addresses, IPAM pools, capacity units and IPv6 are not looked at.",
            "Network interfaces outlive a deleted load balancer for some minutes and hold subnets and groups there.",
        ),
    ),
)
