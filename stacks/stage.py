"""What the state says of a move: the stage that was reached, and since when."""

from collections.abc import Mapping

import pulumi

from stacks.settings import STAGE_REACHED, Settings

__all__ = ["StageReached"]


class StageReached(pulumi.ComponentResource):
    """Holds no cloud resource. Its outputs are read by the next run (stacks/settings/moving.py): a stage can be neither skipped nor
    entered without its gate. They are written when everything of both sides exists (`after`).
    """

    def __init__(self, settings: Settings, *, since: str, after: Mapping[str, pulumi.Output[str]]) -> None:
        super().__init__(STAGE_REACHED, "swap")
        done = pulumi.Output.all(*after.values())
        reached = {
            "stage": settings.swap_stage,
            "cloud": settings.cloud,
            "swap_cloud": settings.swap_cloud,
            "since": since,
        }
        self.register_outputs({key: _once(done, str(value)) for key, value in reached.items()})


def _once(done: pulumi.Output[object], value: str) -> pulumi.Output[str]:
    """`value`, not known before `done` is."""
    return done.apply(lambda _: value)
