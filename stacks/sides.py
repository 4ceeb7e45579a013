"""What a stack holds on which cloud: one side while it is steady, two while it moves, and what is kept where it was."""

from collections.abc import Iterator
from dataclasses import dataclass

import pulumi

from stacks.settings import Cloud, Mover, Settings, Stage

__all__ = ["Side", "sides"]

_STOPPED = frozenset({Stage.CUTOVER, Stage.RETURN})
"""Nobody serves: what is written on one side would be missing on the other."""
_ONLY_COPIES = frozenset({Stage.PREPARE, Stage.WITHDRAW, Stage.COPY, Stage.CUTOVER})
"""The other side holds nothing but copies: the move can be given up, and no copy is locked for years."""


@dataclass(frozen=True, kw_only=True)
class Side:
    """The workload on one cloud. `settings` are as that cloud's side has them: its `cloud`, its range, an image where it runs."""

    settings: Settings
    password: pulumi.Output[str]
    prefix: str
    """Before the keys of its outputs; empty for the side that serves."""
    protected: bool
    """What holds data resists deletion."""
    locked: bool
    """Retention can't be shortened any more."""
    writable: bool = False
    """The workload's identity may write records: only where it serves. Elsewhere it keeps its right to read them."""
    released: bool = False
    """The database, its password and the application may be deleted; logs, records and their key may not."""
    mover: Mover | None = None
    """The host that may reach the data while a move is under way."""
    given_up: bool = False
    """Everything may be deleted, copies and logs too: nothing was served from here."""
    whole: bool = True
    """Without it: what retention keeps (logs, records, their key and network), and nothing that runs."""


def sides(settings: Settings) -> Iterator[Side]:
    """Every side, the serving one first."""
    stage, other = settings.swap_stage, settings.swap_cloud
    image = None if stage in _STOPPED else settings.image
    yield Side(
        settings=settings.model_copy(update={"image": image}),
        password=settings.database_password,
        prefix="",
        protected=settings.production,
        locked=settings.production,
        writable=stage not in _STOPPED,
        mover=settings.swap_mover if other is not None else None,
    )
    kept = {one.cloud: one.network_cidr for one in settings.kept}
    if other is not None:
        yield Side(
            settings=_on(settings, other, settings.swap_network_cidr),
            password=settings.swap_database_password,
            prefix="swap_",
            protected=settings.production and (stage is not Stage.WITHDRAW or other in kept),
            locked=settings.production and (stage not in _ONLY_COPIES or other in kept),
            released=stage in (Stage.RETIRE, Stage.WITHDRAW),
            mover=settings.swap_mover,
            given_up=stage is Stage.WITHDRAW and other not in kept,
        )
    for cloud, network_cidr in kept.items():
        if cloud != other:
            yield Side(
                settings=_on(settings, cloud, network_cidr),
                password=settings.database_password,
                prefix=f"kept_{cloud}_",
                protected=settings.production,
                locked=settings.production,
                whole=False,
            )


def _on(settings: Settings, cloud: Cloud, network_cidr: str | None) -> Settings:
    """The same workload on another cloud, its application not started. The values were checked where the settings were."""
    return settings.model_copy(update={"cloud": cloud, "network_cidr": network_cidr, "image": None})
