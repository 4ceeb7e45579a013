"""Azure Container Registry (premium): closed to the network, no password, no anonymous pull."""

import pulumi
from pulumi_azure_native import containerregistry

from components._component import Component, own
from components.application import ApplicationArgs
from components.azure._grant import Role, grant
from components.azure._landing import AzureLanding
from components.azure._private_endpoint import private_endpoint
from components.azure.identity import Identity
from components.azure.network import Network, Zone
from components.network import Tier

__all__ = ["registry"]


def registry(
    owner: Component, name: str, args: ApplicationArgs, landing: AzureLanding
) -> tuple[containerregistry.Registry, pulumi.Resource]:
    """The registry with its private endpoint, and the application's right to pull, which comes before the first pull.

    A customer key is refused here: it can be chosen at creation only, with a user-assigned identity, and that identity is not
    let through the firewall of a closed vault (NOT_OFFERED).
    https://learn.microsoft.com/azure/container-registry/tutorial-customer-managed-keys
    """
    network, identity = own(args.network, Network), own(args.identity, Identity)
    made = containerregistry.Registry(
        f"{name}registry",
        resource_group_name=landing.resource_group,
        location=landing.region,
        sku={"name": containerregistry.SkuName.PREMIUM},
        admin_user_enabled=False,
        anonymous_pull_enabled=False,
        public_network_access=containerregistry.PublicNetworkAccess.DISABLED,
        network_rule_bypass_options=containerregistry.NetworkRuleBypassOptions.AZURE_SERVICES,
        zone_redundancy=containerregistry.ZoneRedundancy.ENABLED,
        policies={"export_policy": {"status": containerregistry.ExportPolicyStatus.DISABLED}},
        tags=landing.tags,
        opts=owner.child(stateful=True),
    )
    private_endpoint(
        owner,
        f"{name}-image-endpoint",
        target=made.id,
        group="registry",
        subnet=network.subnets[Tier.SERVICES],
        zone=network.zones[Zone.IMAGES],
        landing=landing,
    )
    pull = grant(
        f"{name}-images-pulled-by-{identity.role}",
        Role.ACR_PULL,
        to=identity.identity,
        scope=made.id,
        landing=landing,
        opts=owner.child(),
    )
    return made, pull
