"""Role assignments: who may do what on one resource, never on a whole group or subscription."""

from enum import StrEnum
from uuid import NAMESPACE_URL, uuid5

import pulumi
from pulumi_azure_native import authorization, managedidentity

from components.azure._landing import AzureLanding

__all__ = ["Role", "grant", "guid"]


class Role(StrEnum):
    """Built-in roles, by the ids that are the same in every tenant.

    https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
    """

    KEY_VAULT_CRYPTO_SERVICE_ENCRYPTION_USER = "e147488a-f6f5-4113-8e2d-b22465e65bf6"
    KEY_VAULT_SECRETS_USER = "4633458b-17de-408a-b874-0445c86b69e6"
    STORAGE_BLOB_DATA_CONTRIBUTOR = "ba92f5b4-2d11-453d-a403-e96b0029c9fe"
    ACR_PULL = "7f951dda-4ed3-4680-a7ca-43fe172d538d"


def guid(landing: AzureLanding, name: str) -> str:
    """The GUID that names `name` in this stack: always the same, so that a second try finds what the first one made."""
    return str(uuid5(NAMESPACE_URL, f"https://machikumo.invalid/{landing.stack}/{name}"))


def grant(
    name: str,
    role: Role,
    *,
    to: managedidentity.UserAssignedIdentity,
    scope: pulumi.Input[str],
    landing: AzureLanding,
    opts: pulumi.ResourceOptions,
) -> authorization.RoleAssignment:
    """Give `to` the built-in `role` on the one resource `scope`."""
    return authorization.RoleAssignment(
        name,
        role_assignment_name=guid(landing, name),
        role_definition_id=f"/subscriptions/{landing.subscription_id}/providers/Microsoft.Authorization/roleDefinitions/{role}",
        principal_id=to.principal_id,
        # Said on purpose: without it a fresh identity is looked up in the directory and may not be found yet.
        # https://learn.microsoft.com/azure/role-based-access-control/troubleshooting
        principal_type=authorization.PrincipalType.SERVICE_PRINCIPAL,
        scope=scope,
        opts=opts,
    )
