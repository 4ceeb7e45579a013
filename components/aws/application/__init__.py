"""Amazon ECS on AWS Fargate behind an internal Application Load Balancer, with images from Amazon ECR."""

import pulumi

from components import application as contract
from components.application import ApplicationArgs
from components.aws._landing import AwsLanding
from components.aws.application.entry import entry
from components.aws.application.images import images
from components.aws.application.service import service

__all__ = ["Application"]


class Application(contract.Application):
    """A repository of Amazon ECR holds one image, so the image is named like this component."""

    def __init__(
        self, name: str, args: ApplicationArgs, landing: AwsLanding, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("machikumo:aws:Application", name, landing, opts)
        repository = images(self, name, args, landing)
        front = entry(self, name, args, landing)
        service(self, name, args, landing, repository=repository, front=front)
        self.address = front.balancer.dns_name
        self.registry = repository.repository_url.apply(lambda url: url.rpartition("/")[0])
        self.register_outputs({"address": self.address, "registry": self.registry})
