"""Types of Azure that decide who reaches whom, and of its front ends."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from policies.facts.azure import front, reach
from policies.facts.resources import World
from policies.facts.vocabulary import Fact

KNOWN: frozenset[str] = frozenset().union(*(part.KNOWN for part in (front, reach)))
UNTAGGABLE = frozenset(
    {
        "azure-native:cdn:AFDCustomDomain",
        "azure-native:cdn:AFDOrigin",
        "azure-native:cdn:AFDOriginGroup",
        "azure-native:cdn:Route",
        "azure-native:cdn:SecurityPolicy",
        "azure-native:dns:RecordSet",
        "azure-native:network:FirewallPolicyRuleCollectionGroup",
        "azure-native:network:Route",
        "azure-native:network:SecurityRule",
        "azure-native:network:VirtualNetworkPeering",
        "azure-native:privatedns:PrivateRecordSet",
    }
)
INERT: Mapping[str, str] = MappingProxyType(
    {
        "azure-native:cdn:AFDCustomDomain": "a name of a front door, which is judged",
        "azure-native:cdn:AFDOrigin": "where a front door, which is judged, sends requests",
        "azure-native:cdn:AFDOriginGroup": "where a front door, which is judged, sends requests",
        "azure-native:dns:RecordSet": "names; what answers under them is judged",
        "azure-native:dns:Zone": "names; what answers under them is judged",
        "azure-native:network:AzureFirewall": "inspects what routes, which are judged, send to it",
        "azure-native:network:DdosProtectionPlan": "adds protection to networks, which are judged",
        "azure-native:network:FirewallPolicy": "what a firewall lets through; routes to it are judged",
        "azure-native:network:FirewallPolicyRuleCollectionGroup": "what a firewall lets through; routes to it are judged",
        "azure-native:network:LocalNetworkGateway": "the other end of a private line",
        "azure-native:network:NetworkWatcher": "what flow logs, which are judged, hang on",
        "azure-native:network:VirtualNetworkGateway": "a private line; the filters behind it are judged",
        "azure-native:network:VirtualNetworkGatewayConnection": "a private line; the filters behind it are judged",
        "azure-native:privatedns:PrivateRecordSet": "names that only linked networks resolve",
    }
)


def facts(world: World) -> Iterator[Fact]:
    """Reach, and the front ends that are no part of the workload's own."""
    for part in (reach, front):
        yield from part.facts(world)
