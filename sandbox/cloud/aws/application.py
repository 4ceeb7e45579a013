"""Clusters of Amazon ECS: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/clusters.html."""

from collections.abc import Mapping
from typing import Any, Final

from sandbox.cloud.aws.encryption_key import KEY
from sandbox.cloud.aws.tags import tag_rule
from sandbox.cloud.checks import Problems, one_of
from sandbox.cloud.context import Context, Object
from sandbox.cloud.guards import not_deleted_while_others
from sandbox.cloud.identity import arn, same
from sandbox.cloud.resource_type import Name, Reference, ResourceType

CLUSTER: Final = "aws:ecs/cluster:Cluster"
SERVICE: Final = "aws:ecs/service:Service"
ECS_NAME: Final = Name(longest=255, pattern=r"[a-zA-Z0-9_-]+", allowed=r"a-zA-Z0-9_\-", lower=False)
_DOCS: Final = "https://docs.aws.amazon.com/AmazonECS/latest"
_EXECUTE: Final = "configuration.executeCommandConfiguration"
_STORED: Final = "configuration.managedStorageConfiguration"


def _logged(inputs: Mapping[str, Any]) -> Problems:
    """https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ExecuteCommandConfiguration.html."""
    execute = (inputs.get("configuration") or {}).get("executeCommandConfiguration") or {}
    if (execute.get("logging") == "OVERRIDE") != bool(execute.get("logConfiguration")):
        yield f"{_EXECUTE}.logConfiguration", "InvalidParameterException: given with logging OVERRIDE, and only with it"


def _runs_in(context: Context, service: Object) -> bool:
    return service.get("cluster") in (context.id, context["name"])


TYPES: Final = (
    ResourceType(
        token=CLUSTER,
        source=f"{_DOCS}/APIReference/API_CreateCluster.html",
        sources=(f"{_DOCS}/APIReference/API_DeleteCluster.html", f"{_DOCS}/APIReference/API_ClusterSetting.html"),
        id=arn("ecs", "cluster/{name}"),
        name=ECS_NAME,
        computed={"arn": "{id}"},
        defaults={"settings": same([{"name": "containerInsights", "value": "disabled"}])},
        references=(
            Reference(f"{_EXECUTE}.kmsKeyId", KEY),
            Reference(f"{_STORED}.kmsKeyId", KEY),
            Reference(f"{_STORED}.fargateEphemeralStorageKmsKeyId", KEY),
        ),
        checks=(
            one_of("settings[*].name", ("containerInsights",)),
            one_of("settings[*].value", ("enhanced", "enabled", "disabled")),
            one_of(f"{_EXECUTE}.logging", ("NONE", "DEFAULT", "OVERRIDE")),
            _logged,
            tag_rule(),
        ),
        guards=(
            not_deleted_while_others(
                SERVICE,
                belongs=_runs_in,
                reason="ClusterContainsServicesException: The Cluster cannot be deleted while Services are active: {other}",
            ),
        ),
        known_as=("name",),
        unordered=("settings",),
        blind_spots=(
            "A cluster of the same name is taken over there without a word; here the second is refused.",
            "The service-linked role, made with an account's first cluster, is not imitated.",
            "Capacity providers, namespaces and the key policy for Fargate's storage are not looked at.",
        ),
    ),
)
