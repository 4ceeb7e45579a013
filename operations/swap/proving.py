"""A copy is whole only when it was compared: then it gets its name, or what stands under the name already is found to be the same."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from psycopg import sql
from psycopg.conninfo import make_conninfo

from operations.swap import staging
from operations.swap.connection import Reader, place, reading
from operations.swap.fingerprint import Difference, Fingerprint, compared, described
from operations.swap.hashing import Side, read
from operations.swap.losses import Loss, unexplained
from operations.swap.progress import SILENT, Silent
from operations.swap.properties import properties
from operations.swap.receipts import Place
from operations.swap.refusal import Refusal
from operations.wording import say

__all__ = ["LATE", "Copied", "UnequalError", "found_there", "named", "refuse_unequal"]

LATE = frozenset({"database", "role-in-database", "server-setting"})
"""Kinds that are as on the source only once the copy has its name."""


class UnequalError(Refusal):
    """The copy differs from the source in more than what was accepted; it has not got its name, or it had it before."""

    def __init__(self, differences: Sequence[Difference], where: str) -> None:
        self.differences = tuple(differences)
        listed = "\n".join(str(one) for one in differences)
        super().__init__(say(f"{where}: differs from the source:\n{listed}", f"{where}: 移行元と違います:\n{listed}"))


@dataclass(frozen=True, kw_only=True)
class Copied:
    """What a copy did. `whole`: the source. `already`: the target held the same before, and nothing was written there."""

    target: Place
    whole: Fingerprint
    fingerprint: Fingerprint
    already: bool
    roles: int = 0
    omitted: int = 0
    tools: Mapping[str, str] = field(default_factory=dict)


def named(
    side: Side, control: Reader, target: str, accepted: Sequence[Loss], *, jobs: int, progress: Silent = SILENT
) -> Iterator[str | Copied]:
    """Compare the half copy with `side`, give it its name; yields what is done next, and at last the copy. Raises UnequalError.

    Its rows and large objects are read once, before that. Until then only our own login, its members and superusers can connect to it
    (staging.make), and the server renames no database to which somebody is connected. All else is read again under the name.
    """
    database = side.reader.info.dbname
    yield say("compare", "比較")
    _, half = read(make_conninfo(target, dbname=staging.staging_name(database)), jobs=jobs, progress=progress)
    whole = side.whole()
    early = [one for one in compared(whole, half) if one.kind not in LATE]
    refuse_unequal(early, accepted, staging.staging_name(database))
    yield say("name", "改名")
    if staging.stands(control, database):
        # An empty one, which the stack made.
        control.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(database)))
    staging.publish(control, database, list(properties(side.reader, whole)))
    with reading(target) as reader:
        at, now = place(reader), described(reader).holding(half.contents)
    refuse_unequal(compared(whole, now), accepted, database)
    yield Copied(target=at, whole=whole, fingerprint=now, already=False)


def found_there(side: Side, target: str, accepted: Sequence[Loss], *, jobs: int, progress: Silent = SILENT) -> Copied:
    """What stands under the name already is the same. Raises OccupiedError."""
    at, now = read(target, jobs=jobs, progress=progress)
    whole = side.whole()
    differences = unexplained(compared(whole, now), accepted)
    if differences:
        raise staging.OccupiedError(
            say(
                f"the target's {at.name} holds something that this copy did not write ({len(differences)} differences, the first: "
                f"{differences[0]}). Nothing was changed there. Rename or remove it",
                f"移行先の {at.name} に、この複写が書いていないものがあります(違い {len(differences)} 件、最初は {differences[0]})。"
                "移行先は何も変えていません。改名するか削除してください",
            )
        )
    return Copied(target=at, whole=whole, fingerprint=now, already=True)


def refuse_unequal(differences: Sequence[Difference], accepted: Sequence[Loss], where: str) -> None:
    """Raise UnequalError for what no accepted loss leaves."""
    left = unexplained(differences, accepted)
    if left:
        raise UnequalError(left, where)
