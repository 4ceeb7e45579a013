"""What can go wrong in a move, as far as this kit knows it from the settings, the amounts and the decisions."""

from collections.abc import Iterator
from fractions import Fraction

from operations.swap.gate import PASS
from operations.swap.planned import Planned, Say
from stacks.settings import Cloud

__all__ = ["NIGHT", "risks"]

NIGHT = Fraction(12)
"""Hours between two working days in which users are not disturbed, 19:00 to 7:00: a planning figure of this kit's."""


def risks(plan: Planned, say: Say) -> Iterator[str]:
    """Each with its cure."""
    yield from _of_time(plan, say)
    yield from _of_contents(plan, say)
    yield from _of_clouds(plan, say)
    for loss, decision in plan.decided:
        if decision.name == "*":
            yield say(
                f"The decision on {loss.kind} is for any name (*): it will cover what turns up later, too. Name each where that is not meant.",
                f"{loss.kind} の決定は名前を問いません(*)。後から見つかるものも承認済みになります。そうでなければ一つずつ書きます。",
            )


def _of_time(plan: Planned, say: Say) -> Iterator[str]:
    settings, amounts = plan.found.settings, plan.amounts
    hours = int(PASS.total_seconds() // 3600)
    yield say(
        f"The pass of the gate holds {hours} hours: where the `up` of settle does not end in that time, compare again.",
        f"関門の通過は {hours} 時間で切れます。settle の up がその間に終わらなければ、もう一度照合します。",
    )
    if amounts is None:
        return
    if amounts.down_hours > NIGHT:
        yield say(
            f"The stop is estimated at {float(amounts.down_hours):,.1f} hours, more than a night ({float(NIGHT):.0f} hours): take a day without service, or a faster line.",
            f"停止の見積りは {float(amounts.down_hours):,.1f} 時間で、一晩({float(NIGHT):.0f} 時間)を超えます。閉庁日に行うか、回線を速くします。",
        )
    if amounts.settle_days != settings.swap_settle_days:
        yield say(
            f"The amounts count {float(amounts.settle_days):g} days after the cutover, machikumo:swap_settle_days is {settings.swap_settle_days}: the yen are for the former.",
            f"費用は切替後 {float(amounts.settle_days):g} 日で計算していますが、machikumo:swap_settle_days は {settings.swap_settle_days} です。そろえてください。",
        )


def _of_contents(plan: Planned, say: Say) -> Iterator[str]:
    settings, there = plan.found.settings, plan.found.target
    yield say(
        "Passwords of the database's roles are not carried: who is not given a new one can't log in after the cutover.",
        "データベースのロールのパスワードは移りません。設定し直さない利用者は切替後に接続できません。",
    )
    yield say(
        "The stop lasts as long as copy and comparison. `follow` before it and `finish` in it (stages copy and cutover) leave little more than the comparison.",
        "停止は複写と照合の時間だけ続きます。停止の前に follow、停止中に finish を使うと(段階 copy と cutover)、ほぼ照合の時間だけになります。",
    )
    if settings.image is None:
        yield say(
            "machikumo:image is not set: no application runs, and none will start on the target.",
            "machikumo:image が設定されていません。アプリケーションは動いておらず、移行先でも起動しません。",
        )
    else:
        yield say(
            f"{settings.image[:25]}… has to lie in {there}'s registry (output swap_image_registry) before the `up` of settle: it starts it from there.",
            f"{settings.image[:25]}… を settle の up の前に {there} のレジストリ(出力 swap_image_registry)へ push しておかないと、起動しません。",
        )
    if settings.production:
        yield say(
            f"Retention ({settings.retention_days} days) is locked on the target only from the `up` of settle on, and for objects put from then on: "
            "what was copied before is locked by lock-records; on OCI, which has no such lock, somebody answers for it (records-not-locked).",
            f"移行先の保存期間({settings.retention_days} 日)のロックは settle の up から、その後に置かれるものに効きます。"
            "複写したものは lock-records でロックします。ロックのない OCI では決定(records-not-locked)が要ります。",
        )
        yield say(
            f"Logs (for {settings.log_retention_days} days) and records (for {settings.retention_days} days) stay on {settings.cloud} after the move and are paid for: not in the yen above.",
            f"ログ({settings.log_retention_days} 日)と記録({settings.retention_days} 日)は移行後も {settings.cloud} に残り、費用がかかります。上の金額には含みません。",
        )


def _of_clouds(plan: Planned, say: Say) -> Iterator[str]:
    here, there = plan.found.settings.cloud, plan.found.target
    yield say(
        f"Where the stack's state lies on {here}, move it before retire (machikumo swap move-state): without it no `up` is possible any more.",
        f"スタックの状態を {here} に置いている場合は、retire の前に移します(machikumo swap move-state)。失うと up ができなくなります。",
    )
    if there is Cloud.AWS and plan.found.settings.production:
        yield say(
            "Before settle the log archive on AWS is not locked and breaks log-archive-immutable: waive it with an expiry (docs/check.md).",
            "settle までは AWS のログの保管庫がロックされず log-archive-immutable に違反します。期限付きの例外にします(docs/check.md)。",
        )
