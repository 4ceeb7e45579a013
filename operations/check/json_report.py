"""The check's result for programs. Its schema is docs/check.schema.json; a change of meaning is a new `version`."""

import json
from typing import Any

from operations.check.shared import because, counts, visible
from policies.check import Checked, Judged
from policies.judge import Verdict
from policies.language import Message
from policies.rules import RULES, Rule
from policies.waivers import Supply, Waiver

VERSION = 1


def written(checked: Checked) -> str:
    """All verdicts, also those that hold; both languages."""
    return json.dumps(document(checked), ensure_ascii=False, indent=1) + "\n"


def document(checked: Checked) -> dict[str, Any]:
    """The same before it is text."""
    return {
        "version": VERSION,
        "exit_code": int(checked.code),
        "summary": counts(checked),
        "problems": [_message(problem) for problem in checked.problems],
        "rules": [_rule(rule) for rule in RULES],
        "waivers": [_waiver(waiver) for waiver in checked.exceptions.waivers],
        "files": [_file(judged) for judged in checked.judged],
    }


def _file(judged: Judged) -> dict[str, Any]:
    return {
        "name": visible(judged.name),
        "kind": "preview" if judged.preview else "state",
        "stack": visible(judged.stack),
        "resources": judged.resources,
        "verdicts": [_verdict(verdict) for verdict in judged.verdicts],
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    said: dict[str, Any] = {
        "rule": verdict.rule.slug,
        "answer": str(verdict.answer),
        "resource": visible(verdict.urn),
        "message": _message(because(verdict)),
    }
    if verdict.accepted:
        said["accepted"] = True
    if isinstance(verdict.by, Waiver):
        said["waiver"] = _waiver(verdict.by)
    if isinstance(verdict.by, Supply):
        said["inherited_from"] = {"owner": verdict.by.owner, "reason": verdict.by.reason}
    return said


def _waiver(waiver: Waiver) -> dict[str, str]:
    said = {
        "rule": waiver.rule,
        "resource": waiver.resource,
        "reason": waiver.reason,
        "owner": waiver.owner,
        "approver": waiver.approver,
        "approved": waiver.approved.isoformat(),
        "expires": waiver.expires.isoformat(),
    }
    return {**said, "replaced_control": waiver.replaced_control} if waiver.replaced_control else said


def _rule(rule: Rule) -> dict[str, Any]:
    waivable = {} if rule.never_waived is None else {"never_waived": _message(rule.never_waived)}
    condition = {"en": rule.condition, "ja": rule.title_ja}
    return {"name": rule.slug, "condition": condition, "organisation": rule.organisation, **waivable}


def _message(message: Message) -> dict[str, str]:
    return {"en": message.en, "ja": message.ja}
