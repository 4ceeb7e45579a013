"""`machikumo swap plan`: what a move to another cloud changes, costs and needs, before anything is deployed."""

import argparse
import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import yaml

from operations.promises import Capabilities
from operations.swap.amounts import Amounts, read_amounts
from operations.swap.certificate_file import Certificate, outlived, read_certificate, unnamed
from operations.swap.comparison import Comparison, compare
from operations.swap.decisions import Decision, read_decisions
from operations.swap.losses import Loss
from operations.swap.plan_words import tell
from operations.swap.planned import Planned, Say, in_order, of_one_body, speaking
from operations.swap.posture import Posture, postures
from operations.swap.posture_losses import postured
from operations.swap.ranges import overlapping
from operations.swap.receipts import Place, write
from operations.swap.refusal import Refusal
from operations.swap.runbook import page, save
from operations.wording import say
from stacks.settings import Cloud, Language, SettingsError, read_stack_file

Given = TypeVar("Given")
DAYS = 30
"""From today to the cutover, where no amounts state it: a planning figure."""


def main(arguments: Sequence[str]) -> int:
    """Print the comparison, write runbook and receipts where they are asked for; exit code 0 no loss is open, 1 some are, 2 refused."""
    options = _parser().parse_args(arguments)
    decisions = read_decisions(options.decisions)
    plans = _plans(options, Language.of(os.environ))
    seen = _seen(plans)
    plans = _with(plans, seen, decisions, say)
    hashes = {}
    if options.runbook:
        language = Language.EN if os.environ.get("LANG", "").startswith("en") else Language.JA
        told = speaking(language)
        text = page(_with(_plans(options, language), seen, decisions, told), told, as_given=options.as_given)
        save(options.runbook, text)
        hashes["runbook"] = hashlib.sha256(text.encode()).hexdigest()
    for plan in plans:
        tell(plan, decisions)
        if plan.receipts:
            _receipt(plan, plan.receipts, hashes)
    if options.runbook:
        print(options.runbook)  # noqa: T201
    return 1 if any(plan.left for plan in plans) else 0


def _with(
    plans: Sequence[Planned], seen: Mapping[str, Posture], decisions: Sequence[Decision], words: Say
) -> list[Planned]:
    return [postured(plan, seen.get(plan.stack), decisions, words) for plan in plans]


def _seen(plans: Sequence[Planned]) -> Mapping[str, Posture]:
    """The posture of each stack's two sides, where both take the settings."""
    taken = [plan for plan in plans if not any(loss.kind == "setting-refused" for loss in plan.found.losses)]
    asked = [(_values(one.file), one.found.settings.cloud, one.found.target, one.target_cidr) for one in taken]
    return dict(zip([one.stack for one in taken], postures(asked), strict=True))


def _plans(options: argparse.Namespace, language: Language) -> list[Planned]:
    """Every stack's part as its settings tell it, in the order in which they move, its words in this language."""
    files: list[Path] = options.stack_files
    amounts = [read_amounts(path) for path in _one_each("--amounts", options.amounts, files)]
    ranges = _one_each("--network-cidr", options.network_cidr, files)
    compared = [_compared(file, ranges[number : number + 1], options, language) for number, file in enumerate(files)]
    certificates = [read_certificate(path) for path in _one_each("--certificate", options.certificate, files)]
    overlaps = overlapping([(found.settings, found.target, cidr) for found, cidr in compared])
    plans = []
    for number, (found, cidr) in enumerate(compared):
        stated = amounts[number] if amounts else None
        certificate = certificates[number] if certificates else None
        whole = replace(found, losses=(*found.losses, *overlaps[number], *_presented(found, certificate, stated)))
        folder = options.receipts
        plans.append(
            Planned(
                file=files[number],
                found=whole,
                amounts=stated,
                target_cidr=cidr,
                certificate=certificate,
                receipts=folder / found.settings.stack if folder and len(files) > 1 else folder,
                decisions=options.decisions,
            )
        )
    of_one_body(plans)
    return plans if options.as_given else in_order(plans)


def _compared(
    file: Path, stated: Sequence[str], options: argparse.Namespace, language: Language
) -> tuple[Comparison, str | None]:
    """What changes for one stack, and the range of its other side: as stated, else as a move that has begun has it."""
    values = _values(file)
    begun = values.get("swap_network_cidr")
    cidr = next(iter(stated), begun if isinstance(begun, str) else None)
    try:
        return compare(values, Cloud(options.to), Capabilities.read(), language, network_cidr=cidr), cidr
    except SettingsError as error:
        raise Refusal(str(error)) from None


