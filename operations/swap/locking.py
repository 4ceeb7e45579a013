"""Records that were copied, bound as what is put into their store from then on."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from operations.swap.manifest import Manifest, Moved
from operations.swap.refusal import Refusal
from operations.swap.s3_store import S3Store
from operations.swap.store import Version
from operations.wording import say

__all__ = ["Locked", "lock", "unlocked"]


@dataclass(frozen=True, kw_only=True)
class Locked:
    """What a run did: versions that it bound, that were bound before, and whose retention has ended, as it has on the source."""

    bound: int
    before: int
    ended: int


def lock(target: S3Store, manifest: Manifest, *, now: datetime, jobs: int) -> Locked:
    """Bind every version of the manifest; one that is bound long enough is left alone, so a killed run is given again.

    Raises Refusal where the store does not bind what is put there now, StoreError.
    """
    binding = _binding(target)
    with ThreadPoolExecutor(jobs) as threads:
        found = [
            word
            for words in threads.map(partial(_key, target, manifest, binding, now), sorted(manifest.keys))
            for word in words
        ]
    return Locked(bound=found.count("bound"), before=found.count("before"), ended=found.count("ended"))


def unlocked(target: S3Store, manifest: Manifest, *, now: datetime, jobs: int) -> Iterator[str]:
    """Every version of the manifest that is missing or not bound as long as it has to be, read anew. Raises Refusal, StoreError."""
    binding = _binding(target)
    with ThreadPoolExecutor(jobs) as threads:
        for key, missing in threads.map(partial(_missing, target, manifest), sorted(manifest.keys)):
            yield from (f"{key} ({one}): missing" for one in missing)
            for line, version in _placed(target, manifest, key):
                bound, end = _ends(target, line, version, binding)
                if end > now and (bound is None or bound < end):
                    yield f"{key} ({version.id}): locked until {bound}, to be {end}"


def _key(target: S3Store, manifest: Manifest, binding: timedelta, now: datetime, key: str) -> Sequence[str]:
    done = []
    for line, version in _placed(target, manifest, key):
        bound, end = _ends(target, line, version, binding)
        if bound is not None and bound >= end:
            done.append("before")
        elif end <= now:
            done.append("ended")
        else:
            target.lock(version, end)
            done.append("bound")
    return done


def _placed(target: S3Store, manifest: Manifest, key: str) -> Iterator[tuple[Moved, Version]]:
    """The lines of a key with the versions that they name. Deletions hold nothing."""
    there = {one.id: one for one in target.versions_of(key)}
    for line in manifest.of(key):
        if line.sha256 and line.target in there:
            yield line, there[line.target]


def _missing(target: S3Store, manifest: Manifest, key: str) -> tuple[str, list[str]]:
    there = {one.id for one in target.versions_of(key)}
    return key, [line.target for line in manifest.of(key) if line.sha256 and line.target not in there]


def _ends(target: S3Store, line: Moved, version: Version, binding: timedelta) -> tuple[datetime | None, datetime]:
    """Until when nobody can remove it now, and until when that has to be: the latest of what the source asked, what the copy has, and
    what the store gives to what is put there.
    """
    bound, kept = target.retention(version)
    asked = [datetime.fromisoformat(line.until)] if line.until else []
    return kept if bound else None, max([version.modified + binding, *asked, *([kept] if kept else [])])


def _binding(target: S3Store) -> timedelta:
    binding = target.binding()
    if binding is None:
        name = target.place.name
        raise Refusal(
            say(
                f"{name}: what is put there is not locked, so nothing says how long a copy has to be. Run pulumi up of the stage settle first; "
                "a store without retention by object (OCI) needs the decision records-not-locked",
                f"{name}: ここに置かれるものはロックされないため、写しをいつまでロックするか決まりません。先に settle の pulumi up をします。"
                "オブジェクトごとの保存期間を持たないストア(OCI)では、決定 records-not-locked が要ります",
            )
        )
    return binding
