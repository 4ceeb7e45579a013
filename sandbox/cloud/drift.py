"""Changes that nobody asked the provider for: what a person at the console, or nature, does to a cloud.

`python -m sandbox.cloud drift --state DIR list | books | set ID PATH JSON | unset ID PATH | delete ID | add ID JSON`.
ID is an id, a `known_as` value or a URN. PATH starts with an input or output (`tags.owner`), or with `hidden.` for
what never shows in outputs (`hidden.objects` makes a store non-empty). No guard or check is asked: the engine finds out at `refresh`.
"""

import argparse
import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sandbox.cloud.store import Record, Store
from sandbox.cloud.value import Secret, decode, encode, reveal


@contextmanager
def _opened(state: Path) -> Iterator[Store]:
    store = Store(state)
    try:
        yield store
    finally:
        store.close()


def contents(state: Path) -> list[tuple[str, str, dict[str, Any]]]:
    """(token, id, outputs) of every object, oldest first; secrets revealed."""
    with _opened(state) as store:
        return [(record.token, record.id, reveal(record.outputs)) for record in store.records()]


def books(state: Path) -> list[tuple[str, str, str]]:
    """(URN, token, id) of every object, oldest first: the cloud's side, to be compared with the engine's state."""
    with _opened(state) as store:
        return [(record.urn, record.token, record.id) for record in store.records()]


def _one(store: Store, who: str) -> Record:
    found = store.records(urn=who) if who.startswith("urn:") else store.records(id_=who)
    if not found:
        ids = {(other.token, other.id) for other in store.known_as(who)}
        found = [record for record in store.records() if (record.token, record.id) in ids]
    if len(found) != 1:
        listed = "; ".join(f"{record.token} {record.urn}" for record in found) or "none"
        raise LookupError(f"'{who}' names {len(found)} objects ({listed}): give an id or a URN of `drift list`")
    return found[0]


def _put(tree: Any, steps: list[str], value: Any, *, remove: bool) -> Any:
    """A copy of the tree with one place changed; a secret stays secret."""
    if isinstance(tree, Secret):
        return Secret(_put(tree.value, steps, value, remove=remove))
    if not steps:
        return value
    step, rest = steps[0], steps[1:]
    if step.startswith("["):
        items, index = list(tree), int(step[1:-1])
        if remove and not rest:
            del items[index]
        else:
            items[index] = _put(items[index], rest, value, remove=remove)
        return items
    table = dict(tree or {})
    if remove and not rest:
        table.pop(step, None)
    else:
        table[step] = _put(table.get(step), rest, value, remove=remove)
    return table


def put(state: Path, who: str, path: str, value: Any, *, remove: bool = False) -> None:
    """Set (or remove) a property out of band. Inputs and outputs of that name change alike.

    Raises LookupError when `who` is not exactly one object or the property is neither.
    """
    steps = re.findall(r"[^.\[\]]+|\[\d+\]", path)
    with _opened(state) as store, store.changing():
        record = _one(store, who)
        if steps[0] == "hidden":
            record.hidden = _put(record.hidden, steps[1:], value, remove=remove)
        else:
            known = [tree for tree in (record.inputs, record.outputs) if steps[0] in tree]
            if not known:
                raise LookupError(f"{record.token} '{record.id}' has no property '{steps[0]}'; add it with `drift add`")
            for tree in known:
                tree.update(_put(tree, steps, value, remove=remove))
                if remove and len(steps) == 1:
                    del tree[steps[0]]
        store.rewrite(record)


def add(state: Path, who: str, properties: dict[str, Any]) -> None:
    """Give an object properties that it did not have, as inputs and outputs."""
    with _opened(state) as store, store.changing():
        record = _one(store, who)
        record.inputs.update(decode(properties))
        record.outputs.update(decode(properties))
        store.rewrite(record)


def delete(state: Path, who: str) -> None:
    """Remove an object, whatever guards it."""
    with _opened(state) as store, store.changing():
        store.remove(_one(store, who))


def main(arguments: list[str]) -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.cloud drift", description=__doc__)
    parser.add_argument("--state", type=Path, required=True)
    actions = parser.add_subparsers(dest="action", required=True)
    actions.add_parser("list")
    actions.add_parser("books")
    for name, words in {
        "set": ["id", "path", "json"],
        "unset": ["id", "path"],
        "delete": ["id"],
        "add": ["id", "json"],
    }.items():
        action = actions.add_parser(name)
        for word in words:
            action.add_argument(word)
    given = parser.parse_args(arguments)
    try:
        match given.action:
            case "list":
                for token, id_, outputs in contents(given.state):
                    sys.stdout.write(f"{token}\t{id_}\t{json.dumps(encode(outputs), ensure_ascii=False)}\n")
            case "books":
                json.dump([[urn, id_] for urn, _, id_ in books(given.state)], sys.stdout)
            case "set":
                put(given.state, given.id, given.path, json.loads(given.json))
            case "unset":
                put(given.state, given.id, given.path, None, remove=True)
            case "delete":
                delete(given.state, given.id)
            case "add":
                add(given.state, given.id, json.loads(given.json))
    except LookupError as error:
        sys.stderr.write(f"drift: {error}\n")
        return 1
    return 0
