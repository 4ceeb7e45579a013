"""The page docs/controls.md, and the words and notes that it shares with the command's other formats."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from operations.promises import Capabilities
from policies.catalogue import Catalogue, Control
from policies.coverage import Coverage, Finding, covered, of_control
from policies.facts import CLOUDS
from policies.language import Message

__all__ = ["LEGEND", "WORDS", "Notes", "Row", "cell", "page", "rows"]

WORDS: Mapping[Coverage, Message] = {
    Coverage.ENFORCED: Message("enforced", "強制"),
    Coverage.SUBSTITUTE: Message("substitute", "代替"),
    Coverage.NOT_OFFERED: Message("not offered", "提供なし"),
    Coverage.GAP: Message("gap", "未対応"),
}

LEGEND: tuple[Message, ...] = (
    Message(
        "enforced: every rule of the row is asked of each deployment on that cloud, and a violation stops it.",
        "強制: その行のすべての規則を、そのクラウドへの構築のたびに問い、違反すれば止める。",
    ),
    Message(
        "substitute: a promise behind a rule is not kept literally there; the note says what keeps it instead.",
        "代替: 規則の背後の約束を文字どおりには守れず、注が代わりを示す。",
    ),
    Message("not offered: the cloud lets nobody decide it.", "提供なし: そのクラウドでは誰も決められない。"),
    Message("gap: no rule is asked yet.", "未対応: まだ問う規則がない。"),
    Message("3/4: so many of the row's rules are enforced.", "3/4: その行の規則のうち強制されている数。"),
    Message(
        "A rule that holds is evidence for a control, not conformity with it. The gists are this kit's own words.",
        "規則が成り立つことは管理策の証拠であって、管理策を満たすことの証明ではない。要旨はこのキットの言葉である。",
    ),
)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One control, and what each of its rules comes to on each cloud."""

    control: Control
    clouds: Mapping[str, tuple[Finding, ...]]


def rows(controls: Catalogue, capabilities: Capabilities) -> tuple[Row, ...]:
    """Every control that has rules or planned ones."""
    declared = {cloud: capabilities.substitutes(cloud) for cloud in CLOUDS}
    return tuple(
        Row(control=one, clouds={cloud: of_control(one, CLOUDS[cloud], declared[cloud]) for cloud in CLOUDS})
        for one in controls.controls.values()
        if one.reason is None
    )


@dataclass
class Notes:
    """Footnotes, numbered in the order of their first mention."""

    capabilities: Capabilities
    numbers: dict[tuple[str, str], int] = field(default_factory=dict)

    def mention(self, cloud: str, findings: Sequence[Finding]) -> str:
        """` [1, 2]` for what keeps the findings from being enforced; "" where nothing does."""
        whys = dict.fromkeys(finding.why for finding in findings if finding.why)
        found = sorted(self.numbers.setdefault((cloud, why), len(self.numbers) + 1) for why in whys)
        return f" [{', '.join(map(str, found))}]" if found else ""

    def texts(self) -> Iterator[str]:
        """The notes that were mentioned, in order."""
        for (cloud, why), number in self.numbers.items():
            yield f"{number}. **{cloud}, `{why}`**: {self._text(cloud, why)}"

    def _text(self, cloud: str, why: str) -> str:
        entry = self.capabilities.not_offered[cloud].get(why)
        if entry is not None:
            instead = (
                f"Instead: {entry.substitute.removesuffix('.')}." if entry.substitute else "Nothing takes its place."
            )
            return f"{entry.reason} {instead} ({entry.source}, {entry.since})"
        fields = {f"{kind.__name__}.{name}": said.en for (kind, name), said in CLOUDS[cloud].UNOFFERED.items()}
        return fields.get(why, "The verifier reads no such fact on this cloud.")


def cell(cloud: str, findings: tuple[Finding, ...], notes: Notes, say: Callable[[str, str], str]) -> str:
    """What a control comes to on a cloud: its weakest rule, how many of several are enforced, and the notes."""
    word = WORDS[covered(findings)]
    enforced = sum(finding.coverage is Coverage.ENFORCED for finding in findings)
    count = f" {enforced}/{len(findings)}" if 0 < enforced < len(findings) else ""
    return f"{say(word.en, word.ja)}{count}{notes.mention(cloud, findings)}"


def page(controls: Catalogue, capabilities: Capabilities) -> str:
    """The page: controls with rules, their notes, controls without, and the guidance beside ISMAP."""
    notes = Notes(capabilities)
    shown = [
        _row(
            *_control(row.control),
            *(cell(cloud, findings, notes, lambda english, _: english) for cloud, findings in row.clouds.items()),
            ", ".join([*_code(row.control.rules), *(f"planned: {slug}" for slug in _code(row.control.planned))]),
        )
        for row in rows(controls, capabilities)
    ]
    without = [
        _row(*_control(one), one.reason.en)
        for one in [*controls.chapters, *controls.controls.values()]
        if one.reason is not None
    ]
    guidance = [
        _row(
            one.name.ja,
            "seen in the source" if one.verified else "unverified",
            f"{item.id} {item.heading}",
            ", ".join(_code(item.rules)) or "no rule",
        )
        for one in controls.guidance
        for item in one.items
    ]
    return f"""# Controls

ISMAP controls of edition {controls.edition}, and what the rules show of them on each cloud. This page is the output of
`./machikumo controls --format markdown`; a test holds it against the code.

{_lines(f"- {said.en}" for said in LEGEND)}
- A `*` marks a gist made from general knowledge of the standards behind the criteria: its wording is unverified.

{_table(["control", "gist", "who answers", *CLOUDS, "rules"], shown)}

{_lines(notes.texts())}

## Controls that no rule can show

{_table(["control", "gist", "who answers", "why no rule"], without)}

## Guidance beside ISMAP

Which rules belong to an item is this kit's proposal. Clauses below a chapter are unverified and not named.

{_table(["source", "numbers", "item", "rules"], guidance)}
"""


def _control(one: Control) -> tuple[str, str, str]:
    return one.id, f"{one.gist.en}{'' if one.verified else ' *'}<br>{one.gist.ja}", str(one.answers)


def _code(slugs: Sequence[str]) -> list[str]:
    return [f"`{slug}`" for slug in slugs]


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _table(head: Sequence[str], body: Sequence[str]) -> str:
    return _lines([_row(*head), _row(*("---" for _ in head)), *body])


def _lines(lines: Iterator[str] | Sequence[str]) -> str:
    return "\n".join(lines)
