"""No document, however odd, crashes the check: it is judged, or refused with a message; and every report of it can be written."""

import ast
import json
import re
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from operations.check import FORMATS
from policies.check import Code, check
from policies.waivers import Exceptions
from tests.policies.state_files import SECRET, SIGNATURE, UNKNOWN, preview, state

TODAY = date(2026, 11, 25)
NOTHING_ODD = settings(
    max_examples=100,
    derandomize=True,  # the gate judges the same documents each time; take it away to look for others
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate),  # a failing document is told as it is: making it smaller takes minutes
)

ENVELOPES = st.sampled_from([{}, {"value": 1}, {"ciphertext": "x"}, {"plaintext": "{"}, {"plaintext": 3}])
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=6)
    | st.sampled_from(
        [UNKNOWN, "[secret]", "9" * 5000, 10**400, "urn:pulumi:", "::", "\ud800", "\x1b[2J", '{"Statement": 3}']
    )
)
ODD = st.recursive(
    SCALARS | ENVELOPES.map(lambda envelope: {SIGNATURE: SECRET, **envelope}),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
TEXTS = [json.dumps(state()), json.dumps(preview(op="same"))]


def paths(value: Any, above: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a document."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [above, *(path for key, part in inner for path in paths(part, (*above, key)))]


PLACES = [paths(json.loads(text))[1:] for text in TEXTS]


@st.composite
def damaged(draw: st.DrawFn) -> Any:
    """A right document in which a few places hold something else, are gone, or hold what belongs elsewhere."""
    kind = draw(st.integers(0, len(TEXTS) - 1))
    document = json.loads(TEXTS[kind])
    for path in draw(st.lists(st.sampled_from(PLACES[kind]), min_size=1, max_size=6)):
        where = document
        try:
            for step in path[:-1]:
                where = where[step]
            if draw(st.booleans()):
                where[path[-1]] = draw(ODD)
            else:
                del where[path[-1]]
        except (KeyError, IndexError, TypeError):
            continue  # an earlier damage took that place away
    return document


def judged(document: Any, folder: Path) -> None:
    path = folder / "state.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    result = check([str(path)], Exceptions(), TODAY)
    assert result.code in set(Code)
    assert (result.code is Code.BROKEN_INPUT) == (len(result.problems) == 1) == (not result.judged)
    for form in FORMATS:
        text = import_module(f"operations.check.{form}_report").written(result)
        written = text.encode("utf-8", "backslashreplace").decode()
        if form in ("json", "sarif"):
            json.loads(written)
        if form == "junit":
            ET.fromstring(written)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("odd")


@NOTHING_ODD
@given(document=damaged())
def test_a_damaged_document_is_judged_or_refused(document: Any, folder: Path) -> None:
    judged(document, folder)


def words_of_modules() -> list[tuple[list[str], list[str]]]:
    """For each module that reads a cloud's resources: the type tokens it names, and the steps of the paths it reads."""
    found = []
    for path in sorted((Path(__file__).parents[2] / "policies" / "facts").glob("*/*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        texts = {
            node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        tokens = sorted(text for text in texts if re.fullmatch(r"[a-z-]+:[\w/]+:\w+", text))
        steps = sorted({step for text in texts if re.fullmatch(r"[A-Za-z.]+", text) for step in text.split(".")})
        if tokens and steps:
            found.append((tokens, steps))
    return found


WORDS = words_of_modules()
TYPES = sorted({token for tokens, _ in WORDS for token in tokens})


@st.composite
def estates(draw: st.DrawFn) -> Any:
    """Resources of any cloud's types whose properties have the names that an extractor reads, with odd values at any depth."""
    tokens, steps = draw(st.sampled_from(WORDS))
    values = st.recursive(
        ODD | st.sampled_from(["true", "7", "10.0.0.0/8", "Allow", "*", "tcp", "1-x", "P1D", *steps[:3]]),
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(steps), inner, max_size=5),
        max_leaves=12,
    )
    entries = []
    for number in range(draw(st.integers(1, 5))):
        token = draw(st.sampled_from(tokens) | st.sampled_from(TYPES))
        properties = draw(st.dictionaries(st.sampled_from(steps), values, max_size=8))
        urn = f"urn:pulumi:s::p::{token}::{number}"
        entries.append({"urn": urn, "type": token, "custom": True, "id": "x", "inputs": properties})
    return {"deployment": {"manifest": {}, "resources": entries}}


@settings(NOTHING_ODD, max_examples=200)
@given(document=estates())
def test_odd_values_where_an_extractor_looks_are_judged(document: Any, folder: Path) -> None:
    judged(document, folder)


@NOTHING_ODD
@given(
    document=ODD
    | st.fixed_dictionaries({"deployment": ODD})
    | st.fixed_dictionaries({"steps": ODD, "changeSummary": ODD})
)
def test_any_json_is_judged_or_refused(document: Any, folder: Path) -> None:
    judged(document, folder)


@settings(max_examples=60, deadline=None)
@given(parents=st.lists(st.integers(0, 5), min_size=6, max_size=6))
def test_parents_that_go_round_in_a_circle_end(parents: list[int], folder: Path) -> None:
    urns = [f"urn:pulumi:s::p::aws:s3/bucket:Bucket::{number}" for number in range(6)]
    entries = [
        {"urn": urn, "type": "aws:s3/bucket:Bucket", "custom": True, "parent": urns[parent]}
        for urn, parent in zip(urns, parents, strict=True)
    ]
    judged({"deployment": {"manifest": {}, "resources": entries}}, folder)


@NOTHING_ODD
@given(text=st.text(max_size=40) | st.binary(max_size=40))
def test_any_file_is_judged_or_refused(text: str | bytes, folder: Path) -> None:
    path = folder / "any.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    result = check([str(path)], Exceptions(), TODAY)
    assert (result.code, len(result.problems)) == (Code.BROKEN_INPUT, 1)
