"""The fingerprint of one PostgreSQL database: all that a move has to carry, each thing by kind and name, comparable between servers."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from operations.swap.connection import Reader
from operations.swap.contents import Contents, contents, sequences, settle
from operations.swap.objects import OBJECTS
from operations.swap.relations import RELATIONS
from operations.swap.shared_objects import SHARED

__all__ = ["Difference", "Fingerprint", "compared", "described", "taken"]

Properties = Mapping[str, Any]

MEMBERS = """
SELECT classid, objid FROM pg_depend WHERE deptype = 'e' AND refclassid = 'pg_extension'::regclass
UNION ALL SELECT t.classid, t.objid FROM pg_depend t JOIN pg_depend e ON (e.classid, e.objid) = (t.refclassid, t.refobjid)
WHERE t.deptype = 'i' AND e.deptype = 'e'
"""
"""What extensions made, and what belongs to that: carried by CREATE EXTENSION."""


@dataclass(frozen=True, kw_only=True)
class Fingerprint:
    """`objects`: kind → name → properties. Kinds are those of relations.py, objects.py, shared_objects.py, and three more:
    `rows` (by table), `sequence-value`, `large-object`.
    """

    server: int
    """The server's version as PostgreSQL numbers it: 150018 is 15.18. Not compared."""
    objects: Mapping[str, Mapping[str, Properties]]

    def canonical(self) -> bytes:
        """The same fingerprint always gives the same bytes: JSON, keys sorted, one line. Those of another `version` have other checksums."""
        content = {"version": 2, "server": self.server, "objects": self.objects}
        return (json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n").encode()

    @property
    def hash(self) -> str:
        """SHA-256 of the canonical form."""
        return hashlib.sha256(self.canonical()).hexdigest()

    def holding(self, contents: Contents) -> "Fingerprint":
        """The same with these contents."""
        return replace(self, objects={**self.objects, **contents})

    @property
    def contents(self) -> Contents:
        """What `holding` was given."""
        return {kind: self.objects[kind] for kind in ("rows", "large-object")}

    @property
    def counts(self) -> Mapping[str, int]:
        """How many of each kind, and the rows of all tables together (`rows-total`)."""
        total = sum(table["rows"] for table in self.objects["rows"].values())
        return {**{kind: len(named) for kind, named in self.objects.items()}, "rows-total": total}


@dataclass(frozen=True, kw_only=True, order=True)
class Difference:
    """One property (or, with "" for it, the whole thing) that is not on both sides the same; None is: not there."""

    kind: str
    name: str
    property: str
    source: Any = None
    target: Any = None

    def __str__(self) -> str:
        where = f"{self.kind} {self.name}" + (f": {self.property}" if self.property else "")
        return f"{where}: {_shown(self.source)} → {_shown(self.target)}"


def described(connection: Reader) -> Fingerprint:
    """All but the contents, inside the connection's running transaction, whose settings it changes: without rows and large objects.

    Raises psycopg.Error where something can't be read: nothing is passed over.
    """
    settle(connection)
    members = {tuple(row) for row in connection.execute(MEMBERS).fetchall()}
    objects: dict[str, Mapping[str, Properties]] = {}
    for kind, query in {**RELATIONS, **OBJECTS, **SHARED}.items():
        found = connection.execute(query).fetchall()
        objects[kind] = {name: properties for class_, oid, name, properties in found if (class_, oid) not in members}
    objects["sequence-value"] = dict(sequences(connection))
    return Fingerprint(server=connection.info.server_version, objects=objects)


def taken(connection: Reader) -> Fingerprint:
    """All of it by this one connection (a table without SELECT, rows behind a policy are errors). hashing.py has several."""
    return described(connection).holding(contents(connection))


def compared(source: Fingerprint, target: Fingerprint) -> tuple[Difference, ...]:
    """Every difference. Roles that the target alone has are another database's there, unless they share a membership."""
    return tuple(sorted(_compared(source, target), key=lambda one: (one.kind, one.name, one.property)))


def _compared(source: Fingerprint, target: Fingerprint) -> Iterator[Difference]:
    for kind in sorted(source.objects.keys() | target.objects.keys()):
        ours, theirs = source.objects.get(kind, {}), target.objects.get(kind, {})
        for name in ours.keys() | theirs.keys():
            one, other = ours.get(name), theirs.get(name)
            if one is None and _of_another_database(kind, other, source):
                continue
            if one is None or other is None:
                yield Difference(kind=kind, name=name, property="", source=one, target=other)
                continue
            for key in one.keys() | other.keys():
                if not _alike(kind, key, (one, source.server), (other, target.server)):
                    yield Difference(kind=kind, name=name, property=key, source=one.get(key), target=other.get(key))


def _alike(kind: str, key: str, *sides: tuple[Properties, int]) -> bool:
    """Whether a property is the same, as far as two major versions of PostgreSQL can say it alike.

    Between two, the text of a view or rule is not compared (each version writes the same query in its own way), nor a property that
    only the newer one has (it is at its default), nor the privilege MAINTAIN, which is new in 17.
    """
    (one, here), (other, there) = sides
    if one.get(key) == other.get(key):
        return True
    if here // 10000 == there // 10000:
        return False
    if kind in ("relation", "rule") and key == "definition":
        return True
    if key not in one or key not in other:
        return True
    return key == "acl" and min(here, there) < 170000 and _before_17(one[key]) == _before_17(other[key])


def _before_17(acl: Sequence[str]) -> list[str]:
    """Grants without MAINTAIN: `grantee=privileges/grantor`, m for it, * behind it where it may be passed on."""
    parts = [(entry, entry.rindex("="), entry.rindex("/")) for entry in acl]
    return [entry[:start] + re.sub(r"m\*?", "", entry[start:end]) + entry[end:] for entry, start, end in parts]


def _of_another_database(kind: str, properties: Properties | None, source: Fingerprint) -> bool:
    roles, ends = source.objects.get("role", {}), properties or {}
    return kind == "role" or (kind == "membership" and not {ends["group"], ends["member"]} <= roles.keys())


def _shown(value: Any) -> str:
    text = "-" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 200 else text[:199] + "…"
