"""The pack: what each of its policies reports, once, and in which words."""

from typing import Any

import pytest
from pulumi_policy import (
    EnforcementLevel,
    PolicyProviderResource,
    PolicyResource,
    PolicyResourceOptions,
    ResourceValidationArgs,
    StackValidationArgs,
)
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE, unknown_checking_proxy

from policies.pack import Pack

TAGS = dict.fromkeys(["municipality-code", "system-id", "environment", "accounting-line", "stack"], "x")
STACK = "urn:pulumi:011002-resident-record-production::machikumo::"
KEY = "aws:kms/key:Key"


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C")


def one(
    token: str, name: str, region: str = "ap-northeast-1", **properties: Any
) -> tuple[ResourceValidationArgs, PolicyResource]:
    provider = PolicyProviderResource("pulumi:providers:aws", unknown_checking_proxy({"region": region}), "urn:p", "p")
    opts = PolicyResourceOptions(False, [], None, [], None, [], "")
    props = unknown_checking_proxy({"tags": TAGS, **properties})
    urn = f"{STACK}{token}::{name}"
    return ResourceValidationArgs(token, props, urn, name, opts, provider), PolicyResource(
        token, props, urn, name, opts, provider, None, [], {}
    )


def key(**properties: Any) -> tuple[ResourceValidationArgs, PolicyResource]:
    return one(KEY, "key", **{"enableKeyRotation": True, "policy": '{"Statement": []}', **properties})


class Reports(list[tuple[str, str | None]]):
    def __call__(self, message: str, urn: str | None = None) -> None:
        self.append((message, urn))


def run(pack: Pack, resource_args: ResourceValidationArgs, *stack: PolicyResource) -> tuple[Reports, Reports, Reports]:
    found = Reports(), Reports(), Reports()
    policies = pack.policies()
    policies[0].validate(resource_args, found[0])
    args = StackValidationArgs(list(stack))
    policies[1].validate(args, found[1])
    policies[2].validate(args, found[2])
    return found


def test_a_resource_that_keeps_the_rules_is_reported_by_nobody() -> None:
    args, resource = key()
    assert run(Pack(), args, resource) == ([], [], [])


def test_what_one_resource_shows_is_reported_before_it_exists_and_not_repeated_by_the_stack() -> None:
    args, resource = key(enableKeyRotation=False)
    message = (
        "[crypto-key-rotation] Encryption keys rotate automatically at least every 365 days.\n"
        "Key key never rotates. Set automatic rotation, at most 365 days."
    )
    assert run(Pack(), args, resource) == ([(message, args.urn)], [], [])


def test_what_only_the_stack_shows_is_reported_by_the_stack_policy() -> None:
    args, resource = one("aws:s3/bucket:Bucket", "records")
    first, second, third = run(Pack(), args, resource)
    assert first == []
    assert {message.partition("]")[0][1:] for message, _ in second} == {
        "crypto-object-storage-cmk",
        "data-object-retention",
        "log-object-access",
        "net-object-storage-not-public",
        "tls-storage-required",
    }
    assert {urn for _, urn in second} == {args.urn}
    assert third == []


def test_what_is_unknown_is_listed_as_advice_and_never_passed_in_silence() -> None:
    args, resource = key(enableKeyRotation=UNKNOWN_STRING_VALUE, deletionWindowInDays=UNKNOWN_STRING_VALUE)
    message = "[crypto-key-rotation, crypto-key-deletion-guard] It cannot be told yet for key: unknown rotation_days, deletion_wait_days."
    assert run(Pack(), args, resource) == ([], [], [(message, args.urn)])


def test_an_unclassified_type_is_stopped_before_it_exists() -> None:
    args, resource = one("aws:sqs/queue:Queue", "queue")
    first, second, third = run(Pack(), args, resource)
    assert [message.partition("]")[0][1:] for message, _ in first] == ["gov-classified-types"]
    assert (second, third) == ([], [])


def test_messages_are_japanese_where_the_environment_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "ja_JP.UTF-8")
    args, resource = key(enableKeyRotation=False)
    message = (
        "[crypto-key-rotation] 暗号鍵の自動更新\n鍵 key は自動更新されません。365 日以内の自動更新を設定してください。"
    )
    assert run(Pack(), args, resource)[0] == [(message, args.urn)]


def test_violations_are_mandatory_and_only_the_list_of_unknowns_is_advice() -> None:
    levels = [policy.enforcement_level for policy in Pack().policies()]
    assert levels == [EnforcementLevel.MANDATORY, EnforcementLevel.MANDATORY, EnforcementLevel.ADVISORY]
