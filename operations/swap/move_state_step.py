"""`machikumo swap move-state`: the stack's state to another backend, its secrets under another provider."""

import argparse
import json
import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from operations.environment import ROOT
from operations.swap.copying import alone
from operations.swap.receipts import Place, chain, write
from operations.swap.refusal import Refusal
from operations.swap.state_move import FORMER, StateMove
from operations.wording import say

__all__ = ["main"]

PASSPHRASES = ("PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE")


def main(arguments: Sequence[str]) -> int:
    """Carry the state, write the receipt; exit code 0 done, now or before, 2 refused."""
    options = _parser().parse_args(arguments)
    source, target = _ends(options)
    with alone(options.receipts):
        receipts = chain(options.receipts)
        move = StateMove(
            options.stack_file,
            options.receipts,
            project=_project(),
            provider=options.secrets_provider,
            source=source,
            target=target,
        )
        done = move.run()
        if done is None:
            print(say("moved before; nothing to do", "移動は済んでいます"))  # noqa: T201
            return 0
        hashes = {"checkpoint": done.sha256}
        # A run died after it wrote the receipt of this very move.
        written = receipts and (receipts[-1].step, receipts[-1].hashes) == ("move-state", hashes)
        receipt = (
            receipts[-1]
            if written
            else write(
                options.receipts,
                step="move-state",
                source=_place(source["PULUMI_BACKEND_URL"], move.stack + FORMER),
                target=_place(target["PULUMI_BACKEND_URL"], move.stack),
                counts={"resources": done.resources, "secrets": done.secrets},
                hashes=hashes,
                tools={"pulumi": _asked(source, "version")},
                notes=(f"secrets provider: {urlsplit(options.secrets_provider).scheme or options.secrets_provider}",),
            )
        )
        move.end()
    words = (
        f"{done.resources} resources, {done.secrets} secrets. {receipt.file}. From now on: pulumi login with the new backend; the old copy is {move.stack}{FORMER}",
        f"リソース {done.resources}、秘密情報 {done.secrets}。{receipt.file}。今後は新しい保管先に pulumi login します。古い写しの名前は {move.stack}{FORMER} です",
    )
    print(say(*words))  # noqa: T201
    return 0


def _ends(options: argparse.Namespace) -> tuple[dict[str, str], dict[str, str]]:
    """The engine's environment on both sides. A passphrase comes from the environment or a file, never from the command's words."""
    here = {**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"}
    here["PULUMI_BACKEND_URL"] = here.get("PULUMI_BACKEND_URL") or json.loads(_asked(here, "whoami", "--json"))["url"]
    there = {**here, "PULUMI_BACKEND_URL": options.to_backend}
    if options.passphrase_file is not None:
        for name in PASSPHRASES:
            there.pop(name, None)
        there["PULUMI_CONFIG_PASSPHRASE_FILE"] = str(options.passphrase_file.resolve())
    if here["PULUMI_BACKEND_URL"] == there["PULUMI_BACKEND_URL"]:
        raise Refusal(say("this is the backend that the state lies in", "状態が今ある保管先と同じです"))
    if urlsplit(options.to_backend).password is not None:
        raise Refusal(say("--to-backend: no password in a URL", "--to-backend: URL にパスワードを書かないでください"))
    return here, there


def _asked(environment: Mapping[str, str], *words: str) -> str:
    asked = subprocess.run(["pulumi", *words], env=environment, capture_output=True, text=True, check=False)  # noqa: S603, S607
    if asked.returncode:
        raise Refusal(f"pulumi {words[0]}: {asked.stderr.strip()}")
    return asked.stdout.strip()


def _place(url: str, stack: str) -> Place:
    parts = urlsplit(url)
    return Place(system=f"pulumi-{parts.scheme}", address=parts.hostname or parts.path, name=stack)


def _project() -> str:
    found = re.search(r"^name:\s*(\S+)", (ROOT / "Pulumi.yaml").read_text(), re.MULTILINE)
    assert found, "Pulumi.yaml has no name"
    return found[1]


def _parser() -> argparse.ArgumentParser:
    text = (
        "Carries the stack's state from the backend of this login to another one and encrypts its secrets, and those of the stack file, anew. No up may run "
        "meanwhile. Can be killed and given again. Exit code: 0 done, now or before, 2 refused.",
        "スタックの状態を、今ログインしている保管先から別の保管先へ移し、状態と設定ファイルの秘密情報を暗号化し直します。その間 up をしないでください。"
        "途中で止めて、もう一度実行できます。終了コード: 0 済み、2 実行できない。",
    )
    made = argparse.ArgumentParser(prog="machikumo swap move-state", description=say(*text))
    made.add_argument("stack_file", type=Path, metavar="FILE", help="stacks/config/Pulumi.<stack>.yaml")
    backend = say(
        "as pulumi login takes it: s3://, azblob://, gs://, file://",
        "pulumi login に渡す形: s3://、azblob://、gs://、file://",
    )
    made.add_argument("--to-backend", required=True, metavar="URL", help=backend)
    provider = say(
        "as pulumi stack init takes it: awskms://, azurekeyvault://, gcpkms://, passphrase",
        "pulumi stack init に渡す形: awskms://、azurekeyvault://、gcpkms://、passphrase",
    )
    made.add_argument("--secrets-provider", required=True, metavar="URL", help=provider)
    phrase = say(
        "a file that holds the new passphrase (with passphrase)",
        "新しいパスフレーズの入ったファイル(passphrase のとき)",
    )
    made.add_argument("--passphrase-file", type=Path, metavar="FILE", help=phrase)
    folder = say("the move's folder of receipts (outside the checkout)", "移行の記録のフォルダ(チェックアウトの外)")
    made.add_argument("--receipts", required=True, type=Path, metavar="FOLDER", help=folder)
    return made
