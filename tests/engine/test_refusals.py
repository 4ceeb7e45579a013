"""What is refused before anything is registered: a wrong setting, and a component that the policy pack finds weak."""

from collections.abc import Callable
from pathlib import Path

import pytest

from operations.engine import Engine
from sandbox.cloud import drift
from tests.engine.conftest import CLOUDS, VERIFICATION

pytestmark = pytest.mark.engine

BROKEN = '''\
"""The workload with one input changed on its way to the engine: what a careless change of a component would do."""
import runpy

import pulumi

TOKEN, CHANGE = {token!r}, {change!r}


def weaken(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
    if args.type_ != TOKEN:
        return None
    return pulumi.ResourceTransformResult(props={{**args.props, **CHANGE}}, opts=args.opts)


pulumi.runtime.register_resource_transform(weaken)
runpy.run_path({program!r}, run_name="__main__")
'''

WEAK = {
    "aws": ("aws:rds/instance:Instance", {"publiclyAccessible": True}, "net-database-not-public"),
    "azure": (
        "azure-native:storage:StorageAccount",
        {"allowBlobPublicAccess": True},
        "net-object-storage-not-public",
    ),
    "gcp": ("gcp:storage/bucket:Bucket", {"publicAccessPrevention": "inherited"}, "net-object-storage-not-public"),
    "oci": ("oci:ObjectStorage/bucket:Bucket", {"accessType": "ObjectRead"}, "net-object-storage-not-public"),
}
"""Per cloud: the type that is weakened, the input, and the rule that must stop it."""


WRONG = {"cloud": "sakura", "clod": "aws", "body_name": "旭川市", "body_code": "011003", "network_cidr": "8.8.8.0/24"}


def test_a_wrong_setting_is_one_message_and_nothing_is_registered(stack: Callable[..., Engine], tmp_path: Path) -> None:
    engine = stack(VERIFICATION, "aws")
    file = engine.project / f"Pulumi.{VERIFICATION}.yaml"
    right = file.read_text()
    for key, value in WRONG.items():
        engine.set_config(f"machikumo:{key}", value)
        refused = engine.up(check=False)
        output = refused.stdout + refused.stderr
        assert (refused.code != 0, f"machikumo:{key}" in output, "Traceback" in output) == (True, True, False), output
        assert drift.contents(tmp_path / "cloud") == []
        assert [r["type"] for r in engine.export()["deployment"].get("resources", [])] in ([], ["pulumi:pulumi:Stack"])
        file.write_text(right)


@pytest.mark.parametrize("cloud", CLOUDS)
def test_a_broken_component_is_stopped_by_the_pack_before_anything_is_made(
    cloud: str, stack: Callable[..., Engine], tmp_path: Path
) -> None:
    token, change, rule = WEAK[cloud]
    engine = stack(VERIFICATION, cloud, policies=True)
    project = engine.project / "Pulumi.yaml"
    program = next(line.split(": ", 1)[1] for line in project.read_text().splitlines() if line.startswith("main: "))
    broken = engine.project / "broken.py"
    broken.write_text(BROKEN.format(token=token, change=change, program=str((engine.project / program).resolve())))
    project.write_text(project.read_text().replace(f"main: {program}", "main: broken.py"))

    stopped = engine.up(check=False)
    assert stopped.code != 0
    assert drift.contents(tmp_path / "cloud") == []
    mandatory = [violation for violation in stopped.violations if violation["enforcementLevel"] == "mandatory"]
    assert {violation["message"].count(rule) > 0 for violation in mandatory} == {True}


def test_the_checkouts_own_project_file_and_pack_work(engine: Path, tmp_path: Path) -> None:
    """A person's own way: `pulumi stack init`, `config set`, `preview`, in a clone, with the project file as it is."""
    import os
    import subprocess
    import sys

    from operations.environment import ROOT, engine_environment
    from operations.sandbox_process import running_sandbox

    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    (clone / ".machikumo").mkdir()
    (clone / ".machikumo" / "venv").symlink_to(sys.prefix)
    with running_sandbox(tmp_path / "cloud") as ports:
        environment = engine_environment(engine=engine, ports=ports, state=tmp_path / "state", passphrase="")
        environment["PYTHONPATH"] = os.pathsep.join([str(clone)])
        person = Engine(project=clone, stack=VERIFICATION, environment=environment, policy_pack=clone / "policies")
        person.init()
        person.set_config("machikumo:database_password", "only-for-this-test", secret=True)
        assert person.preview().changes.keys() == {"create"}
