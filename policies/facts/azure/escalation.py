"""Built-in roles of Azure by what matters of them, and ways to more rights, as data.

https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
https://learn.microsoft.com/azure/role-based-access-control/permissions/identity
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

_AUTHORIZATION = "Microsoft.Authorization"
_IDENTITY = "Microsoft.ManagedIdentity/userAssignedIdentities"


@dataclass(frozen=True, kw_only=True)
class Rights:
    """One entry of a role's permissions: actions (`*` any text) and the exceptions to them, with resources and with the data in them."""

    actions: tuple[str, ...]
    but: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    data_but: tuple[str, ...] = ()

    def allow(self, action: str) -> bool:
        """Whether the action is allowed."""
        return any(_covers(one, action) for one in self.actions) and not any(_covers(one, action) for one in self.but)

    def allow_data(self, action: str) -> bool:
        """Whether the action with data is allowed."""
        return Rights(actions=self.data, but=self.data_but).allow(action)

    @property
    def whole(self) -> bool:
        """Everything of a whole service, or of all."""
        return any(re.fullmatch(r"\*|[^/*]+/\*", one) for one in (*self.actions, *self.data))

    @property
    def administers(self) -> bool:
        """Everything of a whole service, or of all, or the rights of others."""
        return self.whole or self.allow(f"{_AUTHORIZATION}/roleAssignments/write")


BUILT_IN: dict[str, Rights] = {
    "8e3af657-a8ff-443c-a75c-2fe8c4bcb635": Rights(actions=("*",)),  # Owner
    "b24988ac-6180-42a0-ab88-20f7382dd24c": Rights(  # Contributor
        actions=("*",),
        but=(f"{_AUTHORIZATION}/*/Delete", f"{_AUTHORIZATION}/*/Write", f"{_AUTHORIZATION}/elevateAccess/Action"),
    ),
    "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9": Rights(  # User Access Administrator
        actions=("*/read", f"{_AUTHORIZATION}/*")
    ),
    "f58310d9-a9f6-439a-9e8d-f62e7b41a168": Rights(  # Role Based Access Control Administrator
        actions=("*/read", f"{_AUTHORIZATION}/roleAssignments/write", f"{_AUTHORIZATION}/roleAssignments/delete")
    ),
    "acdd72a7-3385-48ef-bd42-f606fba81ae7": Rights(actions=("*/read",)),  # Reader
    "f1a07417-d97a-45cb-824c-7a7467783830": Rights(  # Managed Identity Operator
        actions=(f"{_IDENTITY}/*/read", f"{_IDENTITY}/*/assign/action", f"{_IDENTITY}/assign/action")
    ),
    "e40ec5ca-96e0-45a2-b4ff-59039f2c2b59": Rights(  # Managed Identity Contributor
        actions=(f"{_IDENTITY}/read", f"{_IDENTITY}/write", f"{_IDENTITY}/federatedIdentityCredentials/write")
    ),
    "9980e02c-c2be-4d73-94e8-173b1dc7cf3c": Rights(  # Virtual Machine Contributor
        actions=("Microsoft.Compute/virtualMachines/*", "Microsoft.Compute/virtualMachineScaleSets/*")
    ),
    "de139f84-1756-47ae-9be6-808fbbe84772": Rights(actions=("Microsoft.Web/sites/*",)),  # Website Contributor
    "f353d9bd-d4a6-484e-a77a-8050b599b867": Rights(  # Automation Contributor
        actions=("Microsoft.Automation/automationAccounts/*",)
    ),
    "87a39d53-fc1b-424a-814c-f7e04687dc9e": Rights(actions=("Microsoft.Logic/*",)),  # Logic App Contributor
    "4d97b98b-1d4f-4787-a291-c67834d212e7": Rights(actions=("Microsoft.Network/*",)),  # Network Contributor
    "17d1049b-9a84-46fb-8f53-869881c3d3ab": Rights(  # Storage Account Contributor
        actions=("Microsoft.Storage/storageAccounts/*",)
    ),
    "73c42c96-874c-492b-b04d-ab87d138a893": Rights(actions=("*/read",)),  # Log Analytics Reader
    "43d0d8ad-25c7-4714-9337-8ba259a9fe05": Rights(actions=("*/read",)),  # Monitoring Reader
    "39bc4728-0917-49c7-9d2c-d95423bc2eb4": Rights(actions=("Microsoft.Security/*/read",)),  # Security Reader
}

# Word to actions of which each alone is enough.
_ALONE: dict[str, tuple[str, ...]] = {
    "grant-rights": (
        f"{_AUTHORIZATION}/roleAssignments/write",
        f"{_AUTHORIZATION}/roleDefinitions/write",
        f"{_AUTHORIZATION}/elevateAccess/action",
    ),
    "change-trust": (f"{_IDENTITY}/federatedIdentityCredentials/write",),
    "act-as": (
        "Microsoft.Compute/virtualMachines/runCommand/action",
        "Microsoft.Compute/virtualMachines/runCommands/write",
        "Microsoft.Compute/virtualMachines/extensions/write",
        "Microsoft.ContainerService/managedClusters/listClusterAdminCredential/action",
    ),
    "run-as": ("Microsoft.Automation/automationAccounts/runbooks/write",),
}
# With the right to assign an identity, any of these starts code as it.
_ASSIGN = f"{_IDENTITY}/assign/action"
_STARTS = (
    "Microsoft.Compute/virtualMachines/write",
    "Microsoft.Compute/virtualMachineScaleSets/write",
    "Microsoft.Web/sites/write",
    "Microsoft.App/containerApps/write",
    "Microsoft.App/jobs/write",
    "Microsoft.ContainerInstance/containerGroups/write",
    "Microsoft.ContainerService/managedClusters/write",
    "Microsoft.Logic/workflows/write",
    "Microsoft.Resources/deploymentScripts/write",
    "Microsoft.DataFactory/factories/write",
)


def escalations(rights: Iterable[Rights]) -> frozenset[str]:
    """The words of ESCALATIONS for what the roles of one principal together allow in a resource group or more."""
    known = list(rights)

    def may(action: str) -> bool:
        return any(one.allow(action) for one in known)

    found = {word for word, alone in _ALONE.items() if any(map(may, alone))}
    if may(_ASSIGN) and any(map(may, _STARTS)):
        found.add("run-as")
    return frozenset(found)


def _covers(pattern: str, action: str) -> bool:
    return bool(_pattern(pattern).fullmatch(action))


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, pattern.split("*"))), re.IGNORECASE | re.DOTALL)
