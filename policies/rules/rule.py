"""A rule: a condition over neutral facts that names no cloud and no regulation."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar, get_args, get_type_hints

from policies.facts.vocabulary import Fact
from policies.language import Message

__all__ = ["Facts", "Rule", "rule"]

_F = TypeVar("_F", bound=Fact)


class Facts:
    """All facts of a whole stack, for rules about relations and absence."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        self._by_kind: dict[type[Fact], list[Fact]] = defaultdict(list)
        for fact in facts:
            self._by_kind[type(fact)].append(fact)

    def of(self, kind: type[_F]) -> tuple[_F, ...]:
        """The facts of that kind."""
        return tuple(fact for fact in self._by_kind.get(kind, ()) if isinstance(fact, kind))


@dataclass(frozen=True, slots=True)
class Rule:
    """`check` yields a message for each violation (the offending fact and the cure) and nothing where the condition holds.

    It may raise `Undecided`: then the answer is unknown. `subjects` are the kinds of fact it takes; `Facts` for the whole stack.
    """

    slug: str
    condition: str
    """What holds, in an English sentence."""
    title_ja: str
    promise: str | None
    """`<capability>.<promise>` of the contracts, or the name of a promise over all resources; None where no contract has it."""
    subjects: tuple[type, ...]
    check: Callable[[Any], Iterator[Message]]
    organisation: bool = False
    """What it asks of the whole stack may be supplied by the organisation above (policies/waivers.py): then the verdict is `inherited`."""
    never_waived: Message | None = None
    """Why no waiver is taken for it; None where one is."""


def rule(
    slug: str,
    condition: str,
    *,
    title_ja: str,
    promise: str | None = None,
    organisation: bool = False,
    never_waived: Message | None = None,
) -> Callable[[Callable[[Any], Iterator[Message]]], Rule]:
    """Make a `Rule` of a function; its only parameter's annotation says what it judges (`Database`, `Key | Identity`, `Facts`)."""

    def made(check: Callable[[Any], Iterator[Message]]) -> Rule:
        hints = get_type_hints(check)
        subject = next(kind for name, kind in hints.items() if name != "return")
        kinds = get_args(subject) or (subject,)
        return Rule(slug, condition, title_ja, promise, kinds, check, organisation, never_waived)

    return made
