"""What an IAM policy statement says, once it is read (sandbox.cloud.oci.policy).

https://docs.oracle.com/en-us/iaas/Content/Identity/Concepts/policysyntax.htm
"""

from dataclasses import dataclass
from typing import Literal

Effect = Literal["allow", "deny"]
SubjectKind = Literal["any-user", "any-group", "service", "group", "dynamic-group"]


@dataclass(frozen=True, kw_only=True)
class Named:
    """A group or compartment, by name (in an identity domain) or by OCID."""

    name: str
    domain: str = ""
    by_id: bool = False


@dataclass(frozen=True, kw_only=True)
class Subject:
    """Who: `names` are empty for any-user and any-group."""

    kind: SubjectKind
    names: tuple[Named, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Value:
    """The right side of a comparison: a text, a pattern (`*` at one or both ends) or the name of another variable."""

    kind: Literal["text", "pattern", "variable"]
    written: str


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """`variable operator values`; all operators but in, not in (any number) and between (two) have one value."""

    variable: str
    operator: str
    values: tuple[Value, ...]


@dataclass(frozen=True, kw_only=True)
class Quantified:
    """`any { … }` or `all { … }`."""

    quantifier: Literal["any", "all"]
    members: tuple["Condition", ...]


Condition = Comparison | Quantified


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One statement. Either `verb` and `resource` or `permissions` say what; `compartment` is None for the tenancy."""

    effect: Effect
    subject: Subject
    verb: str = ""
    resource: str = ""
    permissions: frozenset[str] = frozenset()
    compartment: Named | None = None
    condition: Condition | None = None
