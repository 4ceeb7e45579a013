"""Cloud Storage bucket with a retention policy."""

import pulumi
from pulumi_gcp import storage

from components import object_storage as contract
from components._component import own
from components.gcp._bucket import kept_bucket
from components.gcp._landing import GcpLanding
from components.gcp.identity import Identity
from components.object_storage import ObjectStorageArgs

__all__ = ["ObjectStorage"]


class ObjectStorage(contract.ObjectStorage):
    """Reads and writes are logged by the data access audit logs of the log archive.

    The writer may add and read objects, not delete or overwrite them: two predefined roles, of which the second goes with `writable`.
    """

    def __init__(
        self, name: str, args: ObjectStorageArgs, landing: GcpLanding, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("machikumo:gcp:ObjectStorage", name, landing, opts)
        writer = own(args.writer, Identity)
        bucket = kept_bucket(
            self,
            landing,
            key_id=args.key.key_id,
            retention_days=args.retention_days,
            depends_on=[args.key, args.archive],
        )
        roles = {"read": "roles/storage.objectViewer", "write": "roles/storage.objectCreator"}
        for what, role in roles.items() if args.writable else [("read", roles["read"])]:
            storage.BucketIAMMember(
                f"{name}-{what}", bucket=bucket.name, role=role, member=writer.member, opts=self.child()
            )
        self.bucket = bucket.name
        self.register_outputs({"bucket": self.bucket})
