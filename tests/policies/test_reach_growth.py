"""Twice as many groups and rules take about twice the work: counted, not timed."""

from collections.abc import Callable
from typing import Any

import pytest

from policies.facts import extract
from policies.facts.reach import graph
from tests.policies import test_network_facts as sound
from tests.policies.by_subject import Stack, world

TIERS = ("entry", "application", "data")


def aws(number: int) -> Stack:
    stack = dict(sound.aws())
    for n in range(number):
        tier, group = TIERS[n % 3], f"{TIERS[n % 3]}-{n}-group"
        stack |= {
            group: (sound.GROUP, {"vpcId": "vpc"}),
            f"in{n}": (sound.IN, {"securityGroupId": group, "cidrIpv4": f"10.{n % 250}.0.0/24", **sound.WEB}),
            f"out{n}": (sound.OUT, {"securityGroupId": group, "cidrIpv4": f"10.0.{n % 3}.0/24", **sound.WEB}),
            f"server{n}": (sound.INSTANCE, {"subnetId": f"{tier}-net", "vpcSecurityGroupIds": [group]}),
        }
    return stack


def azure(number: int) -> Stack:
    stack = dict(sound.azure())
    for n in range(number):
        rule = sound.az("Inbound", "Allow", 100 + n, f"172.{n % 250}.0.0/16", "10.0.0.0/24", str(n + 1))
        stack[f"rule{n}"] = sound.lone("entry-rules", **rule)
    return stack


def gcp(number: int) -> Stack:
    stack = dict(sound.gcp())
    for n in range(number):
        cidr, port = f"172.{n % 250}.0.0/16", str(n + 1)
        stack[f"in{n}"] = sound.fire("INGRESS", cidr, "10.0.0.0/24", port, targetTags=[f"tag{n}"])
        stack[f"out{n}"] = sound.fire("EGRESS", "10.0.0.0/24", cidr, port)
    return stack


def oci(number: int) -> Stack:
    stack = dict(sound.oci())
    for n in range(number):
        group = f"{TIERS[n % 3]}-{n}-group"
        stack |= {
            group: (sound.OCI_GROUP, {"vcnId": "vcn"}),
            f"in{n}": sound.oci_rule("INGRESS", group, f"10.{n % 250}.0.0/24", 443),
            f"out{n}": sound.oci_rule("EGRESS", group, f"10.0.{n % 3}.0/24", 443),
        }
    return stack


@pytest.mark.parametrize("grown", [aws, azure, gcp, oci])
def test_the_work_grows_with_the_network_and_not_with_its_square(
    monkeypatch: pytest.MonkeyPatch, grown: Callable[[int], Stack]
) -> None:
    overlap, counted = graph.overlap, 0

    def counting(one: Any, other: Any) -> Any:
        nonlocal counted
        counted += 1
        return overlap(one, other)

    monkeypatch.setattr(graph, "overlap", counting)
    work = []
    for number in (60, 120, 240):
        counted = 0
        extract(world(grown(number)))
        work.append(counted)
    assert work[0] > 100
    assert work[2] - work[1] < 2.4 * (work[1] - work[0])
