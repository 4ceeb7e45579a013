"""Google Cloud: the rows of package `gcp`, and what holds for all of them."""

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from sandbox.cloud.context import Context
from sandbox.cloud.gcp import (
    application,
    backend,
    database,
    database_content,
    dns,
    encryption_key,
    firewall,
    front,
    identity,
    image_registry,
    landing,
    log_archive,
    network,
    object_storage,
    private_access,
    reserved_address,
    secret,
)
from sandbox.cloud.gcp.naming import region_of
from sandbox.cloud.package import Package, collected

# Each file of this folder that has rows exports TYPES, and INVOKES if it has data sources; a new file is added to both lists.
_TYPES: Final = (
    application.TYPES,
    backend.TYPES,
    database.TYPES,
    database_content.TYPES,
    dns.TYPES,
    encryption_key.TYPES,
    firewall.TYPES,
    front.TYPES,
    identity.TYPES,
    image_registry.TYPES,
    landing.TYPES,
    log_archive.TYPES,
    network.TYPES,
    object_storage.TYPES,
    private_access.TYPES,
    reserved_address.TYPES,
    secret.TYPES,
)
_INVOKES: Final = (log_archive.INVOKES, object_storage.INVOKES)


def project_number(project: str) -> str:
    """The twelve digits that the sandbox gives to a project id; the same in every run."""
    return str(10**11 + int(hashlib.sha256(project.encode()).hexdigest(), 16) % (9 * 10**11))


def _place(configuration: Mapping[str, Any]) -> Mapping[str, str]:
    project, region = configuration.get("project"), configuration.get("region")
    if not project:
        raise ValueError("gcp:project: the provider needs a project")
    region = region or ""
    zone = configuration.get("zone") or (f"{region}-a" if region else "")
    return {"project": project, "number": project_number(project), "region": region, "zone": zone}


def _fill(context: Context) -> Mapping[str, Any]:
    return {"project": context.place["project"]}


def _labels(context: Context) -> dict[str, str]:
    return dict(context.inputs.get("labels") or {})


PACKAGE: Final = Package(
    name="gcp",
    folder="gcp",
    sdk="pulumi_gcp",
    place=_place,
    types=collected(*_TYPES),
    invokes={token: invoke for part in _INVOKES for token, invoke in part.items()},
    scope="{project}",
    replace_on=("project",),
    fill=_fill,
    region=region_of,
    guards=(landing.api_enabled, landing.not_prevented),
    computed={"effectiveLabels": _labels, "pulumiLabels": _labels},
)
