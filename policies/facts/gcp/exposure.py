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
        "gcp:compute/healthCheck:HealthCheck",
        "gcp:compute/networkFirewallPolicy:NetworkFirewallPolicy",
        "gcp:compute/networkFirewallPolicyAssociation:NetworkFirewallPolicyAssociation",
        "gcp:compute/networkFirewallPolicyRule:NetworkFirewallPolicyRule",
        "gcp:compute/networkPeering:NetworkPeering",
        "gcp:compute/regionHealthCheck:RegionHealthCheck",
        "gcp:compute/regionNetworkFirewallPolicy:RegionNetworkFirewallPolicy",
        "gcp:compute/regionNetworkFirewallPolicyAssociation:RegionNetworkFirewallPolicyAssociation",
        "gcp:compute/regionNetworkFirewallPolicyRule:RegionNetworkFirewallPolicyRule",
        "gcp:compute/regionSecurityPolicyRule:RegionSecurityPolicyRule",
        "gcp:compute/regionTargetHttpProxy:RegionTargetHttpProxy",
        "gcp:compute/router:Router",
        "gcp:compute/routerInterface:RouterInterface",
        "gcp:compute/routerNat:RouterNat",
        "gcp:compute/routerPeer:RouterPeer",
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
        "gcp:compute/externalVpnGateway:ExternalVpnGateway": "the other end of a private line",
        "gcp:compute/haVpnGateway:HaVpnGateway": "a private line; the rules behind it are judged",
        "gcp:compute/healthCheck:HealthCheck": "asks targets for their health",
        "gcp:compute/networkPeering:NetworkPeering": "joins private networks; their rules are judged",
        "gcp:compute/regionHealthCheck:RegionHealthCheck": "asks targets for their health",
        "gcp:compute/routerInterface:RouterInterface": "a private line; the rules behind it are judged",
        "gcp:compute/routerPeer:RouterPeer": "a private line; the rules behind it are judged",
        "gcp:compute/vPNTunnel:VPNTunnel": "a private line; the rules behind it are judged",
    }
)


def facts(world: World) -> Iterator[Fact]:
    """Reach, and the front ends that are no part of the workload's own."""
    for part in (reach,):
        yield from part.facts(world)
