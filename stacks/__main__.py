"""The program that the engine runs: settings, landing unit, workload."""

from importlib import import_module

import pulumi

from stacks import settings, workload


def main() -> None:
    """Deploy the workload of this stack; a refused setting ends the run before anything is registered."""
    wanted = settings.load()
    settings.refuse_changes(wanted)
    cloud = import_module(f"stacks.{wanted.cloud}").land(wanted)
    for key, value in workload.deploy(cloud, wanted).items():
        pulumi.export(key, value)


main()
