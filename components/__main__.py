"""The capability table: every promise, on every cloud. `python -m components` prints Markdown, `--json` the same as data."""

import json
import sys
from collections.abc import Mapping
from dataclasses import asdict
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from components.cloud import CAPABILITIES, NotOffered

CLOUDS = ("aws", "azure", "gcp", "oci")


def not_offered(cloud: str) -> Mapping[str, NotOffered]:
    """What a cloud's package says that it can't keep literally. Only that file is run: the package would load the cloud's SDK, for seconds."""
    declared = spec_from_file_location(f"{cloud}_not_offered", Path(__file__).parent / cloud / "_not_offered.py")
    assert declared is not None
    assert declared.loader is not None
    module = module_from_spec(declared)
    declared.loader.exec_module(module)
    found: Mapping[str, NotOffered] = module.NOT_OFFERED
    return found


def promises() -> tuple[tuple[str, str], ...]:
    """(`capability.promise`, sentence) of every contract, in the table's order."""
    return tuple(
        (f"{contract.__module__.removeprefix('components.')}.{promise}", sentence)
        for contract in CAPABILITIES
        for promise, sentence in contract.PROMISES.items()
    )


def markdown() -> str:
    """The table, and under it every substitute and gap with reason, source and date."""
    declared = {cloud: not_offered(cloud) for cloud in CLOUDS}
    notes: list[str] = []

    def cell(cloud: str, promise: str) -> str:
        entry = declared[cloud].get(promise)
        if entry is None:
            return "kept"
        instead = f"Instead: {entry.substitute.removesuffix('.')}." if entry.substitute else "Nothing takes its place."
        notes.append(
            f"{len(notes) + 1}. **{cloud}, `{promise}`**: {entry.reason} {instead} ({entry.source}, {entry.since})"
        )
        return f"{'substitute' if entry.substitute else 'not offered'} [{len(notes)}]"

    rows = [
        f"| `{promise}` | {sentence} | {' | '.join(cell(cloud, promise) for cloud in CLOUDS)} |"
        for promise, sentence in promises()
    ]
    head = [f"| promise | meaning | {' | '.join(CLOUDS)} |", f"| --- | --- |{' --- |' * len(CLOUDS)}"]
    return "\n".join([*head, *rows, "", *notes])


def data() -> str:
    """All promises, and per cloud what it declares of those that it can't keep literally."""
    declared = {cloud: {promise: asdict(entry) for promise, entry in not_offered(cloud).items()} for cloud in CLOUDS}
    return json.dumps({"promises": dict(promises()), "not_offered": declared}, ensure_ascii=False)


if __name__ == "__main__":
    print(data() if "--json" in sys.argv[1:] else markdown())  # noqa: T201
