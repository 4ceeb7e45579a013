"""What the installed SDK says can't change in place, and what the sandbox's Google Cloud takes so.

The provider's documentation speaks of replacement for a few properties only; the rows hold more, read from the provider's
own definitions. A row that lacks what is said, or that says of one property more than the documentation denies, is wrong.
"""

import inspect
import re
import typing
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from pulumi import _types as sdk

from sandbox.cloud import schema
from sandbox.cloud.gcp import PACKAGE
from sandbox.cloud.resource_type import ResourceType
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
    r"forces? (?:a )?new|must be recreated to modify|cannot be changed after (?:the|creation)"
    r"|may not be changed after|can be set only at resource creation|cannot be modified after|recreated when changed"
    r"|is immutable|changing this (?:field )?(?:forces|recreates)|will force a new",
    re.IGNORECASE,
)
_FREE: Final = re.compile(r"can be updated(?! only)|changing the kms key is allowed", re.IGNORECASE)
# Said of a part, or of a case, and not of the property as a whole.
EXCEPTIONS: Final[Mapping[tuple[str, str], str]] = {
    (SUBNET, "ipv6AccessType"): "only when the subnet already had external IPv6 addresses",
    (SUBNET, "allowSubnetCidrRoutesOverlap"): "changes in place in the provider",
    (SERVICE, "functionalType"): "not said with these words in every release; the row holds it",
}


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with callers(tmp_path) as caller:
        yield Town(caller)


def _documented(token: str) -> Iterator[tuple[str, str]]:
    """Every input with its documentation on one line."""
    assert schema.schema(PACKAGE.sdk, token) is not None
    resource = schema._resource_class(PACKAGE.sdk, token)
    for overload in typing.get_overloads(resource.__init__):  # type: ignore[misc]
        annotation = overload.__annotations__.get("args")
        if annotation is None:
            continue
        arguments = next(part for part in typing.get_args(annotation) or (annotation,) if part is not type(None))
        names = sdk.input_type_py_to_pulumi_names(arguments)
        for part in re.split(r"^:param ", inspect.getdoc(arguments.__init__) or "", flags=re.MULTILINE)[1:]:
            head, _, text = part.partition(": ")
            yield names[head.split()[-1]], " ".join(text.split())


def _fixed(row: ResourceType) -> set[str]:
    """The top-level inputs that the row replaces as a whole."""
    named = {row.name.property} if row.name and row.name.replaces else set()
    return {*row.replace_on, *PACKAGE.replace_on} | named


@pytest.mark.parametrize("row", PACKAGE.types.values(), ids=lambda row: row.token)
def test_rows_replace_what_the_sdk_says_and_nothing_it_denies(row: ResourceType) -> None:
    documented = dict(_documented(row.token))
    asked = {name for name in documented if (row.token, name) not in EXCEPTIONS}
    said = {name for name in asked if _FORCED.search(documented[name])}
    denied = {name for name in asked if _FREE.search(documented[name])}
    assert said <= _fixed(row)
    assert not denied & _fixed(row)


def test_the_words_are_found_where_they_are_known_to_stand() -> None:
    spoken = {(token, name) for token in PACKAGE.types for name, text in _documented(token) if _FORCED.search(text)}
    assert ("gcp:serviceaccount/account:Account", "accountId") in spoken
    assert (NETWORK, "description") in spoken
    assert len(spoken) >= 10


def test_every_exception_is_still_one() -> None:
    for token, name in EXCEPTIONS:
        assert name in dict(_documented(token))


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
