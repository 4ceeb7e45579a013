"""What the state says of a move: the stage that was reached, and since when."""

from collections.abc import Mapping
from dataclasses import asdict

import pulumi

from stacks.settings import STAGE_REACHED, Reached

__all__ = ["StageReached"]


class StageReached(pulumi.ComponentResource):
    """Holds no cloud resource. Its outputs are read by the next run (stacks/settings/moving.py): a stage can be neither skipped nor
    entered without its gate. They are written when everything of both sides exists (`after`), and stay when the move is over: a run
    that fails while the other side is deleted would else not know what it was about.
    """

    def __init__(self, reached: Reached, *, after: Mapping[str, pulumi.Output[str]]) -> None:
        super().__init__(STAGE_REACHED, "swap")
        done = pulumi.Output.all(*after.values())
        self.register_outputs({key: _once(done, value) for key, value in asdict(reached).items()})


def _once(done: pulumi.Output[object], value: str) -> pulumi.Output[str]:
    """`value`, not known before `done` is."""
    return done.apply(lambda _: value)
