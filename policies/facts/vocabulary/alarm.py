"""Facts about alarms: of what they tell, and whether they tell anybody."""

from dataclasses import dataclass, field
from typing import ClassVar

from policies.facts.vocabulary.direction import SUPERSET_IS_SAFER, TRUE_IS_SAFER, undirected
from policies.facts.vocabulary.fact import UNKNOWN, Fact, Maybe


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangeAlarm(Fact):
    """An alarm on what somebody does to the account. As a rule the organisation above registers it, not a municipality's stack."""

    COMPARED: ClassVar[bool] = False
    """It is the account's, not the workload's: of two stacks that both register some, the weaker one is named."""

    changes: Maybe[frozenset[str]] = field(default=UNKNOWN, metadata=SUPERSET_IS_SAFER)
    """The words of `CHANGES` that it has a part in and that the stack's alarms together tell of completely. {} for a part of one."""
    on: Maybe[bool] = field(default=UNKNOWN, metadata=TRUE_IS_SAFER)
    """It is switched on."""
    notifies: Maybe[bool] = field(default=UNKNOWN, metadata=TRUE_IS_SAFER)
    """It names whom to tell; where the stack makes that (a topic, a group, a channel), somebody is behind it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class HealthAlarm(Fact):
    """An alarm on how well something runs or how full it is: on a metric, and on none that counts changes."""

    of: Maybe[frozenset[str]] = field(
        default=UNKNOWN,
        compare=False,
        metadata=undirected("URNs; each cloud joins alarms to what they watch in its own way"),
    )
    """URNs of the databases, front ends, services and machines (or what makes them) that it watches; {} for something else."""
    on: Maybe[bool] = field(default=UNKNOWN, metadata=TRUE_IS_SAFER)
    """As in `ChangeAlarm`."""
    notifies: Maybe[bool] = field(default=UNKNOWN, metadata=TRUE_IS_SAFER)
    """As in `ChangeAlarm`."""
