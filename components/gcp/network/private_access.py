"""Private Google Access by restricted.googleapis.com: route and private DNS for Google's APIs and for images."""

from ipaddress import IPv4Network

from pulumi_gcp import compute, dns

from components._component import Component
from components.gcp._landing import GcpLanding

__all__ = ["RESTRICTED", "private_access"]

RESTRICTED = "199.36.153.4/30"
"""Not announced on the internet; carries only services that keep to VPC Service Controls.
https://cloud.google.com/vpc/docs/configure-private-google-access"""

_DOMAINS = {"googleapis": "googleapis.com.", "images": "pkg.dev."}


def private_access(owner: Component, network: compute.Network, landing: GcpLanding) -> None:
    """The only route out of the subnets. Its next hop is called "default internet gateway" but leads to Google's APIs only.

    https://cloud.google.com/vpc/docs/configure-private-google-access#config-routing
    """
    compute.Route(
        f"{owner.role}-services",
        network=network.id,
        dest_range=RESTRICTED,
        next_hop_gateway="default-internet-gateway",
        priority=1000,
        description="Private Google Access (restricted.googleapis.com)",
        opts=owner.child(),
    )
    addresses = [str(address) for address in IPv4Network(RESTRICTED)]
    for what, domain in _DOMAINS.items():
        zone = dns.ManagedZone(
            f"{owner.role}-{what}",
            dns_name=domain,
            description=f"{domain} by Private Google Access",
            visibility="private",
            private_visibility_config={"networks": [{"network_url": network.id}]},
            labels=landing.tags,
            opts=owner.child(),
        )
        target = f"restricted.{domain}" if what == "googleapis" else domain
        dns.RecordSet(
            f"{owner.role}-{what}-address",
            managed_zone=zone.name,
            name=target,
            type="A",
            ttl=300,
            rrdatas=addresses,
            opts=owner.child(),
        )
        dns.RecordSet(
            f"{owner.role}-{what}-names",
            managed_zone=zone.name,
            name=f"*.{domain}",
            type="CNAME",
            ttl=300,
            rrdatas=[target],
            opts=owner.child(),
        )
