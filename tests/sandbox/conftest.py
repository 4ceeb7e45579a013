"""A sandbox in this process, and a caller that speaks to it as the engine does."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import grpc
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from sandbox.cloud import value
from sandbox.cloud.aws import PACKAGE as AWS
from sandbox.cloud.azure import PACKAGE as AZURE
from sandbox.cloud.guards import cannot_shrink, not_deleted_while, not_deleted_while_filled
from sandbox.cloud.identity import arn
from sandbox.cloud.package import Package, collected
from sandbox.cloud.resource_type import Name, Reference, ResourceType
from sandbox.cloud.server import Server

SOURCE: Final = "https://example.com/"
KEY: Final = "aws:kms/key:Key"
ALIAS: Final = "aws:kms/alias:Alias"
VPC: Final = "aws:ec2/vpc:Vpc"
SUBNET: Final = "aws:ec2/subnet:Subnet"
LOGS: Final = "aws:cloudwatch/logGroup:LogGroup"
SECRET: Final = "aws:secretsmanager/secret:Secret"
PARAMETER: Final = "aws:ssm/parameter:Parameter"
ACCOUNT: Final = "azure-native:storage:StorageAccount"

# Rows of the tests' own beside the four worked examples, so that a change of a cloud's rows breaks none of these tests.
_ROWS: Final = (
    ResourceType(
        token=LOGS,
        source=SOURCE,
        id="{name}",
        name=Name(longest=20, allowed="a-zA-Z0-9-"),
        computed={"arn": arn("logs", "log-group:{name}")},
        references=(Reference("kmsKeyId", KEY, blocks_deletion=True),),
        guards=(
            not_deleted_while("skipDestroy", reason="{id} is protected"),
            not_deleted_while_filled("objects", reason="{id} is not empty"),
            cannot_shrink("retentionInDays", reason="retention can't go from {old} to {new}"),
        ),
    ),
    ResourceType(
        token=SECRET,
        source=SOURCE,
        id=arn("secretsmanager", "secret:{name}"),
        name=Name(stays_taken=lambda context: context.inputs.get("recoveryWindowInDays", 30) != 0),
    ),
    ResourceType(
        token=PARAMETER,
        source=SOURCE,
        id="{name}",
        computed={"arn": arn("ssm", "parameter/{name}"), "insecureValue": "copy of {value}"},
        guards=(lambda context: "broken" if context["type"] == "StringList" and context["nothing"] else None,),
    ),
)
_AZURE_ROWS: Final = (
    ResourceType(
        token=ACCOUNT,
        source=SOURCE,
        id="/subscriptions/{subscription}/resourceGroups/{resourceGroupName}"
        "/providers/Microsoft.Storage/storageAccounts/{accountName}",
        name=Name(
            property="accountName",
            longest=24,
            shortest=3,
            pattern="[a-z0-9]+",
            allowed="a-z0-9",
            separator="",
            unique_in="",
        ),
    ),
)
EXAMPLES: Final = (VPC, SUBNET, KEY, ALIAS)
PACKAGES: Final[tuple[Package, ...]] = (
    replace(AWS, types=collected((AWS.types[token] for token in EXAMPLES), _ROWS)),
    replace(AZURE, types=collected(_AZURE_ROWS), guards=()),
)


class Caller:
    """One provider instance of the engine: its own connection, configured once."""

    def __init__(self, port: int, **configuration: Any) -> None:
        self._channel = grpc.insecure_channel(f"127.0.0.1:{port}", options=[("grpc.use_local_subchannel_pool", 1)])
        self.stub = provider_pb2_grpc.ResourceProviderStub(self._channel)
        if configuration:
            self.stub.Configure(provider_pb2.ConfigureRequest(args=value.to_struct(configuration)))

    def close(self) -> None:
        self._channel.close()

    @staticmethod
    def urn(token: str, name: str = "it") -> str:
        return f"urn:pulumi:test::project::{token}::{name}"

    def check(
        self, token: str, news: Mapping[str, Any], olds: Mapping[str, Any] | None = None, name: str = "it", **more: Any
    ) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        answer = self.stub.Check(
            provider_pb2.CheckRequest(
                urn=self.urn(token, name),
                news=value.to_struct(news),
                olds=value.to_struct(olds or {}),
                **{"randomSeed": b"seed", **more},
            )
        )
        return value.from_struct(answer.inputs), [(failure.property, failure.reason) for failure in answer.failures]

    def create(
        self, token: str, inputs: Mapping[str, Any], *, preview: bool = False, name: str = "it"
    ) -> tuple[str, Any]:
        """Checks first, as the engine does; the test fails on a refusal of Check."""
        checked, failures = self.check(token, inputs, name=name)
        assert failures == []
        answer = self.stub.Create(
            provider_pb2.CreateRequest(
                urn=self.urn(token, name), name=name, properties=value.to_struct(checked), preview=preview
            )
        )
        return answer.id, value.from_struct(answer.properties)

    def update(
        self, token: str, id_: str, olds: Mapping[str, Any], inputs: Mapping[str, Any], *, preview: bool = False
    ) -> Any:
        """Checks first, with the inputs as they are held now, as the engine does."""
        answer = self.stub.Read(provider_pb2.ReadRequest(urn=self.urn(token), id=id_, properties=value.to_struct(olds)))
        held = value.from_struct(answer.inputs)
        checked, failures = self.check(token, inputs, held)
        assert failures == []
        request = provider_pb2.UpdateRequest(
            urn=self.urn(token),
            id=id_,
            olds=value.to_struct(olds),
            old_inputs=value.to_struct(held),
            news=value.to_struct(checked),
            preview=preview,
        )
        return value.from_struct(self.stub.Update(request).properties)

    def diff(self, token: str, olds: Mapping[str, Any], news: Mapping[str, Any]) -> provider_pb2.DiffResponse:
        answer: provider_pb2.DiffResponse = self.stub.Diff(
            provider_pb2.DiffRequest(urn=self.urn(token), old_inputs=value.to_struct(olds), news=value.to_struct(news))
        )
        return answer

    def read(self, token: str, id_: str) -> tuple[str, dict[str, Any], dict[str, Any]]:
        answer = self.stub.Read(provider_pb2.ReadRequest(urn=self.urn(token), id=id_))
        return answer.id, value.from_struct(answer.inputs), value.from_struct(answer.properties)

    def delete(self, token: str, id_: str, properties: Mapping[str, Any] | None = None) -> None:
        self.stub.Delete(
            provider_pb2.DeleteRequest(urn=self.urn(token), id=id_, properties=value.to_struct(properties or {}))
        )

    def refusal(self, call: Any, *arguments: Any, **more: Any) -> str:
        """What the engine prints when this call fails."""
        with pytest.raises(grpc.RpcError) as caught:
            call(*arguments, **more)
        return str(caught.value.details())

    def cancel(self) -> None:
        self.stub.Cancel(empty_pb2.Empty())


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """The folder of the sandbox's state."""
    return tmp_path / "state"


@pytest.fixture
def server(state: Path) -> Iterator[Server]:
    """A server of the tests' packages."""
    running = Server(state, PACKAGES)
    yield running
    running.stop()


@pytest.fixture
def aws(server: Server) -> Iterator[Caller]:
    """An AWS provider in Tokyo."""
    caller = Caller(server.ports["aws"], region="ap-northeast-1", allowedAccountIds='["111122223333"]')
    yield caller
    caller.close()


@pytest.fixture
def azure(server: Server) -> Iterator[Caller]:
    """An Azure provider in Japan East."""
    subscription = "00000000-0000-4000-8000-00000000000a"
    caller = Caller(server.ports["azure-native"], subscriptionId=subscription, location="japaneast")
    yield caller
    caller.close()
