"""Facts that are said of every resource: where it is, how it is tagged, whether an extractor knows its type; and of the state itself.

Extractors do not yield these; policies/facts derives them from what each extractor declares.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from policies.facts.vocabulary.direction import JAPAN_IS_SAFER, MORE_KEYS_ARE_SAFER, TRUE_IS_SAFER, undirected
from policies.facts.vocabulary.fact import UNKNOWN, Fact, Maybe


@dataclass(frozen=True, kw_only=True, slots=True)
class Located(Fact):
    """Where a resource is. Not said of a resource that has no location of its own (a rule of a group, a policy of a bucket)."""

    COMPARED: ClassVar[bool] = False

    location: Maybe[str] = field(default=UNKNOWN, metadata=JAPAN_IS_SAFER)
    """`japan`, `global` (a service without region), or `abroad`."""
    spelled: Maybe[str] = field(default=UNKNOWN, compare=False, metadata=undirected("the cloud's own spelling"))
    """The region as the cloud spells it, for the message."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StateFile(Fact):
    """The engine's own record of the stack, where an exported state tells how its secrets are kept. Said of the stack."""

    COMPARED: ClassVar[bool] = False

    encrypted: Maybe[bool] = field(default=UNKNOWN, metadata=TRUE_IS_SAFER)
    """Secrets in it are encrypted."""
    key_service: Maybe[bool] = field(default=UNKNOWN, metadata=TRUE_IS_SAFER)
    """With a key of a key service that the customer chose: not with a passphrase, nor with a key of the engine's vendor."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tagged(Fact):
    """The tags of a taggable resource. Not said of a type that takes none."""

    COMPARED: ClassVar[bool] = False

    tags: Maybe[Mapping[str, Maybe[str]]] = field(default=UNKNOWN, hash=False, metadata=MORE_KEYS_ARE_SAFER)
    """Key to value, keys as registered; {} where there are none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Classified(Fact):
    """Whether a resource's type is known: read by an extractor, or declared to hold no data and open no door."""

    COMPARED: ClassVar[bool] = False

    type: str = field(compare=False, metadata=undirected("the cloud's own word"))
    """The type token."""
    classified: bool = field(default=False, metadata=TRUE_IS_SAFER)
    """Never unknown."""
