"""AWS IAM role that Amazon ECS tasks take."""

import pulumi
from pulumi_aws import iam

from components import identity as contract
from components.aws._landing import AwsLanding
from components.aws._policy import role_arn, service_trust
from components.identity import IdentityArgs

__all__ = ["Identity"]


class Identity(contract.Identity):
    """Siblings add their right to `role_name`; `role_arn` is known at preview."""

    def __init__(
        self, name: str, args: IdentityArgs, landing: AwsLanding, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("machikumo:aws:Identity", name, landing, opts)
        role = iam.Role(
            f"{name}-role",
            description=args.title,
            assume_role_policy=service_trust(
                "ecs-tasks.amazonaws.com", f"arn:aws:ecs:{landing.region}:{landing.account_id}:*", landing
            ),
            tags=landing.tags,
            opts=self.child(),
        )
        self.role_name = role.name
        self.role_arn = role_arn(role.name, landing)
        self.identity_id = role.arn
        self.register_outputs({"identity_id": self.identity_id})
