"""Functions for rows: what a cloud refuses because of what is there. See `Guard` in `sandbox.cloud.resource_type`."""

import ipaddress
from collections.abc import Callable
from typing import Any

from sandbox.cloud.context import Context, Object
from sandbox.cloud.resource_type import Guard
from sandbox.cloud.value import UnknownValue, at, one


def _now(context: Context, path: str) -> Any:
    """The value that the cloud holds: the stored input at `path`, else the output."""
    assert context.stored is not None
    return one(context.stored.inputs, path, one(context.stored.outputs, path))


def not_deleted_while(path: str, value: Any = True, *, reason: str) -> Guard:
    """Deletion protection: refused while the stored value is `value`. `reason` may say `{id}`."""

    def guard(context: Context) -> str | None:
        if context.operation == "delete" and _now(context, path) == value:
            return reason.replace("{id}", context.id)
        return None

    return guard


def not_deleted_unless(path: str, value: Any = True, *, reason: str) -> Guard:
    """A consent that must be given beforehand (`forceDestroy`, `skipFinalSnapshot`)."""

    def guard(context: Context) -> str | None:
        if context.operation == "delete" and _now(context, path) != value:
            return reason.replace("{id}", context.id)
        return None

    return guard


def not_deleted_while_filled(hidden: str = "objects", *, consent: str | None = None, reason: str) -> Guard:
    """A store that holds something (hidden count, put there with drift) is not deleted, unless input `consent` is true."""

    def guard(context: Context) -> str | None:
        if context.operation != "delete" or context.stored is None or not context.stored.hidden.get(hidden):
            return None
        return None if consent and _now(context, consent) is True else reason.replace("{id}", context.id)

    return guard


def not_deleted_while_others(*tokens: str, belongs: Callable[[Context, Object], bool], reason: str) -> Guard:
    """Refused while an object of these tokens belongs to this one. `reason` may say `{id}` and `{other}`."""

    def guard(context: Context) -> str | None:
        if context.operation == "delete":
            for other in context.objects(*tokens):
                if belongs(context, other):
                    return reason.replace("{id}", context.id).replace("{other}", other.id)
        return None

    return guard


def cannot_shrink(path: str, *, when: Callable[[Context], bool] = lambda _: True, reason: str) -> Guard:
    """A number that may only grow (retention, disk size), also not be removed. `reason` may say `{old}` and `{new}`."""

    def guard(context: Context) -> str | None:
        if context.operation != "update" or not when(context):
            return None
        old = _now(context, path)
        new = one(context.inputs, path)
        if old is not None and (new is None or float(new) < float(old)):
            return reason.replace("{old}", str(old)).replace("{new}", "none" if new is None else str(new))
        return None

    return guard


def cannot_change(path: str, *, away_from: Any = ..., reason: str) -> Guard:
    """A value that stays (purge protection once on; a locked policy). With `away_from`, only that value stays."""

    def guard(context: Context) -> str | None:
        if context.operation != "update":
            return None
        old = _now(context, path)
        new = one(context.inputs, path)
        bound = old is not None if away_from is ... else old == away_from
        return reason.replace("{old}", str(old)).replace("{new}", str(new)) if bound and new != old else None

    return guard


def no_overlap(path: str, parent: str, *, reason: str) -> Guard:
    """Ranges of one type under one parent don't overlap. `reason` may say `{value}` and `{other}`."""

    def guard(context: Context) -> str | None:
        if not context.writing:
            return None
        others = [o for o in context.objects(context.token) if o.get(parent) == context[parent] and o.id != context.id]
        for _, value in at(context.inputs, path):
            for other in others:
                for _, taken in at(other.inputs, path):
                    if ipaddress.ip_network(value).overlaps(ipaddress.ip_network(taken)):
                        return reason.replace("{value}", value).replace("{other}", f"{taken} ({other.id})")
        return None

    return guard


def inside(path: str, parent: str, *tokens: str, parent_path: str, reason: str) -> Guard:
    """A range lies inside one of the ranges of the object that the input `parent` names."""

    def guard(context: Context) -> str | None:
        if not context.writing:
            return None
        owner = context.find(context[parent], *tokens)
        if owner is None:
            return None
        around = [ipaddress.IPv4Network(value) for _, value in at(owner.outputs, parent_path)]
        for _, value in at(context.inputs, path):
            if not any(ipaddress.IPv4Network(value).subnet_of(network) for network in around):
                return reason.replace("{value}", value).replace("{other}", ", ".join(map(str, around)))
        return None

    return guard


def refusal(guards: tuple[Guard, ...], context: Context) -> str | None:
    """The first refusal; a guard that reads a value unknown at preview decides in the real run."""
    for guard in guards:
        try:
            reason = guard(context)
        except UnknownValue:
            continue
        if reason:
            return reason
    return None
