"""The wrong versions that are made of a module, and what they do."""

import ast
from pathlib import Path

from tests.mutation.mutants import Mutant, mutants

SOURCE = '''
"""A module."""
DAYS = 7


def found(one):
    """A finding."""
    if one.days < DAYS and not any(day in "abc" for day in one.open):
        yield Message("short", "短い")


class Other:
    pass
'''


def _mutants(tmp_path: Path) -> list[Mutant]:
    (tmp_path / "rules.py").write_text(SOURCE, encoding="utf-8")
    return list(mutants(tmp_path / "rules.py"))


def test_each_comparison_condition_number_word_and_finding_is_changed_once_and_no_sentence(tmp_path: Path) -> None:
    test = "one.days < DAYS and (not any((day in 'abc' for day in one.open)))"
    assert [str(one) for one in _mutants(tmp_path)] == [
        "rules.py DAYS: `7`: 7 → 8",
        "rules.py DAYS: `7`: 7 → 6",
        f"rules.py found: `{test}`: and → or",
        "rules.py found: `one.days < DAYS`: Lt → LtE",
        "rules.py found: `not any((day in 'abc' for day in one.open))`: `not` left out",
        "rules.py found: `any((day in 'abc' for day in one.open))`: any → all",
        "rules.py found: `day in 'abc'`: In → NotIn",
        "rules.py found: `'abc'`: 'abc' → another word",
        "rules.py found: `yield Message('short', '短い')`: left out",
    ]


def test_a_mutant_differs_from_the_module_in_that_one_place_and_a_finding_left_out_leaves_a_generator(
    tmp_path: Path,
) -> None:
    all_mutants = _mutants(tmp_path)
    whole = ast.unparse(ast.parse(SOURCE)).splitlines()
    differ = [
        [line for line, had in zip(ast.unparse(one.tree).splitlines(), whole, strict=True) if line != had]
        for one in all_mutants
    ]
    assert [len(lines) for lines in differ] == [1] * len(all_mutants)
    assert differ[-1] == ["        (yield Message('short', '短い')) if False else None"]
