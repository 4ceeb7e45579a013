"""Google Cloud: the rows of package `gcp`, and what holds for all of them."""

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from sandbox.cloud.context import Context
from sandbox.cloud.package import Package, collected
from sandbox.cloud.resource_type import ResourceType

# Each file of this folder exports TYPES, and INVOKES if it has data sources; a new file is added to both lists below.
_TYPES: Final[tuple[tuple[ResourceType, ...], ...]] = ()
_INVOKES: Final[tuple[Mapping[str, Any], ...]] = ()


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
    replace_on=("project",),
    fill=_fill,
    computed={"effectiveLabels": _labels, "pulumiLabels": _labels},
)
