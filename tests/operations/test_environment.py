"""An engine run on the sandbox sees nothing of the person's accounts, and no secret travels on a command line."""

import json
import os
import sys
from pathlib import Path

import pytest

from operations.engine import Engine
from operations.environment import PRIVATE, engine_environment, engine_folder

RECORDER = f"""#!{sys.executable}
import json, os, sys
json.dump([sys.argv[1:], sys.stdin.read()], open(os.environ["RECORD"], "w"))
"""


def test_the_environment_is_offline_private_and_attached_to_the_sandbox(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.startswith(("PULUMI_", "MACHIKUMO_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PATH", "/usr/bin")
    environment = engine_environment(engine=Path("/engine"), ports={"gcp": 2, "aws": 1}, state=tmp_path / "stacks")
    ours = {name: value for name, value in environment.items() if name.startswith(("PULUMI_", "MACHIKUMO_", "PATH"))}
    assert ours == {
        "PATH": "/engine:/usr/bin",
        "PULUMI_HOME": str(PRIVATE / "home"),
        "PULUMI_BACKEND_URL": f"{(tmp_path / 'stacks').as_uri()}?metadata=skip",
        "PULUMI_CONFIG_PASSPHRASE": "",
        "PULUMI_DEBUG_PROVIDERS": "aws:1,gcp:2",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_DISABLE_REGISTRY_RESOLVE": "true",
        "PULUMI_DEBUG_COMMANDS": "true",
        "MACHIKUMO_ENGINE": "/engine",
        "MACHIKUMO_PYTHON": sys.executable,
    }
    assert (tmp_path / "stacks").is_dir()


@pytest.mark.parametrize(
    "name",
    [
        "PULUMI_ACCESS_TOKEN",
        "AWS_SECRET_ACCESS_KEY",
        "ARM_CLIENT_SECRET",
        "AZURE_CONFIG_DIR",
        "GOOGLE_CREDENTIALS",
        "OCI_CLI_PROFILE",
    ],
)
def test_no_account_of_the_person_reaches_the_sandbox(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "the person's")
    assert name not in engine_environment(engine=Path("/engine"), ports={}, state=tmp_path)


def test_a_secret_goes_to_the_engine_by_standard_input_only(tmp_path: Path) -> None:
    (tmp_path / "pulumi").write_text(RECORDER)
    (tmp_path / "pulumi").chmod(0o755)
    environment = {"PATH": str(tmp_path), "RECORD": str(tmp_path / "record")}
    engine = Engine(project=tmp_path, stack="a-stack", environment=environment, config_file=tmp_path / "stack.yaml")
    engine.set_config("machikumo:password", "hunter2", secret=True)
    arguments, given = json.loads((tmp_path / "record").read_text())
    flags = ["-s", "a-stack", "--config-file", str(tmp_path / "stack.yaml"), "--non-interactive", "--color", "never"]
    assert arguments == ["config", "set", "machikumo:password", "--secret", *flags]
    assert given == "hunter2"


def test_an_engine_that_was_looked_up_is_not_looked_up_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pulumi").write_text("")
    monkeypatch.setenv("MACHIKUMO_ENGINE", str(tmp_path))
    assert engine_folder() == tmp_path
