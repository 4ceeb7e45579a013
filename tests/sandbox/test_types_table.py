"""What the sandbox says of itself is what its rows hold."""

import json
from pathlib import Path

import pytest

from sandbox.cloud.__main__ import main
from sandbox.cloud.server import PACKAGES

DOCUMENT = Path(__file__).parents[2] / "docs" / "sandbox-types.md"


def test_the_table_in_the_docs_is_the_commands_output(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["types"]) == 0
    written = "./machikumo sandbox types > docs/sandbox-types.md writes it anew"
    assert DOCUMENT.read_text() == capsys.readouterr().out, written


def test_every_row_is_listed_with_its_sources_and_blind_spots(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["types", "--json"]) == 0
    listed = {one["type"]: (one["sources"], one["blind_spots"]) for one in json.loads(capsys.readouterr().out)}
    rows = [row for package in PACKAGES for row in package.types.values()]
    assert listed == {row.token: ([row.source, *row.sources], list(row.blind_spots)) for row in rows}
