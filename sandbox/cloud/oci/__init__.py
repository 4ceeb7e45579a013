"""Oracle Cloud Infrastructure: the rows of package `oci`, and what holds for all of them."""

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from sandbox.cloud.context import Object
from sandbox.cloud.identity import same
from sandbox.cloud.oci import (
    bucket_lifecycle,
    container,
    database,
    database_configuration,
    encryption_key,
    identity,
    image_registry,
    listener,
    load_balancer,
    log_archive,
    network,
    object_storage,
    packet_filter,
    routing,
    secret,
)
from sandbox.cloud.oci.moments import created
from sandbox.cloud.oci.placement import in_own_tenancy
from sandbox.cloud.package import Package, collected

# Each file of this folder that has rows exports TYPES, and INVOKES if it has data sources; a new file is added to both lists.
_TYPES: Final = (
    bucket_lifecycle.TYPES,
    container.TYPES,
    database.TYPES,
    database_configuration.TYPES,
    encryption_key.TYPES,
    identity.TYPES,
    image_registry.TYPES,
    listener.TYPES,
    load_balancer.TYPES,
    log_archive.TYPES,
    network.TYPES,
    object_storage.TYPES,
    packet_filter.TYPES,
    routing.TYPES,
    secret.TYPES,
)
_INVOKES: Final = (container.INVOKES, database.INVOKES, identity.INVOKES, object_storage.INVOKES, routing.INVOKES)


def _place(configuration: Mapping[str, Any]) -> Mapping[str, str]:
    tenancy, region = configuration.get("tenancyOcid"), configuration.get("region")
    if not tenancy or not region:
        raise ValueError(f"oci:{'region' if tenancy else 'tenancyOcid'}: the provider needs a tenancy and a region")
    namespace = "ax" + hashlib.sha256(tenancy.encode()).hexdigest()[:10]
    return {"tenancy": tenancy, "region": region, "namespace": namespace}


def _region(found: Object) -> str:
    """From ocid1.vcn.oc1.ap-tokyo-1.aaaa…, in which identity objects have none; a bucket's is in its scope."""
    if found.id.startswith("ocid1."):
        return found.id.split(".")[3]
    inner = found.scope.partition("/")[2]
    return "" if inner.startswith("ocid1.") else inner


PACKAGE: Final = Package(
    name="oci",
    folder="oci",
    sdk="pulumi_oci",
    place=_place,
    types=collected(*_TYPES),
    invokes={token: invoke for part in _INVOKES for token, invoke in part.items()},
    scope="{tenancy}",
    computed={"systemTags": same({}), "timeCreated": created},
    guards=(in_own_tenancy,),
    region=_region,
)
