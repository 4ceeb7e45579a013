"""What the sandbox's AWS refuses of security groups, their rules and network ACLs."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.aws_town import ACL, DEFAULT_ACL, DEFAULT_GROUP, GROUP, IN, OUT, VPC, A, Town, towns


@pytest.fixture
def town(state: Path) -> Iterator[Town]:
    with towns(state) as made:
        yield made


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Nothing is made in it: one for all."""
    with towns(tmp_path_factory.mktemp("cloud") / "state") as made:
        yield made


PORTS: dict[str, Any] = {"ipProtocol": "tcp", "fromPort": 443, "toPort": 443}
RULE: dict[str, Any] = {"securityGroupId": "sg-1", "cidrIpv4": "10.0.0.0/8", **PORTS}
PLAIN: dict[str, Any] = {"vpcId": "vpc-1"}
INLINE: dict[str, Any] = {"protocol": "tcp", "fromPort": 1, "toPort": 2, "cidrBlocks": ["10.0.0.0/8"]}
ENTRY: dict[str, Any] = {
    "ruleNo": 100,
    "action": "allow",
    "protocol": "tcp",
    "cidrBlock": "10.0.0.0/8",
    "fromPort": 0,
    "toPort": 65535,
}


def without(inputs: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: given for name, given in inputs.items() if name not in names}


@pytest.mark.parametrize(
    ("inputs", "path"),
    [
        ({}, "vpcId"),
        ({**PLAIN, "name": "sg-town"}, "name"),
        ({**PLAIN, "name": "町"}, "name"),
        ({**PLAIN, "name": "a", "namePrefix": "b"}, "namePrefix"),
        ({**PLAIN, "namePrefix": "x" * 230}, "namePrefix"),
        ({**PLAIN, "description": ""}, "description"),
        ({**PLAIN, "description": "町役場"}, "description"),
        ({**PLAIN, "description": "x" * 256}, "description"),
    ],
)
def test_groups_that_are_refused(empty: Town, inputs: dict[str, Any], path: str) -> None:
    assert empty.paths(GROUP, **inputs) == [path]


@pytest.mark.parametrize(
    ("rule", "part"),
    [
        (without(INLINE, "cidrBlocks"), ""),
        ({**INLINE, "protocol": "-1"}, ""),
        ({**INLINE, "toPort": 0}, ""),
        ({**INLINE, "fromPort": -1}, ""),
        ({**INLINE, "protocol": "any"}, ""),
        ({**INLINE, "cidrBlocks": ["10.0.0.1/8"]}, ".cidrBlocks[0]"),
    ],
)
@pytest.mark.parametrize("way", ["ingress", "egress"])
@pytest.mark.parametrize("token", [GROUP, DEFAULT_GROUP])
def test_inline_rules_that_are_refused(empty: Town, token: str, way: str, rule: dict[str, Any], part: str) -> None:
    assert empty.paths(token, **{**PLAIN, way: [rule]}) == [f"{way}[0]{part}"]


@pytest.mark.parametrize(
    ("inputs", "path"),
    [
        (without(RULE, "cidrIpv4"), "cidrIpv4"),
        ({**RULE, "cidrIpv6": "::/0"}, "cidrIpv4"),
        ({**RULE, "cidrIpv4": "10.0.0.1/8"}, "cidrIpv4"),
        ({**without(RULE, "cidrIpv4"), "prefixListId": "sg-1"}, "prefixListId"),
        ({**RULE, "ipProtocol": "quic"}, "ipProtocol"),
        ({**RULE, "ipProtocol": "256"}, "ipProtocol"),
        ({**RULE, "ipProtocol": "-1"}, "fromPort"),
        (without(RULE, "toPort"), "fromPort"),
        ({**RULE, "fromPort": 444}, "fromPort"),
        ({**RULE, "toPort": 65536}, "fromPort"),
        ({**RULE, "fromPort": -1}, "fromPort"),
        ({**RULE, "ipProtocol": "icmp", "fromPort": 256}, "ipProtocol"),
        ({**RULE, "description": "市役所の端末"}, "description"),
        ({**RULE, "description": "x" * 256}, "description"),
        ({**RULE, "description": "tab\t"}, "description"),
    ],
)
@pytest.mark.parametrize("token", [IN, OUT])
def test_rules_that_are_refused(empty: Town, token: str, inputs: dict[str, Any], path: str) -> None:
    assert empty.paths(token, **inputs) == [path]


