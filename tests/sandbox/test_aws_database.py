"""What the sandbox's Amazon RDS refuses because of what is there, and what can't change."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.aws_data import DATABASE, INSTANCE, PARAMETERS, SUBNETS, sender
from tests.sandbox.aws_town import ACCOUNT, GROUP, REGION, SUBNET, A, Town, towns


@pytest.fixture
def town(state: Path) -> Iterator[Town]:
    with towns(state) as made:
        yield made


def placed(town: Town, name: str = "data", block: str = "10.0.0.0/16") -> tuple[str, dict[str, Any]]:
    """A network, and inputs of a database in it."""
    network = town.vpc(f"vpc-{name}", block)
    start = block.rpartition(".0.0/")[0]
    pair = [
        town.subnet(network, f"{start}.{number}.0/24", zone, f"{name}-{number}")
        for number, zone in enumerate(("apne1-az4", "apne1-az1"))
    ]
    subnets, _ = town.make(SUBNETS, name, name=name, subnetIds=pair)
    return network, {**DATABASE, "dbSubnetGroupName": subnets}


def test_its_subnets_lie_in_two_zones_of_one_network(town: Town) -> None:
    first, second = town.vpc("first"), town.vpc("second", "10.1.0.0/16")
    here = [town.subnet(first, "10.0.0.0/24", A), town.subnet(first, "10.0.1.0/24", A)]
    there = town.subnet(second, "10.1.0.0/24", "apne1-az1")
    assert "DBSubnetGroupDoesNotCoverEnoughAZs" in town.refused(SUBNETS, name="data", subnetIds=here)
    assert "not all in a common VPC" in town.refused(SUBNETS, name="data", subnetIds=[here[0], there])
    assert f"'subnet-0' does not exist as {SUBNET}" in town.refused(SUBNETS, name="data", subnetIds=["subnet-0"])
    assert town.paths(SUBNETS, name="default", subnetIds=here) == ["name"]


def test_what_a_database_uses_stays(town: Town) -> None:
    network, wanted = placed(town)
    parameters, _ = town.make(PARAMETERS, name="ledger", family="postgres17")
    group = town.group(network)
    made, _ = town.make(INSTANCE, **wanted, parameterGroupName=parameters, vpcSecurityGroupIds=[group])
    assert f"InvalidDBSubnetGroupStateFault: 'data' is still in use by {INSTANCE}" in town.refusal_of_delete(
        SUBNETS, "data"
    )
    assert "InvalidDBParameterGroupState: 'ledger' is still in use" in town.refusal_of_delete(PARAMETERS, "ledger")
    assert f"'{group}' is still in use by {INSTANCE}" in town.refusal_of_delete(GROUP, group)
    town.caller.delete(INSTANCE, made)
    for token, id_ in ((SUBNETS, "data"), (PARAMETERS, "ledger"), (GROUP, group)):
        town.caller.delete(token, id_)


@pytest.mark.parametrize("name", ["dbSubnetGroupName", "parameterGroupName", "kmsKeyId", "monitoringRoleArn"])
def test_what_a_database_names_exists(town: Town, name: str) -> None:
    needs: dict[str, dict[str, Any]] = {
        "kmsKeyId": {"storageEncrypted": True},
        "monitoringRoleArn": {"monitoringInterval": 60},
    }
    nothing = "arn:aws:kms:nothing"
    assert f"{name}: '{nothing}' does not exist" in town.refused(
        INSTANCE, **DATABASE, **needs.get(name, {}), **{name: nothing}
    )


def test_the_services_own_parameters_are_always_there(town: Town) -> None:
    town.make(INSTANCE, **DATABASE, parameterGroupName="default.postgres17")
    other = {**DATABASE, "identifier": "second", "parameterGroupName": "default.postgres16"}
    assert "is of family postgres16, not postgres17" in town.refused(INSTANCE, "second", **other)


def test_its_parameters_are_of_its_version(town: Town) -> None:
    group, _ = town.make(PARAMETERS, family="postgres16")
    assert "is of family postgres16, not postgres17" in town.refused(INSTANCE, **DATABASE, parameterGroupName=group)
    town.make(INSTANCE, **{**DATABASE, "engineVersion": "16"}, parameterGroupName=group)


def test_its_security_groups_are_of_its_network(town: Town) -> None:
    network, wanted = placed(town)
    foreign = town.group(town.vpc("other", "10.1.0.0/16"), "foreign")
    assert "are in different VPCs" in town.refused(INSTANCE, **wanted, vpcSecurityGroupIds=[foreign])
    town.make(INSTANCE, **wanted, vpcSecurityGroupIds=[town.group(network)])


def test_a_closed_network_gives_it_no_public_address(town: Town) -> None:
    _, wanted = placed(town)
    assert "has no internet gateway attached" in town.refused(INSTANCE, **wanted, publiclyAccessible=True)
    town.make(INSTANCE, **wanted)


def test_it_is_monitored_through_a_role_that_rds_may_take(town: Town) -> None:
    foreign = sender(town, "rds.amazonaws.com", name="foreign")
    wanted = {**DATABASE, "monitoringInterval": 60}
    assert "required permissions for: ENHANCED_MONITORING" in town.refused(
        INSTANCE, **wanted, monitoringRoleArn=foreign
    )
    source = f"arn:aws:rds:{REGION}:{ACCOUNT}:db:ledger"
    role = sender(town, "monitoring.rds.amazonaws.com", StringEquals={"aws:SourceArn": source})
    town.make(INSTANCE, **wanted, monitoringRoleArn=role)


def test_a_replica_needs_a_source_with_backups(town: Town) -> None:
    source = town.make(INSTANCE, **DATABASE)
    copy = {
        "identifier": "copy",
        "instanceClass": "db.m6g.large",
        "skipFinalSnapshot": True,
        "replicateSourceDb": "ledger",
    }
    assert "automated backups are not enabled for ledger" in town.refused(INSTANCE, "copy", **copy)
    town.caller.update(INSTANCE, *source, {**DATABASE, "backupRetentionPeriod": 7})
    town.make(INSTANCE, "copy", **copy)
    assert town.paths(INSTANCE, **copy, username="a") == ["username"]
    assert town.paths(INSTANCE, **copy, finalSnapshotIdentifier="a") == ["finalSnapshotIdentifier"]


def test_a_guarded_database_stays_until_the_guard_is_lifted(town: Town) -> None:
    guarded = {**DATABASE, "deletionProtection": True}
    made, outputs = town.make(INSTANCE, **guarded)
    assert "cannot delete protected DB instance" in town.refusal_of_delete(INSTANCE, made)
    town.caller.update(INSTANCE, made, outputs, {**guarded, "deletionProtection": False})
    town.caller.delete(INSTANCE, made)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"allocatedStorage": 50}, "storage can't shrink from 100 to 50 GiB"),
        ({"engineVersion": "16"}, "Cannot upgrade postgres from 17.9 to 16.13"),
        ({"engineVersion": "17.5"}, "Cannot upgrade postgres from 17.9 to 17.5"),
        ({"engineVersion": "18"}, "The AllowMajorVersionUpgrade flag must be present"),
    ],
)
def test_what_a_database_never_does(town: Town, changes: dict[str, Any], words: str) -> None:
    made = town.make(INSTANCE, **DATABASE)
    assert words in town.refusal_of_update(INSTANCE, made, **{**DATABASE, **changes})


@pytest.mark.parametrize(
    "changes",
    [
        {"allocatedStorage": 200},
        {"engineVersion": "17.9"},
        {"engineVersion": "18", "allowMajorVersionUpgrade": True},
        {"instanceClass": "db.m6g.2xlarge"},
        {"identifier": "renamed"},
    ],
)
def test_what_a_database_does_in_place(town: Town, changes: dict[str, Any]) -> None:
    made = town.make(INSTANCE, **DATABASE)
    assert not town.caller.diff(INSTANCE, DATABASE, {**DATABASE, **changes}).replaces
    town.caller.update(INSTANCE, *made, {**DATABASE, **changes})


def test_a_major_upgrade_needs_parameters_of_the_new_version(town: Town) -> None:
    old, _ = town.make(PARAMETERS, "old", name="old", family="postgres17")
    new, _ = town.make(PARAMETERS, "new", name="new", family="postgres18")
    made = town.make(INSTANCE, **DATABASE, parameterGroupName=old)
    wanted = {**DATABASE, "engineVersion": "18", "allowMajorVersionUpgrade": True}
    assert "old is of family postgres17, not postgres18" in town.refusal_of_update(
        INSTANCE, made, **wanted, parameterGroupName=old
    )
    town.caller.update(INSTANCE, *made, {**wanted, "parameterGroupName": new})


def test_another_subnet_group_means_another_network(town: Town) -> None:
    network, wanted = placed(town)
    _, elsewhere = placed(town, "far", "10.1.0.0/16")
    again = [town.subnet(network, f"10.0.{n}.0/24", zone) for n, zone in ((8, "apne1-az4"), (9, "apne1-az1"))]
    town.make(SUBNETS, "again", name="again", subnetIds=again)
    made = town.make(INSTANCE, **wanted)
    same = {**wanted, "dbSubnetGroupName": "again"}
    assert "it is in the same VPC as data" in town.refusal_of_update(INSTANCE, made, **same)
    assert "a Multi-AZ DB instance can't move" in town.refusal_of_update(INSTANCE, made, **elsewhere, multiAz=True)
    town.caller.update(INSTANCE, *made, elsewhere)


def test_its_identifier_is_taken_once(town: Town) -> None:
    made, _ = town.make(INSTANCE, **DATABASE)
    assert "the name 'ledger' is already in use" in town.refused(INSTANCE, "second", **DATABASE)
    town.caller.delete(INSTANCE, made)
    town.make(INSTANCE, "second", **DATABASE)


@pytest.mark.parametrize(
    ("token", "name"),
    [
        *(
            (INSTANCE, name)
            for name in ("engine", "username", "dbName", "kmsKeyId", "availabilityZone", "backupTarget")
        ),
        *((PARAMETERS, name) for name in ("family", "description", "name")),
        (SUBNETS, "name"),
    ],
)
def test_what_is_chosen_once_is_replaced(town: Town, token: str, name: str) -> None:
    assert name in town.caller.diff(token, {name: "a"}, {name: "b"}).replaces


def test_what_it_answers_is_made_of_what_was_asked(town: Town) -> None:
    network, wanted = placed(town)
    striped = {**wanted, "allocatedStorage": 400, "port": 5433, "backupRetentionPeriod": 7}
    id_, outputs = town.make(INSTANCE, **striped)
    assert (outputs["endpoint"], outputs["iops"], outputs["storageThroughput"]) == (
        f"{outputs['address']}:5433",
        12000,
        500,
    )
    assert outputs["availabilityZone"] == f"{REGION}a"
    assert network
    assert "latestRestorableTime" not in outputs
    assert "latestRestorableTime" in town.caller.read(INSTANCE, id_)[2]
    without = {**{n: v for n, v in DATABASE.items() if n != "password"}, "identifier": "managed"}
    _, managed = town.make(INSTANCE, "managed", **without, manageMasterUserPassword=True)
    assert managed["masterUserSecrets"][0]["secretArn"].startswith(
        f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:rds!db-"
    )
    assert (outputs["masterUserSecrets"], managed["iops"], managed["backupRetentionPeriod"]) == ([], 3000, 0)
