"""Artifact Registry.

https://cloud.google.com/artifact-registry/docs/overview
"""

from collections.abc import Mapping
from typing import Any, Final

from sandbox.cloud.checks import Problems, one_of
from sandbox.cloud.gcp.key_use import KEY, key_granted
from sandbox.cloud.gcp.naming import CREATED, label_rule, region_rule
from sandbox.cloud.resource_type import Name, Reference, ResourceType

REGISTRY: Final = "gcp:artifactregistry/repository:Repository"
# https://cloud.google.com/artifact-registry/docs/supported-formats
_FORMATS: Final = ("DOCKER", "MAVEN", "NPM", "PYTHON", "APT", "YUM", "GO", "GENERIC", "KFP", "RUBY")
_OF_MODE: Final = {"remoteRepositoryConfig": "REMOTE_REPOSITORY", "virtualRepositoryConfig": "VIRTUAL_REPOSITORY"}
_OF_FORMAT: Final = {"dockerConfig": "DOCKER", "mavenConfig": "MAVEN"}


def _fits(inputs: Mapping[str, Any]) -> Problems:
    for name, mode in _OF_MODE.items():
        if (name in inputs) != (inputs.get("mode", "STANDARD_REPOSITORY") == mode):
            yield name, f"'{name}' is for mode {mode}, and needed there"
    for name, kind in _OF_FORMAT.items():
        if name in inputs and inputs.get("format", kind).upper() != kind:
            yield name, f"'{name}' is for format {kind}"
    for policy in inputs.get("cleanupPolicies") or []:
        if policy.get("action") not in ("DELETE", "KEEP"):
            yield "cleanupPolicies", "a cleanup policy is of action DELETE or KEEP"


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
        input_defaults={"mode": "STANDARD_REPOSITORY"},
        replace_on=("location", "format", "kmsKeyName", "mode", "remoteRepositoryConfig", "mavenConfig"),
        checks=(
            one_of("format", _FORMATS),
            one_of("mode", ("STANDARD_REPOSITORY", *_OF_MODE.values())),
            region_rule("location", "asia|europe|us"),
            _fits,
            label_rule("labels"),
        ),
        guards=(key_granted("kmsKeyName", "gcp-sa-artifactregistry"),),
        references=(Reference("kmsKeyName", KEY, anywhere=True),),
        sources=(
            "https://cloud.google.com/artifact-registry/docs/supported-formats",
            "https://cloud.google.com/artifact-registry/docs/cmek",
        ),
        blind_spots=(
            "Deleting a repository deletes its images there as well; who runs them is not asked, here neither.",
            "Upstreams of remote and virtual repositories are not looked up.",
            "registryUri names docker.pkg.dev whatever the format.",
        ),
    ),
)
