"""Exposure on every cloud: a network in which the rules hold, changes that break exactly them, changes that leave them open.

Of people who never used our components: bare networks, classic rules, defaults everywhere.
"""

from collections.abc import Mapping
from typing import Any

import pytest

from policies.facts import extract
from policies.facts.vocabulary import UNKNOWN, Flow, Network, Reach
from policies.judge import Answer
from tests.policies.by_subject import Stack, answers, changed, world

ADMIN, EGRESS, TIERS, ANY = (
    "net-no-admin-ports-from-internet",
    "net-egress-controlled",
    "net-tier-segmentation",
    "net-no-any-any",
)
MINE = frozenset({ADMIN, EGRESS, TIERS, ANY})
Change = Mapping[str, Any]

# Amazon Web Services

ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
SUBNET, GROUP, IN, OUT = (
    "aws:ec2/subnet:Subnet",
    "aws:ec2/securityGroup:SecurityGroup",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
)
ROUTE, ACL, INSTANCE, CLASSIC = (
    "aws:ec2/route:Route",
    "aws:ec2/networkAcl:NetworkAcl",
    "aws:ec2/instance:Instance",
    "aws:ec2/securityGroupRule:SecurityGroupRule",
)
WEB = {"ipProtocol": "tcp", "fromPort": 443, "toPort": 443, "description": "why"}
SQL = {**WEB, "fromPort": 5432, "toPort": 5432}
SSH = {**WEB, "fromPort": 22, "toPort": 22}


def aws() -> Stack:
    tiers = ("entry", "application", "data")
    return {
        "vpc": ("aws:ec2/vpc:Vpc", {"cidrBlock": "10.0.0.0/16"}),
        **{f"{tier}-net": (SUBNET, {"vpcId": "vpc", "cidrBlock": f"10.0.{n}.0/24"}) for n, tier in enumerate(tiers)},
        **{f"{tier}-group": (GROUP, {"vpcId": "vpc"}) for tier in tiers},
        "table": ("aws:ec2/routeTable:RouteTable", {"vpcId": "vpc", "routes": []}),
        "joined": (
            "aws:ec2/routeTableAssociation:RouteTableAssociation",
            {"subnetId": "entry-net", "routeTableId": "table"},
        ),
        "offices": (IN, {"securityGroupId": "entry-group", "cidrIpv4": "203.0.113.0/24", **WEB}),
        "out": (OUT, {"securityGroupId": "entry-group", "referencedSecurityGroupId": "application-group", **WEB}),
        "in": (IN, {"securityGroupId": "application-group", "referencedSecurityGroupId": "entry-group", **WEB}),
        "to-data": (OUT, {"securityGroupId": "application-group", "referencedSecurityGroupId": "data-group", **SQL}),
        "data-in": (IN, {"securityGroupId": "data-group", "referencedSecurityGroupId": "application-group", **SQL}),
        "server": (
            INSTANCE,
            {"subnetId": "entry-net", "vpcSecurityGroupIds": ["entry-group"], "associatePublicIpAddress": True},
        ),
    }


GATEWAY = ("aws:ec2/internetGateway:InternetGateway", {"vpcId": "vpc"})
TO_GATEWAY = (ROUTE, {"routeTableId": "table", "destinationCidrBlock": "0.0.0.0/0", "gatewayId": "gateway"})
OPEN_SSH = (IN, {"securityGroupId": "entry-group", "cidrIpv4": "0.0.0.0/0", **SSH})
EVERYWHERE = (
    OUT,
    {"securityGroupId": "entry-group", "cidrIpv4": "0.0.0.0/0", "ipProtocol": "-1", "description": "why"},
)
PASS = {"action": "allow", "protocol": "-1", "cidrBlock": "0.0.0.0/0", "ruleNo": 200}
NO_SSH = {"action": "deny", "protocol": "tcp", "cidrBlock": "0.0.0.0/0", "ruleNo": 100, "fromPort": 22, "toPort": 22}

