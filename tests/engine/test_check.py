"""One verdict, whoever asks: the check on a file, `pulumi policy analyze` on the same file, the policy pack in a preview."""

import copy
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from operations.engine import COLOUR, Engine, Event
from operations.environment import ROOT, engine_environment
from policies.check import check
from policies.judge import Answer
from policies.waiver_file import VARIABLE, read_exceptions
from policies.waivers import Exceptions, today
from tests.engine.conftest import CLOUDS, PRODUCTION, Deployed
from tests.policies.organisation import SUPPLIED

pytestmark = pytest.mark.engine

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
LISTED = {"rules-not-yet-answered": "open", "exceptions-in-force": "waived"}
Said = tuple[str, str, str]
"""Answer, rule, URN."""

DATABASES = (
    "aws:rds/instance:Instance",
    "azure-native:dbforpostgresql:Server",
    "gcp:sql/databaseInstance:DatabaseInstance",
    "oci:Psql/dbSystem:DbSystem",
)
WAIVER = """
[[waiver]]
rule = "gov-mandatory-tags"
resource = "urn:pulumi:*::{name}"
reason = "r"
owner = "o"
approver = "a"
approved = {approved}
expires = {expires}
"""


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.delenv(VARIABLE, raising=False)


def by_the_pack(events: Iterable[Event]) -> set[Said]:
    found = set()
    for event in events:
        text = COLOUR.sub("", event["message"]).partition("\n")[2]
        for slug in text.partition("]")[0].removeprefix("[").split(", "):
            found.add((LISTED.get(event["policyName"], "violated"), slug, event["resourceUrn"]))
    return found


def by_the_check(path: Path, exceptions: Exceptions | None = None) -> set[Said]:
    result = check([str(path)], exceptions or read_exceptions(ROOT / "waivers.toml", today=today()), today())
    assert result.problems == ()
    words = {Answer.UNKNOWN: "open", Answer.NOT_OFFERED: "open", Answer.INHERITED: "waived"}
    return {
        (words.get(verdict.answer, str(verdict.answer)), verdict.rule.slug, verdict.urn)
        for verdict in result.judged[0].verdicts
        if verdict.answer is not Answer.HOLDS
    }


def damaged(state: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """The state with a database of which nothing is set and one value is unknown, and the database's name."""
    document = copy.deepcopy(dict(state))
    [database] = [one for one in document["deployment"]["resources"] if one["type"] in DATABASES]
    database["inputs"] = database["outputs"] = {"storageEncrypted": UNKNOWN, "settings": {"tier": UNKNOWN}}
    database["propertyDependencies"] = {}
    return document, database["urn"].rpartition("::")[2]


@pytest.mark.parametrize("cloud", CLOUDS)
def test_policy_analyze_and_the_check_say_the_same_of_a_file(
    cloud: str, deployed: Callable[[str], Deployed], engine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document, name = damaged(deployed(cloud).state)
    path = tmp_path / "state.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    waivers = tmp_path / "waivers.toml"
    day: date = today()
    waivers.write_text(WAIVER.format(name=name, approved=day - timedelta(days=1), expires=day + timedelta(days=1)))
    monkeypatch.setenv(VARIABLE, str(waivers))
    environment = engine_environment(engine=engine, ports={}, state=tmp_path / "backend")
    (tmp_path / "empty").mkdir()
    pulumi = Engine(project=tmp_path / "empty", stack="none", environment=environment)
    words = ("policy", "analyze", "--file", str(path), "--policy-pack", str(ROOT / "policies"), "--json")
    ended = pulumi.run(*words, check=False)
    events = [json.loads(line) for line in ended.stdout.splitlines() if line.startswith("{")]
    said = by_the_pack(event["policyEvent"] for event in events if "policyEvent" in event)
    assert said == by_the_check(path, read_exceptions(waivers, today=day)), ended.stderr
    assert {answer for answer, _, _ in said} >= {"violated", "waived"}
    assert ended.code != 0


@pytest.mark.parametrize("cloud", CLOUDS)
def test_the_check_on_a_previews_json_says_what_the_pack_says_in_the_preview_and_leaves_less_open(
    cloud: str, stack: Callable[..., Engine], tmp_path: Path
) -> None:
    """Of a stack that does not exist yet. The pack is shown outputs, of which a provider may leave unknown what the inputs say."""
    shown = stack(PRODUCTION, cloud, policies=True).preview("--json", "--show-sames")
    path = tmp_path / "preview.json"
    path.write_text(shown.stdout, encoding="utf-8")
    by_file, by_pack = by_the_check(path), by_the_pack(shown.violations)
    # A rule that the pack leaves open for one resource it may not answer for the stack; the file may.
    left = {slug for answer, slug, _ in by_pack - by_file if answer == "open"}
    by_file = {said for said in by_file if said[1] not in left}
    assert {said for said in by_file if said[0] != "open"} == {
        said for said in by_pack if said[0] != "open" and said[1] not in left
    }
    assert by_file <= by_pack
    assert shown.changes.keys() == {"create"}


def test_a_preview_of_what_stands_shows_what_stands(standing: Callable[[str], Engine], tmp_path: Path) -> None:
    """Its steps hold no outputs; the old states beside them do. Without `--show-sames` it is refused."""
    pulumi = standing("aws")
    path = tmp_path / "preview.json"
    path.write_text(pulumi.preview("--json", "--show-sames").stdout, encoding="utf-8")
    left = {("waived", slug) for slug in SUPPLIED.keys() - {"gov-env-separation"}}  # the program names its account
    assert {(answer, slug) for answer, slug, _ in by_the_check(path)} == left
    path.write_text(pulumi.preview("--json").stdout, encoding="utf-8")
    [problem] = check([str(path)], Exceptions(), today()).problems
    assert problem.en.endswith("write it with `pulumi preview --json --show-sames`")
