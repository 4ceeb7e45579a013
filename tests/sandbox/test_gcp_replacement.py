"""What the installed SDK says can't change in place, and what the sandbox's Google Cloud takes so.

The provider's documentation speaks of replacement for a few properties only; the rows hold more, read from the provider's
own definitions. A row that lacks what is said, or that says of one property more than the documentation denies, is wrong.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import pytest

from sandbox.cloud.gcp import PACKAGE
from sandbox.cloud.resource_type import ResourceType
from tests.sandbox.documentation import documented, replaced
from tests.sandbox.test_gcp import (
    BUCKET,
    FIREWALL,
    INSTANCE,
    LENT,
    LOG_BUCKET,
    NETWORK,
    PROJECT,
    PROXY,
    RECORDS,
    REGION,
    RULE,
    SERVICE,
    SINK,
    SUBNET,
    Town,
    callers,
    settings,
)

_FORCED: Final = re.compile(
    r"forces? (?:a )?new|recreat|causes resource replacement|cannot be changed after|may not be changed after"
    r"|can be set only at resource creation|cannot be modified after",
    re.IGNORECASE,
)
_FREE: Final = re.compile(r"can be updated(?! only)|changing the kms key is allowed", re.IGNORECASE)
# Words that say something else.
EXCEPTIONS: Final[Mapping[tuple[str, str], str]] = {
    (INSTANCE, "settings.replicationLagMaxSeconds"): "a replica recreates itself when it lags",
    (PROXY, "serverTlsPolicy"): "the policy that it names is what may be recreated",
    (RULE, "recreateClosedPsc"): "it asks for a replacement when the other side closed the connection",
}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Nothing is made in it: one for all."""
    with callers(tmp_path_factory.mktemp("cloud") / "state") as caller:
        yield Town(caller)


@pytest.mark.parametrize("row", PACKAGE.types.values(), ids=lambda row: row.token)
def test_rows_replace_what_the_sdk_says_and_nothing_it_denies(row: ResourceType) -> None:
    texts = {
        path: text for path, text in documented(PACKAGE.sdk, row.token).items() if (row.token, path) not in EXCEPTIONS
    }
    spoken = {path for path, text in texts.items() if _FORCED.search(text) or _FREE.search(text)}
    assert {path for path in spoken if _FORCED.search(texts[path])} == {path for path in spoken if replaced(row, path)}


def test_the_words_are_found_where_they_are_known_to_stand() -> None:
    spoken = {
        (token, path)
        for token in PACKAGE.types
        for path, text in documented(PACKAGE.sdk, token).items()
        if _FORCED.search(text)
    }
    assert {
        ("gcp:serviceaccount/account:Account", "accountId"),
        (NETWORK, "description"),
        (BUCKET, "customPlacementConfig.dataLocations"),
    } < spoken
    assert len(spoken) >= 20


def test_every_exception_is_still_one() -> None:
    for token, name in EXCEPTIONS:
        assert _FORCED.search(documented(PACKAGE.sdk, token)[name])


@pytest.mark.parametrize(
    ("token", "old", "new", "replaced"),
    [
        (NETWORK, {"mtu": 1460}, {"mtu": 1500}, False),
        (NETWORK, {"autoCreateSubnetworks": True}, {"autoCreateSubnetworks": False}, True),
        (SUBNET, {"privateIpGoogleAccess": False}, {"privateIpGoogleAccess": True}, False),
        (SUBNET, {"purpose": "PRIVATE"}, {"purpose": "PRIVATE_NAT"}, True),
        (FIREWALL, {"priority": 1}, {"priority": 2}, False),
        (FIREWALL, {"direction": "INGRESS"}, {"direction": "EGRESS"}, True),
        (LENT, {"description": "a"}, {"description": "b"}, True),
        (RULE, {"target": "a"}, {"target": "b"}, False),
        (RULE, {"ports": ["1"]}, {"ports": ["2"]}, True),
        (PROXY, {"sslPolicy": "a"}, {"sslPolicy": "b"}, False),
        (BUCKET, {"storageClass": "STANDARD"}, {"storageClass": "ARCHIVE"}, False),
        (BUCKET, {"enableObjectRetention": False}, {"enableObjectRetention": True}, True),
        (SINK, {"uniqueWriterIdentity": False}, {"uniqueWriterIdentity": True}, False),
        (LOG_BUCKET, {"cmekSettings": {"kmsKeyName": "a"}}, {"cmekSettings": {"kmsKeyName": "b"}}, False),
        (INSTANCE, {"databaseVersion": "POSTGRES_16"}, {"databaseVersion": "POSTGRES_17"}, False),
        (INSTANCE, {"settings": settings(diskType="PD_SSD")}, {"settings": settings(diskType="PD_HDD")}, True),
        (RECORDS, {"type": "A"}, {"type": "AAAA"}, False),
        (SERVICE, {"location": "asia-northeast1"}, {"location": "asia-northeast2"}, True),
        (NETWORK, {"project": "a"}, {"project": "b"}, True),
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
        (FIREWALL, "sourceRanges", ["10.0.0.0/8", "172.16.0.0/12"]),
        (FIREWALL, "allows", [{"protocol": "tcp"}, {"protocol": "udp"}]),
        (RECORDS, "rrdatas", ["10.0.0.1", "10.0.0.2"]),
        (SINK, "exclusions", [{"name": "a", "filter": "x"}, {"name": "b", "filter": "y"}]),
        (RULE, "ports", ["80", "443"]),
    ],
)
def test_a_set_has_no_order(town: Town, token: str, name: str, values: list[Any]) -> None:
    assert not list(town.caller.diff(token, {name: values}, {name: values[::-1]}).diffs)


def test_flags_have_no_order(town: Town) -> None:
    flags = [{"name": "jit", "value": "on"}, {"name": "log_statement", "value": "ddl"}]
    old, new = (
        {"project": PROJECT, "region": REGION, "settings": settings(databaseFlags=found)}
        for found in (flags, flags[::-1])
    )
    assert not list(town.caller.diff(INSTANCE, old, new).diffs)
