"""Which stage of a move may follow which, and what lets it through. The state says where the stack stands (stacks/stage.py)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from stacks.settings.messages import NAMESPACE, Problem, Text, command, plain, shown
from stacks.settings.model import Settings
from stacks.settings.vocabulary import Cloud, Stage

__all__ = ["HOLDS_DATA", "NEXT", "STAGE_REACHED", "Standing", "Step", "not_allowed", "standing"]

STAGE_REACHED = "machikumo:swap:StageReached"
"""The component whose outputs say the stage. Not there: steady."""
HOLDS_DATA = ("Database", "ObjectStorage", "LogArchive")
"""Components whose data can't be made again."""


@dataclass(frozen=True)
class Step:
    """One step of a move. `exchanged`: the other side begins to serve, `cloud` and `swap_cloud` change places, and a fresh pass is asked for."""

    to: Stage
    exchanged: bool = False


NEXT: Mapping[Stage, tuple[Step, ...]] = {
    Stage.STEADY: (Step(Stage.PREPARE),),
    Stage.PREPARE: (Step(Stage.COPY), Step(Stage.WITHDRAW)),
    Stage.WITHDRAW: (Step(Stage.STEADY), Step(Stage.PREPARE)),
    Stage.COPY: (Step(Stage.CUTOVER), Step(Stage.PREPARE)),
    Stage.CUTOVER: (Step(Stage.SETTLE, exchanged=True), Step(Stage.COPY)),
    Stage.SETTLE: (Step(Stage.RETIRE), Step(Stage.RETURN)),
    Stage.RETURN: (Step(Stage.SETTLE, exchanged=True), Step(Stage.SETTLE)),
    Stage.RETIRE: (Step(Stage.STEADY), Step(Stage.SETTLE)),
}
"""First the way on, then the way back; from `withdraw` on is out."""


_GIVING_UP = (Stage.WITHDRAW, Stage.STEADY)
"""What these leave of the other side goes; a run that failed meanwhile is given again."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where the stack stands. `cloud` is None before the first `up`. `other` is the other side; while steady, the one that was given
    up and of which something may be left. `since`: the day the stage was reached. `moved`: the state has a record of a stage.
    """

    stage: Stage
    cloud: Cloud | None
    other: Cloud | None
    since: date
    holding: frozenset[Cloud]
    """Clouds on which this stack holds data."""
    moved: bool = False

    def after(self, settings: Settings) -> Cloud | None:
        """The other side as the next record names it: the one of the settings, or the one that is given up."""
        return settings.swap_cloud or (self.other if self.stage in _GIVING_UP else None)


def standing(outputs: Mapping[str, Mapping[str, Any]], *, today: date) -> Standing:
    """What `outputs` (component's type token → outputs) say."""
    holding = frozenset(cloud for cloud in Cloud if any(f"machikumo:{cloud}:{one}" in outputs for one in HOLDS_DATA))
    reached = outputs.get(STAGE_REACHED) or {}
    if "stage" in reached:
        return Standing(
            stage=Stage(reached["stage"]),
            cloud=Cloud(reached["cloud"]),
            other=Cloud(reached["swap_cloud"]) if reached["swap_cloud"] else None,
            since=date.fromisoformat(reached["since"]),
            holding=holding,
            moved=True,
        )
    serving = [cloud for cloud in Cloud if f"machikumo:{cloud}:Database" in outputs]
    serving = _served(outputs) or serving or [cloud for cloud in Cloud if cloud in holding]
    return Standing(stage=Stage.STEADY, cloud=serving[0] if serving else None, other=None, since=today, holding=holding)


def _served(outputs: Mapping[str, Mapping[str, Any]]) -> list[Cloud]:
    """The cloud whose key the stack itself names: its outputs are written last, and a run that ended half-way leaves the former ones.

    Where a first `prepare` was interrupted both clouds have a database, and no record of a stage tells them apart.
    """
    named = outputs.get("pulumi:pulumi:Stack", {}).get("encryption_key")
    keys = {cloud: outputs.get(f"machikumo:{cloud}:EncryptionKey", {}).get("key_id") for cloud in Cloud}
    return [cloud for cloud, key in keys.items() if named is not None and key == named]


def not_allowed(settings: Settings, was: Standing, *, now: datetime) -> list[Problem]:
    """A problem for each way in which the settings leave the course; none for a verification stack, which holds nothing to lose."""
    return list(_not_allowed(settings, was, now)) if settings.production else []


