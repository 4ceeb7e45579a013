"""Options of the test suite."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-inventories", action="store_true", help="write tests/inventories/*.json anew")
