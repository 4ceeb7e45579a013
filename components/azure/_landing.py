"""The Azure subscription that Digital Agency handed out, and the resource group that the stack lives in."""

from dataclasses import dataclass

import pulumi

from components._component import Landing

__all__ = ["AzureLanding"]


@dataclass(frozen=True, kw_only=True)
class AzureLanding(Landing):
    """`resource_group`: name of the group that holds everything of the stack (stacks/azure.py makes it)."""

    subscription_id: str
    tenant_id: str
    resource_group: pulumi.Output[str]
    resource_group_id: pulumi.Output[str]
