"""Amazon Web Services: the rows of package `aws`, and what holds for all of them."""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from sandbox.cloud.aws import (
    application,
    database,
    encryption_key,
    endpoints,
    entry,
    filters,
    flow_log,
    identity,
    images,
    listener,
    log_archive,
    network,
    network_acl,
    object_storage,
    routes,
    secret,
    service,
    target_group,
    task,
)
from sandbox.cloud.context import Context
from sandbox.cloud.package import Package, collected

# Each file of this folder exports TYPES, and INVOKES if it has data sources; a new file is added to both lists below.
_TYPES: Final = (
    network.TYPES,
    routes.TYPES,
    filters.TYPES,
    network_acl.TYPES,
    endpoints.TYPES,
    flow_log.TYPES,
    encryption_key.TYPES,
    identity.TYPES,
    log_archive.TYPES,
    object_storage.TYPES,
    secret.TYPES,
    database.TYPES,
    images.TYPES,
    entry.TYPES,
    target_group.TYPES,
    listener.TYPES,
    application.TYPES,
    task.TYPES,
    service.TYPES,
)
_INVOKES: Final[tuple[Mapping[str, Any], ...]] = (network.INVOKES,)


def _place(configuration: Mapping[str, Any]) -> Mapping[str, str]:
    region = configuration.get("region")
    if not region:
        raise ValueError("aws:region: the provider needs a region")
    accounts = re.findall(
        r"(?<!\d)\d{12}(?!\d)",
        json.dumps([configuration.get(k) for k in ("allowedAccountIds", "assumeRoles", "assumeRole")]),
    )
    defaults = configuration.get("defaultTags") or {}
    tags = defaults.get("tags") or {} if isinstance(defaults, Mapping) else {}
    return {
        "partition": "aws",
        "account": accounts[0] if accounts else "123456789012",
        "region": region,
        "default_tags": json.dumps(tags),
    }


def _tags_all(context: Context) -> dict[str, str]:
    """The resource's own tags over the provider's default tags."""
    return {**json.loads(context.place["default_tags"]), **(context.inputs.get("tags") or {})}


PACKAGE: Final = Package(
    name="aws",
    folder="aws",
    sdk="pulumi_aws",
    place=_place,
    types=collected(*_TYPES),
    invokes={token: invoke for part in _INVOKES for token, invoke in part.items()},
    scope="{account}/{region}",
    # Version 7 gives every regional resource its own region and fills in the provider's:
    # https://www.pulumi.com/registry/packages/aws/how-to-guides/7-0-migration/
    replace_on=("region",),
    fill=lambda context: {"region": context.place["region"]},
    computed={"tagsAll": _tags_all},
    region=lambda found: found.scope.partition("/")[2],
)
