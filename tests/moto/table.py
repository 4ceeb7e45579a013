"""The cases by type, the reviewed disagreements, and the page that is made of both."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from tests.moto import cases_application, cases_data, cases_entry, cases_logs, cases_network, cases_stores
from tests.moto.case import Case

CASES: Final[Mapping[str, tuple[Case, ...]]] = {
    token: tuple(case for case in part.CASES if case.subject.token == token)
    for part in (cases_network, cases_entry, cases_application, cases_data, cases_stores, cases_logs)
    for token in dict.fromkeys(case.subject.token for case in part.CASES)
}
DISAGREEMENTS: Final[tuple[Mapping[str, Any], ...]] = tuple(
    tomllib.loads(Path(__file__).with_name("disagreements.toml").read_text())["disagreement"]
)


def reviewed(token: str) -> dict[str, str]:
    """Each case of the type that the table lists, with what it says of both."""
    return {
        title: said(entry["sandbox"], entry["moto"], entry["right"])
        for entry in DISAGREEMENTS
        if entry["type"] == token
        for title in entry["cases"]
    }


def said(sandbox: str, moto: str, right: str) -> str:
    """One disagreement in a line."""
    return f"sandbox: {sandbox}, moto: {moto}, right: {right}"


def _judged(right: str, token: str = "") -> int:
    return sum(len(one["cases"]) for one in DISAGREEMENTS if one["right"] == right and token in ("", one["type"]))


def markdown() -> str:
    """The page."""
    requests = sum(map(len, CASES.values()))
    apart = sum(map(_judged, ("sandbox", "moto", "neither")))
    lines = [
        "# The local cloud beside moto",
        "",
        "Made by `python -m tests.moto > docs/sandbox-moto.md` from `tests/moto`; tests hold it against both. The same requests, written",
        "once as Pulumi's inputs, go to the sandbox through its own door and to [moto](https://docs.getmoto.org/), an emulator of AWS",
        "by other hands, as the calls that the provider makes. What AWS does is from the vendor's pages, not from an account. A verdict",
        "is *accepted* or the kind of the refusal: *value* (the request itself), *missing*, *taken*, *in use*, *state*, *limit*;",
        "*fault* is no answer.",
        "",
        f"{len(CASES)} types, {requests} requests. In {requests - apart} both answer alike and as expected (no source is listed for those). Of the",
        f"other {apart} the sandbox is right in {_judged('sandbox')}, moto in {_judged('moto')}, neither in {_judged('neither')}.",
        "",
        "| type | requests | alike | sandbox right | moto right | neither |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for token, cases in sorted(CASES.items()):
        counts = [_judged(right, token) for right in ("sandbox", "moto", "neither")]
        lines.append(f"| `{token}` | {len(cases)} | {len(cases) - sum(counts)} | {' | '.join(map(str, counts))} |")
    for heading, rights in (("Where the sandbox is wrong", ("moto", "neither")), ("Where moto is wrong", ("sandbox",))):
        lines += ["", f"## {heading}"]
        for token in sorted({one["type"] for one in DISAGREEMENTS if one["right"] in rights}):
            lines += ["", f"### `{token}`", ""]
            lines += [_line(one) for one in DISAGREEMENTS if one["type"] == token and one["right"] in rights]
    return "\n".join(lines) + "\n"


def _line(entry: Mapping[str, Any]) -> str:
    cases = "; ".join(entry["cases"])
    answers = f"sandbox *{entry['sandbox']}*, moto *{entry['moto']}*"
    return f"- **{cases}**: {answers}. {entry['why']} ([source]({entry['source']}))"
