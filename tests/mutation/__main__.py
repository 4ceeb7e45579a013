"""`python -m tests.mutation [FILE…]`: mutation testing of policies/rules, by hand; writes docs/mutation.md.

Each wrong version of a rule (tests/mutation/mutants.py) must make a test fail. The tests are collected once; for each
mutant a copy of the process (fork) takes the change in and runs them until the first one fails. `survivors.toml`
holds the reasons of those that no test can tell from the right one.
"""

import ast
import gc
import os
import resource
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import CodeType, FunctionType
from typing import Final

import pytest
from _pytest.runner import runtestprotocol

from operations.environment import ROOT
from policies.rules import RULES
from tests.mutation.mutants import Mutant, mutants, named

RULES_FOLDER: Final = ROOT / "policies" / "rules"
TESTS: Final = (
    "test_rules",
    "test_compute_rules",
    "test_oversight",
    "test_[a-z]*_facts",
    "test_[a-z]*_alarms",
    "test_second_region",
    "test_secret_renewal",
    "test_environments",
    "test_state_protected",
    "test_images",
    "test_residency",
    "test_reach",
    "test_seeded",
)
ODD: Final = "odd"
"""In the name (or the mark `hypothesis`) of tests that search for odd input, for seconds each: they judge the extractors, not the rules."""
SECONDS: Final = 120
"""Of processor time for one mutant: one that never ends is found, too."""
REPORT: Final = ROOT / "docs" / "mutation.md"
REASONS: Final = Path(__file__).parent / "survivors.toml"


class Mutation:
    """A pytest plugin: instead of running the collected tests once, it runs them against every mutant."""

    def __init__(self, files: Sequence[str]) -> None:
        self.files = files
        self.survived: list[Mutant] = []
        self.counted: Counter[str] = Counter()

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Take over the loop."""
        items = [item for item in session.items if ODD not in item.name and not item.get_closest_marker("hypothesis")]
        gc.freeze()
        assert _passes(items), "the tests must pass before anything is changed"
        for path in sorted(RULES_FOLDER.glob("*.py")):
            if self.files and path.name not in self.files:
                continue
            for mutant in mutants(path):
                self.counted[mutant.file] += 1
                if _passes(_first_those_that_name_it(mutant, items), mutant):
                    self.survived.append(mutant)
                    print(f"\nSURVIVED {mutant}", flush=True)  # noqa: T201
        return True


def _passes(items: Sequence[pytest.Item], mutant: Mutant | None = None) -> bool:
    """Whether every test passes, with the mutant in."""
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        try:
            if mutant:
                _apply(mutant)
        except Exception:  # noqa: BLE001 # a module that can't even be loaded
            os._exit(1)
        for item, following in zip(items, [*items[1:], None], strict=True):
            if any(report.failed for report in runtestprotocol(item, nextitem=following, log=False)):
                os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def _apply(mutant: Mutant) -> None:
    """Give the live functions (or the module's constant) the changed code."""
    name = f"policies.rules.{mutant.file.removesuffix('.py')}".removesuffix(".__init__")
    module = sys.modules[name]
    tree = ast.fix_missing_locations(mutant.tree)
    changed = next(one for one in tree.body if named(one) == mutant.where)
    if not isinstance(changed, ast.FunctionDef):
        exec(compile(ast.Module(body=[changed], type_ignores=[]), mutant.file, "exec"), vars(module))
        return
    whole = compile(tree, str(RULES_FOLDER / mutant.file), "exec")
    code = next(one for one in whole.co_consts if isinstance(one, CodeType) and one.co_qualname == mutant.where)
    found = [
        one
        for one in gc.get_objects()
        if isinstance(one, FunctionType) and (one.__module__, one.__qualname__) == (name, mutant.where)
    ]
    assert found, mutant
    for function in found:
        function.__code__ = code


def _first_those_that_name_it(mutant: Mutant, items: Sequence[pytest.Item]) -> list[pytest.Item]:
    module = f"policies.rules.{mutant.file.removesuffix('.py')}"
    own = [one.slug for one in RULES if (one.check.__module__, one.check.__name__) == (module, mutant.where)]
    near = own or [one.slug for one in RULES if one.check.__module__ == module]
    return sorted(items, key=lambda item: not any(slug in item.nodeid for slug in near))


def _written(run: Mutation, seconds: float) -> str:
    reasons = tomllib.loads(REASONS.read_text(encoding="utf-8"))["reason"]
    total, left = sum(run.counted.values()), Counter(one.file for one in run.survived)
    rows = [f"| `{file}` | {count} | {count - left[file]} |" for file, count in sorted(run.counted.items())]
    survivors = [
        f"* {one}  \n  {reasons.get(str(one), 'No test tells it from the right one yet.')}" for one in run.survived
    ]
    killed = total - len(run.survived)
    return "\n".join(
        [
            "# Mutation testing of the rules / 規則の変異テスト",
            "",
            "`python -m tests.mutation` wrote this: each small wrong version of a rule in `policies/rules` (a comparison turned, a condition or a",
            "finding left out, a number off by one, another word) must make a test of `tests/policies` fail. Texts of messages are not changed.",
            "",
            f"* {datetime.now(UTC):%Y-%m-%d}, {seconds / 60:.0f} minutes",
            f"* Killed: {killed} of {total}, {100 * killed / total:.1f} %",
            "",
            "| file | mutants | killed |",
            "| --- | --- | --- |",
            *rows,
            "",
            "## Survivors",
            "",
            *survivors,
            "",
        ]
    )


def main(files: Sequence[str]) -> int:
    """Run; exit code 1 where less than nine in ten are killed."""
    folder = ROOT / "tests" / "policies"
    paths = [str(path) for pattern in TESTS for path in sorted(folder.glob(f"{pattern}.py"))]
    run, started = Mutation(files), time.monotonic()
    code = pytest.main(["-q", "-p", "no:xdist", *paths], plugins=[run])
    assert code == pytest.ExitCode.OK, code
    total, lost = sum(run.counted.values()), len(run.survived)
    print(f"{total - lost} of {total} killed in {time.monotonic() - started:.0f} s")  # noqa: T201
    if not files:
        REPORT.write_text(_written(run, time.monotonic() - started), encoding="utf-8")
    return int(total - lost < 0.9 * total)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
