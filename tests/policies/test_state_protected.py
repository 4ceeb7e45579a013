"""The engine's own state: what encrypts its secrets, the store that holds it, and what no state shows."""

from collections.abc import Mapping
from typing import Any

import pytest

from policies.facts import extract
from policies.facts.exported import world_of_state
from policies.facts.resources import World
from policies.facts.vocabulary import UNKNOWN, Identity, ObjectStore, StateFile
from policies.judge import Answer, Verdict, judge, judge_facts
from tests.policies import state_files
from tests.policies.bare import bare
from tests.policies.by_subject import Stack, changed

SLUG = "gov-iac-state-protected"
LOGGED = {"auditLogConfigs": [{"logType": "DATA_READ"}, {"logType": "DATA_WRITE"}], "service": "storage.googleapis.com"}
STORES: dict[str, Stack] = {
    "aws": {
        "states": ("aws:s3/bucket:Bucket", {"tags": {"purpose": "state"}}),
        "versions": (
            "aws:s3/bucketVersioning:BucketVersioning",
            {"bucket": "states", "versioningConfiguration": {"status": "Enabled"}},
        ),
        "log": ("aws:s3/bucketLogging:BucketLogging", {"bucket": "states", "targetBucket": "elsewhere"}),
    },
    "azure": {
        "states": ("azure-native:storage:StorageAccount", {"tags": {"purpose": "State"}}),
        "versions": (
            "azure-native:storage:BlobServiceProperties",
            {"accountName": "states", "isVersioningEnabled": True},
        ),
        "log": (
            "azure-native:monitor:DiagnosticSetting",
            {
                "resourceUri": "versions",
                "storageAccountId": "elsewhere",
                "logs": [{"category": f"Storage{what}", "enabled": True} for what in ("Read", "Write", "Delete")],
            },
        ),
    },
    "gcp": {
        "states": (
            "gcp:storage/bucket:Bucket",
            {"name": "states", "labels": {"purpose": "iac-state"}, "versioning": {"enabled": True}},
        ),
        "log": ("gcp:projects/iAMAuditConfig:IAMAuditConfig", LOGGED),
    },
    "oci": {
        "states": (
            "oci:ObjectStorage/bucket:Bucket",
            {"freeformTags": {"purpose": "pulumi-state"}, "versioning": "Enabled"},
        ),
        **{
            category: (
                "oci:Logging/log:Log",
                {"configuration": {"source": {"resource": "states", "service": "objectstorage", "category": category}}},
            )
            for category in ("read", "write")
        },
    },
}

FEEDS: dict[str, tuple[str, dict[str, Any]]] = {
    "aws": ("aws:cloudtrail/trail:Trail", {"s3BucketName": "states", "isMultiRegionTrail": True}),
    "azure": (
        "azure-native:monitor:DiagnosticSetting",
        {"resourceUri": "elsewhere", "storageAccountId": "states", "logs": [{"category": "audit", "enabled": True}]},
    ),
    "gcp": ("gcp:logging/projectSink:ProjectSink", {"destination": "storage.googleapis.com/states"}),
    "oci": ("oci:Sch/connector:Connector", {"target": {"kind": "objectStorage", "bucket": "states"}}),
}


def told(world: World) -> list[Verdict]:
    return [verdict for verdict in judge(world) if verdict.rule.slug == SLUG]


def world(stack: Stack, provider: str = "cloud") -> World:
    resources = [bare(token, name, properties) for name, (token, properties) in stack.items()]
    return World(resources, complete=True, secrets_provider=provider)


def answers(stack: Stack, provider: str = "cloud") -> dict[Answer, set[str]]:
    found: dict[Answer, set[str]] = {}
    for verdict in told(world(stack, provider)):
        found.setdefault(verdict.answer, set()).add("" if verdict.whole else verdict.urn.rpartition("::")[2])
    return found


def missing(stack: Stack, provider: str = "cloud") -> str:
    """The words in the message about the whole stack."""
    [message] = [one.message.en for one in told(world(stack, provider)) if one.whole]
    return message.removeprefix("Nothing in the stack shows it for ").partition(". Encrypt")[0]


@pytest.mark.parametrize("stack", STORES.values(), ids=STORES)
def test_of_a_state_that_is_kept_well_only_the_review_is_not_shown(stack: Stack) -> None:
    assert answers(stack)[Answer.UNKNOWN] == {""}
    assert Answer.VIOLATED not in answers(stack)
    assert missing(stack) == "reviewed-pipeline"


