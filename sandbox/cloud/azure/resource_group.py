"""Azure resource groups and management locks.

https://learn.microsoft.com/azure/azure-resource-manager/management/manage-resource-groups-portal
"""

from typing import Final

from sandbox.cloud.azure.arm import GROUP_TOKEN, LOCK, scope_exists
from sandbox.cloud.checks import matches, one_of
from sandbox.cloud.identity import same
from sandbox.cloud.resource_type import Name, ResourceType

_ARM: Final = "https://learn.microsoft.com/azure/azure-resource-manager/management"

TYPES: Final = (
    ResourceType(
        token=GROUP_TOKEN,
        source=f"{_ARM}/resource-name-rules",
        sources=(f"{_ARM}/delete-resource-group", f"{_ARM}/resource-providers-and-types"),
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
        replace_on=("location",),
        known_as=("name",),
        blind_spots=(
            "Deleting a group deletes everything in it at once; here the content stays until it is deleted itself.",
            "Whether the resource providers are registered in the subscription is not asked.",
            "Names that differ only in case are one name on Azure.",
        ),
    ),
    ResourceType(
        token=LOCK,
        source=f"{_ARM}/lock-resources",
        sources=("https://learn.microsoft.com/rest/api/resources/management-locks/create-or-update-by-scope",),
        id="{scope}/providers/Microsoft.Authorization/locks/{lockName}",
        name=Name(property="lockName", longest=90, allowed="a-zA-Z0-9_-", lower=False, unique_in="{scope}"),
        replace_on=("scope",),
        checks=(
            one_of("level", ("CanNotDelete", "ReadOnly")),
            matches("notes", r"(?s).{0,512}", "notes have at most 512 characters"),
        ),
        guards=(scope_exists,),
        blind_spots=(
            "A lock takes some minutes to be in force everywhere, and to be gone.",
            "Only Owner and User Access Administrator may make locks; whether the deployer is one is not asked.",
            "A read-only lock also forbids actions that are no writes, such as listing a storage account's keys.",
        ),
    ),
)
