"""Finding and reading what is to be judged: exported states and previews, single files and folders."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from policies.facts.exported import NotAState, world_of_state
from policies.facts.previewed import is_preview, world_of_preview
from policies.facts.resources import World
from policies.language import Message, visible

__all__ = ["STANDARD_INPUT", "files", "loaded", "too_deep", "world_of"]

STANDARD_INPUT = "-"


def files(name: str) -> list[Path]:
    """The files meant: one as it is named, of a folder every `*.json` at any depth, in order.

    `NotAState` where a folder holds none. A JSON file of another kind in a folder is not passed over (`world_of` refuses it): a
    state that was cut short must not drop out of the judgement in silence.
    """
    path = Path(name)
    if not path.is_dir():
        return [path]
    found = sorted(path.rglob("*.json"))
    if not found:
        raise NotAState(_of(name, Message("no *.json in this folder", "フォルダに *.json がありません")))
    return found


def loaded(name: str) -> Mapping[str, Any]:
    """The document in the file; `-` is standard input. `NotAState` where it can't be read."""
    try:
        text = sys.stdin.read() if name == STANDARD_INPUT else Path(name).read_text(encoding="utf-8")
        document = json.loads(text)
    except OSError as error:
        raise NotAState(_of(name, Message(str(error.strerror), f"読めません: {error.strerror}"))) from error
    except RecursionError as error:
        raise NotAState(too_deep(name)) from error
    except ValueError as error:  # the decoder's message holds a place, nothing of the text
        raise NotAState(_of(name, Message(f"not JSON: {error}", f"JSON ではありません: {error}"))) from error
    if not isinstance(document, Mapping):
        raise NotAState(_of(name, Message("no JSON object", "JSON のオブジェクトではありません")))
    return document


def world_of(document: Mapping[str, Any], name: str) -> tuple[World, bool]:
    """The world of a document and whether it is a preview. `NotAState`, with the name, where it is neither."""
    preview = is_preview(document)
    try:
        return (world_of_preview if preview else world_of_state)(document), preview
    except NotAState as error:
        raise NotAState(_of(name, error.message)) from error


def too_deep(name: str) -> Message:
    """What is said of a document that no engine writes."""
    return _of(name, Message("values are nested too deeply", "値の入れ子が深すぎます"))


def _of(name: str, said: Message) -> Message:
    shown = visible(name)
    return Message(f"{shown}: {said.en}", f"{shown}: {said.ja}")
