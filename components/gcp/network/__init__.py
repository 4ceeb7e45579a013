"""Virtual Private Cloud without routes to the internet; Google's APIs are reached by Private Google Access."""

from ipaddress import IPv4Network

import pulumi
from pulumi_gcp import compute, servicenetworking

from components import network as contract
from components.gcp._landing import GcpLanding
from components.gcp.network.firewall import firewall
from components.gcp.network.private_access import private_access
from components.network import Flow, NetworkArgs, Tier, address_plan, zone_plan

__all__ = ["Network"]


class Network(contract.Network):
    """Subnets are regional: each spans all zones of the region. The data tier is a range lent to the network in which Google
    runs the database, peered with this one; the services tier is the restricted range of Google's APIs.
    """

    entry_flows: tuple[Flow, ...]
    """Who may reach the load balancer. It is no instance, so a firewall rule can't say it alone: the application's front does."""

    def __init__(
        self, name: str, args: NetworkArgs, landing: GcpLanding, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("machikumo:gcp:Network", name, landing, opts)
        plan = address_plan(args.cidr)
        entry, proxies = zone_plan(plan[Tier.ENTRY])
        network = compute.Network(
            f"{name}-vpc",
            auto_create_subnetworks=False,
            delete_default_routes_on_create=True,
            routing_mode="REGIONAL",
            opts=self.child(depends_on=[args.archive]),
        )
        # Nothing lives in a subnet before its filters are there.
        filters = firewall(self, network, plan, args.flows)
        self.entry = self._subnet(Tier.ENTRY, entry, network, landing)
        self.application = self._subnet(Tier.APPLICATION, plan[Tier.APPLICATION], network, landing)
        # Regional load balancers run here. It takes neither flow logs nor private access: nothing else can live in it.
        # https://cloud.google.com/load-balancing/docs/proxy-only-subnets
        self.proxies = compute.Subnetwork(
            f"{name}-entry-proxies",
            network=network.id,
            region=landing.region,
            ip_cidr_range=proxies,
            purpose="REGIONAL_MANAGED_PROXY",
            role="ACTIVE",
            opts=self.child(),
        )
        # At least /24: a smaller range does not hold a database with its standby.
        # https://cloud.google.com/sql/docs/postgres/configure-private-services-access
        data = IPv4Network(plan[Tier.DATA])
        lent = compute.GlobalAddress(
            f"{name}-data",
            network=network.id,
            purpose="VPC_PEERING",
            address_type="INTERNAL",
            address=str(data.network_address),
            prefix_length=data.prefixlen,
            labels=landing.tags,
            opts=self.child(),
        )
        servicenetworking.Connection(
            f"{name}-data-peering",
            network=network.id,
            service="servicenetworking.googleapis.com",
            reserved_peering_ranges=[lent.name],
            # Google holds on to it for some time after the last database; a peering left behind would keep the network from going.
            # https://cloud.google.com/vpc/docs/configure-private-services-access
            deletion_policy="REMOVE_PEERING",
            opts=self.child(),
        )
        private_access(self, network, landing)
        self.network, self.filters = network, filters
        self.entry_flows = tuple(flow for flow in args.flows if flow.destination is Tier.ENTRY)
        self.network_id = network.id
        self.register_outputs({"network_id": self.network_id, "cidr": args.cidr})

    def _subnet(self, tier: Tier, cidr: str, network: compute.Network, landing: GcpLanding) -> compute.Subnetwork:
        return compute.Subnetwork(
            f"{self.role}-{tier}",
            network=network.id,
            region=landing.region,
            ip_cidr_range=cidr,
            private_ip_google_access=True,
            log_config={
                "aggregation_interval": "INTERVAL_5_SEC",
                "flow_sampling": 1.0,
                "metadata": "INCLUDE_ALL_METADATA",
            },
            opts=self.child(),
        )
