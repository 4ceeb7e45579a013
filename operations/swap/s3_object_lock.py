"""Object lock of a bucket of the S3 protocol: whether it has it, and whether who asks is told of it."""

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError  # type: ignore[import-untyped]

from operations.swap.store import StoreError
from operations.wording import say

__all__ = ["locked", "refuse_untold"]

FORBIDDEN = 403


def locked(client: Any, bucket: str) -> bool:
    """Whether versions can have a retention of their own there."""
    try:
        found = client.get_object_lock_configuration(Bucket=bucket)
    except ClientError as error:
        if error.response["Error"]["Code"] in ("ObjectLockConfigurationNotFoundError", "NotImplemented"):
            return False
        raise
    return bool(found["ObjectLockConfiguration"].get("ObjectLockEnabled") == "Enabled")


def refuse_untold(client: Any, which: Mapping[str, str], named: str, *, amazon: bool) -> None:
    """Raise StoreError where retention and legal hold of a version are not told to us: an answer about the object leaves them out then, as if there
    were none, and the copy would be kept shorter.

    For its retention only `amazon` is asked: another server may not know the question, and answer with the object.
    https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html (x-amz-object-lock-retain-until-date)
    """
    asking = {"s3:GetObjectLegalHold": client.get_object_legal_hold}
    if amazon:
        asking["s3:GetObjectRetention"] = client.get_object_retention
    for right, asked in asking.items():
        try:
            asked(**which)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] != FORBIDDEN:
                # Nothing is kept there.
                continue
            raise StoreError(
                say(
                    f"{named}: the bucket has object lock, and retention or legal holds of its objects are not told to this profile: give it the right {right} there",
                    f"{named}: オブジェクトロックのあるバケットですが、オブジェクトの保存期間か訴訟ホールドをこのプロファイルでは読めません。権限 {right} を与えてください",
                )
            ) from None
