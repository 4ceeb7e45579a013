"""OCI Container Instances behind a private flexible load balancer, with images from OCI Registry."""

import pulumi

from components import application as contract
from components.application import ApplicationArgs
from components.oci._landing import OciLanding
from components.oci.application.front import front
from components.oci.application.registry import registry
from components.oci.application.service import service

__all__ = ["Application"]


class Application(contract.Application):
    """Two container instances, one in each of two fault domains; a new one serves before the old one goes."""

    def __init__(
        self, name: str, args: ApplicationArgs, landing: OciLanding, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("machikumo:oci:Application", name, landing, opts)
        images, path = registry(self, args, landing)
        running = service(self, args, landing, images, f"{path}/{args.image}") if args.image is not None else []
        self.address = front(self, args, landing, running)
        # The id it was given, once it is there to be pushed to.
        self.registry = images.id.apply(lambda _: path)
        self.register_outputs({"address": self.address, "registry": self.registry})
