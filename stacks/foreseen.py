"""What one side of a stack would be, without an engine, an account or a network: `python -m stacks.foreseen CLOUD < settings.json`.

The real program (landing unit and workload) runs in this process against the SDK's mock monitor, whose resources are made by the sandbox's
rows in memory: what a cloud tells back (ids, ARNs, addresses) is there, and what it would refuse is refused. Standard input: a JSON list,
for each stack the values of its settings without namespace, encrypted ones as `{"secure": ""}`: no secret is read, a password made up
here takes its place. Standard output: a JSON list of `{"entries": …, "refused": …}`, entries as in an exported state.

It is the one module of the program that knows the sandbox: nothing that deploys imports it (pyproject.toml).
"""

import gc
import json
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from importlib import import_module
from typing import Any

import pulumi
from google.protobuf import empty_pb2
from pulumi.runtime.mocks import MockCallArgs, MockMonitor, MockResourceArgs, Mocks, set_mocks, test
from pulumi.runtime.proto import resource_pb2
from pulumi.runtime.settings import set_root_resource

from sandbox.cloud.context import Refused
from sandbox.cloud.lifecycle import Lifecycle
from sandbox.cloud.package import Package
from sandbox.cloud.provider import configuration
from sandbox.cloud.store import Store
from sandbox.cloud.value import SECRET, SIGNATURE, encode, from_struct, to_struct
from stacks import settings, workload
from stacks.sides import sides

__all__ = ["Seen", "foreseen"]

_STACK = "pulumi:pulumi:Stack"
_PROVIDER = "pulumi:providers:"


@dataclass(frozen=True, kw_only=True)
class Seen:
    """`entries`: as a state has them, secrets without their values. `refused`: resource (and property), and the cloud's words."""

    entries: list[dict[str, Any]] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)


class _Nobody(Mocks):
    """The monitor below answers by itself."""

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        raise NotImplementedError(args.typ)

    def call(self, args: MockCallArgs) -> tuple[dict[str, Any], None]:
        raise NotImplementedError(args.token)


class _Monitor(MockMonitor):
    """Each registration is checked and made as the engine has a provider do it, and kept as an entry."""

    def __init__(self, package: Package, stack: str, project: str) -> None:
        super().__init__(_Nobody())
        self._prefix = f"urn:pulumi:{stack}::{project}::"
        self._cloud = Lifecycle(package, Store(None))
        self._places: dict[str, Mapping[str, str]] = {}
        self.entries: dict[str, dict[str, Any]] = {}
        self.refused: list[tuple[str, str]] = []

    def make_urn(self, parent: str, type_: str, name: str) -> str:
        """As the engine does: the types of all parents but the stack stand before its own."""
        above = parent.removeprefix(self._prefix).partition("::")[0]
        return f"{self._prefix}{'' if above in ('', _STACK) else f'{above}$'}{type_}::{name}"

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802  the protocol's name
        urn = self.make_urn(request.parent, request.type, request.name)
        entry: dict[str, Any] = {"urn": urn, "type": request.type, "custom": request.custom, "parent": request.parent}
        self.entries[urn] = entry
        if not request.custom:
            return resource_pb2.RegisterResourceResponse(urn=urn)
        depends = {name: sorted(one.urns) for name, one in request.propertyDependencies.items()}
        inputs = from_struct(request.object)
        if request.type.startswith(_PROVIDER):
            self._places[f"{urn}::{request.name}"] = self._cloud.package.place(configuration(request.object))
            id_, outputs = request.name, inputs
        else:
            inputs, id_, outputs = self._made(request, urn, inputs)
        entry |= {"id": id_, "inputs": _told(inputs), "outputs": _told(outputs), "propertyDependencies": depends}
        entry |= {"provider": request.provider, "protect": request.protect}
        return resource_pb2.RegisterResourceResponse(urn=urn, id=id_, object=to_struct(outputs))

    def _made(self, request: Any, urn: str, wanted: Mapping[str, Any]) -> tuple[dict[str, Any], str, dict[str, Any]]:
        place, name = self._places[request.provider], urn.rpartition("::")[2]
        # The engine draws a seed; here the same settings give the same names.
        inputs, failures = self._cloud.check(place, request.type, urn, {}, wanted, sha256(urn.encode()).digest())
        if failures:
            self.refused += [(f"{name}.{path}", reason) for path, reason in failures]
            raise Refused(name)
        try:
            return inputs, *self._cloud.create(place, request.type, urn, inputs, preview=False)
        except Refused as refused:
            self.refused.append((name, str(refused)))
            raise

    def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: N802
        self.entries[request.urn]["outputs"] = _told(from_struct(request.outputs))
        return empty_pb2.Empty()

    def Invoke(self, request: Any) -> Any:  # noqa: N802
        found = self._cloud.invoke(self._places[request.provider], request.tok, from_struct(request.args))
        response = resource_pb2.ResourceInvokeResponse()
        getattr(response, "return").CopyFrom(to_struct(found))
        return response


def foreseen(cloud: str, values: Mapping[str, object]) -> Seen:
    """The side that serves, on its cloud. Raises SettingsError where the settings are refused."""
    wanted = settings.parse(values, language=settings.Language.EN)
    package: Package = import_module(f"sandbox.cloud.{cloud}").PACKAGE
    monitor = _Monitor(package, wanted.stack, "machikumo")
    set_root_resource(None)  # type: ignore[arg-type]  # that of the stack before, in the same process
    set_mocks(_Nobody(), project="machikumo", stack=wanted.stack, preview=False, monitor=monitor)
    asked = "machikumo:database_password"
    # Of every kind of characters: a cloud refuses letters alone.
    pulumi.runtime.set_all_config({asked: f"Aa1-{secrets.token_urlsafe(24)}"}, [asked])
    land = import_module(f"stacks.{cloud}").land

    def program() -> None:
        side = next(sides(wanted))
        workload.deploy(land(side), side)

    try:
        test(program)()  # type: ignore[no-untyped-call]
    except Exception:
        if not monitor.refused:
            raise
    return Seen(entries=list(monitor.entries.values()), refused=monitor.refused)


def _told(tree: Mapping[str, Any]) -> Any:
    return _sealed({name: encode(value) for name, value in tree.items() if value is not None})


def _sealed(value: Any) -> Any:
    """Of a secret only that there is one."""
    if isinstance(value, Mapping):
        if value.get(SIGNATURE) == SECRET:
            return {SIGNATURE: SECRET, "ciphertext": ""}
        return {name: _sealed(item) for name, item in value.items()}
    return [_sealed(item) for item in value] if isinstance(value, list) else value


def main() -> None:
    """Answer what stands in standard input."""
    gc.disable()  # loading an SDK makes millions of objects and no garbage; a third of the time is looking for it
    seen = [foreseen(sys.argv[1], values) for values in json.load(sys.stdin)]
    json.dump([{"entries": one.entries, "refused": one.refused} for one in seen], sys.stdout)


if __name__ == "__main__":
    main()
