"""The check's result as JUnit XML, for the test view of a CI: a suite for each file, a case for each verdict."""

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from operations.check.shared import because, verdict_word, visible
from policies.check import Checked, Judged
from policies.judge import Answer, Verdict

_FAILED = (Answer.VIOLATED, Answer.UNKNOWN)


def written(checked: Checked) -> str:
    """What is violated or unknown has failed; what is waived, inherited, not offered or accepted is skipped, with the reason."""
    root = Element("testsuites", name="machikumo check")
    for judged in checked.judged:
        _suite(root, judged)
    if checked.problems:
        suite = SubElement(root, "testsuite", name="input", tests=str(len(checked.problems)), failures="0", skipped="0")
        suite.set("errors", str(len(checked.problems)))
        for number, problem in enumerate(checked.problems, 1):
            case = SubElement(suite, "testcase", classname="input", name=f"input {number}")
            SubElement(case, "error", type="input", message=visible(str(problem)))
    indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(root, encoding="unicode")}\n'


def _suite(root: Element, judged: Judged) -> None:
    failed = sum(_fails(verdict) for verdict in judged.verdicts)
    skipped = sum(verdict.answer is not Answer.HOLDS for verdict in judged.verdicts) - failed
    suite = SubElement(root, "testsuite", name=visible(judged.name), tests=str(len(judged.verdicts)), errors="0")
    suite.set("failures", str(failed))
    suite.set("skipped", str(skipped))
    for verdict in judged.verdicts:
        name = f"{verdict.rule.slug} {visible(verdict.urn)}"
        case = SubElement(suite, "testcase", classname=verdict.rule.slug, name=name)
        if verdict.answer is not Answer.HOLDS:
            word = "failure" if _fails(verdict) else "skipped"
            said = SubElement(case, word, message=f"{verdict_word(verdict)}: {because(verdict)}")
            if word == "failure":
                said.set("type", str(verdict.answer))


def _fails(verdict: Verdict) -> bool:
    return verdict.answer in _FAILED and not verdict.accepted
