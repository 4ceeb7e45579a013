"""Receipts: what each step of a move did, as a chain of files that shows an altered, missing or reordered one.

One folder holds one move. A receipt is canonical JSON (UTF-8, keys sorted, no spaces, one line); its hash is the SHA-256 of the
file. Each names the hash of the one before it, and `HEAD` the last. Whoever can write the folder can write the whole chain anew:
note the head's hash where they can't (the minutes of the move), and give it to `broken`. Schema: docs/receipt.schema.json.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from operations.swap.refusal import Refusal
from operations.swap.secrets import refuse_secrets
from operations.swap.whole_file import put
from operations.wording import say

__all__ = ["HEAD", "Place", "Receipt", "ReceiptError", "broken", "canonical", "chain", "read", "write"]

HEAD = "HEAD"
"""The file that names the last receipt's hash."""

VERSION = 1
STEP = re.compile(r"[a-z][a-z-]{0,30}")
NAME = re.compile(r"(\d{4,})-([a-z][a-z-]{0,30})\.json")
KEYS = frozenset(
    {"version", "number", "step", "time", "source", "target", "counts", "hashes", "tools", "notes", "previous"}
)


class ReceiptError(Refusal):
    """The folder's receipts can't be relied on, or none can be written; `problems` names each."""

    def __init__(self, *problems: str) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


@dataclass(frozen=True, kw_only=True)
class Place:
    """One end of a step. Never a password, and no URL."""

    system: str
    """What it is: `postgresql`, …"""
    address: str
    """Host and port, or the folder of the socket."""
    name: str
    """The database's, the bucket's."""
    identity: str = ""
    """What tells it from another of the same name: the server's own identifier, where it gives one."""


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What one step did. Numbers are counts of whole things; hashes are SHA-256 in hexadecimal."""

    number: int
    """From 1, without a gap."""
    step: str
    time: str
    """When the step ended: UTC, `2026-11-25T09:00:00Z`."""
    source: Place
    target: Place | None
    """None where the step reads only."""
    counts: Mapping[str, int] = field(default_factory=dict)
    hashes: Mapping[str, str] = field(default_factory=dict)
    tools: Mapping[str, str] = field(default_factory=dict)
    """Program → version, as it says itself."""
    notes: tuple[str, ...] = ()
    """What was accepted, left out or refused, one a line."""
    previous: str | None
    """Hash of the receipt before; None for the first."""

    @property
    def file(self) -> str:
        """Its file's name."""
        return f"{self.number:04}-{self.step}.json"


