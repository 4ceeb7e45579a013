"""Binding what lies in a bucket of the S3 protocol: retention of single objects, in the mode that nobody can shorten."""

from datetime import datetime, timedelta

from operations.swap.s3_client import refusals
from operations.swap.s3_store import S3Store
from operations.swap.store import Described, Version

__all__ = ["S3Lock", "lockable"]

BOUND = "COMPLIANCE"
"""The mode of retention that nobody can shorten, the account's owner neither."""


def lockable(name: str) -> "S3Lock":
    """The store PROFILE/BUCKET. Raises StoreError."""
    return S3Lock(name)


class S3Lock(S3Store):
    """One bucket whose versions are bound."""

    tells = True

    def binding(self) -> timedelta | None:
        """For how long nobody can remove what is put there; None where the store does not bind it, or an administrator can shorten it."""
        if not self.locks:
            return None
        with refusals(self._named):
            found = self._client.get_object_lock_configuration(Bucket=self._bucket)["ObjectLockConfiguration"]
        rule = found.get("Rule", {}).get("DefaultRetention", {})
        # A leap year more rather than a day less.
        days = rule.get("Days") or rule.get("Years", 0) * 366
        return timedelta(days=days) if rule.get("Mode") == BOUND and days else None

    def retention(self, version: Version) -> tuple[datetime | None, datetime | None]:
        """Until when nobody can remove a version, and until when it is kept."""
        with refusals(self._named):
            found = self._client.head_object(Bucket=self._bucket, Key=version.key, VersionId=version.id)
        kept = found.get("ObjectLockRetainUntilDate")
        return kept if found.get("ObjectLockMode") == BOUND else None, kept

    def lock(self, version: Version, until: datetime) -> None:
        """Bind a version until that moment, in the mode that nobody can shorten. What it was bound for must not be longer."""
        with refusals(self._named):
            # The copy's own mode may be changed only by who may bypass it; its end is never brought forward.
            # https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectRetention.html
            self._client.put_object_retention(
                Bucket=self._bucket,
                Key=version.key,
                VersionId=version.id,
                BypassGovernanceRetention=True,
                ChecksumAlgorithm="SHA256",
                Retention={"Mode": BOUND, "RetainUntilDate": until},
            )

    def describe(self, version: Version, described: Described) -> None:
        """Tags, legal hold, and a retention that is longer, in the mode that it has. All else belongs to the version's bytes on S3."""
        which = self._which(version)
        with refusals(self._named):
            found = self._client.head_object(**which)
            now = self._described(version, found)
            if now.tags != described.tags:
                tags = [{"Key": name, "Value": value} for name, value in described.tags.items()]
                self._client.put_object_tagging(**which, Tagging={"TagSet": tags})
            if not self.locks:
                return
            held = described.properties.get("legal_hold", "OFF")
            if held != now.properties.get("legal_hold", "OFF"):
                self._client.put_object_legal_hold(**which, LegalHold={"Status": held}, ChecksumAlgorithm="SHA256")
            if described.until is not None and (now.until is None or now.until < described.until):
                kept = {"Mode": found.get("ObjectLockMode", "GOVERNANCE"), "RetainUntilDate": described.until}
                self._client.put_object_retention(**which, Retention=kept, ChecksumAlgorithm="SHA256")

    def remove(self, version: Version) -> None:
        """Remove a version by its id; where none are kept, the object, if it is still that one."""
        which = self._which(version)
        with refusals(self._named):
            if not self.versioned and self._latest(version.key) != version.id:
                return
            if self.locks and not version.deleted:
                held = self._client.head_object(**which).get("ObjectLockLegalHoldStatus")
                if held == "ON":
                    self._client.put_object_legal_hold(**which, LegalHold={"Status": "OFF"}, ChecksumAlgorithm="SHA256")
            # https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html (bypassing governance mode)
            self._client.delete_object(**which, **({"BypassGovernanceRetention": True} if self.locks else {}))
