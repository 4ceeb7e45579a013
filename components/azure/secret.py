"""Azure Key Vault secret, in the vault of the customer key, with the role to read it on this one secret."""

import pulumi
from pulumi_azure_native import keyvault

from components import secret as contract
from components._component import own
from components.azure._grant import Role, grant
from components.azure._landing import AzureLanding
from components.azure.encryption_key import EncryptionKey
from components.azure.identity import Identity
from components.secret import SecretArgs

__all__ = ["Secret"]


class Secret(contract.Secret):
    """Written through ARM, which works although the vault admits nobody from the network; removed with its vault."""

    def __init__(
        self, name: str, args: SecretArgs, landing: AzureLanding, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("machikumo:azure:Secret", name, landing, opts)
        reader = own(args.reader, Identity)
        secret = keyvault.Secret(
            f"{name}-secret",
            resource_group_name=landing.resource_group,
            vault_name=own(args.key, EncryptionKey).vault.name,
            properties={"value": args.value, "attributes": {"enabled": True}},
            tags=landing.tags,
            opts=self.child(stateful=True),
        )
        grant(
            f"{name}-read-by-{reader.role}",
            Role.KEY_VAULT_SECRETS_USER,
            to=reader.identity,
            scope=secret.id,
            landing=landing,
            opts=self.child(),
        )
        self.secret_id = secret.properties.secret_uri
        self.register_outputs({"secret_id": self.secret_id})
