"""What the installed SDK says can be updated, and what the sandbox's OCI takes so.

OCI's documentation marks what can be changed "(Updatable)"; whatever is not marked is replaced. Where it is known from the
provider's own definitions to be otherwise, the exception says why.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import pytest

from sandbox.cloud.oci import PACKAGE
from sandbox.cloud.resource_type import ResourceType
from tests.sandbox.documentation import documented, replaced
from tests.sandbox.test_oci import (
    BACKEND,
    BUCKET,
    CONNECTOR,
    DEFAULT_LIST,
    DEFAULT_ROUTES,
    GATEWAY,
    INSTANCE,
    KEY,
    LISTENER,
    LOG,
    NSG,
    POLICY,
    ROUTES,
    RULE,
    SUBNET,
    SYSTEM,
    VAULT,
    VAULT_SECRET,
    VCN,
    Town,
    callers,
    retained,
    storage,
    system,
)

_FREE: Final = re.compile(r"\((Conditionally )?updatable\)", re.IGNORECASE)
_RULES: Final = "rules are changed one by one; the provider makes and deletes them in place"
_MADE: Final = "nothing that is asked for: the provider writes it"
_ONLY_OUT: Final = "there is no update, and the provider does not replace for it: the change does nothing"
_IPV6: Final = "addresses of IPv6 and of one's own come and go in place"
_UPDATED: Final = "the provider updates rules in place, its documentation marks nothing"
# Paths that are not marked and still are not replaced; a path stands for its parts too.
NOT_REPLACED: Final[Mapping[tuple[str, str], str]] = {
    (VCN, "byoipv6cidrDetails"): _IPV6,
    (VCN, "ipv6privateCidrBlocks"): _IPV6,
    (VCN, "isIpv6enabled"): _IPV6,
    (VCN, "isOracleGuaAllocationEnabled"): _IPV6,
    (VCN, "cidrBlock"): "deprecated for cidrBlocks, to which it may change once",
    (SUBNET, "ipv4cidrBlocks"): "ranges come and go in place",
    (GATEWAY, "services[*].serviceName"): _MADE,
    **{
        (RULE, name): _UPDATED
        for name in (
            "direction",
            "protocol",
            "description",
            "destination",
            "destinationType",
            "icmpOptions",
            "source",
            "sourceType",
            "stateless",
            "tcpOptions",
            "udpOptions",
        )
    },
    (BUCKET, "retentionRules[*].displayName"): _RULES,
    (BUCKET, "retentionRules[*].retentionRuleId"): _MADE,
    (BUCKET, "retentionRules[*].timeCreated"): _MADE,
    (BUCKET, "retentionRules[*].timeModified"): _MADE,
    (SYSTEM, "applyConfig"): "it says how a configuration is put in force",
    (SYSTEM, "applyChangeModeToStandAlone"): _ONLY_OUT,
    (SYSTEM, "instanceCount"): _ONLY_OUT,
    (SYSTEM, "patchOperations"): "its list is marked",
    (KEY, "restoreFromFile"): "its block is marked",
    (VAULT, "restoreFromFile"): "its block is marked",
}
# Paths that are marked and still are replaced.
REPLACED: Final[Mapping[tuple[str, str], str]] = {
    (INSTANCE, "containers[*].compartmentId"): "the mark is that of the instance's own",
    (INSTANCE, "containers[*].state"): "the mark is that of the instance's own",
}
# The SDK's own words are missing for these types.
SILENT: Final = {DEFAULT_ROUTES, DEFAULT_LIST}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Nothing is made in it: one for all."""
    with callers(tmp_path_factory.mktemp("cloud") / "state") as caller:
        yield Town(caller)


def _part(path: str, whole: str) -> bool:
    return path == whole or path.startswith((f"{whole}.", f"{whole}["))


def _excepted(token: str, path: str, exceptions: Mapping[tuple[str, str], str]) -> bool:
    return any(token == own and _part(path, whole) for own, whole in exceptions)


@pytest.mark.parametrize("row", PACKAGE.types.values(), ids=lambda row: row.token)
def test_rows_replace_what_the_sdk_does_not_mark_and_nothing_that_it_marks(row: ResourceType) -> None:
    texts = documented(PACKAGE.sdk, row.token)
    assert (texts == {}) is (row.token in SILENT)
    marked = {path for path, text in texts.items() if _FREE.search(text) and not _excepted(row.token, path, REPLACED)}
    # A block is changed in place where one of its parts is.
    wanted = {path for path in texts if not any(_part(free, path) for free in marked)}
    wanted = {path for path in wanted if not _excepted(row.token, path, NOT_REPLACED)}
    assert {path for path in texts if replaced(row, path)} == wanted


