"""Types of Google Cloud that decide who reaches whom, and of its front ends."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from policies.facts.gcp import armor, filters, reach
from policies.facts.resources import World
from policies.facts.vocabulary import Fact

KNOWN: frozenset[str] = frozenset().union(*(part.KNOWN for part in (armor, filters, reach)))
UNTAGGABLE = frozenset(
    {
        "gcp:compute/backendService:BackendService",
        "gcp:compute/firewallPolicy:FirewallPolicy",
        "gcp:compute/firewallPolicyAssociation:FirewallPolicyAssociation",
        "gcp:compute/firewallPolicyRule:FirewallPolicyRule",
        "gcp:compute/networkFirewallPolicy:NetworkFirewallPolicy",
        "gcp:compute/networkFirewallPolicyAssociation:NetworkFirewallPolicyAssociation",
        "gcp:compute/networkFirewallPolicyRule:NetworkFirewallPolicyRule",
        "gcp:compute/regionNetworkFirewallPolicy:RegionNetworkFirewallPolicy",
        "gcp:compute/regionNetworkFirewallPolicyAssociation:RegionNetworkFirewallPolicyAssociation",
        "gcp:compute/regionNetworkFirewallPolicyRule:RegionNetworkFirewallPolicyRule",
        "gcp:compute/regionSecurityPolicyRule:RegionSecurityPolicyRule",
        "gcp:compute/regionTargetHttpProxy:RegionTargetHttpProxy",
        "gcp:compute/router:Router",
        "gcp:compute/routerNat:RouterNat",
        "gcp:compute/sSLPolicy:SSLPolicy",
        "gcp:compute/securityPolicyRule:SecurityPolicyRule",
        "gcp:compute/targetHttpProxy:TargetHttpProxy",
        "gcp:compute/targetHttpsProxy:TargetHttpsProxy",
        "gcp:compute/uRLMap:URLMap",
    }
)
INERT: Mapping[str, str] = MappingProxyType(
    {
        "gcp:apigateway/api:Api": "a name for configurations; the gateway that serves them is judged",
        "gcp:apigateway/apiConfig:ApiConfig": "what a gateway, which is judged, serves",
    }
)


def facts(world: World) -> Iterator[Fact]:
    """Reach, and the front ends that are no part of the workload's own."""
    for part in (reach,):
        yield from part.facts(world)
