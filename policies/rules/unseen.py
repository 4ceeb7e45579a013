"""What is said where a stack does not show something that the organisation above may supply."""

from collections.abc import Iterable

from policies.facts.vocabulary import Maybe, Undecided, Unknown
from policies.language import Message

__all__ = ["shown", "unseen"]


def shown(parts: Iterable[Maybe[frozenset[str]]]) -> frozenset[str]:
    """All that the parts say together; what is not known of one is not shown by it."""
    return frozenset[str]().union(*(part for part in parts if not isinstance(part, Unknown)))


def unseen(slug: str, cure: Message, missing: Iterable[str] = ()) -> Undecided:
    """What to raise. `cure`: what to do, in the imperative; `missing`: what it is not shown of, where that is a part of the stack only."""
    names = ", ".join(sorted(missing))
    return Undecided(
        Message(
            f"Nothing in the stack shows it{f' for {names}' if names else ''}. {cure.en}"
            f" Or name who supplies it: [inherited.{slug}] in waivers.toml.",
            f"スタックの中には{f' {names} について' if names else ''}見当たりません。{cure.ja}"
            f"組織が提供する場合は waivers.toml の [inherited.{slug}] に提供者を記してください。",
        )
    )
