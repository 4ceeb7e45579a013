"""Pulumi's Python language host for an engine that was built here; an official CLI brings its own.

Over the SDK's own gRPC stubs. Started by the engine, it prints the port it listens on; it ends, with every process it
started, on SIGINT, on SIGTERM, and when the engine is gone.

It serves what the engine needs to run programs and policy packs. Not here: debuggers, tracing, code generation, and the
list of required plugins (the engine finds a provider when the program first names it).
"""

# ruff: noqa: N802 (the methods are named by the protocol)

import json
import os
import platform
import signal
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import distributions, version
from pathlib import Path

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import language_pb2 as pb
from pulumi.runtime.proto import plugin_pb2
from pulumi.runtime.proto.language_pb2_grpc import LanguageRuntimeServicer, add_LanguageRuntimeServicer_to_server

from sandbox.engine.children import Children
from sandbox.engine.interpreter import RuntimeOptionError, activated, program_interpreter
from sandbox.engine.plugin_run import PluginRun
from sandbox.engine.policy_proxy import OPTIONS

SHOWN_ALREADY = 32
"""The executor's exit code for: the program failed, and its message has reached the person."""

SECONDS_BETWEEN_LOOKS = 0.2


class LanguageHost(LanguageRuntimeServicer):
    """Runs Python programs and plugins for one engine."""

    def __init__(self, *, executor: Path, engine: str, children: Children) -> None:
        self._executor = executor
        self._engine = engine
        self._children = children

    def Handshake(
        self, request: pb.LanguageHandshakeRequest, context: grpc.ServicerContext
    ) -> pb.LanguageHandshakeResponse:
        """Learn the engine's address."""
        del context
        self._engine = request.engine_address or self._engine
        return pb.LanguageHandshakeResponse()

    def GetPluginInfo(self, request: Empty, context: grpc.ServicerContext) -> plugin_pb2.PluginInfo:
        """Return the version of the SDK that this host is made of."""
        del request, context
        return plugin_pb2.PluginInfo(version=version("pulumi"))

    def GetRequiredPackages(
        self, request: pb.GetRequiredPackagesRequest, context: grpc.ServicerContext
    ) -> pb.GetRequiredPackagesResponse:
        """Name no package: a provider is found when the program first names it."""
        del request, context
        return pb.GetRequiredPackagesResponse()

    def GetRequiredPlugins(
        self, request: pb.GetRequiredPluginsRequest, context: grpc.ServicerContext
    ) -> pb.GetRequiredPluginsResponse:
        """Name no plugin: the older form of GetRequiredPackages."""
        del request, context
        return pb.GetRequiredPluginsResponse()

    def About(self, request: pb.AboutRequest, context: grpc.ServicerContext) -> pb.AboutResponse:
        """Return the interpreter, for `pulumi about`."""
        del request, context
        return pb.AboutResponse(executable=sys.executable, version=platform.python_version())

    def GetProgramDependencies(
        self, request: pb.GetProgramDependenciesRequest, context: grpc.ServicerContext
    ) -> pb.GetProgramDependenciesResponse:
        """Return what is installed, for `pulumi about`."""
        del request, context
        installed = sorted((found.name, found.version) for found in distributions())
        return pb.GetProgramDependenciesResponse(
            dependencies=[pb.DependencyInfo(name=name, version=number) for name, number in installed]
        )

    def InstallDependencies(
        self, request: pb.InstallDependenciesRequest, context: grpc.ServicerContext
    ) -> Iterator[pb.InstallDependenciesResponse]:
        """Install nothing: the launcher installs from the lock, with hashes."""
        del request, context
        yield pb.InstallDependenciesResponse(
            stdout=b"dependencies come from requirements.lock: run ./machikumo doctor\n"
        )

    def Run(self, request: pb.RunRequest, context: grpc.ServicerContext) -> pb.RunResponse:
        """Run a program to its end under the SDK's executor; its output is the host's own."""
        try:
            interpreter, variables = program_interpreter(request.info)
        except RuntimeOptionError as error:
            return pb.RunResponse(error=str(error))
        settings = {
            "monitor": request.monitor_address,
            "engine": self._engine,
            "project": request.project,
            "root_directory": request.info.root_directory,
            "stack": request.stack,
            "pwd": request.pwd,
            "dry_run": "true" if request.dryRun else "false",
            "parallel": str(request.parallel),
            "organization": request.organization,
        }
        flags = [word for name, value in settings.items() if value for word in (f"--{name}", value)]
        environment = {
            **os.environ,
            "PULUMI_CONFIG": json.dumps(dict(request.config)),
            "PULUMI_CONFIG_SECRET_KEYS": json.dumps(list(request.configSecretKeys)),
        }
        child = self._children.start(
            [str(interpreter), "-u", str(self._executor), *flags, request.info.entry_point or ".", *request.args],
            folder=Path(request.pwd or request.info.program_directory),
            environment=activated(environment, variables),
            piped=False,
        )
        context.add_callback(lambda: self._children.end(child))
        code = self._children.wait(child)
        if code == SHOWN_ALREADY:
            return pb.RunResponse(bail=True)
        return pb.RunResponse(error="" if code == 0 else f"Program exited with non-zero exit code: {code}")

    def RunPlugin(self, request: pb.RunPluginRequest, context: grpc.ServicerContext) -> Iterator[pb.RunPluginResponse]:
        """Run a policy pack (or another plugin written in Python) until the engine ends the call."""
        try:
            run = PluginRun(self._children, request)
        except RuntimeOptionError as error:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(error))
            raise  # abort never returns
        context.add_callback(run.end)
        yield from run.output()


def main(arguments: list[str]) -> None:
    """Serve until told to end; `arguments`: the executor's path, then what the engine gives (its address, flags)."""
    executor, *rest = arguments
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    parent = os.getppid()
    children = Children()
    engine = next((word for word in rest if not word.startswith("-")), "")
    server = grpc.server(ThreadPoolExecutor(32), options=OPTIONS)
    add_LanguageRuntimeServicer_to_server(
        LanguageHost(executor=Path(executor), engine=engine, children=children), server
    )
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)  # noqa: T201 # how the engine learns it
    while not ended.wait(SECONDS_BETWEEN_LOOKS) and os.getppid() == parent:
        pass
    children.end_all()
    os._exit(0)  # a pool's threads would otherwise keep the process until their calls end


if __name__ == "__main__":
    main(sys.argv[1:])