AWS: list[tuple[str, Change, set[str]]] = [
    ("ssh", {"ssh": OPEN_SSH}, {ADMIN, ANY}),
    ("ssh by IPv6", {"ssh": (IN, {"securityGroupId": "entry-group", "cidrIpv6": "::/0", **SSH})}, {ADMIN, ANY}),
    (
        "half the internet",
        {"ssh": (IN, {"securityGroupId": "entry-group", "cidrIpv4": "0.0.0.0/1", **SSH})},
        {ADMIN, ANY},
    ),
    (
        "a classic rule",
        {
            "ssh": (
                CLASSIC,
                {
                    "type": "ingress",
                    "securityGroupId": "entry-group",
                    "cidrBlocks": ["0.0.0.0/0"],
                    "protocol": "tcp",
                    "fromPort": 0,
                    "toPort": 1024,
                },
            )
        },
        {ADMIN, ANY},
    ),
    (
        "a rule inside its group",
        {"entry-group": {"ingress": [{"protocol": "-1", "fromPort": 0, "toPort": 0, "ipv6CidrBlocks": ["::/0"]}]}},
        {ADMIN, ANY},
    ),
    (
        "the web is no administrator's port",
        {"web": (IN, {"securityGroupId": "entry-group", "cidrIpv4": "0.0.0.0/0", **WEB})},
        {ANY},
    ),
    (
        "egress by an internet gateway",
        {"gateway": GATEWAY, "route": TO_GATEWAY, "everywhere": EVERYWHERE},
        {EGRESS, ANY},
    ),
    (
        "egress by translation, of what has no public address",
        {
            "nat": ("aws:ec2/natGateway:NatGateway", {"subnetId": "entry-net"}),
            "table": {"routes": [{"cidrBlock": "0.0.0.0/0", "natGatewayId": "nat-1"}]},
            "server": None,
            "everywhere": EVERYWHERE,
        },
        {EGRESS, ANY},
    ),
    (
        "egress by an inspecting firewall",
        {
            "gateway": GATEWAY,
            "route": TO_GATEWAY,
            "everywhere": EVERYWHERE,
            "firewall": ("aws:networkfirewall/firewall:Firewall", {"vpcId": "vpc", "firewallPolicyArn": "p"}),
        },
        {ANY},
    ),
    ("a group without a route lets nothing out", {"everywhere": EVERYWHERE}, {ANY}),
    (
        "by a carrier's gateway",
        {"table": {"routes": [{"cidrBlock": "0.0.0.0/0", "carrierGatewayId": "cagw-1"}]}, "everywhere": EVERYWHERE},
        {EGRESS, ANY},
    ),
    (
        "a hub behind a route to private ranges",
        {"table": {"routes": [{"cidrBlock": "10.0.0.0/8", "transitGatewayId": "tgw-1"}]}, "everywhere": EVERYWHERE},
        {ANY},
    ),
    (
        "a hub behind an inspecting firewall",
        {
            "table": {"routes": [{"cidrBlock": "0.0.0.0/0", "vpcEndpointId": "vpce-1"}]},
            "everywhere": EVERYWHERE,
            "firewall": ("aws:networkfirewall/firewall:Firewall", {"vpcId": "vpc", "firewallPolicyArn": "p"}),
        },
        {ANY},
    ),
    (
        "a group of one tier in a subnet of another",
        {
            "job": (INSTANCE, {"subnetId": "data-net", "vpcSecurityGroupIds": ["application-group"]}),
            "shared": (INSTANCE, {"subnetId": "application-net", "vpcSecurityGroupIds": ["application-group"]}),
        },
        {TIERS},
    ),
    (
        "a group of no tier in a subnet of one",
        {
            "group": (GROUP, {"vpcId": "vpc"}),
            "store": (INSTANCE, {"subnetId": "data-net", "vpcSecurityGroupIds": ["group"]}),
            "straight": (IN, {"securityGroupId": "group", "referencedSecurityGroupId": "entry-group", **SQL}),
            "skips": (OUT, {"securityGroupId": "entry-group", "referencedSecurityGroupId": "group", **SQL}),
        },
        {TIERS},
    ),
    (
        "an endpoint of a service in a subnet of data",
        {
            "group": (GROUP, {"vpcId": "vpc"}),
            "store": (ENDPOINT, {"subnetIds": ["data-net"], "securityGroupIds": ["group"], "serviceName": "x.s3"}),
            "straight": (IN, {"securityGroupId": "group", "referencedSecurityGroupId": "entry-group", **SQL}),
            "skips": (OUT, {"securityGroupId": "entry-group", "referencedSecurityGroupId": "group", **SQL}),
        },
        set(),
    ),
    (
        "entry straight to data",
        {
            "skips": (OUT, {"securityGroupId": "entry-group", "cidrIpv4": "10.0.2.0/24", **SQL}),
            "lets": (IN, {"securityGroupId": "data-group", "cidrIpv4": "10.0.0.0/16", **SQL}),
        },
        {TIERS},
    ),
    (
        "one side alone reaches nothing",
        {"lets": (IN, {"securityGroupId": "data-group", "cidrIpv4": "10.0.0.0/16", **SQL})},
        set(),
    ),
]
AWS_OPEN: list[tuple[str, Change, set[str]]] = [
    ("source", {"ssh": (IN, {"securityGroupId": "entry-group", "cidrIpv4": UNKNOWN, **SSH})}, {ADMIN, ANY}),
    ("whole groups", {"entry-group": {"ingress": UNKNOWN}}, {ADMIN, ANY}),
    (
        "gateway",
        {"route": (ROUTE, {**TO_GATEWAY[1], "gatewayId": UNKNOWN}), "offices": {"cidrIpv4": "203.0.113.0/24"}},
        set(),
    ),
    ("routes", {"table": {"routes": UNKNOWN}, "out": {"ipProtocol": UNKNOWN}}, {ANY, TIERS}),
]


