"""`machikumo check`: judge exported states and previews, with no program, no credentials and no engine."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from operations.wording import say
from policies.check import Checked, Code, check
from policies.waiver_file import WaiverFileError, exceptions_file, parsed, read_exceptions
from policies.waivers import Exceptions, today

FORMATS = ("table", "json", "sarif", "junit")
"""Each is a module of this package; `written(checked)` is its text."""


class _Parser(argparse.ArgumentParser):
    """A wrong word is broken input: argparse's own exit code, 2, means unknown answers here."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(Code.BROKEN_INPUT, f"{self.prog}: {message}\n")


def main(arguments: Sequence[str]) -> int:
    """Check, report, and return the exit code: 0 all hold, 1 violations, 2 unknowns only, 3 broken input."""
    options = _parser().parse_args(arguments)
    checked = _checked(options.state, options.waivers, options.acceptable_unknown, today())
    if options.output is None:
        _print(_written(options.format, checked))
    else:
        try:
            options.output.write_bytes(_bytes(_written(options.format, checked)))
        except OSError as error:
            print(f"{options.output}: {error.strerror}", file=sys.stderr)  # noqa: T201
            return Code.BROKEN_INPUT
        _print(_written("table", checked))
    for problem in checked.problems:
        sys.stderr.buffer.write(_bytes(f"machikumo check: {problem}\n"))
    return checked.code


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="machikumo check",
        description=say(
            "Judges exported states and previews. Exit code: 0 all hold, 1 violations, 2 unknowns only, 3 broken input.",
            "エクスポートした状態とプレビューを検査します。終了コード: 0 すべて適合、1 違反あり、2 不明のみ、3 入力の誤り。",
        ),
    )
    files = say(
        "the output of `pulumi stack export` or `pulumi preview --json --show-sames`, a folder of such *.json, - for standard input",
        "`pulumi stack export` または `pulumi preview --json --show-sames` の出力、その *.json のフォルダ、標準入力は -",
    )
    parser.add_argument("state", nargs="+", metavar="STATE", help=files)
    parser.add_argument("--format", choices=FORMATS, default=FORMATS[0])
    parser.add_argument(
        "--output",
        type=Path,
        metavar="FILE",
        help=say("write it there, and the table to the terminal", "ここに書き、表は端末に表示する"),
    )
    parser.add_argument(
        "--waivers",
        type=Path,
        metavar="FILE",
        help=say(
            "exceptions (else MACHIKUMO_WAIVERS, else waivers.toml beside Pulumi.yaml)",
            "適用除外のファイル(既定は MACHIKUMO_WAIVERS、次に Pulumi.yaml の隣の waivers.toml)",
        ),
    )
    parser.add_argument(
        "--acceptable-unknown",
        nargs="+",
        action="extend",
        default=[],
        metavar="RULE",
        help=say("rules that may be unknown in a preview", "プレビューで不明でもよい規則"),
    )
    return parser


def _checked(given: Sequence[str], waivers: Path | None, acceptable: Sequence[str], day: date) -> Checked:
    try:
        written = read_exceptions(waivers or exceptions_file(), today=day)
        exceptions = replace(written, acceptable=written.acceptable | _acceptable(acceptable, day).acceptable)
    except WaiverFileError as error:
        return Checked(problems=error.problems)
    return check(given, exceptions, day)


def _acceptable(slugs: Sequence[str], day: date) -> Exceptions:
    listed = {"preview": {"acceptable_until_deployed": list(slugs)}} if slugs else {}
    return parsed(listed, "--acceptable-unknown", today=day)


def _written(form: str, checked: Checked) -> str:
    text: str = import_module(f"operations.check.{form}_report").written(checked)
    return text


def _print(text: str) -> None:
    sys.stdout.buffer.write(_bytes(text))
    sys.stdout.flush()


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")
