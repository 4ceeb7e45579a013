"""What a side would be, told once for all tests and workers: kept by what was asked, so that only what nobody asked before is made."""

import fcntl
import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from unittest import mock

from operations.swap import as_deployed
from operations.swap.as_deployed import Deployed, Values
from stacks.settings import Cloud

__all__ = ["seen_once"]


@contextmanager
def seen_once(folder: Path) -> Iterator[None]:
    """The program is run for each cloud and settings once; its answers lie in `folder`."""
    folder.mkdir(exist_ok=True)
    run = as_deployed.run

    def remembered(cloud: Cloud, values: Sequence[Values]) -> list[Deployed]:
        files = [folder / f"{cloud}-{hashlib.sha256(_text(one)).hexdigest()}.json" for one in values]
        with (folder / f"{cloud}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            missing = {file: one for file, one in zip(files, values, strict=True) if not file.exists()}
            if missing:
                for file, made in zip(missing, run(cloud, list(missing.values())), strict=True):
                    file.write_text(json.dumps(asdict(made)))
        answers = [json.loads(file.read_text()) for file in files]
        return [
            Deployed(entries=one["entries"], refused=tuple((name, why) for name, why in one["refused"]))
            for one in answers
        ]

    with mock.patch.object(as_deployed, "run", remembered):
        yield


def _text(values: Values) -> bytes:
    return json.dumps(values, sort_keys=True, default=str).encode()
