"""Copies in a second region: where they go, of what they are, and what stays for the organisation to name."""

from collections.abc import Mapping
from typing import Any

import pytest

from policies.facts.resources import World
from policies.facts.vocabulary import UNKNOWN
from policies.judge import Answer, judge
from tests.policies.bare import ODD, bare
from tests.policies.by_subject import Stack, changed

SLUG = "bak-second-region-japan"
TOKYO, OSAKA = "ap-northeast-1", "ap-northeast-3"
VAULT = "arn:aws:backup:{}:111122223333:backup-vault:copies"
DATABASE_ARN = "arn:aws:rds:ap-northeast-1:111122223333:db:ledger"


def copying(region: str) -> dict[str, Any]:
    return {"rules": [{"copyActions": [{"destinationVaultArn": VAULT.format(region)}]}]}


PLAN = ("aws:backup/plan:Plan", {"region": TOKYO, **copying(OSAKA)})
LEDGER = ("aws:rds/instance:Instance", {"region": TOKYO, "arn": DATABASE_ARN, "tags": {"backup": "yes"}})
SELECTION = "aws:backup/selection:Selection"
BUCKET = "aws:s3/bucket:Bucket"
REPLICATION = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
COPIED = "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication"
SQL = ("azure-native:sql:Database", {"serverName": "server", "requestedBackupStorageRedundancy": "GeoZone"})
VAULTED = {
    "storageSettings": [{"datastoreType": "VaultStore", "type": "GeoRedundant"}],
    "featureSettings": {"crossRegionRestoreSettings": {"state": "Enabled"}},
}

