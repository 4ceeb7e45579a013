"""Facts about who reaches what: networks, flows, front ends, services and identities."""

from dataclasses import dataclass, field
from typing import ClassVar

from policies.facts.vocabulary.direction import (
    FALSE_IS_SAFER,
    FEWER_PORTS_ARE_SAFER,
    FLOODS_DIFFER,
    MORE_IS_SAFER,
    NARROWER_END_IS_SAFER,
    ONE_PROTOCOL_IS_SAFER,
    SUBSET_IS_SAFER,
    SUPERSET_IS_SAFER,
    TRUE_IS_SAFER,
    ZONES_DIFFER,
    undirected,
)
from policies.facts.vocabulary.fact import UNKNOWN, Fact, Maybe


@dataclass(frozen=True, kw_only=True, slots=True)
class Network(Fact):
    """A private network with its subnets, routes, filters, flow logs and private endpoints folded in."""

    tiers: Maybe[frozenset[str]] = field(default=UNKNOWN, metadata=SUPERSET_IS_SAFER)
    """The words of `TIERS` for which it has at least one subnet (`tier_of` in policies/facts/resources.py reads the name)."""
    two_zones: Maybe[bool] = field(default=UNKNOWN, metadata=TRUE_IS_SAFER)
    """Each tier can hold workloads in at least two failure zones; a subnet that spans the region counts as such."""
    internet_route: Maybe[bool] = field(default=UNKNOWN, metadata=FALSE_IS_SAFER)
    """A route, gateway or address translation leads to or from the internet. A route to the cloud's own private service range or
    to another private network (LGWAN, on-premises) is none, whatever the cloud calls its next hop."""
    deny_by_default: Maybe[bool] = field(default=UNKNOWN, metadata=TRUE_IS_SAFER)
    """In every tier whatever is not allowed is refused, in both directions, and the filters the cloud made itself (default
    security group, default security list, default rules) are empty or overridden."""
    flow_logs: Maybe[bool] = field(default=UNKNOWN, metadata=TRUE_IS_SAFER)
    """Flows of every tier, accepted and refused, are logged."""
    time_from_provider: Maybe[bool] = field(default=UNKNOWN, metadata=TRUE_IS_SAFER)
    """Its DHCP hands out no time server other than the cloud's; true where the cloud lets nobody set one."""
    private_services: Maybe[frozenset[str]] = field(default=UNKNOWN, metadata=SUPERSET_IS_SAFER)
    """The words of `PRIVATE_SERVICES` that are reached by private endpoint, service gateway or private access."""
    zone_kind: Maybe[str] = field(
        default=UNKNOWN,
        compare=False,
        metadata=ZONES_DIFFER,
    )
    """`zone`, `region` (subnets span it) or `fault-domain`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Flow(Fact):
    """One allowed flow, from every rule that allows something (security group, NSG, firewall rule, security list; IPv4 and IPv6).

    The sending and the receiving side's rule of one flow yield two equal facts (with two URNs); parity compares them as one.
    A rule with several ports or peers yields a fact for each. Replies are not flows.
    """

    ROLES_PAIRED: ClassVar[bool] = False
    EXTRA_IS = "weaker"

    source: Maybe[str] = field(default=UNKNOWN, metadata=NARROWER_END_IS_SAFER)
    """A tier, `SERVICES`, `HEALTH_CHECKS`, `NETWORK`, `ANYWHERE`, or else the CIDR as written."""
    destination: Maybe[str] = field(default=UNKNOWN, metadata=NARROWER_END_IS_SAFER)
    """The same words."""
    protocol: Maybe[str] = field(default=UNKNOWN, metadata=ONE_PROTOCOL_IS_SAFER)
    """`tcp`, `udp`, `icmp`, or `any`."""
    ports: Maybe[tuple[int, int]] = field(default=UNKNOWN, metadata=FEWER_PORTS_ARE_SAFER)
    """First and last port of the range at the destination, (0, 65535) for all; (0, 0) for a protocol that has none."""
    reason_given: Maybe[bool] = field(default=UNKNOWN, metadata=TRUE_IS_SAFER)
    """The rule carries a description that says why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reach(Fact):
    """Who reaches a tier and whom it reaches, computed (policies/facts/reach) from routes, gateways, public addresses and filters.

    One for each tier of each network; of subnets and filters whose tier nobody can tell, one for each. "The internet" is any
    address of it: a filter that names its peers (none wider than an IPv4 /8 or an IPv6 /12) lets the named ones in, not the internet.
    """

    EXTRA_IS = "neither"

    tier: Maybe[str] = field(default=UNKNOWN, metadata=undirected("which tier it is about"))
    """A word of `TIERS`."""
    from_internet: Maybe[frozenset[tuple[str, int, int]]] = field(default=UNKNOWN, metadata=SUBSET_IS_SAFER)
    """Protocol, first and last port of what anybody on the internet can reach: a route, a public address and every filter let them.
    Protocols: `tcp`, `udp`, `icmp`, `other`; the last two have the ports (0, 0). All of everything: `any`, 0, 65535."""
    from_tiers: Maybe[frozenset[str]] = field(default=UNKNOWN, metadata=SUBSET_IS_SAFER)
    """The other tiers of its network that can open a connection to it: the sender's filters and its own let them."""
    to_internet: Maybe[bool] = field(default=UNKNOWN, metadata=FALSE_IS_SAFER)
    """It can open connections to the internet: a route and gateway lead there, and no filter lists the destinations."""
    inspected: Maybe[bool] = field(default=UNKNOWN, metadata=TRUE_IS_SAFER)
    """What it sends to the internet passes a firewall that inspects it; true where it can send nothing there."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LoadBalancer(Fact):
    """A front end, with its listeners, certificates and health checks folded in."""

    public: Maybe[bool] = field(default=UNKNOWN, metadata=FALSE_IS_SAFER)
    """It has a public address or accepts requests from outside the private network."""
    tls_minimum: Maybe[tuple[int, int]] = field(default=UNKNOWN, metadata=MORE_IS_SAFER)
    """The oldest TLS version any listener accepts: (1, 2) or (1, 3). (0, 0): a listener for the workload without TLS."""
    plain_http: Maybe[bool] = field(default=UNKNOWN, metadata=FALSE_IS_SAFER)
    """A listener answers plain HTTP with something else than a redirect to HTTPS."""
    health_checked: Maybe[bool] = field(default=UNKNOWN, metadata=TRUE_IS_SAFER)
    """Targets are taken out when their health check fails."""
    access_logged: Maybe[bool] = field(default=UNKNOWN, metadata=TRUE_IS_SAFER)
    """Every request is recorded, and what a web application firewall before it decides too, where there is one. True also of a
    front end that carries connections without reading them: the network's flow logs record these."""
    waf: Maybe[bool] = field(default=UNKNOWN, metadata=TRUE_IS_SAFER)
    """Requests pass a web application firewall that blocks, not one that only counts. True also of a front end that carries
    connections without reading them."""
    ddos_protected: Maybe[bool] = field(default=UNKNOWN, metadata=FLOODS_DIFFER)
    """Floods of requests from the internet are fended off, by the cloud for everybody or by a plan of the customer's."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Service(Fact):
    """The workload: a container service, its tasks or revisions folded in."""

    public: Maybe[bool] = field(default=UNKNOWN, metadata=FALSE_IS_SAFER)
    """Instances have public addresses, or it takes requests from outside the private network."""
    two_zones: Maybe[bool] = field(default=UNKNOWN, metadata=TRUE_IS_SAFER)
    """At least two instances, spread over at least two failure zones (by subnets, or by the cloud's regional placement)."""
    own_identity: Maybe[bool] = field(default=UNKNOWN, metadata=TRUE_IS_SAFER)
    """It runs as an identity made or named for it, not as the cloud's default one."""
    image_private: Maybe[bool] = field(default=UNKNOWN, metadata=TRUE_IS_SAFER)
    """Every image comes from a private registry of the customer's."""
    image_fixed: Maybe[bool] = field(default=UNKNOWN, metadata=TRUE_IS_SAFER)
    """Every image is named by its digest, or by a tag that does not follow whatever was pushed last; true of code without one."""
    logs_kept: Maybe[bool] = field(default=UNKNOWN, metadata=TRUE_IS_SAFER)
    """What the containers write goes to the log service and from there to an archive."""
    version: Maybe[str] = field(
        default=UNKNOWN, compare=False, metadata=undirected("spelled and numbered by the cloud")
    )
    """The provider's runtime as written; "" for an image, which brings its own."""
    version_supported: Maybe[bool] = field(default=UNKNOWN, metadata=TRUE_IS_SAFER)
    """It was still fixed by its maker on the day of the table (policies/facts/supported.toml); true of an image."""
    zone_kind: Maybe[str] = field(
        default=UNKNOWN,
        compare=False,
        metadata=ZONES_DIFFER,
    )
    """`zone`, `region` or `fault-domain`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity(Fact):
    """What the workload (or a service of the stack) acts as, with every grant to it folded in."""

    EXTRA_IS = "weaker"

    permissions: Maybe[frozenset[tuple[str, str]]] = field(default=UNKNOWN, metadata=SUBSET_IS_SAFER)
    """Pairs of a word of `ACTIONS` and the target: the role (`Resource.role`) of the resource the right is bound to, `*` for every
    resource, or for rights without a resource of the stack the name of the service (`logs`, `images`)."""
    wildcard: Maybe[bool] = field(default=UNKNOWN, metadata=FALSE_IS_SAFER)
    """A right covers every action of a service on every resource, or a predefined administrator, owner or editor role."""
    open_to_anyone: Maybe[bool] = field(default=UNKNOWN, metadata=FALSE_IS_SAFER)
    """Its trust lets every principal act as it."""
    escalations: Maybe[frozenset[str]] = field(default=UNKNOWN, metadata=SUBSET_IS_SAFER)
    """Words of `ESCALATIONS`: by which it can come to more rights than it was given. Conditions are not weighed."""
    trusted_accounts: Maybe[frozenset[str]] = field(default=UNKNOWN, metadata=SUBSET_IS_SAFER)
    """Accounts elsewhere (the cloud's ids) of which every principal may act as it, without a condition that says who or in whose name.
    Empty on a cloud whose identities trust nobody by account."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PublicAddress(Fact):
    """A public address, or a setting that hands one out. Said only where `public` is true or unknown, never of private addresses."""

    EXTRA_IS = "weaker"

    public: Maybe[bool] = field(default=UNKNOWN, metadata=FALSE_IS_SAFER)
    """True for a reserved public address, a subnet that assigns them, an interface with one."""
