"""The three kinds of object stores as a test fills, reads and changes them: by each cloud's own client, past what is tested."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Protocol
from unittest.mock import patch

import boto3  # type: ignore[import-untyped]
import pytest
import requests
from azure.storage.blob import BlobServiceClient, ContentSettings
from botocore.loaders import Loader  # type: ignore[import-untyped]
from botocore.session import Session  # type: ignore[import-untyped]
from google.cloud import storage  # type: ignore[import-untyped]
from moto import backends
from moto.server import ThreadedMotoServer

PROFILE = "here"


@cache
def _descriptions() -> Any:
    return Loader()


def s3() -> Any:
    """Amazon's own client for the profile; the services' descriptions are read once for all tests."""
    session = Session(profile=PROFILE)
    session.register_component("data_loader", _descriptions())
    return boto3.Session(botocore_session=session).client("s3")


def profile(endpoint: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the profile one of that endpoint."""
    (folder / "config").write_text(f"[profile {PROFILE}]\nregion = ap-northeast-1\nendpoint_url = {endpoint}\n")
    (folder / "credentials").write_text(f"[{PROFILE}]\naws_access_key_id = a\naws_secret_access_key = b\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(folder / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(folder / "credentials"))


@contextmanager
def moto() -> Iterator[str]:
    """The address of a new moto server; all of a process have one state."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    services = list(backends.list_of_moto_modules())
    # Else it would look through its own folder of some 180 services at each request, which takes half of its time.
    with patch.object(backends, "list_of_moto_modules", return_value=services):
        server.start()
        address = "http://{}:{}".format(*server.get_host_and_port())
        requests.post(f"{address}/moto-api/reset", timeout=10).raise_for_status()
        yield address
        server.stop()


@dataclass(frozen=True, kw_only=True)
class Given:
    """What an object is put with; a store leaves out what it has not."""

    type: str = "text/csv"
    encoding: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    tag: tuple[str, str] | None = None
    until: datetime | None = None


PLAIN = Given()


@dataclass(frozen=True, kw_only=True)
class Found:
    """The latest version of an object."""

    body: bytes
    type: str
    encoding: str | None
    metadata: Mapping[str, str]
    tags: Mapping[str, str]


class Side(Protocol):
    """One kind of store."""

    def make(self, bucket: str) -> str:
        """An empty bucket; what a command calls it."""

    def put(self, bucket: str, key: str, body: bytes, given: Given = PLAIN) -> None:
        """Put an object."""

    def get(self, bucket: str, key: str) -> Found | None:
        """The latest version; None where there is none."""

    def delete(self, bucket: str, key: str) -> None:
        """Delete an object, leaving former versions."""

    def describe(self, bucket: str, key: str, metadata: Mapping[str, str]) -> None:
        """Change the metadata of the latest version."""


class S3:
    """moto; with object lock where `lock`, else as OCI."""

    def __init__(self, *, lock: bool) -> None:
        self.client, self._lock = s3(), lock

    def make(self, bucket: str) -> str:
        place = {"LocationConstraint": "ap-northeast-1"}
        self.client.create_bucket(Bucket=bucket, ObjectLockEnabledForBucket=self._lock, CreateBucketConfiguration=place)
        self.client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        return f"{PROFILE}/{bucket}"

    def put(
        self,
        bucket: str,
        key: str,
        body: bytes,
        given: Given = PLAIN,
    ) -> None:
        more: dict[str, Any] = {}
        if given.until and self._lock:
            more |= {"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": given.until}
        if given.encoding:
            more["ContentEncoding"] = given.encoding
        if given.tag:
            more["Tagging"] = "=".join(given.tag)
        self.client.put_object(
            Bucket=bucket,
            Key=key,
            Body=body,
            ContentType=given.type,
            Metadata=given.metadata,
            **more,
        )

    def get(self, bucket: str, key: str) -> Found | None:
        try:
            found = self.client.get_object(Bucket=bucket, Key=key)
        except self.client.exceptions.NoSuchKey:
            return None
        tagged = self.client.get_object_tagging(Bucket=bucket, Key=key)["TagSet"]
        return Found(
            body=found["Body"].read(),
            type=found["ContentType"],
            encoding=found.get("ContentEncoding"),
            metadata=found["Metadata"],
            tags={one["Key"]: one["Value"] for one in tagged},
        )

    def delete(self, bucket: str, key: str) -> None:
        self.client.delete_object(Bucket=bucket, Key=key)

    def describe(self, bucket: str, key: str, metadata: Mapping[str, str]) -> None:
        # moto's objects are its own to change; S3 itself changes no metadata of a version.
        from moto.s3.models import s3_backends

        version = s3_backends["123456789012"]["aws"].get_object(bucket, key)
        assert version
        version._metadata.update({f"x-amz-meta-{name}": value for name, value in metadata.items()})


class Azure:
    """Azurite: without versions and without immutability."""

    def __init__(self, connection: str) -> None:
        self._service = BlobServiceClient.from_connection_string(connection)

    def make(self, bucket: str) -> str:
        self._service.create_container(bucket)
        return f"azure:{self._service.account_name}/{bucket}"

    def put(
        self,
        bucket: str,
        key: str,
        body: bytes,
        given: Given = PLAIN,
    ) -> None:
        self._service.get_blob_client(bucket, key).upload_blob(
            body,
            overwrite=True,
            content_settings=ContentSettings(content_type=given.type, content_encoding=given.encoding),
            metadata=dict(given.metadata),
            tags=dict([given.tag]) if given.tag else None,
        )

    def get(self, bucket: str, key: str) -> Found | None:
        blob = self._service.get_blob_client(bucket, key)
        if not blob.exists():
            return None
        found = blob.download_blob(decompress=False)
        return Found(
            body=found.readall(),
            type=str(found.properties.content_settings.content_type),
            encoding=found.properties.content_settings.content_encoding,
            metadata=found.properties.metadata,
            tags=blob.get_blob_tags(),
        )

    def delete(self, bucket: str, key: str) -> None:
        self._service.get_blob_client(bucket, key).delete_blob()

    def describe(self, bucket: str, key: str, metadata: Mapping[str, str]) -> None:
        self._service.get_blob_client(bucket, key).set_blob_metadata(dict(metadata))


class Google:
    """fake-gcs-server: generations; retention of an object is kept, not enforced."""

    def __init__(self) -> None:
        self._client = storage.Client()

    def make(self, bucket: str) -> str:
        made = self._client.bucket(bucket)
        made.versioning_enabled = True
        self._client.create_bucket(made)
        return f"gcs:{bucket}"

    def put(
        self,
        bucket: str,
        key: str,
        body: bytes,
        given: Given = PLAIN,
    ) -> None:
        blob = self._client.bucket(bucket).blob(key)
        blob.content_encoding, blob.metadata = given.encoding, dict(given.metadata)
        if given.until:
            blob.retention.mode, blob.retention.retain_until_time = "Unlocked", given.until
        blob.upload_from_string(body, content_type=given.type)

    def get(self, bucket: str, key: str) -> Found | None:
        blob = self._client.bucket(bucket).get_blob(key)
        return blob and Found(
            body=blob.download_as_bytes(raw_download=True),
            type=blob.content_type,
            encoding=blob.content_encoding,
            metadata=blob.metadata or {},
            tags={},
        )

    def delete(self, bucket: str, key: str) -> None:
        self._client.bucket(bucket).delete_blob(key)

    def describe(self, bucket: str, key: str, metadata: Mapping[str, str]) -> None:
        blob = self._client.bucket(bucket).get_blob(key)
        blob.metadata = dict(metadata)
        blob.patch()
