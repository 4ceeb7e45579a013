"""The check's result for a person: what does not plainly hold, file by file, and the sums."""

import io
import shutil

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from operations.check.shared import because, counts, verdict_word, visible
from policies.check import Checked, Judged
from policies.judge import Answer
from policies.language import Message

WIDE = 160
"""Columns where there is no terminal."""


def written(checked: Checked) -> str:
    """Tables in the language of the environment, as wide as the terminal."""
    console = Console(file=io.StringIO(), width=shutil.get_terminal_size((WIDE, 0)).columns, color_system=None)
    for judged in checked.judged:
        if any(verdict.answer is not Answer.HOLDS for verdict in judged.verdicts):
            console.print(_table(judged))
    with_answers = ", ".join(f"{word} {number}" for word, number in counts(checked).items())
    resources = sum(judged.resources for judged in checked.judged)
    files = len(checked.judged)
    console.print(
        Text(str(Message(f"{files} files, {resources} resources", f"{files} ファイル、{resources} リソース")))
    )
    console.print(Text(with_answers))
    text = console.file
    assert isinstance(text, io.StringIO)
    return text.getvalue()


def _table(judged: Judged) -> Table:
    table = Table(title=Text(visible(judged.name)), title_justify="left", box=box.ASCII2)
    for title in (
        Message("verdict", "判定"),
        Message("rule", "規則"),
        Message("resource", "リソース"),
        Message("why, and the cure", "理由と対処"),
    ):
        table.add_column(Text(str(title)), overflow="fold")
    for verdict in judged.verdicts:
        if verdict.answer is not Answer.HOLDS:
            name = visible(verdict.urn.rpartition("::")[2])
            cells = (str(verdict_word(verdict)), verdict.rule.slug, name, str(because(verdict)))
            table.add_row(*(Text(cell) for cell in cells))
    return table
