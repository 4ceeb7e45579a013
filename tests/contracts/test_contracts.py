"""Every cloud × every capability: the same class, the same way to call it, every gap declared in full."""

import inspect
import re
import subprocess
import sys
from importlib import import_module
from typing import get_type_hints

import pytest

from components.__main__ import CLOUDS, markdown, not_offered, promises
from components._component import Component
from components.cloud import CAPABILITIES

MODULES = {contract.__name__: contract.__module__.removeprefix("components.") for contract in CAPABILITIES}


@pytest.mark.parametrize("cloud", CLOUDS)
@pytest.mark.parametrize("contract", CAPABILITIES, ids=lambda contract: contract.__name__)
class TestEveryCapability:
    def test_the_implementation_is_the_contract(self, cloud: str, contract: type[Component]) -> None:
        module = import_module(f"components.{cloud}.{MODULES[contract.__name__]}")
        kept = getattr(module, contract.__name__)
        assert issubclass(kept, contract)
        assert kept.PROMISES is contract.PROMISES, "a cloud can't reword a promise"

    def test_it_is_called_alike(self, cloud: str, contract: type[Component]) -> None:
        module = import_module(f"components.{cloud}.{MODULES[contract.__name__]}")
        words = list(inspect.signature(getattr(module, contract.__name__).__init__).parameters)
        assert words == ["self", "name", "args", "landing", "opts"]

    def test_the_cloud_offers_it_by_its_file_name(self, cloud: str, contract: type[Component]) -> None:
        method = getattr(getattr(import_module(f"components.{cloud}"), cloud.capitalize()), MODULES[contract.__name__])
        hints = get_type_hints(method)
        assert issubclass(hints["return"], contract)
        assert list(inspect.signature(method).parameters) == ["self", "name", "args"]


@pytest.mark.parametrize("cloud", CLOUDS)
def test_a_gap_names_a_promise_that_exists_and_says_why_since_when_and_where_it_is_written(cloud: str) -> None:
    known = {promise for promise, _ in promises()}
    for promise, entry in not_offered(cloud).items():
        assert promise in known
        assert len(entry.reason) > 20
        assert entry.reason.endswith(".")
        assert re.fullmatch(r"https://\S+", entry.source)
        assert re.fullmatch(r"20\d\d-\d\d-\d\d", entry.since)


@pytest.mark.parametrize("cloud", CLOUDS)
def test_the_table_shows_what_the_cloud_itself_declares(cloud: str) -> None:
    assert not_offered(cloud) == getattr(import_module(f"components.{cloud}"), cloud.capitalize()).NOT_OFFERED


def test_the_table_is_made_without_a_clouds_sdk() -> None:
    asked = "import sys, components.__main__ as made; made.data(); print([one for one in sys.modules if one.startswith('pulumi_')])"
    assert subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_every_promise_is_a_sentence_said_once() -> None:
    ids = [promise for promise, _ in promises()]
    assert len(ids) == len(set(ids))
    assert [sentence for _, sentence in promises() if not sentence.endswith(".")] == []


def test_the_readme_shows_the_table_that_the_code_makes() -> None:
    from tests.architecture.test_architecture import ROOT

    for readme in ("README.md", "README.ja.md"):
        assert markdown() in (ROOT / readme).read_text(), f"{readme}: paste the output of `python -m components`"
