# ruff: noqa: ARG002, N802  the protocol gives the methods their names and arguments
"""The provider protocol over a lifecycle: messages in, messages out, refusals as the engine shows them.

Which provider instance is calling: a resource call carries urn and type but not its provider. The engine dials once for
each provider instance, so the connection (gRPC peer) that sent `Configure` is the one that sends that instance's resource calls;
the place is remembered for the peer.
"""

import json
import threading
import traceback
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, NoReturn

import grpc
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from sandbox.cloud import value
from sandbox.cloud.context import Refused
from sandbox.cloud.difference import difference
from sandbox.cloud.faults import Faults, Request, Unanswered, Unready
from sandbox.cloud.init_failed import init_failed
from sandbox.cloud.lifecycle import Lifecycle
from sandbox.cloud.outputs import SandboxError

# Newer than any SDK asks for, so that the engine gives no version warnings.
_VERSION: Final = "999.0.0"
_REMEMBERED: Final = 4096
Call = grpc.ServicerContext


def configuration(struct: struct_pb2.Struct) -> dict[str, Any]:
    """Provider inputs: what is no string arrives as a JSON string."""
    plain: dict[str, Any] = {}
    for name, item in value.reveal(value.from_struct(struct)).items():
        written = isinstance(item, str) and (item[:1] in ("[", "{") or item in ("true", "false"))
        plain[name] = json.loads(item) if written else item
    return plain


