"""The ready workflow files: right by their services' schemas, pinned, with the least rights, and their script does what it says."""

import json
import os
import re
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from tests.policies.state_files import ONE_ZONE, OPEN_QUESTION, file, state

CI = Path(__file__).parents[2] / "docs" / "ci"


def read(name: str) -> Any:
    text = (CI / f"{name}.yml").read_text(encoding="utf-8")
    return {"on" if key is True else key: value for key, value in yaml.safe_load(text).items()}  # YAML 1.1: on is true


def schema(name: str) -> Any:
    folder = files("check_jsonschema").joinpath("builtin_schemas/vendor")
    return json.loads(folder.joinpath(f"{name}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("name", "service"), [("github", "github-workflows"), ("gitlab", "gitlab-ci")])
def test_the_file_keeps_the_services_schema(name: str, service: str) -> None:
    validator = jsonschema.Draft7Validator(schema(service))
    assert [error.message for error in validator.iter_errors(read(name))] == []
    broken = json.loads(
        json.dumps(read(name)).replace('"path": "judged"', '"path": []').replace('"when"', '"whenever"')
    )
    broken = json.loads(json.dumps(broken).replace('"runs-on"', '"runs_on"'))
    assert list(validator.iter_errors(broken)) != []


def test_github_gets_pinned_actions_and_no_right_but_these() -> None:
    workflow = read("github")
    assert workflow["permissions"] == {}
    [job] = workflow["jobs"].values()
    assert job["permissions"] == {"contents": "read", "security-events": "write"}
    used = re.findall(r"uses: (\S+)(.*)", (CI / "github.yml").read_text(encoding="utf-8").partition("\non:")[2])
    assert [action.partition("@")[0] for action, _ in used] == [
        "actions/checkout",
        "actions/download-artifact",
        "github/codeql-action/upload-sarif",
        "actions/upload-artifact",
    ]
    for action, note in used:
        assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", action), action
        assert re.fullmatch(r" # v\d+\.\d+\.\d+", note), note
    checkout = job["steps"][0]
    assert checkout["with"] == {"persist-credentials": False}


def scripts() -> dict[str, str]:
    [github] = [step["run"] for step in read("github")["jobs"]["check"]["steps"] if "run" in step]
    [gitlab] = read("gitlab")["machikumo-check"]["script"]
    return {"github": github, "gitlab": gitlab}


def test_no_expression_is_pasted_into_a_script() -> None:
    assert [script for script in scripts().values() if "${{" in script] == []


@pytest.mark.parametrize("service", ["github", "gitlab"])
@pytest.mark.parametrize(
    ("documents", "code"), [((), 3), ((state(),), 0), ((state(ONE_ZONE),), 1), ((state(OPEN_QUESTION),), 2)]
)
def test_the_script_writes_both_reports_and_ends_with_the_checks_code(
    service: str, documents: tuple[Any, ...], code: int, tmp_path: Path
) -> None:
    (tmp_path / "judged").mkdir()
    for number, document in enumerate(documents):
        file(tmp_path / "judged", document, f"{number}.json")
    (tmp_path / "machikumo").symlink_to(Path(sys.prefix) / "bin" / "machikumo")
    environment = {**os.environ, "LC_ALL": "C"}
    environment.pop("MACHIKUMO_WAIVERS", None)
    ran = subprocess.run(
        ["/bin/sh", "-e", "-c", scripts()[service]],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == code, ran.stderr
    kept = set(read("gitlab")["machikumo-check"]["artifacts"]["paths"])
    assert {path.name for path in tmp_path.glob("check.*")} == kept == {"check.sarif", "check.xml"}
    assert "violated" in ran.stdout
