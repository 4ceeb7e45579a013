"""The SDK's mock of the engine's resource monitor, which also keeps what it is told."""

import json
from typing import Any

from google.protobuf import json_format
from pulumi.runtime.mocks import MockCallArgs, MockMonitor, MockResourceArgs, Mocks

from tests.policies.foreign import CONFIGURATION, identities, physical

_SIGNATURE, _SECRET = "4dabf18193072939515e22adb298388d", "1b47061264138c4ac30d75fd1eb44270"


class _Provider(Mocks):
    """It takes everything, and tells back what it was told, an id and the names that others use."""

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        name = str(args.inputs.get("name") or args.name)
        return physical(args.typ, args.name), {
            "name": name,
            **args.inputs,
            **identities(args.typ, args.name, args.inputs),
        }

    def call(self, args: MockCallArgs) -> tuple[dict[str, Any], None]:
        return dict(args.args), None


class Monitor(MockMonitor):
    """Registration by registration, an entry of the state."""

    def __init__(self, prefix: str, name: str) -> None:
        super().__init__(_Provider())
        self.prefix = prefix
        self.stack = f"{prefix}pulumi:pulumi:Stack::{name}"
        self.entries: dict[str, dict[str, Any]] = {}

    def make_urn(self, parent: str, type_: str, name: str) -> str:
        """As the engine does: a parent's types stand before its own, but for the stack's."""
        above = "" if parent in ("", self.stack) else f"{parent.removeprefix(self.prefix).partition('::')[0]}$"
        return f"{self.prefix}{above}{type_}::{name}"

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - the protocol's name
        response = super().RegisterResource(request)
        entry: dict[str, Any] = {
            "urn": response.urn,
            "type": request.type,
            "custom": request.custom,
            "parent": request.parent,
        }
        if request.custom:
            inputs = _plain(json_format.MessageToDict(request.object))
            told = _plain(json_format.MessageToDict(response.object))
            depends = {key: sorted(one.urns) for key, one in request.propertyDependencies.items() if one.urns}
            entry |= {
                "id": response.id,
                "inputs": inputs,
                "outputs": {**told, **inputs, **identities(request.type, request.name, inputs)},
                "provider": request.provider or f"{self._provider(request.type)}::default",
                "propertyDependencies": dict(sorted(depends.items())),
                "protect": request.protect,
            }
        self.entries[response.urn] = {key: value for key, value in entry.items() if value not in ("", {}, False)}
        return response

    def _provider(self, token: str) -> str:
        package = token.partition(":")[0]
        return f"{self.prefix}pulumi:providers:{package}::default"

    def state(self) -> dict[str, Any]:
        packages = sorted(
            {token.partition(":")[0] for one in self.entries.values() if "id" in one for token in [one["type"]]}
        )
        providers = [
            {
                "urn": self._provider(package),
                "type": f"pulumi:providers:{package}",
                "custom": True,
                "id": "default",
                "inputs": dict(CONFIGURATION[package]),
            }
            for package in packages
        ]
        stack = {"urn": self.stack, "type": "pulumi:pulumi:Stack", "custom": False}
        others = [one for urn, one in sorted(self.entries.items()) if urn != self.stack]
        return {"version": 3, "deployment": {"manifest": {}, "resources": [stack, *providers, *others]}}


def _plain(value: Any) -> Any:
    """Whole numbers as such; of a secret only that there is one."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        if value.get(_SIGNATURE) == _SECRET:
            return {_SIGNATURE: _SECRET, "ciphertext": ""}
        return {key: _plain(one) for key, one in value.items()}
    return value


def written(state: dict[str, Any]) -> str:
    """The document as it is committed."""
    return json.dumps(state, ensure_ascii=False, indent=1) + "\n"
