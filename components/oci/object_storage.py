"""OCI Object Storage bucket with a retention rule."""

import pulumi

from components import object_storage as contract
from components._component import own
from components.object_storage import ObjectStorageArgs
from components.oci._bucket import bucket
from components.oci._landing import OciLanding
from components.oci._policy import policy
from components.oci._service_log import service_log
from components.oci.encryption_key import EncryptionKey
from components.oci.identity import Identity

__all__ = ["ObjectStorage"]


class ObjectStorage(contract.ObjectStorage):
    """The writer puts and gets; nothing grants overwriting or deleting."""

    def __init__(
        self, name: str, args: ObjectStorageArgs, landing: OciLanding, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("machikumo:oci:ObjectStorage", name, landing, opts)
        store = bucket(self, f"{name}-store", landing, own(args.key, EncryptionKey), args.retention_days, removed=False)
        for category in ("read", "write"):
            service_log(
                self,
                f"{name}-{category}",
                landing,
                args.archive,
                service="objectstorage",
                category=category,
                resource=store.name,
            )
        rights = ["BUCKET_READ", "OBJECT_INSPECT", "OBJECT_READ", *(["OBJECT_CREATE"] if args.writable else [])]
        policy(
            self,
            f"{name}-writer",
            landing,
            "the workload's own records",
            [
                pulumi.Output.concat(
                    "Allow dynamic-group ",
                    own(args.writer, Identity).group,
                    f" to {{{', '.join(rights)}}} in ",
                    landing.scope,
                    " where all {target.bucket.name = '",
                    store.name,
                    "'}",
                )
            ],
            pulumi.ResourceOptions(depends_on=[args.writer]),
        )
        self.bucket = store.name
        self.register_outputs({"bucket": self.bucket})
