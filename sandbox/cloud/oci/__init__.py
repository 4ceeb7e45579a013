"""Oracle Cloud Infrastructure: the rows of package `oci`, and what holds for all of them."""

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from sandbox.cloud.identity import same
from sandbox.cloud.package import Package, collected
from sandbox.cloud.resource_type import ResourceType

# Each file of this folder exports TYPES, and INVOKES if it has data sources; a new file is added to both lists below.
_TYPES: Final[tuple[tuple[ResourceType, ...], ...]] = ()
_INVOKES: Final[tuple[Mapping[str, Any], ...]] = ()


def _place(configuration: Mapping[str, Any]) -> Mapping[str, str]:
    tenancy, region = configuration.get("tenancyOcid"), configuration.get("region")
    if not tenancy or not region:
        raise ValueError(f"oci:{'region' if tenancy else 'tenancyOcid'}: the provider needs a tenancy and a region")
    namespace = "ax" + hashlib.sha256(tenancy.encode()).hexdigest()[:10]
    return {"tenancy": tenancy, "region": region, "namespace": namespace}


PACKAGE: Final = Package(
    name="oci",
    folder="oci",
    sdk="pulumi_oci",
    place=_place,
    types=collected(*_TYPES),
    invokes={token: invoke for part in _INVOKES for token, invoke in part.items()},
    scope="{tenancy}",
    computed={"systemTags": same({}), "timeCreated": same("2026-04-01 00:00:00 +0000 UTC")},
)
