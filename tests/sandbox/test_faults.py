"""A cloud that fails: what the real provider absorbs, what reaches the user, and what is left in the cloud afterwards."""

import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2

from sandbox.cloud import drift, faults, value
from sandbox.cloud.__main__ import main
from sandbox.cloud.context import Refused
from sandbox.cloud.faults import Fault, Faults, Request
from sandbox.cloud.patience import PATIENCE
from sandbox.cloud.server import PACKAGES, Server
from sandbox.cloud.store import Store
from tests.sandbox.conftest import ALIAS, KEY, SUBNET, VPC, Caller

NETWORK = {"cidrBlock": "10.0.0.0/16"}


def left(state: Path) -> list[str]:
    """The tokens of what the cloud holds."""
    return [token for _, token, _ in drift.books(state)]


@pytest.mark.parametrize("kind", ["throttled", "unavailable"])
def test_what_the_provider_waits_out_never_reaches_the_user(aws: Caller, state: Path, kind: Any) -> None:
    faults.inject(state, Fault(kind=kind, times=24))
    assert aws.create(VPC, NETWORK)[0].startswith("vpc-")
    assert faults.struck(state) == [(1, kind, 25, 24)]


@pytest.mark.parametrize("kind", ["throttled", "unavailable"])
@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_what_outlasts_its_patience_does(tmp_path: Path, package: Any, kind: Any) -> None:
    server = Server(tmp_path, (replace(package, types={}, invokes={}),))
    try:
        faults.inject(tmp_path, Fault(kind=kind, times=0))
        place = {"region": "r", "subscriptionId": "s", "location": "l", "project": "p", "tenancyOcid": "t"}
        caller = Caller(server.ports[package.name], **place)
        said = caller.refusal(caller.stub.Invoke, provider_pb2.InvokeRequest(tok="a:b/c:d"))
        caller.close()
    finally:
        server.stop()
    patience = PATIENCE[package.name]
    assert said == f"{patience.words[kind]} ({patience.attempts} attempts)"


def test_a_full_quota_is_told_at_once_and_nothing_is_made(aws: Caller, state: Path) -> None:
    faults.inject(state, Fault(kind="quota", operation="create", type="aws:ec2/*"))
    assert aws.refusal(aws.create, VPC, NETWORK) == PATIENCE["aws"].words["quota"]
    assert left(state) == []
    aws.create(VPC, NETWORK)
    assert left(state) == [VPC]


def test_a_connection_that_breaks_before_the_cloud_leaves_nothing(aws: Caller, state: Path) -> None:
    faults.inject(state, Fault(kind="dropped"))
    assert aws.refusal(aws.create, VPC, NETWORK) == "connection reset by peer"
    assert left(state) == []


def test_an_answer_that_is_lost_leaves_what_was_made(aws: Caller, state: Path) -> None:
    faults.inject(state, Fault(kind="lost"))
    assert aws.refusal(aws.create, VPC, NETWORK) == "timeout while waiting for the answer"
    assert left(state) == [VPC]


def test_what_does_not_become_ready_is_told_with_its_id(aws: Caller, state: Path) -> None:
    faults.inject(state, Fault(kind="unready"))
    with pytest.raises(grpc.RpcError) as caught:
        aws.create(VPC, NETWORK)
    metadata = dict(caught.value.trailing_metadata())
    failure = provider_pb2.ErrorResourceInitFailed()
    from pulumi.runtime.proto import status_pb2

    assert status_pb2.Status.FromString(metadata["grpc-status-details-bin"]).details[0].Unpack(failure)
    ((_, _, id_),) = drift.books(state)
    assert (failure.id, list(failure.reasons)) == (id_, [PATIENCE["aws"].words["unready"]])
    assert value.from_struct(failure.properties)["cidrBlock"] == "10.0.0.0/16"


def test_what_is_unsettled_exists_for_others_only_after_so_many_calls(aws: Caller, state: Path) -> None:
    faults.inject(state, Fault(kind="unsettled", operation="create", type=VPC, times=2))
    network, _ = aws.create(VPC, NETWORK)
    subnet = {"vpcId": network, "cidrBlock": "10.0.0.0/24"}
    for _ in range(2):
        assert "does not exist" in aws.refusal(aws.create, SUBNET, subnet)
    assert aws.create(SUBNET, subnet)[0].startswith("subnet-")


