"""The address plan: tiers inside the range, never overlapping, whatever the range."""

from ipaddress import IPv4Network
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.encryption_key import EncryptionKeyArgs
from components.network import Tier, address_plan, zone_plan

RANGES = st.builds(
    lambda second, prefix, step: str(
        list(IPv4Network(f"10.{second}.0.0/16").subnets(new_prefix=prefix))[step % 2 ** (prefix - 16)]
    ),
    st.integers(0, 255),
    st.integers(16, 22),
    st.integers(0, 63),
)


@given(RANGES)
def test_tiers_and_zones_fill_the_range_without_overlap(cidr: str) -> None:
    plan = address_plan(cidr)
    assert set(plan) == set(Tier)
    halves = [IPv4Network(half) for block in plan.values() for half in zone_plan(block)]
    assert not any(one.overlaps(other) for one, other in combinations(halves, 2))
    assert sum(half.num_addresses for half in halves) == IPv4Network(cidr).num_addresses
    assert all(half.subnet_of(IPv4Network(cidr)) for half in halves)


@pytest.mark.parametrize("prefix", [8, 15, 23, 28])
def test_a_range_that_can_not_hold_the_tiers_is_refused(prefix: int) -> None:
    with pytest.raises(ValueError, match=f"network_cidr: /{prefix}"):
        address_plan(f"10.0.0.0/{prefix}")


@given(st.integers())
def test_a_key_rotates_within_what_every_cloud_accepts(days: int) -> None:
    if 90 <= days <= 365:
        assert EncryptionKeyArgs(rotation_days=days).rotation_days == days
    else:
        with pytest.raises(ValueError, match="rotation_days"):
            EncryptionKeyArgs(rotation_days=days)
