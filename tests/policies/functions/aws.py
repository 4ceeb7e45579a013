"""AWS Lambda, and the node groups of EKS."""

from policies.facts.vocabulary import UNKNOWN
from tests.policies.bare import TAGS, Beside, Example

PUBLIC, ZONES, IMAGE = "net-no-public-ip-on-compute", "ha-application-two-zones", "img-private-registry"
LOGS, VERSION, IDENTITY = "log-application-kept", "vuln-supported-versions", "iam-workload-identity"
DISK, PATCHES, BASTION = "crypto-block-storage-cmk", "vuln-patching-automated", "net-admin-via-bastion"
METADATA = "iam-instance-metadata-hardened"
SUBNET = "aws:ec2/subnet:Subnet"
SENT: Beside = {
    "group": (
        "aws:cloudwatch/logGroup:LogGroup",
        {"name": "/aws/lambda/thing", "arn": "arn:aws:logs:ap-northeast-1:111122223333:log-group:/aws/lambda/thing"},
    ),
    "filter": (
        "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter",
        {"logGroup": "group", "destinationArn": "stream"},
    ),
    "stream": (
        "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
        {"tags": TAGS, "extendedS3Configuration": {"bucketArn": "archive"}},
    ),
    "archive": ("aws:s3/bucket:Bucket", {}),
}
SUBNETS: Beside = {f"subnet-{zone}": (SUBNET, {"availabilityZone": zone}) for zone in ("a", "c")}
IMAGES = "111122223333.dkr.ecr.ap-northeast-1.amazonaws.com/app@sha256:0f1e"
FUNCTION = {"name": "thing", "role": "arn:aws:iam::111122223333:role/app", "runtime": "python3.13"}
NODES = {"subnetIds": ["subnet-a", "subnet-c"]}

EXAMPLES = [
    Example(
        token="aws:lambda/function:Function",
        good=FUNCTION,
        beside={**SENT, **SUBNETS},
        broken=[
            (VERSION, {"runtime": "nodejs16.x"}),
            (VERSION, {"runtime": "provided"}),
            (LOGS, {"name": "another"}),
            (IDENTITY, {"role": None}),
            (ZONES, {"vpcConfig": {"subnetIds": ["subnet-a"]}}),
            (IMAGE, {"packageType": "Image", "runtime": None, "imageUri": "public.ecr.aws/x/y:1"}),
        ],
        open=[
            (VERSION, {"runtime": UNKNOWN}),
            (VERSION, {"runtime": "go1.x"}),
            (LOGS, {"name": UNKNOWN}),
            (ZONES, {"vpcConfig": {"subnetIds": ["elsewhere"]}}),
            (IMAGE, {"packageType": "Image", "imageUri": UNKNOWN}),
        ],
        bare=frozenset({IDENTITY}),
    ),
    Example(
        token="aws:lambda/function:Function",
        good={**FUNCTION, "runtime": None, "packageType": "Image", "imageUri": IMAGES},
        beside={**SENT, "url": ("aws:lambda/functionUrl:FunctionUrl", {"functionName": "other"})},
        broken=[
            (PUBLIC, {"arn": "other"}),
            (LOGS, {"loggingConfig": {"logGroup": "elsewhere"}}),
            (IMAGE, {"imageUri": IMAGES.replace("111122223333", "999999999999")}),
            ("img-immutable-trusted", {"imageUri": IMAGES.partition("@")[0]}),
        ],
        open=[(LOGS, {"loggingConfig": UNKNOWN})],
        bare=frozenset({IDENTITY}),
    ),
    Example(
        token="aws:eks/nodeGroup:NodeGroup",
        good={**NODES, "launchTemplate": {"id": "template"}},
        beside={
            **SUBNETS,
            "template": ("aws:ec2/launchTemplate:LaunchTemplate", {}),
            "open": (SUBNET, {"mapPublicIpOnLaunch": True}),
        },
        bare=frozenset({DISK, PATCHES}),
    ),
]