def exposure(stack: Stack, tier: str = "entry") -> Reach:
    (found,) = (fact for fact in extract(world(stack)) if isinstance(fact, Reach) and fact.tier == tier)
    return found


def test_aws_the_internet_reaches_what_has_route_address_and_filters_and_nothing_else() -> None:
    opened = {"gateway": GATEWAY, "route": TO_GATEWAY, "ssh": OPEN_SSH}
    assert exposure(changed(aws(), opened)).from_internet == {("tcp", 22, 22)}
    for closed in (
        {"route": None},
        {"ssh": None},
        {"server": {"associatePublicIpAddress": False}},
        {"acl": (ACL, {"vpcId": "vpc", "subnetIds": ["entry-net"], "ingress": [NO_SSH, PASS], "egress": [PASS]})},
        {"joined": None},
    ):
        assert exposure(changed(changed(aws(), opened), closed)).from_internet == frozenset(), closed
    late = {"acl": (ACL, {"vpcId": "vpc", "subnetIds": ["entry-net"], "ingress": [{**NO_SSH, "ruleNo": 300}, PASS]})}
    assert exposure(changed(changed(aws(), opened), late)).from_internet == {("tcp", 22, 22)}


def test_aws_an_address_may_be_bound_lent_by_the_subnet_or_a_public_balancers() -> None:
    opened = changed(aws(), {"gateway": GATEWAY, "route": TO_GATEWAY, "ssh": OPEN_SSH})
    bare = changed(opened, {"server": (INSTANCE, {"subnetId": "entry-net", "vpcSecurityGroupIds": ["entry-group"]})})
    assert exposure(bare).from_internet == frozenset()
    for public in (
        {"entry-net": {"mapPublicIpOnLaunch": True}},
        {"address": ("aws:ec2/eip:Eip", {"instance": "server"})},
        {"bound": ("aws:ec2/eipAssociation:EipAssociation", {"instanceId": "server", "allocationId": "a"})},
        {"front": ("aws:lb/loadBalancer:LoadBalancer", {"subnets": ["entry-net"], "securityGroups": ["entry-group"]})},
    ):
        assert exposure(changed(bare, public)).from_internet == {("tcp", 22, 22)}, public


@pytest.mark.parametrize(
    ("route", "expected"),
    [
        ({"cidrBlock": "0.0.0.0/0", "carrierGatewayId": "x"}, True),
        *(
            ({"cidrBlock": "0.0.0.0/0", hop: "x"}, UNKNOWN)
            for hop in ("transitGatewayId", "networkInterfaceId", "vpcEndpointId", "coreNetworkArn", "localGatewayId")
        ),
        ({"ipv6CidrBlock": "::/0", "transitGatewayId": "x"}, UNKNOWN),
        ({"cidrBlock": "0.0.0.0/0", "transitGatewayId": UNKNOWN}, UNKNOWN),
        ({"cidrBlock": UNKNOWN, "transitGatewayId": "x"}, UNKNOWN),
        ({"cidrBlock": "0.0.0.0/0", "vpcPeeringConnectionId": "x"}, False),
        ({"cidrBlock": "10.0.0.0/8", "transitGatewayId": "x"}, False),
        ({"cidrBlock": "0.0.0.0/0", "transitGatewayId": ""}, False),
    ],
)
def test_aws_what_lies_behind_a_hop_to_anywhere_is_not_known_unless_a_carrier_does(
    route: Mapping[str, Any], expected: Any
) -> None:
    separate = {
        {"cidrBlock": "destinationCidrBlock", "ipv6CidrBlock": "destinationIpv6CidrBlock"}.get(name, name): value
        for name, value in route.items()
    }
    for change in ({"table": {"routes": [route]}}, {"route": (ROUTE, {"routeTableId": "table", **separate})}):
        stack = changed(aws(), {"everywhere": EVERYWHERE, **change})
        assert exposure(stack).to_internet is expected
        assert [fact.internet_route for fact in extract(world(stack)) if isinstance(fact, Network)] == [expected]


# Google Cloud

FIREWALL, NET = "gcp:compute/firewall:Firewall", "gcp:compute/subnetwork:Subnetwork"
POLICY_RULE = "gcp:compute/networkFirewallPolicyRule:NetworkFirewallPolicyRule"


