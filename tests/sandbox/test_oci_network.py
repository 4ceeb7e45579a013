"""Networks in the sandbox's OCI: what lies in them, beside each other, and in the way of their deletion."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.test_oci import (
    BALANCER,
    COMPARTMENT,
    DEFAULT_LIST,
    DEFAULT_ROUTES,
    GATEWAY,
    INSTANCE,
    NSG,
    ROUTES,
    RULE,
    SERVICES,
    SUBNET,
    SYSTEM,
    VCN,
    Town,
    balancer_in,
    callers,
    instance,
    rule,
    service_id,
    system,
)


@pytest.fixture
def town(state: Path) -> Iterator[Town]:
    with callers(state) as caller:
        yield Town(caller)


def way(gateway: str, label: str = SERVICES) -> dict[str, Any]:
    return {"networkEntityId": gateway, "destination": label, "destinationType": "SERVICE_CIDR_BLOCK"}


def test_subnets_lie_inside_their_network_and_do_not_overlap(town: Town) -> None:
    vcn = town.network()["id"]
    town.subnet(vcnId=vcn)
    asked = {"compartmentId": COMPARTMENT, "vcnId": vcn}
    assert "overlaps" in town.refused(SUBNET, "second", **asked, cidrBlock="10.0.1.128/25")
    assert "outside" in town.refused(SUBNET, "second", **asked, cidrBlock="10.1.0.0/24")
    assert town.make(SUBNET, "second", **asked, cidrBlock="10.0.2.0/24")


def test_a_network_changes_one_range_at_a_time_and_keeps_what_subnets_lie_in(town: Town) -> None:
    first, second, third = "10.0.0.0/16", "10.1.0.0/16", "10.2.0.0/16"
    whole = {"compartmentId": COMPARTMENT, "dnsLabel": "town"}
    made = town.make(VCN, **whole, cidrBlocks=[first])
    town.subnet(vcnId=made[0])
    assert "one range is added" in town.refusal_of_update(VCN, made, **whole, cidrBlocks=[first, second, third])
    assert "at the end" in town.refusal_of_update(VCN, made, **whole, cidrBlocks=[second, first])
    assert "lies in 10.0.0.0/16" in town.refusal_of_update(VCN, made, **whole, cidrBlocks=[second])
    outputs = town.caller.update(VCN, *made, {**whole, "cidrBlocks": [first, second]})
    assert outputs["cidrBlocks"] == [first, second]
    assert town.caller.update(VCN, made[0], outputs, {**whole, "cidrBlocks": [first, third]})["cidrBlock"] == first


def test_a_subnets_label_needs_the_networks_and_is_its_own(town: Town) -> None:
    bare = town.network("bare", dnsLabel=None)["id"]
    asked = {"compartmentId": COMPARTMENT, "cidrBlock": "10.0.1.0/24", "dnsLabel": "entry"}
    assert "without a DNS label" in town.refused(SUBNET, **asked, vcnId=bare)
    vcn = town.network()["id"]
    assert town.made(SUBNET, **asked, vcnId=vcn)["subnetDomainName"] == "entry.town.oraclevcn.com"
    assert "already used" in town.refused(SUBNET, "b", **{**asked, "cidrBlock": "10.0.2.0/24"}, vcnId=vcn)
    other = town.network("other")["id"]
    assert town.make(SUBNET, "c", **asked, vcnId=other)


def test_a_subnet_without_a_word_has_the_networks_defaults(town: Town) -> None:
    vcn = town.network()
    subnet = town.subnet(vcnId=vcn["id"], prohibitPublicIpOnVnic=True)
    assert subnet["routeTableId"] == vcn["defaultRouteTableId"]
    assert subnet["securityListIds"] == [vcn["defaultSecurityListId"]]
    assert subnet["dhcpOptionsId"] == vcn["defaultDhcpOptionsId"]
    assert subnet["prohibitInternetIngress"] is True
    assert subnet["virtualRouterIp"] == "10.0.1.1"


def test_a_subnet_lies_in_the_only_domain(town: Town) -> None:
    asked = {"compartmentId": COMPARTMENT, "vcnId": town.network()["id"], "cidrBlock": "10.0.1.0/24"}
    assert "no availability domain sbox:AP-TOKYO-1-AD-2" in town.refused(
        SUBNET, **asked, availabilityDomain="sbox:AP-TOKYO-1-AD-2"
    )
    assert town.make(SUBNET, **asked, availabilityDomain="SBOX:ap-tokyo-1-ad-1")


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("routeTableId", "defaultRouteTableId"),
        ("securityListIds", "defaultSecurityListId"),
        ("dhcpOptionsId", "defaultDhcpOptionsId"),
    ],
)
def test_what_a_subnet_names_is_of_its_network(town: Town, path: str, named: str) -> None:
    own, other = town.network(), town.network("other")
    asked = {"compartmentId": COMPARTMENT, "vcnId": own["id"], "cidrBlock": "10.0.1.0/24"}

    def naming(vcn: dict[str, Any]) -> dict[str, Any]:
        return {path: [vcn[named]] if path.endswith("s") and path != "dhcpOptionsId" else vcn[named]}

    assert f"is not in {own['id']}" in town.refused(SUBNET, **asked, **naming(other))
    assert town.make(SUBNET, **asked, **naming(own))


def test_groups_and_tables_are_of_the_network_that_names_them(town: Town) -> None:
    own, other = town.network()["id"], town.network("other")["id"]
    gateway, foreign = town.gateway(own), town.gateway(other)
    routes = {"compartmentId": COMPARTMENT, "vcnId": own}
    assert f"is not in {own}" in town.refused(ROUTES, **routes, routeRules=[way(foreign)])
    assert town.make(ROUTES, **routes, routeRules=[way(gateway)])
    mine, theirs = town.group(own), town.group(other)
    abroad = {"source": "all-iad-services", "sourceType": "SERVICE_CIDR_BLOCK"}
    assert "is no service of ap-tokyo-1" in town.refused(RULE, **rule(mine, **abroad))
    named = {"source": theirs, "sourceType": "NETWORK_SECURITY_GROUP"}
    assert "is not in the network" in town.refused(RULE, **rule(mine, **named))
    assert town.make(RULE, **rule(mine, **{**named, "source": mine}))


def test_a_network_has_one_service_gateway_with_one_label_of_the_region(town: Town) -> None:
    vcn = town.network()["id"]
    asked = {"compartmentId": COMPARTMENT, "vcnId": vcn}
    abroad = [{"serviceId": "ocid1.service.oc1.us-ashburn-1.x"}]
    assert "there is no service" in town.refused(GATEWAY, **asked, services=abroad)
    foreign = town.network("other")["defaultRouteTableId"]
    assert f"is not in {vcn}" in town.refused(GATEWAY, **asked, services=[], routeTableId=foreign)
    town.gateway(vcn)
    assert "already has the service gateway" in town.refused(
        GATEWAY, "second", **asked, services=[{"serviceId": service_id(SERVICES)}]
    )


def test_a_route_leads_to_a_label_of_the_region_that_its_gateway_serves(town: Town) -> None:
    vcn = town.network()["id"]
    gateway, routes = town.gateway(vcn), {"compartmentId": COMPARTMENT, "vcnId": vcn}
    label = "all-iad-services-in-oracle-services-network"
    assert "is no service of ap-tokyo-1" in town.refused(ROUTES, **routes, routeRules=[way(gateway, label)])
    assert "does not serve oci-nrt-objectstorage" in town.refused(
        ROUTES, **routes, routeRules=[way(gateway, "oci-nrt-objectstorage")]
    )
    assert town.make(ROUTES, **routes, routeRules=[way(gateway)])


def test_the_default_table_takes_gateways_of_its_own_network(town: Town) -> None:
    own, other = town.network(), town.network("other")
    foreign, gateway = town.gateway(other["id"]), town.gateway(own["id"])
    asked = {"manageDefaultResourceId": own["defaultRouteTableId"], "compartmentId": COMPARTMENT}
    assert f"is not in {own['id']}" in town.refused(DEFAULT_ROUTES, **asked, routeRules=[way(foreign)])
    abroad = "all-iad-services-in-oracle-services-network"
    assert "is no service of" in town.refused(DEFAULT_ROUTES, **asked, routeRules=[way(gateway, abroad)])
    other_label = way(gateway, "oci-nrt-objectstorage")
    assert "does not serve" in town.refused(DEFAULT_ROUTES, **asked, routeRules=[other_label])
    assert town.make(DEFAULT_ROUTES, **asked, routeRules=[way(gateway)])[0] == own["defaultRouteTableId"]


def test_defaults_are_named_as_what_they_are(town: Town) -> None:
    vcn = town.network()
    for token, right, wrong in (
        (DEFAULT_ROUTES, "defaultRouteTableId", "defaultSecurityListId"),
        (DEFAULT_LIST, "defaultSecurityListId", "defaultRouteTableId"),
    ):
        assert town.paths(token, manageDefaultResourceId=vcn[wrong]) == ["manageDefaultResourceId"]
        assert town.make(token, manageDefaultResourceId=vcn[right])[0] == vcn[right]


def test_a_rule_names_a_group_that_is_there_and_a_group_holds_120(town: Town) -> None:
    nsg = town.group(town.network()["id"])
    nobody = "ocid1.networksecuritygroup.oc1.ap-tokyo-1.x"
    assert "does not exist" in town.refused(RULE, **rule(nsg, source=nobody, sourceType="NETWORK_SECURITY_GROUP"))
    for number in range(120):
        ports = {"destinationPortRange": {"min": number + 1, "max": number + 1}}
        town.make(RULE, f"rule-{number}", **rule(nsg, tcpOptions=ports))
    assert "400-LimitExceeded" in town.refused(RULE, "one-more", **rule(nsg))


def test_what_is_in_use_stays(town: Town) -> None:
    vcn = town.network()["id"]
    subnet, gateway, nsg = town.subnet(vcnId=vcn)["id"], town.gateway(vcn), town.group(vcn)
    table = town.make(ROUTES, compartmentId=COMPARTMENT, vcnId=vcn, routeRules=[way(gateway)])[0]
    second = town.subnet("second", "10.0.2.0/24", vcnId=vcn, routeTableId=table)["id"]
    user = town.make(INSTANCE, **instance(subnet, vnics=[{"subnetId": subnet, "nsgIds": [nsg]}]))[0]
    held = {VCN: vcn, SUBNET: subnet, GATEWAY: gateway, ROUTES: table, NSG: nsg}
    for token, id_ in held.items():
        assert town.refusal_of_delete(token, id_).startswith(f"409-Conflict: '{id_}' is still in use")
    gone = [(INSTANCE, user), (SUBNET, subnet), (SUBNET, second), (ROUTES, table), (GATEWAY, gateway), (NSG, nsg)]
    for token, id_ in [*gone, (VCN, vcn)]:
        town.caller.delete(token, id_)


@pytest.mark.parametrize("address", ["10.0.1.0", "10.0.1.1", "10.0.1.255", "10.0.2.4"])
def test_the_networks_own_addresses_and_those_outside_are_refused(town: Town, address: str) -> None:
    subnet = town.subnet()["id"]
    vnic = [{"subnetId": subnet, "privateIp": address}]
    assert "is no address of 10.0.1.0/24 for use" in town.refused(INSTANCE, **instance(subnet, vnics=vnic))
    vnic[0]["privateIp"] = "10.0.1.2"
    assert town.make(INSTANCE, **instance(subnet, vnics=vnic))


def test_an_address_is_had_once_and_a_full_subnet_gives_none(town: Town) -> None:
    subnet = town.subnet(cidr="10.0.1.0/30")["id"]
    given = {"subnetId": subnet, "primaryDbEndpointPrivateIp": "10.0.1.2"}
    assert town.make(SYSTEM, **system(subnet, networkDetails=given))
    same = [{"subnetId": subnet, "privateIp": "10.0.1.2"}]
    assert "10.0.1.2 is already in use" in town.refused(INSTANCE, **instance(subnet, vnics=same))
    assert "10.0.1.2 is already in use" in town.refused(SYSTEM, "second", **system(subnet, networkDetails=given))
    assert "has no free address left" in town.refused(INSTANCE, **instance(subnet))
    assert "has no free address left" in town.refused(BALANCER, **balancer_in(subnet))


def test_addresses_of_one_subnet_differ(town: Town) -> None:
    subnet = town.subnet(cidr="10.0.1.0/29")["id"]
    first, second = (town.made(INSTANCE, name, **instance(subnet))["vnics"][0]["privateIp"] for name in ("a", "b"))
    system_ = town.made(SYSTEM, **system(subnet))["networkDetails"]["primaryDbEndpointPrivateIp"]
    front = town.made(BALANCER, **balancer_in(subnet))["ipAddresses"]
    assert {first, second, system_, *front} < {f"10.0.1.{last}" for last in range(2, 7)}
    assert len({first, second, system_, *front}) == 4