@pytest.mark.parametrize(
    ("entries", "part"),
    [
        ([ENTRY, ENTRY], "[1].ruleNo"),
        ([{**ENTRY, "ruleNo": 32767}], "[0].ruleNo"),
        ([{**ENTRY, "ruleNo": n} for n in range(1, 22)], ""),
        ([{**ENTRY, "action": "drop"}], "[0].action"),
        ([{**ENTRY, "protocol": "quic"}], "[0].protocol"),
        ([{**ENTRY, "protocol": "-1"}], "[0]"),
        ([{**ENTRY, "toPort": 65536}], "[0]"),
        ([{**ENTRY, "fromPort": 5, "toPort": 4}], "[0]"),
        ([without(ENTRY, "cidrBlock")], "[0]"),
        ([{**ENTRY, "ipv6CidrBlock": "::/0"}], "[0]"),
        ([{**ENTRY, "cidrBlock": "10.0.0.1/8"}], "[0].cidrBlock"),
    ],
)
@pytest.mark.parametrize("way", ["ingress", "egress"])
@pytest.mark.parametrize(("token", "of"), [(ACL, PLAIN), (DEFAULT_ACL, {"defaultNetworkAclId": "acl-1"})])
def test_entries_that_are_refused(
    empty: Town, token: str, of: dict[str, Any], way: str, entries: list[dict[str, Any]], part: str
) -> None:
    assert empty.paths(token, **{**of, way: entries}) == [f"{way}{part}"]


@pytest.mark.parametrize(
    ("token", "inputs"),
    [
        (GROUP, {**PLAIN, "ingress": [INLINE], "egress": [{**INLINE, "protocol": "-1", "fromPort": 0, "toPort": 0}]}),
        (GROUP, {**PLAIN, "namePrefix": "town-"}),
        (IN, {**without(RULE, "fromPort", "toPort"), "ipProtocol": "-1"}),
        (IN, {**without(RULE, "fromPort", "toPort"), "ipProtocol": "icmpv6"}),
        (IN, {**RULE, "ipProtocol": "icmp", "fromPort": 8, "toPort": -1}),
        (IN, {**RULE, "ipProtocol": "17", "fromPort": 0, "toPort": 65535}),
        (ACL, {**PLAIN, "ingress": [{**ENTRY, "ruleNo": n} for n in range(1, 21)], "egress": [ENTRY]}),
        (ACL, {**PLAIN, "ingress": [{**ENTRY, "protocol": "-1", "fromPort": 0, "toPort": 0, "action": "DENY"}]}),
    ],
)
def test_values_that_are_accepted(empty: Town, token: str, inputs: dict[str, Any]) -> None:
    assert empty.failures(token, **inputs) == []


def test_a_groups_name_is_its_own_in_one_network(town: Town) -> None:
    one, other = town.vpc("one"), town.vpc("other", "10.1.0.0/16")
    town.make(GROUP, "first", vpcId=one, name="town")
    for name in ("town", "TOWN", "default"):
        assert "InvalidGroup.Duplicate" in town.refused(GROUP, "second", vpcId=one, name=name)
    town.make(GROUP, "third", vpcId=other, name="town")
    _, prefixed = town.make(GROUP, "fourth", vpcId=one, namePrefix="town-")
    assert prefixed["name"].startswith("town-")
    assert len(prefixed["name"]) == len("town-") + 26


@pytest.mark.parametrize("token", [IN, OUT])
def test_a_rule_is_written_once_in_each_direction(town: Town, token: str) -> None:
    group = town.group(town.vpc())
    made = town.make(token, **{**RULE, "securityGroupId": group})
    for same in (RULE, {**RULE, "ipProtocol": "6"}, {**RULE, "description": "again"}):
        refused = town.refused(token, "same", **{**same, "securityGroupId": group})
        assert "InvalidPermission.Duplicate" in refused
    second = town.make(token, "second", **{**RULE, "securityGroupId": group, "toPort": 444})
    assert "InvalidPermission.Duplicate" in town.refusal_of_update(token, second, **{**RULE, "securityGroupId": group})
    town.caller.update(token, *made, {**RULE, "securityGroupId": group, "description": "kept"})


