"""Amazon ECS service on AWS Fargate, its log group and the role that starts it."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pulumi
from pulumi_aws import ecr, ecs, iam

from components._component import Component, Size, own
from components.application import PORT, ApplicationArgs
from components.aws._landing import AwsLanding
from components.aws._log_group import kept_log_group
from components.aws._policy import document, service_trust
from components.aws.application.entry import Entry
from components.aws.application.task import task
from components.aws.encryption_key import EncryptionKey
from components.aws.log_archive import LogArchive
from components.aws.network import Network
from components.network import Tier

__all__ = ["service"]


class _Capacity(NamedTuple):
    """CPU units and MiB of one task, as Fargate combines them."""

    cpu: str
    memory: str
    tasks: int


# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
_CAPACITY: Mapping[Size, _Capacity] = {
    Size.SMALL: _Capacity("1024", "2048", 2),
    Size.MEDIUM: _Capacity("2048", "4096", 4),
    Size.LARGE: _Capacity("4096", "8192", 8),
}


def service(
    owner: Component,
    name: str,
    args: ApplicationArgs,
    landing: AwsLanding,
    *,
    repository: ecr.Repository,
    front: Entry,
) -> None:
    """Fargate spreads tasks over the zones of the subnets. Without an image: everything but task and service."""
    network, archive = own(args.network, Network), own(args.archive, LogArchive)
    capacity = _CAPACITY[args.size]
    cluster = ecs.Cluster(f"{name}-cluster", tags=landing.tags, opts=owner.child())
    log = kept_log_group(
        owner, f"{name}-log", landing, key_arn=own(args.key, EncryptionKey).key_id, stream=archive.stream
    )
    role = iam.Role(
        f"{name}-start-role",
        description="starts tasks: pulls images and opens log streams",
        assume_role_policy=service_trust(
            "ecs-tasks.amazonaws.com", f"arn:aws:ecs:{landing.region}:{landing.account_id}:*", landing
        ),
        tags=landing.tags,
        opts=owner.child(),
    )
    rights = iam.RolePolicy(
        f"{name}-start-role-policy",
        role=role.name,
        policy=document(_rights(repository.name, log.name, landing)),
        opts=owner.child(),
    )
    if args.image is None:
        return
    definition = task(
        owner, name, args, landing, cpu=capacity.cpu, memory=capacity.memory, repository=repository, log=log, role=role
    )
    ecs.Service(
        f"{name}-service",
        cluster=cluster.arn,
        task_definition=definition.arn,
        launch_type="FARGATE",
        desired_count=capacity.tasks,
        enable_execute_command=False,
        availability_zone_rebalancing="ENABLED",
        deployment_circuit_breaker={"enable": True, "rollback": True},
        network_configuration={
            "assign_public_ip": False,
            "subnets": network.subnet_ids(Tier.APPLICATION),
            "security_groups": [network.group_id(Tier.APPLICATION)],
        },
        load_balancers=[{"target_group_arn": front.targets.arn, "container_name": name, "container_port": PORT}],
        propagate_tags="SERVICE",
        tags=landing.tags,
        opts=owner.child(depends_on=[front.listener, rights, *network.ready, args.database, args.secret, args.storage]),
    )


def _rights(
    repository: pulumi.Output[str], log: pulumi.Output[str], landing: AwsLanding
) -> Sequence[Mapping[str, Any]]:
    place = f"{landing.region}:{landing.account_id}"
    return [
        # The one action that ECR binds to no repository.
        # https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
        {"Effect": "Allow", "Action": "ecr:GetAuthorizationToken", "Resource": "*"},
        {
            "Effect": "Allow",
            "Action": ["ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"],
            "Resource": pulumi.Output.concat(f"arn:aws:ecr:{place}:repository/", repository),
        },
        {
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": pulumi.Output.concat(f"arn:aws:logs:{place}:log-group:", log, ":*"),
        },
    ]
