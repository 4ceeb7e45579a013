"""Facts about what holds data beside stores and databases: disks, file shares, queues.

The clouds need different numbers of them for one workload, so that parity compares only the weakest.
"""

from dataclasses import dataclass, field
from typing import ClassVar

from policies.facts.vocabulary.direction import FALSE_IS_SAFER, TRUE_IS_SAFER
from policies.facts.vocabulary.fact import UNKNOWN, Fact, Maybe


@dataclass(frozen=True, kw_only=True, slots=True)
class Volume(Fact):
    """A disk by itself, or all disks that a machine or a template of machines makes (one fact for each resource that makes some).

    Scratch disks that end with the machine and take no key are none.
    """

    COMPARED: ClassVar[bool] = False

    customer_key: Maybe[bool] = field(default=UNKNOWN, metadata=TRUE_IS_SAFER)
    """Every one is encrypted with a key the customer manages: named at the disk, or set as the default of the account."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FileShare(Fact):
    """A file system that several machines mount, or the account that holds such."""

    COMPARED: ClassVar[bool] = False

    customer_key: Maybe[bool] = field(default=UNKNOWN, metadata=TRUE_IS_SAFER)
    """Encrypted with a key the customer manages."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Queue(Fact):
    """A queue, topic or stream, the namespace of such, or a store of log lines that can be searched (log group, workspace).

    Not said of a log service that takes nobody's key; there the log archive alone is judged.
    """

    COMPARED: ClassVar[bool] = False

    customer_key: Maybe[bool] = field(default=UNKNOWN, metadata=TRUE_IS_SAFER)
    """Messages are encrypted with a key the customer manages."""
    open_to_anyone: Maybe[bool] = field(default=UNKNOWN, metadata=FALSE_IS_SAFER)
    """A policy written in the queue itself lets every principal send or receive, without a condition that names the account. One that
    is a resource beside it is an `AccessGrant`."""
