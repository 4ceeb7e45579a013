"""IAM policy statements of the stack: who may do what with which resource.

https://docs.oracle.com/en-us/iaas/Content/Identity/policysyntax/policysyntax.htm
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from policies.facts.oci.grammar import Comparison, Condition, Sentence, Subject, parse
from policies.facts.reading import read_all
from policies.facts.resources import Resource, World, once
from policies.facts.vocabulary import ANYONE

POLICY = "oci:Identity/policy:Policy"
GROUP = "oci:Identity/dynamicGroup:DynamicGroup"
KNOWN = frozenset({POLICY, GROUP})

_EVERYBODY = ("any-user", "any-group")
# A condition on one of these names the principal, or where it must be.
_TIES = (
    "request.principal.id",
    "request.principal.type",
    "request.principal.compartment.id",
    "request.principal.group.",
    "request.user.id",
    "request.user.name",
    "request.groups.id",
    "request.resource.compartment.id",
)


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One statement for one subject. `conditions`: variable to the value that it must equal; `exact`: it is under no other condition.

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
    place: str = ""
    conditions: Mapping[str, str]
    condition: Condition | None = None

    def concerns(self, resource: Resource, **names: object) -> bool:
        """It speaks of this resource: each condition `target.<kind>.<property>` in `names` (kind_property) equals its value."""
        if not self.clear:
            made_of = self.policy.property_dependencies.get("statements", ())
            return not made_of or resource.urn in made_of
        wanted = {f"target.{name.replace('_', '.')}": value for name, value in names.items()}
        return all(value == wanted[name] for name, value in self.conditions.items() if name in wanted)

    @property
    def anyone(self) -> bool:
        """Everybody, and no condition says who or from where."""
        return self._everybody and not _ties(self.condition)

    @property
    def _everybody(self) -> bool:
        """Everybody here, or (admitted) in another tenancy."""
        return self.subject.partition(" ")[0] in _EVERYBODY

    @property
    def everywhere(self) -> bool:
        """In the whole tenancy (whose root is a compartment too)."""
        return self.place in ("tenancy", "any-tenancy") or self.place.startswith("compartment id ocid1.tenancy.")

    def who(self, world: World) -> str:
        """The subject in the facts' words: role of a dynamic group of the stack, `ANYONE`, else as written."""
        if self._everybody:
            kind = self.conditions.get("request.principal.type")
            return kind or (ANYONE if self.anyone else self.subject)
        found = self.group(world)
        return found.role if found else self.subject

    def group(self, world: World) -> Resource | None:
        """The dynamic group of the stack that it speaks of."""
        kind, _, name = self.subject.partition(" ")
        if kind != "dynamic-group":
            return None
        return _groups(world).get(name.removeprefix("id ").rpartition("/")[2])


@once
def statements(world: World) -> tuple[Statement, ...]:
    """Every statement of every policy that gives or denies something here; definitions and endorsements abroad do not."""
    return tuple(
        statement
        for policy in world.of(POLICY)
        for text in read_all(policy, "statements")
        for statement in _parsed(policy, text)
    )


@once
def _groups(world: World) -> Mapping[str, Resource]:
    """Dynamic groups by name and id."""
    return {
        name: group
        for group in reversed(world.of(GROUP))
        for name in (group.properties.get("name"), group.id)
        if isinstance(name, str)
    }


def _parsed(policy: Resource, text: object) -> Iterator[Statement]:
    found = parse(text) if isinstance(text, str) else None
    if found is None:
        yield Statement(policy=policy, clear=False, conditions={})
    elif found.effect in ("allow", "deny", "admit"):
        for subject in found.subjects:
            yield _of_subject(policy, found, subject)


def _of_subject(policy: Resource, found: Sentence, subject: Subject) -> Statement:
    needed = list(_needed(found.condition))
    equal = [one for one in needed if one is not None and one.operator == "=" and not one.values[0].startswith("/")]
    return Statement(
        policy=policy,
        clear=True,
        exact=len(equal) == len(needed),
        denies=found.effect == "deny",
        subject=_spelled(subject) + (f" of {found.tenancy}" if found.tenancy else ""),
        verb=found.verb,
        what=found.what,
        rights=found.rights,
        place=found.place,
        # Any other condition narrows at most: it is read as if it were not there.
        conditions={one.variable: one.values[0] for one in equal},
        condition=found.condition,
    )


def _spelled(subject: Subject) -> str:
    return " ".join(filter(None, (subject.kind, "id" if subject.by_id else "", subject.name)))


def _needed(condition: Condition | None) -> Iterator[Comparison | None]:
    """The comparisons that must all hold; None for a part in which one of several is enough."""
    if isinstance(condition, Comparison):
        yield condition
    elif condition is not None:
        if condition.every or len(condition.parts) == 1:
            for part in condition.parts:
                yield from _needed(part)
        else:
            yield None


def _ties(condition: Condition | None) -> bool:
    if condition is None:
        return False
    if isinstance(condition, Comparison):
        bound = condition.operator in ("=", "in") and not any(value.strip("/*") == "" for value in condition.values)
        return bound and condition.variable.startswith(_TIES)
    return (any if condition.every else all)(_ties(part) for part in condition.parts)
