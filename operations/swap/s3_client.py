"""A client of the S3 protocol for a profile of ~/.aws, and what it refuses as one message."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Any

import boto3  # type: ignore[import-untyped]  # its stubs are as large as itself
from boto3.exceptions import Boto3Error  # type: ignore[import-untyped]
from botocore.config import Config  # type: ignore[import-untyped]
from botocore.exceptions import BotoCoreError, ClientError, ProfileNotFound  # type: ignore[import-untyped]
from botocore.handlers import add_expect_header  # type: ignore[import-untyped]
from botocore.loaders import Loader  # type: ignore[import-untyped]
from botocore.session import Session  # type: ignore[import-untyped]
from botocore.utils import parse_timestamp  # type: ignore[import-untyped]

from operations.swap.connections import KEPT
from operations.swap.store import StoreError
from operations.wording import say

__all__ = ["client", "moment", "noted", "refusals"]

CONFIG = Config(
    # Not every store that speaks S3 knows the newer checksums; ours are SHA-256 of what was read.
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
    max_pool_connections=KEPT,
    retries={"mode": "adaptive", "max_attempts": 8},
)


def client(named: str, profile: str) -> Any:
    """The client; `named` is what a message calls the store. Raises StoreError."""
    try:
        session = Session(profile=profile)
        session.register_component("data_loader", _descriptions())
        session.get_component("response_parser_factory").set_parser_defaults(timestamp_parser=moment)
        made = boto3.Session(botocore_session=session).client("s3", config=CONFIG)
    except ProfileNotFound:
        form = f"[profile {profile}] region = ap-northeast-1"
        told = (
            f"{named}: there is no profile {profile} in ~/.aws/config. Write one there ({form}; for OCI endpoint_url, too) and its keys into "
            f"~/.aws/credentials ([{profile}] aws_access_key_id, aws_secret_access_key): aws configure --profile {profile}",
            f"{named}: ~/.aws/config にプロファイル {profile} がありません。そこに書き({form}。OCI では endpoint_url も)、鍵を "
            f"~/.aws/credentials に書きます([{profile}] aws_access_key_id、aws_secret_access_key): aws configure --profile {profile}",
        )
        raise StoreError(say(*told)) from None
    # Else each put asks first whether it may come: one more round trip an object.
    made.meta.events.unregister("before-call.s3", add_expect_header)
    return made


@cache
def _descriptions() -> Any:
    """The services' descriptions, which every client would read anew."""
    return Loader()


def moment(written: Any) -> datetime:
    """As S3 writes it. botocore, which tries every way of writing a time, takes half of a list's processor time for its times."""
    try:
        return datetime.fromisoformat(written)
    except (TypeError, ValueError):
        found: datetime = parse_timestamp(written)
        return found


@contextmanager
def noted(client: Any) -> Iterator[list[Any]]:
    """The requests that this client of boto3 sends meanwhile, as they are signed."""
    sent: list[Any] = []

    def note(request: Any, **_: Any) -> None:
        sent.append(request)

    client.meta.events.register("before-send.s3", note)
    try:
        yield sent
    finally:
        client.meta.events.unregister("before-send.s3", note)


@contextmanager
def refusals(named: str) -> Iterator[None]:
    """What the store or its client refuses, as one message."""
    try:
        yield
    except (BotoCoreError, Boto3Error, ClientError) as error:
        raise StoreError(f"{named}: {error}") from None
