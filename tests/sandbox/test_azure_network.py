"""What the sandbox's Azure networks refuse: ranges, filters, private endpoints and names."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.test_azure import (
    APPS,
    ENDPOINT,
    ENVIRONMENT,
    FILTER,
    LINK,
    NAMES,
    POSTGRES,
    REGISTRY,
    ROUTES,
    SERVER,
    SUBNET,
    VNET,
    ZONE,
    Town,
    callers,
    database,
    endpoint,
    environment,
)


@pytest.fixture
def town(state: Path) -> Iterator[Town]:
    with callers(state) as caller:
        yield Town(caller)


def test_a_subnet_lies_inside_its_network_beside_the_others(town: Town) -> None:
    town.network()
    town.subnet("one", "10.0.0.0/24")
    place: dict[str, Any] = {"virtualNetworkName": "net", "subnetName": "two"}
    assert "NetcfgSubnetRangeOutsideVnet" in town.refused(SUBNET, **place, addressPrefix="10.1.0.0/24")
    assert "NetcfgSubnetRangesOverlap" in town.refused(SUBNET, **place, addressPrefix="10.0.0.128/25")


def test_two_rules_of_one_direction_have_two_priorities(town: Town) -> None:
    rule = {
        "access": "Allow",
        "direction": "Inbound",
        "protocol": "Tcp",
        "priority": 100,
        "sourceAddressPrefix": "*",
        "sourcePortRange": "*",
        "destinationAddressPrefix": "*",
        "destinationPortRange": "443",
    }
    rules = [{"name": "a", **rule}, {"name": "b", **rule}, {"name": "c", **rule, "direction": "Outbound"}]
    assert town.failures(FILTER, securityRules=rules) == [
        ("securityRules[1].priority", "SecurityRuleConflict: two Inbound rules have priority 100")
    ]
    assert town.failures(FILTER, securityRules=[{"name": "a", **rule, "priority": 4097}]) == [
        ("securityRules[0].priority", "4097 is not between 100 and 4096")
    ]


def test_a_private_endpoint_names_a_part_of_its_target_in_a_subnet_of_nobody_else(town: Town) -> None:
    town.network()
    free = town.subnet("free", "10.0.0.0/24")
    taken = town.subnet("taken", "10.0.1.0/24", "Microsoft.App/environments")
    account = town.account()
    assert "PrivateLinkServiceGroupIdInvalid" in town.refused(ENDPOINT, **endpoint("e", free, account, "vault"))
    assert "InDelegatedSubnet" in town.refused(ENDPOINT, **endpoint("e", taken, account, "blob"))
    town.make(ENDPOINT, **endpoint("e", free, account, "blob"))
    assert "InUseSubnetCannotBeDeleted" in town.caller.refusal(town.caller.delete, SUBNET, free)


def test_the_names_of_a_private_endpoint_lie_in_one_zone_and_the_right_one(town: Town) -> None:
    town.network()
    town.make(ENDPOINT, **endpoint("e", town.subnet("free", "10.0.0.0/24"), town.account(), "blob"))
    zones = {
        name: town.make(ZONE, privateZoneName=name, location="Global")[0]
        for name in ("privatelink.blob.core.windows.net", "privatelink.azurecr.io")
    }

    def group(zone: str) -> dict[str, Any]:
        configs = [{"name": "z", "privateDnsZoneId": zones[zone]}]
        return {"privateEndpointName": "e", "privateDnsZoneConfigs": configs}

    assert "names are looked up in privatelink.blob" in town.refused(NAMES, **group("privatelink.azurecr.io"))
    town.make(NAMES, **group("privatelink.blob.core.windows.net"))
    assert "only one DNS zone group" in town.refused(NAMES, "two", **group("privatelink.blob.core.windows.net"))


def test_a_zone_with_a_link_is_not_deleted_and_linked_once(town: Town) -> None:
    network = town.network()
    zone, _ = town.make(ZONE, privateZoneName="a.example", location="Global")
    link: dict[str, Any] = {"privateZoneName": "a.example", "virtualNetwork": {"id": network}, "location": "Global"}
    town.make(LINK, **link)
    assert "has nested resources" in town.caller.refusal(town.caller.delete, ZONE, zone)
    assert "is linked already" in town.refused(LINK, "two", **link)


def test_a_subnet_with_several_ranges_lies_inside_its_network_too(town: Town) -> None:
    town.network()
    town.make(SUBNET, virtualNetworkName="net", subnetName="one", addressPrefixes=["10.0.0.0/24", "10.0.1.0/24"])
    place: dict[str, Any] = {"virtualNetworkName": "net", "subnetName": "two"}
    assert "NetcfgSubnetRangesOverlap" in town.refused(SUBNET, **place, addressPrefix="10.0.1.0/25")
    assert "NetcfgSubnetRangeOutsideVnet" in town.refused(SUBNET, **place, addressPrefixes=["10.1.0.0/24"])


def test_a_network_keeps_the_ranges_of_its_subnets(town: Town) -> None:
    network = town.network()
    town.subnet("one", "10.0.8.0/24")
    refused = town.rejected(VNET, network, addressSpace={"addressPrefixes": ["10.0.0.0/21"]})
    assert refused.startswith("NetcfgSubnetRangeOutsideVnet: ")
    town.changed(VNET, network, addressSpace={"addressPrefixes": ["10.0.0.0/20", "10.1.0.0/20"]})


def test_what_a_subnet_names_lies_in_its_region_and_is_not_deleted(town: Town) -> None:
    town.network()
    for token, name, path, code in (
        (FILTER, "networkSecurityGroupName", "networkSecurityGroup", "InUseNetworkSecurityGroupCannotBeDeleted"),
        (ROUTES, "routeTableName", "routeTable", "InUseRouteTableCannotBeDeleted"),
    ):
        near, _ = town.make(token, "near", **{name: "near"})
        far, _ = town.make(token, "far", **{name: "far", "location": "japanwest"})
        wanted: dict[str, Any] = {"virtualNetworkName": "net", "subnetName": path, "addressPrefix": "10.0.0.0/24"}
        assert "both resources are in the same region" in town.refused(SUBNET, **{**wanted, path: {"id": far}})
        subnet, _ = town.make(SUBNET, **{**wanted, path: {"id": near}})
        assert town.caller.refusal(town.caller.delete, token, near).startswith(f"{code}: ")
        town.caller.delete(SUBNET, subnet)
        town.caller.delete(token, near)


def test_a_subnet_in_use_keeps_its_delegation_and_its_range(town: Town) -> None:
    network = town.network()
    subnet = town.subnet("apps", "10.0.2.0/24", APPS)
    town.make(ENVIRONMENT, **environment(subnet, profiles=True))
    assert "SubnetDelegationsCannotChange" in town.rejected(SUBNET, subnet, delegations=[])
    assert "InUsePrefixCannotBeDeleted" in town.rejected(SUBNET, subnet, addressPrefix="10.0.3.0/24")
    assert "InUseSubnetCannotBeDeleted" in town.caller.refusal(town.caller.delete, SUBNET, subnet)
    assert "InUseSubnetCannotBeDeleted" in town.caller.refusal(town.caller.delete, VNET, network)


def test_a_network_goes_with_its_empty_subnets_and_its_links(town: Town) -> None:
    network = town.network()
    town.subnet("one", "10.0.0.0/24")
    town.make(ZONE, privateZoneName="a.example", location="Global")
    town.make(LINK, privateZoneName="a.example", virtualNetwork={"id": network}, location="Global")
    town.caller.delete(VNET, network)


def test_a_private_endpoint_lies_in_the_region_of_its_network_where_there_is_room(town: Town) -> None:
    town.network()
    town.network("far", location="japanwest")
    account = town.account()
    far = town.subnet("free", "10.0.0.0/24", network="far")
    tiny = town.subnet("tiny", "10.0.0.0/29")
    assert "both resources are in the same region" in town.refused(ENDPOINT, **endpoint("e", far, account, "blob"))
    for number in range(3):
        town.make(ENDPOINT, f"e{number}", **endpoint(f"e{number}", tiny, account, "blob"))
    assert "SubnetIsFull" in town.refused(ENDPOINT, **endpoint("e", tiny, account, "blob"))


def test_a_private_endpoint_keeps_its_target(town: Town) -> None:
    town.network()
    free = town.subnet("free", "10.0.0.0/24")
    made, _ = town.make(ENDPOINT, **endpoint("e", free, town.account(), "blob"))
    other = endpoint("e", free, town.account("archive1"), "blob")["privateLinkServiceConnections"]
    assert "cannot be changed" in town.rejected(ENDPOINT, made, privateLinkServiceConnections=other)
    assert "does not exist as" in town.refused(ENDPOINT, "two", **endpoint("f", free, free, "blob"))


def test_what_takes_no_private_endpoint_is_not_connected(town: Town) -> None:
    network = town.network()
    free = town.subnet("free", "10.0.0.0/24")
    cheap, _ = town.make(REGISTRY, registryName="images", sku={"name": "Standard"})
    assert "only with SKU Premium" in town.refused(ENDPOINT, **endpoint("e", free, cheap, "registry"))
    own = town.subnet("own", "10.0.1.0/24", POSTGRES)
    zone, _ = town.make(ZONE, privateZoneName="town.postgres.database.azure.com", location="Global")
    link: dict[str, Any] = {"privateZoneName": "town.postgres.database.azure.com", "virtualNetwork": {"id": network}}
    town.make(LINK, **link, location="Global")
    server, _ = town.make(SERVER, **database(own, zone))
    assert "takes no private endpoints" in town.refused(ENDPOINT, **endpoint("e", free, server, "postgresqlServer"))


def test_a_network_registers_in_one_zone_and_a_link_keeps_its_network(town: Town) -> None:
    network, other = town.network(), town.network("other")
    for name in ("a.example", "b.example"):
        town.make(ZONE, name, privateZoneName=name, location="Global")
    link: dict[str, Any] = {"virtualNetwork": {"id": network}, "location": "Global", "registrationEnabled": True}
    made, _ = town.make(LINK, privateZoneName="a.example", **link)
    assert "registers its machines already" in town.refused(LINK, "two", privateZoneName="b.example", **link)
    assert "cannot be changed from" in town.rejected(LINK, made, virtualNetwork={"id": other})
    redirect: dict[str, Any] = {**link, "registrationEnabled": False, "resolutionPolicy": "NxDomainRedirect"}
    assert "only for private link zones" in town.refused(LINK, "two", privateZoneName="b.example", **redirect)
