"""Inventories: how many resources of each type each example stack makes, and the values that matter in it.

Update on purpose: ./machikumo test tests/engine/test_inventories.py --update-inventories
"""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from operations.engine import Engine
from operations.environment import ROOT

pytestmark = pytest.mark.engine

INVENTORIES = ROOT / "tests" / "inventories"
STACKS = sorted(
    path.name.removeprefix("Pulumi.").removesuffix(".yaml") for path in (ROOT / "stacks/config").glob("*.yaml")
)

WATCHED = {
    "aws:rds/instance:Instance": [
        "multiAz",
        "instanceClass",
        "backupRetentionPeriod",
        "deletionProtection",
        "engineVersion",
    ],
    "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": ["rule"],
    "aws:kms/key:Key": ["enableKeyRotation", "rotationPeriodInDays", "deletionWindowInDays"],
    "azure-native:dbforpostgresql:Server": ["version", "sku", "highAvailability", "backup"],
    "azure-native:storage:BlobContainerImmutabilityPolicy": ["immutabilityPeriodSinceCreationInDays"],
    "azure-native:keyvault:Key": ["properties"],
    "gcp:sql/databaseInstance:DatabaseInstance": ["databaseVersion", "deletionProtection"],
    "gcp:storage/bucket:Bucket": ["retentionPolicy", "publicAccessPrevention", "location"],
    "gcp:kms/cryptoKey:CryptoKey": ["rotationPeriod", "destroyScheduledDuration"],
    "oci:Psql/dbSystem:DbSystem": ["dbVersion", "instanceCount", "shape"],
    "oci:ObjectStorage/bucket:Bucket": ["accessType", "retentionRules", "versioning"],
    "oci:Kms/key:Key": ["isAutoRotationEnabled", "protectionMode"],
}
"""The inputs whose change a reviewer must see."""


def inventory(engine: Engine) -> dict[str, Any]:
    planned = [e["resourcePreEvent"]["metadata"]["new"] for e in engine.preview().events if "resourcePreEvent" in e]
    types = Counter(one["type"] for one in planned)
    values = {
        f"{one['urn'].rsplit('::', 1)[-1]}.{name}": one["inputs"][name]
        for one in planned
        for name in WATCHED.get(one["type"], ())
        if name in one["inputs"]
    }
    return {"types": dict(sorted(types.items())), "values": dict(sorted(values.items()))}


@pytest.mark.parametrize("name", STACKS)
def test_an_example_stack_makes_what_its_inventory_says(
    name: str, stack: Callable[..., Engine], request: pytest.FixtureRequest
) -> None:
    cloud = yaml.safe_load((ROOT / "stacks" / "config" / f"Pulumi.{name}.yaml").read_text())["config"][
        "machikumo:cloud"
    ]
    found = inventory(stack(name, cloud))
    file = INVENTORIES / f"{name}.json"
    if request.config.getoption("--update-inventories"):
        file.write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n")
    wanted = json.loads(file.read_text()) if file.exists() else {}
    assert found == wanted, f"on purpose? ./machikumo test {Path(__file__).relative_to(ROOT)} --update-inventories"
