"""Azure Container Apps in an internal environment, reached through a private endpoint in the entry subnet."""

import pulumi

from components import application as contract
from components._component import own
from components.application import ApplicationArgs
from components.azure._landing import AzureLanding
from components.azure._private_endpoint import private_endpoint
from components.azure.application.environment import environment
from components.azure.application.own_names import certificates, readers
from components.azure.application.registry import registry
from components.azure.application.service import service
from components.azure.log_archive import LogArchive
from components.azure.network import Network, Zone
from components.network import Tier

__all__ = ["Application"]


class Application(contract.Application):
    """The load balancer is the environment's own: TLS 1.2 or later, HTTP is redirected. Its name is given, since it has to be
    known before the first image is pushed, with the vendor's certificate; host names of the landing's are custom domains.
    """

    def __init__(
        self, name: str, args: ApplicationArgs, landing: AzureLanding, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("machikumo:azure:Application", name, landing, opts)
        network, archive = own(args.network, Network), own(args.archive, LogArchive)
        images, pull = registry(self, name, args, landing)
        archive.keep(
            self, f"{name}-image-log", images.id, ["ContainerRegistryLoginEvents", "ContainerRegistryRepositoryEvents"]
        )
        read_by = readers(self, name, landing)
        surroundings = environment(self, name, network, landing, read_by)
        kept = ["ContainerAppConsoleLogs", "ContainerAppSystemLogs", "ContainerAppHTTPLogs"]
        archive.keep(self, f"{name}-log", surroundings.id, kept)
        private_endpoint(
            self,
            f"{name}-entry",
            target=surroundings.id,
            group="managedEnvironments",
            subnet=network.subnets[Tier.ENTRY],
            zone=network.zones[Zone.ENVIRONMENTS],
            landing=landing,
        )
        presented = certificates(self, name, surroundings, read_by, network, landing)
        if args.image is not None:
            service(
                self,
                name,
                args,
                args.image,
                images,
                surroundings,
                landing,
                certificates=presented,
                after=[pull, args.secret, args.storage],
            )
        self.address = pulumi.Output.concat(name, ".", surroundings.default_domain)
        self.registry = images.login_server
        self.register_outputs({"address": self.address, "registry": self.registry})
