"""Cloud Run.

https://cloud.google.com/run/docs/overview/what-is-cloud-run
"""

import ipaddress
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sandbox.cloud.checks import Problems, between, holds, matches, one_of
from sandbox.cloud.context import Context, Object
from sandbox.cloud.gcp.access import ACCOUNT
from sandbox.cloud.gcp.addresses import NETWORK, PROXIES, SUBNET
from sandbox.cloud.gcp.container import containers_fit, network_fits, scaling_fits, sizes_fit
from sandbox.cloud.gcp.image_registry import REGISTRY
from sandbox.cloud.gcp.key_use import KEY, key_granted
from sandbox.cloud.gcp.naming import CREATED, description_rule, label_rule, region_rule
from sandbox.cloud.gcp.secret import ACCESSES, READER, SECRET
from sandbox.cloud.gcp.tree import identity
from sandbox.cloud.guards import not_deleted_while
from sandbox.cloud.resource_type import Name, Reference, ResourceType
from sandbox.cloud.value import at, one

SERVICE: Final = "gcp:cloudrunv2/service:Service"
_IMAGE: Final = re.compile(r"(?P<where>[a-z0-9-]+)-docker\.pkg\.dev/(?P<project>[^/]+)/(?P<repository>[^/]+)/.+")
_INTERFACE: Final = "template.vpcAccess.networkInterfaces[*]"
_SECRETS: Final = "template.containers[*].envs[*].valueSource.secretKeyRef.secret"
_OWN_ANNOTATIONS: Final = re.compile(
    r"(.*\.)?(run\.googleapis\.com|cloud\.googleapis\.com|(serving|autoscaling)\.knative\.dev)/.*"
)


def _annotations_fit(inputs: Mapping[str, Any]) -> Problems:
    for path in ("annotations", "template.annotations"):
        for name in [name for name in one(inputs, path) or {} if _OWN_ANNOTATIONS.fullmatch(name)]:
            yield path, f"'{name}' is in a namespace of Cloud Run's own"


def _image_there(context: Context) -> str | None:
    if not context.writing:
        return None
    for _, image in at(context.inputs, "template.containers[*].image"):
        found = _IMAGE.fullmatch(image)
        if found is None:
            continue
        name = f"projects/{found['project']}/locations/{found['where']}/repositories/{found['repository']}"
        if context.find(name, REGISTRY) is None:
            return f"Error 400: Image '{image}' not found: no repository {name}"
    return None


def _subnets(context: Context) -> Iterator[tuple[Mapping[str, Any], Object | None]]:
    """Each interface and its subnet in the service's region, which a bare name may mean in several."""
    for _, interface in at(context.inputs, _INTERFACE):
        named = interface.get("subnetwork")
        every = [subnet for subnet in context.objects(SUBNET) if named in (subnet.id, subnet.get("name"))]
        yield interface, next((subnet for subnet in every if subnet.get("region") == context["location"]), None)


def _subnet_fits(context: Context) -> str | None:
    if not context.writing:
        return None
    for interface, subnet in _subnets(context):
        if "subnetwork" not in interface:
            continue
        if subnet is None:
            return f"Error 400: the subnetwork {interface['subnetwork']} is not in {context['location']}"
        network = interface.get("network")
        home = identity(context, subnet.get("network"), NETWORK)
        if network is not None and identity(context, network, NETWORK) != home:
            return f"Error 400: the subnetwork {subnet.id} is not in the network {network}"
        if subnet.get("purpose") in PROXIES:
            return f"Error 400: {subnet.id} is for load balancers only"
        if ipaddress.ip_network(subnet.get("ipCidrRange")).prefixlen > 26:
            return f"Error 400: {subnet.id} is too small: direct VPC egress takes a range of /26 or larger"
    return None


def _secrets_readable(context: Context) -> str | None:
    if not context.writing:
        return None
    account = one(context.inputs, "template.serviceAccount")
    for _, name in at(context.inputs, _SECRETS):
        secret = context.find(name, SECRET)
        if secret is None or account is None:
            continue
        readers = [
            grant.get("member")
            for grant in context.objects(READER)
            if identity(context, grant.get("secretId"), SECRET) == secret.id and grant.get("role") in ACCESSES
        ]
        if f"serviceAccount:{account}" not in readers:
            return f"Error 400: Permission denied on secret: {secret.id} for Revision service account {account}"
    return None


