"""`machikumo swap`: the move of a running system's data to another cloud, step by step. What exists of it: docs/swap.md."""

import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module

from operations.swap.refusal import Refusal
from operations.wording import say

STEPS: Mapping[str, tuple[str, str]] = {
    "plan": (
        "what a move to another cloud changes, costs and needs; deploys nothing",
        "別のクラウドへの移行で変わること、費用、必要なものを示す。何も構築しない",
    ),
    "status": (
        "where a move stands, what blocks the next step, and its command",
        "移行の現在の段階、次を妨げるもの、そのコマンドを示す",
    ),
    "advance": (
        "the next step of a move, once its gate lets it through; pulumi up deploys it",
        "関門を確かめて移行の次の段階へ進む。構築は pulumi up がする",
    ),
    "back": (
        "the way back from where a move stands",
        "移行を一つ前へ戻す",
    ),
    "check-source": (
        "what a copy of a PostgreSQL database would lose, and whether that is accepted",
        "PostgreSQL のデータベースの複写で失われるものと、承認の有無を示す",
    ),
    "copy": (
        "copy a PostgreSQL database to another server, compare, write the receipt; can be killed and given again",
        "PostgreSQL のデータベースを別のサーバへ複写し、比較して記録する。途中で止めてもう一度実行できる",
    ),
    "follow": (
        "copy a PostgreSQL database while it serves, and keep the copy level by logical replication; given again: how far behind",
        "動いている PostgreSQL のデータベースを複写し、論理レプリケーションで追従させる。もう一度実行すると遅れを示す",
    ),
    "relay": (
        "stand on the host that moves the data, between the target's server and the source's, for follow --through",
        "移行の作業をする機械に置き、移行先のサーバと移行元のサーバの間を中継する(follow --through)",
    ),
    "close": (
        "let the database that is moved take no writes any more; name who may write all the same; can be killed and given again",
        "移す元のデータベースを書込み禁止にし、それでも書き込める者を示す。途中で止めてもう一度実行できる",
    ),
    "open": (
        "undo close: the database takes writes again, as before",
        "close を取り消し、データベースを元どおり書き込めるようにする",
    ),
    "finish": (
        "end the following once the application was stopped: the rest, sequences, comparison, name, receipt",
        "アプリケーションを止めた後に追従を仕上げる: 残り、連番、比較、改名、記録",
    ),
    "unfollow": (
        "give the following up and remove everything of it from both sides",
        "追従をやめ、両側からすべて削除する",
    ),
    "verify": (
        "compare two PostgreSQL databases: rows, values, objects, privileges; every difference by name",
        "二つの PostgreSQL データベースを比べる: 行、値、オブジェクト、権限。違いをすべて名前で示す",
    ),
    "copy-records": (
        "copy an object store to another one (S3, Azure, Google), every version; can be killed and given again",
        "オブジェクトストアを別のストア(S3、Azure、Google)へ、すべての版とともに複写する。途中で止めてもう一度実行できる",
    ),
    "describe-records": (
        "carry what describes copied records and was changed on the source since: tags, legal holds, longer retention; can be killed and given again",
        "複写した後に移行元で変わった、記録のタグ、訴訟ホールド、延びた保存期間を移す。途中で止めてもう一度実行できる",
    ),
    "verify-records": (
        "compare two object stores: bytes, versions, metadata, tags, retention",
        "二つのオブジェクトストアを比べる: 内容、版、メタデータ、タグ、保存期間",
    ),
    "point-names": (
        "point the names that users type at the side that serves, where their DNS takes signed updates (RFC 2136, TSIG)",
        "利用者の使う名前を稼働している側に向ける。DNS が署名付きの更新(RFC 2136、TSIG)を受け付けるとき",
    ),
    "check-names": (
        "whether the names that users type lead to the side that serves; changes no record",
        "利用者の使う名前が稼働している側を指しているかを確かめる。DNS の記録は書き換えない",
    ),
    "lock-records": (
        "lock copied records as what is put into their store after the cutover; can be killed and given again",
        "切替後に、複写した記録をその後に置かれるものと同じようにロックする。途中で止めてもう一度実行できる",
    ),
    "remove-records": (
        "take the copies of records out of the target again, when a move is given up; can be killed and given again",
        "取りやめた移行の記録の写しを移行先から消す。途中で止めてもう一度実行できる",
    ),
    "move-state": (
        "the stack's state to another backend, its secrets under another provider; can be killed and given again",
        "スタックの状態を別の保管先へ移し、秘密情報を暗号化し直す。途中で止めてもう一度実行できる",
    ),
    "receipts": (
        "FOLDER: whether the chain of receipts is whole (--head HASH: as it was noted elsewhere)",
        "フォルダ: 記録の連鎖に欠けや改変がないかを確かめる(--head ハッシュ: 控えと比べる)",
    ),
}
"""Each is a module of this package, `<step>_step`, with `main(arguments) -> exit code`; what it does."""


def main(arguments: Sequence[str]) -> int:
    """Run one step and return its exit code; 2 when it was refused with one message, or the word is no step."""
    if arguments and arguments[0] in ("-h", "--help"):
        print(usage())  # noqa: T201
        return 0
    if not arguments or arguments[0] not in STEPS:
        print(usage(), file=sys.stderr)  # noqa: T201
        return 2
    step: Callable[[Sequence[str]], int] = import_module(f"operations.swap.{arguments[0].replace('-', '_')}_step").main
    try:
        return step(arguments[1:])
    except Refusal as refused:
        print(f"machikumo: {refused}", file=sys.stderr)  # noqa: T201
    except OSError as error:
        # A full disk, a folder that may not be written. Of a network's errors the steps tell themselves.
        if error.strerror is None:
            raise
        told = f"{error.filename}: {error.strerror}" if error.filename else error.strerror
        again = say("Mend that and give the same command again", "直して、同じコマンドをもう一度実行してください")
        print(f"machikumo: {told}. {again}", file=sys.stderr)  # noqa: T201
    return 2


def usage() -> str:
    """Return the help text."""
    width = max(len(name) for name in STEPS)
    lines = [f"  {name:<{width}}  {say(*texts)}" for name, texts in STEPS.items()]
    return "\n".join([say("usage: machikumo swap STEP [...]", "使い方: machikumo swap 手順 [...]"), "", *lines])
