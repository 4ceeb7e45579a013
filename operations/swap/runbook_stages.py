"""What the runbook says of each stage: what is done, by which commands, what has to be true to go on, and the way back."""

from collections.abc import Iterator
from dataclasses import dataclass

from operations.swap.gate import FRESH, PASS
from operations.swap.planned import Planned, Say
from operations.swap.runbook_commands import onward, opened, removal, returning, swap, up, work
from stacks.settings import NEXT, Stage

__all__ = ["COURSE", "StageOfRunbook", "stages"]

COURSE = (Stage.STEADY, Stage.PREPARE, Stage.COPY, Stage.CUTOVER, Stage.SETTLE, Stage.RETIRE)
"""The stages of a move that goes well, in order."""


@dataclass(frozen=True, kw_only=True)
class StageOfRunbook:
    """`commands`: as they are given, one a line. `asks`: what the way on asks for. `back`: what the way back means, `returning`: its
    commands where they are more than a line.
    """

    stage: Stage
    does: str
    commands: tuple[str, ...]
    asks: tuple[str, ...]
    back: str
    returning: tuple[str, ...] = ()


def stages(plan: Planned, say: Say) -> Iterator[StageOfRunbook]:
    """Each stage of this stack's move. The commands of a stage are those given while the stack stands there; its last ones lead on."""
    does, asks, back = _does(plan, say), _asks(plan, say), _back(plan, say)
    for stage in COURSE:
        yield StageOfRunbook(
            stage=stage,
            does=does[stage],
            commands=(*work(plan, stage, say), *onward(plan, stage)),
            asks=asks[stage],
            back=back[stage],
            returning=tuple(returning(plan, say)) if stage is Stage.SETTLE else (),
        )


def _does(plan: Planned, say: Say) -> dict[Stage, str]:
    here, there = plan.found.settings.cloud, plan.found.target
    return {
        Stage.STEADY: say(
            f"{here} serves. Plan, decide, set {there}'s password, write from where and as whom the data is moved (machikumo:swap_mover, with relay_port where follow is to be relayed), begin.",
            f"{here} で稼働中。計画し、決定し、{there} 側のパスワードを設定し、移行の作業をする機械(machikumo:swap_mover。follow を中継するなら relay_port も)を書いて始めます。",
        ),
        Stage.PREPARE: say(
            f"{there} stands beside {here}, empty and protected; nothing of {here} changes. Push the image to {there}'s registry, where the "
            "`up` of settle starts it.",
            f"{there} を {here} の隣に、空のまま、保護して構築済み。{here} は変わりません。{there} のレジストリにイメージを push します"
            "(settle の up がそこから起動します)。",
        ),
        Stage.COPY: say(
            f"{here} serves while records are copied. Rehearse check-source: its losses have to be cured or decided before the stop. "
            "Announce the down time. A day before the stop the TTL of the names (DNS) is lowered, to 60 seconds or so: by point-names, or by whoever keeps them.",
            f"{here} を動かしたまま記録を複写します。check-source を試し、示された損失を停止の前に直すか決定します。停止を予告します。"
            "停止の前日までに、名前(DNS)の TTL を 60 秒程度まで短くします(point-names、または名前の管理者)。",
        ),
        Stage.CUTOVER: say(
            "The application is stopped and users wait. Close the database to writes (batch jobs, administrators, linked systems), copy it, set the "
            "passwords of its roles on the target, copy what records were added, compare both.",
            "アプリケーションは停止中で、利用者は待っています。データベースを書込み禁止にし(バッチ、管理者、連携先も)、複写し、移行先でロールのパスワードを設定し、増えた記録を複写して、両方を照合します。",
        ),
        Stage.SETTLE: say(
            f"{there} serves; {here} is kept, protected, its application stopped, its database closed to writes, for {plan.found.settings.swap_settle_days} days. At once: statistics "
            "(not carried), and the names that users type: point-names points them at the new side, or whoever keeps them by hand, and check-names "
            "compares. Check the application with its users.",
            f"{there} で稼働中。{here} は保護し、アプリケーションを止め、データベースを書込み禁止にしたまま {plan.found.settings.swap_settle_days} 日残します。"
            "すぐに、移らない統計情報を取り直し、利用者の使う名前を新しい側に向けます(point-names、または名前の管理者が手で行い、check-names で"
            "確かめます)。業務の担当者と動作を確かめます。",
        ),
        Stage.RETIRE: say(
            f"{here}'s database may be deleted, and the next `up` deletes it; logs and records stay there as long as they are retained.",
            f"{here} のデータベースを消してよい状態で、次の up が消します。ログと記録は保存期間のあいだ {here} に残ります。",
        ),
    }


