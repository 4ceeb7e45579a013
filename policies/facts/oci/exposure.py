"""Types of Oracle Cloud Infrastructure that decide who reaches whom, and of its front ends."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from policies.facts.oci import front, reach, waf
from policies.facts.resources import World
from policies.facts.vocabulary import Fact

KNOWN: frozenset[str] = frozenset().union(*(part.KNOWN for part in (front, reach, waf)))
UNTAGGABLE = frozenset(
    {
        "oci:Dns/rrset:Rrset",
        "oci:NetworkLoadBalancer/backend:Backend",
        "oci:NetworkLoadBalancer/backendSet:BackendSet",
        "oci:NetworkLoadBalancer/listener:Listener",
    }
)
INERT: Mapping[str, str] = MappingProxyType(
    {
        "oci:Dns/rrset:Rrset": "names; what answers under them is judged",
        "oci:Dns/zone:Zone": "names; what answers under them is judged",
    }
)


def facts(world: World) -> Iterator[Fact]:
    """Reach, and the front ends that are no part of the workload's own."""
    for part in (reach, front):
        yield from part.facts(world)
