"""Managed identities and role assignments.

https://learn.microsoft.com/azure/role-based-access-control/overview
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sandbox.cloud.azure.arm import IN_GROUP, in_group
from sandbox.cloud.checks import matches
from sandbox.cloud.context import Context
from sandbox.cloud.guards import not_deleted_while_others
from sandbox.cloud.identity import uuid
from sandbox.cloud.resource_type import Name, Reference, ResourceType
from sandbox.cloud.value import at

IDENTITY: Final = "azure-native:managedidentity:UserAssignedIdentity"
ASSIGNMENT: Final = "azure-native:authorization:RoleAssignment"
DEFINITION: Final = "azure-native:authorization:RoleDefinition"
CRYPTO_USER: Final = "e147488a-f6f5-4113-8e2d-b22465e65bf6"
BLOB_CONTRIBUTOR: Final = "ba92f5b4-2d11-453d-a403-e96b0029c9fe"
# https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
_BUILT_IN: Final = frozenset(
    {
        CRYPTO_USER,
        BLOB_CONTRIBUTOR,
        "4633458b-17de-408a-b874-0445c86b69e6",  # Key Vault Secrets User
        "7f951dda-4ed3-4680-a7ca-43fe172d538d",  # AcrPull
        "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1",  # Storage Blob Data Reader
        "acdd72a7-3385-48ef-bd42-f606fba81ae7",  # Reader
        "b24988ac-6180-42a0-ab88-20f7382dd24c",  # Contributor
        "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",  # Owner
    }
)
_GUID: Final = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


def holds_role(context: Context, identity: str, role: str, scope: str) -> bool:
    """Whether the managed identity of this id holds the built-in role on exactly this scope."""
    found = context.find(identity, IDENTITY)
    return found is not None and any(
        assignment.get("principalId") == found.get("principalId")
        and assignment.get("scope") == scope
        and str(assignment.get("roleDefinitionId")).endswith(f"/{role}")
        for assignment in context.objects(ASSIGNMENT)
    )


def _known_role(context: Context) -> str | None:
    role = context["roleDefinitionId"]
    if context.operation == "delete" or role.rpartition("/")[2] in _BUILT_IN or context.find(role, DEFINITION):
        return None
    return (
        f"RoleDefinitionDoesNotExist: The specified role definition with ID '{role.rpartition('/')[2]}' does not exist"
    )


def _known_principal(context: Context) -> str | None:
    if context.operation != "create" or context.find(context["principalId"], IDENTITY):
        return None
    return f"PrincipalNotFound: Principal {context['principalId']} does not exist in the directory {context['tenant']}"


def _first_of_its_kind(context: Context) -> str | None:
    if context.operation != "create":
        return None
    mine = [context[name] for name in ("principalId", "roleDefinitionId", "scope")]
    for other in context.objects(ASSIGNMENT):
        if [other.get(name) for name in ("principalId", "roleDefinitionId", "scope")] == mine:
            return f"RoleAssignmentExists: The role assignment already exists ({other.id})"
    return None


def _actions_in_their_place(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Data actions name something below a resource; `…/read` of a resource type itself is an action of management."""
    for path, action in at(inputs, "permissions[*].dataActions[*]"):
        if "/blobs/" not in action and "/secrets/" not in action and "/keys/" not in action and action != "*":
            yield (
                path,
                f"InvalidActionOrNotAction: '{action}' does not match any of the data actions supported by the providers",
            )


TYPES: Final = (
    ResourceType(
        token=IDENTITY,
        source="https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/overview",
        id=in_group("Microsoft.ManagedIdentity/userAssignedIdentities/{resourceName}"),
        name=Name(
            property="resourceName",
            longest=128,
            shortest=3,
            pattern=r"[a-zA-Z0-9][\w-]+",
            allowed="a-zA-Z0-9_-",
            lower=False,
            unique_in=IN_GROUP,
        ),
        computed={"principalId": uuid("principal"), "clientId": uuid("client"), "tenantId": "{tenant}"},
        known_as=("principalId", "clientId"),
    ),
    ResourceType(
        token=DEFINITION,
        source="https://learn.microsoft.com/azure/role-based-access-control/custom-roles",
        id="/subscriptions/{subscription}/providers/Microsoft.Authorization/roleDefinitions/{roleDefinitionId}",
        name=Name(property="roleDefinitionId", pattern=_GUID, automatic=False, unique_in="{tenant}"),
        replace_on=("scope",),
        checks=(
            matches("roleName", r".{1,512}", "a role's name has 1 to 512 characters"),
            _actions_in_their_place,
        ),
        guards=(
            not_deleted_while_others(
                ASSIGNMENT,
                belongs=lambda context, other: other.get("roleDefinitionId") == context.id,
                reason="RoleDefinitionHasAssignments: There are existing role assignments referencing role {id}: {other}",
            ),
        ),
    ),
    ResourceType(
        token=ASSIGNMENT,
        source="https://learn.microsoft.com/azure/role-based-access-control/role-assignments",
        id="{scope}/providers/Microsoft.Authorization/roleAssignments/{roleAssignmentName}",
        name=Name(property="roleAssignmentName", pattern=_GUID, automatic=False, unique_in="{tenant}"),
        replace_on=("principalId", "principalType", "roleDefinitionId", "scope", "condition"),
        guards=(_known_role, _known_principal, _first_of_its_kind),
        references=(
            Reference("roleDefinitionId", DEFINITION, unless=r".*/Microsoft\.Authorization/roleDefinitions/.*"),
        ),
    ),
)