# Name, the stack whose every database and store is copied, a change that sends copies abroad.
KEPT: list[tuple[str, Stack, Mapping[str, Any]]] = [
    (
        "a plan that takes the database by its ARN",
        {"ledger": LEDGER, "plan": PLAN, "s": (SELECTION, {"planId": "plan", "resources": [DATABASE_ARN]})},
        {"plan": copying("us-west-2")},
    ),
    (
        "a plan that takes the database by a pattern",
        {"ledger": LEDGER, "plan": PLAN, "s": (SELECTION, {"planId": "plan", "resources": ["arn:aws:rds:*:*:db:*"]})},
        {"plan": copying("ap-southeast-1")},
    ),
    (
        "a plan that takes the database by its tag",
        {
            "ledger": LEDGER,
            "plan": PLAN,
            "s": (
                SELECTION,
                {"planId": "plan", "selectionTags": [{"type": "STRINGEQUALS", "key": "backup", "value": "yes"}]},
            ),
        },
        {"plan": copying("eu-west-1")},
    ),
    (
        "backups of a database that are replicated",
        {"ledger": LEDGER, "copies": (COPIED, {"region": OSAKA, "sourceDbInstanceArn": DATABASE_ARN})},
        {"copies": {"region": "us-east-1"}},
    ),
    (
        "a replicated bucket",
        {
            "records": (BUCKET, {"region": TOKYO}),
            "copies": (BUCKET, {"region": OSAKA}),
            "replication": (
                REPLICATION,
                {"bucket": "records", "rules": [{"status": "Enabled", "destination": {"bucket": "copies"}}]},
            ),
        },
        {"copies": {"region": "us-east-1"}},
    ),
    *(
        (
            f"a server of Azure for {engine}",
            {
                "ledger": (
                    f"azure-native:{engine}:Server",
                    {"location": "Japan East", "backup": {"geoRedundantBackup": "Enabled"}},
                )
            },
            {"ledger": {"location": "koreacentral"}},
        )
        for engine in ("dbforpostgresql", "dbformysql")
    ),
    (
        "a server of Azure SQL",
        {"server": ("azure-native:sql:Server", {"location": "japanwest"}), "ledger": SQL},
        {"server": {"location": "eastus"}},
    ),
    (
        "an account of Cosmos DB, by default",
        {"ledger": ("azure-native:cosmosdb:DatabaseAccount", {"location": "japaneast"})},
        {"ledger": {"location": "westus"}},
    ),
    (
        "a storage account of two regions",
        {
            "records": (
                "azure-native:storage:StorageAccount",
                {"location": "japaneast", "sku": {"name": "Standard_GZRS"}},
            )
        },
        {"records": {"location": "southeastasia"}},
    ),
    (
        "a vault that can be restored from in the other region",
        {
            "ledger": ("azure-native:dbforpostgresql:Server", {"location": "japaneast"}),
            "vault": ("azure-native:dataprotection:BackupVault", {"location": "japaneast", "properties": VAULTED}),
            "item": (
                "azure-native:dataprotection:BackupInstance",
                {"vaultName": "vault", "properties": {"dataSourceInfo": {"resourceID": "ledger"}}},
            ),
        },
        {"vault": {"location": "eastus"}},
    ),
    (
        "a recovery services vault",
        {
            "ledger": ("azure-native:dbforpostgresql:Server", {"location": "japaneast"}),
            "vault": (
                "azure-native:recoveryservices:Vault",
                {"location": "japanwest", "properties": {"redundancySettings": {"crossRegionRestore": "Enabled"}}},
            ),
            "item": (
                "azure-native:recoveryservices:ProtectedItem",
                {"vaultName": "vault", "properties": {"sourceResourceId": "ledger"}},
            ),
        },
        {"vault": {"location": "eastus"}},
    ),
    (
        "an instance of Cloud SQL",
        {
            "ledger": (
                "gcp:sql/databaseInstance:DatabaseInstance",
                {
                    "region": "asia-northeast1",
                    "settings": {"backupConfiguration": {"enabled": True, "location": "asia-northeast2"}},
                },
            )
        },
        {"ledger": {"settings": {"backupConfiguration": {"enabled": True, "location": "asia"}}}},
    ),
    (
        "a bucket in Tokyo and Osaka",
        {"records": ("gcp:storage/bucket:Bucket", {"location": "ASIA1"})},
        {"records": {"customPlacementConfig": {"dataLocations": ["ASIA-NORTHEAST1", "ASIA-SOUTHEAST1"]}}},
    ),
    (
        "a bucket in two regions by name",
        {
            "records": (
                "gcp:storage/bucket:Bucket",
                {
                    "location": "ASIA",
                    "customPlacementConfig": {"dataLocations": ["ASIA-NORTHEAST1", "ASIA-NORTHEAST2"]},
                },
            )
        },
        {"records": {"customPlacementConfig": {"dataLocations": ["US-EAST1", "US-WEST1"]}}},
    ),
    (
        "a PostgreSQL system",
        {
            "ledger": (
                "oci:Psql/dbSystem:DbSystem",
                {"managementPolicy": {"backupPolicy": {"copyPolicy": {"regions": ["ap-osaka-1"]}}}},
            )
        },
        {"ledger": {"managementPolicy": {"backupPolicy": {"copyPolicy": {"regions": ["ap-seoul-1"]}}}}},
    ),
    (
        "a MySQL system",
        {
            "ledger": (
                "oci:Mysql/mysqlDbSystem:MysqlDbSystem",
                {"backupPolicy": {"copyPolicies": [{"copyToRegion": "ap-osaka-1"}]}},
            )
        },
        {"ledger": {"backupPolicy": {"copyPolicies": [{"copyToRegion": "us-ashburn-1"}]}}},
    ),
    (
        "a replicated bucket of OCI",
        {
            "records": ("oci:ObjectStorage/bucket:Bucket", {}),
            "copies": (
                "oci:ObjectStorage/replicationPolicy:ReplicationPolicy",
                {"bucket": "records", "destinationRegionName": "ap-osaka-1"},
            ),
        },
        {"copies": {"destinationRegionName": "ap-sydney-1"}},
    ),
]
NAMES = [name for name, *_ in KEPT]
NOWHERE: list[tuple[str, Stack]] = [
    ("a plan that copies within the region", {**KEPT[0][1], "plan": (PLAN[0], {"region": TOKYO, **copying(TOKYO)})}),
    ("a plan that takes nothing", {"ledger": LEDGER, "plan": PLAN}),
    ("a plan that takes another one", changed(KEPT[0][1], {"s": {"resources": ["arn:aws:rds:*:*:db:other"]}})),
    ("a plan whose tag is another", changed(KEPT[2][1], {"ledger": {"tags": {"backup": "no"}}})),
    (
        "a bucket of which a part is replicated",
        changed(
            KEPT[4][1],
            {
                "replication": {
                    "rules": [{"status": "Enabled", "filter": {"prefix": "a/"}, "destination": {"bucket": "copies"}}]
                }
            },
        ),
    ),
    (
        "a bucket whose replication is off",
        changed(KEPT[4][1], {"replication": {"rules": [{"status": "Disabled", "destination": {"bucket": "copies"}}]}}),
    ),
    (
        "a snapshot copied once",
        {
            "ledger": LEDGER,
            "copy": ("aws:rds/snapshotCopy:SnapshotCopy", {"region": TOKYO, "destinationRegion": OSAKA}),
        },
    ),
    ("a server with local backups", changed(KEPT[5][1], {"ledger": {"backup": {"geoRedundantBackup": "Disabled"}}})),
    (
        "a database of Azure SQL with local backups",
        changed(KEPT[7][1], {"ledger": {"requestedBackupStorageRedundancy": "Local"}}),
    ),
    ("continuous backups of Cosmos DB", changed(KEPT[8][1], {"ledger": {"backupPolicy": {"type": "Continuous"}}})),
    ("a storage account of one region", changed(KEPT[9][1], {"records": {"sku": {"name": "Standard_ZRS"}}})),
    ("a vault of one region", changed(KEPT[10][1], {"vault": {"properties": {}}})),
    ("a vault that nothing is in", changed(KEPT[10][1], {"item": None})),
    (
        "a recovery services vault that is not restored from elsewhere",
        changed(KEPT[11][1], {"vault": {"properties": {}}}),
    ),
    (
        "backups where the instance is",
        changed(
            KEPT[12][1],
            {"ledger": {"settings": {"backupConfiguration": {"enabled": True, "location": "asia-northeast1"}}}},
        ),
    ),
    (
        "an instance without backups",
        changed(
            KEPT[12][1],
            {"ledger": {"settings": {"backupConfiguration": {"enabled": False, "location": "asia-northeast2"}}}},
        ),
    ),
    ("a bucket in one region", changed(KEPT[13][1], {"records": {"location": "ASIA-NORTHEAST1"}})),
    ("a system that copies nothing", changed(KEPT[15][1], {"ledger": {"managementPolicy": {}}})),
    (
        "copies of disks",
        {
            "ledger": ("oci:Psql/dbSystem:DbSystem", {}),
            "copies": ("oci:Core/volumeBackupPolicy:VolumeBackupPolicy", {"destinationRegion": "ap-osaka-1"}),
        },
    ),
]
"""Where something of the stack has no copy: the organisation has to say who copies it."""
OPEN: list[tuple[str, Stack]] = [
    ("a plan whose vault is not known", changed(KEPT[0][1], {"plan": {"rules": UNKNOWN}})),
    ("a copy whose own region is not known", changed(KEPT[3][1], {"copies": {"region": UNKNOWN}})),
    (
        "a bucket that lies elsewhere",
        changed(
            KEPT[4][1],
            {"replication": {"rules": [{"status": "Enabled", "destination": {"bucket": "arn:aws:s3:::elsewhere"}}]}},
        ),
    ),
    ("a server of which it is not known", changed(KEPT[5][1], {"ledger": {"backup": UNKNOWN}})),
    ("a server whose location comes later", changed(KEPT[5][1], {"ledger": {"location": None}})),
    ("an instance whose location is not known", changed(KEPT[12][1], {"ledger": {"location": UNKNOWN}})),
    (
        "a bucket whose regions are not known",
        changed(KEPT[14][1], {"records": {"customPlacementConfig": {"dataLocations": ["ASIA-NORTHEAST1", UNKNOWN]}}}),
    ),
    ("a system whose regions are not known", changed(KEPT[15][1], {"ledger": {"managementPolicy": UNKNOWN}})),
]
"""Where a copy of the stack's own may go abroad or may not."""
CONDITIONS: list[Mapping[str, Any]] = [
    {"conditions": {"stringEquals": [{"key": "aws:ResourceTag/a", "value": "b"}]}},
    {"notResources": ["arn:aws:rds:*:*:db:*"]},
    {"selectionTags": [{"type": "STRINGEQUALS", "key": "backup", "value": "no"}]},
    {"resources": UNKNOWN},
]


