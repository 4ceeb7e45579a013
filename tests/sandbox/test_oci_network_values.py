"""What the inputs of networks alone show, in the sandbox's OCI."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.test_oci import (
    DEFAULT_LIST,
    DEFAULT_ROUTES,
    GATEWAY,
    PLACED,
    ROUTES,
    RULE,
    SUBNET,
    VCN,
    Town,
    callers,
    rule,
)
from tests.sandbox.test_oci_network import way


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Nothing is made in it: one for all."""
    with callers(tmp_path_factory.mktemp("cloud") / "state") as caller:
        yield Town(caller)


LISTED = {"manageDefaultResourceId": "ocid1.securitylist.oc1.ap-tokyo-1.a"}
IN = {"protocol": "all", "source": "10.0.0.0/8"}
EX = {"protocol": "all", "destination": "10.0.0.0/8"}
TO = {"destination": "10.0.0.0/8", "destinationType": "CIDR_BLOCK"}


@pytest.mark.parametrize(
    ("inputs", "path"),
    [
        ({"ingressSecurityRules": [{**IN, "protocol": "tcp"}]}, "ingressSecurityRules[0].protocol"),
        ({"egressSecurityRules": [{**EX, "protocol": "tcp"}]}, "egressSecurityRules[0].protocol"),
        ({"ingressSecurityRules": [IN] * 201}, "ingressSecurityRules"),
        ({"egressSecurityRules": [EX] * 201}, "egressSecurityRules"),
    ],
)
def test_values_of_the_default_list(town: Town, inputs: dict[str, Any], path: str) -> None:
    assert town.paths(DEFAULT_LIST, **LISTED, ingressSecurityRules=[IN], egressSecurityRules=[EX]) == []
    assert town.paths(DEFAULT_LIST, **LISTED, **inputs) == [path]


@pytest.mark.parametrize(
    ("token", "inputs", "path"),
    [
        (VCN, {"cidrBlocks": ["10.0.0.0/15"]}, "cidrBlocks[0]"),
        (VCN, {"cidrBlocks": ["10.0.0.0/16", "10.0.1.0/24"]}, "cidrBlocks[1]"),
        (VCN, {"cidrBlocks": []}, "cidrBlocks"),
        (VCN, {"cidrBlocks": None, "cidrBlock": "10.0.0.0/8"}, "cidrBlock"),
        (VCN, {"cidrBlock": "10.0.0.0/16"}, "cidrBlock"),
        (VCN, {"dnsLabel": "with-hyphen"}, "dnsLabel"),
        (VCN, {"dnsLabel": "a" * 16}, "dnsLabel"),
        (SUBNET, {"cidrBlock": "10.0.0.0/31"}, "cidrBlock"),
        (SUBNET, {"cidrBlock": None}, "cidrBlock"),
        (SUBNET, {"dnsLabel": "1st"}, "dnsLabel"),
        (SUBNET, {"prohibitPublicIpOnVnic": True, "prohibitInternetIngress": False}, "prohibitPublicIpOnVnic"),
        (SUBNET, {"routeTableId": "ocid1.vcn.oc1.ap-tokyo-1.a"}, "routeTableId"),
        (SUBNET, {"securityListIds": ["ocid1.routetable.oc1.ap-tokyo-1.a"]}, "securityListIds[0]"),
        (SUBNET, {"securityListIds": ["ocid1.securitylist.oc1.ap-tokyo-1.a"] * 6}, "securityListIds"),
        (SUBNET, {"dhcpOptionsId": "ocid1.routetable.oc1.ap-tokyo-1.a"}, "dhcpOptionsId"),
        (GATEWAY, {"routeTableId": "ocid1.vcn.oc1.ap-tokyo-1.a"}, "routeTableId"),
        (GATEWAY, {"services": [{"serviceId": "a"}, {"serviceId": "b"}]}, "services"),
        (RULE, {"direction": "EGRESS", "source": None, "destination": "10.0.0.0/8"}, "destinationType"),
        (RULE, {"destination": "10.0.0.0/8", "destinationType": "CIDR_BLOCK"}, "destination"),
        (RULE, {"source": "10.0.0.1/8"}, "source"),
        (RULE, {"source": "10.0.0.0/8", "sourceType": "NETWORK_SECURITY_GROUP"}, "source"),
        (RULE, {"direction": "BOTH", "source": None, "sourceType": None, **TO}, "direction"),
        (RULE, {"sourceType": "HOST"}, "sourceType"),
        (RULE, {"direction": "EGRESS", "source": None, **TO, "destinationType": "HOST"}, "destinationType"),
        (RULE, {"protocol": "1", "icmpOptions": {"type": 255}}, "icmpOptions.type"),
        (RULE, {"protocol": "tcp"}, "protocol"),
        (RULE, {"protocol": "256"}, "protocol"),
        (RULE, {"udpOptions": {"destinationPortRange": {"min": 1, "max": 2}}}, "udpOptions"),
        (RULE, {"tcpOptions": {"destinationPortRange": {"min": 2, "max": 1}}}, "tcpOptions"),
        (RULE, {"tcpOptions": {"sourcePortRange": {"min": 1, "max": 65536}}}, "tcpOptions"),
        (RULE, {"description": "a" * 256}, "description"),
    ],
)
def test_values_of_networks(town: Town, token: str, inputs: dict[str, Any], path: str) -> None:
    whole: dict[str, dict[str, Any]] = {
        VCN: {**PLACED, "cidrBlocks": ["10.0.0.0/16"]},
        SUBNET: {**PLACED, "vcnId": "ocid1.vcn.oc1.ap-tokyo-1.a", "cidrBlock": "10.0.0.0/24"},
        GATEWAY: {**PLACED, "vcnId": "ocid1.vcn.oc1.ap-tokyo-1.a", "services": [{"serviceId": "a"}]},
        RULE: rule("ocid1.networksecuritygroup.oc1.ap-tokyo-1.a"),
    }
    assert town.paths(token, **whole[token]) == []
    assert town.paths(token, **{**whole[token], **inputs}) == [path]


