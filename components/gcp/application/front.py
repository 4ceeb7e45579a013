"""Regional internal Application Load Balancer: HTTPS with TLS 1.2 or later, for the listed sources only."""

from collections.abc import Sequence

import pulumi
from pulumi_gcp import cloudrunv2, compute

from components._component import Component, own
from components.application import ApplicationArgs
from components.gcp._landing import GcpLanding
from components.gcp.network import Network
from components.network import Flow

__all__ = ["front"]


def front(
    owner: Component, args: ApplicationArgs, landing: GcpLanding, running: Sequence[cloudrunv2.Service]
) -> pulumi.Output[str]:
    """Its private address. Without a running service it answers with an error."""
    name, network = owner.role, own(args.network, Network)
    groups = [
        compute.RegionNetworkEndpointGroup(
            f"{name}-targets",
            region=landing.region,
            network_endpoint_type="SERVERLESS",
            cloud_run={"service": service.name},
            opts=owner.child(),
        )
        for service in running
    ]
    # No health check of its own and no timeout: a serverless target takes neither, Cloud Run's probes decide.
    # https://cloud.google.com/load-balancing/docs/l7-internal/setting-up-l7-internal-serverless
    backend = compute.RegionBackendService(
        f"{name}-backend",
        region=landing.region,
        load_balancing_scheme="INTERNAL_MANAGED",
        protocol="HTTPS",
        backends=[{"group": group.id, "balancing_mode": "UTILIZATION", "capacity_scaler": 1.0} for group in groups],
        security_policy=_sources(owner, landing, network.entry_flows).self_link,
        log_config={"enable": True, "sample_rate": 1.0},
        opts=owner.child(depends_on=[args.archive]),
    )
    routes = compute.RegionUrlMap(
        f"{name}-routes", region=landing.region, default_service=backend.id, opts=owner.child()
    )
    policy = compute.RegionSslPolicy(
        f"{name}-tls", region=landing.region, profile="RESTRICTED", min_tls_version="TLS_1_2", opts=owner.child()
    )
    proxy = compute.RegionTargetHttpsProxy(
        f"{name}-https",
        region=landing.region,
        url_map=routes.id,
        ssl_policy=policy.id,
        certificate_manager_certificates=[landing.certificate_id],
        opts=owner.child(),
    )
    address = compute.Address(
        f"{name}-address",
        region=landing.region,
        address_type="INTERNAL",
        purpose="SHARED_LOADBALANCER_VIP",
        subnetwork=network.entry.id,
        labels=landing.tags,
        opts=owner.child(),
    )
    compute.ForwardingRule(
        f"{name}-entry",
        region=landing.region,
        load_balancing_scheme="INTERNAL_MANAGED",
        network=network.network_id,
        subnetwork=network.entry.id,
        ip_address=address.address,
        ip_protocol="TCP",
        port_range="443",
        target=proxy.id,
        labels=landing.tags,
        # The load balancer's own subnet first.
        opts=owner.child(depends_on=[network.proxies]),
    )
    return address.address


def _sources(owner: Component, landing: GcpLanding, flows: Sequence[Flow]) -> compute.RegionSecurityPolicy:
    """Cloud Armor policy: firewall rules don't reach a managed load balancer's front.

    https://cloud.google.com/armor/docs/security-policy-overview
    """
    return compute.RegionSecurityPolicy(
        f"{owner.role}-sources",
        region=landing.region,
        type="CLOUD_ARMOR",
        description="the flows listed for the entry tier",
        rules=[
            # 64 characters at most: https://cloud.google.com/compute/docs/reference/rest/v1/regionSecurityPolicies
            *(_rule("allow", 1000 + number, flow.why[:64], flow.source) for number, flow in enumerate(flows)),
            _rule("deny(403)", 2_147_483_647, "everybody else", "*"),
        ],
        opts=owner.child(),
    )


def _rule(action: str, priority: int, why: str, source: str) -> compute.RegionSecurityPolicyRuleArgs:
    return compute.RegionSecurityPolicyRuleArgs(
        action=action,
        priority=priority,
        description=why,
        match=compute.RegionSecurityPolicyRuleMatchArgs(
            versioned_expr="SRC_IPS_V1",
            config=compute.RegionSecurityPolicyRuleMatchConfigArgs(src_ip_ranges=[source]),
        ),
    )
