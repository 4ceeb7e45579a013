"""Changes out of band: Read tells them, Diff finds them, and they ask no guard."""

import json
from pathlib import Path

import pytest

from sandbox.cloud import drift
from sandbox.cloud.value import Secret
from tests.sandbox.conftest import KEY, LOGS, Caller


def test_a_changed_property_is_seen_by_read_and_repaired_by_an_update(aws: Caller, state: Path) -> None:
    id_, outputs = aws.create(KEY, {"tags": {"owner": "town"}, "enableKeyRotation": True})
    wanted, _ = aws.check(KEY, {"tags": {"owner": "town"}, "enableKeyRotation": True})
    drift.put(state, id_, "tags.owner", "other")
    drift.put(state, outputs["arn"], "enableKeyRotation", value=False)
    _, inputs, now = aws.read(KEY, id_)
    assert (now["tags"], now["enableKeyRotation"]) == ({"owner": "other"}, False)
    assert set(aws.diff(KEY, inputs, wanted).detailedDiff) == {"tags.owner", "enableKeyRotation"}
    assert aws.update(KEY, id_, now, wanted) == outputs


def test_a_property_that_was_not_asked_for_can_be_added_and_removed(aws: Caller, state: Path) -> None:
    id_, _ = aws.create(KEY, {})
    drift.add(state, id_, {"description": "console"})
    assert aws.read(KEY, id_)[1]["description"] == "console"
    drift.put(state, id_, "description", None, remove=True)
    assert "description" not in aws.read(KEY, id_)[1]


def test_a_drifted_secret_stays_secret(aws: Caller, state: Path) -> None:
    id_, _ = aws.create(KEY, {"description": Secret("hidden")})
    drift.put(state, id_, "description", "other")
    assert aws.read(KEY, id_)[2]["description"] == Secret("other")


def test_a_deleted_object_is_gone_whatever_guards_it(aws: Caller, state: Path) -> None:
    id_, _ = aws.create(LOGS, {"name": "audit", "skipDestroy": True})
    drift.delete(state, id_)
    assert aws.read(LOGS, id_)[0] == ""
    assert drift.contents(state) == []


def test_a_store_that_holds_something_is_not_deleted(aws: Caller, state: Path) -> None:
    id_, _ = aws.create(LOGS, {"name": "audit"})
    drift.put(state, id_, "hidden.objects", 3)
    assert aws.refusal(aws.delete, LOGS, id_) == "audit is not empty"
    assert "objects" not in aws.read(LOGS, id_)[2]
    drift.put(state, id_, "hidden.objects", 0)
    aws.delete(LOGS, id_)
    assert drift.contents(state) == []


def test_who_or_what_is_not_there_is_an_error(aws: Caller, state: Path) -> None:
    id_, _ = aws.create(KEY, {})
    with pytest.raises(LookupError, match="names 0 objects"):
        drift.delete(state, "nobody")
    with pytest.raises(LookupError, match="has no property 'colour'"):
        drift.put(state, id_, "colour", "red")


def test_the_command_lists_sets_and_deletes(aws: Caller, state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    id_, _ = aws.create(KEY, {"description": "old"})
    assert drift.main(["--state", str(state), "set", id_, "description", json.dumps("new")]) == 0
    assert drift.main(["--state", str(state), "list"]) == 0
    token, listed, outputs = capsys.readouterr().out.strip().split("\t")
    assert (token, listed, json.loads(outputs)["description"]) == (KEY, id_, "new")
    assert drift.main(["--state", str(state), "books"]) == 0
    assert json.loads(capsys.readouterr().out) == [[aws.urn(KEY), id_]]
    assert drift.main(["--state", str(state), "delete", aws.urn(KEY)]) == 0
    assert drift.main(["--state", str(state), "delete", id_]) == 1
    assert "names 0 objects" in capsys.readouterr().err