def fire(direction: str, source: str, destination: str, port: str, **more: Any) -> tuple[str, dict[str, Any]]:
    return FIREWALL, {
        "network": "vpc",
        "direction": direction,
        "sourceRanges": [source],
        "destinationRanges": [destination],
        "allows": [{"protocol": "tcp", "ports": [port]}],
        "description": "why",
        **more,
    }


DENY = {"network": "vpc", "denies": [{"protocol": "all"}], "priority": 65534}


def gcp() -> Stack:
    return {
        "vpc": ("gcp:compute/network:Network", {"deleteDefaultRoutesOnCreate": True, "autoCreateSubnetworks": False}),
        "entry": (NET, {"network": "vpc", "ipCidrRange": "10.0.0.0/24"}),
        "application": (NET, {"network": "vpc", "ipCidrRange": "10.0.1.0/24"}),
        "data": (NET, {"network": "vpc", "ipCidrRange": "10.0.2.0/24"}),
        "deny-out": (FIREWALL, {**DENY, "direction": "EGRESS", "destinationRanges": ["0.0.0.0/0"]}),
        "offices": fire("INGRESS", "203.0.113.0/24", "10.0.0.0/24", "443"),
        "to-application": fire("EGRESS", "10.0.0.0/24", "10.0.1.0/24", "8080"),
        "in-application": fire("INGRESS", "10.0.0.0/24", "10.0.1.0/24", "8080"),
        "to-data": fire("EGRESS", "10.0.1.0/24", "10.0.2.0/24", "5432"),
        "in-data": fire("INGRESS", "10.0.1.0/24", "10.0.2.0/24", "5432"),
        "server": (
            "gcp:compute/instance:Instance",
            {"networkInterfaces": [{"subnetwork": "entry", "accessConfigs": [{"natIp": "x"}]}]},
        ),
    }


OUTWARD = (
    "gcp:compute/route:Route",
    {"network": "vpc", "destRange": "0.0.0.0/0", "nextHopGateway": "default-internet-gateway"},
)
OPEN_22 = fire("INGRESS", "0.0.0.0/0", "10.0.0.0/24", "20-25")
BOUND: dict[str, Any] = {
    "policy": ("gcp:compute/networkFirewallPolicy:NetworkFirewallPolicy", {}),
    "bound": (
        "gcp:compute/networkFirewallPolicyAssociation:NetworkFirewallPolicyAssociation",
        {"firewallPolicy": "policy", "attachmentTarget": "vpc"},
    ),
}


def policy_rule(action: str, port: str, priority: int, **match: Any) -> tuple[str, dict[str, Any]]:
    return POLICY_RULE, {
        "firewallPolicy": "policy",
        "action": action,
        "direction": "INGRESS",
        "priority": priority,
        "description": "why",
        "match": {"srcIpRanges": ["0.0.0.0/0"], "layer4Configs": [{"ipProtocol": "tcp", "ports": [port]}], **match},
    }


GCP: list[tuple[str, Change, set[str]]] = [
    ("ssh", {"ssh": OPEN_22}, {ADMIN, ANY}),
    ("ssh by IPv6", {"ssh": fire("INGRESS", "::/0", "::/0", "22")}, {ADMIN, ANY}),
    (
        "no source is every source",
        {"ssh": (FIREWALL, {"network": "vpc", "allows": [{"protocol": "all"}]})},
        {ADMIN, ANY},
    ),
    (
        "an earlier refusal",
        {"ssh": OPEN_22, "no": (FIREWALL, {**DENY, "priority": 10, "sourceRanges": ["0.0.0.0/0"]})},
        set(),
    ),
    (
        "a later refusal",
        {"ssh": OPEN_22, "no": (FIREWALL, {**DENY, "priority": 2000, "sourceRanges": ["0.0.0.0/0"]})},
        {ADMIN, ANY},
    ),
    ("a policy", {**BOUND, "ssh": policy_rule("allow", "22", 1)}, {ADMIN, ANY}),
    ("a policy bound nowhere", {"policy": BOUND["policy"], "ssh": policy_rule("allow", "22", 1)}, set()),
    (
        "a policy that refuses first",
        {**BOUND, "no": policy_rule("deny", "22", 1), "ssh": policy_rule("allow", "22", 2)},
        set(),
    ),
    ("a disabled rule", {"ssh": fire("INGRESS", "0.0.0.0/0", "10.0.0.0/24", "22", disabled=True)}, set()),
    ("egress", {"route": OUTWARD, "out": fire("EGRESS", "10.0.0.0/24", "0.0.0.0/0", "443")}, {EGRESS, ANY}),
    ("the egress that a network is born with", {"route": OUTWARD, "deny-out": None}, {EGRESS}),
    (
        "translated egress",
        {
            "route": OUTWARD,
            "out": fire("EGRESS", "10.0.1.0/24", "0.0.0.0/0", "443"),
            "router": ("gcp:compute/router:Router", {"network": "vpc"}),
            "nat": ("gcp:compute/routerNat:RouterNat", {"router": "router"}),
        },
        {EGRESS, ANY},
    ),
    (
        "entry straight to data",
        {"in-data": {"sourceRanges": ["10.0.0.0/16"]}, "to-data": {"sourceRanges": ["10.0.0.0/16"]}},
        {TIERS},
    ),
]
GCP_OPEN: list[tuple[str, Change, set[str]]] = [
    ("source", {"ssh": fire("INGRESS", "x", "10.0.0.0/24", "22", sourceRanges=[UNKNOWN])}, {ADMIN, ANY}),
    ("action", {**BOUND, "ssh": (POLICY_RULE, {**policy_rule("", "22", 1)[1], "action": UNKNOWN})}, {ADMIN, ANY}),
    ("route", {"route": (OUTWARD[0], {**OUTWARD[1], "destRange": UNKNOWN}), "deny-out": {"denies": UNKNOWN}}, {EGRESS}),
]


