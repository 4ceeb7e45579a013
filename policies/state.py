"""Judging what is deployed, from an exported state: no program, no backend, no provider, no network."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from policies.documents import loaded
from policies.facts import extract
from policies.facts.exported import NotAState, world_of_state
from policies.facts.vocabulary import Fact
from policies.judge import Answer, Verdict, judge_facts

__all__ = ["NotAState", "Report", "judge_state"]


@dataclass(frozen=True, slots=True)
class Report:
    """What an exported state says, and what the rules say of it."""

    facts: tuple[Fact, ...]
    verdicts: tuple[Verdict, ...]

    def answered(self, answer: Answer) -> tuple[Verdict, ...]:
        """The verdicts with that answer."""
        return tuple(verdict for verdict in self.verdicts if verdict.answer is answer)


def judge_state(source: Path | str | Mapping[str, Any]) -> Report:
    """Judge the JSON that `pulumi stack export` writes: its path, or the parsed document. `NotAState` where it is none."""
    world = world_of_state(source if isinstance(source, Mapping) else loaded(str(source)))
    facts = extract(world)
    return Report(facts, tuple(judge_facts(facts, complete=True, stack=world.stack)))
