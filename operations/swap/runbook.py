"""The runbook of a move: one Markdown page for the meeting that decides it, made of the same comparison as the plan."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from operations.swap.losses import KINDS, Loss
from operations.swap.planned import ORDER, Planned, Say
from operations.swap.posture_losses import known, summary
from operations.swap.quotas import quotas
from operations.swap.refusal import Refusal
from operations.swap.runbook_cost import cost
from operations.swap.runbook_risks import risks
from operations.swap.runbook_stages import StageOfRunbook, stages
from operations.swap.unknowns import NO_CERTIFICATE, NO_RANGE, NOT_COMPARED, certificate
from operations.swap.whole_file import put
from operations.wording import say as told
from stacks.settings import SYSTEMS, Environment

__all__ = ["page", "save"]

MARK = re.compile(r"<!-- machikumo swap runbook: (?P<stacks>[a-z0-9 -]+); sha256 (?P<hash>[0-9a-f]{64}) -->\n")
"""The last line: whose runbook it is, and what everything above hashes to as long as nobody wrote into it."""


def save(path: Path, text: str) -> None:
    """Write the page, whole or not at all. Raises Refusal where another file, or a runbook that people wrote into, would be lost."""
    try:
        there = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        there = None
    except (OSError, UnicodeDecodeError) as error:
        raise Refusal(f"{path}: {error}") from None
    if there is not None and _untouched(there) != _untouched(text):
        raise Refusal(
            told(
                f"{path}: no runbook of these stacks, or somebody wrote into it: nothing was changed. Name another file",
                f"{path}: このスタックの手順書ではないか、手で書き込まれています。何も変えていません。別のファイルを指定してください",
            )
        )
    try:
        put(path.parent, path.name, text.encode(), anew=there is not None)
    except OSError as error:
        raise Refusal(f"{path}: {error.strerror}") from None


def page(plans: Sequence[Planned], say: Say, *, as_given: bool) -> str:
    """The page; the same plans always give the same."""
    lines = list(_lines(plans, say, as_given=as_given))
    text = "\n".join(lines).rstrip("\n") + "\n\n"
    stacks = " ".join(one.stack for one in plans)
    return f"{text}<!-- machikumo swap runbook: {stacks}; sha256 {_hash(text)} -->\n"


def _untouched(text: str) -> frozenset[str] | None:
    """The stacks of a runbook into which nobody wrote; None for any other text."""
    start = text.rfind("<!-- machikumo swap runbook: ")
    mark = MARK.fullmatch(text[start:]) if start >= 0 else None
    return frozenset(mark["stacks"].split()) if mark and _hash(text[:start]) == mark["hash"] else None


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _lines(plans: Sequence[Planned], say: Say, *, as_given: bool) -> Iterator[str]:
    body = plans[0].found.settings.body.full_name
    yield f"# {say(f'Runbook of the move: {body}', f'移行手順書: {body}')}"
    yield ""
    yield say(
        "Made by `./machikumo swap plan … --runbook`, from the settings alone: nothing was deployed, nothing was asked of a cloud.",
        "`./machikumo swap plan … --runbook` が設定だけから作りました。何も構築せず、クラウドへの問い合わせもしていません。",
    )
    yield from _summary(plans, say)
    yield ""
    yield (
        say("Order as given on the command line.", "順序はコマンドに書かれたとおりです。")
        if as_given
        else f"{say(*ORDER)}{say('.', '。')}"
    )
    for number, plan in enumerate(plans, 1):
        yield from ("", f"## {number}. {_name(plan, say)}", "")
        yield from _decisions(plan, say)
        yield from _posture(plan, say)
        yield from cost(plan, say)
        yield from _needed(plan, say)
        yield from _course(plan, say)
        yield from ("", f"### {say('Risks', 'リスク')}", "")
        yield from (f"- {one}" for one in risks(plan, say))
    yield from _not_compared(plans, say)
    yield from _signatures(plans, say)


def _name(plan: Planned, say: Say) -> str:
    settings = plan.found.settings
    environment = {Environment.PRODUCTION: "本番", Environment.VERIFICATION: "検証"}[settings.environment]
    system = say(settings.system, SYSTEMS[settings.system].japanese)
    return f"{system} {say(settings.environment, environment)}: {settings.cloud} → {plan.found.target}"


def _summary(plans: Sequence[Planned], say: Say) -> Iterator[str]:
    heads = (
        say("order", "順序"),
        say("system", "業務"),
        say("stack", "スタック"),
        say("stop, hours", "停止(時間)"),
        say("egress, yen", "転送(円)"),
        say("two sides, yen", "並行稼働(円)"),
        say("open losses", "未承認の損失"),
    )
    yield from ("", _row(heads), _row(["---"] * len(heads)))
    unknown = say("not stated", "未記入")
    for number, plan in enumerate(plans, 1):
        one = plan.amounts
        numbers = (
            (f"{float(one.down_hours):,.1f}", f"{float(one.egress_yen):,.0f}", f"{float(one.double_yen):,.0f}")
            if one
            else (unknown,) * 3
        )
        yield _row([str(number), _name(plan, say), f"`{plan.stack}`", *numbers, str(len(plan.left))])
    stated = [one.amounts for one in plans if one.amounts]
    if len(stated) == len(plans) > 1:
        hours = sum(float(one.down_hours) for one in stated)
        yen = [sum(one.egress_yen for one in stated), sum(one.double_yen for one in stated)]
        sums = [f"{hours:,.1f}", *(f"{float(one):,.0f}" for one in yen)]
        yield _row([say("sum", "合計"), "", "", *sums, str(sum(len(one.left) for one in plans))])


def _decisions(plan: Planned, say: Say) -> Iterator[str]:
    yield from (f"### {say('Losses and decisions', '損失と決定')}", "")
    if not plan.left and not plan.decided:
        yield say("The settings' comparison names no loss.", "設定の比較では損失は見つかりませんでした。")
        return
    heads = (
        say("loss", "損失"),
        say("what it means", "意味"),
        say("decision", "決定"),
        say("owner", "責任者"),
        say("approver", "承認者"),
    )
    yield from (_row(heads), _row(["---"] * len(heads)))
    for loss in plan.left:
        words = say("**open**", "**未承認**") if loss.acceptable else say("**to cure**", "**要対処**")
        yield _row([_of(loss), _meaning(loss, say), words, "", ""])
    for loss, one in plan.decided:
        yield _row([_of(loss), _meaning(loss, say), f"{one.reason} ({one.approved})", one.owner, one.approver])


def _posture(plan: Planned, say: Say) -> Iterator[str]:
    yield from ("", f"### {say('Facts and flows of both sides', '両側の事実とフロー')}", "")
    yield f"{summary(plan.posture, say)}{say('.', '。')}"
    listed = list(known(plan.posture, say))
    if listed:
        yield ""
        yield say(
            f"What {plan.found.target} keeps less of, for reasons that are declared:",
            f"{plan.found.target} が宣言された理由で弱いもの:",
        )
        yield ""
    yield from (f"- {one}" for one in listed)


def _needed(plan: Planned, say: Say) -> Iterator[str]:
    found, here, there = plan.found, plan.found.settings.cloud, plan.found.target
    yield from ("", f"### {say('To be made ready', '用意するもの')}", "")
    for one in sorted({"swap_database_password", *found.secrets} - {"database_password"}):
        yield "- " + say(
            f"Secret, set anew for {there}: `machikumo:{one}`",
            f"秘密情報({there} のために設定し直す): `machikumo:{one}`",
        )
    yield f"- {certificate(plan, say)}"
    yield "- " + say(
        f"`~/.pg_service.conf` and `~/.pgpass`: `{plan.stack}-{here}` and `{plan.stack}-{there}`, users as docs/swap.md asks.",
        f"`~/.pg_service.conf` と `~/.pgpass`: `{plan.stack}-{here}` と `{plan.stack}-{there}`(利用者の権限は docs/swap.md)。",
    )
    yield "- " + say(
        f"Credentials of both object stores, as docs/swap.md says for {here} and {there} (AWS, OCI: profiles of that name in `~/.aws/config`).",
        f"両側のオブジェクトストアの資格情報({here}、{there}。docs/swap.md。AWS と OCI は `~/.aws/config` の同名のプロファイル)。",
    )
    yield "- " + say(
        "The names that users and linked systems type, and who keeps their DNS: this kit does not own it and writes no record there.",
        "利用者と連携先の使う名前と、その DNS を管理する人。本キットは DNS を持たず、記録を書き換えません。",
    )
    yield "- " + say(
        "A folder of receipts on an encrypted disk, outside the checkout: the dump lies there while the copy runs.",
        "記録のフォルダ。暗号化されたディスクの、チェックアウトの外に置きます。複写の間はダンプも入ります。",
    )


def _course(plan: Planned, say: Say) -> Iterator[str]:
    yield from ("", f"### {say('Stages', '段階')}")
    for number, one in enumerate(stages(plan, say), 1):
        yield from _stage(number, one, say)


def _stage(number: int, one: StageOfRunbook, say: Say) -> Iterator[str]:
    yield from ("", f"#### {number}) {one.stage}", "", one.does, "", "```sh", *one.commands, "```", "")
    yield say("To go on:", "進む条件:")
    yield ""
    yield from (f"- [ ] {ask}" for ask in one.asks)
    yield from ("", say("Way back: ", "戻り方: ") + one.back)
    if one.returning:
        yield from ("", "```sh", *one.returning, "```")


def _not_compared(plans: Sequence[Planned], say: Say) -> Iterator[str]:
    yield from ("", f"## {say('Not compared', '比べていないもの')}", "")
    unstated = [NO_RANGE] if any(plan.target_cidr is None for plan in plans) else []
    if any(plan.certificate is None and plan.found.certificate is not None for plan in plans):
        unstated.append(NO_CERTIFICATE)
    listed = (*(say(*one) for one in (*NOT_COMPARED, *unstated)), quotas(plans[0].found.target, say))
    yield from (f"- {one}{say('.', '。')}" for one in listed)


def _signatures(plans: Sequence[Planned], say: Say) -> Iterator[str]:
    yield from ("", f"## {say('Decision', '決定')}", "")
    heads = (
        say("stack", "スタック"),
        say("go / no go", "実施する・しない"),
        say("day and time of the stop", "停止の日時"),
        say("who may give it up", "中止を決める人"),
    )
    yield from (_row(heads), _row(["---"] * len(heads)), *(_row([f"`{one.stack}`", "", "", ""]) for one in plans), "")
    heads = (say("role", "役割"), say("name", "氏名"), say("date", "日付"), say("signature", "署名"))
    roles = (
        ("system's owner (業務所管課)", "業務所管課"),
        ("IT section (情報政策課)", "情報政策課"),
        ("CISO", "CISO(最高情報セキュリティ責任者)"),
        ("operations assistant (運用管理補助者)", "運用管理補助者"),
    )
    yield from (_row(heads), _row(["---"] * len(heads)), *(_row([say(*one), "", "", ""]) for one in roles))


def _of(loss: Loss) -> str:
    return f"`{loss.kind}` {loss.name}"


def _meaning(loss: Loss, say: Say) -> str:
    kind = KINDS[loss.kind]
    known = f" ({' '.join(loss.detail.split())})" if loss.detail else ""
    return say(kind.english, kind.japanese) + known


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(one.replace("|", "\\|") for one in cells) + " |"
