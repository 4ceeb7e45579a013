"""What the sandbox refuses before anything is made: the schema, the rows' checks, and what it does not know."""

from pathlib import Path
from typing import Any

import pytest

from sandbox.cloud.value import UNKNOWN, Secret
from tests.sandbox.conftest import ACCOUNT, ALIAS, KEY, PARAMETER, SUBNET, VPC, Caller

STORE: dict[str, Any] = {"resourceGroupName": "rg", "kind": "StorageV2", "sku": {"name": "Standard_ZRS"}}


@pytest.mark.parametrize(
    ("inputs", "path", "reason"),
    [
        (
            {"deletionWindow": 7},
            "deletionWindow",
            "unknown property 'deletionWindow' (did you mean 'deletionWindowInDays'?)",
        ),
        ({"deletionWindowInDays": 7.5}, "deletionWindowInDays", "expected an integer, got a number"),
        ({"deletionWindowInDays": "7"}, "deletionWindowInDays", "expected an integer, got a string"),
        ({"deletionWindowInDays": True}, "deletionWindowInDays", "expected an integer, got a boolean"),
        ({"enableKeyRotation": "true"}, "enableKeyRotation", "expected a boolean, got a string"),
        ({"description": 1}, "description", "expected a string, got an integer"),
        ({"tags": ["a"]}, "tags", "expected a map, got a list"),
        ({"tags": {"a": 1}}, "tags.a", "expected a string, got an integer"),
        ({"tags": Secret({"a": 1})}, "tags.a", "expected a string, got an integer"),
        ({"deletionWindowInDays": 31}, "deletionWindowInDays", "31 is not between 7 and 30"),
    ],
)
def test_a_key_with_one_wrong_value_is_refused_with_its_path(aws: Caller, inputs: Any, path: str, reason: str) -> None:
    assert aws.check(KEY, inputs)[1] == [(path, reason)]


def test_a_missing_required_value_is_refused(aws: Caller) -> None:
    assert aws.check(ALIAS, {})[1] == [("targetKeyId", "required value 'targetKeyId' is missing")]


def test_a_missing_nested_required_value_is_refused(azure: Caller) -> None:
    assert azure.check(ACCOUNT, {**STORE, "sku": {}})[1] == [("sku.name", "required value 'name' is missing")]


def test_an_unknown_nested_property_is_refused(azure: Caller) -> None:
    wrong = {**STORE, "sku": {"name": "Standard_ZRS", "size": "big"}}
    assert azure.check(ACCOUNT, wrong)[1] == [("sku.size", "unknown property 'size'")]


@pytest.mark.parametrize("name", ["accessTier", "minimumTlsVersion"])  # a closed enum, and one written as str | Enum
def test_a_value_outside_its_enum_is_refused(azure: Caller, name: str) -> None:
    (failure,) = azure.check(ACCOUNT, {**STORE, name: "Lukewarm"})[1]
    assert failure[0] == name
    assert failure[1].startswith("'Lukewarm' is not one of: ")


def test_a_right_value_of_each_kind_passes(azure: Caller) -> None:
    right = {**STORE, "accessTier": "Hot", "minimumTlsVersion": "TLS1_2", "tags": {"a": "b"}, "isHnsEnabled": False}
    assert azure.check(ACCOUNT, right)[1] == []


def test_unknown_values_pass_and_what_depends_on_them_is_decided_later(aws: Caller) -> None:
    inputs, failures = aws.check(SUBNET, {"vpcId": UNKNOWN, "cidrBlock": UNKNOWN, "tags": {"a": UNKNOWN}})
    assert failures == []
    assert inputs["cidrBlock"] is UNKNOWN


def test_a_range_with_host_bits_is_refused(aws: Caller) -> None:
    assert [path for path, _ in aws.check(VPC, {"cidrBlock": "10.0.0.1/16"})[1]] == ["cidrBlock"]


def test_a_type_without_a_row_is_an_error_of_the_sandbox_not_a_default(aws: Caller) -> None:
    token = "aws:ec2/internetGateway:InternetGateway"
    said = f"sandbox: the sandbox has no behaviour for {token}: add a row in sandbox/cloud/aws/"
    assert aws.refusal(aws.check, token, {}) == said


def test_a_type_that_the_sdk_lacks_is_refused(aws: Caller) -> None:
    said = "sandbox: the installed pulumi_aws knows no resource type aws:kms/nothing:Nothing"
    assert aws.refusal(aws.check, "aws:kms/nothing:Nothing", {}) == said


def test_a_data_source_without_behaviour_is_an_error_of_the_sandbox(aws: Caller, state: Path) -> None:
    from pulumi.runtime.proto import provider_pb2

    said = aws.refusal(aws.stub.Invoke, provider_pb2.InvokeRequest(tok="aws:index/getNothing:getNothing"))
    assert said == (
        "sandbox: the sandbox has no behaviour for the data source aws:index/getNothing:getNothing: "
        "add it to INVOKES in sandbox/cloud/aws/"
    )
    assert state.exists()


def test_a_function_of_a_row_that_fails_is_an_error_of_the_sandbox(
    aws: Caller, capsys: pytest.CaptureFixture[str]
) -> None:
    said = aws.refusal(aws.create, PARAMETER, {"name": "p", "type": "StringList", "value": "a"})
    assert said == "sandbox: a row's function failed: KeyError('nothing')"
    assert "KeyError: 'nothing'" in capsys.readouterr().err


def test_a_provider_without_a_region_is_refused(server: Any) -> None:
    from pulumi.runtime.proto import provider_pb2

    caller = Caller(server.ports["aws"])
    (failure,) = caller.stub.CheckConfig(provider_pb2.CheckRequest(urn=caller.urn("pulumi:providers:aws"))).failures
    caller.close()
    assert (failure.property, failure.reason) == ("region", "the provider needs a region")
