from pathlib import Path

import pytest

from stacks.settings import read_stack_file

CONFIG = Path(__file__).parents[2] / "stacks" / "config"


@pytest.fixture(scope="session")
def config_folder() -> Path:
    return CONFIG


@pytest.fixture(scope="session")
def good() -> dict[str, object]:
    """A complete set of values: the first example, with its password encrypted."""
    values = read_stack_file(CONFIG / "Pulumi.011002-resident-record-production.yaml")
    return {**values, "database_password": {"secure": "v1:abc"}}
