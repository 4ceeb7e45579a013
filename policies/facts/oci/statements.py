"""IAM policy statements: who may do what with which resource.

https://docs.oracle.com/en-us/iaas/Content/Identity/policysyntax/policysyntax.htm
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from policies.facts.reading import read_all
from policies.facts.resources import Resource, World, once
from policies.facts.vocabulary import ANYONE

POLICY = "oci:Identity/policy:Policy"
GROUP = "oci:Identity/dynamicGroup:DynamicGroup"
KNOWN = frozenset({POLICY, GROUP})

_STATEMENT = re.compile(
    r"\s*(?P<effect>allow|deny)\s+(?P<subject>.+?)\s+to\s+(?:(?P<verb>inspect|read|use|manage)\s+(?P<what>[a-z-]+)|"
    r"\{(?P<rights>[^}]+)\})\s+in\s+(?P<where>.+?)(?:\s+where\s+(?P<condition>.+?))?\s*",
    re.IGNORECASE | re.DOTALL,
)
_EQUAL = re.compile(r"([a-z.-]+)\s*=\s*'([^']*)'", re.IGNORECASE)
# Only conditions that must all hold narrow a statement.
_ALL = re.compile(r"all\s*\{(?P<inner>[^{}]*)\}|(?P<one>[a-z.-]+\s*=\s*'[^']*')", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One statement. `conditions`: variable to the value that it must equal; `exact`: it is under no other condition.

    One whose text is not known (yet), or that is none, is not `clear`; it speaks of what its policy depends on.
    """

    policy: Resource
    clear: bool
    exact: bool = False
    denies: bool = False
    subject: str = ""
    verb: str = ""
    what: str = ""
    rights: frozenset[str] = frozenset()
    conditions: Mapping[str, str]

    def concerns(self, resource: Resource, **names: object) -> bool:
        """It speaks of this resource: each condition `target.<kind>.<property>` in `names` (kind_property) equals its value."""
        if not self.clear:
            made_of = self.policy.property_dependencies.get("statements", ())
            return not made_of or resource.urn in made_of
        wanted = {f"target.{name.replace('_', '.')}": value for name, value in names.items()}
        return all(value == wanted[name] for name, value in self.conditions.items() if name in wanted)

    def who(self, world: World) -> str:
        """The subject in the facts' words: role of a dynamic group of the stack, `ANYONE`, else as written."""
        if self.subject.lower() in ("any-user", "any-group"):
            kind = self.conditions.get("request.principal.type")
            return kind if kind else ANYONE
        name = self.subject.partition(" ")[2].removeprefix("id ").strip()
        found = [group for group in world.of(GROUP) if name in (group.properties.get("name"), group.id)]
        return found[0].role if found else self.subject

    def group(self, world: World) -> Resource | None:
        """The dynamic group of the stack that it speaks of."""
        name = self.subject.partition(" ")[2].removeprefix("id ").strip()
        groups = world.of(GROUP) if self.subject.lower().startswith("dynamic-group ") else ()
        return next((group for group in groups if name in (group.properties.get("name"), group.id)), None)


@once
def statements(world: World) -> tuple[Statement, ...]:
    """Every statement of every policy."""
    return tuple(_parsed(policy, text) for policy in world.of(POLICY) for text in read_all(policy, "statements"))


def _parsed(policy: Resource, text: object) -> Statement:
    found = _STATEMENT.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        return Statement(policy=policy, clear=False, conditions={})
    condition = (found["condition"] or "").strip()
    narrowed = _ALL.fullmatch(condition)
    equal = _EQUAL.findall(condition) if narrowed else []
    return Statement(
        policy=policy,
        clear=True,
        exact=len(equal) == (condition.count(",") + 1 if condition else 0),
        denies=found["effect"].lower() == "deny",
        subject=found["subject"],
        verb=(found["verb"] or "").lower(),
        what=(found["what"] or "").lower(),
        rights=frozenset(right.strip() for right in (found["rights"] or "").split(",") if right.strip()),
        # An unfamiliar condition narrows at most: it is read as if it were not there.
        conditions={name.lower(): value for name, value in equal},
    )