def _presented(found: Comparison, certificate: Certificate | None, stated: Amounts | None) -> list[Loss]:
    """What the names of the target's certificate mean, and its validity, counted from today."""
    if certificate is None:
        return []
    if found.certificate is None:
        raise Refusal(
            say(
                f"--certificate: {found.target} presents its own certificate and no other without machikumo:azure_host_names: set them, or leave it out",
                f"--certificate: machikumo:azure_host_names がないため、{found.target} の入口は自前の証明書だけを使います。設定するか、--certificate を外してください",
            )
        )
    now = datetime.now(UTC)
    before, after = (stated.prepare_days, stated.settle_days) if stated else (DAYS, found.settings.swap_settle_days)
    cutover = now + timedelta(days=float(before))
    released = cutover + timedelta(days=float(after))
    losses = list(outlived(certificate, now=now, cutover=cutover, released=released))
    return [*losses, *unnamed(certificate, found.host_names)]


def _one_each(word: str, given: list[Given] | None, files: Sequence[Path]) -> list[Given]:
    """What was given, none or one for each stack file. Raises Refusal for any other number."""
    if given and len(given) != len(files):
        raise Refusal(
            say(
                f"{word}: give it {len(files)} times, once for each stack file in their order, or not at all",
                f"{word}: スタックのファイルと同じ順に {len(files)} 回書くか、まったく書かないかにします",
            )
        )
    return given or []


def _receipt(plan: Planned, folder: Path, hashes: Mapping[str, str]) -> None:
    accepted = [loss for loss, _ in plan.decided]
    receipt = write(
        folder,
        step="plan",
        source=Place(system="stack", address=str(plan.found.settings.cloud), name=plan.stack),
        target=Place(system="stack", address=str(plan.found.target), name=plan.stack),
        counts={"accepted": len(accepted), "open": len(plan.left), **(plan.posture.counts if plan.posture else {})},
        hashes={**hashes, **(plan.posture.hashes if plan.posture else {})},
        notes=tuple(
            f"{'accepted' if loss in accepted else 'open'}: {loss.kind} {loss.name}" for loss in plan.found.losses
        ),
    )
    print(receipt.file)  # noqa: T201


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


def _parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="machikumo swap plan",
        description=say(
            "Compares a stack with itself on another cloud: settings, promises, facts and flows, secrets, hours, yen. Deploys nothing. "
            "Exit code: 0 no loss, or all accepted; 1 losses are open; 2 refused.",
            "スタックを別のクラウドに置いたときと比べます: 設定、約束、事実とフロー、秘密情報、時間、費用。何も構築しません。"
            "終了コード: 0 損失なし、またはすべて承認済み、1 未承認の損失あり、2 実行できない。",
        ),
    )
    text = say(
        "stacks/config/Pulumi.<stack>.yaml; several of one body",
        "stacks/config/Pulumi.<stack>.yaml。一つの団体の複数も可",
    )
    made.add_argument("stack_files", type=Path, nargs="+", metavar="FILE", help=text)
    made.add_argument(
        "--to",
        required=True,
        choices=[str(cloud) for cloud in Cloud],
        help=say("the cloud moved to", "移行先のクラウド"),
    )
    text = say(
        "volumes, line and rates (TOML; docs/swap.md), once for each stack file",
        "データ量、回線、単価(TOML、docs/swap.md)。スタックのファイルごとに一つ",
    )
    made.add_argument("--amounts", type=Path, action="append", metavar="FILE", help=text)
    text = say(
        "the range of the target's side, once for each stack file",
        "移行先側のアドレスの範囲。スタックのファイルごとに一つ",
    )
    made.add_argument("--network-cidr", action="append", metavar="CIDR", help=text)
    text = say(
        "the target's public certificate (PEM), once for each stack file",
        "移行先の公開の証明書(PEM)。スタックのファイルごとに一つ",
    )
    made.add_argument("--certificate", type=Path, action="append", metavar="FILE", help=text)
    text = say("write the runbook for the meeting (Markdown)", "会議のための移行手順書を書く(Markdown)")
    made.add_argument("--runbook", type=Path, metavar="FILE", help=text)
    text = say("move the stacks in the order in which they are given", "書いた順に移す")
    made.add_argument("--as-given", action="store_true", help=text)
    made.add_argument(
        "--decisions", type=Path, metavar="FILE", help=say("the accepted losses (TOML)", "認めた損失(TOML)")
    )
    text = say("the move's folder of receipts (outside the checkout)", "移行の記録のフォルダ(チェックアウトの外)")
    text += say("; with several stacks one in it for each", "。複数のスタックではその中に一つずつ")
    made.add_argument("--receipts", type=Path, metavar="FOLDER", help=text)
    return made
