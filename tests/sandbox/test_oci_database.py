"""PostgreSQL in the sandbox's OCI: where it lies, what it needs first, what it offers, how it changes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.test_oci import (
    COMPARTMENT,
    CONFIGURATION,
    NSG,
    OSAKA,
    POLICY,
    SYSTEM,
    Town,
    callers,
    policy,
    storage,
    system,
)


@pytest.fixture
def town(state: Path) -> Iterator[Town]:
    with callers(state) as caller:
        yield Town(caller)


def configuration(**inputs: Any) -> dict[str, Any]:
    given = {"compartmentId": COMPARTMENT, "displayName": "tuned", "dbVersion": "16", "shape": "VM.Standard.E5.Flex"}
    return {**given, "dbConfigurationOverrides": {"items": []}, **inputs}


def test_a_database_has_a_private_address_and_a_name_and_tells_what_the_provider_tells(town: Town) -> None:
    made = town.made(SYSTEM, **system(town.subnet()["id"]))
    address = made["networkDetails"]["primaryDbEndpointPrivateIp"]
    endpoint = town.lookup("oci:Psql/getDbSystemConnectionDetail:getDbSystemConnectionDetail", dbSystemId=made["id"])
    assert address.startswith("10.0.1.")
    assert endpoint["primaryDbEndpoints"][0]["ipAddress"] == address
    assert endpoint["primaryDbEndpoints"][0]["fqdn"].endswith(".postgresql.ap-tokyo-1.oci.oraclecloud.com")
    assert made["shape"] == "PostgreSQL.VM.Standard.E5.Flex"
    assert made["adminUsername"] == "town"
    assert len(made["instances"]) == 2


def test_it_lies_in_a_private_subnet_with_groups_of_its_network(town: Town) -> None:
    vcn, other = town.network()["id"], town.network("other")["id"]
    public = town.subnet(vcnId=vcn, prohibitPublicIpOnVnic=False)["id"]
    private = town.subnet("private", "10.0.2.0/24", vcnId=vcn)["id"]
    foreign, own = town.group(other), town.group(vcn)
    assert "lies in a private subnet" in town.refused(SYSTEM, **system(public))
    wrong = {"subnetId": private, "nsgIds": [foreign]}
    assert "is not in the network" in town.refused(SYSTEM, **system(private, networkDetails=wrong))
    made = town.make(SYSTEM, **system(private, networkDetails={"subnetId": private, "nsgIds": [own]}))[0]
    assert town.refusal_of_delete(NSG, own).startswith("409-Conflict")
    town.caller.delete(SYSTEM, made)


def test_its_storage_is_in_the_only_domain(town: Town, state: Path) -> None:
    subnet = town.subnet()["id"]
    second = storage(availabilityDomain="sbox:AP-TOKYO-1-AD-2")
    assert "there is no availability domain" in town.refused(SYSTEM, **system(subnet, storageDetails=second))
    regional = {"isRegionallyDurable": True, "systemType": "OCI_OPTIMIZED_STORAGE"}
    assert "no regional storage" in town.refused(SYSTEM, **system(subnet, storageDetails=regional))
    assert town.make(SYSTEM, **system(subnet))
    with callers(state / "osaka", OSAKA) as caller:
        osaka = Town(caller)
        own = storage(availabilityDomain="sbox:AP-OSAKA-1-AD-1")
        there = osaka.subnet()["id"]
        assert "there is no availability domain" in osaka.refused(SYSTEM, **system(there))
        assert osaka.make(SYSTEM, **system(there, storageDetails=own))


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        ({"dbVersion": "15"}, "is for version 15"),
        ({"shape": "VM.Standard.E4.Flex"}, "is for VM.Standard.E4.Flex"),
        (
            {"isFlexible": False, "instanceOcpuCount": 4, "instanceMemorySizeInGbs": 64},
            "is for instanceOcpuCount 4",
        ),
    ],
)
def test_a_configuration_is_for_the_systems_version_shape_and_size(
    town: Town, inputs: dict[str, Any], words: str
) -> None:
    wrong, right = (town.make(CONFIGURATION, **configuration(**more))[0] for more in (inputs, {"isFlexible": True}))
    asked = system(town.subnet()["id"], instanceOcpuCount=2, instanceMemorySizeInGbs=32)
    assert words in town.refused(SYSTEM, **asked, configId=wrong)
    made = town.make(SYSTEM, **asked, configId=right)[0]
    assert town.refusal_of_delete(CONFIGURATION, right).startswith("409-Conflict")
    town.caller.delete(SYSTEM, made)
    town.caller.delete(CONFIGURATION, right)


@pytest.mark.parametrize(
    "shapes",
    [{"shape": "PostgreSQL.X86"}, {"shape": "VM.Standard.E4.Flex", "compatibleShapes": ["VM.Standard.E5.Flex"]}],
)
def test_a_configuration_may_be_for_several_shapes(town: Town, shapes: dict[str, Any]) -> None:
    named = town.make(CONFIGURATION, **configuration(**shapes))[0]
    assert town.make(SYSTEM, **system(town.subnet()["id"], configId=named))


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("Deny any-user to manage postgres-db-systems in {here} where request.operation = 'DeleteDbSystem'", True),
        ("Deny any-user to use postgres-db-systems in {here}", True),
        ("Deny any-user to manage postgres-db-systems in {here} where request.operation = 'UpdateDbSystem'", False),
        ("Deny any-user to manage postgres-backups in {here}", False),
        ("Deny group village to manage postgres-db-systems in {here}", False),
        ("Deny any-user to manage postgres-db-systems in compartment id ocid1.compartment.oc1..other", False),
        ("Allow any-user to manage postgres-db-systems in {here}", False),
    ],
)
def test_a_deny_policy_guards_a_database(town: Town, text: str, denied: bool) -> None:
    made = town.make(SYSTEM, **system(town.subnet()["id"]))[0]
    guard = town.make(POLICY, **policy(text.format(here=f"compartment id {COMPARTMENT}")))[0]
    if denied:
        assert f"the policy {guard} denies DeleteDbSystem" in town.refusal_of_delete(SYSTEM, made)
        town.caller.delete(POLICY, guard)
    town.caller.delete(SYSTEM, made)


def test_nodes_come_and_go_by_patch_operations_only(town: Town) -> None:
    asked = system(town.subnet()["id"])
    insert = [{"operation": "INSERT", "selection": "instances", "value": {"displayName": "third"}}]
    assert "can't be given" in town.refused(SYSTEM, **asked, patchOperations=insert)
    id_, outputs = town.make(SYSTEM, **asked)
    outputs = town.caller.update(SYSTEM, id_, outputs, {**asked, "instanceCount": 3})
    assert outputs["instanceCount"] == 2
    outputs = town.caller.update(SYSTEM, id_, outputs, {**asked, "instanceCount": 3, "patchOperations": insert})
    assert (outputs["instanceCount"], len(outputs["instances"])) == (3, 3)
    assert town.caller.update(SYSTEM, id_, outputs, {**asked, "instanceCount": 3})["instanceCount"] == 3


def test_a_version_goes_up_in_place_with_leave_and_never_down(town: Town) -> None:
    asked = system(town.subnet()["id"])
    assert list(town.caller.diff(SYSTEM, asked, {**asked, "dbVersion": "17"}).replaces) == ["dbVersion"]
    leave = {**asked, "allowMajorVersionUpgrade": True}
    assert list(town.caller.diff(SYSTEM, leave, {**leave, "dbVersion": "17"}).replaces) == []
    made = town.make(SYSTEM, **leave)
    assert "there is no downgrade" in town.refusal_of_update(SYSTEM, made, **{**leave, "dbVersion": "15"})
    assert town.caller.update(SYSTEM, *made, {**leave, "dbVersion": "17"})["dbVersion"] == "17"


def managed(**more: Any) -> dict[str, Any]:
    return {"managementPolicy": more}


def backups(**more: Any) -> dict[str, Any]:
    return managed(backupPolicy={"kind": "DAILY", "backupStart": "18:00", "retentionDays": 7, **more})


def login(username: str = "town", **details: Any) -> dict[str, Any]:
    given = {"passwordType": "PLAIN_TEXT", "password": "Word-1", **details}
    known = {name: value for name, value in given.items() if value is not None}
    return {"credentials": {"username": username, "passwordDetails": known}}


BACKUP, DETAILS = "managementPolicy.backupPolicy", "credentials.passwordDetails"


@pytest.mark.parametrize(
    ("inputs", "path"),
    [
        ({"dbVersion": "13"}, "dbVersion"),
        ({"dbVersion": "16.4"}, "dbVersion"),
        ({"shape": "VM.Standard2.1"}, "shape"),
        ({"instanceOcpuCount": 65}, "instanceOcpuCount"),
        ({"instanceOcpuCount": 2, "instanceMemorySizeInGbs": 1}, "instanceMemorySizeInGbs"),
        ({"instanceOcpuCount": 2, "instanceMemorySizeInGbs": 129}, "instanceMemorySizeInGbs"),
        ({"instanceCount": 9}, "instanceCount"),
        ({"instanceCount": 2, "instancesDetails": [{"displayName": "one"}]}, "instancesDetails"),
        ({"systemType": "DISK"}, "systemType"),
        ({"storageDetails": storage(systemType="DISK")}, "storageDetails.systemType"),
        ({"storageDetails": storage(iops="100000")}, "storageDetails.iops"),
        ({"storageDetails": storage(isRegionallyDurable=True)}, "storageDetails.availabilityDomain"),
        (
            {"storageDetails": {"isRegionallyDurable": False, "systemType": "OCI_OPTIMIZED_STORAGE"}},
            "storageDetails.availabilityDomain",
        ),
        (backups(retentionDays=0), f"{BACKUP}.retentionDays"),
        (backups(retentionDays=36), f"{BACKUP}.retentionDays"),
        (backups(kind="HOURLY"), f"{BACKUP}.kind"),
        (backups(backupStart=None), f"{BACKUP}.backupStart"),
        (backups(backupStart="25:00"), f"{BACKUP}.backupStart"),
        (backups(kind="WEEKLY"), f"{BACKUP}.daysOfTheWeeks"),
        (backups(daysOfTheWeeks=["MONDAY"]), f"{BACKUP}.daysOfTheWeeks"),
        (backups(kind="WEEKLY", daysOfTheWeeks=["MON"]), f"{BACKUP}.daysOfTheWeeks[0]"),
        (backups(kind="MONTHLY", daysOfTheMonths=[29]), f"{BACKUP}.daysOfTheMonths[0]"),
        (managed(pitrPolicy={"kind": "STANDARD", "restoreDays": 36}), "managementPolicy.pitrPolicy.restoreDays"),
        (managed(pitrPolicy={"kind": "LONG"}), "managementPolicy.pitrPolicy.kind"),
        (managed(maintenanceWindowStart="20:00"), "managementPolicy.maintenanceWindowStart"),
        ({"credentials": None}, "credentials"),
        (login("pg_town"), "credentials.username"),
        (login("with space"), "credentials.username"),
        (login(passwordType="TOKEN"), f"{DETAILS}.passwordType"),
        (login(passwordType="VAULT_SECRET"), DETAILS),
        (login(passwordType="VAULT_SECRET", password=None, secretId="s"), DETAILS),
        (login(secretId="s"), DETAILS),
        ({"applyConfig": "LATER"}, "applyConfig"),
        ({"state": "GONE"}, "state"),
        ({"displayName": ""}, "displayName"),
        ({"networkDetails": {"subnetId": "s", "nsgIds": list("abcdef")}}, "networkDetails.nsgIds"),
        ({"patchOperations": [{"operation": "ADD", "selection": "instances"}]}, "patchOperations[0].operation"),
    ],
)
def test_values_of_a_database_system(town: Town, inputs: dict[str, Any], path: str) -> None:
    whole = system("ocid1.subnet.oc1.ap-tokyo-1.a", **backups(), instanceOcpuCount=2, instanceMemorySizeInGbs=32)
    whole["storageDetails"] = storage(iops="75000")
    assert town.paths(SYSTEM, **whole) == []
    assert town.paths(SYSTEM, **{**whole, **inputs}) == [path]


TWICE = {"items": [{"configKey": "work_mem", "overridenConfigValue": value} for value in ("1", "2")]}


@pytest.mark.parametrize(
    ("inputs", "path"),
    [
        ({"dbVersion": "12"}, "dbVersion"),
        ({"displayName": ""}, "displayName"),
        ({"dbConfigurationOverrides": TWICE}, "dbConfigurationOverrides.items"),
        ({"isFlexible": True, "instanceOcpuCount": 2}, "instanceOcpuCount"),
        ({"isFlexible": False, "instanceOcpuCount": 2}, "instanceOcpuCount"),
    ],
)
def test_values_of_a_configuration(town: Town, inputs: dict[str, Any], path: str) -> None:
    assert town.paths(CONFIGURATION, **configuration()) == []
    assert town.paths(CONFIGURATION, **configuration(**inputs)) == [path]
