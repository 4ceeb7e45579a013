"""What happens to one resource of a package: check, create, update, delete, read, and data sources.

Plain Python over trees (sandbox.cloud.value); the protocol is in sandbox.cloud.provider.
"""

import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from sandbox.cloud import naming
from sandbox.cloud.conformity import problems
from sandbox.cloud.context import Context, Operation, Refused
from sandbox.cloud.difference import difference
from sandbox.cloud.guards import refusal
from sandbox.cloud.neighbours import Neighbours
from sandbox.cloud.outputs import SandboxError, outputs, rendered
from sandbox.cloud.package import Package
from sandbox.cloud.resource_type import Reference, ResourceType
from sandbox.cloud.schema import Schema, schema
from sandbox.cloud.store import Record, Store
from sandbox.cloud.value import UnknownValue, at, guarded, reveal

Tree = Mapping[str, Any]
Place = Mapping[str, str]


def _own(tree: Tree) -> dict[str, Any]:
    """The properties without the provider's bookkeeping and without absent values."""
    return {name: value for name, value in tree.items() if value is not None and not name.startswith("__")}


class Lifecycle:
    """The resources of one package in one store. Raises `Refused` (the cloud's no) or `SandboxError` (a row is missing)."""

    def __init__(self, package: Package, store: Store) -> None:
        self.package = package
        self.store = store

    def row(self, token: str) -> tuple[ResourceType, Schema]:
        """The row and the schema of a type."""
        found = schema(self.package.sdk, token)
        if found is None:
            raise SandboxError(f"the installed {self.package.sdk} knows no resource type {token}")
        if token not in self.package.types:
            folder = f"sandbox/cloud/{self.package.folder}/"
            raise SandboxError(f"the sandbox has no behaviour for {token}: add a row in {folder}")
        return self.package.types[token], found

    def _context(self, operation: Operation, token: str, place: Place, inputs: Tree, urn: str, **more: Any) -> Context:
        return Context(
            token=token,
            urn=urn,
            operation=operation,
            place=place,
            inputs=guarded(reveal(_own(inputs))),
            world=Neighbours(self.store, rendered(self.package.scope, place).partition("/")[0]),
            **more,
        )

    def _scope(self, row: ResourceType, context: Context) -> str:
        return str(rendered(self.package.scope if row.scope is None else row.scope, context))

    def check(
        self,
        place: Place,
        token: str,
        urn: str,
        olds: Tree,
        news: Tree,
        seed: bytes = b"",
        proposed: str = "",
        mode: str = "",
    ) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        """The inputs with what the provider fills in, and (path, reason) for everything refused."""
        row, types = self.row(token)
        inputs = _own(news)
        failures = list(problems(inputs, types.inputs, row.open_enums))
        filled: dict[str, Any] = dict(row.input_defaults)
        context = self._context("check", token, place, inputs, urn, seed=seed.hex())
        with suppress(UnknownValue):  # decided in the real run
            filled |= self.package.fill(context)
        filled = {k: v for k, v in filled.items() if k in types.inputs.shapes and k not in inputs and v is not None}
        rule = row.name
        if rule and rule.property not in inputs and not any(name in inputs for name in rule.excludes):
            kept = {name: olds[name] for name in olds.get(naming.DEFAULTS, ()) if name in olds}
            name = naming.automatic(rule, context.urn_name, seed, proposed, mode, reveal(kept))
            if name is not None:
                filled[rule.property] = name
                failures = [failure for failure in failures if failure[0] != rule.property]
            elif rule.automatic:
                failures.append((rule.property, f"auto-naming is off: '{rule.property}' is required"))
        inputs |= filled
        if not failures:
            failures = self._refused(row, guarded(reveal(inputs)))
        if filled:
            inputs[naming.DEFAULTS] = sorted(filled)
        return inputs, failures

    def _refused(self, row: ResourceType, inputs: Tree) -> list[tuple[str, str]]:
        failures = []
        if row.name:
            with suppress(UnknownValue):
                for path, name in at(inputs, row.name.property):
                    reason = naming.refused(row.name, name)
                    failures += [(path, reason)] if reason else []
        for check in row.checks:
            try:
                failures.extend(check(inputs))
            except UnknownValue:  # decided in the real run
                continue
        return failures

    def create(self, place: Place, token: str, urn: str, inputs: Tree, *, preview: bool) -> tuple[str, dict[str, Any]]:
        """The id and the outputs; at preview no id, and everything the cloud would make is unknown."""
        row, types = self.row(token)
        if preview:
            context = self._context("create", token, place, inputs, urn)
            return "", outputs(self.package, row, types.outputs, context, _own(inputs), creating=True)
        seed = secrets.token_hex(16)
        context = self._context("create", token, place, inputs, urn, seed=seed)
        with self.store.changing():
            return self._write(row, types, context, inputs, None)

    def _write(
        self, row: ResourceType, types: Schema, context: Context, inputs: Tree, record: Record | None
    ) -> tuple[str, dict[str, Any]]:
        links = self._links(row, context, record.plain().inputs if record else {})
        reason = refusal((*self.package.guards, *row.guards), context)
        if reason:
            raise Refused(reason)
        made = rendered(row.id, context) if record is None else record.id
        context = context.with_id(made)
        shown = outputs(self.package, row, types.outputs, context, _own(inputs))
        whole = context.with_outputs(reveal(shown))
        hidden = {"seed": context.seed} if record is None else record.hidden
        handles = {made} | {str(value) for name in row.known_as if (value := whole.outputs.get(name))}
        self.store.save(
            record,
            key=(row.token, self._scope(row, whole) if record is None else record.scope, made),
            urn=context.urn,
            unique_name=self._unique_name(row, whole),
            trees=(inputs, shown, hidden),
            handles=handles,
            links=links,
        )
        return made, shown

    def _unique_name(self, row: ResourceType, context: Context) -> str | None:
        if row.name is None or row.name.unique_in is None:
            return None
        name = context.get(row.name.property)
        return None if name is None else f"{rendered(row.name.unique_in, context)}|{name}"

    def _links(self, row: ResourceType, context: Context, before: Tree) -> set[tuple[str, str, str]]:
        """The references that the cloud keeps; a new one that leads nowhere is refused."""
        links: set[tuple[str, str, str]] = set()
        for reference in row.references:
            tokens = (reference.tokens,) if isinstance(reference.tokens, str) else reference.tokens
            held = {value for _, value in at(before, reference.path) if isinstance(value, str)}
            for path, value in at(context.inputs, reference.path):
                if not isinstance(value, str) or (reference.unless and re.fullmatch(reference.unless, value)):
                    continue
                if value not in held:
                    self._refer(context, path, value, reference)
                if reference.blocks_deletion:
                    links.add((path, value, f" {' '.join(tokens)} "))
        return links

    def _refer(self, context: Context, path: str, value: str, reference: Reference) -> None:
        """Refuse a reference that leads nowhere, to something of another type, or to another region."""
        tokens = (reference.tokens,) if isinstance(reference.tokens, str) else reference.tokens
        found = context.find(value, *tokens)
        if found is None:
            other = context.find(value)
            named = f" (it names {other.token})" if other else ""
            raise Refused(f"{path}: '{value}' does not exist as {' or '.join(tokens)}{named}")
        region = self.package.region(found)
        if region and not reference.anywhere and region != context["region"]:
            raise Refused(f"{path}: '{value}' lies in {region}, not in {context['region']}")

    def _record(self, place: Place, token: str, urn: str, id_: str, known: Tree) -> Record | None:
        row, _ = self.row(token)
        context = self._context("read", token, place, known, urn, id=id_)
        return self.store.record(token, self._scope(row, context), id_)

    def update(
        self, place: Place, token: str, urn: str, id_: str, olds: Tree, inputs: Tree, *, preview: bool
    ) -> dict[str, Any]:
        """The outputs afterwards."""
        row, types = self.row(token)
        with self.store.changing():
            record = self._record(place, token, urn, id_, olds)
            if record is None:
                raise Refused(f"'{id_}' does not exist")
            more = {"id": id_, "stored": record.plain(), "seed": record.hidden.get("seed", "")}
            context = self._context("update", token, place, inputs, urn, **more)
            fixed = difference(self.package, row, record.inputs, inputs).replaces
            if fixed:
                raise Refused(f"'{id_}' can't change in place: {', '.join(sorted(fixed))}")
            if preview:
                return outputs(self.package, row, types.outputs, context, _own(inputs))
            return self._write(row, types, context, inputs, record)[1]

    def delete(self, place: Place, token: str, urn: str, id_: str, olds: Tree) -> None:
        """Deleting what is gone already is no error, as on the real clouds."""
        row, _ = self.row(token)
        with self.store.changing():
            record = self._record(place, token, urn, id_, olds)
            if record is None:
                return
            more = {"id": id_, "stored": record.plain(), "seed": record.hidden.get("seed", "")}
            context = self._context("delete", token, place, record.inputs, urn, **more).with_outputs(
                reveal(record.outputs)
            )
            reason = refusal((*self.package.guards, *row.guards), context)
            if reason:
                raise Refused(reason)
            for other, path in self.store.referrers(record.number):
                code = f"{row.in_use}: " if row.in_use else ""
                raise Refused(f"{code}'{id_}' is still in use by {other.token} '{other.id}' ({path})")
            taken = row.name is not None and row.name.stays_taken is not None and row.name.stays_taken(context)
            self.store.remove(record, stays_taken=taken)

    def read(self, place: Place, token: str, urn: str, id_: str, olds: Tree) -> tuple[Tree, Tree] | None:
        """(inputs, outputs) as the cloud has them now, or None when the object is gone."""
        record = self._record(place, token, urn, id_, olds)
        if record is None:
            return None
        row, _ = self.row(token)
        if not row.later:
            return record.inputs, record.outputs
        context = self._context("read", token, place, record.inputs, urn, id=id_, seed=record.hidden.get("seed", ""))
        context = context.with_outputs(reveal(record.outputs))
        return record.inputs, {**{name: rendered(how, context) for name, how in row.later.items()}, **record.outputs}

    def invoke(self, place: Place, token: str, arguments: Tree) -> Tree:
        """A data source's result."""
        if token not in self.package.invokes:
            folder = f"sandbox/cloud/{self.package.folder}/"
            raise SandboxError(
                f"the sandbox has no behaviour for the data source {token}: add it to INVOKES in {folder}"
            )
        context = self._context("invoke", token, place, arguments, "")
        try:
            return self.package.invokes[token](context.inputs, context)
        except LookupError as error:
            raise Refused(f"{token}: {error.args[0] if error.args else 'not found'}") from error