CHANGES: list[tuple[str, Mapping[str, Any], Mapping[str, Any]]] = [
    # What breaks it, what leaves it open.
    (
        "aws",
        {"versions": {"versioningConfiguration": {"status": "Suspended"}}},
        {"versions": {"versioningConfiguration": UNKNOWN}},
    ),
    ("aws", {"log": None}, {}),
    ("azure", {"versions": {"isVersioningEnabled": False}}, {"versions": {"isVersioningEnabled": UNKNOWN}}),
    ("azure", {"log": None}, {}),
    ("gcp", {"states": {"versioning": {"enabled": False}}}, {"states": {"versioning": UNKNOWN}}),
    ("gcp", {"log": None}, {"log": {"auditLogConfigs": UNKNOWN}}),
    ("oci", {"states": {"versioning": "Suspended"}}, {"states": {"versioning": UNKNOWN}}),
    ("oci", {"read": None}, {"read": {"isEnabled": UNKNOWN}}),
]


@pytest.mark.parametrize(("cloud", "broken", "open_"), CHANGES)
def test_a_store_of_states_without_versions_or_records_is_refused(cloud: str, broken: Any, open_: Any) -> None:
    assert answers(changed(STORES[cloud], broken))[Answer.VIOLATED] == {"states"}
    if open_:
        found = answers(changed(STORES[cloud], open_))
        assert (found[Answer.UNKNOWN], Answer.VIOLATED in found) == ({"", "states"}, False)


@pytest.mark.parametrize("cloud", STORES)
def test_a_tag_takes_no_rule_off_a_store_that_logs_go_into(cloud: str) -> None:
    stack = {**STORES[cloud], "fed": FEEDS[cloud]}
    stores = [fact for fact in extract(world(stack)) if isinstance(fact, ObjectStore)]
    assert [store.purpose for store in stores if store.name == "states"] == ["archive"]
    assert missing(stack) == "reviewed-pipeline, state-store"


@pytest.mark.parametrize(
    ("held", "violated"),
    [
        (frozenset({("read-objects", "records")}), {Answer.VIOLATED}),
        (frozenset({("read-objects", "other"), ("use-key", "*")}), {Answer.UNKNOWN}),
        (UNKNOWN, {Answer.UNKNOWN}),
    ],
)
def test_a_store_that_the_workload_uses_holds_no_states(held: Any, violated: set[Answer]) -> None:
    urn = f"{state_files.ROOT}::x"
    store = ObjectStore(urn=urn, role="records", purpose="state", versioned=True, access_logged=True)
    facts = [store, Identity(urn=urn, role="workload", permissions=held)]
    found = [one for one in judge_facts(facts, complete=True) if one.rule.slug == SLUG and one.whole]
    assert {one.answer for one in found} == violated


@pytest.mark.parametrize("cloud", STORES)
def test_a_store_that_does_not_say_so_holds_no_states(cloud: str) -> None:
    said = {key: {} for key in ("tags", "labels", "freeformTags")}
    assert missing(changed(STORES[cloud], {"states": said})) == "reviewed-pipeline, state-store"


@pytest.mark.parametrize(
    ("provider", "said", "violated"),
    [
        ("cloud", "reviewed-pipeline, state-store", False),
        ("passphrase", "key-service, reviewed-pipeline, state-store", False),
        ("service", "key-service, reviewed-pipeline, state-store", False),
        ("b64", "key-service, reviewed-pipeline, state-store", True),
        ("", "key-service, reviewed-pipeline, state-store", False),
        ("of-tomorrow", "key-service, reviewed-pipeline, state-store", False),
    ],
)
def test_a_state_says_what_encrypts_its_secrets(provider: str, said: str, violated: Any) -> None:
    stack: Stack = {"key": ("aws:kms/alias:Alias", {})}
    assert missing(stack, provider) == said
    assert (Answer.VIOLATED in answers(stack, provider)) is violated


def test_an_exported_state_tells_it_and_a_preview_does_not() -> None:
    exported = state_files.state()
    exported["deployment"]["secrets_providers"] = {"type": "cloud", "state": {"url": "awskms://alias/state"}}
    [state] = [fact for fact in extract(world_of_state(exported)) if isinstance(fact, StateFile)]
    assert (state.encrypted, state.key_service, state.urn) == (True, True, state_files.ROOT)
    for odd in (None, {}, {"type": None}, {"type": ["cloud"]}, "cloud", {"type": {"a": 1}}):
        exported["deployment"]["secrets_providers"] = odd
        assert [fact for fact in extract(world_of_state(exported)) if isinstance(fact, StateFile)] == []


def test_the_message_names_no_resource_but_the_cure() -> None:
    [verdict] = [
        one for one in told(world({"key": ("aws:kms/alias:Alias", {})}, "b64")) if one.answer is Answer.VIOLATED
    ]
    assert verdict.message.en == "Secrets in the state are only encoded. Change the secrets provider to a key service."
    assert not verdict.whole
