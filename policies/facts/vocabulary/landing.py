"""Facts about the units that an organisation hands out: an account, a subscription, a project, a compartment."""

from dataclasses import dataclass, field
from typing import ClassVar

from policies.facts.vocabulary.direction import TRUE_IS_SAFER, undirected
from policies.facts.vocabulary.fact import UNKNOWN, Fact, Maybe


@dataclass(frozen=True, kw_only=True, slots=True)
class LandingUnit(Fact):
    """Where the stack's resources on one cloud lie, said of the first that nobody named a unit for, else of the first.

    What belongs to a whole organisation (its policies, identities, grants) does not count.
    """

    COMPARED: ClassVar[bool] = False

    pinned: Maybe[bool] = field(default=UNKNOWN, metadata=TRUE_IS_SAFER)
    """The program or its settings name the unit, so that whoever deploys with other credentials is refused or lands there all the same."""
    root: Maybe[bool] = field(
        default=UNKNOWN, compare=False, metadata=undirected("the root of a child tenancy is as fit as a place below it")
    )
    """It lies in the root of a tenancy, of which a state cannot tell whether it holds one environment or all of them."""
