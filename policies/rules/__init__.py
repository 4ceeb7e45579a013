"""Every rule, in the order in which a report lists them."""

from types import ModuleType

from policies.rules import (
    alarms,
    archive,
    availability,
    backup,
    clusters,
    encryption,
    environments,
    exposure,
    front_end,
    governance,
    held,
    identity,
    key,
    logs,
    machines,
    network,
    oversight,
    reach,
    residency,
    second_region,
    secret,
    state,
    transit,
)
from policies.rules.rule import Facts, Rule

__all__ = ["RULES", "Facts", "Rule"]

_SUBJECTS = (
    encryption,
    held,
    key,
    transit,
    exposure,
    network,
    reach,
    front_end,
    identity,
    machines,
    clusters,
    secret,
    logs,
    archive,
    alarms,
    backup,
    second_region,
    availability,
    residency,
    governance,
    environments,
    state,
    oversight,
)


def _of(module: ModuleType) -> tuple[Rule, ...]:
    return tuple(value for value in vars(module).values() if isinstance(value, Rule))


RULES: tuple[Rule, ...] = tuple(found for module in _SUBJECTS for found in _of(module))
