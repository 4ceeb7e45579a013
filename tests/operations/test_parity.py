"""The command `parity`: the weaker state is named, the exit code says which case it is, broken input is said."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from operations.__main__ import main

STACK = "urn:pulumi:011002-resident-record-production::machikumo::"
KEY = "aws:kms/key:Key"
POLICY = json.dumps({"Statement": []})


def entry(token: str, name: str, **inputs: Any) -> dict[str, Any]:
    return {
        "urn": f"{STACK}{token}::{name}",
        "type": token,
        "custom": True,
        "id": name,
        "inputs": inputs,
        "outputs": {},
    }


def key(**inputs: Any) -> dict[str, Any]:
    return entry(KEY, "key", enableKeyRotation=True, policy=POLICY, region="ap-northeast-1", **inputs)


SECRET = entry("azure-native:keyvault:Secret", "secret", location="japaneast")
SECRET_AWS = entry("aws:secretsmanager/secret:Secret", "secret", kmsKeyId="arn:k", region="ap-northeast-1")


def state(folder: Path, name: str, *resources: Mapping[str, Any]) -> str:
    path = folder / f"{name}.json"
    path.write_text(json.dumps({"version": 3, "deployment": {"manifest": {}, "resources": resources}}))
    return str(path)


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("COLUMNS", "220")


def test_states_that_keep_the_same_are_equal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["parity", state(tmp_path, "a", key()), state(tmp_path, "b", key())]) == 0
    assert "nothing undeclared differs" in capsys.readouterr().out


def test_the_weaker_state_is_named_with_field_and_values(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    strong = [state(tmp_path, name, key(deletionWindowInDays=30)) for name in ("a", "b")]
    weak = state(tmp_path, "weak", key(deletionWindowInDays=7))
    assert main(["parity", *strong, weak, "--format", "json"]) == 1
    given = json.loads(capsys.readouterr().out)
    assert given["equal"] is False
    assert given["differences"] == [
        {
            "thing": "Key key",
            "field": "deletion_wait_days",
            "values": {f"aws ({one})": 30, f"aws ({weak})": 7},
            "weaker": [f"aws ({weak})"],
        }
        for one in strong
    ]
    assert main(["parity", *strong, weak]) == 1
    shown = capsys.readouterr().out
    assert f"weaker: aws ({weak}) 2" in shown
    assert "Key key.deletion_wait_days" in shown


def test_a_declared_difference_is_shown_with_its_reason_and_does_not_count(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    states = [state(tmp_path, "aws", SECRET_AWS), state(tmp_path, "azure", SECRET)]
    assert main(["parity", *states, "--format", "json"]) == 0
    given = json.loads(capsys.readouterr().out)
    assert [(one["field"], one["values"], one["weaker"]) for one in given["declared"]] == [
        ("customer_key", {"aws": True, "azure": "not offered"}, ["azure"])
    ]
    assert given["declared"][0]["reasons"] == [
        {
            "cloud": "azure",
            "reason": "A vault's secrets take no customer key.",
            "promise": "secret.customer_key",
        }
    ]
    assert main(["parity", *states]) == 0
    shown = capsys.readouterr().out
    assert "declared, azure: Secret secret.customer_key: A vault's secrets take no customer key." in shown
    assert "(capability table: secret.customer_key)" in shown


def test_it_speaks_japanese_where_the_terminal_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LANG", "ja_JP.UTF-8")
    assert main(["parity", state(tmp_path, "a", key()), state(tmp_path, "b")]) == 3
    assert "一つのクラウド" in capsys.readouterr().err
    assert main(["parity", state(tmp_path, "a", key()), state(tmp_path, "b", SECRET_AWS)]) == 1
    assert "弱い側" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "not JSON"),
        ("[]", "no JSON object"),
        ("{}", "neither an exported state nor a preview"),
        ('{"deployment": {"manifest": {}, "resources": 3}}', "its resources are no list"),
        ('{"deployment": {"manifest": {}, "resources": []}}', "found: none"),
        (None, "No such file"),
    ],
)
def test_a_file_that_is_no_state_of_one_cloud_is_broken_input(
    content: str | None, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken.json"
    if content is not None:
        broken.write_text(content)
    assert main(["parity", state(tmp_path, "a", key()), str(broken)]) == 3
    refused = capsys.readouterr().err
    assert str(broken) in refused
    assert said in refused


def test_a_state_of_two_clouds_is_broken_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["parity", state(tmp_path, "a", key()), state(tmp_path, "b", key(), SECRET)]) == 3
    assert "found: aws, azure" in capsys.readouterr().err


def test_one_state_alone_is_refused_as_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["parity", state(tmp_path, "a", key())])
    assert "give two states or more" in capsys.readouterr().err
