"""The command `machikumo`: one word names what is done, the words after it belong to that."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module

from operations.wording import say


@dataclass(frozen=True, kw_only=True)
class Command:
    """A word of the command line: the module whose `main(arguments) -> exit code` does it, and what it does."""

    module: str
    english: str
    japanese: str


COMMANDS: Mapping[str, Command] = {
    "demo": Command(
        module="operations.demo",
        english="deploy the example municipality to every cloud of the sandbox (--cloud aws: to one)",
        japanese="例の団体をサンドボックスの全クラウドに構築する(--cloud aws で一つだけ)",
    ),
    "test": Command(
        module="operations.gate",
        english="run the gate: format, lint, types, all tests (words after it go to pytest)",
        japanese="検査をすべて実行する: 書式、静的検査、型、全テスト(続く語はpytestに渡す)",
    ),
    "sandbox": Command(
        module="operations.sandbox_run",
        english="-- COMMAND…: run any command with the engine and the sandbox, for example -- pulumi up (types: what the sandbox knows)",
        japanese="-- コマンド…: エンジンとサンドボックスのもとで任意のコマンドを実行する。例: -- pulumi up(types: サンドボックスが知る種類の一覧)",
    ),
    "doctor": Command(
        module="operations.doctor",
        english="say what is found, what is missing, and the command that mends it",
        japanese="何があり、何が足りず、どのコマンドで直るかを示す",
    ),
}


def usage() -> str:
    """Return the help text."""
    width = max(len(name) for name in COMMANDS)
    lines = [f"  {name:<{width}}  {say(command.english, command.japanese)}" for name, command in COMMANDS.items()]
    return "\n".join([say("usage: machikumo COMMAND [...]", "使い方: machikumo コマンド [...]"), "", *lines])


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; 2 for a word that is no command."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words and words[0] in ("-h", "--help", "help"):
        print(usage())  # noqa: T201
        return 0
    command = COMMANDS.get(words[0]) if words else None
    if command is None:
        unknown = say(f"unknown command: {words[0]}\n\n", f"不明なコマンドです: {words[0]}\n\n") if words else ""
        print(unknown + usage(), file=sys.stderr)  # noqa: T201
        return 2
    try:
        code = import_module(command.module).main(words[1:])
    except KeyboardInterrupt:
        return 130
    return int(code)


if __name__ == "__main__":
    sys.exit(main())
