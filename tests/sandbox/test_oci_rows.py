"""What every row of the sandbox's OCI says of itself."""

from typing import Final

import pytest

from sandbox.cloud.oci import PACKAGE
from sandbox.cloud.oci.policy_resources import RESOURCE_TYPES, permitted
from sandbox.cloud.resource_type import ResourceType
from sandbox.cloud.schema import schema

VENDOR: Final = "https://docs.oracle.com/"
ROWS: Final = pytest.mark.parametrize("row", PACKAGE.types.values(), ids=lambda row: row.token)
LINKS: Final = {
    "configId",
    "dhcpOptionsId",
    "keyId",
    "kmsKeyId",
    "loadBalancerId",
    "logGroupId",
    "manageDefaultResourceId",
    "managementEndpoint",
    "networkSecurityGroupId",
    "networkSecurityGroupIds",
    "routeTableId",
    "securityListIds",
    "subnetIds",
    "vaultId",
    "vcnId",
}


@ROWS
def test_a_row_names_the_vendors_page_and_what_it_does_not_know(row: ResourceType) -> None:
    assert row.source.startswith(VENDOR)
    assert all(page.startswith(VENDOR) for page in row.sources)
    assert row.blind_spots
    assert all(spot.endswith(".") and len(spot) <= 140 for spot in row.blind_spots)


@ROWS
def test_an_input_that_names_an_object_is_a_reference(row: ResourceType) -> None:
    types = schema(PACKAGE.sdk, row.token)
    assert types is not None
    paths = {reference.path.partition("[")[0] for reference in row.references}
    assert {name for name in types.inputs.shapes if name in LINKS} - paths == set()


def test_every_input_called_id_is_a_reference_or_has_no_row() -> None:
    known = {"compartmentId", *LINKS}
    shapes = {row.token: schema(PACKAGE.sdk, row.token) for row in PACKAGE.types.values()}
    found = {
        (token, name)
        for token, types in shapes.items()
        for name in (types.inputs.shapes if types else ())
        if name.endswith(("Id", "Ids")) and name not in known
    }
    assert found == set()


@ROWS
def test_what_lies_in_a_network_says_conflict_while_it_is_in_use(row: ResourceType) -> None:
    users = {
        token
        for other in PACKAGE.types.values()
        for reference in other.references
        if reference.blocks_deletion
        for token in ((reference.tokens,) if isinstance(reference.tokens, str) else reference.tokens)
    }
    assert (row.token in users) is (row.in_use == "409-Conflict")


def test_the_policy_tables_name_each_other() -> None:
    for resource in ("keys", "repos", "postgres-db-systems"):
        assert resource in RESOURCE_TYPES
        assert permitted("manage", resource)
