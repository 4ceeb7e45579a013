"""AWS PrivateLink endpoints and VPC flow logs: https://docs.aws.amazon.com/vpc/latest/privatelink/what-is-privatelink.html."""

from typing import Any, Final

from sandbox.cloud.aws.documents import document
from sandbox.cloud.aws.filters import DEFAULT_GROUP, ENDPOINT, GROUP
from sandbox.cloud.aws.network import ROUTES, SUBNET, VPC
from sandbox.cloud.checks import one_of, required
from sandbox.cloud.context import Context
from sandbox.cloud.identity import arn, hexid
from sandbox.cloud.resource_type import Reference, ResourceType


def _gateway(context: Context) -> bool:
    return bool(context.inputs.get("vpcEndpointType") == "Gateway")


def _service(context: Context) -> str:
    return str(context["serviceName"]).removeprefix(f"com.amazonaws.{context['region']}.")


def _prefix_list(context: Context) -> str | None:
    """One list for a service and region, whoever asks."""
    return f"pl-{sum(map(ord, context['serviceName'])):08x}" if _gateway(context) else None


def _names(context: Context) -> list[dict[str, Any]]:
    if _gateway(context):
        return []
    own = f"{context.id}-{context.hex(8, 'dns')}.{_service(context)}.{context['region']}.vpce.amazonaws.com"
    private = f"{_service(context)}.{context['region']}.amazonaws.com"
    zone = f"Z{context.hex(20, 'zone').upper()}"
    return [{"dnsName": name, "hostedZoneId": zone} for name in (own, private)]


def _interfaces(context: Context) -> list[str]:
    return [f"eni-{context.hex(17, subnet)}" for subnet in context.inputs.get("subnetIds") or []]


def _in_region(context: Context) -> str | None:
    if context.operation == "create" and not str(context["serviceName"]).startswith(
        f"com.amazonaws.{context['region']}."
    ):
        return f"InvalidServiceName: '{context['serviceName']}' does not exist in {context['region']}"
    return None


def _private_dns(context: Context) -> str | None:
    """https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html."""
    if not context.writing or not context.inputs.get("privateDnsEnabled"):
        return None
    vpc = context.find(context["vpcId"], VPC)
    if vpc is not None and not (vpc.get("enableDnsSupport") and vpc.get("enableDnsHostnames")):
        return "InvalidParameter: private DNS requires DNS support and DNS hostnames on the VPC"
    for other in context.objects(ENDPOINT):
        same = (other.get("vpcId"), other.get("serviceName")) == (context["vpcId"], context["serviceName"])
        if same and other.get("privateDnsEnabled") and other.id != context.id:
            return f"InvalidParameter: private DNS of {context['serviceName']} conflicts with {other.id} in this VPC"
    return None


TYPES: Final = (
    ResourceType(
        token=ENDPOINT,
        source="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html",
        id=hexid("vpce-"),
        computed={
            "arn": arn("ec2", "vpc-endpoint/{id}"),
            "ownerId": "{account}",
            "state": "available",
            "requesterManaged": lambda _context: False,
            "prefixListId": _prefix_list,
            "dnsEntries": _names,
            "networkInterfaceIds": _interfaces,
        },
        input_defaults={"vpcEndpointType": "Gateway"},
        defaults={"privateDnsEnabled": False, "routeTableIds": [], "subnetIds": [], "securityGroupIds": []},
        replace_on=("vpcId", "serviceName", "vpcEndpointType"),
        references=(
            Reference("vpcId", VPC, blocks_deletion=True),
            Reference("subnetIds[*]", SUBNET, blocks_deletion=True),
            Reference("routeTableIds[*]", ROUTES),
            Reference("securityGroupIds[*]", (GROUP, DEFAULT_GROUP), blocks_deletion=True),
        ),
        checks=(
            document("policy", principal=True, longest=20480),
            one_of("vpcEndpointType", ("Gateway", "Interface", "GatewayLoadBalancer", "Resource", "ServiceNetwork")),
        ),
        guards=(_in_region, _private_dns),
        known_as=("arn", "prefixListId"),
    ),
    ResourceType(
        token="aws:ec2/flowLog:FlowLog",
        source="https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3.html",
        id=hexid("fl-"),
        computed={"arn": arn("ec2", "vpc-flow-log/{id}")},
        input_defaults={"logDestinationType": "cloud-watch-logs", "maxAggregationInterval": 600},
        replace_on=(
            "vpcId",
            "subnetId",
            "eniId",
            "trafficType",
            "logDestination",
            "logDestinationType",
            "logFormat",
            "iamRoleArn",
            "maxAggregationInterval",
        ),
        references=(Reference("vpcId", VPC),),
        checks=(
            one_of("trafficType", ("ACCEPT", "REJECT", "ALL")),
            one_of("maxAggregationInterval", (60, 600)),
            required(
                "logDestination", lambda inputs: inputs.get("logDestinationType") == "s3", "s3 needs a logDestination"
            ),
        ),
        guards=(lambda context: _bucket_exists(context),),
        known_as=("arn",),
    ),
)


def _bucket_exists(context: Context) -> str | None:
    """The delivery policy is not asked for: the service adds it to the bucket itself."""
    if context.operation == "create" and context.inputs.get("logDestinationType") == "s3":
        bucket = str(context["logDestination"]).removeprefix("arn:aws:s3:::").partition("/")[0]
        if context.find(bucket, "aws:s3/bucket:Bucket") is None:
            return f"InvalidParameter: LogDestination: bucket {bucket} does not exist"
    return None
