"""Our language host, through its own protocol and under the real engine."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import grpc
import pytest
from google.protobuf.empty_pb2 import Empty
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import language_pb2 as pb
from pulumi.runtime.proto.language_pb2_grpc import LanguageRuntimeStub

from operations.engine import Engine, EngineError
from operations.environment import engine_environment, engine_folder
from sandbox.engine.warm import warm_programs

HOST = (sys.executable, "-P", "-m", "sandbox.engine.language_host", "/nonexistent/executor", "127.0.0.1:1")
VENV = {"toolchain": "pip", "virtualenv": sys.prefix}


@pytest.fixture
def host() -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(HOST, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()


@pytest.fixture
def stub(host: subprocess.Popen[str]) -> Iterator[LanguageRuntimeStub]:
    assert host.stdout is not None
    with grpc.insecure_channel(f"127.0.0.1:{int(host.stdout.readline())}") as channel:
        yield LanguageRuntimeStub(channel)


def _plugin(folder: Path, text: str, options: dict[str, str]) -> pb.RunPluginRequest:
    (folder / "__main__.py").write_text(text)
    given = Struct()
    given.update(options)
    info = pb.ProgramInfo(root_directory=str(folder), program_directory=str(folder), entry_point=".", options=given)
    return pb.RunPluginRequest(kind="resource", pwd=str(folder), info=info, env=["GIVEN=by the engine"], args=["one"])


def test_a_plugin_runs_in_the_named_virtual_environment_with_what_the_engine_gives(
    stub: LanguageRuntimeStub, tmp_path: Path
) -> None:
    text = "import os, sys; print(sys.argv[1:], os.environ['GIVEN'], os.environ['VIRTUAL_ENV']); sys.exit(7)"
    answers = list(stub.RunPlugin(_plugin(tmp_path, text, VENV)))
    assert b"".join(answer.stdout for answer in answers) == f"['one'] by the engine {sys.prefix}\n".encode()
    assert [answer.exitcode for answer in answers if answer.HasField("exitcode")] == [7]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"toolchain": "poetry"}, "serves toolchain 'pip'"),
        ({"typechecker": "mypy"}, "serves toolchain 'pip'"),
        ({"virtualenv": "missing"}, "is no virtual environment"),
    ],
)
def test_an_option_that_is_not_served_is_refused(
    options: dict[str, str], words: str, stub: LanguageRuntimeStub, tmp_path: Path
) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        list(stub.RunPlugin(_plugin(tmp_path, "", options)))
    assert caught.value.code() is grpc.StatusCode.FAILED_PRECONDITION
    assert words in str(caught.value.details())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_host_ends_quietly_on_a_signal(
    number: signal.Signals, host: subprocess.Popen[str], stub: LanguageRuntimeStub
) -> None:
    stub.GetPluginInfo(Empty())
    host.send_signal(number)
    assert host.wait(20) == 0
    assert host.stderr is not None
    assert host.stderr.read() == ""


def test_a_plugin_ends_with_the_host(host: subprocess.Popen[str], stub: LanguageRuntimeStub, tmp_path: Path) -> None:
    text = "import os, time; print(os.getpid()); time.sleep(600)"
    plugin = int(next(iter(stub.RunPlugin(_plugin(tmp_path, text, VENV)))).stdout)
    host.terminate()
    host.wait(20)
    with pytest.raises(ProcessLookupError):
        os.kill(plugin, 0)


def test_the_host_ends_when_its_engine_is_killed() -> None:
    starter = f"import subprocess, time; subprocess.Popen({HOST!r}); time.sleep(600)"
    with subprocess.Popen([sys.executable, "-c", starter], stdout=subprocess.PIPE, text=True) as engine:
        assert engine.stdout is not None
        assert int(engine.stdout.readline()) > 0
        engine.kill()
        assert engine.stdout.read() == ""  # the host held the pipe open: it is gone


PROGRAM = """
import pulumi
pulumi.ComponentResource("probe:index:Thing", "thing")
pulumi.export("answer", pulumi.Config().require("answer"))
pulumi.export("hidden", pulumi.Config().require_secret("hidden"))
"""

PACK = """
import pulumi
from pulumi_policy import EnforcementLevel, PolicyPack, StackValidationPolicy

def says(arguments, report):
    report(f"{pulumi.get_project()} {pulumi.get_stack()} {pulumi.Config('probe').require('answer')}")

level = EnforcementLevel.MANDATORY
PolicyPack("pack", policies=[StackValidationPolicy("says", "Says what it knows.", says, level)], enforcement_level=level)
"""


@pytest.fixture(params=["cold", "warm"])
def project(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """A program and a policy pack, with an interpreter started for each run, and with copies of a warm one."""
    runtime = f"runtime:\n  name: python\n  options: {{toolchain: pip, virtualenv: {sys.prefix}}}\n"
    for folder, settings, program in (("program", f"name: probe\n{runtime}", PROGRAM), ("pack", runtime, PACK)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / ("Pulumi.yaml" if folder == "program" else "PulumiPolicy.yaml")).write_text(settings)
        (tmp_path / folder / "__main__.py").write_text(program)
    (tmp_path / "stack.yaml").write_text("config:\n  probe:answer: '42'\n")
    with warm_programs() if request.param == "warm" else nullcontext():
        yield tmp_path


def _engine(project: Path, policy_pack: Path | None = None) -> Engine:
    return Engine(
        project=project / "program",
        stack="dev",
        environment=engine_environment(engine=engine_folder(), ports={}, state=project / "state"),
        config_file=project / "stack.yaml",
        policy_pack=policy_pack,
    )


@pytest.mark.engine
def test_the_engine_runs_a_program_with_its_settings_and_secrets(project: Path) -> None:
    engine = _engine(project)
    engine.init()
    engine.set_config("hidden", "a secret", secret=True)
    assert engine.up().changes == {"create": 2}
    assert engine.outputs() == {"answer": "42", "hidden": "[secret]"}
    assert engine.outputs(show_secrets=True) == {"answer": "42", "hidden": "a secret"}
    assert engine.preview("--expect-no-changes").changes == {"same": 2}
    assert engine.destroy().changes == {"delete": 2}
    engine.remove()
    assert {path.name for path in (project / "program").iterdir()} - {"__pycache__"} == {"Pulumi.yaml", "__main__.py"}
    assert "a secret" not in (project / "stack.yaml").read_text()


@pytest.mark.engine
def test_a_mandatory_policy_knows_its_stack_and_stops_the_run_before_anything_is_created(project: Path) -> None:
    engine = _engine(project, policy_pack=project / "pack")
    engine.init()
    engine.set_config("hidden", "a secret", secret=True)
    with pytest.raises(EngineError) as caught:
        engine.up()
    assert [(found["policyName"], found["enforcementLevel"]) for found in caught.value.result.violations] == [
        ("says", "mandatory")
    ]
    assert caught.value.result.violations[0]["message"].splitlines()[1] == "probe dev 42"
    assert "resources" not in engine.export()["deployment"]
