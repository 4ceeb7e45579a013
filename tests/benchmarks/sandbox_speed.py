"""How fast the local cloud is when it is full: `python -m tests.benchmarks.sandbox_speed [RESOURCES]`.

A deployed AWS stack's resources are made again for one account after another, until the cloud holds RESOURCES (10,000) of them:
every call as the engine makes it, through the protocol. Prints the medians of Check and Create of the first and of the last
thousand, their ratio, and how long the server takes to start on the full cloud.
"""

import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import grpc
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from operations.environment import engine_folder
from operations.example import example
from operations.sandbox_process import running_sandbox
from sandbox.cloud import value
from sandbox.cloud.server import Server

STACK = "011002-resident-record-verification"
ACCOUNT = "111122223333"
WINDOW = 1000


def deployed(folder: Path) -> list[dict[str, Any]]:
    """The custom resources of a deployed stack, in the order in which they were made, and their providers' places."""
    with running_sandbox(folder / "cloud") as ports:
        stack = example(
            STACK, cloud="aws", folder=folder / "stack", engine=engine_folder(), ports=ports, policies=False
        )
        stack.up("--skip-preview")
        state = json.loads(stack.run("stack", "export", "-s", STACK, "--show-secrets").stdout)
    return [r for r in state["deployment"]["resources"] if r["custom"]]


class Account:
    """One more account that gets a copy of every resource."""

    def __init__(self, port: int, number: int) -> None:
        self.id = str(10**11 + number)
        self._known = {ACCOUNT: self.id}
        channel = grpc.insecure_channel(f"127.0.0.1:{port}", options=[("grpc.use_local_subchannel_pool", 1)])
        self.stub = provider_pb2_grpc.ResourceProviderStub(channel)
        self.stub.Configure(
            provider_pb2.ConfigureRequest(
                args=value.to_struct({"region": "ap-northeast-1", "allowedAccountIds": json.dumps([self.id])})
            )
        )

    def make(self, resource: dict[str, Any]) -> tuple[float, float]:
        """Seconds of Check and of Create."""
        filled = set(resource["inputs"].get("__defaults", ()))
        text = json.dumps({k: v for k, v in resource["inputs"].items() if k not in filled and k != "__defaults"})
        for old in sorted(self._known, key=len, reverse=True):
            text = text.replace(old, self._known[old])
        news = value.to_struct(value.decode(json.loads(text)))
        started = time.perf_counter()
        checked = self.stub.Check(
            provider_pb2.CheckRequest(urn=resource["urn"], news=news, randomSeed=self.id.encode())
        )
        between = time.perf_counter()
        assert not checked.failures, (resource["urn"], checked.failures)
        made = self.stub.Create(provider_pb2.CreateRequest(urn=resource["urn"], properties=checked.inputs))
        ended = time.perf_counter()
        outputs = value.reveal(value.from_struct(made.properties))
        self._known[resource["id"]] = made.id
        for name, old in resource["outputs"].items():
            if isinstance(old, str) and len(old) > 7 and outputs.get(name) not in (None, old):
                self._known[old] = outputs[name]
        return between - started, ended - between


def main(wanted: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        resources = [r for r in deployed(Path(folder) / "one") if not r["type"].startswith("pulumi:")]
        state = Path(folder) / "full"
        started = time.perf_counter()
        server = Server(state)
        print(f"start, empty: {time.perf_counter() - started:.2f} s (target 2)")
        checks: list[float] = []
        creates: list[float] = []
        account = 0
        while len(creates) < wanted:
            caller, account = Account(server.ports["aws"], account), account + 1
            for resource in resources:
                check, create = caller.make(resource)
                checks.append(check)
                creates.append(create)
        server.stop()
        for name, seconds in (("Check", checks), ("Create", creates)):
            first, last = (1000 * statistics.median(part) for part in (seconds[:WINDOW], seconds[-WINDOW:]))
            worst = 1000 * statistics.quantiles(seconds[-WINDOW:], n=100)[98]
            print(
                f"{name}: median {last:.2f} ms of the last {WINDOW} of {len(seconds)} (target 5), 99th percentile {worst:.1f} ms, "
                f"ratio to the first {WINDOW}: {last / first:.2f}"
            )
        started = time.perf_counter()
        with running_sandbox(state):
            print(f"start of the process, full: {time.perf_counter() - started:.2f} s (target 2)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
