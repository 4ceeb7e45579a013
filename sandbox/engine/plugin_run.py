"""One plugin program under the language host: its output goes to the engine piece by piece, and it ends with the call."""

import queue
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO

import grpc
from pulumi.runtime.proto import language_pb2 as pb

from sandbox.engine.children import Child, Children
from sandbox.engine.interpreter import activated, program_interpreter
from sandbox.engine.policy_proxy import OPTIONS, PolicyProxy
from sandbox.engine.relay import Relay

ANALYZER = "analyzer"
SECONDS_TO_ANSWER = 30.0


class PluginRun:
    """The run of one plugin, for one RunPlugin call."""

    def __init__(self, children: Children, request: pb.RunPluginRequest) -> None:
        self._children = children
        self._request = request
        self._interpreter, self._variables = program_interpreter(request.info)
        self._output: queue.Queue[pb.RunPluginResponse] = queue.Queue()
        self._child: Child | None = None

    def output(self) -> Iterator[pb.RunPluginResponse]:
        """Run the plugin; the exit code is the last message."""
        if self._request.kind == ANALYZER:
            yield from self._analyzer()
            return
        child = self._begin(["-u", self._request.info.program_directory, *self._request.args], {})
        assert child.stdout is not None
        self._read(child.stdout, "stdout")
        yield from self._messages()

    def end(self) -> None:
        """End the plugin: the engine no longer wants it."""
        if self._child is None:
            self._output.put(pb.RunPluginResponse(exitcode=0))
        else:
            self._children.end(self._child)

    def _analyzer(self) -> Iterator[pb.RunPluginResponse]:
        server = grpc.server(ThreadPoolExecutor(8), options=OPTIONS)
        relay = Relay(server.add_insecure_port("127.0.0.1:0"))

        def hand_over(port: int) -> None:
            relay.target = port
            server.stop(grace=SECONDS_TO_ANSWER)  # at once for new calls; the ones under way are answered

        proxy = PolicyProxy(self._begin_pack, hand_over)
        server.add_generic_rpc_handlers((proxy,))
        server.start()
        try:
            yield pb.RunPluginResponse(stdout=f"{relay.port}\n".encode())
            yield from self._messages()
        finally:
            relay.close()
            server.stop(grace=None)
            proxy.close()

    def _begin_pack(self, environment: Mapping[str, str]) -> int:
        pack = self._request.info.program_directory
        child = self._begin(["-u", "-m", "pulumi.policy", *self._request.args, pack], environment)
        assert child.stdout is not None
        first = child.stdout.readline()  # the port; what follows are the pack's own words
        self._read(child.stdout, "stdout")
        if not first.strip().isdigit():
            raise RuntimeError(f"the policy pack {pack} ended before it listened")
        return int(first)

    def _begin(self, arguments: list[str], environment: Mapping[str, str]) -> Child:
        request = self._request
        given = dict(pair.split("=", 1) for pair in request.env)
        folder = request.info.program_directory if request.kind == ANALYZER else request.pwd
        child = self._child = self._children.start(
            [str(self._interpreter), *arguments],
            folder=Path(folder),
            environment=activated({**given, **environment}, self._variables),
            piped=True,
        )
        assert child.stderr is not None
        self._read(child.stderr, "stderr")
        return child

    def _read(self, stream: IO[bytes], name: str) -> None:
        def pump() -> None:
            for line in stream:
                self._output.put(
                    pb.RunPluginResponse(stdout=line) if name == "stdout" else pb.RunPluginResponse(stderr=line)
                )
            if name == "stdout" and self._child is not None:
                self._output.put(pb.RunPluginResponse(exitcode=self._children.wait(self._child)))

        threading.Thread(target=pump, daemon=True).start()

    def _messages(self) -> Iterator[pb.RunPluginResponse]:
        while True:
            message = self._output.get()
            yield message
            if message.WhichOneof("output") == "exitcode":
                return
