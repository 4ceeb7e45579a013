"""Azure role-based access control: the built-in roles, and who holds one where.

https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
"""

from collections.abc import Collection
from typing import Final

from sandbox.cloud.azure.arm import below
from sandbox.cloud.context import Context

IDENTITY: Final = "azure-native:managedidentity:UserAssignedIdentity"
ASSIGNMENT: Final = "azure-native:authorization:RoleAssignment"
DEFINITION: Final = "azure-native:authorization:RoleDefinition"

# The same in every tenant.
BUILT_IN: Final = {
    "Owner": "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
    "Contributor": "b24988ac-6180-42a0-ab88-20f7382dd24c",
    "Reader": "acdd72a7-3385-48ef-bd42-f606fba81ae7",
    "User Access Administrator": "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",
    "Network Contributor": "4d97b98b-1d4f-4787-a291-c67834d212e7",
    "Monitoring Reader": "43d0d8ad-25c7-4714-9337-8ba259a9fe05",
    "Key Vault Administrator": "00482a5a-887f-4fb3-b363-3b7fe8e74483",
    "Key Vault Reader": "21090545-7ca7-4776-b22c-e363652d74d2",
    "Key Vault Crypto Officer": "14b46e9e-c2b7-41b4-b07b-48a6ebf60603",
    "Key Vault Crypto User": "12338af0-0e69-4776-bea7-57ae8d297424",
    "Key Vault Crypto Service Encryption User": "e147488a-f6f5-4113-8e2d-b22465e65bf6",
    "Key Vault Secrets Officer": "b86a8fe4-44ce-4948-aee5-eccb2c155cd7",
    "Key Vault Secrets User": "4633458b-17de-408a-b874-0445c86b69e6",
    "Storage Blob Data Owner": "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
    "Storage Blob Data Contributor": "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
    "Storage Blob Data Reader": "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1",
    "AcrPull": "7f951dda-4ed3-4680-a7ca-43fe172d538d",
    "AcrPush": "8311e382-0749-4cb8-b61a-304f252e45ec",
}
WRAP_KEYS: Final = (
    "Key Vault Administrator",
    "Key Vault Crypto Officer",
    "Key Vault Crypto User",
    "Key Vault Crypto Service Encryption User",
)
READ_SECRETS: Final = ("Key Vault Administrator", "Key Vault Secrets Officer", "Key Vault Secrets User")
WRITE_BLOBS: Final = ("Storage Blob Data Owner", "Storage Blob Data Contributor")
PULL_IMAGES: Final = ("AcrPull", "AcrPush", "Reader", "Contributor", "Owner")


def guid(role: str) -> str:
    """The last part of a role definition's id, in lower case."""
    return role.rpartition("/")[2].lower()


def holds_role(context: Context, identity: str, roles: Collection[str], scope: str) -> bool:
    """Whether the managed identity of this id holds one of the built-in roles on this scope or one above it."""
    found = context.find(identity, IDENTITY)
    wanted = {BUILT_IN[role] for role in roles}
    return found is not None and any(
        assignment.get("principalId") == found.get("principalId")
        and guid(assignment.get("roleDefinitionId")) in wanted
        and below(assignment.get("scope"), scope)
        for assignment in context.objects(ASSIGNMENT)
    )
