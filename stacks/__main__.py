"""The program that the engine runs: settings, landing unit, workload."""

import gc
from importlib import import_module

import pulumi

from stacks import settings, workload
from stacks.sides import sides
from stacks.stage import StageReached


def main() -> None:
    """Deploy the workload of this stack; a refused setting ends the run before anything is registered."""
    gc.disable()  # loading an SDK makes millions of objects and no garbage; a quarter of the time is looking for it
    wanted = settings.load()
    settings.refuse_passwords(wanted)
    reached = settings.refuse_changes(wanted)
    outputs: dict[str, pulumi.Output[str]] = {}
    for side in sides(wanted):
        cloud = import_module(f"stacks.{side.settings.cloud}").land(side)
        made = workload.deploy(cloud, side)
        outputs |= {side.prefix + key: value for key, value in made.items()}
    for key, value in outputs.items():
        pulumi.export(key, value)
    if reached is not None:
        StageReached(reached, after=outputs)


main()
