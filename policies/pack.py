"""What the policy pack does: one dispatching resource policy, one dispatching stack policy, and two that list what else is to be known.

One policy for all rules, because the SDK decodes a resource's properties again for each policy.
"""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from pulumi_policy import (
    EnforcementLevel,
    Policy,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)

from policies.facts.registered import world_of_resource, world_of_stack
from policies.facts.resources import World
from policies.judge import Answer, Verdict, judge, weighed
from policies.language import Message
from policies.waiver_file import WaiverFileError, read_exceptions
from policies.waivers import Exceptions, Waiver, matches_nothing

__all__ = ["Pack"]


class Pack:
    """The policies of one engine process. What the resource policy has reported, the stack policy does not repeat.

    `waivers`: the file of exceptions, None for none. One that is wrong is a violation, and nothing in it counts.
    """

    def __init__(self, waivers: Path | None, today: date) -> None:
        self._today = today
        self._reported: set[tuple[str, str, str]] = set()
        self._verdicts: list[Verdict] = []
        self._exceptions, self._wrong = Exceptions(), ""
        try:
            self._exceptions = read_exceptions(waivers, today=today)
        except WaiverFileError as error:
            self._wrong = str(error)

    def policies(self) -> list[Policy]:
        """The four policies, in the order in which they must run."""
        return [
            ResourceValidationPolicy(
                name="resource-keeps-the-rules",
                description="Each resource keeps the rules, as far as it shows by itself.",
                validate=self.judge_resource,
                enforcement_level=EnforcementLevel.MANDATORY,
            ),
            StackValidationPolicy(
                name="stack-keeps-the-rules",
                description="The resources of the stack together keep the rules.",
                validate=self.judge_stack,
                enforcement_level=EnforcementLevel.MANDATORY,
            ),
            StackValidationPolicy(
                name="rules-not-yet-answered",
                description="Every rule can be answered. (Values that only the cloud gives are unknown before they exist.)",
                validate=self.list_unknown,
                enforcement_level=EnforcementLevel.ADVISORY,
            ),
            StackValidationPolicy(
                name="exceptions-in-force",
                description="Every rule is kept by this stack itself. (What is waived, or supplied by the organisation above, is listed.)",
                validate=self.list_exceptions,
                enforcement_level=EnforcementLevel.ADVISORY,
            ),
        ]

    def judge_resource(self, args: ResourceValidationArgs, report_violation: ReportViolation) -> None:
        """Report what one resource violates; what it leaves unknown is the stack policy's to say."""
        if self._wrong:
            report_violation(self._wrong, args.urn)
            self._wrong = ""
        self._report(self._judge(world_of_resource(args)), report_violation)

    def judge_stack(self, args: StackValidationArgs, report_violation: ReportViolation) -> None:
        """Report what the stack violates and which waivers cover nothing; keep the rest for the two lists."""
        world = world_of_stack(args)
        self._verdicts = self._judge(world)
        self._report(self._verdicts, report_violation)
        open_answers = [(verdict.rule.slug, verdict.urn) for verdict in self._verdicts if verdict.answer in _OPEN]
        for waiver in self._exceptions.idle(open_answers, [world.stack.removeprefix("urn:pulumi:").partition("::")[0]]):
            report_violation(str(matches_nothing(waiver)), world.stack)

    def list_unknown(self, _args: StackValidationArgs, report_violation: ReportViolation) -> None:
        """Report, once a resource, the rules that `judge_stack` could not answer."""
        unknown = [one for one in self._verdicts if one.answer in (Answer.UNKNOWN, Answer.NOT_OFFERED)]
        for urn in dict.fromkeys(verdict.urn for verdict in unknown):
            open_here = [verdict for verdict in unknown if verdict.urn == urn]
            report_violation(f"[{_slugs(open_here)}] {open_here[0].message}", urn)

    def list_exceptions(self, _args: StackValidationArgs, report_violation: ReportViolation) -> None:
        """Report each waiver used and each inherited answer of the stack."""
        for verdict in self._verdicts:
            if verdict.answer in (Answer.WAIVED, Answer.INHERITED):
                report_violation(f"[{verdict.rule.slug}] {_because(verdict)}", verdict.urn)

    def _judge(self, world: World) -> list[Verdict]:
        return weighed(judge(world), self._exceptions, self._today)

    def _report(self, verdicts: Iterable[Verdict], report_violation: ReportViolation) -> None:
        for verdict in verdicts:
            if verdict.answer is Answer.VIOLATED and self._is_new(verdict):
                report_violation(_said(verdict), verdict.urn)

    def _is_new(self, verdict: Verdict) -> bool:
        key = (verdict.rule.slug, verdict.urn, verdict.message.en)
        if key in self._reported:
            return False
        self._reported.add(key)
        return True


_OPEN = (Answer.VIOLATED, Answer.UNKNOWN, Answer.WAIVED)


def _said(verdict: Verdict) -> str:
    """The rule's slug and condition, then the offending fact and the cure."""
    return f"[{verdict.rule.slug}] {Message(verdict.rule.condition, verdict.rule.title_ja)}\n{verdict.message}"


def _because(verdict: Verdict) -> Message:
    return verdict.by.terms + verdict.message if isinstance(verdict.by, Waiver) else verdict.message


def _slugs(verdicts: Iterable[Verdict]) -> str:
    return ", ".join(dict.fromkeys(verdict.rule.slug for verdict in verdicts))