def test_gcp_the_internet_reaches_what_has_route_address_and_rules_and_nothing_else() -> None:
    opened = {"route": OUTWARD, "ssh": OPEN_22}
    assert exposure(changed(gcp(), opened)).from_internet == {("tcp", 20, 25)}
    for closed in ({"route": None}, {"ssh": None}, {"server": {"networkInterfaces": [{"subnetwork": "entry"}]}}):
        assert exposure(changed(changed(gcp(), opened), closed)).from_internet == frozenset(), closed
    tagged = {"ssh": fire("INGRESS", "0.0.0.0/0", "10.0.0.0/24", "22", targetTags=["bastion"])}
    assert exposure(changed(changed(gcp(), opened), tagged)).from_internet == {("tcp", 22, 22)}


def test_gcp_a_network_of_defaults_is_reached_by_nobody_and_reaches_the_internet() -> None:
    (found,) = (
        fact for fact in extract(world({"vpc": ("gcp:compute/network:Network", {})})) if isinstance(fact, Reach)
    )
    assert (found.from_internet, found.to_internet, found.tier) == (frozenset(), False, UNKNOWN)


# Oracle Cloud Infrastructure

OCI_SUBNET, OCI_GROUP = "oci:Core/subnet:Subnet", "oci:Core/networkSecurityGroup:NetworkSecurityGroup"
OCI_RULE = "oci:Core/networkSecurityGroupSecurityRule:NetworkSecurityGroupSecurityRule"
LIST = "oci:Core/securityList:SecurityList"


def oci_rule(direction: str, group: str, other: str, port: int, protocol: str = "6") -> tuple[str, dict[str, Any]]:
    side = "source" if direction == "INGRESS" else "destination"
    kind = "NETWORK_SECURITY_GROUP" if other.endswith("-group") else "CIDR_BLOCK"
    return OCI_RULE, {
        "networkSecurityGroupId": group,
        "direction": direction,
        "protocol": protocol,
        side: other,
        f"{side}Type": kind,
        "tcpOptions": {"destinationPortRange": {"min": port, "max": port}},
        "description": "why",
    }


def oci() -> Stack:
    tiers = ("entry", "application", "data")
    return {
        "vcn": (
            "oci:Core/vcn:Vcn",
            {"cidrBlocks": ["10.0.0.0/16"], "defaultSecurityListId": "born", "defaultRouteTableId": "routes"},
        ),
        "adopted": ("oci:Core/defaultSecurityList:DefaultSecurityList", {"manageDefaultResourceId": "born"}),
        "table": ("oci:Core/routeTable:RouteTable", {"vcnId": "vcn", "routeRules": []}),
        **{
            f"{tier}-net": (OCI_SUBNET, {"vcnId": "vcn", "cidrBlock": f"10.0.{n}.0/24", "routeTableId": "table"})
            for n, tier in enumerate(tiers)
        },
        **{f"{tier}-group": (OCI_GROUP, {"vcnId": "vcn"}) for tier in tiers},
        **{
            f"{tier}-server": (
                "oci:Core/instance:Instance",
                {"createVnicDetails": {"subnetId": f"{tier}-net", "nsgIds": [f"{tier}-group"]}},
            )
            for tier in tiers
        },
        "offices": oci_rule("INGRESS", "entry-group", "203.0.113.0/24", 443),
        "out": oci_rule("EGRESS", "entry-group", "application-group", 8080),
        "in": oci_rule("INGRESS", "application-group", "entry-group", 8080),
        "to-data": oci_rule("EGRESS", "application-group", "data-group", 5432),
        "data-in": oci_rule("INGRESS", "data-group", "application-group", 5432),
    }


