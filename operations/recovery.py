"""`machikumo recover`: after a run of the engine was killed, make the state say again what the cloud holds.

Only the lock and the state are changed, nothing in the cloud. Without --yes it only explains. The steps: docs/recovery.md.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from operations import lock
from operations.engine import Engine, EngineError, Result
from operations.environment import ROOT, SANDBOX_VARIABLE, engine_folder
from operations.interrupted import Found, Pending, UndecidableError, adopted, own, pending, plans, question, unknown
from operations.sandbox_process import SERVER
from operations.wording import say

State = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What somebody saw in the cloud: `exists` (URN, id) and `absent` (URNs), said by a person; `books`: all that a
    local cloud holds (URN, id), None on a real one.
    """

    exists: tuple[Found, ...] = ()
    absent: frozenset[str] = frozenset()
    books: tuple[Found, ...] | None = None

    def decides(self, one: Pending) -> bool:
        """Whether it is known if this one exists."""
        return not one.open or self.books is not None or one.urn in self.absent or one.urn in dict(self.exists)


def main(arguments: Sequence[str]) -> int:
    """Explain, and with --yes recover. Exit code 1 when something is undecided or the engine refuses, else 0."""
    options = _parser().parse_args(arguments)
    path = os.pathsep.join([str(engine_folder()), os.environ.get("PATH", "")])
    # The event log's flag is hidden without the second.
    environment = {**os.environ, "PATH": path, "PULUMI_DEBUG_COMMANDS": "true"}
    engine = Engine(project=options.cwd, stack=options.stack, environment=environment, config_file=options.config_file)
    seen = Seen(
        exists=tuple(options.exists),
        absent=frozenset(options.absent),
        books=None if options.sandbox is None else books(options.sandbox),
    )
    try:
        for line in recover(engine, seen, perform=options.yes, unlock=options.unlock):
            print(line, flush=True)  # noqa: T201
    except (UndecidableError, EngineError) as error:
        print(f"machikumo: {error}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


def books(sandbox: Path) -> tuple[Found, ...]:
    """(URN, id) of all that the local cloud whose state lies in `sandbox` holds."""
    asked = [*SERVER, "drift", "--state", str(sandbox), "books"]
    answer = subprocess.run(asked, stdout=subprocess.PIPE, check=True)  # noqa: S603
    return tuple((urn, id_) for urn, id_ in json.loads(answer.stdout))


def recover(engine: Engine, seen: Seen, *, perform: bool, unlock: bool = False) -> Iterator[str]:
    """Say what is found and, with `perform`, do it; yields lines for a person.

    `unlock` takes away a lock even where its process is not seen to be dead. Raises UndecidableError: nothing was done,
    a person has to decide; and EngineError.
    """
    state, found = _looked(engine, seen)
    yield from _explained(seen, state, found)
    wanted = _decided(engine, seen, state, found)
    if not perform:
        yield say(
            "Nothing was changed. --yes takes away the dead run's lock, writes the state as above and refreshes it.",
            "何も変えていません。--yes を付けると、落ちた実行のロックを外し、状態を上のとおりに直し、refresh します。",
        )
        return
    try:
        done = _written(engine, state, wanted)
    except EngineError as error:
        lock.release(engine, error, unlock=unlock)
        yield say("The lock is gone (pulumi cancel).", "ロックを外しました(pulumi cancel)。")
        state, found = _looked(engine, seen)  # the run may have gone on until it died
        done = _written(engine, state, _decided(engine, seen, state, found))
    counted = ", ".join(f"{operation} {count}" for operation, count in sorted(done.changes.items()))
    yield say(
        f"The state is what the cloud holds (refresh: {counted}). Look at pulumi preview; pulumi up ends what was begun.",
        f"状態はクラウドと一致しました(refresh: {counted})。pulumi preview を見てから、pulumi up で残りを終えてください。",
    )


def _looked(engine: Engine, seen: Seen) -> tuple[State, list[Found]]:
    """The state, and the objects that it lacks."""
    state = engine.export()
    return state, unknown(state, (*seen.exists, *own(state, engine.stack, seen.books or ())))


def _decided(engine: Engine, seen: Seen, state: State, found: Sequence[Found]) -> State:
    """What the state has to be. A preview is asked only for objects whose URN is neither in the state nor pending."""
    undecided = [one for one in pending(state) if not seen.decides(one)]
    if undecided:
        raise UndecidableError("\n".join(question(one, engine.stack) for one in undecided))
    known = {one["urn"] for one in state["deployment"].get("resources", ())} | {one.urn for one in pending(state)}
    strangers = [urn for urn, _ in found if urn not in known]
    return adopted(state, found, plans(engine.planned()) if strangers else {})


def _written(engine: Engine, state: State, wanted: State) -> Result:
    if wanted != state:
        engine.replace(wanted)
    return engine.refresh("--skip-preview")


def _explained(seen: Seen, state: State, found: Sequence[Found]) -> Iterator[str]:
    """Every pending operation, and every object besides that the state lacks, with what becomes of it."""
    operations = {one.urn: one for one in pending(state)}
    if not operations and not found:
        yield say("No operation is pending.", "中断した操作はありません。")
    for urn in dict.fromkeys((*operations, *(urn for urn, _ in found))):
        ids = ", ".join(id_ for one, id_ in found if one == urn)
        one = operations.get(urn)
        if ids:
            fate = say(f"exists as {ids}: into the state", f"{ids} として存在する: 状態に入れる")
        elif one and not seen.decides(one):
            fate = say("nobody has said if it exists", "あるかどうか、まだ誰も答えていない")
        elif one and one.open:
            fate = say("does not exist: the next up makes it", "存在しない: 次の up が作る")
        else:
            fate = say("the refresh decides", "refresh で決まる")
        yield f"{one.operation if one else '-':<10}{urn}\n{'':<10}{fate}"


def _found(text: str) -> Found:
    urn, separator, id_ = text.partition("=")
    if not (urn and separator and id_):
        raise argparse.ArgumentTypeError(say(f"'{text}' is not URN=ID", f"「{text}」は URN=ID の形ではありません"))
    return urn, id_


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="machikumo recover",
        fromfile_prefix_chars="@",
        description=say(
            "After a killed pulumi run: says what is undecided; with --yes makes lock and state right again. "
            "Changes nothing in the cloud. @FILE reads arguments from a file, one a line.",
            "pulumi の実行が途中で落ちた後に、未決の操作を示します。--yes でロックと状態を直します。"
            "クラウドのものは変えません。@ファイル で引数をファイルから読みます(一行に一つ)。",
        ),
    )
    parser.add_argument("-s", "--stack", required=True, help=say("the stack's name", "スタックの名前"))
    parser.add_argument("--yes", action="store_true", help=say("do it", "実行する"))
    text = say("an object that is there; repeatable", "存在するもの(繰り返し可)")
    parser.add_argument("--exists", type=_found, action="append", default=[], metavar="URN=ID", help=text)
    text = say("an object that is not there; repeatable", "存在しないもの(繰り返し可)")
    parser.add_argument("--absent", action="append", default=[], metavar="URN", help=text)
    text = say("take the lock away: its process is certainly gone", "ロックを外す(そのプロセスは確かに終わっている)")
    parser.add_argument("--unlock", action="store_true", help=text)
    parser.add_argument("--cwd", type=Path, default=ROOT, help=say("folder of Pulumi.yaml", "Pulumi.yaml のフォルダ"))
    parser.add_argument("--config-file", type=Path, help=say("the stack's file", "スタックのファイル"))
    parser.add_argument(
        "--sandbox",
        type=Path,
        default=os.environ.get(SANDBOX_VARIABLE),
        help=say("a local cloud's state folder: its books answer", "ローカルのクラウドの状態フォルダ(台帳が答える)"),
    )
    return parser
