"""`machikumo controls`: what the rules show of each ISMAP control on each cloud, and what they don't.

Evidence for a control, not conformity with it: every format says so.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from operations.controls_page import LEGEND, WORDS, Notes, Row, cell, page, rows
from operations.promises import Capabilities
from operations.wording import say
from policies.catalogue import Answers, Catalogue, catalogue
from policies.coverage import covered
from policies.facts import CLOUDS

WHO: Mapping[Answers, tuple[str, str]] = {
    Answers.MUNICIPALITY: ("municipality", "団体"),
    Answers.OPERATOR: ("operator", "運用管理補助者"),
    Answers.PROVIDER: ("provider", "事業者"),
}


def main(arguments: Sequence[str]) -> int:
    """Print the controls; exit code 0."""
    parser = argparse.ArgumentParser(
        prog="machikumo controls",
        description=say("What the rules show of each control.", "管理策ごとに規則が示すものを表示します。"),
    )
    parser.add_argument("--format", choices=("table", "json", "markdown"), default="table")
    form = parser.parse_args(arguments).format
    controls, capabilities = catalogue(), Capabilities.read()
    if form == "markdown":
        print(page(controls, capabilities), end="")  # noqa: T201
    elif form == "json":
        print(json.dumps(data(controls, capabilities), ensure_ascii=False, indent=1))  # noqa: T201
    else:
        _print(controls, capabilities)
    return 0


def data(controls: Catalogue, capabilities: Capabilities) -> dict[str, Any]:
    """The same as plain values. `clouds` is empty where no rule can show the control; `reason` then says why."""
    found = {row.control.id: row for row in rows(controls, capabilities)}
    return {
        "edition": controls.edition,
        "legend": [said.en for said in LEGEND],
        "controls": [
            {
                "id": one.id,
                "en": one.gist.en,
                "ja": one.gist.ja,
                "verified": one.verified,
                "answers": str(one.answers),
                "rules": list(one.rules),
                "planned": list(one.planned),
                "reason": one.reason.en if one.reason else None,
                "clouds": _clouds(found[one.id]) if one.id in found else {},
            }
            for one in [*controls.chapters, *controls.controls.values()]
        ],
        "guidance": [
            {
                "name": one.name.ja,
                "verified": one.verified,
                "items": {item.id: list(item.rules) for item in one.items},
            }
            for one in controls.guidance
        ],
    }


def _clouds(row: Row) -> dict[str, Any]:
    return {
        cloud: {
            "coverage": WORDS[covered(findings)].en,
            "rules": {finding.rule.slug: WORDS[finding.coverage].en for finding in findings},
            "because": list(dict.fromkeys(finding.why for finding in findings if finding.why)),
        }
        for cloud, findings in row.clouds.items()
    }


def _print(controls: Catalogue, capabilities: Capabilities) -> None:
    console, notes = Console(), Notes(capabilities)
    heads = (say("control", "管理策"), say("gist", "要旨"), say("answers", "責任"), *CLOUDS)
    table = Table()
    for head in (*heads, say("planned rules", "予定の規則")):
        table.add_column(head, overflow="fold")
    for row in rows(controls, capabilities):
        one = row.control
        table.add_row(
            one.id,
            say(one.gist.en, one.gist.ja),
            say(*WHO[one.answers]),
            *(cell(cloud, findings, notes, say) for cloud, findings in row.clouds.items()),
            "\n".join(one.planned),
        )
    console.print(table)
    for note in notes.texts():
        console.print(note, markup=False, highlight=False)
    silent = sum(one.reason is not None for one in [*controls.chapters, *controls.controls.values()])
    for said in LEGEND:
        console.print(say(said.en, said.ja), markup=False, highlight=False)
    console.print(
        say(
            f"{silent} more controls and chapters can't be shown by a rule; docs/controls.md says why for each.",
            f"ほかに、規則では示せない管理策と章が {silent} あります。理由は docs/controls.md にあります。",
        )
    )