OCI_GATEWAY = ("oci:Core/internetGateway:InternetGateway", {"vcnId": "vcn"})
ROUTED = {"routeRules": [{"destination": "0.0.0.0/0", "networkEntityId": "gateway"}]}
OCI_SSH = oci_rule("INGRESS", "entry-group", "0.0.0.0/0", 22)
LISTED = {"protocol": "6", "source": "0.0.0.0/0", "tcpOptions": {"min": 22, "max": 22}, "description": "why"}

OCI: list[tuple[str, Change, set[str]]] = [
    ("ssh", {"ssh": OCI_SSH}, {ADMIN, ANY}),
    ("ssh by IPv6", {"ssh": oci_rule("INGRESS", "entry-group", "::/0", 22)}, {ADMIN, ANY}),
    ("a list", {"list": (LIST, {"vcnId": "vcn", "ingressSecurityRules": [LISTED]})}, {ADMIN, ANY}),
    ("the list it was born with", {"adopted": None, "gateway": OCI_GATEWAY, "table": ROUTED}, {ADMIN, EGRESS, TIERS}),
    (
        "egress",
        {"gateway": OCI_GATEWAY, "table": ROUTED, "all": oci_rule("EGRESS", "entry-group", "0.0.0.0/0", 443)},
        {EGRESS, ANY},
    ),
    (
        "translated egress",
        {
            "gateway": ("oci:Core/natGateway:NatGateway", {"vcnId": "vcn"}),
            "table": ROUTED,
            "all": oci_rule("EGRESS", "application-group", "0.0.0.0/0", 443),
        },
        {EGRESS, ANY},
    ),
    (
        "inspected egress",
        {
            "gateway": OCI_GATEWAY,
            "table": ROUTED,
            "all": oci_rule("EGRESS", "entry-group", "0.0.0.0/0", 443),
            "wall": ("oci:NetworkFirewall/networkFirewall:NetworkFirewall", {"subnetId": "entry-net"}),
        },
        {ANY},
    ),
    (
        "entry straight to data",
        {
            "skips": oci_rule("EGRESS", "entry-group", "10.0.2.0/24", 5432),
            "lets": oci_rule("INGRESS", "data-group", "10.0.0.0/24", 5432),
        },
        {TIERS},
    ),
]
OCI_OPEN: list[tuple[str, Change, set[str]]] = [
    ("source", {"ssh": (OCI_RULE, {**OCI_SSH[1], "source": UNKNOWN})}, {ADMIN, ANY}),
    (
        "a gateway switched on or off",
        {"gateway": (OCI_GATEWAY[0], {"vcnId": "vcn", "enabled": UNKNOWN}), "table": ROUTED, "offices": {}},
        set(),
    ),
]


def test_oci_the_internet_reaches_what_has_route_public_subnet_and_rules_and_nothing_else() -> None:
    opened = {"gateway": OCI_GATEWAY, "table": ROUTED, "ssh": OCI_SSH}
    assert exposure(changed(oci(), opened)).from_internet == {("tcp", 22, 22)}
    for closed in (
        {"gateway": (OCI_GATEWAY[0], {"vcnId": "vcn", "enabled": False})},
        {"table": {"routeRules": []}},
        {"ssh": None},
        {"entry-net": {"prohibitPublicIpOnVnic": True}},
        {"entry-net": {"routeTableId": None}},
    ):
        assert exposure(changed(changed(oci(), opened), closed)).from_internet == frozenset(), closed


# Azure

SECURITY, AZ_RULE = "azure-native:network:NetworkSecurityGroup", "azure-native:network:SecurityRule"
INTERFACE = "azure-native:network:NetworkInterface"


def az(direction: str, access: str, priority: int, source: str, destination: str, port: str) -> dict[str, Any]:
    return {
        "direction": direction,
        "access": access,
        "priority": priority,
        "protocol": "*" if access == "Deny" else "Tcp",
        "sourceAddressPrefix": source,
        "destinationAddressPrefix": destination,
        "sourcePortRange": "*",
        "destinationPortRange": port,
        "description": "why",
    }


def refused(*rules: dict[str, Any]) -> dict[str, Any]:
    return {"securityRules": [*rules, *(az(way, "Deny", 4096, "*", "*", "*") for way in ("Inbound", "Outbound"))]}