def _not_allowed(settings: Settings, was: Standing, now: datetime) -> Iterator[Problem]:
    stage = settings.swap_stage
    if was.cloud is None:
        if stage is not Stage.STEADY:
            reason = Text(ja="まだ何も構築されていません。", en="nothing is deployed yet: there is nothing to move.")
            yield _problem("swap_stage", stage, reason, [Stage.STEADY])
        return
    # A `prepare` that failed half-way is recorded nowhere, and can be given up all the same.
    failed = (Step(Stage.WITHDRAW),) if was.stage is Stage.STEADY else ()
    steps = [step for step in (Step(was.stage), *NEXT[was.stage], *failed) if step.to is stage]
    if not steps:
        reason = Text(
            ja=f"スタックは {was.stage} の段階にあり、段階は飛ばせません。",
            en=f"the stack stands at {was.stage}, and no stage can be skipped.",
        )
        yield _problem("swap_stage", stage, reason, [was.stage, *(step.to for step in NEXT[was.stage])])
        return
    step = next((one for one in steps if (settings.cloud, settings.swap_cloud) == _sides(one, was, settings)), None)
    if step is None:
        yield from _wrong_sides(settings, *_sides(steps[0], was, settings))
        return
    if step.exchanged:
        yield from _without_pass(settings, now)
    if step.to is Stage.RETIRE and was.stage is not Stage.RETIRE:
        yield from _too_early(settings, was, now.date())
    yield from _left_behind(settings, was)


def _sides(step: Step, was: Standing, settings: Settings) -> tuple[Cloud | None, Cloud | None]:
    """`cloud` and `swap_cloud` as the step leaves them. Where a move begins, the settings choose."""
    if step.to is Stage.STEADY:
        return was.cloud, None
    if was.stage is Stage.STEADY:
        return was.cloud, settings.swap_cloud
    return (was.other, was.cloud) if step.exchanged else (was.cloud, was.other)


def _wrong_sides(settings: Settings, cloud: Cloud | None, other: Cloud | None) -> Iterator[Problem]:
    """Production data lies where it lies; only the move itself changes which side serves."""
    for key, value, right in (("cloud", settings.cloud, cloud), ("swap_cloud", settings.swap_cloud, other)):
        if value != right and right is not None:
            reason = Text(
                ja=f"本番のデータ(データベース、記録、ログ)が {right} にあり、この設定を変えても移りません。",
                en=f"production data (database, records, logs) lies on {right}, and changing this setting moves none of it.",
            )
            yield Problem(
                key=f"{NAMESPACE}:{key}",
                value=shown(value),
                reason=reason,
                allowed=plain(right),
                fix=Text(ja="戻すには ", en="to set it back: ")
                + command(key, right)
                + Text(
                    ja="。移すには machikumo swap advance (docs/swap.md)",
                    en=". To move it: machikumo swap advance (docs/swap.md)",
                ),
            )


def _left_behind(settings: Settings, was: Standing) -> Iterator[Problem]:
    """Logs and records that the settings no longer name would be deleted."""
    named = {settings.cloud, settings.swap_cloud, *(one.cloud for one in settings.kept)}
    given_up = {was.other} if was.stage in _GIVING_UP else set()
    for cloud in sorted(was.holding - named - given_up):
        reason = Text(
            ja=f"保存期間のあるログと記録が {cloud} にありますが、どの設定にもありません。",
            en=f"retained logs and records lie on {cloud}, and no setting names it.",
        )
        fix = Text(ja="kept に加える: ", en="add it to kept: ") + plain(f'{{"cloud": "{cloud}", "network_cidr": "…"}}')
        yield Problem(
            key=f"{NAMESPACE}:kept",
            value=shown([str(one.cloud) for one in settings.kept]),
            reason=reason,
            allowed=plain(cloud),
            fix=fix,
        )


def _without_pass(settings: Settings, now: datetime) -> Iterator[Problem]:
    passed = settings.swap_pass
    if passed is not None and passed.end > now:
        return
    reason = (
        Text(ja="移行先が同じ内容であるという証明がありません。", en="nothing shows that the target holds the same.")
        if passed is None
        else Text(ja="照合から時間が経ちすぎています。", en="the comparison is too old.")
    )
    yield Problem(
        key=f"{NAMESPACE}:swap_pass",
        value=None if passed is None else shown(passed.until),
        reason=reason,
        allowed=Text(
            ja="machikumo swap advance が関門を通ったときに書くもの、期限内",
            en="what machikumo swap advance writes at the gate, within its time",
        ),
        fix=plain("machikumo swap verify …; machikumo swap advance …"),
    )


def _too_early(settings: Settings, was: Standing, today: date) -> Iterator[Problem]:
    first = was.since + timedelta(days=settings.swap_settle_days)
    if today < first:
        reason = Text(
            ja=f"{was.since} に切り替えたばかりで、移行元は {first} まで残します。",
            en=f"{was.cloud} serves since {was.since}; the former side is kept until {first}.",
        )
        yield _problem("swap_stage", settings.swap_stage, reason, [Stage.SETTLE, Stage.RETURN])


def _problem(key: str, value: object, reason: Text, allowed: Sequence[str]) -> Problem:
    return Problem(
        key=f"{NAMESPACE}:{key}",
        value=shown(value),
        reason=reason,
        allowed=plain(", ".join(allowed)),
        fix=Text(ja="戻すには ", en="to set it back: ") + command(key, allowed[0]),
    )
