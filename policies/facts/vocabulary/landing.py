"""Facts about the units that an organisation hands out: an account, a subscription, a project, a tenancy."""

from dataclasses import dataclass, field
from typing import ClassVar

from policies.facts.vocabulary.direction import TRUE_IS_SAFER, undirected
from policies.facts.vocabulary.fact import UNKNOWN, Fact, Maybe


@dataclass(frozen=True, kw_only=True, slots=True)
class LandingUnit(Fact):
    """A unit that resources of the stack lie in, said of the first of them. Grants and identities of a whole organisation do not count."""

    COMPARED: ClassVar[bool] = False

    unit: Maybe[str] = field(default=UNKNOWN, compare=False, metadata=undirected("each cloud hands out another one"))
    """Its id as the cloud spells it, for the message."""
    main: Maybe[bool] = field(default=UNKNOWN, metadata=TRUE_IS_SAFER)
    """Most of the stack's resources on this cloud lie in it; false of every other one."""
    pinned: Maybe[bool] = field(default=UNKNOWN, metadata=TRUE_IS_SAFER)
    """The program or its settings name it, so that whoever deploys with other credentials is refused or lands there all the same."""
    root: Maybe[bool] = field(
        default=UNKNOWN, compare=False, metadata=undirected("the root of a child tenancy is as fit as a place below it")
    )
    """Resources lie in the root of a tenancy, of which a state cannot tell whether it holds one environment or all of them."""
