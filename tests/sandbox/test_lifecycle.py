"""Create, update, read and delete as the engine asks for them."""

from pathlib import Path

import pytest
from pulumi.runtime.proto import provider_pb2

from sandbox.cloud import drift
from sandbox.cloud.server import Server
from sandbox.cloud.value import UNKNOWN, Secret
from tests.sandbox.conftest import ACCOUNT, ALIAS, KEY, LOGS, PACKAGES, PARAMETER, SECRET, SUBNET, VPC, Caller


def test_what_the_cloud_makes_is_unknown_at_the_preview_of_a_creation(aws: Caller, state: Path) -> None:
    id_, outputs = aws.create(KEY, {"description": "records"}, preview=True)
    assert id_ == ""
    unknown = {name for name, value in outputs.items() if value is UNKNOWN}
    assert unknown == {"arn", "keyId", "policy", "enableKeyRotation", "multiRegion", "tagsAll"}
    assert outputs["description"] == "records"
    assert drift.contents(state) == []


def test_computed_outputs_have_the_clouds_shape_and_never_change(aws: Caller) -> None:
    id_, outputs = aws.create(KEY, {"description": "old"})
    assert outputs["arn"] == f"arn:aws:kms:ap-northeast-1:111122223333:key/{id_}"
    inputs, _ = aws.check(KEY, {"description": "new"})
    previewed = aws.update(KEY, id_, outputs, {"description": UNKNOWN}, preview=True)
    assert (previewed["arn"], previewed["description"]) == (outputs["arn"], UNKNOWN)
    updated = aws.update(KEY, id_, outputs, {"description": "new"})
    assert updated == {**outputs, "description": "new"}
    assert aws.read(KEY, id_) == (id_, inputs, updated)


def test_provider_defaults_are_in_the_inputs_and_cloud_defaults_in_the_outputs(aws: Caller) -> None:
    inputs, _ = aws.check(KEY, {})
    assert inputs["keyUsage"] == "ENCRYPT_DECRYPT"
    assert "enableKeyRotation" not in inputs
    assert aws.create(KEY, {})[1]["enableKeyRotation"] is False


def test_a_secret_input_stays_secret_in_outputs_and_in_what_is_made_of_it(aws: Caller) -> None:
    secret = {"name": "p", "type": "SecureString", "value": Secret("hidden")}
    id_, outputs = aws.create(PARAMETER, secret)
    assert (outputs["value"], outputs["insecureValue"]) == (Secret("hidden"), Secret("copy of hidden"))
    assert aws.read(PARAMETER, id_)[1]["value"] == Secret("hidden")


def test_an_output_has_the_outputs_shape_not_the_inputs(azure: Caller) -> None:
    identity = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/me"
    inputs = {
        "resourceGroupName": "rg",
        "kind": "StorageV2",
        "sku": {"name": "Standard_ZRS"},
        "identity": {"type": "UserAssigned", "userAssignedIdentities": [identity]},
    }
    id_, outputs = azure.create(ACCOUNT, inputs)
    assert outputs["identity"] == {"type": "UserAssigned", "userAssignedIdentities": {identity: {}}}
    assert outputs["name"] == id_.rpartition("/")[2]
    assert outputs["type"] == "Microsoft.Storage/storageAccounts"
    assert outputs["location"] == "japaneast"
    assert "accountName" not in outputs


def test_two_providers_of_one_package_keep_their_regions_apart(server: Server, aws: Caller) -> None:
    osaka = Caller(server.ports["aws"], region="ap-northeast-3", allowedAccountIds='["111122223333"]')
    here, there = aws.create(KEY, {})[1], osaka.create(KEY, {})[1]
    osaka.close()
    assert (here["region"], there["region"]) == ("ap-northeast-1", "ap-northeast-3")
    assert there["arn"].startswith("arn:aws:kms:ap-northeast-3:111122223333:key/")


def test_a_reference_to_nothing_is_refused(aws: Caller) -> None:
    said = aws.refusal(aws.create, SUBNET, {"vpcId": "vpc-0", "cidrBlock": "10.0.0.0/24"})
    assert said == "vpcId: 'vpc-0' does not exist as aws:ec2/vpc:Vpc"


def test_what_is_still_referred_to_is_not_deleted(aws: Caller) -> None:
    vpc, _ = aws.create(VPC, {"cidrBlock": "10.0.0.0/16"})
    subnet, _ = aws.create(SUBNET, {"vpcId": vpc, "cidrBlock": "10.0.0.0/24"})
    held = f"DependencyViolation: '{vpc}' is still in use by {SUBNET} '{subnet}' (vpcId)"
    assert aws.refusal(aws.delete, VPC, vpc) == held
    aws.delete(SUBNET, subnet)
    aws.delete(VPC, vpc)
    assert aws.read(VPC, vpc)[0] == ""


