"""What every row of the sandbox's AWS says of itself."""

import re
from typing import Final

import pytest

from sandbox.cloud.aws import PACKAGE
from sandbox.cloud.resource_type import Check, ResourceType
from sandbox.cloud.schema import schema

VENDOR: Final = "https://docs.aws.amazon.com/"
ROWS: Final = pytest.mark.parametrize("row", PACKAGE.types.values(), ids=lambda row: row.token)
_LINK: Final = re.compile(r".*(Id|Ids|Arn|Arns|Name|Key)|bucket|role")
# Inputs that are written like the name of another object: those that are none, and those of objects that have no row or
# are looked up by a guard.
NO_REFERENCE: Final = {
    "availabilityZoneId",
    "certificateArn",
    "characterSetName",
    "cloudWatchLogsGroupArn",
    "customKeyStoreId",
    "dbName",
    "defaultNetworkAclId",
    "defaultRouteTableId",
    "destinationId",
    "domainAuthSecretArn",
    "domainIamRoleName",
    "eniId",
    "gatewayId",
    "ipv4IpamPoolId",
    "ipv6IpamPoolId",
    "managedPolicyArns",
    "ncharCharacterSetName",
    "optionGroupName",
    "outpostArn",
    "regionalNatGatewayId",
    "resourceConfigurationArn",
    "serviceName",
    "serviceNetworkArn",
    "snsTopicName",
    "transitGatewayAttachmentId",
    "transitGatewayId",
    "versionId",
    "xksKeyId",
}


@ROWS
def test_a_row_names_the_vendors_page_and_what_it_does_not_know(row: ResourceType) -> None:
    assert [page for page in (row.source, *row.sources) if not page.startswith(VENDOR)] == []
    assert row.blind_spots
    assert [spot for spot in row.blind_spots if not spot.endswith(".") or len(spot) > 140] == []


def test_an_input_that_names_an_object_is_a_reference() -> None:
    left: set[str] = set()
    for token, row in PACKAGE.types.items():
        types = schema(PACKAGE.sdk, token)
        assert types is not None
        named = {re.split(r"[.\[]", reference.path)[0] for reference in row.references}
        own = {row.name.property} if row.name else set()
        left |= {name for name in types.inputs.shapes if _LINK.fullmatch(name)} - named - own
    assert {name for name in left if not name.startswith("routingHttp")} == NO_REFERENCE


@pytest.mark.parametrize(
    "row",
    # Amazon EC2 has a rule of its own.
    [row for token, row in PACKAGE.types.items() if not token.startswith(("aws:ec2/", "aws:vpc/"))],
    ids=lambda row: row.token,
)
def test_tags_are_held_against_the_vendors_rule(row: ResourceType) -> None:
    types = schema(PACKAGE.sdk, row.token)
    assert types is not None
    found = [path for check in row.checks for path in _objections(check, {"tags": {"aws:a": "b"}})]
    assert ("tags.aws:a" in found) is ("tags" in types.inputs.shapes)


def _objections(check: Check, inputs: dict[str, object]) -> list[str]:
    """What the check says of inputs that lack everything else."""
    try:
        return [path for path, _ in check(inputs)]
    except KeyError:
        return []
