"""Rules against the contracts, and their own neutrality."""

import ast
import importlib
import re
import sys
from pathlib import Path

import components.cloud
from policies.facts import EXTRACTORS
from policies.rules import RULES

POLICIES = Path(__file__).parents[2] / "policies"
OVER_ALL_RESOURCES = {"region_in_japan", "tags_complete", "classified"}
CLOUD_WORDS = re.compile(
    r"\b(aws|amazon|azure|microsoft|gcp|google|oci|oracle|sakura|s3|rds|kms|ec2|vnet|vpc|vcn|nsg|bucket|ismap)\b",
    re.IGNORECASE,
)


def contract_promises() -> set[str]:
    return {
        f"{contract.__module__.rpartition('.')[2]}.{promise}"
        for contract in components.cloud.CAPABILITIES
        for promise in contract.PROMISES
    }


def test_every_promise_has_a_rule_and_every_rule_names_a_promise_that_exists() -> None:
    named = {rule.promise for rule in RULES if rule.promise}
    assert named == contract_promises() | OVER_ALL_RESOURCES


def test_no_rule_names_a_cloud_or_a_regulation() -> None:
    sources = sorted((POLICIES / "rules").glob("*.py")) + sorted((POLICIES / "facts" / "vocabulary").glob("*.py"))
    found = {
        (path.name, word.group(0))
        for path in sources
        for word in CLOUD_WORDS.finditer(path.read_text(encoding="utf-8"))
        if not (path.parent.name == "vocabulary" and word.group(0).lower() in {"bucket", "nsg"})
    }
    assert found == set()


def test_the_verifier_imports_only_the_policy_sdk_the_standard_library_and_itself() -> None:
    allowed = set(sys.stdlib_module_names) | {"pulumi_policy", "policies"}
    found = set()
    for path in POLICIES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            found |= {(path.name, name) for name in names if name.partition(".")[0] not in allowed}
    assert found == set()


def test_every_extractor_module_is_listed() -> None:
    folders = {
        path.stem for path in (POLICIES / "facts").iterdir() if (path / "__init__.py").exists() or path.suffix == ".py"
    }
    modules = {name for name in folders if hasattr(importlib.import_module(f"policies.facts.{name}"), "PACKAGE")}
    assert modules == {extractor.__name__.rpartition(".")[2] for extractor in EXTRACTORS}


def test_no_type_is_both_judged_and_inert() -> None:
    for extractor in EXTRACTORS:
        assert extractor.KNOWN & extractor.INERT.keys() == set()
        assert extractor.KNOWN | extractor.INERT.keys() >= extractor.UNTAGGABLE
        assert {
            token for token in extractor.KNOWN if token.partition(":")[0] not in {extractor.PACKAGE, *extractor.BESIDE}
        } == set()
        assert all(extractor.INERT.values())
