"""`machikumo swap check-names`: whether the names that users type lead to the side that serves."""

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from operations.swap.names import Pointed, host, pointed
from operations.swap.receipts import Place, write
from operations.swap.serving_side import add_ways_to_state_it, on_other_side, refuse_other_side, stated
from operations.swap.stack_file import StackFile
from operations.wording import say
from stacks.settings import Cloud, Language, Settings

__all__ = ["main"]


def main(arguments: Sequence[str]) -> int:
    """Resolve, print every name, write the receipt; exit code 0 all lead there, 1 some do not, 2 refused. Changes no record."""
    options = _parser().parse_args(arguments)
    settings = StackFile(options.stack_file).settings(Language.of(os.environ))
    names = [host(one) for one in options.name]
    found = pointed(names, stated(options))
    refuse_other_side(found[0].expected, settings)
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
    former = [address for address in one.found if on_other_side(address, settings)]
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
        "Resolves the names that users type, as this machine does, and compares them with the side that serves. Changes no record (point-names does). "
        "Exit code: 0 all lead there, 1 some do not, 2 refused.",
        "利用者の使う名前をこの機械で解決し、稼働している側と比べます。記録(DNS)は書き換えません(向け直すのは point-names、または名前の管理者)。"
        "終了コード: 0 すべて正しい、1 別の所を指すものがある、2 実行できない。",
    )
    made = argparse.ArgumentParser(prog="machikumo swap check-names", description=say(*text))
    made.add_argument("stack_file", type=Path, metavar="FILE", help="stacks/config/Pulumi.<stack>.yaml")
    named = say("a host name that users type; as often as there are names", "利用者の使うホスト名。名前の数だけ書く")
    made.add_argument("--name", required=True, action="append", metavar="HOST", help=named)
    add_ways_to_state_it(made)
    folder = say("the move's folder of receipts (outside the checkout)", "移行の記録のフォルダ(チェックアウトの外)")
    made.add_argument("--receipts", required=True, type=Path, metavar="FOLDER", help=folder)
    return made
