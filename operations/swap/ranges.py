"""Address ranges of a move that can't stand side by side: the offices reach both sides, and every system, at once."""

import ipaddress
from collections.abc import Iterator, Sequence

from operations.swap.losses import Loss
from operations.wording import say
from stacks.settings import Cloud, Settings

__all__ = ["overlapping"]


def overlapping(sides: Sequence[tuple[Settings, Cloud, str | None]]) -> list[list[Loss]]:
    """For each stack (its settings, the cloud it moves to, the range there) what its new range overlaps of the others and of what is kept.

    A stack's own two ranges are judged by its settings; two ranges that stand side by side already are no matter of the move.
    """
    return [list(_of(number, sides)) for number in range(len(sides))]


def _of(number: int, sides: Sequence[tuple[Settings, Cloud, str | None]]) -> Iterator[Loss]:
    settings, target, new = sides[number]
    if new is None:
        return
    for kept in settings.kept:
        if kept.cloud != target and _overlap(new, kept.network_cidr):
            yield _loss(new, kept.network_cidr, say(f"kept on {kept.cloud}", f"{kept.cloud} に残る側"))
    for place, (other, cloud, there) in enumerate(sides):
        if place == number:
            continue
        if _overlap(new, other.network_cidr):
            yield _loss(new, other.network_cidr, f"{other.stack}, {other.cloud}")
        # Of two new ranges the later one is named, once.
        if there is not None and place < number and _overlap(new, there):
            yield _loss(new, there, f"{other.stack}, {cloud}")


def _overlap(one: str, other: str) -> bool:
    return ipaddress.IPv4Network(one).overlaps(ipaddress.IPv4Network(other))


def _loss(new: str, other: str, whose: str) -> Loss:
    return Loss(kind="address-overlap", name=new, detail=f"{other}: {whose}")
