"""What stands where in a virtual network, and what its rules and routes do for it.

https://learn.microsoft.com/azure/virtual-network/network-security-group-how-it-works
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

from policies.facts.answers import every, no, some
from policies.facts.azure.network import NETWORK, Subnet, leads_out, subnets_of
from policies.facts.azure.rules import GROUP, SECURITY_GROUP, ports_of, rules_of
from policies.facts.reach import End, Layer, Line, Placed, reach
from policies.facts.reach.space import ADDRESSES, INTERNET, PORTS, PROTOCOLS, Range, addresses, protocol_numbers
from policies.facts.reading import flag, is_set, items, number, read, read_all, text
from policies.facts.resources import Resource, World, once, tier_of
from policies.facts.vocabulary import UNKNOWN, Fact, Maybe, Unknown

_INTERFACE = "azure-native:network:NetworkInterface"
_SET = "azure-native:compute:VirtualMachineScaleSet"
_BALANCER = "azure-native:network:LoadBalancer"
_APPLICATION_GATEWAY = "azure-native:network:ApplicationGateway"
_PEERING = "azure-native:network:VirtualNetworkPeering"
KNOWN = frozenset({_INTERFACE, _PEERING})

_PROBER = "168.63.129.16/32"  # https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
_EVERYWHERE = ("*", "any")


def facts(world: World) -> Iterator[Fact]:
    yield from reach(_placed(world))


def _placed(world: World) -> Iterator[Placed]:
    """An end for each subnet, and one for each interface in it that has rules of its own."""
    interfaces = _interfaces(world)
    for network in world.of(NETWORK):
        space = tuple(_ranges([*read_all(network, "addressSpace.addressPrefixes"), *_peered(world, network)]))
        for subnet in subnets_of(world, network):
            group = world.target(subnet.read, "networkSecurityGroup.id", SECURITY_GROUP)
            layers = _layers(world, subnet.read, group, space)
            own, bare = interfaces.get(subnet.key, ((), ()))
            public = some(world.absent(value=False), *(_public(world, one) for one in bare))
            yield _end(world, network, subnet, subnet.owner, layers, public, _groups(world, bare))
            for one in own:
                rules = world.target(one, "networkSecurityGroup.id", SECURITY_GROUP)
                added = (*layers, *_layers(world, one, rules, space))
                yield _end(world, network, subnet, one, added, _public(world, one), _groups(world, (one,)))


def _end(
    world: World,
    network: Resource,
    subnet: Subnet,
    owner: Resource,
    layers: tuple[Layer, ...],
    public: Maybe[bool],
    groups: frozenset[str],
) -> Placed:
    routed = leads_out(world, subnet.read)
    translated = is_set(subnet.read, "natGateway.id")
    # Where nothing is said, the cloud lends an address: https://learn.microsoft.com/azure/virtual-network/ip-services/default-outbound-access
    lent = flag(subnet.read, "defaultOutboundAccess", default=True)
    end = End(
        name=owner.name,
        network=network.urn,
        tier=tier_of(subnet.read),
        addresses=tuple(_ranges([read(subnet.read, "addressPrefix"), *read_all(subnet.read, "addressPrefixes")]))
        or (ADDRESSES,),
        groups=groups,
        layers=layers,
        way_in=every(routed, public),
        way_out=every(routed, some(public, translated, lent)),
    )
    return Placed(end=end, owner=owner, inspected=no(end.way_out))


@once
def _interfaces(world: World) -> Mapping[str, tuple[tuple[Resource, ...], tuple[Resource, ...]]]:
    """Subnet to what stands in it with rules of its own, and what without."""
    own: dict[str, list[Resource]] = defaultdict(list)
    bare: dict[str, list[Resource]] = defaultdict(list)
    placed = {
        subnet.id: subnet.key for network in world.of(NETWORK) for subnet in subnets_of(world, network) if subnet.id
    }
    for token, path in (
        (_INTERFACE, "ipConfigurations"),
        (_SET, "virtualMachineProfile"),
        (_APPLICATION_GATEWAY, "gatewayIPConfigurations"),
    ):
        for one in world.of(token):
            keys = {subnet.urn for subnet in world.targets(one, path, "azure-native:network:Subnet")}
            keys |= {placed[text_] for text_ in read_all(one, f"{path}.subnet.id") if text_ in placed}
            for key in keys:
                (own if is_set(one, "networkSecurityGroup.id") is not False else bare)[key].append(one)
    return {key: (tuple(own[key]), tuple(bare[key])) for key in own.keys() | bare.keys()}


def _public(world: World, resource: Resource) -> Maybe[bool]:
    """It has a public address, or a public load balancer sends to it."""
    configured = {
        _INTERFACE: "ipConfigurations",
        _SET: "virtualMachineProfile",
        _APPLICATION_GATEWAY: "frontendIPConfigurations",
    }
    path = configured[resource.type]
    balancers = world.targets(resource, path, _BALANCER) + _behind(world, resource, path)
    return some(
        _mentions(read(resource, path), ("publicIPAddress", "publicIPAddressConfiguration")),
        *(_mentions(read(one, "frontendIPConfigurations"), ("publicIPAddress", "publicIPPrefix")) for one in balancers),
    )


def _behind(world: World, resource: Resource, path: str) -> tuple[Resource, ...]:
    """The load balancers whose pools it names: a pool's id starts with its balancer's."""
    pools = [str(one) for one in read_all(resource, f"{path}.loadBalancerBackendAddressPools.id")]
    named = {str(one.id): one for one in world.of(_BALANCER)} if pools else {}
    return tuple(
        named[pool.partition("/backendAddressPools/")[0]]
        for pool in pools
        if pool.partition("/backendAddressPools/")[0] in named
    )


def _mentions(value: Any, names: tuple[str, ...]) -> Maybe[bool]:
    if isinstance(value, list):
        return some(*(_mentions(one, names) for one in value))
    if isinstance(value, Mapping):
        return some(*(key in names or _mentions(part, names) for key, part in value.items() if part is not None))
    return UNKNOWN if isinstance(value, Unknown) else False


def _groups(world: World, interfaces: tuple[Resource, ...]) -> frozenset[str]:
    """The application security groups of what stands there."""
    return frozenset(
        group.urn
        for one in interfaces
        for path in ("ipConfigurations", "virtualMachineProfile")
        if path in one.properties
        for group in world.targets(one, path, GROUP)
    )


def _peered(world: World, network: Resource) -> list[Any]:
    """Address space of the networks peered with it: part of what its rules call VirtualNetwork."""
    return [
        prefix
        for peering in world.referring(network, _PEERING, "virtualNetworkName")
        for other in world.targets(peering, "remoteVirtualNetwork.id", NETWORK)
        for prefix in read_all(other, "addressSpace.addressPrefixes")
    ]


def _ranges(written: list[Any]) -> Iterator[Range]:
    for cidr in written:
        found = addresses(cidr) if isinstance(cidr, str) else None
        if found:
            yield found


def _layers(world: World, place: Resource, group: Resource | None, space: tuple[Range, ...]) -> tuple[Layer, ...]:
    """Without a group everything passes, both ways."""
    if group is None:
        given = is_set(place, "networkSecurityGroup.id")
        if given is False:
            return ()
        unknown = (Line(sure=False),)
        return (Layer(inward=unknown, outward=unknown),)
    lines: dict[str, list[Line]] = {"Inbound": [], "Outbound": []}
    for rule in rules_of(world, group):
        for direction, into in lines.items():
            if not isinstance(rule, Mapping) or rule.get("direction") is UNKNOWN:
                into.append(Line(sure=False))
            elif rule.get("direction") == direction:
                into.extend(_lines(world, rule, space, direction))
    inward, outward = _defaults(space)
    return (Layer(inward=(*lines["Inbound"], *inward), outward=(*lines["Outbound"], *outward)),)


def _defaults(space: tuple[Range, ...]) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview#default-security-rules."""
    among = tuple(Line(order=65000, own=own, peer=peer) for own in space for peer in space)
    prober = addresses(_PROBER) or ADDRESSES
    return (*among, Line(order=65001, peer=prober)), (*among, *(Line(order=65001, peer=peer) for peer in INTERNET))


