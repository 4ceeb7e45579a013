"""Azure Virtual Network: one subnet a tier (subnets span the zones), closed by security groups and by routes."""

from collections.abc import Mapping

import pulumi
from pulumi_azure_native import network as arm
from pulumi_azure_native import privatedns

from components import network as contract
from components._component import own
from components.azure._landing import AzureLanding
from components.azure._private_endpoint import private_endpoint
from components.azure.encryption_key import EncryptionKey
from components.azure.log_archive import LogArchive
from components.azure.network.flow_log import flow_log
from components.azure.network.names import Zone, private_zone
from components.azure.network.platform import DELEGATION, ROUTES, SERVICE_ENDPOINTS
from components.azure.network.rules import rules
from components.network import NetworkArgs, Tier, address_plan

__all__ = ["Network", "Zone", "private_zone"]


class Network(contract.Network):
    """Nothing routes out: 0.0.0.0/0 ends nowhere, no subnet has default outbound access, and every service that the workload
    calls has a private endpoint in the services subnet. `zones` are the private DNS zones, linked.
    """

    network: arm.VirtualNetwork
    subnets: Mapping[Tier, arm.Subnet]
    zones: Mapping[Zone, privatedns.PrivateZone]

    def __init__(
        self, name: str, args: NetworkArgs, landing: AzureLanding, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("machikumo:azure:Network", name, landing, opts)
        key, archive = own(args.key, EncryptionKey), own(args.archive, LogArchive)
        self.network = arm.VirtualNetwork(
            f"{name}-vnet",
            resource_group_name=landing.resource_group,
            location=landing.region,
            address_space={"address_prefixes": [args.cidr]},
            tags=landing.tags,
            opts=self.child(),
        )
        flow_log(self, f"{name}-flow-log", self.network, archive, landing)
        self.subnets = {tier: self._subnet(f"{name}-{tier}", tier, args, landing) for tier in Tier}
        self.zones = {
            zone: private_zone(self, f"{name}-{zone.name.lower()}", zone, self.network, landing)[0] for zone in Zone
        }
        for what, target, group, zone in (
            ("vault", key.vault.id, "vault", Zone.VAULTS),
            ("archive", archive.account.id, "blob", Zone.BLOBS),
        ):
            private_endpoint(
                self,
                f"{name}-{what}-endpoint",
                target=target,
                group=group,
                subnet=self.subnets[Tier.SERVICES],
                zone=self.zones[zone],
                landing=landing,
            )
        self.network_id = self.network.id
        self.register_outputs({"network_id": self.network_id, "cidr": args.cidr})

    def _subnet(self, name: str, tier: Tier, args: NetworkArgs, landing: AzureLanding) -> arm.Subnet:
        """The tier's subnet with a security group and a route table of its own."""
        plan = address_plan(args.cidr)
        group = arm.NetworkSecurityGroup(
            f"{name}-rules",
            resource_group_name=landing.resource_group,
            location=landing.region,
            security_rules=rules(tier, args.flows, plan),
            tags=landing.tags,
            opts=self.child(),
        )
        routes = arm.RouteTable(
            f"{name}-routes",
            resource_group_name=landing.resource_group,
            location=landing.region,
            disable_bgp_route_propagation=False,
            routes=[
                {"name": "nowhere", "address_prefix": "0.0.0.0/0", "next_hop_type": arm.RouteNextHopType.NONE},
                *(
                    arm.RouteArgs(name=tag, address_prefix=tag, next_hop_type=arm.RouteNextHopType.INTERNET)
                    for tag in ROUTES.get(tier, ())
                ),
            ],
            tags=landing.tags,
            opts=self.child(),
        )
        service = DELEGATION.get(tier)
        return arm.Subnet(
            name,
            resource_group_name=landing.resource_group,
            virtual_network_name=self.network.name,
            address_prefix=plan[tier],
            default_outbound_access=False,
            delegations=[{"name": tier, "service_name": service}] if service else [],
            service_endpoints=[
                {"service": endpoint, "locations": [landing.region]} for endpoint in SERVICE_ENDPOINTS.get(tier, ())
            ],
            network_security_group={"id": group.id},
            route_table={"id": routes.id},
            # Security groups and routes bind private endpoints only when asked.
            # https://learn.microsoft.com/azure/private-link/disable-private-endpoint-network-policy
            private_endpoint_network_policies=arm.VirtualNetworkPrivateEndpointNetworkPolicies.ENABLED,
            opts=self.child(),
        )
