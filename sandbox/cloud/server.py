"""The running sandbox: one process, a port for each package, one state folder."""

from collections.abc import Mapping
from concurrent import futures
from pathlib import Path
from typing import Final

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from sandbox.cloud.aws import PACKAGE as AWS
from sandbox.cloud.azure import PACKAGE as AZURE
from sandbox.cloud.faults import Faults
from sandbox.cloud.gcp import PACKAGE as GCP
from sandbox.cloud.lifecycle import Lifecycle
from sandbox.cloud.oci import PACKAGE as OCI
from sandbox.cloud.package import Package
from sandbox.cloud.patience import PATIENCE
from sandbox.cloud.provider import Provider
from sandbox.cloud.store import Store

PACKAGES: Final[tuple[Package, ...]] = (AWS, AZURE, GCP, OCI)
# The engine's own limit, so that no state is too large for the sandbox alone.
_MESSAGE_BYTES: Final = 400 << 20


class Server:
    """Serves `packages` on 127.0.0.1 from the state in `folder`; `ports` by package name, as PULUMI_DEBUG_PROVIDERS wants them."""

    def __init__(self, folder: Path, packages: tuple[Package, ...] = PACKAGES) -> None:
        self._store = Store(folder)
        self._servers: list[grpc.Server] = []
        self._faults: list[Faults] = []
        self.ports: Mapping[str, int] = {package.name: self._serve(package) for package in packages}

    def _serve(self, package: Package) -> int:
        limits = [("grpc.max_receive_message_length", _MESSAGE_BYTES), ("grpc.max_send_message_length", _MESSAGE_BYTES)]
        server = grpc.server(futures.ThreadPoolExecutor(8, thread_name_prefix=package.name), options=limits)
        faults = Faults(self._store, PATIENCE[package.name])
        provider_pb2_grpc.add_ResourceProviderServicer_to_server(
            Provider(Lifecycle(package, self._store), faults), server
        )
        self._faults.append(faults)
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        self._servers.append(server)
        return port

    def stop(self) -> None:
        """Let running calls end (two seconds at most), then close the state."""
        for stopped in [server.stop(2) for server in self._servers]:
            stopped.wait()
        for faults in self._faults:
            faults.close()
        self._store.close()
