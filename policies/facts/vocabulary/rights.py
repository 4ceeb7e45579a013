"""Facts about rights and trust beside the workload's own identities: what is granted to people, to others, to everyone."""

from dataclasses import dataclass, field
from typing import ClassVar

from policies.facts.vocabulary.direction import FALSE_IS_SAFER, SUBSET_IS_SAFER
from policies.facts.vocabulary.fact import UNKNOWN, Fact, Maybe


@dataclass(frozen=True, kw_only=True, slots=True)
class AccessGrant(Fact):
    """What one policy, assignment, binding or user gives to somebody who is no `Identity` of the stack.

    People, groups, other accounts, everyone; or nobody yet (a policy that is not attached to anything). Grants to an `Identity` are
    folded into it. A resource's own policy is one too, beside what it does to that resource's fact.
    """

    COMPARED: ClassVar[bool] = False
    EXTRA_IS = "weaker"

    wildcard: Maybe[bool] = field(default=UNKNOWN, metadata=FALSE_IS_SAFER)
    """Every action of a service on every resource of the account, or a predefined administrator's, owner's or editor's role there.
    The account: an account, subscription, project or tenancy, or what is above it; less than that is none."""
    open_to_anyone: Maybe[bool] = field(default=UNKNOWN, metadata=FALSE_IS_SAFER)
    """Every principal has it: no name, and no condition that ties it to known accounts, identities or networks of the own."""
    escalations: Maybe[frozenset[str]] = field(default=UNKNOWN, metadata=SUBSET_IS_SAFER)
    """Words of `ESCALATIONS`. Conditions are not weighed: what stands under one counts."""