def _addresses(context: Context) -> list[str]:
    return [f"https://{context['name']}-{context.place['number']}.{context['location']}.run.app"]


def _uri(context: Context) -> str:
    return "" if context.inputs.get("defaultUriDisabled") is True else _addresses(context)[0]


TYPES: Final = (
    ResourceType(
        token=SERVICE,
        source="https://cloud.google.com/run/docs/deploying",
        id="projects/{project}/locations/{location}/services/{name}",
        name=Name(longest=49, pattern=r"[a-z]([-a-z0-9]*[a-z0-9])?", unique_in="{project}/{location}"),
        computed={
            "uid": lambda context: context.uuid("service"),
            "uri": _uri,
            "generation": "1",
            "observedGeneration": "1",
            "createTime": CREATED,
            "updateTime": CREATED,
            "reconciling": lambda _: False,
            "latestCreatedRevision": "projects/{project}/locations/{location}/services/{name}/revisions/{name}-00001",
            "latestReadyRevision": "projects/{project}/locations/{location}/services/{name}/revisions/{name}-00001",
        },
        input_defaults={"deletionProtection": True},
        defaults={"launchStage": "GA", "ingress": "INGRESS_TRAFFIC_ALL"},
        replace_on=("location", "functionalType"),
        checks=(
            region_rule("location"),
            one_of(
                "ingress",
                ("INGRESS_TRAFFIC_ALL", "INGRESS_TRAFFIC_INTERNAL_ONLY", "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"),
            ),
            one_of("launchStage", ("ALPHA", "BETA", "GA")),
            one_of("template.vpcAccess.egress", ("ALL_TRAFFIC", "PRIVATE_RANGES_ONLY")),
            one_of("template.executionEnvironment", ("EXECUTION_ENVIRONMENT_GEN1", "EXECUTION_ENVIRONMENT_GEN2")),
            matches("template.timeout", r"\d+(\.\d+)?s", "a duration ends in s"),
            holds(
                "template.timeout",
                lambda text: float(text.rstrip("s") or 0) <= 3_600,
                "'{value}' is more than 3600 seconds",
            ),
            between("template.maxInstanceRequestConcurrency", 1, 1_000),
            between("template.scaling.minInstanceCount", 0, 1_000),
            between("template.scaling.maxInstanceCount", 1, 1_000),
            scaling_fits,
            sizes_fit,
            containers_fit,
            network_fits,
            _annotations_fit,
            description_rule("description", 512),
            label_rule("labels"),
            label_rule("template.labels"),
        ),
        guards=(
            not_deleted_while("deletionProtection", reason="cannot destroy {id} while deletion_protection is on"),
            _image_there,
            _subnet_fits,
            _secrets_readable,
            key_granted("template.encryptionKey", "serverless-robot-prod"),
        ),
        references=(
            Reference("template.serviceAccount", ACCOUNT, unless=r"\d+-compute@developer\.gserviceaccount\.com"),
            Reference("template.encryptionKey", KEY, anywhere=True),
            Reference(f"{_INTERFACE}.network", NETWORK, blocks_deletion=True),
            Reference(f"{_INTERFACE}.subnetwork", SUBNET, blocks_deletion=True, anywhere=True),
            Reference(_SECRETS, SECRET),
        ),
        known_as=("name",),
        sources=(
            "https://cloud.google.com/run/docs/configuring/services/memory-limits",
            "https://cloud.google.com/run/docs/configuring/services/cpu",
            "https://cloud.google.com/run/docs/configuring/vpc-direct-vpc",
            "https://cloud.google.com/run/docs/deploying#images",
        ),
        blind_spots=(
            "Only an image's repository is looked up, not the image; whether the container starts is not known here.",
            "An update makes no new revision here: generation and revisions stay the first.",
            "The load balancer's target of a deleted service stays; requests fail there.",
            "Accounts of other projects, secrets of other projects and connectors are refused or not looked up.",
            "The largest number of instances depends on region and quota there; 1000 is let pass.",
            "Less than one CPU needs the first generation there; here only concurrency and CPU allocation are held to it.",
        ),
    ),
)