def test_overlapping_and_outlying_ranges_are_refused(aws: Caller) -> None:
    vpc, _ = aws.create(VPC, {"cidrBlock": "10.0.0.0/16"})
    aws.create(SUBNET, {"vpcId": vpc, "cidrBlock": "10.0.0.0/23"}, name="a")
    refused = {
        block: aws.refusal(aws.create, SUBNET, {"vpcId": vpc, "cidrBlock": block}, name="b").partition(":")[0]
        for block in ("10.0.1.0/24", "10.1.0.0/24")
    }
    assert refused == {"10.0.1.0/24": "InvalidSubnet.Conflict", "10.1.0.0/24": "InvalidSubnet.Range"}


def test_a_name_in_use_is_refused_in_its_space_only(server: Server, aws: Caller) -> None:
    aws.create(LOGS, {"name": "audit"})
    assert aws.refusal(aws.create, LOGS, {"name": "audit"}, name="other") == "'audit' already exists"
    other = Caller(server.ports["aws"], region="ap-northeast-1", allowedAccountIds='["444455556666"]')
    assert other.create(LOGS, {"name": "audit"})[0] == "audit"
    other.close()


def test_a_soft_deleted_name_stays_taken_and_a_purged_one_does_not(aws: Caller) -> None:
    for days, taken in ((7, True), (0, False)):
        name = f"secret-{days}"
        id_, outputs = aws.create(SECRET, {"name": name, "recoveryWindowInDays": days})
        aws.delete(SECRET, id_, outputs)
        if taken:
            assert "is still reserved by a deleted object" in aws.refusal(aws.create, SECRET, {"name": name})
        else:
            assert aws.create(SECRET, {"name": name})[0] == id_


def test_deletion_protection_bites_until_it_is_taken_off(aws: Caller) -> None:
    id_, outputs = aws.create(LOGS, {"name": "audit", "skipDestroy": True})
    assert aws.refusal(aws.delete, LOGS, id_) == "audit is protected"
    aws.update(LOGS, id_, outputs, {"name": "audit", "skipDestroy": False})
    aws.delete(LOGS, id_)
    assert aws.read(LOGS, id_)[0] == ""


@pytest.mark.parametrize(("new", "reason"), [({"retentionInDays": 7}, "7"), ({}, "none")])
def test_retention_does_not_shrink(aws: Caller, new: dict[str, int], reason: str) -> None:
    id_, outputs = aws.create(LOGS, {"name": "audit", "retentionInDays": 30})
    said = aws.refusal(aws.update, LOGS, id_, outputs, {"name": "audit", **new})
    assert said == f"retention can't go from 30 to {reason}"
    assert aws.update(LOGS, id_, outputs, {"name": "audit", "retentionInDays": 90})["retentionInDays"] == 90


def test_deleting_what_is_gone_is_no_error(aws: Caller) -> None:
    aws.delete(KEY, "gone")
    assert aws.read(KEY, "gone") == ("", {}, {})


def test_equal_inputs_show_no_difference_and_a_changed_one_its_path(aws: Caller) -> None:
    old = {"description": "a", "tags": {"x": "1", "y": "2"}, "__defaults": ["region"]}
    none = aws.diff(KEY, old, {**old, "description": Secret("a")})
    assert (none.changes, dict(none.detailedDiff)) == (provider_pb2.DiffResponse.DIFF_NONE, {})
    some = aws.diff(KEY, old, {**old, "tags": {"x": "3", "z": "4"}})
    assert {path: provider_pb2.PropertyDiff.Kind.Name(d.kind) for path, d in some.detailedDiff.items()} == {
        "tags.x": "UPDATE",
        "tags.y": "DELETE",
        "tags.z": "ADD",
    }
    assert (list(some.diffs), list(some.replaces)) == (["tags"], [])


def test_what_cannot_change_in_place_is_replaced(aws: Caller) -> None:
    changed = aws.diff(VPC, {"cidrBlock": "10.0.0.0/16"}, {"cidrBlock": "10.1.0.0/16"})
    assert list(changed.replaces) == ["cidrBlock"]
    assert changed.detailedDiff["cidrBlock"].kind == provider_pb2.PropertyDiff.UPDATE_REPLACE
    assert list(aws.diff(KEY, {"region": "ap-northeast-1"}, {"region": "ap-northeast-3"}).replaces) == ["region"]


def test_a_given_name_that_stays_makes_the_old_one_go_first(aws: Caller) -> None:
    old = {"name": "alias/a", "region": "ap-northeast-1"}
    new = {**old, "region": "ap-northeast-3"}
    assert aws.diff(ALIAS, old, new).deleteBeforeReplace
    assert not aws.diff(ALIAS, old, {**new, "__defaults": ["name"]}).deleteBeforeReplace
    assert not aws.diff(ALIAS, old, {**old, "name": "alias/b"}).deleteBeforeReplace


def test_a_second_server_on_the_same_state_sees_the_same_world(aws: Caller, state: Path) -> None:
    id_, outputs = aws.create(KEY, {"description": Secret("hidden")})
    second = Server(state, PACKAGES)
    caller = Caller(second.ports["aws"], region="ap-northeast-1", allowedAccountIds='["111122223333"]')
    found = caller.read(KEY, id_)
    caller.delete(KEY, id_)
    caller.close()
    second.stop()
    assert (found[0], found[2]) == (id_, outputs)
    assert aws.read(KEY, id_)[0] == ""
