"""Managed identities and role assignments.

https://learn.microsoft.com/azure/role-based-access-control/overview
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sandbox.cloud.azure.arm import IN_GROUP, assigned, below, in_group, is_there, scope_exists, unchangeable
from sandbox.cloud.azure.roles import ASSIGNMENT, BUILT_IN, DEFINITION, IDENTITY, guid
from sandbox.cloud.checks import matches, one_of
from sandbox.cloud.context import Context
from sandbox.cloud.guards import not_deleted_while_others
from sandbox.cloud.identity import uuid
from sandbox.cloud.resource_type import Name, Reference, ResourceType
from sandbox.cloud.value import at, one

_GUID: Final = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_RBAC: Final = "https://learn.microsoft.com/azure/role-based-access-control"
# Data actions name something inside a resource; these are the parts that the vendor's list has them below.
# https://learn.microsoft.com/azure/role-based-access-control/resource-provider-operations
_DATA: Final = re.compile(r"(?i)\*|.*/(blobs|secrets|keys|certificates|fileshares|messages|entities)(/.*)?")


def identities_exist(context: Context) -> str | None:
    """Every user-assigned identity that an object names is there.

    https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/overview
    """
    for identity in assigned(context.inputs) if context.writing else ():
        if context.find(identity, IDENTITY) is None:
            return f"FailedIdentityOperation: Resource '{identity}' was not found"
    return None


def identity_fits(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The type of an identity says whether there is a list of user-assigned ones."""
    kind, given = one(inputs, "identity.type"), assigned(inputs)
    if kind is not None and ("UserAssigned" in kind) != bool(given):
        yield "identity.type", f"InvalidIdentityValues: '{kind}' with {len(given)} user-assigned identities"


def _known_role(context: Context) -> str | None:
    """Outside its assignable scopes a custom role does not exist."""
    if context.operation == "delete":
        return None
    role, custom = guid(context["roleDefinitionId"]), context.find(context["roleDefinitionId"], DEFINITION)
    scopes = (custom.get("assignableScopes") or [custom.get("scope")]) if custom else []
    if role in BUILT_IN.values() or any(below(scope, context["scope"]) for scope in scopes):
        return None
    return f"RoleDefinitionDoesNotExist: The specified role definition with ID '{role}' does not exist"


def _known_principal(context: Context) -> str | None:
    if context.operation != "create":
        return None
    principal, kind = context["principalId"], context.inputs.get("principalType", "ServicePrincipal")
    found = context.find(principal, IDENTITY)
    if found is None or found.get("principalId") != principal:
        return f"PrincipalNotFound: Principal {principal} does not exist in the directory {context['tenant']}"
    if kind != "ServicePrincipal":
        return f"UnmatchedPrincipalType: The PrincipalId '{principal}' has type 'ServicePrincipal', which is different from specified PrincipalType '{kind}'"
    return None


def _first_of_its_kind(context: Context) -> str | None:
    if context.operation != "create":
        return None
    mine = [context[name] for name in ("principalId", "roleDefinitionId", "scope")]
    for other in context.objects(ASSIGNMENT):
        if [other.get(name) for name in ("principalId", "roleDefinitionId", "scope")] == mine:
            return f"RoleAssignmentExists: The role assignment already exists ({other.id})"
    return None


def _assignable(context: Context) -> str | None:
    for scope in (context.inputs.get("assignableScopes") or ()) if context.operation != "delete" else ():
        if not is_there(context, scope):
            return f"LinkedAuthorizationFailed: the assignable scope '{scope}' does not exist"
    return None


def _one_name_in_the_tenant(context: Context) -> str | None:
    for other in context.objects(DEFINITION) if context.operation != "delete" else ():
        if other.id != context.id and other.get("roleName") == context.inputs.get("roleName", ""):
            return f"RoleDefinitionWithSameNameExists: A custom role with the name '{other.get('roleName')}' exists already ({other.id})"
    return None


def _actions_in_their_place(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Data actions name something inside a resource; `…/read` of a resource type itself is an action of management."""
    for path, action in at(inputs, "permissions[*].dataActions[*]"):
        if not _DATA.fullmatch(action):
            yield (
                path,
                f"InvalidActionOrNotAction: '{action}' does not match any of the data actions supported by the providers",
            )


TYPES: Final = (
    ResourceType(
        token=IDENTITY,
        source="https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/overview",
        sources=("https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules",),
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
        replace_on=("location",),
        known_as=("principalId", "clientId"),
        blind_spots=(
            "A fresh identity is not known everywhere in the directory for some minutes.",
            "An identity in use may be deleted; what uses it breaks later, and its role assignments stay as orphans.",
        ),
    ),
    ResourceType(
        token=DEFINITION,
        source=f"{_RBAC}/custom-roles",
        sources=(f"{_RBAC}/troubleshooting", f"{_RBAC}/resource-provider-operations"),
        id="/subscriptions/{subscription}/providers/Microsoft.Authorization/roleDefinitions/{roleDefinitionId}",
        name=Name(property="roleDefinitionId", pattern=_GUID, automatic=False, unique_in="{tenant}"),
        replace_on=("scope",),
        checks=(
            matches("roleName", r".{1,512}", "a role's name has 1 to 512 characters"),
            matches("description", r"(?s).{0,1024}", "a role's description has at most 1024 characters"),
            one_of("roleType", ("CustomRole",)),
            _actions_in_their_place,
        ),
        guards=(
            scope_exists,
            _assignable,
            _one_name_in_the_tenant,
            not_deleted_while_others(
                ASSIGNMENT,
                belongs=lambda context, other: other.get("roleDefinitionId") == context.id,
                reason="RoleDefinitionHasAssignments: There are existing role assignments referencing role {id}: {other}",
            ),
        ),
        blind_spots=(
            "Only the place of data actions is looked at; whether an operation of that name exists is not.",
            "A new or changed role takes some minutes to be known everywhere.",
            "A tenant has at most 5,000 custom roles.",
        ),
    ),
    ResourceType(
        token=ASSIGNMENT,
        source=f"{_RBAC}/role-assignments",
        sources=(f"{_RBAC}/troubleshooting", f"{_RBAC}/built-in-roles"),
        id="{scope}/providers/Microsoft.Authorization/roleAssignments/{roleAssignmentName}",
        name=Name(property="roleAssignmentName", pattern=_GUID, automatic=False, unique_in="{tenant}"),
        replace_on=("principalId", "scope"),
        checks=(one_of("conditionVersion", ("2.0",)),),
        guards=(
            scope_exists,
            _known_role,
            _known_principal,
            _first_of_its_kind,
            unchangeable(
                "roleDefinitionId",
                "principalType",
                "delegatedManagedIdentityResourceId",
                reason="RoleAssignmentUpdateNotPermitted: Tenant ID, application ID, principal ID, and scope are not allowed to be updated ({path})",
            ),
        ),
        references=(
            Reference("roleDefinitionId", DEFINITION, unless=r".*/Microsoft\.Authorization/roleDefinitions/.*"),
            Reference("delegatedManagedIdentityResourceId", IDENTITY),
        ),
        blind_spots=(
            "An assignment takes up to ten minutes to be in force; here it is at once.",
            "Principals are the stack's own managed identities; users, groups and applications are not known.",
            "Of the built-in roles only those of sandbox/cloud/azure/roles.py exist.",
            "Without principalType a fresh identity may not be found in the directory yet.",
            "That a changed role is refused in place is from working knowledge.",
        ),
    ),
)