def _asks(plan: Planned, say: Say) -> dict[Stage, tuple[str, ...]]:
    fresh, hours = FRESH.seconds // 60, int(PASS.total_seconds() // 3600)
    no_gate = (
        say(
            "The tool asks for nothing: the `up` ended without an error.",
            "道具が求める条件はありません。up がエラーなく終わっていること。",
        ),
    )
    return {
        Stage.STEADY: (
            say(
                f"A receipt of the plan to {plan.found.target} without an open loss.",
                f"{plan.found.target} への計画の記録があり、未承認の損失がないこと。",
            ),
        ),
        Stage.PREPARE: no_gate,
        Stage.COPY: no_gate,
        Stage.CUTOVER: (
            say("A copy since the stop.", "停止後の複写があること。"),
            say(
                f"A comparison since that copy, of the same databases, without differences and not older than {fresh} minutes.",
                f"その複写の後に同じデータベースを照合し、違いがなく、{fresh} 分以内であること。",
            ),
            say(
                "That database closed to writes (close) since the stop and before that comparison, or a decision (source-not-closed).",
                "そのデータベースが、停止後、照合の前から書込み禁止(close)であること、または決定(source-not-closed)があること。",
            ),
            say(
                "A comparison of the records since the stop without differences, or a decision (records-not-compared).",
                "停止後に記録を照合して違いがないこと、または決定(records-not-compared)があること。",
            ),
            say(
                f"The `up` ends within {hours} hours of the gate.",
                f"関門を通ってから {hours} 時間以内に up が終わること。",
            ),
        ),
        Stage.SETTLE: (
            say(
                f"{plan.found.settings.swap_settle_days} days (machikumo:swap_settle_days) since the `up` of settle.",
                f"settle の up から {plan.found.settings.swap_settle_days} 日(machikumo:swap_settle_days)が過ぎていること。",
            ),
            say(
                "The copied records are locked (lock-records), or a decision (records-not-locked).",
                "複写した記録がロック済み(lock-records)であること、または決定(records-not-locked)があること。",
            ),
            say(
                "The names lead to the side that serves (check-names), or a decision (names-not-checked).",
                "名前が稼働している側を指していること(check-names)、または決定(names-not-checked)があること。",
            ),
            say(
                "The stack's state was moved (move-state), or a decision (state-not-moved).",
                "スタックの状態を移してあること(move-state)、または決定(state-not-moved)があること。",
            ),
            say("A decision to delete (former-side-deleted).", "削除の決定(former-side-deleted)があること。"),
            say(
                "The former database was not opened to writes since the exchange (open), or a decision (former-opened).",
                "切替後に移行元のデータベースを開いて(open)いないこと、または決定(former-opened)があること。",
            ),
            say(
                "A decision on the former database's backups, which go with it (former-backups, with `until`).",
                "移行元のデータベースとともに消えるバックアップの決定(former-backups、until 付き)があること。",
            ),
        ),
        Stage.RETIRE: (
            say(
                "The waiver of data-deletion-protection is written (waivers.toml).",
                "data-deletion-protection の例外が waivers.toml にあること。",
            ),
        ),
    }


def _back(plan: Planned, say: Say) -> dict[Stage, str]:
    given = f"`{swap(plan, 'back')}`, `{up(plan)}`"
    to = {stage: NEXT[stage][1].to for stage in COURSE[1:]}
    kept = say("nothing is lost", "失われるものはありません")
    return {
        Stage.STEADY: say("There is nothing to go back from.", "戻すものはありません。"),
        Stage.PREPARE: f"→ {to[Stage.PREPARE]}: {given}, `{removal(plan)}` {say('where records were copied', '(記録を複写していた場合)')}, "
        f"`{swap(plan, 'advance')}`, `{up(plan)}`. "
        + say(f"The target is removed; {kept}.", f"移行先を消します。{kept}。"),
        Stage.COPY: f"→ {to[Stage.COPY]}: {given}. " + say(f"{kept.capitalize()}.", f"{kept}。"),
        Stage.CUTOVER: f"→ {to[Stage.CUTOVER]}: `{opened(plan)}`, {given}. "
        + say(
            f"The source's database takes writes again and its application starts; {kept}: nobody wrote meanwhile.",
            f"移行元のデータベースが再び書き込めるようになり、アプリケーションが動きます。この間は誰も書いていないので、{kept}。",
        ),
        Stage.SETTLE: f"→ {to[Stage.SETTLE]}: "
        + say(
            "Another stop as long as the first: the target's database is closed to writes, the source's old one gets another name, the database is copied and compared from the target "
            "to the source, with what was written since the cutover, and the names are pointed back. A moved state stays where it was moved to.",
            "最初と同じ長さの停止がもう一度要ります。移行先のデータベースを書込み禁止にし、移行元に残る同名のデータベースを改名し、移行先から移行元へ、切替後に書かれたものとともに複写して"
            "照合し、名前を元に向けます。移した状態は移した先に残ります。",
        ),
        Stage.RETIRE: f"→ {to[Stage.RETIRE]}: {given}. "
        + say(
            "Possible until the `up` of steady; after it the database of the former side is gone, and a move back is a move anew.",
            "steady の up の前なら戻せます。その後は移行元のデータベースがないため、戻すには新しい移行になります。",
        ),
    }
