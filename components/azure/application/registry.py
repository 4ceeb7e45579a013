"""Azure Container Registry (premium): closed to the network, no password, no anonymous pull."""

import pulumi
from pulumi_azure_native import containerregistry

from components._component import Component, own
from components.application import ApplicationArgs
from components.azure._grant import Role, grant
from components.azure._landing import AzureLanding
from components.azure._private_endpoint import private_endpoint
from components.azure.encryption_key import EncryptionKey
from components.azure.identity import Identity
from components.azure.network import Network, Zone
from components.encryption_key import KeyUser
from components.network import Tier

__all__ = ["registry"]


def registry(
    owner: Component, name: str, args: ApplicationArgs, landing: AzureLanding
) -> tuple[containerregistry.Registry, pulumi.Resource]:
    """The registry with its private endpoint, and the application's right to pull, which comes before the first pull.

    The customer key is chosen here or never; without a version in its address the registry follows the key's rotation.
    """
    key, network, identity = own(args.key, EncryptionKey), own(args.network, Network), own(args.identity, Identity)
    encrypts = key.identities[KeyUser.IMAGES]
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
        identity={
            "type": containerregistry.ResourceIdentityType.USER_ASSIGNED,
            "user_assigned_identities": encrypts.id.apply(lambda id_: {id_: {}}),
        },
        encryption={
            "status": containerregistry.EncryptionStatus.ENABLED,
            "key_vault_properties": {"key_identifier": key.images[1].key_uri, "identity": encrypts.client_id},
        },
        policies={"export_policy": {"status": containerregistry.ExportPolicyStatus.DISABLED}},
        tags=landing.tags,
        opts=owner.child(stateful=True, depends_on=[key]),
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
