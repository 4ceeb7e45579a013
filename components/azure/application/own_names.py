"""Custom domains of Azure Container Apps: what users type, with a certificate that stays in the landing's Key Vault."""

import re
from collections.abc import Sequence

from pulumi_azure_native import app, managedidentity

from components._component import Component
from components.azure._grant import Role, grant
from components.azure._landing import AzureLanding
from components.azure._private_endpoint import private_endpoint
from components.azure.network import Network, Zone
from components.network import Tier

__all__ = ["certificates", "readers"]

_ID = re.compile(r"(?P<vault_id>/.+/vaults/(?P<vault>[^/]+))/secrets/(?P<secret>[^/]+)")


def readers(owner: Component, name: str, landing: AzureLanding) -> list[managedidentity.UserAssignedIdentity]:
    """The identity that the environment reads the certificate as, and nothing else runs as; none where no name is asked for."""
    if landing.certificate_id is None:
        return []
    return [
        managedidentity.UserAssignedIdentity(
            f"{name}-certificate-identity",
            resource_group_name=landing.resource_group,
            location=landing.region,
            tags=landing.tags,
            opts=owner.child(),
        )
    ]


def certificates(
    owner: Component,
    name: str,
    surroundings: app.ManagedEnvironment,
    read_by: Sequence[managedidentity.UserAssignedIdentity],
    network: Network,
    landing: AzureLanding,
) -> list[app.Certificate]:
    """The environment's certificate, one for each reader. Its address has no version: a renewed one is taken within 12 hours.

    https://learn.microsoft.com/azure/container-apps/key-vault-certificates-manage
    """
    found = _ID.fullmatch(landing.certificate_id or "")
    return [
        _certificate(owner, name, surroundings, reader, network, landing, **found.groupdict())
        for reader in read_by
        if found
    ]


def _certificate(
    owner: Component,
    name: str,
    surroundings: app.ManagedEnvironment,
    reader: managedidentity.UserAssignedIdentity,
    network: Network,
    landing: AzureLanding,
    *,
    vault_id: str,
    vault: str,
    secret: str,
) -> app.Certificate:
    """Names of what leads to the vault hold the vault's: another one gets its own way and right before the former lose theirs."""
    # Container Apps is no trusted service of a vault's firewall; from inside the network it needs none.
    # https://github.com/microsoft/azure-container-apps/issues/888
    way = private_endpoint(
        owner,
        f"{name}-{vault}-endpoint",
        target=vault_id,
        group="vault",
        subnet=network.subnets[Tier.SERVICES],
        zone=network.zones[Zone.VAULTS],
        landing=landing,
    )
    # On the secret alone it is refused: https://github.com/microsoft/azure-container-apps/issues/1549
    right = grant(
        f"{name}-{vault}-read-for-names",
        Role.KEY_VAULT_SECRETS_USER,
        to=reader,
        scope=vault_id,
        landing=landing,
        opts=owner.child(),
    )
    url = f"https://{vault}.vault.azure.net/secrets/{secret}"
    return app.Certificate(
        f"{name}-certificate",
        resource_group_name=landing.resource_group,
        location=landing.region,
        environment_name=surroundings.name,
        properties={"certificate_key_vault_properties": {"identity": reader.id, "key_vault_url": url}},
        tags=landing.tags,
        opts=owner.child(depends_on=[right, way]),
    )
