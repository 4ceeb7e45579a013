"""OCI Database with PostgreSQL: configurations, and which system they are for.

https://docs.oracle.com/en-us/iaas/Content/postgresql/config.htm
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sandbox.cloud.checks import matches, one_of
from sandbox.cloud.context import Context, Object
from sandbox.cloud.identity import ocid, same
from sandbox.cloud.oci import database_values as offered
from sandbox.cloud.resource_type import ResourceType
from sandbox.cloud.value import at

CONFIGURATION: Final = "oci:Psql/configuration:Configuration"
NAMED: Final = matches("displayName", r"(?s).{1,255}", "1 to 255 characters")
_ANY_SHAPE: Final = ("PostgreSQL.X86", "PostgreSQL.X86_64")


def _overrides_fit(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    keys = [key for _, key in at(inputs, "dbConfigurationOverrides.items[*].configKey")]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        yield "dbConfigurationOverrides.items", f"InvalidParameter: the variable {key} is given twice"
    sized = [name for name in ("instanceOcpuCount", "instanceMemorySizeInGbs") if inputs.get(name)]
    if inputs.get("isFlexible") is True and sized:
        yield sized[0], "InvalidParameter: a flexible configuration has no size"
    if inputs.get("isFlexible") is False and len(sized) < 2:
        yield "instanceOcpuCount", "InvalidParameter: a fixed configuration has OCPUs and memory"


def configuration_fits(context: Context) -> str | None:
    """Version, shape and, for a fixed configuration, size are the system's."""
    name = context.inputs.get("configId") if context.writing else None
    found = context.find(name, CONFIGURATION) if name else None
    if found is None:
        return None
    version, shape = found.get("dbVersion"), offered.bare(str(found.get("shape", _ANY_SHAPE[0])))
    if offered.major(version) != offered.major(context["dbVersion"]):
        return f"400-InvalidParameter: configuration {found.id} is for version {version}"
    shapes = {shape, *(offered.bare(one) for one in found.get("compatibleShapes") or ())}
    if not shapes & {offered.bare(context["shape"]), *map(offered.bare, _ANY_SHAPE)}:
        return f"400-InvalidParameter: configuration {found.id} is for {shape}"
    return None if found.get("isFlexible", True) else _same_size(context, found)


def _same_size(context: Context, configuration: Object) -> str | None:
    for name in ("instanceOcpuCount", "instanceMemorySizeInGbs"):
        if configuration.get(name) != context.inputs.get(name):
            return f"400-InvalidParameter: the fixed configuration {configuration.id} is for {name} {configuration.get(name)}"
    return None


TYPES: Final = (
    ResourceType(
        token=CONFIGURATION,
        source="https://docs.oracle.com/en-us/iaas/Content/postgresql/config.htm",
        id=ocid("postgresqlconfiguration"),
        computed={"state": same("ACTIVE"), "configType": same("CUSTOM")},
        replace_on=(
            "dbVersion",
            "shape",
            "dbConfigurationOverrides",
            "isFlexible",
            "instanceOcpuCount",
            "instanceMemorySizeInGbs",
            "systemTags",
        ),
        checks=(one_of("dbVersion", offered.VERSIONS), NAMED, _overrides_fit),
        in_use="409-Conflict",
        sources=("https://docs.oracle.com/en-us/iaas/Content/postgresql/config-list-create.htm",),
        blind_spots=(
            "Which variables there are, and their values, is not checked.",
            "The details that the service adds (defaults of every variable) are not given back.",
        ),
    ),
)
