"""Cloud Run service behind a regional internal Application Load Balancer, with images from Artifact Registry."""

import pulumi

from components import application as contract
from components.application import ApplicationArgs
from components.gcp._landing import GcpLanding
from components.gcp.application.front import front
from components.gcp.application.registry import registry
from components.gcp.application.service import service

__all__ = ["Application"]


class Application(contract.Application):
    """Cloud Run is regional: instances run in several zones. The load balancer reaches them inside Google, not over a port."""

    def __init__(
        self, name: str, args: ApplicationArgs, landing: GcpLanding, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("machikumo:gcp:Application", name, landing, opts)
        images, path = registry(self, args, landing)
        running = [service(self, args, landing, images, f"{path}/{args.image}")] if args.image is not None else []
        self.address = front(self, args, landing, running)
        # The id it was given, once it is there to be pushed to.
        self.registry = images.id.apply(lambda _: path)
        self.register_outputs({"address": self.address, "registry": self.registry})
