"""An object that was made but is not ready, as the protocol tells it: an error with the object's id in its details."""

import grpc
from pulumi.runtime.proto import provider_pb2, status_pb2

from sandbox.cloud import value
from sandbox.cloud.faults import Unready


class _InitFailed(grpc.Status):
    def __init__(self, details: str, metadata: bytes) -> None:
        self.code, self.details = grpc.StatusCode.UNKNOWN, details
        self.trailing_metadata = (("grpc-status-details-bin", metadata),)


def init_failed(unready: Unready) -> grpc.Status:
    """The status that carries the object's id and outputs, so that the engine keeps it and updates it the next time."""
    detail = provider_pb2.ErrorResourceInitFailed(
        id=unready.id, properties=value.to_struct(unready.outputs), reasons=[str(unready)]
    )
    status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=str(unready))
    status.details.add().Pack(detail)
    return _InitFailed(str(unready), status.SerializeToString())
