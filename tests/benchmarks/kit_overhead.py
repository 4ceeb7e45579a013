"""What components cost: registering the workload through them, against the same resources registered by hand.

Run by hand: `./machikumo doctor && .machikumo/venv/bin/python tests/benchmarks/kit_overhead.py`. The workload is deployed once on the
sandbox; its state then answers every registration of both ways (the SDK's own mock monitor), so that both see the same values.
Each sample is a process of its own; CPU seconds of the registrations alone are compared, pair by pair. Target ratio: 1.3.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path
from typing import Any

import grpc
import pulumi
from google.protobuf import json_format, struct_pb2
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from operations.engine import Engine
from operations.environment import ROOT, engine_folder
from operations.example import example
from operations.sandbox_process import running_sandbox

CLOUDS = ("aws", "azure", "gcp", "oci")
PAIRS = 5
STACK = "011002-resident-record-production"
SECRET = "4dabf18193072939515e22adb298388d"


class Answers(pulumi.runtime.Mocks):
    """Answers a registration with what the real engine left in the state, a data source with what the sandbox says."""

    def __init__(self, recorded: list[dict[str, Any]], ports: dict[str, int], asked_before: Path) -> None:
        self._known = {(one["type"], one["name"]): one for one in recorded}
        self._ports = ports
        self._file = asked_before
        self._answers: dict[str, Any] = json.loads(asked_before.read_text()) if asked_before.exists() else {}

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        one = self._known.get((args.typ, args.name))
        return (one["id"], one["outputs"]) if one else (f"{args.name}-id", dict(args.inputs))

    def call(self, args: pulumi.runtime.MockCallArgs) -> dict[str, Any]:
        key = f"{args.token} {json.dumps(args.args, sort_keys=True)}"
        if key in self._answers:
            return dict(self._answers[key])
        asked = struct_pb2.Struct()
        asked.update(args.args)
        with grpc.insecure_channel(f"127.0.0.1:{self._ports[args.token.split(':')[0]]}") as channel:
            stub = provider_pb2_grpc.ResourceProviderStub(channel)
            answer = stub.Invoke(provider_pb2.InvokeRequest(tok=args.token, args=asked))
        found: dict[str, Any] = json_format.MessageToDict(getattr(answer, "return"))
        self._answers[key] = found
        self._file.write_text(json.dumps(self._answers))
        return found


def plain(value: Any) -> Any:
    """Without envelopes of secrets: their values do not matter for the time."""
    if isinstance(value, dict):
        return "secret" if SECRET in value else {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


def deployed(engine: Engine) -> list[dict[str, Any]]:
    engine.up("--skip-preview")
    return [
        {
            "type": one["type"],
            "name": one["urn"].rsplit("::", 1)[-1],
            "id": one["id"],
            "inputs": {k: plain(v) for k, v in one["inputs"].items() if not k.startswith("__")},
            "outputs": plain(one["outputs"]),
        }
        for one in engine.export()["deployment"]["resources"]
        if one.get("custom") and not one["type"].startswith("pulumi:")
    ]


def sdk_class(token: str) -> type[pulumi.CustomResource]:
    package, module, name = token.split(":")
    found: type[pulumi.CustomResource] = getattr(
        import_module(f"pulumi_{package.replace('-', '_')}.{module.split('/')[0].lower()}"), name
    )
    return found


def python_name(kind: type[pulumi.CustomResource], name: str) -> str:
    snake = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
    properties = {
        getter.fget._pulumi_name: python
        for python, getter in vars(kind).items()
        if isinstance(getter, property) and hasattr(getter.fget, "_pulumi_name")
    }
    found = properties.get(name, snake)
    # `resource_name` is every constructor's first argument: an input of that name ends in an underscore.
    return f"{found}_" if found == "resource_name" else found


def by_hand(recorded: list[dict[str, Any]]) -> None:
    for one in recorded:
        kind = sdk_class(one["type"])
        kind(one["name"], **{python_name(kind, name): value for name, value in one["inputs"].items()})


def by_components(cloud: str) -> None:
    from stacks import settings, workload
    from stacks.sides import sides

    (side,) = sides(settings.load())
    workload.deploy(import_module(f"stacks.{cloud}").land(side), side)


def sample(way: str, cloud: str, file: str) -> None:
    given = json.loads(Path(file).read_text())
    pulumi.runtime.set_mocks(
        Answers(given["resources"], given["ports"], Path(file).with_name("asked.json")),
        project="machikumo",
        stack=STACK,
        preview=False,
    )
    pulumi.runtime.set_all_config(given["config"], ["machikumo:database_password"])
    os.environ["PULUMI_CONFIG"] = json.dumps(given["config"])
    # The SDK's import is the same for both and is not counted.
    import_module(f"stacks.{cloud}")
    for one in given["resources"]:
        sdk_class(one["type"])
    program = (lambda: by_hand(given["resources"])) if way == "hand" else (lambda: by_components(cloud))
    started = time.process_time()
    pulumi.runtime.test(program)()
    print(json.dumps(time.process_time() - started), flush=True)
    os._exit(0)  # the event loops of the mock runtime complain when they are collected; the sample is taken


def measure(cloud: str, engine: Path, folder: Path) -> tuple[int, list[float]]:
    with running_sandbox(folder / "cloud") as ports:
        stack = example(STACK, cloud=cloud, folder=folder / "stack", engine=engine, ports=ports, policies=False)
        resources = deployed(stack)
        shown = json.loads(stack.run("config", "--json", "--show-secrets", "-s", STACK).stdout)
        config = {key: entry["value"] for key, entry in shown.items()}
        file = folder / "given.json"
        file.write_text(json.dumps({"resources": resources, "ports": dict(ports), "config": config}))
        ratios = []
        for _ in range(PAIRS + 1):
            pair = []
            for way in ("components", "hand"):
                command = [sys.executable, __file__, way, cloud, str(file)]
                ran = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True)
                pair.append(float(ran.stdout.splitlines()[-1]))
            ratios.append(pair[0] / pair[1])
    return len(resources), ratios[1:]  # the first pair also asked the sandbox for the data sources


def main() -> None:
    if sys.argv[1:2] in (["components"], ["hand"]):
        sample(*sys.argv[1:])
        return
    engine = engine_folder()
    print("cloud  resources  components/hand: median of pairs (range)")
    for cloud in sys.argv[1:] or CLOUDS:
        with tempfile.TemporaryDirectory() as folder:
            count, ratios = measure(cloud, engine, Path(folder))
        print(
            f"{cloud:<6} {count:>9}  {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})",
            flush=True,
        )


if __name__ == "__main__":
    main()
