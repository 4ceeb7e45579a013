"""`machikumo swap point-names`: the names that users type, pointed at the side that serves, on a server that takes RFC 2136 updates."""

import argparse
import os
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import dns.name

from operations.swap.advancing import parser
from operations.swap.decisions import read_decisions, settled
from operations.swap.name_server import NameServer
from operations.swap.names import addresses, host
from operations.swap.pointing import Goal, Pointing, records_to, update, with_ttl
from operations.swap.receipts import Place, Receipt, chain, write
from operations.swap.refusal import Refusal
from operations.swap.serving_side import OTHER, add_ways_to_state_it, read_outputs, refuse_other_side, stated
from operations.swap.stack_file import StackFile
from operations.swap.tsig_key import read_key
from operations.wording import say
from stacks.settings import Language, Settings, Stage

__all__ = ["main"]

STOPPED = (Stage.CUTOVER, Stage.RETURN)
"""Neither side serves."""
LONGEST = 86400
"""Seconds: the longest TTL that is written, a day. The kit's choice: a longer one makes the next move wait for it."""
MANY = 100
"""Names in one command: what surely fits into one message of 64 KiB."""


def main(arguments: Sequence[str]) -> int:
    """Look, tell, change, look again, write the receipts; exit code 0 all lead there, 1 a loss is open (--show: something differs), 2 refused."""
    options = _parser().parse_args(arguments)
    settings = StackFile(options.stack_file).settings(Language.of(os.environ))
    decisions = read_decisions(options.decisions)
    server = NameServer(options.server, host(options.zone), read_key(options.key_file))
    names = _names(options.name, server.zone)
    goal = None if options.ttl_only else _goal(options, settings)
    chain(options.receipts)
    found = [goal.of(server.node(one)) if goal else with_ttl(server.node(one), options.ttl_only) for one in names]
    for one in found:
        print(f"{say('right ', '正しい') if one.right else say('change', '変える')} {one}")  # noqa: T201
    changes = [one for one in found if not one.right]
    accepted, left = settled([one.loss for one in changes if one.loss], decisions)
    for loss in left:
        print(f"{say('open  ', '未承認')} {loss}")  # noqa: T201
    if left or options.show:
        return 1 if changes else 0
    notes = (
        *(f"accepted: {one}" for one in decisions if any(one.covers(loss) for loss in accepted)),
        *(str(one) for one in found),
    )
    if changes:
        # What was there is on disk before anything is changed: a run that dies in between finds its own records only.
        _written(options.receipts, "point-names-begun", settings, server, found, 0, notes)
        server.change(update(server.zone, changes))
        _refuse_unchanged(server, changes)
    receipt = _written(
        options.receipts, "point-names", settings, server, found, len(changes), (*notes, f"serial: {server.serial()}")
    )
    words = (
        f"{len(found)} names, {len(changes)} of them changed",
        f"名前 {len(found)} 件、うち変えたもの {len(changes)} 件",
    )
    print(f"{say(*words)}. {receipt.file}")  # noqa: T201
    return 0


def _names(stated_names: Sequence[str], zone: dns.name.Name) -> list[dns.name.Name]:
    """Each once. Raises Refusal for one outside the zone, and for more than one message holds."""
    names = list(dict.fromkeys(dns.name.from_text(host(one)) for one in stated_names))
    outside = [one.to_text(omit_final_dot=True) for one in names if not one.is_subdomain(zone)]
    if outside:
        inside = zone.to_text(omit_final_dot=True)
        raise Refusal(
            say(
                f"{', '.join(outside)}: not inside --zone {inside}; a command for each zone",
                f"{'、'.join(outside)}: --zone {inside} の中の名前ではありません。ゾーンごとに実行します",
            )
        )
    if len(names) > MANY:
        raise Refusal(say(f"{len(names)} names: at most {MANY} at once", f"{len(names)} 件: 一度に {MANY} 件までです"))
    return names