def test_a_group_has_sixty_rules_in_each_direction(town: Town) -> None:
    rule = {**RULE, "securityGroupId": town.group(town.vpc())}
    for port in range(1, 61):
        town.make(IN, f"rule-{port}", **{**rule, "fromPort": port, "toPort": port})
    assert "RulesPerSecurityGroupLimitExceeded" in town.refused(IN, "more", **rule)
    town.make(OUT, "other", **rule)


@pytest.mark.parametrize("token", [IN, OUT])
def test_a_rule_names_groups_of_one_network(town: Town, token: str) -> None:
    vpc = town.vpc("one")
    group, far = town.group(vpc, "near"), town.group(town.vpc("other", "10.1.0.0/16"), "far")
    rule = {**PORTS, "securityGroupId": group}
    assert "belong to different networks" in town.refused(token, **rule, referencedSecurityGroupId=far)
    assert "does not exist as" in town.refused(token, **rule, referencedSecurityGroupId="sg-1")
    assert "it names aws:ec2/vpc:Vpc" in town.refused(token, **rule, referencedSecurityGroupId=vpc)
    default, _ = town.make(DEFAULT_GROUP, vpcId=vpc)
    for peer in (group, default):
        town.make(token, peer, **rule, referencedSecurityGroupId=peer)


@pytest.mark.parametrize("way", ["ingress", "egress"])
@pytest.mark.parametrize("token", [GROUP, DEFAULT_GROUP])
def test_inline_rules_name_groups_of_one_network(town: Town, token: str, way: str) -> None:
    vpc = town.vpc("one")
    near, far = town.group(vpc, "near"), town.group(town.vpc("other", "10.1.0.0/16"), "far")
    rule = {"protocol": "-1", "fromPort": 0, "toPort": 0}
    assert "belong to different networks" in town.refused(
        token, vpcId=vpc, **{way: [{**rule, "securityGroups": [far]}]}
    )
    town.make(token, vpcId=vpc, **{way: [{**rule, "securityGroups": [near]}]})


def test_a_group_goes_after_the_rules_of_others_that_name_it(town: Town) -> None:
    vpc = town.vpc()
    group, other, inline = (town.group(vpc, name) for name in ("named", "naming", "inline"))
    rule, _ = town.make(IN, **PORTS, securityGroupId=other, referencedSecurityGroupId=group)
    assert "DependencyViolation: resource" in town.refusal_of_delete(GROUP, group)
    town.caller.delete(IN, rule)
    rules = [{"protocol": "tcp", "fromPort": 1, "toPort": 1, "securityGroups": [group]}]
    made = town.make(GROUP, "rules", vpcId=vpc, ingress=rules)
    assert "DependencyViolation: resource" in town.refusal_of_delete(GROUP, group)
    town.caller.delete(GROUP, made[0])
    town.make(IN, "own", **PORTS, securityGroupId=group, referencedSecurityGroupId=group)
    town.caller.delete(GROUP, group)
    assert "DependencyViolation: " in town.refusal_of_delete(VPC, vpc)
    for id_ in (other, inline):
        town.caller.delete(GROUP, id_)
    town.caller.delete(VPC, vpc)


def test_an_acl_is_for_subnets_of_its_own_network(town: Town) -> None:
    vpc, outputs = town.make(VPC, cidrBlock="10.0.0.0/16")
    near = town.subnet(vpc)
    far = town.subnet(town.vpc("other", "10.1.0.0/16"), "10.1.0.0/24", A, "far")
    adopted = {"defaultNetworkAclId": outputs["defaultNetworkAclId"]}
    for token, inputs in ((ACL, {"vpcId": vpc}), (DEFAULT_ACL, adopted)):
        assert "InvalidParameterValue: subnet-" in town.refused(token, "far", **inputs, subnetIds=[far])
        town.make(token, "near", **inputs, subnetIds=[near])
    assert "DependencyViolation: " in town.refusal_of_delete(VPC, vpc)
