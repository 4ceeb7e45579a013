"""What a step of a move asks for before it is taken: receipts that are fresh and complete, decisions that somebody answers for."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import takewhile

from operations.swap.closures import OPENED, closed_since, still_closed
from operations.swap.decisions import Decision
from operations.swap.losses import Loss
from operations.swap.receipts import Receipt
from operations.wording import say
from stacks.settings import Cloud, Stage, Step

__all__ = ["FRESH", "PASS", "blocking", "entered", "proof", "since_serving"]

FRESH = timedelta(minutes=60)
"""How old the comparison may be when the other side begins to serve: both sides are stopped meanwhile. The kit's choice."""


PASS = timedelta(hours=24)
"""How long the pass that the gate gives holds: the `up` that follows may fail, and nobody writes before it has ended well."""


def blocking(
    step: Step,
    cloud: Cloud,
    other: Cloud,
    receipts: Sequence[Receipt],
    decisions: Sequence[Decision],
    *,
    now: datetime,
) -> list[str]:
    """What stands in the way of the step, in words; nothing where it may be taken. `cloud` serves, `other` is the other side."""
    if step.to is Stage.PREPARE:
        return list(_unplanned(cloud, other, receipts))
    if step.exchanged:
        return [
            *_unproved(receipts, now),
            *_unclosed(receipts, cloud, decisions),
            *_records(receipts, other, decisions),
        ]
    if step.to is Stage.RETIRE:
        return [*_unsettled(cloud, other, receipts, decisions)]
    if step.to is Stage.STEADY:
        return [*_uncleared(other, receipts, decisions)]
    return list(_unopened(receipts, cloud))


def proof(receipts: Sequence[Receipt]) -> Receipt | None:
    """The last comparison since the application was stopped."""
    stopped = entered(receipts, Stage.CUTOVER, Stage.RETURN)
    return _last(receipts, "verify", after=stopped.number) if stopped else None


def entered(receipts: Sequence[Receipt], *stages: Stage) -> Receipt | None:
    """The receipt of the last step of the course, where it led to one of these stages."""
    last = next((one for one in reversed(receipts) if one.step == "stage"), None)
    return last if last is not None and last.notes[:1] in [(str(stage),) for stage in stages] else None


def since_serving(receipts: Sequence[Receipt], cloud: Cloud, step: str) -> Receipt | None:
    """The last receipt of this step since the side of `cloud` serves; None where there is none, or nothing says since when it does."""
    begun = _serving(receipts, cloud)
    return _last(receipts, step, after=begun.number) if begun else None


def _serving(receipts: Sequence[Receipt], cloud: Cloud) -> Receipt | None:
    """The step since which the side of `cloud` serves."""
    course = [one for one in receipts if one.step == "stage"]
    lasting = list(takewhile(lambda one: f"serves: {cloud}" in one.notes, reversed(course)))
    return lasting[-1] if lasting else None


def _last(receipts: Sequence[Receipt], step: str, *, after: int = 0) -> Receipt | None:
    return next((one for one in reversed(receipts) if one.step == step and one.number > after), None)


def _unplanned(cloud: Cloud, other: Cloud, receipts: Sequence[Receipt]) -> Iterator[str]:
    plans = [one for one in receipts if one.step == "plan"]
    fitting = [one for one in plans if one.target and (one.source.address, one.target.address) == (cloud, other)]
    if not fitting:
        yield say(
            f"no plan from {cloud} to {other} among the receipts: machikumo swap plan … --to {other} --receipts FOLDER",
            f"{cloud} から {other} への計画の記録がありません: machikumo swap plan … --to {other} --receipts フォルダ",
        )
    elif fitting[-1].counts.get("open", 1):
        yield say(
            f"{fitting[-1].file}: {fitting[-1].counts.get('open')} losses are open: cure or decide them, and plan again",
            f"{fitting[-1].file}: 未承認の損失が {fitting[-1].counts.get('open')} 件あります。直すか承認し、もう一度計画します",
        )
    elif not {"posture-source", "posture-target"} <= fitting[-1].hashes.keys():
        yield say(
            f"{fitting[-1].file}: facts and flows of the two sides were not compared: plan again",
            f"{fitting[-1].file}: 両側の態勢(事実とフロー)を比べていない計画です。もう一度計画します",
        )


