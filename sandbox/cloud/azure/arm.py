"""Azure Resource Manager: the shape of ids, and what management locks refuse on every type."""

from typing import Final

from sandbox.cloud.context import Context

GROUP: Final = "/subscriptions/{subscription}/resourceGroups/{resourceGroupName}"
IN_GROUP: Final = "{subscription}/{resourceGroupName}"
LOCK: Final = "azure-native:authorization:ManagementLockByScope"


def in_group(path: str) -> str:
    """The template of a resource's id: `Microsoft.Network/virtualNetworks/{virtualNetworkName}` in its resource group."""
    return f"{GROUP}/providers/{path}"


def below(scope: str, resource: str) -> bool:
    """Whether `resource` is the scope itself or lies under it; ids are compared without case."""
    return f"{resource.lower()}/".startswith(f"{scope.lower()}/")


def locked(context: Context) -> str | None:
    """A lock of whatever level forbids deleting its scope and everything below; the lock itself may go.

    https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources
    """
    if context.operation != "delete" or context.token == LOCK:
        return None
    for lock in context.objects(LOCK):
        if below(lock.get("scope"), context.id):
            return f"ScopeLocked: '{context.id}' cannot be deleted because '{lock.get('scope')}' is locked ({lock.id}); remove the lock first"
    return None
