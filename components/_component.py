"""What all components share: where they land, how big they are, and how their children are named, tagged and guarded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, TypeVar

import pulumi

__all__ = ["Args", "Component", "Landing", "Size", "own"]

_Own = TypeVar("_Own", bound="Component")


class Size(StrEnum):
    """The workload's size. The bands are the kit's choice; a cloud's file maps each to its own classes."""

    SMALL = "small"
    """up to about 50,000 inhabitants"""
    MEDIUM = "medium"
    """up to about 200,000 inhabitants"""
    LARGE = "large"
    """more, the designated cities (政令指定都市) included"""


@dataclass(frozen=True, kw_only=True)
class Landing:
    """The landing unit (払い出し単位): handed out by Digital Agency, an input, never created. Each cloud adds its own ids.

    `stack` is the stack's name and the stem of what must be unique. `region` is the cloud's own spelling. `tags` go on
    every resource that takes tags. `protected` is true in production: stateful resources then resist deletion and
    replacement in the engine and, where the cloud can, in the cloud. `locked` is true where production's data serves: nobody can
    shorten its retention any more. A side that a move only prepares is protected and not locked. `released`: it was protected
    and may now be deleted; a resource that is itself the protection stays until what it guards goes. `given_up`: all of it is
    about to be deleted, copies and logs too; no retention stands in the way any more.
    """

    stack: str
    region: str
    tags: Mapping[str, str]
    protected: bool
    locked: bool
    released: bool = False
    given_up: bool = False


@dataclass(frozen=True, kw_only=True)
class Args:
    """Decisions that a component takes. A field that has one right answer for every municipality is no field."""


class Component(pulumi.ComponentResource):
    """A capability of the workload on one cloud."""

    PROMISES: ClassVar[Mapping[str, str]] = {}
    """Promise id to the sentence that must be true on every cloud (or is declared in that cloud's NOT_OFFERED)."""

    def __init__(self, token: str, name: str, landing: Landing, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(token, name, {}, opts)
        self.role = name
        self._landing = landing

    def child(
        self,
        *,
        stateful: bool = False,
        depends_on: Sequence[pulumi.Resource] = (),
        provider: pulumi.ProviderResource | None = None,
        ignore_changes: Sequence[str] = (),
        delete_before_replace: bool | None = None,
    ) -> pulumi.ResourceOptions:
        """Options of a child: owned by this component; protected where it holds data that production can't lose."""
        return pulumi.ResourceOptions(
            parent=self,
            protect=True if stateful and self._landing.protected else None,
            depends_on=list(depends_on),
            provider=provider,
            ignore_changes=list(ignore_changes),
            delete_before_replace=delete_before_replace,
        )


def own(component: Component, kind: type[_Own]) -> _Own:
    """`component`, known to be of this cloud's `kind`; a component of another cloud can't be wired in (TypeError)."""
    if not isinstance(component, kind):
        raise TypeError(
            f"{component.role}: expected {kind.__module__}.{kind.__name__}, got {type(component).__module__}"
        )
    return component
