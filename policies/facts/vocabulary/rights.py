"""Facts about rights and trust beside the workload's own identities: what is granted to others, and credentials that lie about."""

from dataclasses import dataclass, field
from typing import ClassVar

from policies.facts.vocabulary.direction import FALSE_IS_SAFER, SUBSET_IS_SAFER, undirected
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
    data_rights: Maybe[frozenset[str]] = field(default=UNKNOWN, metadata=SUBSET_IS_SAFER)
    """Words of `DATA_RIGHTS` for what may be done with data wherever it lies, in the account or a group of its resources; a right to
    what has a name is none. Empty of a policy or role that gives nothing until somebody holds it, and of a resource's own policy."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StaticCredential(Fact):
    """A key, password or token of an identity or a service that works until somebody takes it away.

    Said only where there is one or may be one, never of a service that takes none.
    """

    EXTRA_IS = "weaker"

    usable: Maybe[bool] = field(default=UNKNOWN, metadata=FALSE_IS_SAFER)
    """It is made, or the service takes such keys, and it is not switched off."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PlainCredential(Fact):
    """A credential in the open in what was registered: in inputs or outputs, user data, variables, container definitions.

    Said only where one was found, of whatever resource; a value that the engine keeps as a secret is none. Its value is in no fact.
    """

    EXTRA_IS = "weaker"

    kinds: Maybe[frozenset[str]] = field(default=UNKNOWN, metadata=SUBSET_IS_SAFER)
    """Words of `CREDENTIALS`."""
    places: frozenset[str] = field(
        default=frozenset(),
        compare=False,
        metadata=undirected("the cloud's own names of its properties, for the message"),
    )
    """Paths of the properties."""