def azure() -> Stack:
    return {
        "net": ("azure-native:network:VirtualNetwork", {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}}),
        **{
            tier: (
                "azure-native:network:Subnet",
                {
                    "virtualNetworkName": "net",
                    "addressPrefix": f"10.0.{n}.0/24",
                    "networkSecurityGroup": {"id": f"{tier}-rules"},
                    "routeTable": {"id": "table"},
                },
            )
            for n, tier in enumerate(("entry", "application", "data"))
        },
        "table": (
            "azure-native:network:RouteTable",
            {"routes": [{"addressPrefix": "0.0.0.0/0", "nextHopType": "None"}]},
        ),
        "entry-rules": (
            SECURITY,
            refused(
                az("Inbound", "Allow", 100, "203.0.113.0/24", "10.0.0.0/24", "443"),
                az("Outbound", "Allow", 100, "10.0.0.0/24", "10.0.1.0/24", "8080"),
            ),
        ),
        "application-rules": (
            SECURITY,
            refused(
                az("Inbound", "Allow", 100, "10.0.0.0/24", "10.0.1.0/24", "8080"),
                az("Outbound", "Allow", 100, "10.0.1.0/24", "10.0.2.0/24", "5432"),
            ),
        ),
        "data-rules": (SECURITY, refused(az("Inbound", "Allow", 100, "10.0.1.0/24", "10.0.2.0/24", "5432"))),
        "server": (
            INTERFACE,
            {"ipConfigurations": [{"subnet": {"id": "entry"}, "publicIPAddress": {"id": "/ip"}}]},
        ),
    }


def lone(group: str, **rule: Any) -> tuple[str, dict[str, Any]]:
    return AZ_RULE, {"networkSecurityGroupName": group, **rule}


AZ_SSH = lone("entry-rules", **az("Inbound", "Allow", 200, "*", "10.0.0.0/24", "22"))
DIRECT: dict[str, Any] = {"routes": []}

AZURE: list[tuple[str, Change, set[str]]] = [
    ("ssh", {"ssh": AZ_SSH}, {ADMIN, ANY}),
    (
        "ssh inside the group",
        {"entry-rules": refused(az("Inbound", "Allow", 100, "Internet", "*", "0-100"))},
        {ADMIN, ANY},
    ),
    ("ssh by IPv6", {"ssh": lone("entry-rules", **az("Inbound", "Allow", 200, "::/0", "*", "22"))}, {ADMIN, ANY}),
    (
        "refused before",
        {"ssh": lone("entry-rules", **az("Inbound", "Allow", 4096, "*", "*", "22") | {"priority": 4097})},
        set(),
    ),
    (
        "egress",
        {"table": DIRECT, "out": lone("entry-rules", **az("Outbound", "Allow", 300, "10.0.0.0/24", "Internet", "443"))},
        {EGRESS, ANY},
    ),
    ("no group at all", {"entry": {"networkSecurityGroup": None}, "table": DIRECT}, {ADMIN, EGRESS}),
    ("a group of the cloud's own rules", {"entry-rules": {"securityRules": []}, "table": DIRECT}, {EGRESS}),
    (
        "a private subnet has no address to leave by",
        {
            "entry-rules": {"securityRules": []},
            "entry": {"defaultOutboundAccess": False},
            "server": {"ipConfigurations": [{"subnet": {"id": "entry"}}]},
            "table": DIRECT,
        },
        set(),
    ),
    (
        "entry straight to data",
        {
            "skips": lone("entry-rules", **az("Outbound", "Allow", 300, "10.0.0.0/24", "10.0.2.0/24", "5432")),
            "lets": lone("data-rules", **az("Inbound", "Allow", 300, "VirtualNetwork", "10.0.2.0/24", "5432")),
        },
        {TIERS},
    ),
]
AZURE_OPEN: list[tuple[str, Change, set[str]]] = [
    (
        "source",
        {
            "ssh": lone(
                "entry-rules",
                **az("Inbound", "Allow", 200, "x", "10.0.0.0/24", "22") | {"sourceAddressPrefix": UNKNOWN},
            )
        },
        {ADMIN, ANY},
    ),
    ("routes", {"table": {"routes": UNKNOWN}, "entry-rules": {"securityRules": []}}, {EGRESS}),
]


def test_azure_the_internet_reaches_what_has_route_address_and_rules_and_nothing_else() -> None:
    opened = {"table": DIRECT, "ssh": AZ_SSH}
    assert exposure(changed(azure(), opened)).from_internet == {("tcp", 22, 22)}
    for closed in (
        {"table": {"routes": [{"addressPrefix": "0.0.0.0/0", "nextHopType": "VirtualAppliance"}]}},
        {"ssh": None},
        {"server": {"ipConfigurations": [{"subnet": {"id": "entry"}}]}},
        {"no": lone("entry-rules", **az("Inbound", "Deny", 150, "*", "10.0.0.0/24", "20-30"))},
    ):
        assert exposure(changed(changed(azure(), opened), closed)).from_internet == frozenset(), closed