def told(stack: Stack, *, complete: bool = True) -> dict[Answer, set[str]]:
    """The answers, with whom they are about ("" for the whole stack)."""
    resources = [bare(token, name, properties) for name, (token, properties) in stack.items()]
    found: dict[Answer, set[str]] = {}
    for verdict in judge(World(resources, complete=complete)):
        if verdict.rule.slug == SLUG:
            found.setdefault(verdict.answer, set()).add("" if verdict.whole else verdict.urn.rpartition("::")[2])
    return found


@pytest.mark.parametrize(("stack", "abroad"), [(stack, change) for _, stack, change in KEPT], ids=NAMES)
def test_a_copy_in_japan_keeps_the_rule_and_one_abroad_breaks_it(stack: Stack, abroad: Mapping[str, Any]) -> None:
    assert told(stack).keys() == {Answer.HOLDS}
    found = told(changed(stack, abroad))
    assert len(found[Answer.VIOLATED]) == 1
    assert "" not in found[Answer.VIOLATED]


@pytest.mark.parametrize("stack", [stack for _, stack in NOWHERE], ids=[name for name, _ in NOWHERE])
def test_what_has_no_copy_is_for_the_organisation_to_name(stack: Stack) -> None:
    assert told(stack)[Answer.UNKNOWN] == {""}
    assert Answer.VIOLATED not in told(stack)