def _goal(options: argparse.Namespace, settings: Settings) -> Goal:
    """Raises Refusal while neither side serves, and for what is not the side that does."""
    if settings.swap_stage in STOPPED:
        raise Refusal(
            say(
                f"machikumo:swap_stage is {settings.swap_stage}: the application is stopped and neither side serves. Point the names after the `up` of the next stage; "
                "--ttl-only can be given now",
                f"machikumo:swap_stage は {settings.swap_stage} で、アプリケーションは停止中です。次の段階の up の後に名前を向けます(--ttl-only は今でも使えます)",
            )
        )
    to = stated(options)
    expected = addresses(to)
    refuse_other_side(expected, settings)
    other = read_outputs(options.outputs).get(OTHER) if options.outputs else None
    return Goal(
        records=records_to(to, options.ttl),
        expected=expected,
        other=other and other.rstrip(".").lower(),
        settings=settings,
    )


def _refuse_unchanged(server: NameServer, changes: Sequence[Pointing]) -> None:
    """A server may call an update done of which it left something out, or which it only passed on."""
    nodes = [(server.node(one.node.name), one) for one in changes]
    differing = [f"{one.name}: {node.records}" for node, one in nodes if node.leading != one.wanted]
    if differing:
        listed = "; ".join(differing)
        raise Refusal(
            say(
                f"{server} took the update and has other records: {listed}. Is --server the primary of the zone? Give the same command again; what was there before "
                "stands in the receipt point-names-begun",
                f"{server} は更新を受け付けましたが、記録が違います: {listed}。--server がゾーンの正本(プライマリ)かを確かめ、同じコマンドをもう一度実行します。"
                "以前の記録は point-names-begun にあります",
            )
        )


def _written(
    folder: Path,
    step: str,
    settings: Settings,
    server: NameServer,
    found: Sequence[Pointing],
    changed: int,
    notes: tuple[str, ...],
) -> Receipt:
    return write(
        folder,
        step=step,
        source=Place(system="stack", address=str(settings.cloud), name=settings.stack),
        target=Place(system="dns", address=str(server), name=server.zone.to_text(omit_final_dot=True)),
        counts={"names": len(found), "changed": changed},
        tools={"dnspython": version("dnspython")},
        notes=notes,
    )


def _seconds(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= LONGEST:
        raise argparse.ArgumentTypeError(
            say(f"{text}: seconds, 1 to {LONGEST}", f"{text}: 1 から {LONGEST} までの秒数です")
        )
    return int(text)


def _parser() -> argparse.ArgumentParser:
    made = parser(
        "point-names",
        "Points names at the side that serves, in one signed update (RFC 2136, TSIG) which the zone's primary takes only if the records are still those that were seen. "
        "Exit code: 0 all lead there, 1 a loss is open (--show: something is to be changed), 2 refused; after 1 nothing was changed.",
        "名前を稼働している側に向けます。署名付きの一つの更新(RFC 2136、TSIG)で、調べた時の記録のままのときだけ、ゾーンの正本が受け付けます。"
        "終了コード: 0 すべて向いている、1 未承認の損失がある(--show: 変えるものがある)、2 実行できない。1 では何も変えていません。",
    )
    named = say("a host name that users type; as often as there are names", "利用者の使うホスト名。名前の数だけ書く")
    made.add_argument("--name", required=True, action="append", metavar="HOST", help=named)
    zone = say("the zone that holds the names: example.lg.jp", "名前を持つゾーン: example.lg.jp")
    made.add_argument("--zone", required=True, metavar="ZONE", help=zone)
    server = say("the zone's primary: HOST or HOST:PORT", "ゾーンの正本(プライマリ): ホスト または ホスト:ポート")
    made.add_argument("--server", required=True, metavar="HOST", help=server)
    key = say("the TSIG key, as tsig-keygen writes it; mode 600", "tsig-keygen の形の TSIG 鍵のファイル(モード 600)")
    made.add_argument("--key-file", required=True, type=Path, metavar="FILE", help=key)
    either = add_ways_to_state_it(made)
    only = say("the same records with this TTL, a day before the stop", "記録は同じで TTL だけを変える(停止の前日に)")
    either.add_argument("--ttl-only", type=_seconds, metavar="SECONDS", help=only)
    ttl = say("TTL of the records that are written (60)", "書く記録の TTL(60)")
    made.add_argument("--ttl", type=_seconds, default=60, metavar="SECONDS", help=ttl)
    show = say("tell what would be changed, and change nothing", "変えるものを示すだけで、何も変えない")
    made.add_argument("--show", action="store_true", help=show)
    return made
