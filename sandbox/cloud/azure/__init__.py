"""Microsoft Azure: the rows of package `azure-native`, and what holds for all of them."""

from collections.abc import Mapping
from typing import Any, Final

from sandbox.cloud.azure import (
    application,
    blob,
    blob_lifecycle,
    custom_domain,
    database,
    encryption_key,
    flow_log,
    identity,
    image_registry,
    log_archive,
    network,
    object_storage,
    packet_filter,
    private_access,
    private_dns,
    resource_group,
    secret,
)
from sandbox.cloud.azure.arm import group_exists, location_stays, locked
from sandbox.cloud.context import Context
from sandbox.cloud.package import Package, collected

# Each file of this folder exports TYPES, and INVOKES if it has data sources; a new file is added to both lists below.
_TYPES: Final = (
    application.TYPES,
    blob.TYPES,
    blob_lifecycle.TYPES,
    custom_domain.TYPES,
    database.TYPES,
    encryption_key.TYPES,
    flow_log.TYPES,
    identity.TYPES,
    image_registry.TYPES,
    log_archive.TYPES,
    network.TYPES,
    object_storage.TYPES,
    packet_filter.TYPES,
    private_access.TYPES,
    private_dns.TYPES,
    resource_group.TYPES,
    secret.TYPES,
)
_INVOKES: Final[tuple[Mapping[str, Any], ...]] = ()


def _place(configuration: Mapping[str, Any]) -> Mapping[str, str]:
    subscription = configuration.get("subscriptionId")
    if not subscription:
        raise ValueError("azure-native:subscriptionId: the provider needs a subscription")
    tenant = configuration.get("tenantId") or "00000000-0000-4000-8000-000000000001"
    return {"subscription": subscription, "tenant": tenant, "location": configuration.get("location") or ""}


def _type(context: Context) -> str:
    """`Microsoft.Storage/storageAccounts/blobServices` from the id: the last provider and every second part after it."""
    provider, _, rest = context.id.rpartition("/providers/")[2].partition("/")
    if "/providers/" not in context.id:
        return "Microsoft.Resources/resourceGroups"
    return "/".join([provider, *rest.split("/")[::2]])


def _location(context: Context) -> Mapping[str, Any]:
    """The provider takes the configured location, else the resource group's.

    https://github.com/pulumi/pulumi-azure-native/issues/66
    """
    group = context.inputs.get("resourceGroupName")
    for found in context.objects("azure-native:resources:ResourceGroup"):
        if group and not context.place["location"] and found.get("name") == group:
            return {"location": found.get("location")}
    return {"location": context.place["location"]} if context.place["location"] else {}


PACKAGE: Final = Package(
    name="azure-native",
    folder="azure",
    sdk="pulumi_azure_native",
    place=_place,
    types=collected(*_TYPES),
    invokes={token: invoke for part in _INVOKES for token, invoke in part.items()},
    scope="{subscription}",
    replace_on=("resourceGroupName",),
    fill=_location,
    guards=(locked, group_exists, location_stays),
    computed={
        "name": lambda context: context.id.rpartition("/")[2],
        "type": _type,
        "provisioningState": "Succeeded",
    },
)
