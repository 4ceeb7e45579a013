"""Azure: the explicit provider, in the subscription that was handed out, and the resource group of the stack.

The subscription has these resource providers registered beforehand (centrally, or once with `az provider register -n NAME`);
a first use of an unregistered one is refused: Microsoft.App, Microsoft.Authorization, Microsoft.ContainerRegistry,
Microsoft.DBforPostgreSQL, Microsoft.Insights, Microsoft.KeyVault, Microsoft.ManagedIdentity, Microsoft.Network,
Microsoft.Storage. Who deploys may assign roles in it (Owner, or User Access Administrator beside Contributor), also on the vault that
`azure_certificate_id` names.
https://learn.microsoft.com/azure/azure-resource-manager/management/resource-providers-and-types
"""

import pulumi
from pulumi_azure_native import resources
from pulumi_azure_native.provider import Provider

from components.azure import Azure, AzureLanding
from stacks.sides import Side

__all__ = ["REGIONS", "land"]

# Both have availability zones, Japan West only since 2025: whether each service is zone-redundant there shows when it is made,
# and it is refused, never made in one zone. https://learn.microsoft.com/azure/reliability/regions-list
REGIONS = {"tokyo": "japaneast", "osaka": "japanwest"}


def land(side: Side) -> Azure:
    """The capabilities, bound to the subscription and to the stack's own resource group."""
    settings = side.settings
    unit = settings.azure
    region = REGIONS[settings.region]
    provider = Provider("azure", subscription_id=unit.subscription_id, tenant_id=unit.tenant_id, location=region)
    group = resources.ResourceGroup(
        settings.stack,
        location=region,
        tags=settings.tags,
        opts=pulumi.ResourceOptions(provider=provider, protect=True if side.protected else None),
    )
    landing = AzureLanding(
        stack=settings.stack,
        region=region,
        tags=settings.tags,
        protected=side.protected,
        locked=side.locked,
        given_up=side.given_up,
        subscription_id=unit.subscription_id,
        tenant_id=unit.tenant_id,
        resource_group=group.name,
        resource_group_id=group.id,
        key_recovery_days=90 if settings.production else 7,
        certificate_id=unit.certificate_id,
        host_names=unit.host_names,
    )
    return Azure(landing, provider)
