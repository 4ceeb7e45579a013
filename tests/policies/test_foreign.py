"""What the verifier says of programs that other people wrote is what a careful reviewer says (tests/policies/foreign)."""

import ast
import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from policies.facts.vocabulary import Classified
from policies.judge import Answer, Verdict
from policies.state import judge_state
from tests.policies.foreign import CLOUDS, FOLDER, programs
from tests.policies.organisation import own

ROOT = Path(__file__).parents[2]


def told(verdicts: list[Verdict], answer: Answer) -> dict[str, list[str]]:
    found: dict[str, set[str]] = {}
    for one in verdicts:
        if one.answer is answer:
            found.setdefault(one.rule.slug, set()).add(one.urn.rpartition("::")[2])
    return {slug: sorted(names) for slug, names in sorted(found.items())}


@pytest.mark.parametrize("program", programs())
def test_exactly_what_a_reviewer_expects_is_violated_and_unknown(program: str) -> None:
    expected = tomllib.loads((FOLDER / f"{program}.toml").read_text(encoding="utf-8"))
    verdicts = own(judge_state(FOLDER / f"{program}.json").verdicts)
    violated = told(verdicts, Answer.VIOLATED)
    unknown = {
        slug: sorted(left)
        for slug, names in told(verdicts, Answer.UNKNOWN).items()
        if (left := set(names) - set(violated.get(slug, ())))  # one fact of several may be open where another is broken
    }
    assert {"violated": violated, "unknown": unknown} == expected


def test_every_cloud_has_three_programs_and_they_know_nothing_of_this_project() -> None:
    assert [sum(one.startswith(f"{cloud}/") for one in programs()) for cloud in CLOUDS] == [3] * len(CLOUDS)
    for name in programs():
        tree = ast.parse((FOLDER / f"{name}.py").read_text(encoding="utf-8"))
        imported = {one.name for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names}
        imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert all(one == "json" or one.startswith("pulumi") for one in imported), name


@pytest.mark.parametrize("cloud", CLOUDS)
def test_a_program_still_registers_its_committed_state(cloud: str) -> None:
    """In a process of its own: the SDK keeps what it is told in globals."""
    program = next(one for one in programs() if one.startswith(f"{cloud}/"))
    code = (
        "import sys\nfrom tests.policies.foreign import registered\nfrom tests.policies.foreign.monitor import written\n"
        "sys.stdout.write(written(registered(sys.argv[1])))"
    )
    ran = subprocess.run([sys.executable, "-c", code, program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == json.loads((FOLDER / f"{program}.json").read_text(encoding="utf-8"))


def test_the_programs_bring_every_kind_of_resource_to_light() -> None:
    """A state that nothing was read from would be judged right by an empty expectation."""
    for program in programs():
        facts = judge_state(FOLDER / f"{program}.json").facts
        kinds = {type(fact) for fact in facts}
        assert sum(isinstance(fact, Classified) for fact in facts) > 3
        assert len(kinds) > 6