def test_where_the_provider_waits_for_it_the_user_does_not_see_it(
    aws: Caller, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(vars(PATIENCE["aws"]), "settles", "aws:kms/*")
    faults.inject(state, Fault(kind="unsettled", operation="create", type=KEY, times=5))
    key, _ = aws.create(KEY, {})
    assert aws.create(ALIAS, {"name": "alias/a", "targetKeyId": key})[0] == "alias/a"


def test_what_takes_effect_just_after_a_refusal_is_waited_for_too(aws: Caller, state: Path) -> None:
    aws.create(KEY, {})
    store = Store(state)
    (key,) = [record for record in store.records() if record.token == KEY]
    store.unsettle(KEY, key.id, key.urn, 1)
    refusals = ["no grant yet"]

    def act() -> tuple[str, Any]:
        if refusals:  # Beside it other requests are answered.
            store.settle()
            store.settle()
            raise Refused(refusals.pop())
        return "id", {}

    waiting = Faults(store, replace(PATIENCE["aws"], settles="aws:kms/*"))
    try:
        assert waiting.around(Request(operation="create", token=ALIAS, urn="urn"), act) == ("id", {})
    finally:
        waiting.close()
        store.close()


@pytest.mark.parametrize("kind", ["unready", "unsettled"])
def test_what_is_only_read_or_deleted_is_neither_unready_nor_unsettled(aws: Caller, state: Path, kind: Any) -> None:
    network, outputs = aws.create(VPC, NETWORK)
    faults.inject(state, Fault(kind=kind, times=0))
    assert aws.read(VPC, network)[0] == network
    aws.delete(VPC, network, outputs)
    assert (left(state), faults.struck(state)) == ([], [(1, kind, 0, 0)])


def test_a_slow_call_takes_as_long_as_stated(aws: Caller, state: Path) -> None:
    faults.inject(state, Fault(kind="slow", operation="create", seconds=0.2))
    started = time.monotonic()
    aws.create(VPC, NETWORK)
    assert time.monotonic() - started >= 0.2


def _create_and_leave(aws: Caller, state: Path, fault: Fault) -> None:
    """Begin a creation, and be gone when it is held."""
    faults.inject(state, fault)
    inputs, _ = aws.check(VPC, NETWORK)
    request = provider_pb2.CreateRequest(urn=aws.urn(VPC), properties=value.to_struct(inputs))
    begun = aws.stub.Create.future(request)
    reached = threading.Event()
    while not reached.is_set():
        if faults.struck(state)[0][3] == 1 and (not fault.after or left(state)):
            reached.set()
    begun.cancel()


@pytest.mark.parametrize(("after", "made"), [(False, []), (True, [VPC])])
def test_a_caller_that_is_gone_leaves_the_world_as_of_that_point(
    aws: Caller, state: Path, after: bool, made: list[str]
) -> None:
    _create_and_leave(aws, state, Fault(kind="held", operation="create", after=after))
    faults.clear(state)
    aws.create(KEY, {})  # served: the held one no longer stands in the way
    assert sorted(left(state)) == sorted([*made, KEY])


def test_what_is_held_goes_on_when_the_fault_is_cleared(aws: Caller, state: Path) -> None:
    faults.inject(state, Fault(kind="held", operation="create"))
    inputs, _ = aws.check(VPC, NETWORK)
    request = provider_pb2.CreateRequest(urn=aws.urn(VPC), properties=value.to_struct(inputs))
    begun = aws.stub.Create.future(request)
    while faults.struck(state)[0][3] == 0:
        assert not begun.done()
    faults.clear(state)
    assert begun.result(30).id.startswith("vpc-")


@pytest.mark.parametrize(
    ("narrowing", "strikes"),
    [
        ({}, True),
        ({"operation": "delete"}, False),
        ({"operation": "create"}, True),
        ({"type": "aws:kms/*"}, False),
        ({"type": "aws:ec2/*"}, True),
        ({"urn": "*::other"}, False),
        ({"urn": "*::it"}, True),
        ({"skip": 1}, False),
        ({"times": 0}, True),
    ],
)
def test_a_fault_strikes_what_it_names(aws: Caller, state: Path, narrowing: Mapping[str, Any], strikes: bool) -> None:
    faults.inject(state, Fault(kind="quota", **narrowing))
    if strikes:
        aws.refusal(aws.create, VPC, NETWORK)
    else:
        aws.create(VPC, NETWORK)


def test_a_preview_reaches_no_cloud(aws: Caller, state: Path) -> None:
    faults.inject(state, Fault(kind="quota", times=0))
    aws.create(VPC, NETWORK, preview=True)
    assert faults.struck(state) == [(1, "quota", 0, 0)]


def test_faults_by_command(aws: Caller, state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["fault", "--state", str(state)]
    assert main([*command, "add", "quota", "--on", "create", "--type", "aws:ec2/*", "--times", "1"]) == 0
    assert "LimitExceeded" in aws.refusal(aws.create, VPC, NETWORK)
    assert main([*command, "list"]) == 0
    assert main([*command, "clear"]) == 0
    assert main([*command, "list"]) == 0
    assert capsys.readouterr().out == "1\n1\tquota\tseen 1\tstruck 1\n"
    aws.create(VPC, NETWORK)
