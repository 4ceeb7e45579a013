"""What `swap plan` prints of one stack: losses, gains, secrets, what has to be looked at elsewhere, hours and yen."""

from collections.abc import Sequence
from fractions import Fraction

from operations.swap.amounts import Amounts
from operations.swap.check_source_step import told
from operations.swap.comparison import Comparison
from operations.swap.decisions import Decision
from operations.swap.planned import Planned
from operations.swap.posture_losses import known, summary
from operations.swap.quotas import quotas
from operations.swap.unknowns import NO_RANGE, certificate
from operations.wording import say

__all__ = ["tell"]


def tell(plan: Planned, decisions: Sequence[Decision]) -> None:
    """Print it."""
    found = plan.found
    print(f"{plan.stack}: {found.settings.cloud} → {found.target}")  # noqa: T201
    told(found.losses, decisions)
    lines = [
        *_posture(plan),
        *_gained(found),
        *_to_be_set(found),
        *_unknown(plan),
        *(_taken(plan.amounts) if plan.amounts else []),
    ]
    words = (
        f"{len(found.losses)} losses, {len(plan.left)} of them open",
        f"損失 {len(found.losses)} 件、うち未承認 {len(plan.left)} 件",
    )
    print("\n".join([*lines, f"{say(*words)}."]))  # noqa: T201


def _posture(plan: Planned) -> list[str]:
    head, reason = say("posture   ", "態勢      "), say("known     ", "既知      ")
    return [
        f"{head} {summary(plan.posture, say)}",
        *(f"{reason} {plan.found.target}: {one}" for one in known(plan.posture, say)),
    ]


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


def _unknown(plan: Planned) -> list[str]:
    """What has to be looked at elsewhere."""
    key = say("look at   ", "確認      ")
    found = [f"{key} {certificate(plan, say)}", f"{key} {quotas(plan.found.target, say)}"]
    if plan.target_cidr is None:
        found.append(f"{key} {say(*NO_RANGE)}")
    return found


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
