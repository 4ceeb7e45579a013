"""What the receipts say of databases that were closed to writes: which are, since when, and what their setting was before."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from operations.swap.connection import Reader, place
from operations.swap.fingerprint import Fingerprint, described
from operations.swap.receipts import Place, Receipt

__all__ = [
    "BEGUN",
    "CLOSED",
    "OPENED",
    "SETTING",
    "Closure",
    "closed_since",
    "described_before",
    "is_on",
    "number_of",
    "standing",
    "still_closed",
]

SETTING = "default_transaction_read_only"

BEGUN, CLOSED, OPENED = "closing", "close", "open"
"""Steps: the setting is about to be made, it is proved to hold, it is taken back."""

NOT_SET = "not set"
NUMBER = "SELECT oid::bigint FROM pg_database WHERE datname = current_database()"


@dataclass(frozen=True, kw_only=True)
class Closure:
    """One database, by the `number` that stays when it is renamed, and what SETTING was there before; None where it was not set."""

    number: int
    former: str | None

    @property
    def notes(self) -> tuple[str, str]:
        """As a receipt keeps it."""
        return f"database {self.number}", f"{SETTING} before: {self.former or NOT_SET}"


def number_of(reader: Reader) -> int:
    """The number of the connection's database on its server: another one that gets its name has another."""
    row = reader.execute(NUMBER).fetchone()
    return int(row[0]) if row else 0


def standing(receipts: Sequence[Receipt], at: Place, number: int) -> tuple[str, Closure] | None:
    """The last of the three steps that this database was given, and what was there before; None where it was given none."""
    told = f"database {number}"
    ours = [one for one in _steps(receipts) if one.notes[:1] == (told,) and _one_server(one.source, at)]
    if not ours:
        return None
    before = ours[-1].notes[1].partition(": ")[2]
    return ours[-1].step, Closure(number=number, former=None if before == NOT_SET else before)


def described_before(source: Reader, receipts: Sequence[Receipt]) -> Fingerprint:
    """The source as `described` has it, but for the setting that the move itself gave it: that is neither carried nor a difference."""
    whole = described(source)
    given = standing(receipts, place(source), number_of(source))
    if given is None or given[0] == OPENED:
        return whole
    of = whole.objects["database"]["database"]
    settings = [one for kept in of["settings"] if (one := _before(kept, given[1])) is not None]
    return replace(whole, objects={**whole.objects, "database": {"database": {**of, "settings": settings}}})


def closed_since(receipts: Sequence[Receipt], stopped: int, at: Place | None) -> Receipt | None:
    """The first receipt after the one of number `stopped` since which that database (any, for None) is closed; None where it is not."""
    course = [one for one in _steps(receipts) if one.number > stopped and at in (None, one.source)]
    lasting = list(takewhile(lambda one: one.step == CLOSED, reversed(course)))
    return lasting[-1] if lasting else None


def still_closed(receipts: Sequence[Receipt], since: int, at: Place | None) -> Iterator[Receipt]:
    """The last receipt of each database (that one alone, where it is given) that was closed after that number and not opened again."""
    course = {one.source: one for one in _steps(receipts) if one.number > since and at in (None, one.source)}
    return (one for one in course.values() if one.step != OPENED)


def is_on(value: str | None) -> bool:
    """Whether the server takes the text for true: it knows every beginning of a word that can be only that one."""
    text = (value or "").lower()
    return bool(text) and ("true".startswith(text) or "yes".startswith(text) or text in ("on", "1"))


def _steps(receipts: Sequence[Receipt]) -> Iterator[Receipt]:
    return (one for one in receipts if one.step in (BEGUN, CLOSED, OPENED))


def _one_server(one: Place, other: Place) -> bool:
    if one.identity and other.identity:
        return one.identity == other.identity
    return one.address == other.address


def _before(kept: str, closure: Closure) -> str | None:
    """One setting as it was, None where it was not there. Somebody who changed it by hand since then has it carried."""
    name, _, value = kept.partition("=")
    if name != SETTING or not is_on(value):
        return kept
    return None if closure.former is None else f"{SETTING}={closure.former}"