def canonical(receipt: Receipt) -> bytes:
    """The file's bytes. The same receipt always gives the same."""
    content = {"version": VERSION, **asdict(receipt)}
    return (json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n").encode()


def write(
    folder: Path,
    *,
    step: str,
    source: Place,
    target: Place | None = None,
    counts: Mapping[str, int] | None = None,
    hashes: Mapping[str, str] | None = None,
    tools: Mapping[str, str] | None = None,
    notes: tuple[str, ...] = (),
    now: datetime | None = None,
) -> Receipt:
    """Append a receipt and return it; it is whole on disk or not there, whenever the process dies.

    Raises ReceiptError when the chain is broken, or another process appended at the same time; SecretError when a value
    looks like a password or holds one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    before = chain(folder)
    receipt = Receipt(
        number=len(before) + 1,
        step=step,
        time=(now or datetime.now(UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        source=source,
        target=target,
        counts=dict(counts or {}),
        hashes=dict(hashes or {}),
        tools=dict(tools or {}),
        notes=notes,
        previous=_hash(canonical(before[-1])) if before else None,
    )
    content = canonical(receipt)
    refuse_secrets(asdict(receipt))
    if not STEP.fullmatch(step):
        raise ReceiptError(say(f"'{step}' is no name of a step", f"「{step}」は手順の名前ではありません"))
    try:
        put(folder, receipt.file, content, anew=False)
    except FileExistsError:
        taken = say(f"{receipt.file}: another run wrote it just now", f"{receipt.file}: 別の実行が同時に書きました")
        raise ReceiptError(taken) from None
    put(folder, HEAD, f"{_hash(content)}\n".encode(), anew=True)
    return receipt


def read(path: Path) -> Receipt:
    """One receipt. Raises ReceiptError for a file that is none, or is not canonical."""
    try:
        content = path.read_bytes()
        receipt = _parsed(json.loads(content))
    except (OSError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise ReceiptError(
            say(f"{path.name}: no receipt ({error})", f"{path.name}: 記録として読めません({error})")
        ) from None
    if canonical(receipt) != content:
        raise ReceiptError(
            say(f"{path.name}: altered: not canonical JSON", f"{path.name}: 書き換えられています(正規の JSON ではない)")
        )
    return receipt


def chain(folder: Path) -> tuple[Receipt, ...]:
    """All receipts, in order. Raises ReceiptError with every problem."""
    problems = broken(folder)
    if problems:
        raise ReceiptError(*problems)
    return tuple(read(path) for path in _files(folder))


def broken(folder: Path, *, head: str | None = None) -> tuple[str, ...]:
    """What is wrong with the chain, nothing when it is whole. `head`: the last hash as it was noted elsewhere.

    A receipt that was written and whose HEAD was not (the process died between) is no fault.
    """
    return tuple(_broken(folder, head))


def _broken(folder: Path, head: str | None) -> Iterator[str]:
    previous: str | None = None
    hashes: list[str | None] = [None]
    for number, path in enumerate(_files(folder), 1):
        content = path.read_bytes() if path.is_file() else b""
        try:
            receipt = read(path)
        except ReceiptError as error:
            yield from error.problems
        else:
            if path.name != receipt.file or receipt.number != number:
                yield say(
                    f"{path.name}: stands at place {number}, was written as {receipt.file}: one is missing, or the order was changed",
                    f"{path.name}: {number} 番目にありますが {receipt.file} として書かれました(欠落または順序の変更)",
                )
            elif receipt.previous != previous:
                yield say(
                    f"{path.name}: what stands before it is not what it was written after: altered, missing or reordered",
                    f"{path.name}: 直前の記録が、書かれた時のものと違います(改変、欠落または順序の変更)",
                )
        previous = _hash(content)
        hashes.append(previous)
    for path in sorted(folder.glob("*.fingerprint")):
        if _hash(path.read_bytes()) != path.stem:
            yield say(f"{path.name}: altered", f"{path.name}: 書き換えられています")
    kept = _head(folder)
    if kept not in hashes[-2:]:
        yield say(
            f"{HEAD}: names {kept or '-'}, which is not the last receipt: the last one was altered or removed",
            f"{HEAD}: {kept or '-'} を指していますが、最後の記録ではありません(最後の記録の改変または削除)",
        )
    if head is not None and head not in hashes[1:]:
        yield say(
            f"no receipt has the hash {head} that was noted: the chain was written anew or cut",
            f"控えのハッシュ {head} の記録がありません(書き直し、または末尾の削除)",
        )


def _files(folder: Path) -> list[Path]:
    """Every file that is or pretends to be a receipt, in the order of numbers."""
    found = [path for path in folder.glob("*.json") if not path.name.startswith(".")]
    return sorted(found, key=lambda path: (int(named[1]) if (named := NAME.fullmatch(path.name)) else 0, path.name))


def _head(folder: Path) -> str | None:
    try:
        return (folder / HEAD).read_bytes().decode("ascii", "replace").strip() or ""
    except FileNotFoundError:
        return None


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _parsed(content: Any) -> Receipt:
    """Raises ValueError or TypeError for anything that is not the content of a receipt."""
    if not isinstance(content, dict) or content.keys() != KEYS or content["version"] != VERSION:
        raise ValueError(say("not the keys and the version of a receipt", "記録のキーとバージョンではありません"))
    source, target = content["source"], content["target"]
    receipt = Receipt(
        **{key: content[key] for key in KEYS - {"version", "source", "target", "notes"}},
        source=Place(**source),
        target=None if target is None else Place(**target),
        notes=tuple(content["notes"]),
    )
    places = [value for place in (source, target or {}) for value in place.values()]
    texts = [receipt.step, receipt.time, receipt.previous or "", *receipt.notes, *places]
    numbers = [receipt.number, *receipt.counts.values()]
    texts += [*receipt.hashes.values(), *receipt.tools.values()]
    if not (all(isinstance(text, str) for text in texts) and all(type(number) is int for number in numbers)):
        raise TypeError(say("a value of the wrong type", "値の型が違います"))
    return receipt
