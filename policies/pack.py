"""What the policy pack does: one dispatching resource policy, one dispatching stack policy, and one that lists what is unknown.

One policy for all rules, because the SDK decodes a resource's properties again for each policy.
"""

from collections.abc import Iterable

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
from policies.judge import Answer, Verdict, judge
from policies.language import Message

__all__ = ["Pack"]


class Pack:
    """The policies of one engine process. What the resource policy has reported, the stack policy does not repeat."""

    def __init__(self) -> None:
        self._reported: set[tuple[str, str, str]] = set()
        self._unknown: list[Verdict] = []

    def policies(self) -> list[Policy]:
        """The three policies, in the order in which they must run."""
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
        ]

    def judge_resource(self, args: ResourceValidationArgs, report_violation: ReportViolation) -> None:
        """Report what one resource violates; what it leaves unknown is the stack policy's to say."""
        for verdict in judge(world_of_resource(args)):
            if verdict.answer is Answer.VIOLATED and self._is_new(verdict):
                report_violation(_said(verdict), verdict.urn)

    def judge_stack(self, args: StackValidationArgs, report_violation: ReportViolation) -> None:
        """Report what the stack violates, and keep what is unknown for `list_unknown`."""
        verdicts = judge(world_of_stack(args))
        self._unknown = [verdict for verdict in verdicts if verdict.answer in (Answer.UNKNOWN, Answer.NOT_OFFERED)]
        for verdict in verdicts:
            if verdict.answer is Answer.VIOLATED and self._is_new(verdict):
                report_violation(_said(verdict), verdict.urn)

    def list_unknown(self, _args: StackValidationArgs, report_violation: ReportViolation) -> None:
        """Report, once a resource, the rules that `judge_stack` could not answer."""
        for urn in dict.fromkeys(verdict.urn for verdict in self._unknown):
            open_here = [verdict for verdict in self._unknown if verdict.urn == urn]
            report_violation(f"[{_slugs(open_here)}] {open_here[0].message}", urn)

    def _is_new(self, verdict: Verdict) -> bool:
        key = (verdict.rule.slug, verdict.urn, verdict.message.en)
        if key in self._reported:
            return False
        self._reported.add(key)
        return True


def _said(verdict: Verdict) -> str:
    """The rule's slug and condition, then the offending fact and the cure."""
    return f"[{verdict.rule.slug}] {Message(verdict.rule.condition, verdict.rule.title_ja)}\n{verdict.message}"


def _slugs(verdicts: Iterable[Verdict]) -> str:
    return ", ".join(dict.fromkeys(verdict.rule.slug for verdict in verdicts))
