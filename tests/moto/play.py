"""Plays one case on both sides."""

import re
import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, Protocol

import grpc
from moto import mock_aws
from pulumi.runtime.proto import provider_pb2

from sandbox.cloud import value
from sandbox.cloud.aws import PACKAGE
from sandbox.cloud.server import Server
from sandbox.cloud.store import FILE
from tests.moto import calls_application, calls_data, calls_network, calls_stores
from tests.moto.case import Case, Step
from tests.moto.emulator import REGION, Emulator, Inputs, Refused, asked
from tests.moto.verdict import Verdict, verdict_on
from tests.sandbox.conftest import Caller

ACCOUNT: Final = "123456789012"
"""moto's only account unless told otherwise."""

CALLS: Final = {**calls_network.CALLS, **calls_application.CALLS, **calls_data.CALLS, **calls_stores.CALLS}
_PLACE: Final = re.compile(r"\{(\w+)\.(\w+)\}")


class Side(Protocol):
    """Something that can be asked to make, change and delete; it answers with outputs or raises `Refused`."""

    def create(self, step: Step, inputs: Inputs) -> dict[str, Any]: ...

    def change(self, step: Step, made: Inputs, inputs: Inputs) -> None: ...

    def delete(self, step: Step, made: Inputs) -> None: ...


class OnMoto:
    """The emulator."""

    def __init__(self, aws: Emulator) -> None:
        self._aws = aws

    def create(self, step: Step, inputs: Inputs) -> dict[str, Any]:
        return {**inputs, **asked(lambda: CALLS[step.token].create(self._aws, inputs))}

    def change(self, step: Step, made: Inputs, inputs: Inputs) -> None:
        change = CALLS[step.token].change
        assert change is not None, f"no call changes {step.token}"
        asked(lambda: change(self._aws, made, inputs))

    def delete(self, step: Step, made: Inputs) -> None:
        asked(lambda: CALLS[step.token].delete(self._aws, made))


class InSandbox:
    """The sandbox, through the door that the engine uses."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def _checked(self, step: Step, inputs: Inputs, olds: Inputs | None = None) -> Inputs:
        checked, failures = self._caller.check(step.token, inputs, olds, name=step.name)
        for path, reason in failures:
            raise Refused(verdict_on(reason.partition(": ")[0], reason, Verdict.VALUE), f"{path}: {reason}")
        return checked

    @staticmethod
    def _answer(call: Callable[[], Any]) -> Any:
        try:
            return call()
        except grpc.RpcError as error:
            text = str(error.details())
            if error.code() is not grpc.StatusCode.FAILED_PRECONDITION:
                raise Refused(Verdict.FAULT, text) from error
            raise Refused(verdict_on(text.partition(": ")[0], text), text) from error

    def create(self, step: Step, inputs: Inputs) -> dict[str, Any]:
        request = provider_pb2.CreateRequest(
            urn=self._caller.urn(step.token, step.name),
            name=step.name,
            properties=value.to_struct(self._checked(step, inputs)),
        )
        answer = self._answer(lambda: self._caller.stub.Create(request))
        return {**value.reveal(value.from_struct(answer.properties)), "id": answer.id}

    def change(self, step: Step, made: Inputs, inputs: Inputs) -> None:
        _, held, olds = self._caller.read(step.token, made["id"])
        checked = self._checked(step, inputs, held)
        assert not self._caller.diff(step.token, held, checked).replaces, "this change replaces the object"
        request = provider_pb2.UpdateRequest(
            urn=self._caller.urn(step.token, step.name),
            id=made["id"],
            olds=value.to_struct(olds),
            old_inputs=value.to_struct(held),
            news=value.to_struct(checked),
        )
        self._answer(lambda: self._caller.stub.Update(request))

    def delete(self, step: Step, made: Inputs) -> None:
        self._answer(lambda: self._caller.delete(step.token, made["id"]))


def _output(given: Any) -> str:
    return str(given() if callable(given) else given)


def _resolved(tree: Any, made: Mapping[str, Inputs]) -> Any:
    if isinstance(tree, str):
        return _PLACE.sub(lambda found: _output(made[found[1]][found[2]]), tree)
    if isinstance(tree, Mapping):
        return {key: _resolved(item, made) for key, item in tree.items()}
    return [_resolved(item, made) for item in tree] if isinstance(tree, list) else tree


def played(side: Side, case: Case) -> tuple[Verdict, str]:
    """The verdict on the case's last act, and the words it was given in."""
    made: dict[str, Inputs] = {}
    for step in case.before:
        made[step.name] = side.create(step, _resolved(step.inputs, made))
    subject = case.subject
    try:
        if case.act == "create":
            side.create(subject, _resolved(subject.inputs, made))
        elif case.act == "change":
            side.change(subject, made[subject.name], _resolved(subject.inputs, made))
        else:
            side.delete(subject, made[subject.name])
    except Refused as refused:
        return refused.verdict, str(refused)
    return Verdict.ACCEPTED, ""


class Clouds:
    """A sandbox and a mock of moto that stay up over many cases; each case finds both empty."""

    def __init__(self, folder: Path) -> None:
        self._mock = mock_aws()
        self._mock.start()
        self._aws = Emulator()
        self._server = Server(folder, (PACKAGE,))
        self._caller = Caller(self._server.ports["aws"], region=REGION, allowedAccountIds=f'["{ACCOUNT}"]')
        self._state = sqlite3.connect(folder / FILE, isolation_level=None)
        self._state.execute("PRAGMA foreign_keys=ON")

    def in_sandbox(self, case: Case) -> tuple[Verdict, str]:
        """The sandbox's verdict."""
        self._state.execute("DELETE FROM objects")
        self._state.execute("DELETE FROM taken")
        return played(InSandbox(self._caller), case)

    def on_moto(self, case: Case) -> tuple[Verdict, str]:
        """Moto's verdict."""
        self._mock.reset()
        return played(OnMoto(self._aws), case)

    def close(self) -> None:
        """Take both down."""
        self._state.close()
        self._caller.close()
        self._server.stop()
        self._mock.stop()
