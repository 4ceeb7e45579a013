"""The state that a killed run leaves: what is undecided in it, and what it becomes once that is decided.

The engine writes down each operation before it asks the cloud, and strikes it out with the answer. A kill leaves those
that were open (`pending_operations`). What was being updated, deleted or read is in the state anyway: a refresh decides
it. What was being created is in the state only if it is put there, and only somebody who can see the cloud knows whether
it exists. (`pulumi refresh --import-pending-creates` is not used: engine 3.259 turns the entry into one that the same
refresh drops, and the object is forgotten.)
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from operations.wording import say

Record = dict[str, Any]
"""A resource as the state holds it."""

Found = tuple[str, str]
"""URN and id of an object in the cloud."""

LISTS: Mapping[str, str] = {
    "aws": "aws resourcegroupstaggingapi get-resources --tag-filters Key=stack,Values={stack}",
    "azure-native": "az resource list --tag stack={stack}",
    "gcp": "gcloud asset search-all-resources --query=labels.stack={stack}",
    "oci": "oci search resource structured-search --query-text"
    " \"query all resources where (freeformTags.key = 'stack' && freeformTags.value = '{stack}')\"",
}
"""By package: what lists a stack's tagged objects. What takes no tags hangs on one that has some. Not tried on an account."""

WORDS = 6
"""Inputs that a question shows: enough to find the object by."""

OPEN = ("creating", "importing")
"""Operations that a refresh does not decide."""

NO_VALUE = ("[secret]", "04da6b54-80e4-46f7-96ec-b56ff0331ba9")
"""What a preview prints in place of a secret and of a value that is not known yet."""


class UndecidableError(Exception):
    """Nothing was done: only a person can decide; the text says what, and how to go on."""


@dataclass(frozen=True, kw_only=True)
class Pending:
    """One operation that was open when the run ended. `record`: the resource as the engine wanted it."""

    operation: str
    urn: str
    record: Record

    @property
    def open(self) -> bool:
        """Whether somebody has to say if the object exists; a `pulumi:` resource is the engine's own, no object."""
        return self.operation in OPEN and not self.record["type"].startswith("pulumi:")


def pending(state: Mapping[str, Any]) -> list[Pending]:
    """The open operations of an exported state, in its order."""
    written = state["deployment"].get("pending_operations") or ()
    return [Pending(operation=one["type"], urn=one["resource"]["urn"], record=one["resource"]) for one in written]


def own(state: Mapping[str, Any], stack: str, books: Iterable[Found]) -> list[Found]:
    """Of a local cloud's books what belongs to this stack and to a package that it uses: one local cloud carries many."""
    types = [one["type"] for one in state["deployment"].get("resources", ())]
    packages = {name.rpartition(":")[2] for name in types if name.startswith("pulumi:providers:")}
    return [
        (urn, id_)
        for urn, id_ in books
        if urn.startswith(f"urn:pulumi:{stack}::") and _type(urn).partition(":")[0] in packages
    ]


def _type(urn: str) -> str:
    return urn.split("::")[2].rpartition("$")[2]


def unknown(state: Mapping[str, Any], found: Iterable[Found]) -> list[Found]:
    """Those of `found` (URN, id) that the state does not hold."""
    known = {(one["urn"], one.get("id")) for one in state["deployment"].get("resources", ())}
    return [one for one in dict.fromkeys(found) if one not in known]


