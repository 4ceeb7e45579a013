"""Elastic Load Balancing: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/introduction.html."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sandbox.cloud.aws.documents import allows
from sandbox.cloud.aws.filters import GROUP
from sandbox.cloud.aws.network import SUBNET, VPC
from sandbox.cloud.aws.object_storage import BUCKET, ENCRYPTION, POLICY, setting
from sandbox.cloud.checks import between, matches, one_of
from sandbox.cloud.context import Context
from sandbox.cloud.guards import not_deleted_while
from sandbox.cloud.identity import arn
from sandbox.cloud.resource_type import Name, Reference, ResourceType

BALANCER: Final = "aws:lb/loadBalancer:LoadBalancer"
TARGETS: Final = "aws:lb/targetGroup:TargetGroup"
LISTENER: Final = "aws:lb/listener:Listener"
_ZONE_IDS: Final = {"ap-northeast-1": "Z14GRHDCWA56QT", "ap-northeast-3": "Z5LXEXXYW11ES"}


def _two_zones(context: Context) -> str | None:
    if not context.writing or context.inputs.get("loadBalancerType", "application") != "application":
        return None
    subnets = [context.find(one, SUBNET) for one in context.inputs.get("subnets") or []]
    if len({subnet.get("availabilityZone") for subnet in subnets if subnet is not None}) < 2:
        return "ValidationError: at least two subnets in two different Availability Zones must be specified"
    return None


def _logs_may_be_written(context: Context) -> str | None:
    """https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html."""
    logs = context.inputs.get("accessLogs") or {}
    if not context.writing or not logs.get("enabled"):
        return None
    bucket = logs["bucket"]
    policy = setting(context, POLICY, bucket)
    text = None if policy is None else policy.get("policy")
    if not allows(text, "logdelivery.elasticloadbalancing.amazonaws.com", "s3:PutObject"):
        return f"InvalidConfigurationRequest: access denied for bucket {bucket}: check its policy"
    encryption = setting(context, ENCRYPTION, bucket)
    rules = [] if encryption is None else encryption.get("rules")
    if any(rule["applyServerSideEncryptionByDefault"]["sseAlgorithm"] != "AES256" for rule in rules):
        return (
            f"InvalidConfigurationRequest: access denied for bucket {bucket}: only Amazon S3 managed keys are supported"
        )
    return None


def _listens(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    secure = inputs.get("protocol") in ("HTTPS", "TLS")
    if secure and not inputs.get("certificateArn"):
        yield "certificateArn", "CertificateNotFound: an HTTPS listener needs a certificate"
    if not secure and inputs.get("sslPolicy"):
        yield "sslPolicy", "ValidationError: an SSL policy is for HTTPS and TLS listeners"


def _certificate_here(context: Context) -> str | None:
    given = context.inputs.get("certificateArn")
    if context.writing and given and f":{context['region']}:" not in given:
        return f"CertificateNotFound: '{given}' is not in {context['region']}"
    return None


def _one_port(context: Context) -> str | None:
    if context.operation == "create":
        for other in context.objects(LISTENER):
            if (other.get("loadBalancerArn"), other.get("port")) == (context["loadBalancerArn"], context["port"]):
                return f"DuplicateListener: port {context['port']} has a listener"
    return None


def _balancer_arn(context: Context) -> str:
    kind = {"application": "app", "network": "net", "gateway": "gwy"}[context["loadBalancerType"]]
    return arn("elasticloadbalancing", f"loadbalancer/{kind}/{{name}}/{context.hex(16, 'arn')}").format_map(context)


def _vpc(context: Context) -> Any:
    subnet = context.find(context["subnets"][0], SUBNET)
    return None if subnet is None else subnet.get("vpcId")


TYPES: Final = (
    ResourceType(
        token=BALANCER,
        source="https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html",
        id=lambda context: _balancer_arn(context),
        name=Name(
            longest=32,
            pattern=r"(?!internal-)[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?",
            allowed=r"a-zA-Z0-9\-",
            lower=False,
            excludes=("namePrefix",),
        ),
        computed={
            "arn": "{id}",
            "arnSuffix": lambda context: str(context["arn"]).partition(":loadbalancer/")[2],
            "dnsName": lambda context: (
                f"{'internal-' if context.inputs.get('internal') else ''}{context['name']}-{context.digits(10, 'dns')}"
                f".{context['region']}.elb.amazonaws.com"
            ),
            "zoneId": lambda context: _ZONE_IDS[context["region"]],
            "vpcId": _vpc,
        },
        input_defaults={
            "loadBalancerType": "application",
            "clientKeepAlive": 3600,
            "desyncMitigationMode": "defensive",
            "enableCrossZoneLoadBalancing": False,
            "enableDeletionProtection": False,
            "enableHttp2": True,
            "idleTimeout": 60,
            "xffHeaderProcessingMode": "append",
        },
        defaults={"ipAddressType": "ipv4", "dropInvalidHeaderFields": False},
        replace_on=("internal", "loadBalancerType"),
        references=(
            Reference("subnets[*]", SUBNET, blocks_deletion=True),
            Reference("securityGroups[*]", GROUP, blocks_deletion=True),
            Reference("accessLogs.bucket", BUCKET),
        ),
        guards=(
            _two_zones,
            _logs_may_be_written,
            not_deleted_while(
                "enableDeletionProtection",
                reason="OperationNotPermitted: {id} can't be deleted: deletion protection is enabled",
            ),
        ),
        known_as=("arn",),
    ),
    ResourceType(
        token=TARGETS,
        source="https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html",
        id=lambda context: (
            arn("elasticloadbalancing", f"targetgroup/{{name}}/{context.hex(16, 'arn')}").format_map(context)
        ),
        name=Name(
            longest=32,
            pattern=r"[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?",
            allowed=r"a-zA-Z0-9\-",
            lower=False,
            excludes=("namePrefix",),
        ),
        computed={
            "arn": lambda context: arn(
                "elasticloadbalancing", f"targetgroup/{{name}}/{context.hex(16, 'arn')}"
            ).format_map(context),
            "arnSuffix": lambda context: "targetgroup/" + str(context["arn"]).partition(":targetgroup/")[2],
            "loadBalancerArns": lambda _context: [],
        },
        input_defaults={"targetType": "instance", "deregistrationDelay": 300, "slowStart": 0},
        defaults={"protocolVersion": "HTTP1", "ipAddressType": "ipv4", "loadBalancingAlgorithmType": "round_robin"},
        replace_on=("port", "protocol", "protocolVersion", "targetType", "vpcId"),
        references=(Reference("vpcId", VPC, blocks_deletion=True),),
        checks=(
            one_of("targetType", ("instance", "ip", "lambda", "alb")),
            between("healthCheck.interval", 5, 300),
            between("healthCheck.timeout", 2, 120),
            between("healthCheck.healthyThreshold", 2, 10),
            between("healthCheck.unhealthyThreshold", 2, 10),
            matches("healthCheck.path", r"/.{0,1023}", "a path begins with /"),
        ),
        known_as=("arn",),
    ),
    ResourceType(
        token=LISTENER,
        source="https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html",
        id=lambda context: (
            f"{str(context['loadBalancerArn']).replace(':loadbalancer/', ':listener/')}/{context.hex(16, 'listener')}"
        ),
        computed={"arn": "{id}"},
        replace_on=("loadBalancerArn",),
        references=(
            Reference("loadBalancerArn", BALANCER),
            Reference("defaultActions[*].targetGroupArn", TARGETS, blocks_deletion=True),
        ),
        checks=(
            between("port", 1, 65535),
            one_of("protocol", ("HTTP", "HTTPS", "TCP", "TLS", "UDP", "TCP_UDP", "GENEVE")),
            matches("sslPolicy", r"ELBSecurityPolicy-\S+", "the name of a security policy"),
            _listens,
        ),
        guards=(_certificate_here, _one_port),
        known_as=("arn",),
    ),
)
