"""What the sandbox's Azure Database for PostgreSQL refuses."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.test_azure import (
    ACCOUNT,
    ADMINISTRATOR,
    ENCRYPTS,
    LINK,
    POSTGRES,
    SERVER,
    SUBNET,
    VNET,
    ZONE,
    Town,
    callers,
    database,
)

DATABASE = "azure-native:dbforpostgresql:Database"


@pytest.fixture
def town(state: Path) -> Iterator[Town]:
    with callers(state) as caller:
        yield Town(caller)


def test_a_database_server_needs_its_own_subnet_and_a_linked_zone_of_the_right_name(town: Town) -> None:
    network = town.network()
    plain = town.subnet("plain", "10.0.0.0/24")
    own = town.subnet("own", "10.0.1.0/24", "Microsoft.DBforPostgreSQL/flexibleServers")
    wrong, right = (
        town.make(ZONE, privateZoneName=name, location="Global")[0]
        for name in ("a.example", "town.private.postgres.database.azure.com")
    )
    assert "SubnetNotDelegated" in town.refused(SERVER, **database(plain, right))
    assert "InvalidPrivateDnsZone" in town.refused(SERVER, **database(own, wrong))
    assert "PrivateDnsZoneNotLinked" in town.refused(SERVER, **database(own, right))
    link: dict[str, Any] = {
        "privateZoneName": "town.private.postgres.database.azure.com",
        "virtualNetwork": {"id": network},
    }
    town.make(LINK, **link, location="Global")
    id_, outputs = town.make(SERVER, **database(own, right))
    smaller = {"resourceGroupName": "town", **database(own, right), "storage": {"storageSizeGB": 64}}
    assert "StorageSizeCannotShrink" in town.caller.refusal(town.caller.update, SERVER, id_, outputs, smaller)


def test_a_database_server_takes_a_customer_key_only_when_its_identity_may_use_the_key(town: Town) -> None:
    key, outputs = town.key()
    identity, principal = town.identity()
    wanted: dict[str, Any] = {
        "serverName": "ledger",
        **ADMINISTRATOR,
        "identity": {"type": "UserAssigned", "userAssignedIdentities": {identity: {}}},
        "dataEncryption": {
            "type": "AzureKeyVault",
            "primaryKeyURI": outputs["keyUri"],
            "primaryUserAssignedIdentityId": identity,
        },
    }
    assert "KeyVaultAccessForbidden" in town.refused(SERVER, **wanted)
    town.grant(1, ENCRYPTS, principal, key)
    town.make(SERVER, **wanted)


def test_a_database_server_shares_its_subnet_and_its_region_with_its_kind(town: Town) -> None:
    network = town.network()
    town.network("far", location="japanwest")
    zone, _ = town.make(ZONE, privateZoneName="town.postgres.database.azure.com", location="Global")
    link: dict[str, Any] = {"privateZoneName": "town.postgres.database.azure.com", "virtualNetwork": {"id": network}}
    town.make(LINK, **link, location="Global")
    tiny, far = town.subnet("tiny", "10.0.0.0/29", POSTGRES), town.subnet("far", "10.0.0.0/24", POSTGRES, "far")
    assert "SubnetTooSmall" in town.refused(SERVER, **database(tiny, zone))
    assert "both resources are in the same region" in town.refused(SERVER, **database(far, zone))
    own = town.subnet("own", "10.0.1.0/24", POSTGRES)
    town.make(SERVER, **database(own, zone))
    town.make(SERVER, "two", **{**database(own, zone), "serverName": "second"})


def test_a_zone_with_the_servers_own_name_is_refused(town: Town) -> None:
    network = town.network()
    zone, _ = town.make(ZONE, privateZoneName="ledger.postgres.database.azure.com", location="Global")
    link: dict[str, Any] = {"privateZoneName": "ledger.postgres.database.azure.com", "virtualNetwork": {"id": network}}
    town.make(LINK, **link, location="Global")
    own = town.subnet("own", "10.0.1.0/24", POSTGRES)
    assert "must not have the server's own name" in town.refused(SERVER, **database(own, zone))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"backup": {"geoRedundantBackup": "Enabled"}}, "GeoRedundantBackupUpdateNotSupported"),
        ({"dataEncryption": {"type": "AzureKeyVault"}}, "is not assigned to the server"),
        ({"version": "16"}, "MajorVersionDowngradeNotSupported: from 17 to 16"),
        ({"storage": {"storageSizeGB": 64}}, "StorageSizeCannotShrink"),
        (
            {"storage": {"type": "PremiumV2_LRS", "storageSizeGB": 128, "iops": 3000, "throughput": 125}},
            "StorageTypeUpdateNotSupported",
        ),
    ],
)
def test_what_a_server_chose_at_its_creation_stays(town: Town, changes: dict[str, Any], words: str) -> None:
    server, _ = town.make(SERVER, serverName="ledger", version="17", storage={"storageSizeGB": 128}, **ADMINISTRATOR)
    assert words in town.rejected(SERVER, server, **changes)


def test_a_server_keeps_its_key_mode_and_its_network(town: Town) -> None:
    key, outputs = town.key()
    identity, principal = town.identity()
    town.grant(1, ENCRYPTS, principal, key)
    assigned = {"type": "UserAssigned", "userAssignedIdentities": {identity: {}}}
    data = {"type": "AzureKeyVault", "primaryKeyURI": outputs["keyUri"], "primaryUserAssignedIdentityId": identity}
    server, _ = town.make(SERVER, serverName="ledger", identity=assigned, dataEncryption=data, **ADMINISTRATOR)
    assert "DataEncryptionModeUpdateNotSupported" in town.rejected(SERVER, server, dataEncryption=None)
    network = town.network()
    own = town.subnet("own", "10.0.1.0/24", POSTGRES)
    zone, _ = town.make(ZONE, privateZoneName="town.postgres.database.azure.com", location="Global")
    link: dict[str, Any] = {"privateZoneName": "town.postgres.database.azure.com", "virtualNetwork": {"id": network}}
    town.make(LINK, **link, location="Global")
    assert "NetworkUpdateNotSupported" in town.rejected(SERVER, server, network=database(own, zone)["network"])


def test_the_letters_of_a_database_stay(town: Town) -> None:
    town.make(SERVER, serverName="ledger", **ADMINISTRATOR)
    book, _ = town.make(DATABASE, serverName="ledger", databaseName="book", charset="UTF8")
    assert "DatabaseUpdateNotSupported" in town.rejected(DATABASE, book, charset="SQL_ASCII")


def test_what_a_server_names_is_of_the_right_type(town: Town) -> None:
    network, account = town.network(), town.account()
    own = town.subnet("own", "10.0.1.0/24", POSTGRES)
    assert f"does not exist as {ZONE} (it names {ACCOUNT})" in town.refused(SERVER, **database(own, account))
    assert f"does not exist as {SUBNET} (it names {VNET})" in town.refused(SERVER, **database(network, account))
    copy: dict[str, Any] = {"serverName": "copy", "createMode": "Replica", "sourceServerResourceId": account}
    assert f"does not exist as {SERVER}" in town.refused(SERVER, **copy)
