"""An object that somebody made before the stack is taken over, in the way of docs/import.md: no second one is made, nothing changes."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from operations.engine import Engine
from sandbox.cloud import drift
from tests.engine.conftest import CLOUDS
from tests.sandbox.conftest import Caller

pytestmark = pytest.mark.engine

EXISTING = {
    "aws": "aws:ecr/repository:Repository application-images",
    "azure": "azure-native:privatedns:PrivateZone network-blobs",
    "gcp": "gcp:artifactregistry/repository:Repository application-images",
    "oci": "oci:Artifacts/containerRepository:ContainerRepository application-images",
}
"""What is there before the stack, in practice: a vendor's images, or a private zone of the landing's administrators."""


IMPORT = ("--yes", "--skip-preview", "--generate-code=false", "--protect=false")


def without(state: dict[str, Any], urn: str) -> dict[str, Any]:
    """`state` as if the engine had never heard of this resource."""
    resources = [one for one in state["deployment"]["resources"] if one["urn"] != urn]
    for one in resources:
        one["dependencies"] = [other for other in one.get("dependencies") or () if other != urn]
        one["propertyDependencies"] = {
            name: [other for other in others or () if other != urn]
            for name, others in (one.get("propertyDependencies") or {}).items()
        }
    return {**state, "deployment": {**state["deployment"], "resources": resources}}


def by_hand(engine: Engine, urn: str, state: Mapping[str, Any], books: Path) -> str:
    """Make the object anew through the cloud's own interface, as somebody who is not the engine; its id."""
    resources = {one["urn"]: one for one in state["deployment"]["resources"]}
    known = resources[urn]
    provider = resources[known["provider"].rpartition("::")[0]]["inputs"]
    drift.delete(books, urn)
    servers = engine._environment["PULUMI_DEBUG_PROVIDERS"].split(",")
    ports = {package: int(port) for package, _, port in (one.partition(":") for one in servers)}
    caller = Caller(ports[known["type"].partition(":")[0]], **provider)
    given = {name: value for name, value in known["inputs"].items() if not name.startswith("__")}
    id_, _ = caller.create(known["type"], given, name="made-by-hand")
    caller.close()
    return id_


@pytest.mark.parametrize("cloud", CLOUDS)
def test_what_somebody_made_before_is_taken_over(cloud: str, standing: Callable[[str], Engine], tmp_path: Path) -> None:
    engine, books, file = standing(cloud), tmp_path / "cloud", tmp_path / "import.json"
    token, name = EXISTING[cloud].split()
    before = engine.export()
    urn = next(
        one["urn"]
        for one in before["deployment"]["resources"]
        if (one["type"], one["urn"].rpartition("::")[2]) == (token, name)
    )
    made = by_hand(engine, urn, before, books)
    engine.replace(without(before, urn))
    held = sorted((token, id_) for _, token, id_ in drift.books(books))

    engine.preview("--import-file", str(file))
    wanted = json.loads(file.read_text())
    wanted["resources"] = [
        {**one, "id": made} for one in wanted["resources"] if (one["type"], one["name"]) == (token, name)
    ]
    file.write_text(json.dumps(wanted))
    engine.run("import", "--file", str(file), *IMPORT, "-s", engine.stack)

    after = {one["urn"]: one.get("id") for one in engine.export()["deployment"]["resources"]}
    assert after[urn] == made
    assert engine.preview("--expect-no-changes").changes.keys() == {"same"}
    assert sorted((token, id_) for _, token, id_ in drift.books(books)) == held
