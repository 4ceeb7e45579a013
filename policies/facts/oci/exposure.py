"""Types of Oracle Cloud Infrastructure that decide who reaches whom, and of its front ends."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from policies.facts.oci import front, reach, waf
from policies.facts.resources import World
from policies.facts.vocabulary import Fact

KNOWN: frozenset[str] = frozenset().union(*(part.KNOWN for part in (front, reach, waf)))
UNTAGGABLE = frozenset(
    {
        "oci:Core/routeTableAttachment:RouteTableAttachment",
        "oci:Dns/rrset:Rrset",
        "oci:LoadBalancer/hostname:Hostname",
        "oci:NetworkLoadBalancer/backend:Backend",
        "oci:NetworkLoadBalancer/backendSet:BackendSet",
        "oci:NetworkLoadBalancer/listener:Listener",
    }
)
INERT: Mapping[str, str] = MappingProxyType(
    {
        "oci:Core/cpe:Cpe": "the other end of a private line",
        "oci:Core/dhcpOptions:DhcpOptions": "names of name servers",
        "oci:Core/drg:Drg": "joins private networks; their filters are judged",
        "oci:Core/drgAttachment:DrgAttachment": "joins private networks; their filters are judged",
        "oci:Core/ipsec:Ipsec": "a private line; the filters behind it are judged",
        "oci:Core/localPeeringGateway:LocalPeeringGateway": "joins private networks; their filters are judged",
        "oci:Core/remotePeeringConnection:RemotePeeringConnection": "joins private networks; their filters are judged",
        "oci:Core/routeTableAttachment:RouteTableAttachment": "joins a subnet and a route table, which are judged",
        "oci:Dns/rrset:Rrset": "names; what answers under them is judged",
        "oci:Dns/zone:Zone": "names; what answers under them is judged",
        "oci:LoadBalancer/hostname:Hostname": "a name of a load balancer, which is judged",
        "oci:NetworkFirewall/networkFirewallPolicy:NetworkFirewallPolicy": "what a firewall inspects; that it stands there is judged",
    }
)


def facts(world: World) -> Iterator[Fact]:
    """Reach, and the front ends that are no part of the workload's own."""
    for part in (reach, front):
        yield from part.facts(world)
