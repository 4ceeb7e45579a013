"""What components cost: registering the workload through them, against the same resources registered by hand.

Run by hand: `.machikumo/venv/bin/python tests/benchmarks/kit_overhead.py`. Each sample is a process of its own, in which the
program runs on the SDK's own mock monitor; CPU seconds of the registration alone are compared, pair by pair. Target ratio: 1.3.
"""

import asyncio
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

import pulumi
import yaml

ROOT = Path(__file__).parents[2]
CLOUDS = ("aws", "azure", "gcp", "oci")
PAIRS = 5
STACK = "011002-resident-record-production"


class Recorder(pulumi.runtime.Mocks):
    """Answers every registration with its own inputs and remembers it."""

    def __init__(self) -> None:
        self.seen: list[dict[str, Any]] = []

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        if args.custom and not args.typ.startswith("pulumi:"):
            self.seen.append({"type": args.typ, "name": args.name, "inputs": args.inputs})
        return f"{args.name}-id", {**args.inputs, **{key: f"{args.name}-{key}" for key in ("arn", "name")}}

    def call(self, args: pulumi.runtime.MockCallArgs) -> dict[str, Any]:
        return {**args.args, **json.loads(os.environ.get("BENCHMARK_CALLS", "{}")).get(args.token, {})}


def configure(cloud: str) -> None:
    values = yaml.safe_load((ROOT / "stacks" / "config" / f"Pulumi.{STACK}.yaml").read_text())["config"]
    texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in values.items()}
    texts |= {"machikumo:cloud": cloud, "machikumo:database_password": "benchmark-only-password"}
    pulumi.runtime.set_all_config(texts, ["machikumo:database_password"])


def classes() -> dict[str, type[pulumi.CustomResource]]:
    found: dict[str, type[pulumi.CustomResource]] = {}
    todo = list(pulumi.CustomResource.__subclasses__())
    while todo:
        kind = todo.pop()
        todo += kind.__subclasses__()
        if "pulumi_type" in vars(kind):
            found[kind.pulumi_type] = kind
    return found


def by_components(cloud: str) -> None:
    from stacks import settings, workload

    wanted = settings.load()
    workload.deploy(import_module(f"stacks.{cloud}").land(wanted), wanted)


def by_hand(cloud: str, recorded: list[dict[str, Any]]) -> None:
    import_module(f"stacks.{cloud}")
    kinds = classes()
    for one in recorded:
        kind = kinds[one["type"]]

        kind(one["name"], opts=None, **{_snake(key): value for key, value in one["inputs"].items()})


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def sample(way: str, cloud: str, file: str) -> None:
    recorder = Recorder()
    pulumi.runtime.set_mocks(recorder, project="machikumo", stack=STACK, preview=False)
    configure(cloud)
    import_module(f"stacks.{cloud}")  # the SDK's import is the same for both and is not counted
    recorded = json.loads(Path(file).read_text()) if way == "hand" else []
    started = time.process_time()
    program = (lambda: by_hand(cloud, recorded)) if way == "hand" else (lambda: by_components(cloud))
    pulumi.runtime.test(program)()
    seconds = time.process_time() - started
    if way == "components":
        Path(file).write_text(json.dumps(recorder.seen, default=str))
    print(json.dumps({"seconds": seconds, "resources": len(recorder.seen)}))


def main() -> None:
    asyncio.set_event_loop(asyncio.new_event_loop())
    if len(sys.argv) > 1:
        sample(*sys.argv[1:])
        return
    print("cloud  resources  components/hand (median of pairs)")
    for cloud in CLOUDS:
        ratios, count = [], 0
        with tempfile.TemporaryDirectory() as folder:
            for _ in range(PAIRS):
                pair = []
                for way in ("components", "hand"):
                    command = [sys.executable, __file__, way, cloud, str(Path(folder) / "recorded.json")]
                    ran = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True)
                    pair.append(json.loads(ran.stdout.splitlines()[-1]))
                ratios.append(pair[0]["seconds"] / pair[1]["seconds"])
                count = pair[0]["resources"]
        print(f"{cloud:<6} {count:>9}  {statistics.median(ratios):.2f}  ({min(ratios):.2f} to {max(ratios):.2f})")


if __name__ == "__main__":
    main()