def test_azure_the_rules_of_an_interface_are_asked_beside_the_subnets() -> None:
    opened = changed(azure(), {"table": DIRECT, "ssh": AZ_SSH})
    own = {"server": {"networkSecurityGroup": {"id": "own-rules"}}, "own-rules": (SECURITY, refused())}
    assert exposure(changed(opened, own)).from_internet == frozenset()
    own["own-rules"] = (SECURITY, refused(az("Inbound", "Allow", 100, "*", "*", "*")))
    assert exposure(changed(opened, own)).from_internet == {("tcp", 22, 22)}


def test_azure_a_subnet_may_be_written_inside_its_network() -> None:
    inside = {"name": "entry", "addressPrefix": "10.0.0.0/24", "networkSecurityGroup": {"id": "entry-rules"}}
    stack = changed(azure(), {"entry": None, "net": {"subnets": [inside]}, "ssh": AZ_SSH})
    assert exposure(stack).from_internet == frozenset()
    server = {
        "server": {"ipConfigurations": [{"subnet": {"id": "net/subnets/entry"}, "publicIPAddress": {"id": "/ip"}}]}
    }
    assert exposure(changed(stack, server)).from_internet == {("tcp", 22, 22)}


# Every cloud

CLOUDS = {
    "aws": (aws(), AWS, AWS_OPEN),
    "gcp": (gcp(), GCP, GCP_OPEN),
    "oci": (oci(), OCI, OCI_OPEN),
    "azure": (azure(), AZURE, AZURE_OPEN),
}


@pytest.mark.parametrize("cloud", CLOUDS)
def test_the_sound_network_breaks_no_rule_and_leaves_none_open(cloud: str) -> None:
    stack = CLOUDS[cloud][0]
    assert answers(stack, Answer.VIOLATED, MINE) == set()
    assert answers(stack, Answer.UNKNOWN, MINE) == set()
    assert answers(stack, Answer.HOLDS, MINE) == MINE


@pytest.mark.parametrize(
    ("cloud", "change", "slugs"),
    [
        pytest.param(cloud, change, slugs, id=f"{cloud}: {name}")
        for cloud, (_, rows, _) in CLOUDS.items()
        for name, change, slugs in rows
    ],
)
def test_one_change_breaks_exactly_these_rules(cloud: str, change: Change, slugs: set[str]) -> None:
    assert answers(changed(CLOUDS[cloud][0], change), Answer.VIOLATED, MINE) == slugs


@pytest.mark.parametrize(
    ("cloud", "change", "slugs"),
    [
        pytest.param(cloud, change, slugs, id=f"{cloud}: {name}")
        for cloud, (_, _, rows) in CLOUDS.items()
        for name, change, slugs in rows
    ],
)
def test_what_is_not_known_leaves_exactly_these_open_and_breaks_none(
    cloud: str, change: Change, slugs: set[str]
) -> None:
    stack = changed(CLOUDS[cloud][0], change)
    assert answers(stack, Answer.VIOLATED, MINE) == set()
    assert answers(stack, Answer.UNKNOWN, MINE) == slugs


@pytest.mark.parametrize("cloud", CLOUDS)
def test_every_tier_says_from_where_it_is_reached(cloud: str) -> None:
    found = {fact.tier: fact.from_tiers for fact in extract(world(CLOUDS[cloud][0])) if isinstance(fact, Reach)}
    assert found == {"entry": frozenset(), "application": {"entry"}, "data": {"application"}}


@pytest.mark.parametrize("cloud", CLOUDS)
def test_one_resource_alone_breaks_no_rule_that_others_could_keep(cloud: str) -> None:
    for name, resource in CLOUDS[cloud][0].items():
        assert answers({name: resource}, Answer.VIOLATED, frozenset({ADMIN, EGRESS}), complete=False) == set(), name


ODD = [
    UNKNOWN,
    None,
    True,
    -1,
    10**400,
    "",
    "x",
    "0.0.0.0/0",
    [],
    {},
    [UNKNOWN],
    [[]],
    [{}],
    {"id": []},
    [{"id": {}}],
    [None],
]


@pytest.mark.parametrize("cloud", CLOUDS)
@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_no_odd_value_stops_the_reading(cloud: str, odd: Any) -> None:
    sound, failing, _ = CLOUDS[cloud]
    stack = {
        **sound,
        **{name: one for _, change, _ in failing for name, one in change.items() if isinstance(one, tuple)},
    }
    for name, (token, properties) in stack.items():
        for key in properties:
            extract(world({**stack, name: (token, {**properties, key: odd})}))


@pytest.mark.parametrize("cloud", CLOUDS)
def test_the_flows_of_the_sound_network_are_known(cloud: str) -> None:
    flows = {(f.source, f.destination, f.ports) for f in extract(world(CLOUDS[cloud][0])) if isinstance(f, Flow)}
    assert len(flows) == 3
    assert not any(UNKNOWN in flow for flow in flows)