def _lines(world: World, rule: Mapping[str, Any], space: tuple[Range, ...], direction: str) -> Iterator[Line]:
    far, near = ("source", "destination") if direction == "Inbound" else ("destination", "source")
    access, order = text(rule, "access"), number(rule, "priority", default=0)
    protocol = text(rule, "protocol", default="*")
    numbers = protocol_numbers(protocol) if isinstance(protocol, str) else None
    sure = not isinstance(access, Unknown) and not isinstance(order, Unknown) and numbers is not None
    peers, owns = _side(world, rule, far, space), _side(world, rule, near, space)
    listed = [*items(rule.get("destinationPortRange")), *items(rule.get("destinationPortRanges"))] or ["*"]
    for (peer, group), (own, own_group), ports in product(peers, owns, map(ports_of, listed)):
        if own_group and access == "Deny":
            continue  # it refuses only what is in that group
        yield Line(
            allows=access != "Deny",
            order=0 if isinstance(order, Unknown) else order,
            own=own or ADDRESSES,
            peer=peer or ADDRESSES,
            group=group,
            protocol=PROTOCOLS if numbers is None else numbers,
            ports=PORTS if isinstance(ports, Unknown) else ports,
            sure=sure and not isinstance(ports, Unknown) and own is not None and peer is not None,
        )


def _side(world: World, rule: Mapping[str, Any], side: str, space: tuple[Range, ...]) -> list[tuple[Range | None, str]]:
    """Ranges (None: not known) and groups that the rule names on one side. A service tag names no address of the internet's own."""
    found: list[tuple[Range | None, str]] = []
    for prefix in [*items(rule.get(f"{side}AddressPrefix")), *items(rule.get(f"{side}AddressPrefixes"))]:
        if not isinstance(prefix, str):
            found.append((None, ""))
        elif prefix.lower() in _EVERYWHERE:
            found.append((ADDRESSES, ""))
        elif prefix == "Internet":
            found += [(range_, "") for range_ in INTERNET]
        elif prefix == "VirtualNetwork":
            found += [(range_, "") for range_ in space]
        elif range_ := addresses(_PROBER if prefix == "AzureLoadBalancer" else prefix):
            found.append((range_, ""))
    for group in items(rule.get(f"{side}ApplicationSecurityGroups")):
        identifier = group.get("id") if isinstance(group, Mapping) else UNKNOWN
        named = _security_groups(world).get(str(identifier))
        found.append((ADDRESSES, named or str(identifier)) if isinstance(identifier, str) else (None, ""))
    return found


@once
def _security_groups(world: World) -> Mapping[str, str]:
    return {str(group.id): group.urn for group in world.of(GROUP)}
