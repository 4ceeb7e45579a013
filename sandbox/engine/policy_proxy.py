"""A policy pack starts with its stack's configuration in the environment, as under the official language host.

The engine first opens the analyzer and only then says for which stack (`ConfigureStack`), while the SDK reads project,
stack and configuration from the environment of its process. So this proxy answers the first call itself and starts the
pack when it knows the stack. From then on the engine speaks with the pack: the call that named the stack is the last on
the proxy's connection (gRPC's graceful end), and the next connection leads to the pack.
"""

import json
import threading
from collections.abc import Callable, Mapping
from typing import cast

import grpc
from pulumi.runtime.proto import analyzer_pb2 as pb

SERVICE = "/pulumirpc.Analyzer/"
OPTIONS = (("grpc.max_receive_message_length", 400 << 20), ("grpc.max_send_message_length", 400 << 20))


def stack_environment(request: pb.AnalyzerStackConfigureRequest) -> dict[str, str]:
    """Return the variables from which the policy SDK learns the stack."""
    named = {
        "PULUMI_ORGANIZATION": request.organization,
        "PULUMI_PROJECT": request.project,
        "PULUMI_STACK": request.stack,
    }
    return {
        **{name: value for name, value in named.items() if value},
        "PULUMI_DRY_RUN": "true" if request.dry_run else "false",
        "PULUMI_CONFIG": json.dumps(dict(request.config)),
    }


class PolicyProxy(grpc.GenericRpcHandler):  # type: ignore[type-arg] # generic in its stubs only
    """Every method of the analyzer service.

    `start` starts the pack with these additional variables and returns the port it listens on; it is called once.
    `hand_over` is called with that port when the engine may speak with the pack itself.
    """

    def __init__(self, start: Callable[[Mapping[str, str]], int], hand_over: Callable[[int], None]) -> None:
        self._start = start
        self._hand_over = hand_over
        self._port = 0
        self._starting = threading.Lock()
        self._handshake: bytes | None = None
        self._channel: grpc.Channel | None = None

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> "grpc.RpcMethodHandler[bytes, bytes] | None":
        """Return how one method is answered: the two opening ones here, any other by the pack."""
        method = handler_call_details.method
        if not method.startswith(SERVICE):
            return None
        opening = {f"{SERVICE}Handshake": self._keep_handshake, f"{SERVICE}ConfigureStack": self._configure}
        return grpc.unary_unary_rpc_method_handler(opening.get(method, self._passing_on(method)))

    def close(self) -> None:
        """Close the connection to the pack."""
        if self._channel is not None:
            self._channel.close()

    def _keep_handshake(self, request: bytes, context: grpc.ServicerContext) -> bytes:
        del context
        self._handshake = request
        return pb.AnalyzerHandshakeResponse().SerializeToString()

    def _configure(self, request: bytes, context: grpc.ServicerContext) -> bytes:
        self._pack(stack_environment(pb.AnalyzerStackConfigureRequest.FromString(request)))
        answer = self._passing_on(f"{SERVICE}ConfigureStack")(request, context)
        self._hand_over(self._port)
        return answer

    def _passing_on(self, method: str) -> Callable[[bytes, grpc.ServicerContext], bytes]:
        def pass_on(request: bytes, context: grpc.ServicerContext) -> bytes:
            try:
                return self._ask(method, request)
            except grpc.RpcError as error:
                failed = cast("grpc.Call", error)
                context.abort(failed.code(), failed.details() or "")
                raise  # abort never returns

        return pass_on

    def _ask(self, method: str, request: bytes) -> bytes:
        return cast("bytes", self._pack({}).unary_unary(method, None, None)(request))

    def _pack(self, environment: Mapping[str, str]) -> grpc.Channel:
        with self._starting:
            if self._channel is None:
                self._port = self._start(environment)
                self._channel = grpc.insecure_channel(f"127.0.0.1:{self._port}", options=OPTIONS)
                if self._handshake is not None:
                    self._greet(self._channel, self._handshake)
            return self._channel

    @staticmethod
    def _greet(channel: grpc.Channel, handshake: bytes) -> None:
        try:
            channel.unary_unary(f"{SERVICE}Handshake", None, None)(handshake, wait_for_ready=True)
        except grpc.RpcError as error:
            if (
                cast("grpc.Call", error).code() is not grpc.StatusCode.UNIMPLEMENTED
            ):  # pulumi-policy 1.21 knows no handshake
                raise
