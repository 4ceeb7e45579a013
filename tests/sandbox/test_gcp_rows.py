"""What every row of the sandbox's Google Cloud says of itself."""

from typing import Final

import pytest

from sandbox.cloud.gcp import PACKAGE, access, landing
from sandbox.cloud.resource_type import ResourceType
from sandbox.cloud.schema import schema
from tests.sandbox.test_gcp import AUDIT, NETWORK, SERVICE

VENDOR: Final = "https://cloud.google.com/"
ROWS: Final = pytest.mark.parametrize("row", PACKAGE.types.values(), ids=lambda row: row.token)
# Inputs that look like the name of another object and are none, or of an object that has no row.
NO_REFERENCE: Final = {
    ("gcp:kms/cryptoKey:CryptoKey", "cryptoKeyBackend"),
    ("gcp:compute/network:Network", "networkProfile"),
    ("gcp:compute/subnetwork:Subnetwork", "ipCollection"),
    ("gcp:compute/address:Address", "ipCollection"),
    ("gcp:compute/forwardingRule:ForwardingRule", "ipCollection"),
}
LINKS: Final = {
    "backendService",
    "bucket",
    "cryptoKeyBackend",
    "cryptoKeyId",
    "customWriterIdentity",
    "defaultService",
    "encryptionKeyName",
    "instance",
    "ipCollection",
    "keyRing",
    "kmsKeyName",
    "managedZone",
    "masterInstanceName",
    "network",
    "networkProfile",
    "reservedPeeringRanges",
    "secret",
    "secretId",
    "securityPolicy",
    "sslPolicy",
    "subnetwork",
    "urlMap",
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
    own = {row.name.property} if row.name else set()
    links = {name for name in types.inputs.shapes if name in LINKS and (row.token, name) not in NO_REFERENCE} - own
    assert links - paths == set()


@ROWS
def test_every_type_has_the_api_that_makes_it(row: ResourceType) -> None:
    assert landing.api_of(row.token) in {"", "cloudresourcemanager", *landing.APIS.values()}


def test_the_table_of_apis_is_used_up() -> None:
    assert {landing.api_of(token) for token in PACKAGE.types} - {""} == {*landing.APIS.values(), "cloudresourcemanager"}
    assert (landing.api_of(SERVICE), landing.api_of(AUDIT), landing.api_of(NETWORK)) == (
        "run",
        "cloudresourcemanager",
        "compute",
    )


def test_a_member_of_a_policy_is_replaced_whole() -> None:
    members = [row for token, row in PACKAGE.types.items() if token.endswith("Member")]
    assert len(members) == 3
    assert all({"role", "member", "condition"} <= set(row.replace_on) for row in members)
    assert access.ACCOUNT in PACKAGE.types
