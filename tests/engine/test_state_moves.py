"""The state carried to another backend by the real engine: the same state under another passphrase, whatever interrupts."""

import json
import multiprocessing
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3  # type: ignore[import-untyped]
import pytest
import yaml
from moto.server import ThreadedMotoServer

from operations import swap
from operations.engine import Engine, EngineError
from operations.environment import engine_environment
from operations.swap.receipts import chain
from operations.swap.stack_file import StackFile
from operations.swap.state_move import StateMove

pytestmark = pytest.mark.engine

STACK = "011002-resident-record-production"
SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "plaintext": '"In-The-State-7"'}
STEPS = (
    (StateMove, "_hand_over"),
    (StateMove, "_plain"),
    (StackFile, "encrypted_anew"),
    (StateMove, "end"),
)
"""Each is done after something that a kill leaves behind: the empty stack, the imported state, the other name, the receipt."""


class Ground:
    """A stack with a secret in its state and one in its settings, in a backend of its own."""

    def __init__(self, folder: Path, engine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.receipts = folder, folder / "receipts"
        self._environment = engine_environment(
            engine=engine, ports={}, state=folder / "old", passphrase="first-Phrase-1"
        )
        (folder / "phrase").write_text("second-Phrase-2")
        for name, value in self._environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.delenv("PULUMI_DEBUG_PROVIDERS")
        project = folder / "project"
        project.mkdir()
        (project / "Pulumi.yaml").write_text("name: machikumo\nruntime: python\n")
        self.file = project / f"Pulumi.{STACK}.yaml"
        self.old = Engine(project=project, stack=STACK, environment=self._environment)
        self.old.run("stack", "init", STACK, "--no-select")
        self.old.set_config("machikumo:database_password", "In-The-File-8", secret=True)
        self.old.set_config("machikumo:cloud", "aws")
        urn = f"urn:pulumi:{STACK}::machikumo::machikumo:swap:StageReached::swap"
        stage: dict[str, Any] = {"urn": urn, "custom": False, "type": "machikumo:swap:StageReached"}
        state = self.old.export()
        state["deployment"]["resources"] = [{**stage, "outputs": {"stage": "settle", "password": SECRET}}]
        self.old.replace(state)

    def engine(self, backend: str) -> Engine:
        """The stack as a person finds it in the new backend, with the new passphrase."""
        phrase = {"PULUMI_CONFIG_PASSPHRASE": "second-Phrase-2", "PULUMI_BACKEND_URL": backend}
        return Engine(project=self.file.parent, stack=STACK, environment={**self._environment, **phrase})

    def words(self, backend: str) -> list[str]:
        phrase = ("--secrets-provider", "passphrase", "--passphrase-file", str(self.folder / "phrase"))
        return ["move-state", str(self.file), "--to-backend", backend, *phrase, "--receipts", str(self.receipts)]

    def moved(self, backend: str) -> None:
        """All of it is there, opened by the new passphrase alone; the old copy has the other name, and no secret lies about."""
        new = self.engine(backend)
        (resource,) = json.loads(new.run("stack", "export", "--show-secrets", "-s", STACK).stdout)["deployment"][
            "resources"
        ]
        assert resource["outputs"]["stage"] == "settle"
        assert resource["outputs"]["password"]["plaintext"] == SECRET["plaintext"]
        assert new.run("config", "get", "machikumo:database_password", "-s", STACK).stdout.strip() == "In-The-File-8"
        assert yaml.safe_load(self.file.read_text())["config"]["machikumo:cloud"] == "aws"
        with pytest.raises(EngineError, match="no stack named"):
            self.old.run("preview", "-s", STACK)
        assert [one["name"] for one in json.loads(self.old.run("stack", "ls", "--json").stdout)] == [f"{STACK}-moved"]
        (receipt,) = chain(self.receipts)
        assert (receipt.step, receipt.counts) == ("move-state", {"resources": 1, "secrets": 1})
        assert [file.name for file in (self.receipts / "former-settings").iterdir()] == [f"Pulumi.{STACK}-moved.yaml"]
        written = [file for file in self.folder.rglob("*") if file.is_file()]
        assert [file for file in written if b"In-The-" in file.read_bytes()] == []
        assert not (self.receipts / ".state").exists()


@pytest.fixture
def ground(tmp_path: Path, engine: Path, monkeypatch: pytest.MonkeyPatch) -> Ground:
    return Ground(tmp_path, engine, monkeypatch)


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    _, port = server.get_host_and_port()
    for name, value in {"ACCESS_KEY_ID": "a", "SECRET_ACCESS_KEY": "b", "REGION": "ap-northeast-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    client = boto3.client("s3", endpoint_url=f"http://127.0.0.1:{port}", region_name="ap-northeast-1")
    client.create_bucket(Bucket="state", CreateBucketConfiguration={"LocationConstraint": "ap-northeast-1"})
    yield f"s3://state?endpoint=127.0.0.1:{port}&disableSSL=true&s3ForcePathStyle=true&region=ap-northeast-1"
    server.stop()


def test_the_state_goes_to_a_bucket_and_its_old_copy_is_no_stack_any_more(
    ground: Ground, bucket: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert swap.main(ground.words(bucket)) == 0
    ground._environment |= {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
    ground.moved(bucket)
    assert swap.main(ground.words(bucket)) == 0
    ground.moved(bucket)
    told = capfd.readouterr()
    assert "In-The-" not in told.out + told.err


@pytest.mark.parametrize(("owner", "step"), STEPS, ids=[step for _, step in STEPS])
def test_a_move_of_the_state_that_is_killed_is_given_again(
    ground: Ground, monkeypatch: pytest.MonkeyPatch, owner: type, step: str
) -> None:
    (ground.folder / "new").mkdir()
    line = ground.words((ground.folder / "new").as_uri())
    with monkeypatch.context() as patch:
        patch.setattr(owner, step, lambda *_: os.kill(os.getpid(), signal.SIGKILL))
        killed = multiprocessing.get_context("fork").Process(target=swap.main, args=(line,))
        killed.start()
        killed.join()
    assert killed.exitcode == -signal.SIGKILL
    assert swap.main(line) == 0
    ground.moved((ground.folder / "new").as_uri())


def test_a_stack_of_that_name_that_is_not_this_moves_is_left_alone(
    ground: Ground, capsys: pytest.CaptureFixture[str]
) -> None:
    (ground.folder / "new").mkdir()
    backend = (ground.folder / "new").as_uri()
    elsewhere = ground.folder / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "Pulumi.yaml").write_text("name: machikumo\nruntime: python\n")
    ground.engine(backend).run("stack", "init", STACK, "--no-select", "--cwd", str(elsewhere))
    for _ in range(2):
        assert swap.main(ground.words(backend)) == 2
        assert f"a stack {STACK} that this move did not put there" in capsys.readouterr().err
    assert ground.old.export()["deployment"]["resources"]