class Provider(provider_pb2_grpc.ResourceProviderServicer):
    """One package's provider; serves any number of provider instances and engines at once."""

    def __init__(self, lifecycle: Lifecycle, faults: Faults) -> None:
        self._lifecycle = lifecycle
        self._faults = faults
        self._places: OrderedDict[str, Mapping[str, str]] = OrderedDict()
        self._lock = threading.Lock()

    def _place(self, call: Call) -> Mapping[str, str]:
        with self._lock:
            if call.peer() in self._places:
                return self._places[call.peer()]
            distinct = list({tuple(sorted(place.items())): place for place in self._places.values()}.values())
        if len(distinct) != 1:
            raise SandboxError(
                "this connection has not been configured: the sandbox can't tell which provider is calling"
            )
        return distinct[0]

    @contextmanager
    def _answering(self, call: Call) -> Iterator[None]:
        """Refusals and faults as gRPC statuses, which the engine prints under the resource."""
        try:
            yield
        except Refused as refused:
            self._abort(call, grpc.StatusCode.FAILED_PRECONDITION, str(refused))
        except Unanswered as broken:
            self._abort(call, grpc.StatusCode.DEADLINE_EXCEEDED, str(broken))
        except Unready as unready:
            call.abort_with_status(init_failed(unready))
        except SandboxError as fault:
            self._abort(call, grpc.StatusCode.UNIMPLEMENTED, f"sandbox: {fault}")
        except Exception as fault:  # noqa: BLE001  a row's function failed: its author needs the place, the user the name
            traceback.print_exc()
            self._abort(call, grpc.StatusCode.INTERNAL, f"sandbox: a row's function failed: {fault!r}")

    @staticmethod
    def _abort(call: Call, code: grpc.StatusCode, text: str) -> NoReturn:
        call.abort(code, text)
        raise AssertionError

    def Handshake(
        self, request: provider_pb2.ProviderHandshakeRequest, context: Call
    ) -> provider_pb2.ProviderHandshakeResponse:
        return provider_pb2.ProviderHandshakeResponse(
            supports_autonaming_configuration=True, accept_secrets=True, accept_resources=False, accept_outputs=False
        )

    def GetPluginInfo(self, request: empty_pb2.Empty, context: Call) -> plugin_pb2.PluginInfo:
        return plugin_pb2.PluginInfo(version=_VERSION)

    def Attach(self, request: plugin_pb2.PluginAttach, context: Call) -> empty_pb2.Empty:
        return empty_pb2.Empty()

    def Cancel(self, request: empty_pb2.Empty, context: Call) -> empty_pb2.Empty:
        return empty_pb2.Empty()

    def CheckConfig(self, request: provider_pb2.CheckRequest, context: Call) -> provider_pb2.CheckResponse:
        failures = []
        try:
            self._lifecycle.package.place(configuration(request.news))
        except ValueError as error:
            key, _, reason = str(error).partition(": ")
            failures.append(provider_pb2.CheckFailure(property=key.rpartition(":")[2], reason=reason))
        return provider_pb2.CheckResponse(inputs=request.news, failures=failures)

    def DiffConfig(self, request: provider_pb2.DiffRequest, context: Call) -> provider_pb2.DiffResponse:
        olds, news = configuration(request.old_inputs or request.olds), configuration(request.news)
        changed = sorted(key for key in {*olds, *news} - {"version"} if olds.get(key) != news.get(key))
        changes = provider_pb2.DiffResponse.DIFF_SOME if changed else provider_pb2.DiffResponse.DIFF_NONE
        moved = [key for key in changed if key in self._lifecycle.package.moves]
        return provider_pb2.DiffResponse(changes=changes, diffs=changed, replaces=moved)

    def Configure(self, request: provider_pb2.ConfigureRequest, context: Call) -> provider_pb2.ConfigureResponse:
        try:
            place = self._lifecycle.package.place(configuration(request.args))
        except ValueError as error:
            self._abort(context, grpc.StatusCode.INVALID_ARGUMENT, str(error))
        with self._lock:
            self._places[context.peer()] = place
            self._places.move_to_end(context.peer())
            while len(self._places) > _REMEMBERED:
                self._places.popitem(last=False)
        return provider_pb2.ConfigureResponse(
            acceptSecrets=True, supportsPreview=True, supports_autonaming_configuration=True
        )

    def Check(self, request: provider_pb2.CheckRequest, context: Call) -> provider_pb2.CheckResponse:
        naming = request.autonaming
        mode = naming.Mode.Name(naming.mode)
        with self._answering(context):
            inputs, failures = self._lifecycle.check(
                self._place(context),
                _token(request.urn),
                request.urn,
                value.from_struct(request.olds),
                value.from_struct(request.news),
                request.randomSeed,
                naming.proposed_name,
                mode if request.HasField("autonaming") else "PROPOSE",
            )
        wrong = [provider_pb2.CheckFailure(property=path, reason=reason) for path, reason in failures]
        return provider_pb2.CheckResponse(inputs=value.to_struct(inputs), failures=wrong)

    def Diff(self, request: provider_pb2.DiffRequest, context: Call) -> provider_pb2.DiffResponse:
        with self._answering(context):
            row, _ = self._lifecycle.row(_token(request.urn))
            found = difference(
                self._lifecycle.package, row, value.from_struct(request.old_inputs), value.from_struct(request.news)
            )
        some, none = provider_pb2.DiffResponse.DIFF_SOME, provider_pb2.DiffResponse.DIFF_NONE
        detail = {
            path: provider_pb2.PropertyDiff(
                kind=provider_pb2.PropertyDiff.Kind.Value(f"{kind}_REPLACE" if path in found.replaces else kind),
                inputDiff=True,
            )
            for path, kind in found.changes.items()
        }
        return provider_pb2.DiffResponse(
            changes=some if found.changes else none,
            diffs=sorted({path.split(".")[0].split("[")[0] for path in found.changes}),
            replaces=sorted({path.split(".")[0].split("[")[0] for path in found.replaces}),
            detailedDiff=detail,
            hasDetailedDiff=True,
            deleteBeforeReplace=found.delete_before_replace,
        )

    def Create(self, request: provider_pb2.CreateRequest, context: Call) -> provider_pb2.CreateResponse:
        with self._answering(context):
            inputs, token, place = value.from_struct(request.properties), _token(request.urn), self._place(context)

            def act() -> tuple[str, Any]:
                return self._lifecycle.create(place, token, request.urn, inputs, preview=request.preview)

            id_, made = act() if request.preview else self._reach("create", request.urn, context, act)
        return provider_pb2.CreateResponse(id=id_, properties=value.to_struct(made))

    def Update(self, request: provider_pb2.UpdateRequest, context: Call) -> provider_pb2.UpdateResponse:
        with self._answering(context):
            olds, news = value.from_struct(request.olds), value.from_struct(request.news)
            place, where = self._place(context), (_token(request.urn), request.urn, request.id)

            def act() -> tuple[str, Any]:
                return request.id, self._lifecycle.update(place, *where, olds, news, preview=request.preview)

            _, made = act() if request.preview else self._reach("update", request.urn, context, act)
        return provider_pb2.UpdateResponse(properties=value.to_struct(made))

    def Delete(self, request: provider_pb2.DeleteRequest, context: Call) -> empty_pb2.Empty:
        with self._answering(context):
            olds = {**value.from_struct(request.old_inputs), **value.from_struct(request.properties)}
            place, where = self._place(context), (_token(request.urn), request.urn, request.id)

            def act() -> tuple[str, Any]:
                self._lifecycle.delete(place, *where, olds)
                return request.id, {}

            self._reach("delete", request.urn, context, act)
        return empty_pb2.Empty()

    def Read(self, request: provider_pb2.ReadRequest, context: Call) -> provider_pb2.ReadResponse:
        with self._answering(context):
            olds = {**value.from_struct(request.inputs), **value.from_struct(request.properties)}
            place, where = self._place(context), (_token(request.urn), request.urn, request.id)
            _, found = self._reach(
                "read", request.urn, context, lambda: (request.id, self._lifecycle.read(place, *where, olds))
            )
        if found is None:
            return provider_pb2.ReadResponse()
        inputs, made = (value.to_struct(tree) for tree in found)
        return provider_pb2.ReadResponse(id=request.id, inputs=inputs, properties=made)

    def _reach(self, operation: str, urn: str, call: Call, act: Callable[[], tuple[str, Any]]) -> tuple[str, Any]:
        """Do what reaches the cloud, with whatever fault strikes it."""
        token = _token(urn) if urn.startswith("urn:") else urn
        return self._faults.around(Request(operation=operation, token=token, urn=urn, waiting=call.is_active), act)

    def Invoke(self, request: provider_pb2.InvokeRequest, context: Call) -> provider_pb2.InvokeResponse:
        with self._answering(context):
            place, arguments = self._place(context), value.from_struct(request.args)
            _, result = self._reach(
                "invoke", request.tok, context, lambda: ("", self._lifecycle.invoke(place, request.tok, arguments))
            )
        response = provider_pb2.InvokeResponse()
        getattr(response, "return").CopyFrom(value.to_struct(result))
        return response


def _token(urn: str) -> str:
    """The resource's own type: the last of the parents' chain in `urn:pulumi:stack::project::a$b::name`."""
    return urn.split("::")[2].rpartition("$")[2]
