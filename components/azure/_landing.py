"""The Azure subscription that Digital Agency handed out, and the resource group that the stack lives in."""

from dataclasses import dataclass

import pulumi

from components._component import Landing

__all__ = ["AzureLanding"]


@dataclass(frozen=True, kw_only=True)
class AzureLanding(Landing):
    """`resource_group`: name of the group that holds everything of the stack (stacks/azure.py makes it).
    `key_recovery_days`: for which a deleted vault can be brought back; Azure never changes them, so they do not follow `protected`.
    `host_names`: what users type, beside the name that Azure gives; `certificate_id`: their certificate, a secret in a Key Vault of
    the subscription (`/subscriptions/…/vaults/…/secrets/…`). Both or neither.
    """

    subscription_id: str
    tenant_id: str
    resource_group: pulumi.Output[str]
    resource_group_id: pulumi.Output[str]
    key_recovery_days: int
    certificate_id: str | None = None
    host_names: tuple[str, ...] = ()
