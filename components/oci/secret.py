"""OCI Vault secret, readable by one dynamic group."""

import base64

import pulumi
from pulumi_oci import vault

from components import secret as contract
from components._component import own
from components.oci._landing import OciLanding
from components.oci._policy import policy
from components.oci.encryption_key import EncryptionKey
from components.oci.identity import Identity
from components.secret import SecretArgs

__all__ = ["Secret"]


class Secret(contract.Secret):
    """A deleted secret's name stays taken in its vault until the deletion is done (1 to 30 days).

    https://docs.oracle.com/en-us/iaas/Content/KeyManagement/Tasks/managingsecrets.htm
    """

    def __init__(
        self, name: str, args: SecretArgs, landing: OciLanding, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("machikumo:oci:Secret", name, landing, opts)
        key = own(args.key, EncryptionKey)
        secret = vault.Secret(
            f"{name}-secret",
            compartment_id=landing.compartment_id,
            vault_id=key.vault_id,
            key_id=key.key_id,
            secret_name=f"{landing.stack}-{name}",
            description=f"machikumo {landing.stack}",
            secret_content={
                "content_type": "BASE64",
                "content": args.value.apply(lambda value: base64.b64encode(value.encode()).decode()),
            },
            freeform_tags=landing.tags,
            opts=self.child(stateful=True, depends_on=[args.key]),
        )
        policy(
            self,
            f"{name}-reader",
            landing,
            "one reader of the secret",
            [
                pulumi.Output.concat(
                    "Allow dynamic-group ",
                    own(args.reader, Identity).group,
                    " to read secret-bundles in ",
                    landing.scope,
                    f" where all {{target.secret.name = '{landing.stack}-{name}'}}",
                )
            ],
            pulumi.ResourceOptions(depends_on=[args.reader]),
        )
        self.secret_id = secret.id
        self.register_outputs({"secret_id": self.secret_id})
