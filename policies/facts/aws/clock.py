"""Which time servers a network's DHCP names: https://docs.aws.amazon.com/vpc/latest/userguide/DHCPOptionSetConcepts.html."""

from policies.facts.answers import every, when
from policies.facts.reading import read_all
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import UNKNOWN, Maybe

_OPTIONS = "aws:ec2/vpcDhcpOptions:VpcDhcpOptions"
_ASSOCIATION = "aws:ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation"
KNOWN = frozenset({_OPTIONS, _ASSOCIATION})

TIME = frozenset({"169.254.169.123", "fd00:ec2::123", "time.aws.com"})
"""Amazon's own time servers: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/set-time.html"""


def providers_time(world: World, vpc: Resource) -> Maybe[bool]:
    """Without options of its own a network names no time server, and its machines use Amazon's."""
    associated = world.referring(vpc, _ASSOCIATION, "vpcId")
    sets = [world.target(one, "dhcpOptionsId", _OPTIONS) for one in associated]
    named = [UNKNOWN] if None in sets else []
    named += [name for one in sets if one is not None for name in read_all(one, "ntpServers")]
    return every(world.absent(value=True), *(when(name, lambda text: text in TIME) for name in named))
