"""The house's rules: who imports whom, how long a file may be, what a token looks like, what must not be written down."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CLOUDS = ("aws", "azure", "gcp", "oci")
ROOMS = ("components", "stacks", "policies", "operations", "sandbox")
CAPABILITIES = sorted(
    path.stem for path in (ROOT / "components").glob("*.py") if not path.stem.startswith("_") and path.stem != "cloud"
)


def files(*rooms: str) -> Iterator[Path]:
    for room in rooms:
        yield from sorted((ROOT / room).rglob("*.py"))


def budget(path: Path) -> int:
    inside = path.relative_to(ROOT)
    return 150 if inside.parts[0] == "components" or inside.parts[:2] == ("policies", "rules") else 250


def test_the_import_contracts_are_kept() -> None:
    program = Path(sys.executable).parent / "lint-imports"
    ran = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout


def test_no_file_is_longer_than_its_budget() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in files(*ROOMS)}
    assert {name: length for name, length in lengths.items() if length > budget(ROOT / name)} == {}


@pytest.mark.parametrize("cloud", CLOUDS)
def test_every_cloud_has_a_file_for_every_capability_and_no_other(cloud: str) -> None:
    folder = ROOT / "components" / cloud
    found = sorted(path.stem for path in folder.iterdir() if not path.stem.startswith("_"))
    assert found == CAPABILITIES


@pytest.mark.parametrize("cloud", CLOUDS)
@pytest.mark.parametrize("capability", CAPABILITIES)
def test_type_tokens_are_literals_that_name_cloud_and_class(cloud: str, capability: str) -> None:
    name = "".join(word.capitalize() for word in capability.split("_"))
    path = ROOT / "components" / cloud / f"{capability}.py"
    sources = [path] if path.exists() else sorted((ROOT / "components" / cloud / capability).glob("*.py"))
    trees = [ast.parse(source.read_text()) for source in sources]
    literals = {
        node.value
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("machikumo:")
    }
    assert literals == {f"machikumo:{cloud}:{name}"}


def test_no_code_asks_which_cloud_it_is_on() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in files("components", "stacks", "policies")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.search(r"""\b(if|elif)\b.*\bcloud\b\s*(==|is|in)\s*([({\[]?\s*["']|Cloud\.)""", line)
    ]
    assert found == []


def test_no_file_is_a_drawer_for_everything() -> None:
    drawers = {"utils", "util", "helper", "helpers", "manager", "base", "common", "handler", "misc", "spec", "props"}
    assert [str(path.relative_to(ROOT)) for path in files(*ROOMS, "tests") if path.stem.strip("_") in drawers] == []


def test_nothing_that_is_kept_names_a_machine_or_claims_conformity() -> None:
    kept = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    forbidden = re.compile(
        r"(?:^|[\s\"'=(`])/(?:work|farm|root|home)/|index-url\s*=|GOPROXY=|ISMAP\s*準拠|ISMAP[ -]certified",
        re.MULTILINE,
    )
    texts = {
        name: ROOT / name
        for name in kept
        if name.endswith((".py", ".md", ".toml", ".yaml", ".sh", "machikumo", "lock"))
    }
    own = str(Path(__file__).relative_to(ROOT))
    assert [n for n, p in texts.items() if n != own and p.exists() and forbidden.search(p.read_text())] == []


@pytest.mark.parametrize(
    "module", ["components", "stacks.settings", "policies.state", "operations.__main__", "sandbox.cloud"]
)
def test_an_import_reads_no_clock_no_configuration_and_starts_nothing(module: str) -> None:
    program = f"""
import socket, sys, threading, time
def refuse(*_args, **_words): raise AssertionError("an import opened a socket")
socket.socket.connect = refuse
before = set(threading.enumerate())
import {module}
assert set(threading.enumerate()) == before, "an import started a thread"
assert not [name for name in sys.modules if name in ("pulumi_aws", "pulumi_azure_native", "pulumi_gcp", "pulumi_oci")]
"""
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
