"""Binding what lies in a container of Azure: each version's own immutability policy, locked."""

from datetime import datetime, timedelta

from azure.core import MatchConditions
from azure.storage.blob import ImmutabilityPolicy

from operations.swap.blob_container import container
from operations.swap.blob_store import VERSION, BlobStore, refusals, whole_seconds
from operations.swap.store import Described, Version

__all__ = ["BlobLock", "lockable"]


def lockable(name: str) -> "BlobLock":
    """The store ACCOUNT/CONTAINER. Raises StoreError."""
    return BlobLock(container(name))


class BlobLock(BlobStore):
    """One container whose versions are bound."""

    tells = False

    def binding(self) -> timedelta | None:
        """Never told: the default of account and container is read by management calls alone."""
        return None

    def retention(self, version: Version) -> tuple[datetime | None, datetime | None]:
        """Until when nobody can remove a version, and until when it is kept; the default of the account counts as unlocked, as it may be."""
        with refusals(self._named):
            policy = self._blob(version).get_blob_properties().immutability_policy
        locked = (policy.policy_mode or "").casefold() == "locked"
        return policy.expiry_time if locked else None, policy.expiry_time

    def lock(self, version: Version, until: datetime) -> None:
        """Lock a version's policy: it can be made longer from then on, and no more shorter or removed.

        https://learn.microsoft.com/azure/storage/blobs/immutable-version-level-worm-policies
        """
        with refusals(self._named):
            policy = ImmutabilityPolicy(expiry_time=whole_seconds(until), policy_mode="Locked")
            self._blob(version).set_immutability_policy(policy)

    def describe(self, version: Version, described: Described) -> None:
        """Tags, legal hold, and a policy that is longer, locked or not as it is. Metadata set anew would make another version."""
        with refusals(self._named):
            blob = self._blob(version)
            found = blob.get_blob_properties()
            if dict(blob.get_blob_tags()) != dict(described.tags):
                blob.set_blob_tags(dict(described.tags))
            if not self.locks:
                return
            held, policy = "legal_hold" in described.properties, found.immutability_policy
            if held is not bool(found.has_legal_hold):
                blob.set_legal_hold(held)
            until = described.until and whole_seconds(described.until)
            if until is not None and (policy.expiry_time is None or policy.expiry_time < until):
                mode = "Locked" if (policy.policy_mode or "").casefold() == "locked" else "Unlocked"
                blob.set_immutability_policy(ImmutabilityPolicy(expiry_time=until, policy_mode=mode))

    def remove(self, version: Version) -> None:
        """Remove a version; its unlocked policy and a legal hold go first. A deletion is nothing that lies there.

        The latest one can't be removed by its id: the blob is deleted, which makes it a former version.
        https://learn.microsoft.com/azure/storage/blobs/versioning-overview
        """
        if version.deleted:
            return
        with refusals(self._named):
            blob = self._blob(version)
            if self.locks:
                found = blob.get_blob_properties()
                if found.has_legal_hold:
                    blob.set_legal_hold(False)
                if found.immutability_policy.expiry_time is not None:
                    blob.delete_immutability_policy()
            if not VERSION.match(version.id):
                self._client.delete_blob(
                    version.key, etag=f'"{version.id}"', match_condition=MatchConditions.IfNotModified
                )
                return
            if version.latest:
                self._client.delete_blob(version.key)
            blob.delete_blob()
