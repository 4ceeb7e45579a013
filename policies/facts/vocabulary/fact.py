"""What every fact has, and the third answer: a value that is not known (yet) is neither true nor false."""

from dataclasses import dataclass, field
from enum import Enum
from typing import Any, ClassVar, Literal, NoReturn, TypeAlias, TypeVar

# Stack names end in their environment (`<municipality code>-<system>-<environment>`). Any other ending is judged as production.
_NOT_PRODUCTION = ("-verification", "-development", "-training")

T = TypeVar("T")


class Undecided(Exception):  # noqa: N818 - an answer, not an error
    """A rule asked for a value that is unknown: the verdict is `unknown`. Its first argument, if any, says what is open (a `Message`)."""


class Unoffered(Undecided):
    """A rule asked for a value that the cloud does not let anybody decide: the verdict is `not-offered`."""


class Unknown(Enum):
    """The type of `UNKNOWN` and `NOT_OFFERED`. Using one as a truth value raises, so that no rule passes or fails by accident."""

    UNKNOWN = "unknown"
    NOT_OFFERED = "not offered"

    def __bool__(self) -> NoReturn:
        raise self.reason

    @property
    def reason(self) -> Undecided:
        """What to raise where a rule needs the value."""
        return Unoffered() if self is Unknown.NOT_OFFERED else Undecided()

    def __repr__(self) -> str:
        return self.name


UNKNOWN = Unknown.UNKNOWN
"""The value cannot be told from what is registered: an output not known in a preview, a secret that only the engine can open,
a sub-resource that was not shown (a policy that sees one resource), or a document that cannot be parsed. Never a synonym of
"not set": what is *absent* has the cloud's own default, and that default is what a fact says."""

NOT_OFFERED = Unknown.NOT_OFFERED
"""The cloud has no such property for this kind of resource, whatever anybody writes (a secret store without customer keys). Said by an
extractor only with the vendor's page beside it; never for a property that was left out. Neither kept nor broken: the capability table
says what takes its place, and a promise that is not declared there does not count as kept."""

Maybe: TypeAlias = T | Unknown


def known(value: Maybe[T]) -> T:
    """Return the value, or raise `Undecided` where it is unknown."""
    if isinstance(value, Unknown):
        raise value.reason
    return value


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """One neutral statement about one thing that was registered.

    ``urn`` and ``role`` say which thing it is and are not compared: parity pairs facts of different clouds by kind and role.
    Every other field may be `UNKNOWN`, and is unless the extractor says otherwise.
    """

    ROLES_PAIRED: ClassVar[bool] = True
    """Parity pairs facts of this kind by role. False: the facts of one cloud are compared with another's as one set."""
    EXTRA_IS: ClassVar[Literal["stronger", "weaker", "neither"]] = "stronger"
    """Of two clouds, one with a fact of this kind and one without: what the one with it is. A flow, an identity, a public address is
    one more way in; how many stores and keys hold the same data is neither."""
    COMPARED: ClassVar[bool] = True
    """False for what is said of every resource (location, tags): the clouds need different numbers of resources, so that parity
    compares only the weakest."""

    urn: str = field(compare=False)
    """Pulumi's URN of the resource a person has to change: the store itself, not its sub-resource."""
    role: str = field(default="", compare=False)
    """Logical name of the component that owns the resource ("records"), or the resource's own where no component does.
    `Resource.role` of policies/facts/resources.py; the same on every cloud."""

    @property
    def name(self) -> str:
        """The logical name of the resource (the last part of its URN)."""
        return self.urn.rpartition("::")[2]

    @property
    def production(self) -> bool:
        """Whether the stack is a production stack by its name, which is part of every URN. When in doubt it is."""
        stack = self.urn.removeprefix("urn:pulumi:").partition("::")[0]
        return not stack.endswith(_NOT_PRODUCTION)

    @property
    def environment(self) -> str:
        """The last part of the stack's name, which on most stacks is the environment's."""
        return self.urn.removeprefix("urn:pulumi:").partition("::")[0].rpartition("-")[2]

    def unknown_fields(self) -> tuple[str, ...]:
        """Names of the fields whose value is `UNKNOWN`."""
        return tuple(name for name, value in self.items() if value is UNKNOWN)

    def items(self) -> list[tuple[str, Any]]:
        """All fields but ``urn`` and ``role`` with their values."""
        return [(name, getattr(self, name)) for name in self.__dataclass_fields__ if name not in {"urn", "role"}]
