"""OCI virtual cloud network with a service gateway, network security groups and flow logs."""

from collections.abc import Mapping

import pulumi
from pulumi_oci import core

from components import network as contract
from components.network import NetworkArgs, Tier, address_plan
from components.oci._landing import OciLanding
from components.oci._service_log import service_log
from components.oci.network.flows import admit

__all__ = ["Network"]

_TIERS = (Tier.ENTRY, Tier.APPLICATION, Tier.DATA)
"""Oracle's own services have no subnet: the service gateway reaches them, without endpoints."""


class Network(contract.Network):
    """Subnets span the region's only availability domain; its fault domains are the failure zones.

    https://docs.oracle.com/en-us/iaas/Content/General/Concepts/regions.htm
    """

    subnets: Mapping[Tier, core.Subnet]
    groups: Mapping[Tier, core.NetworkSecurityGroup]

    def __init__(
        self, name: str, args: NetworkArgs, landing: OciLanding, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("machikumo:oci:Network", name, landing, opts)
        vcn = core.Vcn(
            f"{name}-vcn",
            compartment_id=landing.compartment_id,
            display_name=f"{landing.stack}-{name}",
            cidr_blocks=[args.cidr],
            dns_label="machikumo",
            is_ipv6enabled=False,
            freeform_tags=landing.tags,
            opts=self.child(),
        )
        private = self._emptied_defaults(name, vcn, landing)
        to_services = self._service_route(name, vcn, landing)
        plan = address_plan(args.cidr)
        self.subnets = {
            tier: core.Subnet(
                f"{name}-{tier}",
                compartment_id=landing.compartment_id,
                display_name=f"{landing.stack}-{tier}",
                vcn_id=vcn.id,
                cidr_block=plan[tier],
                dns_label=tier.value,
                prohibit_public_ip_on_vnic=True,
                prohibit_internet_ingress=True,
                route_table_id=to_services.id if tier is Tier.APPLICATION else vcn.default_route_table_id,
                security_list_ids=[vcn.default_security_list_id],
                freeform_tags=landing.tags,
                opts=self.child(depends_on=private),
            )
            for tier in _TIERS
        }
        self.groups = {
            tier: core.NetworkSecurityGroup(
                f"{name}-{tier}-group",
                compartment_id=landing.compartment_id,
                display_name=f"{landing.stack}-{tier}",
                vcn_id=vcn.id,
                freeform_tags=landing.tags,
                opts=self.child(),
            )
            for tier in _TIERS
        }
        for flow in args.flows:
            admit(self, name, flow, self.groups, landing)
        for tier, subnet in self.subnets.items():
            service_log(
                self,
                f"{name}-{tier}-flows",
                landing,
                args.archive,
                service="flowlogs",
                category="all",
                resource=subnet.id,
            )
        self.network_id = vcn.id
        self.register_outputs({"network_id": self.network_id, "cidr": args.cidr})

    def _emptied_defaults(self, name: str, vcn: core.Vcn, landing: OciLanding) -> list[pulumi.Resource]:
        """The defaults that every new network has: the security list would admit SSH from anywhere.

        https://docs.oracle.com/en-us/iaas/Content/Network/Concepts/securitylists.htm
        """
        return [
            core.DefaultSecurityList(
                f"{name}-default-list",
                manage_default_resource_id=vcn.default_security_list_id,
                compartment_id=landing.compartment_id,
                display_name=f"{landing.stack}-empty",
                egress_security_rules=[],
                ingress_security_rules=[],
                freeform_tags=landing.tags,
                opts=self.child(),
            ),
            core.DefaultRouteTable(
                f"{name}-default-routes",
                manage_default_resource_id=vcn.default_route_table_id,
                compartment_id=landing.compartment_id,
                display_name=f"{landing.stack}-empty",
                route_rules=[],
                freeform_tags=landing.tags,
                # The landing adds the ways back over its line (a dynamic routing gateway's): they stay.
                opts=self.child(ignore_changes=["routeRules"]),
            ),
        ]

    def _service_route(self, name: str, vcn: core.Vcn, landing: OciLanding) -> core.RouteTable:
        """The way to Oracle's services in the region, which never leaves Oracle's network.

        https://docs.oracle.com/en-us/iaas/Content/Network/Tasks/servicegateway.htm
        """
        gateway = core.ServiceGateway(
            f"{name}-services",
            compartment_id=landing.compartment_id,
            display_name=f"{landing.stack}-services",
            vcn_id=vcn.id,
            services=[{"service_id": landing.services_id}],
            freeform_tags=landing.tags,
            opts=self.child(),
        )
        return core.RouteTable(
            f"{name}-services-routes",
            compartment_id=landing.compartment_id,
            display_name=f"{landing.stack}-services",
            vcn_id=vcn.id,
            route_rules=[
                {
                    "destination": landing.services_cidr,
                    "destination_type": "SERVICE_CIDR_BLOCK",
                    "network_entity_id": gateway.id,
                    "description": "Oracle services of the region",
                }
            ],
            freeform_tags=landing.tags,
            opts=self.child(),
        )