@pytest.mark.parametrize("stack", [stack for _, stack in OPEN], ids=[name for name, _ in OPEN])
def test_a_copy_whose_place_is_not_known_is_neither(stack: Stack) -> None:
    assert Answer.VIOLATED not in told(stack)
    assert told(stack)[Answer.UNKNOWN] > {""}


@pytest.mark.parametrize("narrowed", CONDITIONS)
def test_a_selection_by_further_conditions_is_not_decided_here(narrowed: Mapping[str, Any]) -> None:
    found = told(changed(KEPT[1][1], {"s": narrowed}))
    assert (found[Answer.UNKNOWN], Answer.VIOLATED in found) == ({""}, False)


def test_a_snapshot_copied_abroad_is_a_copy_abroad() -> None:
    copy = ("aws:rds/clusterSnapshotCopy:ClusterSnapshotCopy", {"region": TOKYO, "destinationRegion": "us-west-2"})
    assert told({"copy": copy})[Answer.VIOLATED] == {"copy"}
    assert Answer.VIOLATED not in told({"copy": (copy[0], {"region": TOKYO})})


def test_the_message_names_what_has_no_copy_and_where_to_say_who_copies_it() -> None:
    table = ("aws:dynamodb/table:Table", {})
    world = World(
        [bare(token, name, found) for name, (token, found) in {"ledger": LEDGER, "items": table}.items()], complete=True
    )
    [message] = [one.message.en for one in judge(world) if one.rule.slug == SLUG]
    assert message == (
        "Nothing in the stack shows it for items, ledger. Copy backups of databases and stores to the other region in Japan. "
        "Or name who supplies it: [inherited.bak-second-region-japan] in waivers.toml."
    )


@pytest.mark.parametrize("stack", [stack for _, stack, _ in KEPT], ids=NAMES)
def test_one_resource_alone_shows_no_lack_and_no_odd_value_stops_the_reading(stack: Stack) -> None:
    assert "" not in set().union(*told(stack, complete=False).values())
    for name, (_, properties) in stack.items():
        for key in properties:
            for odd in ODD:
                told(changed(stack, {name: {key: odd}}))