GATE, NAT, OUT = (f"ocid1.{kind}.oc1.ap-tokyo-1.a" for kind in ("servicegateway", "natgateway", "internetgateway"))
REST = {"destination": "0.0.0.0/0", "destinationType": "CIDR_BLOCK"}


@pytest.mark.parametrize(
    ("rules", "path"),
    [
        ([way(GATE), way(GATE)], "routeRules[1].destination"),
        ([{**way(GATE), "destinationType": None}], "routeRules[0].destination"),
        ([{**REST, "networkEntityId": GATE}], "routeRules[0].networkEntityId"),
        ([way(NAT)], "routeRules[0].networkEntityId"),
        ([{**REST, "networkEntityId": NAT, "destinationType": "HOST"}], "routeRules[0].destinationType"),
        ([{**REST, "networkEntityId": NAT, "destination": f"10.0.{n}.0/24"} for n in range(201)], "routeRules"),
        ([way(GATE), {**REST, "networkEntityId": OUT}], "routeRules[0].networkEntityId"),
    ],
)
def test_rules_of_a_route_table_go_together(town: Town, rules: list[dict[str, Any]], path: str) -> None:
    asked = {**PLACED, "vcnId": "ocid1.vcn.oc1.ap-tokyo-1.a"}
    beside_nat = [way(GATE), {**REST, "networkEntityId": NAT}]
    beside_out = [way(GATE, "oci-nrt-objectstorage"), {**REST, "networkEntityId": OUT}]
    for right in (beside_nat, beside_out):
        assert town.paths(ROUTES, **asked, routeRules=right) == []
    assert town.paths(ROUTES, **asked, routeRules=rules) == [path]
    default = {"manageDefaultResourceId": "ocid1.routetable.oc1.ap-tokyo-1.a"}
    assert town.paths(DEFAULT_ROUTES, **default, routeRules=rules) == [path]
