"""`machikumo parity STATE STATE…`: which of several deployed stacks keeps less than another, and in which field."""

import argparse
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from operations.wording import say
from policies.documents import loaded
from policies.facts import CLOUDS, extract
from policies.facts.exported import NotAState, world_of_state
from policies.facts.vocabulary import Fact
from policies.parity import Difference, Side, differences
from policies.parity_declared import declared, plain

EQUAL, WEAKER, BROKEN = 0, 1, 3
"""Exit codes: nothing undeclared differs; somebody is weaker, or differs where no value is weaker; an input is no state."""


class InputError(Exception):
    """A state that cannot be compared; the text says which and why."""


def main(arguments: Sequence[str]) -> int:
    """Compare every two states and print what differs; one of the exit codes above."""
    parser = argparse.ArgumentParser(
        prog="machikumo parity",
        description=say(
            "Compares what `pulumi stack export` wrote of one workload on several clouds. Exit code 0: equal, 1: one is weaker, 3: "
            "an input is no state.",
            "一つの業務を複数のクラウドに構築した状態(`pulumi stack export`)を比べます。終了コード 0: 同等、1: 弱いものがある、"
            "3: 入力が状態ではない。",
        ),
    )
    parser.add_argument("states", nargs="+", type=Path, metavar="STATE")
    parser.add_argument("--format", choices=("table", "json"), default="table")
    given = parser.parse_args(arguments)
    if len(given.states) < 2:
        parser.error(say("give two states or more", "状態を二つ以上指定してください"))
    console = Console(stderr=True)
    try:
        sides = read(given.states)
    except (InputError, NotAState) as broken:
        console.print(str(broken), markup=False, highlight=False)
        return BROKEN
    found = differences(sides, declared())
    if given.format == "json":
        print(json.dumps(data(sides, found), ensure_ascii=False, indent=1))  # noqa: T201
    else:
        _print(sides, found)
    return WEAKER if any(one.counts for one in found) else EQUAL


def read(paths: Sequence[Path]) -> list[Side]:
    """The states as sides, named by their cloud, and by their file where a cloud comes twice. InputError, NotAState."""
    worlds = [(path, *_read(path)) for path in paths]
    often = Counter(cloud for _, cloud, _ in worlds)
    return [
        Side(name=cloud if often[cloud] == 1 else f"{cloud} ({path})", cloud=cloud, facts=facts)
        for path, cloud, facts in worlds
    ]


def _read(path: Path) -> tuple[str, tuple[Fact, ...]]:
    document = loaded(str(path))
    try:
        world = world_of_state(document)
    except NotAState as error:
        raise InputError(f"{path}: {error}") from error
    clouds = [cloud for cloud, extractor in CLOUDS.items() if extractor.PACKAGE in world.packages]
    if len(clouds) != 1:
        known = ", ".join(CLOUDS)
        raise InputError(
            say(
                f"{path}: resources of one cloud are expected ({known}); found: {', '.join(clouds) or 'none'}",
                f"{path}: 一つのクラウド({known})のリソースが必要です。あるもの: {'、'.join(clouds) or 'なし'}",
            )
        )
    return clouds[0], extract(world)


def data(sides: Sequence[Side], found: Sequence[Difference]) -> dict[str, Any]:
    """The result as plain values: what counts, what is declared, and what differs by nature."""
    return {
        "sides": [{"name": side.name, "cloud": side.cloud, "facts": len(side.facts)} for side in sides],
        "equal": not any(one.counts for one in found),
        "differences": [_plain(one) for one in found if one.counts],
        "declared": [
            {
                **_plain(one),
                "reasons": [{"cloud": d.cloud, "reason": d.reason.en, "promise": d.promise} for d in one.declared],
            }
            for one in found
            if one.declared
        ],
        "by_nature": [{**_plain(one), "reason": one.nature.en} for one in found if one.nature],
    }


def _plain(one: Difference) -> dict[str, Any]:
    return {
        "thing": one.thing,
        "field": one.field or None,
        "values": {name: _value(value) for name, value in one.values.items()},
        "weaker": list(one.weaker),
    }


def _value(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _value(item) for name, item in value.items()}
    return plain(value)


def _print(sides: Sequence[Side], found: Sequence[Difference]) -> None:
    console = Console()
    names = ", ".join(side.name for side in sides)
    counted = [one for one in found if one.counts]
    if counted:
        console.print(_table(say("differs", "相違"), counted))
        blame = Counter(name for one in counted for name in one.weaker)
        told = ", ".join(f"{name} {times}" for name, times in blame.most_common()) or say("nobody", "なし")
        console.print(say(f"weaker: {told}", f"弱い側: {told}"), markup=False, highlight=False)
    else:
        console.print(say(f"{names}: nothing undeclared differs", f"{names}: 宣言のない相違はありません"))
    for reason in _reasons(found):
        console.print(reason, markup=False, highlight=False, soft_wrap=True)


def _reasons(found: Sequence[Difference]) -> list[str]:
    """Declared and natural differences without the values, one line for each reason, with every side that is the weaker one."""
    weaker: dict[str, list[str]] = {}
    for one in found:
        what = f"{one.thing}{'.' if one.field else ''}{one.field}"
        for row in one.declared:
            table = say(f" (capability table: {row.promise})", f"(能力表: {row.promise})") if row.promise else ""
            said = say(row.reason.en, row.reason.ja)
            known = say(
                f"declared, {row.cloud}: {what}: {said}{table}", f"宣言済み、{row.cloud}: {what}: {said}{table}"
            )
            weaker.setdefault(known, []).extend(one.weaker)
        if one.nature:
            said = say(one.nature.en, one.nature.ja)
            weaker.setdefault(say(f"by nature: {what}: {said}", f"性質による: {what}: {said}"), []).extend(one.weaker)
    return [f"{line} [{_names(names)}]" for line, names in sorted(weaker.items())]


def _names(weaker: Sequence[str]) -> str:
    names = ", ".join(sorted(set(weaker))) or say("nobody", "なし")
    return say(f"weaker: {names}", f"弱い側: {names}")


def _table(title: str, found: Sequence[Difference]) -> Table:
    table = Table(title=title, title_justify="left")
    for head in (say("what", "対象"), say("one", "一方"), say("other", "他方"), say("weaker", "弱い側")):
        table.add_column(head, overflow="fold")
    for one in found:
        shown = [f"{name}: {_shown(value)}" for name, value in one.values.items()]
        weaker = ", ".join(one.weaker) or say("neither", "なし")
        table.add_row(f"{one.thing}{'.' if one.field else ''}{one.field}", *shown, weaker)
    return table


def _shown(value: Any) -> str:
    if value is None:
        return say("absent", "なし")
    if isinstance(value, Mapping):
        return ", ".join(f"{name}={_shown(item)}" for name, item in value.items())
    return json.dumps(plain(value), ensure_ascii=False)
