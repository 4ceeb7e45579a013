"""Azure resource groups.

https://learn.microsoft.com/azure/azure-resource-manager/management/manage-resource-groups-portal
"""

from typing import Final

from sandbox.cloud.azure.arm import LOCK
from sandbox.cloud.checks import matches
from sandbox.cloud.identity import same
from sandbox.cloud.resource_type import Name, ResourceType

GROUP: Final = "azure-native:resources:ResourceGroup"

TYPES: Final = (
    ResourceType(
        token=GROUP,
        source="https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules",
        id="/subscriptions/{subscription}/resourceGroups/{resourceGroupName}",
        name=Name(
            property="resourceGroupName",
            longest=90,
            pattern=r"[\w().-]*[\w()-]",
            allowed="a-zA-Z0-9_().-",
            lower=False,
            unique_in="{subscription}",
        ),
        computed={"properties": same({"provisioningState": "Succeeded"})},
        known_as=("name",),
    ),
    ResourceType(
        token=LOCK,
        source="https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources",
        id="{scope}/providers/Microsoft.Authorization/locks/{lockName}",
        name=Name(property="lockName", longest=90, allowed="a-zA-Z0-9_-", lower=False, unique_in="{scope}"),
        replace_on=("scope",),
        checks=(matches("notes", r"(?s).{0,512}", "notes have at most 512 characters"),),
    ),
)
