"""Binding what lies in a bucket of Cloud Storage: by the bucket's locked retention policy, or each object's own retention in locked mode."""

from datetime import datetime, timedelta

from operations.swap.gcs_store import PROPERTIES, GcsStore, bucket_named, refusals
from operations.swap.store import Described, Version

__all__ = ["GcsLock", "lockable"]


def lockable(name: str) -> "GcsLock":
    """The store BUCKET. Raises StoreError."""
    return GcsLock(bucket_named(name))


class GcsLock(GcsStore):
    """One bucket whose versions are bound."""

    tells = True

    def binding(self) -> timedelta | None:
        """For how long the bucket's policy keeps everything, once it is locked: then nobody can shorten it.

        https://cloud.google.com/storage/docs/bucket-lock
        """
        return timedelta(seconds=self._kept_seconds) if self._bucket.retention_policy_locked else None

    def retention(self, version: Version) -> tuple[datetime | None, datetime | None]:
        """Until when nobody can remove a version, and until when it is kept: by the bucket's policy or its own retention, the later one."""
        with refusals(self._named):
            found = self._blob(version)
        policy = found.time_created + timedelta(seconds=self._kept_seconds) if self._kept_seconds else None
        own = found.retention.retain_until_time
        bound = [
            policy if self._bucket.retention_policy_locked else None,
            own if found.retention.mode == "Locked" else None,
        ]
        return max(filter(None, bound), default=None), max(filter(None, (policy, own)), default=None)

    def lock(self, version: Version, until: datetime) -> None:
        """Set a version's own retention, in the mode that nobody can shorten. A bucket without object retention has only its policy.

        https://cloud.google.com/storage/docs/object-lock
        """
        if not self.locks:
            return
        with refusals(self._named):
            blob = self._blob(version)
            blob.retention.mode = "Locked"
            blob.retention.retain_until_time = until
            blob.patch(override_unlocked_retention=True)

    def describe(self, version: Version, described: Described) -> None:
        """Properties and metadata, which a generation can be given anew here, and a retention that is longer, in the mode that it has."""
        with refusals(self._named):
            blob = self._blob(version)
            for name in PROPERTIES:
                if getattr(blob, name) != described.properties.get(name):
                    setattr(blob, name, described.properties.get(name))
            # What is not named would stay.
            blob.metadata = {**dict.fromkeys(blob.metadata or {}), **described.metadata}
            own = blob.retention.retain_until_time
            if self.locks and described.until is not None and (own is None or own < described.until):
                blob.retention.mode = blob.retention.mode or "Unlocked"
                blob.retention.retain_until_time = described.until
            blob.patch(if_metageneration_match=blob.metageneration)

    def remove(self, version: Version) -> None:
        """Remove a generation; its own retention, where that is not locked, goes first. A deletion is nothing that lies there."""
        if version.deleted:
            return
        with refusals(self._named):
            blob = self._blob(version)
            if blob.retention.mode == "Unlocked":
                blob.retention.mode = blob.retention.retain_until_time = None
                blob.patch(override_unlocked_retention=True)
            self._bucket.delete_blob(version.key, generation=int(version.id))
