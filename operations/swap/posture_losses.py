"""What a plan says of both sides' posture: losses where the target would keep less, and how much was compared."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from operations.swap.decisions import Decision
from operations.swap.losses import Loss
from operations.swap.planned import Planned, Say, settle
from operations.swap.posture import Posture, flows, plain_value
from policies.facts.vocabulary import Flow
from policies.parity import Difference, Side

__all__ = ["known", "losses", "postured", "summary"]


def postured(plan: Planned, posture: Posture | None, decisions: Sequence[Decision], say: Say) -> Planned:
    """The plan with the posture and its losses."""
    more = losses(posture, say) if posture else []
    found = replace(plan.found, losses=(*plan.found.losses, *more))
    return settle(replace(plan, found=found, posture=posture), decisions)


def losses(posture: Posture, say: Say) -> list[Loss]:
    """What blocks: a cloud's refusal has to be cured, a weaker posture may be decided."""
    names = [_name(one) for one in posture.weaker]
    often = Counter(names)
    return [
        *(Loss(kind="cloud-refuses", name=f"{cloud}: {name}", detail=why) for cloud, name, why in posture.refused),
        *(
            Loss(
                kind="weaker-posture",
                # A decision names what it accepts: two of one name are told apart by their values.
                name=name if often[name] == 1 else f"{name} ({_values(one.values)})",
                detail=_detail(one, say),
            )
            for name, one in zip(names, posture.weaker, strict=True)
        ),
    ]


def summary(posture: Posture | None, say: Say) -> str:
    """How much was compared, and what came of it; why not, where nothing was."""
    if posture is None:
        return say(
            "not compared: the target refuses the settings",
            "比べていません: 移行先で使えない設定があります",
        )
    if posture.refused:
        return say(
            "not compared: a cloud would refuse what is asked of it",
            "比べていません: クラウドが受け付けないものがあります",
        )
    sides = say("; ", "、").join(_counted(side, say) for side in (posture.source, posture.target))
    there, weaker, stronger = posture.target.name, len(posture.weaker), len(posture.stronger)
    explained = len(posture.explained)
    return say(
        f"{sides}. Without a declared reason {weaker} weaker or other on {there}, {stronger} stronger; weaker for a declared reason {explained}",
        f"{sides}。{there} で宣言なしに弱い・異なる {weaker} 件、強い {stronger} 件、宣言された理由で弱い {explained} 件",
    )


def known(posture: Posture | None, say: Say) -> Iterator[str]:
    """What the target keeps less of for a reason that is declared: each reason once, with everything it explains."""
    told: dict[str, list[str]] = {}
    for one in posture.explained if posture else ():
        of_target = [row for row in one.declared if posture and row.cloud == posture.target.cloud]
        rows = [row.reason for row in of_target or one.declared]
        for message in [*rows, *([one.nature] if one.nature else [])]:
            told.setdefault(say(message.en, message.ja), []).append(f"{one.thing}{'.' if one.field else ''}{one.field}")
    for reason, things in told.items():
        yield f"{', '.join(dict.fromkeys(things))}: {reason}"


def _counted(side: Side, say: Say) -> str:
    return say(
        f"{side.name}: {len(side.facts)} facts, {flows(side)} of them allowed flows",
        f"{side.name}: 事実 {len(side.facts)} 件(うち許可されたフロー {flows(side)} 件)",
    )


def _name(one: Difference) -> str:
    """As a decision names it. A flow has no role: its name is all of it."""
    if one.field:
        return f"{one.thing}.{one.field}"
    return f"{one.thing} ({_values(_whole(one))})" if one.thing == Flow.__name__ else one.thing


def _detail(one: Difference, say: Say) -> str:
    if one.field:
        return _values(one.values)
    (only,) = (name for name, value in one.values.items() if value is not None)
    return say(f"on {only} only", f"{only} だけにあります") + f": {_values(_whole(one))}"


def _whole(one: Difference) -> Mapping[str, Any]:
    found: Mapping[str, Any] = next(value for value in one.values.values() if value is not None)
    return found


def _values(values: Mapping[str, Any]) -> str:
    """`source=10.1.0.0/16, ports=[443, 443]`."""
    return ", ".join(f"{name}={_text(value)}" for name, value in values.items())


def _text(value: Any) -> str:
    """Without quotation marks: a decision's name is written into TOML."""
    found = plain_value(value)
    if isinstance(found, Mapping):
        return f"({_values(found)})"
    if isinstance(found, list):
        return f"[{', '.join(map(_text, found))}]"
    return found if isinstance(found, str) else json.dumps(found)
