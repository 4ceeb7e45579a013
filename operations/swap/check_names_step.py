"""`machikumo swap check-names`: whether the names that users type lead to the side that serves."""

import argparse
import ipaddress
import json
import os
from collections.abc import Sequence
from pathlib import Path

from operations.swap.names import Pointed, host, pointed
from operations.swap.receipts import Place, write
from operations.swap.refusal import Refusal
from operations.swap.stack_file import StackFile
from operations.wording import say
from stacks.settings import Cloud, Language, Settings

__all__ = ["main"]

OUTPUT = "application_address"
"""The stack's output: name or address of the load balancer of the side that serves (stacks/workload.py)."""


def main(arguments: Sequence[str]) -> int:
    """Resolve, print every name, write the receipt; exit code 0 all lead there, 1 some do not, 2 refused. Changes no record."""
    options = _parser().parse_args(arguments)
    settings = StackFile(options.stack_file).settings(Language.of(os.environ))
    names = [host(one) for one in options.name]
    found = pointed(names, options.address or [_stated(options.outputs)])
    _refuse_other_side(found[0].expected, settings)
    differences = [one for one in found if one.differs or _unanswered(one, settings)]
    lines = [_told(one, settings) for one in found]
    print("\n".join(lines))  # noqa: T201
    receipt = write(
        options.receipts,
        step="check-names",
        source=Place(system="stack", address=str(settings.cloud), name=settings.stack),
        counts={"names": len(found), "differences": len(differences)},
        notes=tuple(
            f"{one.name}: {_listed(one.found)}; serves: {_listed(one.expected)}{'; not answered' if _unanswered(one, settings) else ''}"
            for one in sorted(found, key=lambda one: one not in differences)[:100]
        ),
    )
    words = (
        f"{len(found)} names, {len(differences)} of them lead elsewhere or are not answered",
        f"名前 {len(found)} 件、うち別の所を指すか応答のないもの {len(differences)} 件",
    )
    print(f"{say(*words)}. {receipt.file}")  # noqa: T201
    return 1 if differences else 0


def _stated(outputs: Path) -> str:
    """The entry of the side that serves. Raises Refusal for a file that does not have it."""
    try:
        content = json.loads(outputs.read_text(encoding="utf-8"))
    except OSError as error:
        raise Refusal(f"{outputs}: {error.strerror}") from None
    except ValueError:
        content = None
    address = content.get(OUTPUT) if isinstance(content, dict) else None
    if not isinstance(address, str) or not address:
        raise Refusal(
            say(
                f"{outputs}: no output {OUTPUT}: pulumi stack output --json > {outputs}",
                f"{outputs}: 出力 {OUTPUT} がありません。pulumi stack output --json > {outputs} で作ります",
            )
        )
    return address


def _refuse_other_side(expected: frozenset[str], settings: Settings) -> None:
    """Outputs from before the last `up`, or a wrong --address, would call the names right that lead to the side that no longer serves."""
    for one in sorted(expected):
        if _on_other_side(one, settings):
            raise Refusal(
                say(
                    f"{one} lies in machikumo:swap_network_cidr {settings.swap_network_cidr}, the side ({settings.swap_cloud}) that does not serve: outputs from "
                    "before the last up? pulumi stack output --json again",
                    f"{one} は machikumo:swap_network_cidr {settings.swap_network_cidr}、つまり稼働していない側({settings.swap_cloud})にあります。"
                    "最後の up より前の出力ではありませんか。pulumi stack output --json をもう一度行います",
                )
            )


def _on_other_side(address: str, settings: Settings) -> bool:
    other = settings.swap_network_cidr
    return other is not None and ipaddress.ip_address(address.partition("%")[0]) in ipaddress.ip_network(other)


def _unanswered(one: Pointed, settings: Settings) -> bool:
    """Azure's entry answers for the name that Azure gave it and for those of the settings, another cloud's for any."""
    known = one.name in (settings.azure_host_names or ()) or one.name.endswith(".azurecontainerapps.io")
    return settings.cloud is Cloud.AZURE and not known


def _told(one: Pointed, settings: Settings) -> str:
    if not one.differs and _unanswered(one, settings):
        return say(
            f"no answer {one.name}: leads to {_listed(one.found)}, and the entry there does not know the name. Add it to machikumo:azure_host_names and have the certificate hold it, then pulumi up",
            f"応答なし  {one.name}: {_listed(one.found)} を指していますが、入口がこの名前を知りません。machikumo:azure_host_names に加え、証明書にも入れて、pulumi up をします",
        )
    if not one.differs:
        return say(f"right     {one.name}: {_listed(one.found)}", f"正しい    {one.name}: {_listed(one.found)}")
    former = [address for address in one.found if _on_other_side(address, settings)]
    where = say(f" ({settings.swap_cloud}, which does not serve)", f"(稼働していない {settings.swap_cloud} の側)")
    found = f"{_listed(one.found)}{where if former else ''}"
    return say(
        f"elsewhere {one.name}: leads to {found}, has to lead to {_listed(one.expected)}. Write: {one.records}",
        f"別の所    {one.name}: {found} を指しています。{_listed(one.expected)} を指す必要があります。書く記録: {one.records}",
    )


def _listed(addresses: frozenset[str]) -> str:
    return ", ".join(sorted(addresses)) or say("no address", "アドレスなし")


def _parser() -> argparse.ArgumentParser:
    text = (
        "Resolves the names that users type, as this machine does, and compares them with the side that serves. Changes no record: the names are the municipality's. "
        "Exit code: 0 all lead there, 1 some do not, 2 refused.",
        "利用者の使う名前をこの機械で解決し、稼働している側と比べます。記録(DNS)は書き換えません。名前は団体のものです。"
        "終了コード: 0 すべて正しい、1 別の所を指すものがある、2 実行できない。",
    )
    made = argparse.ArgumentParser(prog="machikumo swap check-names", description=say(*text))
    made.add_argument("stack_file", type=Path, metavar="FILE", help="stacks/config/Pulumi.<stack>.yaml")
    named = say("a host name that users type; as often as there are names", "利用者の使うホスト名。名前の数だけ書く")
    made.add_argument("--name", required=True, action="append", metavar="HOST", help=named)
    either = made.add_mutually_exclusive_group(required=True)
    outputs = say("what `pulumi stack output --json` printed", "pulumi stack output --json の出力のファイル")
    either.add_argument("--outputs", type=Path, metavar="FILE", help=outputs)
    address = say("name or address of the side that serves", "稼働している側の名前またはアドレス")
    either.add_argument("--address", action="append", metavar="ADDRESS", help=address)
    folder = say("the move's folder of receipts (outside the checkout)", "移行の記録のフォルダ(チェックアウトの外)")
    made.add_argument("--receipts", required=True, type=Path, metavar="FOLDER", help=folder)
    return made
