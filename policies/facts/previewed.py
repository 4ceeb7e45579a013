"""A `World` from what `pulumi preview --json --show-sames` writes: the stack as it would be.

A step holds the new inputs; what the provider computes is not in it. An unchanged resource keeps its id and its outputs, which are in
the old state beside; an updated one too, as far as the outputs are no inputs. Of one that is made anew they are not known.
The policy pack is shown the outputs of a preview instead, of which a provider may leave unknown what the inputs say: it lists more
as unknown, and violations are the same. Read in the engine's source (pkg/backend/display/json.go, v3.259.0) and held against its output (tests/engine/test_check.py).
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from policies.facts.exported import NotAState, world_of_entries
from policies.facts.resources import World
from policies.language import Message

__all__ = ["is_preview", "world_of_preview"]

_IN_PLACE = frozenset({"same", "update", "refresh", "read", "import"})


def is_preview(document: Mapping[str, Any]) -> bool:
    """Whether the document is one, finished or not."""
    return "steps" in document or "changeSummary" in document


def world_of_preview(document: Mapping[str, Any]) -> World:
    """All resources that the stack would have. `NotAState` where the preview failed or leaves resources out."""
    steps, counted = document.get("steps"), document.get("changeSummary")
    if not isinstance(steps, list) or not all(isinstance(step, Mapping) for step in steps):
        raise NotAState(Message("the preview has no list of steps", "プレビューに steps の一覧がありません"))
    if _failed(document) or not isinstance(counted, Mapping):
        raise NotAState(
            Message(
                "the preview failed or did not finish: what it shows is not the whole stack",
                "プレビューが失敗したか、終わっていません。スタック全体が示されていません",
            )
        )
    shown = Counter(str(step.get("op")) for step in steps)
    missing = sum(max(0, number - shown[kind]) for kind, number in counted.items() if isinstance(number, int))
    if missing:
        raise NotAState(
            Message(
                f"the preview leaves out {missing} resources: write it with `pulumi preview --json --show-sames`",
                f"プレビューに {missing} 件のリソースが含まれていません: `pulumi preview --json --show-sames` で出力してください",
            )
        )
    entries = [_entry(step) for step in steps]
    return world_of_entries([entry for entry in entries if entry is not None])


def _failed(document: Mapping[str, Any]) -> bool:
    said = document.get("diagnostics")
    return isinstance(said, list) and any(
        isinstance(one, Mapping) and str(one.get("severity", "")).startswith("error") for one in said
    )


def _entry(step: Mapping[str, Any]) -> Any:
    """The resource after the step, as a state would hold it; None where it is gone."""
    new, old = step.get("newState"), step.get("oldState")
    if not isinstance(new, Mapping) or not isinstance(old, Mapping) or step.get("op") not in _IN_PLACE:
        return new
    inputs, former = _mapping(new.get("inputs")), _mapping(old.get("inputs"))
    computed = {
        name: value
        for name, value in _mapping(old.get("outputs")).items()
        if step.get("op") == "same" or (name not in inputs and name not in former)
    }
    return {"id": old.get("id"), **new, "outputs": {**computed, **_mapping(new.get("outputs"))}}


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
