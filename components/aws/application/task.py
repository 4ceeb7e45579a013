"""Amazon ECS task definition: one container, by digest, as the workload's own identity."""

import pulumi
from pulumi_aws import cloudwatch, ecr, ecs, iam

from components._component import Component, own
from components.application import PORT, ApplicationArgs
from components.aws._landing import AwsLanding
from components.aws._policy import role_arn
from components.aws.identity import Identity

__all__ = ["task"]


def task(
    owner: Component,
    name: str,
    args: ApplicationArgs,
    landing: AwsLanding,
    *,
    cpu: str,
    memory: str,
    repository: ecr.Repository,
    log: cloudwatch.LogGroup,
    role: iam.Role,
) -> ecs.TaskDefinition:
    """`role` starts the task; what runs in it acts as `args.identity`."""
    return ecs.TaskDefinition(
        f"{name}-task",
        family=f"{name}-{landing.stack}",
        requires_compatibilities=["FARGATE"],
        network_mode="awsvpc",
        cpu=cpu,
        memory=memory,
        runtime_platform={"operating_system_family": "LINUX", "cpu_architecture": "X86_64"},
        execution_role_arn=role_arn(role.name, landing),
        task_role_arn=own(args.identity, Identity).role_arn,
        container_definitions=_containers(name, args, landing, repository, log),
        tags=landing.tags,
        opts=owner.child(),
    )


def _containers(
    name: str, args: ApplicationArgs, landing: AwsLanding, repository: ecr.Repository, log: cloudwatch.LogGroup
) -> pulumi.Output[str]:
    digest = (args.image or "").partition("@")[2]
    host = f"{landing.account_id}.dkr.ecr.{landing.region}.amazonaws.com"
    environment = {
        "DATABASE_HOST": args.database.host,
        "DATABASE_NAME": args.database.database_name,
        "DATABASE_PASSWORD_SECRET": args.secret.secret_id,
        "RECORDS_BUCKET": args.storage.bucket,
    }
    return pulumi.Output.json_dumps(
        [
            {
                "name": name,
                "image": pulumi.Output.concat(host, "/", repository.name, "@", digest),
                "essential": True,
                "portMappings": [{"containerPort": PORT, "protocol": "tcp"}],
                "environment": [{"name": key, "value": value} for key, value in environment.items()],
                "logConfiguration": {
                    "logDriver": "awslogs",
                    "options": {
                        "awslogs-group": log.name,
                        "awslogs-region": landing.region,
                        "awslogs-stream-prefix": name,
                    },
                },
            }
        ]
    )
