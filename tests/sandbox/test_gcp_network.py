"""Networks, ranges and names in the sandbox's Google Cloud."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.test_gcp import FIREWALL, LENT, NETWORK, RECORDS, REGION, ROUTE, SUBNET, ZONE, Town, callers, lent


@pytest.fixture
def town(state: Path) -> Iterator[Town]:
    with callers(state) as caller:
        yield Town(caller)


def test_ranges_of_one_network_do_not_overlap(town: Town) -> None:
    network = town.network()
    town.subnet(network, "10.0.0.0/24")
    town.make(LENT, name="lent", **lent(network))
    assert "overlaps" in town.refused(SUBNET, "b", network=network, region=REGION, ipCidrRange="10.0.0.128/25")
    assert "overlaps" in town.refused(SUBNET, "c", network=network, region=REGION, ipCidrRange="10.0.8.0/25")
    assert "overlaps" in town.refused(LENT, "d", **lent(network, "10.0.0.0"))


def test_a_network_goes_only_when_nothing_is_in_it(town: Town) -> None:
    network = town.network()
    subnet = town.subnet(network, "10.0.0.0/24")
    assert "still in use" in town.caller.refusal(town.caller.delete, NETWORK, network)
    town.caller.delete(SUBNET, subnet)
    town.caller.delete(NETWORK, network)


def test_a_record_lies_in_its_zone(town: Town) -> None:
    town.make(ZONE, name="zone", dnsName="pkg.dev.")
    record = {"managedZone": "zone", "type": "A", "rrdatas": ["199.36.153.4"]}
    assert "is not in the zone" in town.refused(RECORDS, name="googleapis.com.", **record)
    town.make(RECORDS, name="pkg.dev.", **record)


@pytest.mark.parametrize(
    ("token", "inputs"),
    [
        (SUBNET, {"ipCidrRange": "10.0.0.0/24", "region": REGION}),
        (FIREWALL, {"sourceRanges": ["10.0.0.0/8"], "allows": [{"protocol": "tcp"}]}),
        (ROUTE, {"destRange": "199.36.153.4/30", "nextHopGateway": "default-internet-gateway"}),
        (LENT, {"purpose": "VPC_PEERING", "addressType": "INTERNAL", "prefixLength": 24}),
    ],
)
def test_whatever_is_in_a_network_keeps_it(town: Town, token: str, inputs: dict[str, Any]) -> None:
    network = town.network()
    inside, _ = town.make(token, **inputs, network=network)
    assert f"still in use by {token}" in town.refusal_of_delete(NETWORK, network)
    town.caller.delete(token, inside)
    town.caller.delete(NETWORK, network)


@pytest.mark.parametrize(
    ("token", "more"), [(SUBNET, {"ipCidrRange": "10.0.1.0/24"}), (LENT, {"addressType": "INTERNAL"})]
)
def test_a_subnet_is_no_network(town: Town, token: str, more: dict[str, Any]) -> None:
    subnet = town.subnet(town.network(), "10.0.0.0/24")
    purpose = {"purpose": "VPC_PEERING", "prefixLength": 24} if token == LENT else {"region": REGION}
    refused = town.refused(token, "other", network=subnet, **more, **purpose)
    assert "does not exist as gcp:compute/network:Network" in refused


def test_a_networks_spelling_does_not_hide_an_overlap(town: Town) -> None:
    network, outputs = town.make(NETWORK, name="net", autoCreateSubnetworks=False)
    town.subnet(network, "10.0.0.0/24")
    for spelling in ("net", outputs["selfLink"]):
        asked = {"network": spelling, "region": REGION, "ipCidrRange": "10.0.0.0/26"}
        assert "overlaps 10.0.0.0/24" in town.refused(SUBNET, "other", **asked)


def test_secondary_and_lent_ranges_are_taken_too(town: Town) -> None:
    network = town.network()
    town.subnet(network, "10.0.0.0/24", secondaryIpRanges=[{"rangeName": "pods", "ipCidrRange": "10.1.0.0/16"}])
    town.make(LENT, name="lent", **lent(network))
    asked = {"network": network, "region": REGION, "ipCidrRange": "10.2.0.0/24"}
    assert "overlaps 10.1.0.0/16" in town.refused(SUBNET, "a", **{**asked, "ipCidrRange": "10.1.2.0/24"})
    own = [{"rangeName": "own", "ipCidrRange": "10.2.0.128/25"}]
    assert "of the same subnet" in town.refused(SUBNET, "b", **asked, secondaryIpRanges=own)
    assert "overlaps 10.0.8.0/24" in town.refused(LENT, "c", **lent(network))
    town.subnet(town.network("other"), "10.1.2.0/24", name="elsewhere")


def test_a_range_that_nobody_chose_is_a_free_one(town: Town) -> None:
    network = town.network()
    town.subnet(network, "10.0.0.0/24")
    asked = {"network": network, "purpose": "VPC_PEERING", "addressType": "INTERNAL", "prefixLength": 24}
    made = town.make(LENT, name="lent", **asked)
    assert made[1]["address"] == "10.0.1.0"
    changed = town.caller.update(LENT, *made, {"name": "lent", **asked, "labels": {"a": "b"}})
    assert changed["address"] == "10.0.1.0"


def test_auto_mode_keeps_its_own_range(town: Town) -> None:
    network, _ = town.make(NETWORK, name="net")
    asked = {"network": network, "region": REGION, "ipCidrRange": "10.129.0.0/24"}
    assert "auto mode keeps" in town.refused(SUBNET, **asked)


def test_a_subnet_only_grows(town: Town) -> None:
    asked = {"name": "sub", "network": town.network(), "region": REGION}
    made = town.make(SUBNET, **asked, ipCidrRange="10.0.0.0/24")
    assert "only grows" in town.refusal_of_update(SUBNET, made, **asked, ipCidrRange="10.0.0.0/25")
    town.caller.update(SUBNET, *made, {**asked, "ipCidrRange": "10.0.0.0/23"})


def test_a_route_is_less_specific_than_a_subnet(town: Town) -> None:
    network = town.network()
    town.subnet(network, "10.0.0.0/24")
    asked = {"network": network, "nextHopGateway": "default-internet-gateway"}
    assert "is inside the subnet" in town.refused(ROUTE, **asked, destRange="10.0.0.0/25")
    town.make(ROUTE, **asked, destRange="10.0.0.0/16")


def test_a_cname_stands_alone_and_not_at_the_top(town: Town) -> None:
    town.make(ZONE, name="zone", dnsName="pkg.dev.")
    asked = {"managedZone": "zone", "type": "CNAME", "rrdatas": ["pkg.dev."]}
    assert "zone's own name" in town.refused(RECORDS, name="pkg.dev.", **asked)
    town.make(RECORDS, name="a.pkg.dev.", managedZone="zone", type="A", rrdatas=["199.36.153.4"])
    assert "beside other records" in town.refused(RECORDS, "second", name="a.pkg.dev.", **asked)


def test_a_zone_with_records_goes_only_when_forced(town: Town) -> None:
    asked = {"name": "zone", "dnsName": "pkg.dev."}
    made = town.make(ZONE, **asked)
    town.make(RECORDS, name="pkg.dev.", managedZone="zone", type="A", rrdatas=["199.36.153.4"])
    assert "containerNotEmpty" in town.refusal_of_delete(ZONE, made[0])
    town.caller.update(ZONE, *made, {**asked, "forceDestroy": True})
    town.caller.delete(ZONE, made[0])


def test_a_zones_servers_are_of_its_visibility(town: Town) -> None:
    _, public = town.make(ZONE, "public", dnsName="example.com.")
    seen = {"networks": [{"networkUrl": town.network()}]}
    _, private = town.make(ZONE, "p", dnsName="example.com.", visibility="private", privateVisibilityConfig=seen)
    assert len(public["nameServers"]) == 4
    assert private["nameServers"] == ["ns-gcp-private.googledomains.com."]
