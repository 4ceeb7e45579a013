"""The check's result as SARIF 2.1.0, for code scanning.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html

A verdict that holds is no result. The place of a result is its file, line 1 (a state is written by a program), and, as a logical
location, the URN. GitHub tells results apart by the fingerprint named `primaryLocationLineHash`
(https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning).
"""

import json
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote

from operations.check.shared import because, visible
from policies.check import Checked, Code, Judged
from policies.documents import STANDARD_INPUT
from policies.judge import Answer, Verdict
from policies.rules import RULES, Rule
from policies.waivers import Waiver

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

# Kind and level. Only a failure may have a level; an unknown fails a CI, so it is one.
_KINDS = {
    Answer.VIOLATED: ("fail", "error"),
    Answer.UNKNOWN: ("fail", "warning"),
    Answer.WAIVED: ("fail", "note"),
    Answer.NOT_OFFERED: ("notApplicable", "none"),
    Answer.INHERITED: ("informational", "none"),
}
_ACCEPTED = ("open", "none")
_NUMBERS = {rule.slug: number for number, rule in enumerate(RULES)}


def written(checked: Checked) -> str:
    """One run; messages in the language of the environment, rules in both."""
    return json.dumps(document(checked), ensure_ascii=False, indent=1) + "\n"


def document(checked: Checked) -> dict[str, Any]:
    """The same before it is text."""
    notes = [{"level": "error", "message": {"text": str(problem)}} for problem in checked.problems]
    run = {
        "tool": {
            "driver": {"name": "machikumo", "version": version("machikumo"), "rules": [_rule(rule) for rule in RULES]}
        },
        "invocations": [
            {
                "executionSuccessful": checked.code is not Code.BROKEN_INPUT,
                "exitCode": int(checked.code),
                "toolExecutionNotifications": notes,
            }
        ],
        "columnKind": "unicodeCodePoints",
        "results": [result for judged in checked.judged for result in _results(judged)],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.slug,
        "shortDescription": {"text": rule.condition},
        "fullDescription": {"text": f"{rule.condition} {rule.title_ja}"},
        "help": {
            "text": f"{rule.condition}\n\n{rule.title_ja}",
            "markdown": f"**{rule.slug}**\n\n{rule.condition}\n\n{rule.title_ja}",
        },
        "defaultConfiguration": {"level": "error"},
    }


def _results(judged: Judged) -> Iterator[dict[str, Any]]:
    seen: Counter[tuple[str, str]] = Counter()
    for verdict in judged.verdicts:
        if verdict.answer is not Answer.HOLDS:
            said = (verdict.rule.slug, verdict.urn)
            yield _result(verdict, judged.name, seen[said])
            seen[said] += 1


def _result(verdict: Verdict, name: str, number: int) -> dict[str, Any]:
    """`number` tells apart what one rule says several times of one resource, so that a changed wording keeps the fingerprint."""
    kind, level = _ACCEPTED if verdict.accepted else _KINDS[verdict.answer]
    urn = visible(verdict.urn)
    identity = "\0".join((verdict.rule.slug, urn, str(number)))
    fingerprint = sha256(identity.encode()).hexdigest()
    result: dict[str, Any] = {
        "ruleId": verdict.rule.slug,
        "ruleIndex": _NUMBERS.get(verdict.rule.slug, -1),
        "kind": kind,
        "level": level,
        "message": {"text": str(because(verdict))},
        "locations": [
            {
                "physicalLocation": {"artifactLocation": {"uri": _uri(name)}, "region": {"startLine": 1}},
                "logicalLocations": [
                    {"name": urn.rpartition("::")[2], "fullyQualifiedName": urn, "kind": "resource"},
                ],
            }
        ],
        "partialFingerprints": {"machikumo/v1": fingerprint, "primaryLocationLineHash": fingerprint},
        "properties": {"answer": str(verdict.answer)},
    }
    if verdict.answer is Answer.WAIVED and isinstance(verdict.by, Waiver):
        said = visible(str(verdict.by.terms))
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": said}]
    return result


def _uri(name: str) -> str:
    """Relative to the working folder where the file lies in it."""
    if name == STANDARD_INPUT:
        return "stdin"
    path = Path(name)
    if path.is_absolute() and not path.is_relative_to(Path.cwd()):
        return path.as_uri()
    return quote((path.relative_to(Path.cwd()) if path.is_absolute() else path).as_posix())
