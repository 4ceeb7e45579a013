"""Private load balancer: HTTPS in front, health-checked containers behind."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import pulumi
from pulumi_oci import containerengine, core, loadbalancer

from components._component import Component, Size, own
from components.application import PORT, ApplicationArgs
from components.network import Tier
from components.oci._landing import OciLanding
from components.oci._service_log import service_log
from components.oci.network import Network

__all__ = ["front"]

_MBPS: Mapping[Size, int] = MappingProxyType({Size.SMALL: 100, Size.MEDIUM: 400, Size.LARGE: 1000})


def front(
    component: Component,
    args: ApplicationArgs,
    landing: OciLanding,
    running: Sequence[containerengine.ContainerInstance],
) -> pulumi.Output[str]:
    """The address, HTTPS on port 443 with TLS 1.2 or 1.3.

    https://docs.oracle.com/en-us/iaas/Content/Balance/Tasks/managingciphersuites_topic-Predefined_Cipher_Suites.htm
    """
    network, name = own(args.network, Network), component.role
    balancer = loadbalancer.LoadBalancer(
        f"{name}-front",
        compartment_id=landing.compartment_id,
        display_name=f"{landing.stack}-{name}",
        shape="flexible",
        shape_details={"minimum_bandwidth_in_mbps": 10, "maximum_bandwidth_in_mbps": _MBPS[args.size]},
        is_private=True,
        is_delete_protection_enabled=landing.protected,
        subnet_ids=[network.subnets[Tier.ENTRY].id],
        network_security_group_ids=[network.groups[Tier.ENTRY].id],
        freeform_tags=landing.tags,
        opts=component.child(depends_on=[network]),
    )
    containers = loadbalancer.BackendSet(
        f"{name}-containers",
        name="containers",
        load_balancer_id=balancer.id,
        policy="ROUND_ROBIN",
        health_checker={
            "protocol": "HTTP",
            "port": PORT,
            "url_path": "/health",
            "return_code": 200,
            "interval_ms": 10000,
            "timeout_in_millis": 3000,
            "retries": 3,
        },
        opts=component.child(),
    )
    for number, instance in enumerate(running, start=1):
        # The instance tells its network interface; the interface tells its address.
        interface = core.get_vnic_output(
            vnic_id=instance.vnics[0].vnic_id.apply(str), opts=pulumi.InvokeOutputOptions(parent=component)
        )
        loadbalancer.Backend(
            f"{name}-container-{number}",
            load_balancer_id=balancer.id,
            backendset_name=containers.name,
            ip_address=interface.private_ip_address,
            port=PORT,
            opts=component.child(),
        )
    loadbalancer.Listener(
        f"{name}-https",
        name="https",
        load_balancer_id=balancer.id,
        default_backend_set_name=containers.name,
        port=443,
        protocol="HTTP",
        ssl_configuration={
            "certificate_ids": [landing.certificate_id],
            "protocols": ["TLSv1.2", "TLSv1.3"],
            "cipher_suite_name": "oci-tls-12-13-wider-ssl-cipher-suite-v1",
            "server_order_preference": "ENABLED",
            "verify_peer_certificate": False,
        },
        opts=component.child(),
    )
    for category in ("access", "error"):
        service_log(
            component,
            f"{name}-front-{category}",
            landing,
            args.archive,
            service="loadbalancer",
            category=category,
            resource=balancer.id,
        )
    return balancer.ip_address_details.apply(lambda details: str(details[0].ip_address))
