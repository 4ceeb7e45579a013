"""The words that name the two ends of a step, the same for every step."""

import argparse
from pathlib import Path

from operations.wording import say

__all__ = ["parser"]


def parser(
    step: str, english: str, japanese: str, *, target: bool = True, decisions: bool = True, jobs: bool = False
) -> argparse.ArgumentParser:
    """A parser with --source, --receipts and what else the step takes; the texts say what it does and its exit codes."""
    made = argparse.ArgumentParser(
        prog=f"machikumo swap {step}",
        description=say(english, japanese),
        epilog=say(
            "A connection is libpq's: service=NAME (pg_service.conf) or 'host=… dbname=… user=…'. Passwords come from ~/.pgpass.",
            "接続は libpq の書き方です: service=名前(pg_service.conf)、または 'host=… dbname=… user=…'。パスワードは ~/.pgpass から読みます。",
        ),
    )
    text = say("the database that is moved", "移す元のデータベース")
    made.add_argument("--source", required=True, metavar="CONNECTION", help=text)
    if target:
        text = say("the database, of the same name, on the other server", "別のサーバの、同じ名前のデータベース")
        made.add_argument("--target", required=True, metavar="CONNECTION", help=text)
    text = say("the move's folder of receipts (outside the checkout)", "移行の記録のフォルダ(チェックアウトの外)")
    made.add_argument("--receipts", required=True, type=Path, metavar="FOLDER", help=text)
    if decisions:
        text = say("the accepted losses (TOML)", "認めた損失(TOML)")
        made.add_argument("--decisions", type=Path, metavar="FILE", help=text)
    if jobs:
        text = say("workers at once on each side (default 2)", "両側それぞれの並列数(既定 2)")
        made.add_argument("--jobs", type=_jobs, default=2, metavar="N", help=text)
    return made


def _jobs(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(
            say(f"'{text}': a whole number from 1 up", f"「{text}」: 1 以上の整数にします")
        )
    return int(text)
