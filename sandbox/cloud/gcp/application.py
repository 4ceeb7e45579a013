"""Artifact Registry and Cloud Run.

https://cloud.google.com/run/docs/overview/what-is-cloud-run
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from sandbox.cloud.checks import Problems, between, matches, one_of
from sandbox.cloud.context import Context
from sandbox.cloud.gcp.encryption_key import ACCOUNT, KEY, key_granted
from sandbox.cloud.gcp.naming import CREATED, label_rule
from sandbox.cloud.gcp.network import NETWORK, SUBNET
from sandbox.cloud.guards import not_deleted_while
from sandbox.cloud.resource_type import Name, Reference, ResourceType
from sandbox.cloud.value import at

REGISTRY: Final = "gcp:artifactregistry/repository:Repository"
SERVICE: Final = "gcp:cloudrunv2/service:Service"
_IMAGE: Final = re.compile(r"(?P<where>[a-z0-9-]+)-docker\.pkg\.dev/(?P<project>[^/]+)/(?P<repository>[^/]+)/.+")
_INTERFACE: Final = "template.vpcAccess.networkInterfaces[*]"


def _one(tree: Any, path: str, otherwise: Any = None) -> Any:
    return next((value for _, value in at(tree, path)), otherwise)


def _mebibytes(text: str) -> int:
    unit = {"Mi": 1, "Gi": 1024}[text[-2:]]
    return int(text[:-2]) * unit


def _container_fits(inputs: Mapping[str, Any]) -> Problems:
    for where, container in at(inputs, "template.containers[*]"):
        cpu = float(_one(container, "resources.limits.cpu", "1"))
        memory = _one(container, "resources.limits.memory", "512Mi")
        # https://cloud.google.com/run/docs/configuring/services/memory-limits
        if _mebibytes(memory) < 512 and inputs["template"].get("executionEnvironment") == "EXECUTION_ENVIRONMENT_GEN2":
            yield f"{where}.resources.limits.memory", f"{memory}: the second generation needs at least 512Mi"
        least = 4096 if cpu >= 8 else 2048 if cpu >= 4 else 0
        if _mebibytes(memory) < least:
            yield f"{where}.resources.limits.memory", f"{memory}: {cpu:g} CPU need at least {least}Mi"
        if cpu < 1 and inputs["template"].get("maxInstanceRequestConcurrency", 1) > 1:
            yield f"{where}.resources.limits.cpu", "less than one CPU takes one request at a time"


def _scaling_fits(inputs: Mapping[str, Any]) -> Problems:
    least, most = (_one(inputs, f"template.scaling.{name}InstanceCount") for name in ("min", "max"))
    if least is not None and most is not None and least > most:
        yield "template.scaling.minInstanceCount", f"{least} is more than the maximum, {most}"


def _image_there(context: Context) -> str | None:
    if context.operation == "delete":
        return None
    for _, image in at(context.inputs, "template.containers[*].image"):
        found = _IMAGE.fullmatch(image)
        if found is None:
            continue
        name = f"projects/{found['project']}/locations/{found['where']}/repositories/{found['repository']}"
        if context.find(name, REGISTRY) is None:
            return f"Error 400: Image '{image}' not found: no repository {name}"
    return None


TYPES: Final = (
    ResourceType(
        token=REGISTRY,
        source="https://cloud.google.com/artifact-registry/docs/repositories/create-repos",
        id="projects/{project}/locations/{location}/repositories/{repositoryId}",
        name=Name(
            property="repositoryId",
            pattern=r"[a-z]([-a-z0-9]*[a-z0-9])?",
            automatic=False,
            unique_in="{project}/{location}",
        ),
        computed={
            "name": "{repositoryId}",
            "createTime": CREATED,
            "updateTime": CREATED,
            "registryUri": "{location}-docker.pkg.dev/{project}/{repositoryId}",
        },
        defaults={"mode": "STANDARD_REPOSITORY"},
        replace_on=("location", "format", "kmsKeyName"),
        checks=(
            one_of("format", ("DOCKER", "MAVEN", "NPM", "PYTHON", "APT", "YUM", "GO", "GENERIC")),
            label_rule("labels"),
        ),
        guards=(key_granted("kmsKeyName", "gcp-sa-artifactregistry"),),
        references=(Reference("kmsKeyName", KEY),),
    ),
    ResourceType(
        token=SERVICE,
        source="https://cloud.google.com/run/docs/deploying",
        id="projects/{project}/locations/{location}/services/{name}",
        name=Name(longest=49, pattern=r"[a-z]([-a-z0-9]*[a-z0-9])?", unique_in="{project}/{location}"),
        computed={
            "uid": lambda context: context.uuid("service"),
            "uri": lambda context: f"https://{context['name']}-{context.place['number']}.{context['location']}.run.app",
            "generation": "1",
            "observedGeneration": "1",
            "createTime": CREATED,
            "updateTime": CREATED,
            "reconciling": lambda _: False,
            "latestCreatedRevision": "projects/{project}/locations/{location}/services/{name}/revisions/{name}-00001",
            "latestReadyRevision": "projects/{project}/locations/{location}/services/{name}/revisions/{name}-00001",
        },
        input_defaults={"deletionProtection": True},
        defaults={"launchStage": "GA"},
        replace_on=("location",),
        checks=(
            one_of(
                "ingress",
                ("INGRESS_TRAFFIC_ALL", "INGRESS_TRAFFIC_INTERNAL_ONLY", "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"),
            ),
            one_of("template.vpcAccess.egress", ("ALL_TRAFFIC", "PRIVATE_RANGES_ONLY")),
            one_of("template.executionEnvironment", ("EXECUTION_ENVIRONMENT_GEN1", "EXECUTION_ENVIRONMENT_GEN2")),
            matches("template.timeout", r"\d+(\.\d+)?s", "a duration ends in s"),
            between("template.scaling.maxInstanceCount", 1, 1000),
            _scaling_fits,
            _container_fits,
            label_rule("labels"),
            label_rule("template.labels"),
        ),
        guards=(
            not_deleted_while("deletionProtection", reason="cannot destroy {id} while deletion_protection is on"),
            _image_there,
            key_granted("template.encryptionKey", "serverless-robot-prod"),
        ),
        references=(
            Reference("template.serviceAccount", ACCOUNT),
            Reference("template.encryptionKey", KEY),
            Reference(f"{_INTERFACE}.network", NETWORK, blocks_deletion=True),
            Reference(f"{_INTERFACE}.subnetwork", SUBNET, blocks_deletion=True),
        ),
        known_as=("name",),
    ),
)
