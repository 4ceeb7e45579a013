"""Azure Private Link: a private address in one of our subnets for one part of a cloud service, and its private DNS record."""

import pulumi
from pulumi_azure_native import network, privatedns

from components._component import Component
from components.azure._landing import AzureLanding

__all__ = ["private_endpoint"]


def private_endpoint(
    owner: Component,
    name: str,
    *,
    target: pulumi.Input[str],
    group: str,
    subnet: network.Subnet,
    zone: privatedns.PrivateZone,
    landing: AzureLanding,
) -> network.PrivateDnsZoneGroup:
    """Reach the sub-resource `group` of `target` from `subnet` under its usual name. What comes back is the last of it: the name.

    Groups and zones: https://learn.microsoft.com/azure/private-link/private-endpoint-dns
    """
    endpoint = network.PrivateEndpoint(
        name,
        resource_group_name=landing.resource_group,
        location=landing.region,
        subnet={"id": subnet.id},
        private_link_service_connections=[{"name": group, "private_link_service_id": target, "group_ids": [group]}],
        tags=landing.tags,
        opts=owner.child(),
    )
    # One group an endpoint; the record disappears with it.
    return network.PrivateDnsZoneGroup(
        f"{name}-names",
        resource_group_name=landing.resource_group,
        private_endpoint_name=endpoint.name,
        private_dns_zone_configs=[{"name": group, "private_dns_zone_id": zone.id}],
        opts=owner.child(),
    )
