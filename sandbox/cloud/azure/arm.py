"""Azure Resource Manager: the shape of ids, and what it refuses on every type.

Which changes make a new object is the provider's choice: the parts of an id always do, besides them the top-level properties
that the API marks as create-only, and the provider's own list; nothing inside an object does. What Azure does not change
in place and the provider does not replace is refused by Azure at the update (`unchangeable`).
https://github.com/pulumi/pulumi-azure-native/blob/master/provider/pkg/gen/replacement.go
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from sandbox.cloud.context import Context, Object
from sandbox.cloud.resource_type import Guard
from sandbox.cloud.value import one

GROUP: Final = "/subscriptions/{subscription}/resourceGroups/{resourceGroupName}"
IN_GROUP: Final = "{subscription}/{resourceGroupName}"
LOCK: Final = "azure-native:authorization:ManagementLockByScope"
GROUP_TOKEN: Final = "azure-native:resources:ResourceGroup"
_VAULT: Final = re.compile(
    r"/subscriptions/[^/]+/resourceGroups/([^/]+)/providers/Microsoft\.KeyVault/vaults/[^/]+", re.IGNORECASE
)
WATCHERS: Final = "NetworkWatcherRG"  # the cloud makes it


def in_group(path: str) -> str:
    """The template of a resource's id: `Microsoft.Network/virtualNetworks/{virtualNetworkName}` in its resource group."""
    return f"{GROUP}/providers/{path}"


def below(scope: str, resource: str) -> bool:
    """Whether `resource` is the scope itself or lies under it; ids are compared without case."""
    return f"{resource.lower()}/".startswith(f"{scope.lower().rstrip('/')}/")


def region(location: Any) -> str:
    """`Japan East` and `japaneast` are one region."""
    return str(location or "").lower().replace(" ", "")


def elsewhere(context: Context, other: Object | None) -> bool:
    """Whether the other object lies in another region than this one."""
    return other is not None and region(other.get("location")) not in ("", region(context["location"]))


def lies_outside(context: Context, vault: str) -> bool:
    """Whether this is a key vault in a resource group that no stack has made: the landing's, which is taken to be there."""
    found = _VAULT.fullmatch(vault)
    groups = (str(group.get("name")).lower() for group in context.objects(GROUP_TOKEN))
    return found is not None and found[1].lower() not in groups


def is_there(context: Context, scope: str) -> bool:
    """Whether a scope exists: the subscription, what lies above it, a vault of the landing's, or an object."""
    subscription = f"/subscriptions/{context['subscription']}".lower()
    outside = scope.lower() in (subscription, "/") or scope.startswith("/providers/Microsoft.Management/")
    return outside or context.find(scope) is not None or lies_outside(context, scope)


def scope_exists(context: Context) -> str | None:
    """What is laid on a scope needs the scope."""
    if context.operation == "create" and not is_there(context, context["scope"]):
        return f"ResourceNotFound: The resource '{context['scope']}' was not found"
    return None


def unchangeable(*paths: str, reason: str, otherwise: Any = None) -> Guard:
    """Inputs that Azure never changes in place; absent means `otherwise`. `reason` may say `{path}`, `{old}` and `{new}`."""

    def guard(context: Context) -> str | None:
        if context.operation != "update" or context.stored is None:
            return None
        for path in paths:
            old, new = (one(tree, path) for tree in (context.stored.inputs, context.inputs))
            old, new = (otherwise if value is None else value for value in (old, new))
            if old != new:
                return reason.replace("{path}", path).replace("{old}", str(old)).replace("{new}", str(new))
        return None

    return guard


def group_exists(context: Context) -> str | None:
    """Everything lies in a resource group that is there.

    https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-not-found
    """
    group = context.inputs.get("resourceGroupName")
    if context.operation != "create" or context.token == GROUP_TOKEN or group in (None, WATCHERS):
        return None
    if any(str(found.get("name")).lower() == str(group).lower() for found in context.objects(GROUP_TOKEN)):
        return None
    return f"ResourceGroupNotFound: Resource group '{group}' could not be found"


def location_stays(context: Context) -> str | None:
    """The provider replaces some types when their location changes; the others Azure refuses.

    https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-invalid-resource-location
    """
    if context.operation != "update" or context.stored is None:
        return None
    old, new = (region(tree.get("location")) for tree in (context.stored.inputs, context.inputs))
    if old and new and old != new:
        return (
            f"InvalidResourceLocation: The resource '{context.id}' already exists in location '{old}', not in '{new}'"
        )
    return None


def _place(context: Context) -> str:
    """The id, or before there is one the scope or the group that it will lie in."""
    group = context.inputs.get("resourceGroupName")
    laid_on: str = context.id or context.inputs.get("scope") or context.inputs.get("resourceUri") or ""
    return laid_on or (GROUP.format(subscription=context["subscription"], resourceGroupName=group) if group else "")


def locked(context: Context) -> str | None:
    """A lock of whatever level forbids deleting its scope and everything below, and the group around it; one of level
    ReadOnly forbids making and changing too. The lock itself may go.

    https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources
    """
    verb = {"create": "written", "update": "written", "delete": "deleted"}.get(context.operation)
    for lock in context.objects(LOCK) if verb and context.token != LOCK else ():
        scope, held = lock.get("scope"), lock.get("level") == "ReadOnly" or verb == "deleted"
        inside = context.token == GROUP_TOKEN and verb == "deleted" and below(context.id, scope)
        if held and (below(scope, _place(context)) or inside):
            return f"ScopeLocked: '{_place(context)}' cannot be {verb} because '{scope}' is locked ({lock.id}); remove the lock first"
    return None


def assigned(inputs: Mapping[str, Any]) -> list[str]:
    """The ids of the user-assigned identities, which programs give as a list or as the keys of a map."""
    return list(one(inputs, "identity.userAssignedIdentities") or ())
