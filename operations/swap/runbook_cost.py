"""The runbook's time and money: each number with the formula that makes it."""

from collections.abc import Iterator
from fractions import Fraction

from operations.swap.amounts import DAYS_PER_MONTH, Amounts
from operations.swap.planned import Planned, Say

__all__ = ["cost"]


def cost(plan: Planned, say: Say) -> Iterator[str]:
    """Hours and yen with their formulas, by the stated numbers alone."""
    yield from ("", f"### {say('Time and money', '時間と費用')}", "")
    one = plan.amounts
    if one is None:
        yield say(
            "No amounts were stated (`--amounts`): hours and yen are not known.",
            "データ量と単価が書かれていません(`--amounts`)。時間と費用は分かりません。",
        )
        return
    yield from _formulas(one, say)


def _formulas(one: Amounts, say: Say) -> Iterator[str]:
    database, objects, line = (_plain(value) for value in (one.database_gib, one.objects_gib, one.line_mbps))
    month = f"{float(DAYS_PER_MONTH):.3f}"
    speed = f"2^30 × 8 ÷ ({line} × 10^6) ÷ 3600"
    yield "- " + say(
        f"Stop: **{float(one.down_hours):,.1f} hours** = {database} GiB × {speed} × 1.5 (dump and restore on the line alone, half as long again for the comparison). An estimate from below: servers may be slower.",
        f"停止: **{float(one.down_hours):,.1f} 時間** = {database} GiB × {speed} × 1.5(回線だけで決まる複写と、その半分の照合)。サーバが遅ければ延びます。",
    )
    yield "- " + say(
        f"Copy in all: {float(one.copy_hours):,.1f} hours at the least = ({database} + {objects}) GiB × {speed}; records while the source serves.",
        f"複写の全体: 少なくとも {float(one.copy_hours):,.1f} 時間 = ({database} + {objects}) GiB × {speed}。記録は移行元を動かしたまま移します。",
    )
    yield "- " + say(
        f"Egress: **{float(one.egress_yen):,.0f} yen**, once = ({database} + {objects}) GiB × {_plain(one.egress_yen_per_gib)} yen.",
        f"データ転送: **{float(one.egress_yen):,.0f} 円**(一度)= ({database} + {objects}) GiB × {_plain(one.egress_yen_per_gib)} 円。",
    )
    yield "- " + say(
        f"Two sides: **{float(one.double_yen):,.0f} yen** = ({_plain(one.target_yen_per_month)} yen × {_plain(one.prepare_days)} days + {_plain(one.source_yen_per_month)} yen × {_plain(one.settle_days)} days) ÷ {month} days.",
        f"並行稼働: **{float(one.double_yen):,.0f} 円** = (月 {_plain(one.target_yen_per_month)} 円 × {_plain(one.prepare_days)} 日 + 月 {_plain(one.source_yen_per_month)} 円 × {_plain(one.settle_days)} 日)÷ {month} 日。",
    )
    yield "- " + say(
        "Rates and volumes are those stated; none is built in.",
        "単価とデータ量は書かれた値です。内蔵の値はありません。",
    )


def _plain(value: Fraction) -> str:
    return f"{float(value):,.10g}"
