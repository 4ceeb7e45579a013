"""Every row of every cloud fits the schema of the installed SDK."""

import re

import pytest

from sandbox.cloud.package import Package
from sandbox.cloud.resource_type import ResourceType
from sandbox.cloud.schema import schema
from sandbox.cloud.server import PACKAGES


def _faults(package: Package, row: ResourceType) -> list[str]:
    types = schema(package.sdk, row.token)
    if types is None:
        return ["the installed SDK has no such type"]
    inputs = [
        *row.input_defaults,
        *row.unordered,
        *row.replace_on,
        *row.open_enums,
        *(reference.path for reference in row.references),
    ]
    inputs += [] if row.name is None else [row.name.property, *row.name.excludes]
    outputs = [*row.computed, *row.later, *row.defaults, *row.secret_outputs, *row.known_as]
    return [
        *(f"no input '{path}'" for path in inputs if re.split(r"[.\[]", path)[0] not in types.inputs.shapes),
        *(f"no output '{name}'" for name in outputs if name not in types.outputs.shapes),
        *(f"'{page}' is no public page" for page in (row.source, *row.sources) if not page.startswith("https://")),
    ]


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_every_row_names_only_properties_that_the_sdk_has(package: Package) -> None:
    found = {token: faults for token, row in package.types.items() if (faults := _faults(package, row))}
    assert found == {}