@pytest.mark.parametrize("row", PACKAGE.types.values(), ids=lambda row: row.token)
def test_what_is_replaced_is_an_input(row: ResourceType) -> None:
    texts = documented(PACKAGE.sdk, row.token)
    assert [path for path in row.replace_on if path not in texts and row.token not in SILENT] == []


def test_every_exception_is_still_one() -> None:
    for token, name in NOT_REPLACED:
        texts = documented(PACKAGE.sdk, token)
        assert any(not _FREE.search(text) for path, text in texts.items() if _part(path, name)), (token, name)
    for token, name in REPLACED:
        assert _FREE.search(documented(PACKAGE.sdk, token)[name]), (token, name)


@pytest.mark.parametrize(
    ("token", "old", "new", "replaced"),
    [
        (VCN, {"cidrBlocks": ["10.0.0.0/16"]}, {"cidrBlocks": ["10.0.0.0/16", "10.1.0.0/16"]}, False),
        (VCN, {"dnsLabel": "a"}, {"dnsLabel": "b"}, True),
        (SUBNET, {"routeTableId": "a"}, {"routeTableId": "b"}, False),
        (SUBNET, {"prohibitPublicIpOnVnic": True}, {"prohibitPublicIpOnVnic": False}, True),
        (NSG, {"vcnId": "a"}, {"vcnId": "b"}, True),
        (RULE, {"direction": "INGRESS"}, {"direction": "EGRESS"}, False),
        (RULE, {"networkSecurityGroupId": "a"}, {"networkSecurityGroupId": "b"}, True),
        (GATEWAY, {"services": [{"serviceId": "a"}]}, {"services": [{"serviceId": "b"}]}, False),
        (POLICY, {"statements": ["a"]}, {"statements": ["b"]}, False),
        (POLICY, {"compartmentId": "a"}, {"compartmentId": "b"}, True),
        (BUCKET, {"retentionRules": retained("1")}, {"retentionRules": retained("2")}, False),
        (BUCKET, {"compartmentId": "a"}, {"compartmentId": "b"}, False),
        (BUCKET, {"storageTier": "Standard"}, {"storageTier": "Archive"}, True),
        (KEY, {"desiredState": "ENABLED"}, {"desiredState": "DISABLED"}, False),
        (KEY, {"protectionMode": "HSM"}, {"protectionMode": "SOFTWARE"}, True),
        (VAULT_SECRET, {"secretContent": {"content": "a"}}, {"secretContent": {"content": "b"}}, False),
        (VAULT_SECRET, {"keyId": "a"}, {"keyId": "b"}, True),
        (LOG, {"retentionDuration": 30}, {"retentionDuration": 60}, False),
        (LOG, {"logType": "CUSTOM"}, {"logType": "SERVICE"}, True),
        (CONNECTOR, {"target": {"bucket": "a"}}, {"target": {"bucket": "b"}}, False),
        (LISTENER, {"port": 1}, {"port": 2}, False),
        (BACKEND, {"weight": 1}, {"weight": 2}, False),
        (BACKEND, {"port": 1}, {"port": 2}, True),
        (INSTANCE, {"displayName": "a"}, {"displayName": "b"}, False),
        (INSTANCE, {"containers": [{"imageUrl": "a"}]}, {"containers": [{"imageUrl": "b"}]}, True),
        (SYSTEM, system("s"), system("s", instanceCount=3), False),
        (SYSTEM, system("s"), system("s", storageDetails=storage(iops="150000")), False),
        (SYSTEM, system("s"), system("s", credentials={"username": "other"}), True),
        (SYSTEM, system("s"), system("t"), True),
    ],
)
def test_changes_replace_or_not(
    town: Town, token: str, old: dict[str, Any], new: dict[str, Any], replaced: bool
) -> None:
    difference = town.caller.diff(token, old, new)
    assert bool(list(difference.diffs))
    assert bool(list(difference.replaces)) is replaced


@pytest.mark.parametrize(
    ("token", "name", "values"),
    [
        (SUBNET, "securityListIds", ["a", "b"]),
        (ROUTES, "routeRules", [{"networkEntityId": "a"}, {"networkEntityId": "b"}]),
        (BUCKET, "retentionRules", [{"displayName": "a"}, {"displayName": "b"}]),
    ],
)
def test_a_set_has_no_order(town: Town, token: str, name: str, values: list[Any]) -> None:
    assert not list(town.caller.diff(token, {name: values}, {name: values[::-1]}).diffs)