def adopted(state: Mapping[str, Any], found: Sequence[Found], planned: Mapping[str, Record]) -> dict[str, Any]:
    """`state` with every object of `found` (URN, id) in it and no pending operation.

    An object becomes its URN's resource. Where the state holds the URN already and its creation is pending, it was made to
    replace that one, which is then marked for deletion, as the engine would have written with the answer. (The other way
    round the next run would make a third beside it, which a cloud refuses where the name is a given one.)
    Another object of a URN that stands was made by a run before, and nothing uses it: it is marked for deletion.
    `planned`: records of a preview, for URNs that are neither pending nor in the state.
    Raises UndecidableError where that would delete something protected, and for a URN that nobody knows.
    """
    resources: list[Record] = list(state["deployment"].get("resources", ()))
    awaited = {one.urn for one in pending(state) if one.open}
    templates = {**planned, **{one["urn"]: one for one in resources}, **{one.urn: one.record for one in pending(state)}}
    for urn, id_ in found:
        if urn not in templates:
            raise UndecidableError(_no_such(urn))
        record = {**templates[urn], "id": id_}
        for key in ("outputs", "delete", "pendingReplacement", "taint", "created", "modified"):
            record.pop(key, None)
        place = next((n for n, one in enumerate(resources) if one["urn"] == urn and not one.get("delete")), None)
        if place is None:
            resources.append(record)
        elif resources[place].get("pendingReplacement"):
            resources[place] = record
        elif record.get("protect") or resources[place].get("protect"):
            raise UndecidableError(_twice(urn, id_, resources[place]["id"]))
        elif urn in awaited:
            former, resources[place] = resources[place], record
            resources.append({**former, "delete": True})
        else:
            resources.append({**record, "delete": True})
        awaited.discard(urn)
    deployment = {key: value for key, value in state["deployment"].items() if key != "pending_operations"}
    return {**state, "deployment": {**deployment, "resources": resources}}


def plans(preview: Mapping[str, Any]) -> dict[str, Record]:
    """The records that a preview (`pulumi preview --json`) would create, by URN, without secrets and unknown values."""
    made = (step for step in preview.get("steps", ()) if "create" in step["op"])
    return {step["urn"]: _plain(step["newState"]) for step in made}


def question(one: Pending, stack: str) -> str:
    """What a person is asked about a pending creation: what it is, how to look for it, how to answer."""
    words = [f"{key}: {value}" for key, value in one.record.get("inputs", {}).items() if isinstance(value, str)]
    known, lists = "; ".join(words[:WORDS]), LISTS.get(_type(one.urn).partition(":")[0], "").format(stack=stack)
    return say(
        f"{one.urn}: it was being created; whether it exists is not known ({known}).\n"
        f"  allowed: it exists, with its id as `pulumi import` takes it; or it does not\n"
        f"  fix: look (console, or {lists}), then --exists '{one.urn}=ID' or --absent '{one.urn}'",
        f"{one.urn}: 作成の途中で落ちたため、あるかどうか分かりません({known})。\n"
        f"  使える答え: ある(pulumi import に渡す形の ID)、またはない\n"
        f"  直し方: 確かめてから(画面、または {lists})、--exists '{one.urn}=ID' か --absent '{one.urn}' を付ける",
    )


def _plain(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {key: _plain(value) for key, value in tree.items() if value not in NO_VALUE}
    return [_plain(value) for value in tree if value not in NO_VALUE] if isinstance(tree, list) else tree


def _no_such(urn: str) -> str:
    return say(
        f"--exists {urn}: neither the state nor the program has this URN.\n"
        "  allowed: the URN of a pending operation, or of a resource that the next up would create\n"
        "  fix: copy it from the list above, or from pulumi preview --urns",
        f"--exists {urn}: この URN は状態にもプログラムにもありません。\n"
        "  使える値: 中断した操作の URN、または次の up が作るリソースの URN\n"
        "  直し方: 上の一覧か pulumi preview --urns から写してください",
    )


def _twice(urn: str, id_: str, other: str) -> str:
    return say(
        f"--exists {urn}={id_}: the state holds {other} for it, and it is protected; which one holds the data is yours to see.\n"
        "  allowed: one object for a protected resource\n"
        "  fix: look into both; remove the empty one by the cloud's own means, then run this again without it",
        f"--exists {urn}={id_}: 状態には {other} があり、保護されています。どちらにデータがあるかは人が確かめます。\n"
        "  使える値: 保護されたリソースには一つだけ\n"
        "  直し方: 両方の中身を見て、空の方をクラウドの画面で消し、これを除いてもう一度実行してください",
    )
