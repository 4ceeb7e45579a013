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
    "check": Command(
        module="operations.check",
        english="STATE…: judge exported states and previews (--format table, json, sarif or junit; --help: the rest)",
        japanese="状態…: エクスポートした状態とプレビューを検査する(--format table、json、sarif、junit。他は --help)",
    ),
    "controls": Command(
        module="operations.controls",
        english="what the rules show of each ISMAP control on each cloud (--format table, json or markdown)",
        japanese="ISMAPの管理策ごとに、各クラウドで規則が示すものを表示する(--format table、json、markdown)",
    ),
    "parity": Command(
        module="operations.parity",
        english="STATE STATE…: compare exported states of one workload on several clouds and name the weaker one",
        japanese="状態 状態…: 一つの業務を複数のクラウドに構築した状態を比べ、弱い側を示す",
    ),
    "recover": Command(
        module="operations.recovery",
        english="after a killed pulumi up: say what is undecided, and with --yes make the state right again",
        japanese="pulumi up が途中で落ちた後に、未決の操作を示し、--yes で状態を正しく戻す",
    ),
    "swap": Command(
        module="operations.swap",
        english="move a system's data to another cloud, step by step (--help: the steps that exist)",
        japanese="システムのデータを別のクラウドへ段階的に移す(--help: できている手順)",
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
