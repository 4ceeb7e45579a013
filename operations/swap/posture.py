"""Both sides' posture, facts and flows, held against each other before anything is deployed: where the target would be the weaker one."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from operations.swap.as_deployed import Deployed, Values, as_deployed, steady
from policies.facts import extract
from policies.facts.exported import world_of_entries
from policies.facts.vocabulary import Fact, Flow
from policies.parity import Difference, Side, differences
from policies.parity_declared import declared, plain
from stacks.settings import Cloud

__all__ = ["Posture", "canonical", "flows", "of_sides", "plain_value", "postures"]


@dataclass(frozen=True, kw_only=True)
class Posture:
    """`found`: every difference, explained or not; none where a cloud refused something, for then its side is not whole.
    `refused`: cloud, resource (and property), and the reason.
    """

    source: Side
    target: Side
    found: tuple[Difference, ...] = ()
    refused: tuple[tuple[str, str, str], ...] = ()

    @property
    def weaker(self) -> list[Difference]:
        """Without a declared reason: the target is the weaker side, or neither is and they differ."""
        return [one for one in self.found if one.counts and one.weaker != (self.source.name,)]

    @property
    def stronger(self) -> list[Difference]:
        """Without a declared reason: only the source is the weaker side."""
        return [one for one in self.found if one.counts and one.weaker == (self.source.name,)]

    @property
    def explained(self) -> list[Difference]:
        """Those in which the target is the weaker side for a known reason (policies/parity.toml, or what clouds differ in by nature)."""
        return [one for one in self.found if not one.counts and self.target.name in one.weaker]

    @property
    def counts(self) -> Mapping[str, int]:
        """For the receipt; empty where the sides could not be compared."""
        if self.refused:
            return {}
        sides = {"source": self.source, "target": self.target}
        return {
            **{f"facts-{name}": len(side.facts) for name, side in sides.items()},
            **{f"flows-{name}": flows(side) for name, side in sides.items()},
            "weaker": len(self.weaker),
        }

    @property
    def hashes(self) -> Mapping[str, str]:
        """SHA-256 of each side's facts; likewise."""
        if self.refused:
            return {}
        sides = {"source": self.source, "target": self.target}
        return {f"posture-{name}": hashlib.sha256(canonical(side.facts)).hexdigest() for name, side in sides.items()}


def postures(asked: Sequence[tuple[Values, Cloud, Cloud, str | None]]) -> list[Posture]:
    """For each stack: its settings, the cloud that serves, the one moved to, and the range there (None: the same).

    Each side is as it serves in the steady stage. Both have to take these settings (`compare`). Raises Refusal.
    """
    sides = [
        (cloud, steady(values, cloud=str(cloud), **changed))
        for values, here, there, cidr in asked
        for cloud, changed in ((here, {}), (there, {"network_cidr": cidr} if cidr else {}))
    ]
    made = as_deployed(sides)
    pairs = zip(asked, made[::2], made[1::2], strict=True)
    return [of_sides(here, one, there, other) for (_, here, there, _), one, other in pairs]


def of_sides(here: str, source: Deployed, there: str, target: Deployed) -> Posture:
    """The posture of what would be deployed here and there."""
    ends = ((here, source), (there, target))
    refused = tuple((str(cloud), name, why) for cloud, side in ends for name, why in side.refused)
    sides = [
        Side(name=str(cloud), cloud=str(cloud), facts=extract(world_of_entries(side.entries))) for cloud, side in ends
    ]
    found = () if refused else tuple(differences(sides, declared()))
    return Posture(source=sides[0], target=sides[1], found=found, refused=refused)


def flows(side: Side) -> int:
    """How many flows are allowed; the sender's and the receiver's rule of one flow are one."""
    return len({fact for fact in side.facts if isinstance(fact, Flow)})


def canonical(facts: Sequence[Fact]) -> bytes:
    """The facts as bytes that do not depend on their order: kind, role (where facts of the kind are told apart by it) and every field."""
    told = ((type(fact), fact.role, _fields(fact)) for fact in facts)
    lines = sorted(
        json.dumps([kind.__name__, role if kind.COMPARED else "", values], ensure_ascii=False, sort_keys=True)
        for kind, role, values in told
    )
    return "\n".join(lines).encode()


def _fields(fact: Fact) -> Mapping[str, Any]:
    named = (one.name for one in fields(fact) if one.name not in ("urn", "role"))
    return {name: plain_value(getattr(fact, name)) for name in named}


def plain_value(value: Any) -> Any:
    """A fact's value as JSON has it."""
    if isinstance(value, Mapping):
        return {str(name): plain_value(item) for name, item in value.items()}
    return plain(value)
