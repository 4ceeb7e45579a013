"""Oracle Cloud Infrastructure: the rows of package `oci`, and what holds for all of them."""

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from sandbox.cloud.identity import same
from sandbox.cloud.oci import (
    application,
    database,
    encryption_key,
    identity,
    load_balancer,
    log_archive,
    network,
    object_storage,
    secret,
)
from sandbox.cloud.package import Package, collected

# Each file of this folder exports TYPES, and INVOKES if it has data sources; a new file is added to both lists below.
_TYPES: Final = (
    application.TYPES,
    database.TYPES,
    encryption_key.TYPES,
    identity.TYPES,
    load_balancer.TYPES,
    log_archive.TYPES,
    network.TYPES,
    object_storage.TYPES,
    secret.TYPES,
)
_INVOKES: Final = (application.INVOKES, database.INVOKES, identity.INVOKES, network.INVOKES, object_storage.INVOKES)


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
    # ocid1.vcn.oc1.ap-tokyo-1.aaaa…; objects of the identity service have no region in theirs.
    region=lambda found: found.id.split(".")[3] if found.id.startswith("ocid1.") else "",
)
