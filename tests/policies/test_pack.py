"""The pack: what each of its policies reports, once, and in which words."""

from dataclasses import replace
from datetime import date
from pathlib import Path
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

from policies.pack import Pack as PolicyPack
from tests.policies.organisation import SUPPLIED

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


def Pack(waivers: Path | None = None) -> PolicyPack:  # noqa: N802 - the pack of a stack whose organisation supplies all it can
    pack = PolicyPack(waivers, date(2026, 11, 25))
    pack._exceptions = replace(pack._exceptions, inherited=SUPPLIED)
    return pack


def run(
    pack: PolicyPack, resource_args: ResourceValidationArgs, *stack: PolicyResource
) -> tuple[Reports, Reports, Reports]:
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
        "data-object-versioning",
        "gov-data-lifecycle-erasure",
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
    args, resource = one("aws:glue/job:Job", "job")
    first, second, third = run(Pack(), args, resource)
    assert [message.partition("]")[0][1:] for message, _ in first] == ["resource-unclassified"]
    assert (second, third) == ([], [])


def test_messages_are_japanese_where_the_environment_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "ja_JP.UTF-8")
    args, resource = key(enableKeyRotation=False)
    message = (
        "[crypto-key-rotation] 暗号鍵の自動更新\n鍵 key は自動更新されません。365 日以内の自動更新を設定してください。"
    )
    assert run(Pack(), args, resource)[0] == [(message, args.urn)]


def test_violations_are_mandatory_and_only_the_lists_are_advice() -> None:
    levels = [policy.enforcement_level for policy in Pack().policies()]
    assert levels == [*[EnforcementLevel.MANDATORY] * 2, *[EnforcementLevel.ADVISORY] * 2]


WAIVER = """
[[waiver]]
rule = "crypto-key-rotation"
resource = "{resource}"
reason = "更新は手順書による"
owner = "o"
approver = "a"
approved = 2026-11-01
expires = {expires}
"""


def waivers(folder: Path, resource: str = "urn:pulumi:*::key", expires: str = "2026-11-25") -> Path:
    path = folder / "waivers.toml"
    path.write_text(WAIVER.format(resource=resource, expires=expires), encoding="utf-8")
    return path


def listed(pack: PolicyPack, stack: PolicyResource) -> Reports:
    found = Reports()
    pack.policies()[3].validate(StackValidationArgs([stack]), found)
    return Reports(one for one in found if "Inherited from" not in one[0])


def test_a_waiver_in_force_stops_nothing_and_is_listed(tmp_path: Path) -> None:
    pack = Pack(waivers(tmp_path))
    args, resource = key(enableKeyRotation=False)
    assert run(pack, args, resource) == ([], [], [])
    message = (
        "[crypto-key-rotation] Waived until 2026-11-25 (owner o, approved by a on 2026-11-01): 更新は手順書による"
        " Key key never rotates. Set automatic rotation, at most 365 days."
    )
    assert listed(pack, resource) == [(message, args.urn)]


def test_without_a_waiver_nothing_is_listed() -> None:
    pack = Pack()
    args, resource = key()
    run(pack, args, resource)
    assert listed(pack, resource) == []


def test_an_expired_waiver_stops_the_run_with_its_date(tmp_path: Path) -> None:
    args, resource = key(enableKeyRotation=False)
    [(message, _)], second, _ = run(Pack(waivers(tmp_path, expires="2026-11-24")), args, resource)
    assert message.endswith("at most 365 days. The waiver of o expired on 2026-11-24.")
    assert second == []


def test_a_waiver_that_covers_nothing_stops_the_run(tmp_path: Path) -> None:
    args, resource = key()
    first, second, _ = run(Pack(waivers(tmp_path)), args, resource)
    root = f"{STACK}pulumi:pulumi:Stack::machikumo-011002-resident-record-production"
    idle = (
        "waiver crypto-key-rotation @ urn:pulumi:*::key: nothing it covers is violated or unknown."
        " Remove it, or mend rule or resource."
    )
    assert (first, second) == ([], [(idle, root)])


def test_a_wrong_file_stops_the_run_once_and_nothing_in_it_counts(tmp_path: Path) -> None:
    pack = Pack(waivers(tmp_path, resource="*"))
    args, resource = key(enableKeyRotation=False)
    first, second, _ = run(pack, args, resource)
    assert [message.partition(":")[0] for message, _ in first] == [
        f"{tmp_path}/waivers.toml",
        "[crypto-key-rotation] Encryption keys rotate automatically at least every 365 days.\nKey key never rotates. Set automatic rotation, at most 365 days.",
    ]
    assert second == []
