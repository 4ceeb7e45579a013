"""A `World` from what `pulumi stack export` writes."""

from collections.abc import Mapping
from typing import Any

from policies.facts.former import present
from policies.facts.reading import plain
from policies.facts.resources import Resource, World, role_of
from policies.facts.vocabulary import UNKNOWN
from policies.language import Message

__all__ = ["NotAState", "world_of_entries", "world_of_state"]


class NotAState(ValueError):  # noqa: N818 - says what it is
    """The document is no exported state (or preview). It speaks the language of the environment."""

    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


def world_of_state(document: Mapping[str, Any]) -> World:
    """All resources of an exported state; those that wait for deletion are left out. `NotAState` where it is none."""
    deployment = document.get("deployment", document)
    if not isinstance(deployment, Mapping) or "manifest" not in deployment:
        raise NotAState(
            Message(
                "neither an exported state nor a preview: expected what `pulumi stack export` or"
                " `pulumi preview --json --show-sames` writes",
                "エクスポートした状態でもプレビューでもありません: `pulumi stack export` または"
                " `pulumi preview --json --show-sames` の出力が必要です",
            )
        )
    entries = deployment.get("resources")
    kept = _mapping(deployment.get("secrets_providers")).get("type")
    return world_of_entries([] if entries is None else entries, kept if isinstance(kept, str) else "")


def world_of_entries(entries: Any, secrets_provider: str = "") -> World:
    """The same from the list of a state's resources."""
    if not isinstance(entries, list):
        raise NotAState(Message("its resources are no list", "resources が一覧ではありません"))
    kept = {entry["urn"]: entry for entry in entries if _is_live(entry)}

    def above(urn: str) -> tuple[str, str, bool] | None:
        found = kept.get(urn)
        if found is None or str(found["type"]).startswith("pulumi:"):
            return None
        return urn.rpartition("::")[2], _text(found, "parent"), not found.get("custom", False)

    return World(
        [_resource(entry, kept, role_of(_name(urn), _text(entry, "parent"), above)) for urn, entry in kept.items()],
        complete=True,
        secrets_provider=secrets_provider,
    )


def _is_live(entry: Any) -> bool:
    if (
        not isinstance(entry, Mapping)
        or not isinstance(entry.get("urn"), str)
        or not isinstance(entry.get("type"), str)
    ):
        raise NotAState(Message("it holds a resource without urn or type", "urn または type のないリソースがあります"))
    return not entry.get("delete", False)


def _resource(entry: Mapping[str, Any], kept: Mapping[str, Mapping[str, Any]], role: str) -> Resource:
    dependencies = entry.get("propertyDependencies")
    physical = entry.get("id")
    return Resource(
        urn=entry["urn"],
        type=present(entry["type"]),
        name=_name(entry["urn"]),
        properties={**_mapping(entry.get("inputs")), **_mapping(entry.get("outputs"))},
        inputs=_mapping(entry["inputs"]) if "inputs" in entry else None,
        role=role,
        id=physical if isinstance(physical, str) and physical else UNKNOWN,
        parent=_text(entry, "parent"),
        provider=_provider(entry, kept) if entry.get("custom", False) else None,
        property_dependencies={
            str(name): tuple(urns) for name, urns in _mapping(dependencies).items() if isinstance(urns, list)
        },
        protect=entry.get("protect") is True,
    )


def _provider(entry: Mapping[str, Any], kept: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any]:
    reference = _text(entry, "provider")  # URN and id of the provider, joined by "::"
    provider = kept.get(reference.rpartition("::")[0], {})
    return _mapping(provider.get("inputs"))


def _name(urn: str) -> str:
    return urn.rpartition("::")[2]


def _text(entry: Mapping[str, Any], key: str) -> str:
    value = entry.get(key)
    return value if isinstance(value, str) else ""


def _mapping(value: Any) -> Mapping[str, Any]:
    found = plain(value)
    return found if isinstance(found, Mapping) else {}