def _unproved(receipts: Sequence[Receipt], now: datetime) -> Iterator[str]:
    stopped = entered(receipts, Stage.CUTOVER, Stage.RETURN)
    if stopped is None:
        yield say(
            "no receipt says when the application was stopped: the folder is another move's, or a step was taken without it",
            "アプリケーションを止めた記録がありません。別の移行のフォルダか、記録なしに段階が変えられています",
        )
        return
    copied, compared = (_last(receipts, step, after=stopped.number) for step in ("copy", "verify"))
    if copied is None:
        yield say(
            "nothing was copied since the application was stopped", "アプリケーションを止めてからの複写がありません"
        )
    if compared is None or (copied is not None and compared.number < copied.number):
        yield say("nothing was compared since the last copy", "最後の複写の後に照合がされていません")
        return
    if compared.counts.get("differences", 1):
        yield say(
            f"{compared.file}: {compared.counts.get('differences')} differences",
            f"{compared.file}: 違いが {compared.counts.get('differences')} 件あります",
        )
    if copied is not None and (copied.source, copied.target) != (compared.source, compared.target):
        yield say(
            f"{compared.file} compares other databases than {copied.file} copied",
            f"{compared.file} は {copied.file} が複写したものとは別のデータベースを比べています",
        )
    before = _proof_before(receipts, stopped.number)
    if stopped.notes[:1] == (str(Stage.RETURN),) and before is not None and compared.source != before.target:
        yield say(
            f"{compared.file}: the source is not the database that has served since {before.file}: the wrong way round?",
            f"{compared.file}: 移行元が、{before.file} から使われているデータベースではありません。向きが逆ではありませんか",
        )
    age = now - datetime.fromisoformat(compared.time)
    if age > FRESH:
        minutes = int(age.total_seconds() // 60)
        yield say(
            f"{compared.file} is {minutes} minutes old, more than {FRESH.seconds // 60}: compare again",
            f"{compared.file} は {minutes} 分前のもので、{FRESH.seconds // 60} 分を超えています。もう一度照合します",
        )


def _unclosed(receipts: Sequence[Receipt], cloud: Cloud, decisions: Sequence[Decision]) -> Iterator[str]:
    """The database that was compared took no writes any more, or somebody answers for that nobody wrote."""
    stopped, compared = entered(receipts, Stage.CUTOVER, Stage.RETURN), proof(receipts)
    closed = closed_since(receipts, stopped.number, compared.source if compared else None) if stopped else None
    if closed is None:
        yield from _undecided("source-not-closed", str(cloud), decisions)
    elif compared is not None and compared.number < closed.number:
        yield say(
            f"{compared.file} compares what could still be written to before {closed.file}: compare again",
            f"{compared.file} は {closed.file} より前で、その後にも書き込めました。もう一度照合します",
        )


def _unopened(receipts: Sequence[Receipt], cloud: Cloud) -> Iterator[str]:
    """On the way back from a stop the side that serves has to take writes again."""
    stopped, begun = entered(receipts, Stage.CUTOVER, Stage.RETURN), _serving(receipts, cloud)
    if stopped is None or begun is None:
        return
    before = _proof_before(receipts, stopped.number) if stopped.notes[:1] == (str(Stage.RETURN),) else None
    for one in still_closed(receipts, begun.number, before.target if before else None):
        yield say(
            f"{one.file}: {one.source.name} ({one.source.address}) is closed to writes and would serve so: machikumo swap open --source CONNECTION --receipts FOLDER",
            f"{one.file}: {one.source.name}({one.source.address})は書込み禁止で、このままでは業務で書き込めません: machikumo swap open --source 接続 --receipts フォルダ",
        )


def _records(receipts: Sequence[Receipt], other: Cloud, decisions: Sequence[Decision]) -> Iterator[str]:
    """The records were compared since the stop and are the same, or somebody answers for how they were compared otherwise."""
    stopped = entered(receipts, Stage.CUTOVER, Stage.RETURN)
    compared = _last(receipts, "verify-records", after=stopped.number) if stopped else None
    if compared is None:
        yield from _undecided("records-not-compared", str(other), decisions)
    elif compared.counts.get("differences", 1):
        yield say(
            f"{compared.file}: {compared.counts.get('differences')} differences",
            f"{compared.file}: 違いが {compared.counts.get('differences')} 件あります",
        )
    else:
        copied = _last(receipts, "copy-records")
        if copied is None or (copied.source, copied.target) != (compared.source, compared.target):
            yield say(
                f"{compared.file} compares other stores than the last copy-records copied, or the other way round: copy and compare from the one that served",
                f"{compared.file} は最後の copy-records とは別のストア、または逆の向きを比べています。使われていた側から複写し、照合します",
            )


def _unsettled(cloud: Cloud, other: Cloud, receipts: Sequence[Receipt], decisions: Sequence[Decision]) -> Iterator[str]:
    """What has to be done since the side of `cloud` serves, before the other one may be deleted, or answered for by somebody."""
    locked = since_serving(receipts, cloud, "lock-records")
    if locked is None:
        yield from _undecided("records-not-locked", str(cloud), decisions)
    elif locked.counts.get("unlocked", 1):
        yield say(
            f"{locked.file}: {locked.counts.get('unlocked')} copies are not locked",
            f"{locked.file}: ロックされていない写しが {locked.counts.get('unlocked')} 件あります",
        )
    named = since_serving(receipts, cloud, "check-names")
    if named is None:
        yield from _undecided("names-not-checked", str(cloud), decisions)
    elif named.counts.get("differences", 1):
        yield say(
            f"{named.file}: {named.counts.get('differences')} names do not lead to {cloud}",
            f"{named.file}: {cloud} を指していない名前が {named.counts.get('differences')} 件あります",
        )
    if since_serving(receipts, cloud, "move-state") is None:
        yield from _undecided("state-not-moved", str(other), decisions)
    if _opened(cloud, receipts):
        yield from _undecided("former-opened", str(other), decisions)
    yield from _undecided("former-side-deleted", str(other), decisions)
    yield from _undecided("former-backups", str(other), decisions)


def _opened(cloud: Cloud, receipts: Sequence[Receipt]) -> bool:
    """The database that served before the side of `cloud` could be written to since then."""
    begun = _serving(receipts, cloud)
    before = _proof_before(receipts, begun.number) if begun else None
    if begun is None or before is None:
        return False
    return any(one.step == OPENED and one.number > begun.number and one.source == before.source for one in receipts)


def _uncleared(other: Cloud, receipts: Sequence[Receipt], decisions: Sequence[Decision]) -> Iterator[str]:
    """Of a move that is given up the copies of records were removed, since the last one was made."""
    copied, gone = (_last(receipts, step) for step in ("copy-records", "remove-records"))
    if entered(receipts, Stage.WITHDRAW) is None or copied is None:
        return
    if gone is None or gone.number < copied.number:
        yield from _undecided("copies-not-removed", str(other), decisions)
    elif gone.counts.get("left", 1):
        yield say(
            f"{gone.file}: {gone.counts.get('left')} versions are left in the store of {other}, which this move did not put there",
            f"{gone.file}: {other} のストアに、この移行のものでない版が {gone.counts.get('left')} 残っています",
        )


def _proof_before(receipts: Sequence[Receipt], number: int) -> Receipt | None:
    """The comparison by which the side that serves now began to serve."""
    return next((one for one in reversed(receipts) if one.step == "verify" and one.number < number), None)


def _undecided(kind: str, name: str, decisions: Sequence[Decision]) -> Iterator[str]:
    loss = Loss(kind=kind, name=name, detail="")
    if not any(one.covers(loss) for one in decisions):
        yield str(loss)
