"""Services that VPC endpoints lead to, in the Japanese regions.

https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
"""

import re
from collections.abc import Iterator
from typing import Final

GATEWAY: Final = ("s3", "dynamodb")
"""https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html; both have interface endpoints, too."""

# The page names the services, not the regions: that both Japanese regions have each of these is unverified.
INTERFACE: Final = frozenset(
    (
        *("access-analyzer", "acm-pca", "application-autoscaling", "athena", "autoscaling", "backup", "backup-gateway"),
        *("cloudformation", "cloudtrail", "codebuild", "codepipeline", "config", "dms", "dynamodb", "ebs", "ec2"),
        *("ec2messages", "ecr.api", "ecr.dkr", "ecs", "ecs-agent", "ecs-telemetry", "elasticache", "elasticfilesystem"),
        *("elasticloadbalancing", "events", "execute-api", "fsx", "glue", "guardduty", "guardduty-data", "inspector2"),
        *("kinesis-firehose", "kinesis-streams", "kms", "lambda", "logs", "monitoring", "network-firewall"),
        *("organizations", "ram", "rds", "rds-data", "s3", "scheduler", "secretsmanager", "securityhub"),
        *("servicecatalog", "servicediscovery", "sns", "sqs", "ssm", "ssmmessages", "states", "storagegateway", "sts"),
        *("synthetics", "transfer", "wafv2", "xray"),
    )
)
_CUSTOMER: Final = r"com\.amazonaws\.vpce\.(?P<region>[a-z0-9-]+)\.vpce-svc-[0-9a-f]+"
# Services whose own name is not the service's part of the endpoint's name.
_PRIVATE_NAMES: Final = {
    "ecr.api": "api.ecr",
    "ecr.dkr": "*.dkr.ecr",
    "execute-api": "*.execute-api",
    "kinesis-firehose": "firehose",
    "kinesis-streams": "kinesis",
}


def short(service: str, region: str) -> str:
    """The service's part of an AWS service's name in this region, e.g. `ecr.api`; else the whole name."""
    return service.removeprefix(f"com.amazonaws.{region}.")


def types_of(service: str, region: str) -> tuple[str, ...]:
    """The types of endpoint that lead to the service from this region; none: it does not exist there."""
    name = short(service, region)
    customer = re.fullmatch(_CUSTOMER, service)
    if customer is not None and customer["region"] == region:
        return ("Interface", "GatewayLoadBalancer")
    if name == service:
        return ()
    return (*(["Gateway"] if name in GATEWAY else []), *(["Interface"] if name in INTERFACE else []))


def prefix_list(service: str, region: str) -> str | None:
    """The managed list of the service's addresses: one for a service and region, whoever asks."""
    return f"pl-{sum(map(ord, service)):08x}" if short(service, region) in GATEWAY else None


def names_of(
    service: str, region: str, endpoint: str, unique: str, zones: list[str], *, private: bool
) -> Iterator[str]:
    """The DNS names of an interface endpoint: its own, one for each zone, and the service's where they are private."""
    public = _PRIVATE_NAMES.get(short(service, region), short(service, region))
    label = public.removeprefix("*.")
    yield f"{endpoint}-{unique}.{label}.{region}.vpce.amazonaws.com"
    yield from (f"{endpoint}-{unique}-{zone}.{label}.{region}.vpce.amazonaws.com" for zone in zones)
    if private:
        yield f"{public}.{region}.amazonaws.com"
