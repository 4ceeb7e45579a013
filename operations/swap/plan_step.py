"""`machikumo swap plan`: what a move to another cloud changes, costs and needs, before anything is deployed."""

import argparse
import os
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import yaml

from operations.promises import Capabilities
from operations.swap.amounts import Amounts, read_amounts
from operations.swap.check_source_step import told
from operations.swap.comparison import Comparison, compare
from operations.swap.decisions import read_decisions
from operations.swap.receipts import Place, write
from operations.swap.refusal import Refusal
from operations.wording import say
from stacks.settings import Cloud, Language, SettingsError, read_stack_file


def main(arguments: Sequence[str]) -> int:
    """Print the comparison, write the receipt where there is a folder; exit code 0 no loss is open, 1 some are, 2 refused."""
    options = _parser().parse_args(arguments)
    decisions = read_decisions(options.decisions)
    amounts = read_amounts(options.amounts) if options.amounts else None
    values = _values(options.stack_file)
    try:
        found = compare(values, Cloud(options.to), Capabilities.read(), Language.of(os.environ))
    except SettingsError as error:
        raise Refusal(str(error)) from None
    print(f"{found.settings.stack}: {found.settings.cloud} → {found.target}")  # noqa: T201
    accepted, left = told(found.losses, decisions)
    lines = [*_gained(found), *_to_be_set(found), *(_taken(amounts) if amounts else [])]
    words = (
        f"{len(found.losses)} losses, {len(left)} of them open",
        f"損失 {len(found.losses)} 件、うち未承認 {len(left)} 件",
    )
    print("\n".join([*lines, f"{say(*words)}."]))  # noqa: T201
    if options.receipts:
        receipt = write(
            options.receipts,
            step="plan",
            source=Place(system="stack", address=str(found.settings.cloud), name=found.settings.stack),
            target=Place(system="stack", address=str(found.target), name=found.settings.stack),
            counts={"accepted": len(accepted), "open": len(left)},
            notes=tuple(
                f"{'accepted' if loss in accepted else 'open'}: {loss.kind} {loss.name}" for loss in found.losses
            ),
        )
        print(receipt.file)  # noqa: T201
    return 1 if left else 0


def _values(file: Path) -> dict[str, object]:
    """The settings in the stack file, before they are checked. Raises Refusal where it is none."""
    try:
        return read_stack_file(file)
    except OSError as error:
        raise Refusal(f"{file}: {error.strerror}") from None
    except (yaml.YAMLError, AttributeError, UnicodeDecodeError):
        fix = (
            "no stack file: YAML with `config:` and its keys below",
            "スタックの設定ファイルではありません: config: の下にキーを書いた YAML です",
        )
        raise Refusal(f"{file}: {say(*fix)} (stacks/config/Pulumi.<stack>.yaml)") from None


def _gained(found: Comparison) -> list[str]:
    return [
        say(f"gained     {one}: kept literally there", f"改善      {one}: 移行先ではそのまま守られます")
        for one in found.gains
    ]


def _to_be_set(found: Comparison) -> list[str]:
    key = say("set anew  ", "再設定    ")
    what = say(
        "a secret is not carried: encrypt it for the target", "秘密情報は移りません。移行先のために暗号化し直します"
    )
    return [f"{key} machikumo:{one}: {what}" for one in found.secrets]


def _taken(amounts: Amounts) -> list[str]:
    """The numbers, by the line and the rates that were stated."""
    return [
        say(
            f"copy       {_number(amounts.copy_hours, 1)} hours at the least (database and objects, {_number(amounts.line_mbps, 0)} Mbit/s)",
            f"複写      少なくとも {_number(amounts.copy_hours, 1)} 時間(データベースとオブジェクト、{_number(amounts.line_mbps, 0)} Mbit/s)",
        ),
        say(
            f"down       {_number(amounts.down_hours, 1)} hours (the database's copy at that speed, half as long for the comparison; application stopped)",
            f"停止      {_number(amounts.down_hours, 1)} 時間(その速度でのデータベースの複写と、その半分の照合。アプリケーションは停止)",
        ),
        say(
            f"egress     {_number(amounts.egress_yen, 0)} yen, once",
            f"データ転送 {_number(amounts.egress_yen, 0)} 円(一度)",
        ),
        say(
            f"two sides  {_number(amounts.double_yen, 0)} yen ({_number(amounts.prepare_days, 0)} days before and {_number(amounts.settle_days, 0)} after the cutover)",
            f"並行稼働  {_number(amounts.double_yen, 0)} 円(切替前 {_number(amounts.prepare_days, 0)} 日、切替後 {_number(amounts.settle_days, 0)} 日)",
        ),
    ]


def _number(value: Fraction, digits: int) -> str:
    return f"{float(value):,.{digits}f}"


def _parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="machikumo swap plan",
        description=say(
            "Compares a stack with itself on another cloud: settings, promises, secrets, hours, yen. Deploys nothing. "
            "Exit code: 0 no loss, or all accepted; 1 losses are open; 2 refused.",
            "スタックを別のクラウドに置いたときと比べます: 設定、約束、秘密情報、時間、費用。何も構築しません。"
            "終了コード: 0 損失なし、またはすべて承認済み、1 未承認の損失あり、2 実行できない。",
        ),
    )
    made.add_argument("stack_file", type=Path, metavar="FILE", help="stacks/config/Pulumi.<stack>.yaml")
    made.add_argument(
        "--to",
        required=True,
        choices=[str(cloud) for cloud in Cloud],
        help=say("the cloud moved to", "移行先のクラウド"),
    )
    text = say("volumes, line and rates (TOML; docs/swap.md)", "データ量、回線、単価(TOML、docs/swap.md)")
    made.add_argument("--amounts", type=Path, metavar="FILE", help=text)
    made.add_argument(
        "--decisions", type=Path, metavar="FILE", help=say("the accepted losses (TOML)", "認めた損失(TOML)")
    )
    text = say("the move's folder of receipts (outside the checkout)", "移行の記録のフォルダ(チェックアウトの外)")
    made.add_argument("--receipts", type=Path, metavar="FOLDER", help=text)
    return made
