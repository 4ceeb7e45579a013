"""Cloud SQL and private services access in the sandbox."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.test_gcp import (
    CONNECTION,
    DATABASE,
    INSTANCE,
    LENT,
    NETWORK,
    PRODUCER,
    PROJECT,
    REGION,
    USER,
    Town,
    callers,
    lent,
    settings,
)


@pytest.fixture
def town(state: Path) -> Iterator[Town]:
    with callers(state) as caller:
        yield Town(caller)


def test_a_connection_takes_the_ranges_name_and_stays_while_a_database_uses_it(town: Town) -> None:
    network = town.network()
    range_, _ = town.make(LENT, name="lent", **lent(network))
    asked = {"network": network, "service": PRODUCER}
    assert "not exist" in town.refused(CONNECTION, **asked, reservedPeeringRanges=["other"])
    assert "reservedPeeringRanges[0]" in town.paths(CONNECTION, **asked, reservedPeeringRanges=[range_])
    connection, _ = town.make(CONNECTION, **asked, reservedPeeringRanges=["lent"])
    town.make(INSTANCE, databaseVersion="POSTGRES_17", region=REGION, settings=settings(network))
    assert "still using" in town.caller.refusal(town.caller.delete, CONNECTION, connection)


def test_a_private_database_needs_the_connection_first(town: Town) -> None:
    network = town.network()
    asked = {"databaseVersion": "POSTGRES_17", "region": REGION, "settings": settings(network)}
    assert "NETWORK_NOT_PEERED" in town.refused(INSTANCE, **asked)


def test_a_database_has_two_guards_and_its_name_stays_taken(town: Town) -> None:
    asked = {"name": "ledger", "databaseVersion": "POSTGRES_17", "region": REGION}
    guarded = settings(deletionProtectionEnabled=True)
    instance, outputs = town.make(INSTANCE, **asked, settings=guarded)
    caller = town.caller
    assert "deletion_protection" in caller.refusal(caller.delete, INSTANCE, instance)
    caller.update(INSTANCE, instance, outputs, {**asked, "settings": guarded, "deletionProtection": False})
    assert "protected from deletion" in caller.refusal(caller.delete, INSTANCE, instance)
    caller.update(INSTANCE, instance, outputs, {**asked, "settings": settings(), "deletionProtection": False})
    caller.delete(INSTANCE, instance)
    assert "ledger" in town.refused(INSTANCE, **asked, settings=settings())


def test_what_is_connected_keeps_its_network_and_its_range_does_not(town: Town) -> None:
    network = town.connected()
    town.caller.delete(LENT, f"projects/{PROJECT}/global/addresses/lent")
    assert f"still in use by {CONNECTION}" in town.refusal_of_delete(NETWORK, network)


def test_a_peering_can_be_removed_under_a_producer_that_lingers(town: Town) -> None:
    network = town.network()
    town.make(LENT, name="lent", **lent(network))
    asked = {"network": network, "service": PRODUCER, "reservedPeeringRanges": ["lent"]}
    connection, _ = town.make(CONNECTION, **asked, deletionPolicy="REMOVE_PEERING")
    town.make(INSTANCE, databaseVersion="POSTGRES_17", region=REGION, settings=settings(network))
    town.caller.delete(CONNECTION, connection)


def test_a_lent_range_belongs_to_the_network(town: Town) -> None:
    town.make(LENT, name="lent", **lent(town.network("other")))
    asked = {"network": town.network(), "service": PRODUCER, "reservedPeeringRanges": ["lent"]}
    assert "belongs to another network" in town.refused(CONNECTION, **asked)


def test_an_instance_takes_a_range_that_is_lent_and_large_enough(town: Town) -> None:
    network = town.network()
    town.make(LENT, name="lent", **{**lent(network), "prefixLength": 25})
    town.make(CONNECTION, network=network, service=PRODUCER, reservedPeeringRanges=["lent"])
    asked = {"databaseVersion": "POSTGRES_17", "region": REGION}
    assert "takes a /24" in town.refused(INSTANCE, **asked, settings=settings(network))
    other = {"ipv4Enabled": False, "privateNetwork": network, "allocatedIpRange": "other"}
    assert "is not lent" in town.refused(INSTANCE, **asked, settings=settings(ipConfiguration=other))


def test_versions_rise_disks_grow_and_networks_stay(town: Town) -> None:
    network = town.connected()
    asked = {"name": "ledger", "region": REGION}
    made = town.make(INSTANCE, **asked, databaseVersion="POSTGRES_16", settings=settings(network, diskSize=100))

    def changed(version: str, **more: Any) -> str:
        return town.refusal_of_update(INSTANCE, made, **asked, databaseVersion=version, settings=settings(**more))

    assert "is not downgraded" in changed("POSTGRES_15", network=network, diskSize=100)
    assert "a disk grows only" in changed("POSTGRES_16", network=network, diskSize=50)
    assert "can't be removed" in changed("POSTGRES_16", diskSize=100)
    grown = settings(network, diskSize=200)
    outputs = town.caller.update(INSTANCE, *made, {**asked, "databaseVersion": "POSTGRES_17", "settings": grown})
    assert outputs["privateIpAddress"] == made[1]["privateIpAddress"]


def test_an_instance_has_the_addresses_it_asked_for(town: Town) -> None:
    network = town.connected()
    asked = {"databaseVersion": "POSTGRES_17", "region": REGION}
    _, private = town.make(INSTANCE, "private", **asked, settings=settings(network))
    _, public = town.make(INSTANCE, "public", **asked, settings=settings())
    assert [address["type"] for address in private["ipAddresses"]] == ["PRIVATE"]
    assert [address["type"] for address in public["ipAddresses"]] == ["PRIMARY"]
    assert (private["publicIpAddress"], public["privateIpAddress"]) == ("", "")


@pytest.mark.parametrize("token", [DATABASE, USER])
def test_what_is_in_an_instance_needs_it(town: Town, token: str) -> None:
    more = {"password": "word"} if token == USER else {}
    assert f"does not exist as {INSTANCE}" in town.refused(token, name="ledger", instance="nowhere", **more)
