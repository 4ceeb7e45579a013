"""Google Cloud project: its APIs, the vendor's service agents, its audit configuration.

https://cloud.google.com/service-usage/docs/overview
"""

from collections.abc import Mapping
from typing import Any, Final

from sandbox.cloud.checks import Problems, matches, one_of
from sandbox.cloud.context import Context
from sandbox.cloud.gcp.tree import repeated
from sandbox.cloud.resource_type import ResourceType
from sandbox.cloud.value import at

SERVICE: Final = "gcp:projects/service:Service"
AGENT: Final = "gcp:projects/serviceIdentity:ServiceIdentity"
_AUDIT: Final = "gcp:projects/iAMAuditConfig:IAMAuditConfig"
# The API that the types of a module are made with; the project's own APIs and agents are Service Usage's, which is on in
# every project. https://cloud.google.com/service-usage/docs/enabled-service
APIS: Final = {
    "artifactregistry": "artifactregistry",
    "cloudrunv2": "run",
    "compute": "compute",
    "dns": "dns",
    "kms": "cloudkms",
    "logging": "logging",
    "secretmanager": "secretmanager",
    "serviceaccount": "iam",
    "servicenetworking": "servicenetworking",
    "sql": "sqladmin",
    "storage": "storage",
}
_BY_TOKEN: Final = {SERVICE: "", AGENT: "", _AUDIT: "cloudresourcemanager"}
# https://cloud.google.com/iam/docs/service-agents
_AGENTS: Final = {
    "artifactregistry.googleapis.com": "gcp-sa-artifactregistry",
    "certificatemanager.googleapis.com": "gcp-sa-certificatemanager",
    "pubsub.googleapis.com": "gcp-sa-pubsub",
    "run.googleapis.com": "serverless-robot-prod",
    "secretmanager.googleapis.com": "gcp-sa-secretmanager",
    "servicenetworking.googleapis.com": "service-networking",
    "sqladmin.googleapis.com": "gcp-sa-cloud-sql",
}
AGENT_OF: Final = {domain: service for service, domain in _AGENTS.items()}
"""Domain of an agent's address to the service it belongs to; an agent is not there before it is asked for."""


def api_of(token: str) -> str:
    """The API that makes a type; empty: one that is always on."""
    return _BY_TOKEN[token] if token in _BY_TOKEN else APIS[token.split(":")[1].partition("/")[0]]


def enabled(context: Context, api: str) -> bool:
    """Whether the project has this API switched on."""
    return any(
        found.get("service") == f"{api}.googleapis.com" and found.get("project") == context.place["project"]
        for found in context.objects(SERVICE)
    )


def _off(context: Context, api: str) -> str:
    project = context.place["project"]
    return f"Error 403: SERVICE_DISABLED: {api}.googleapis.com is not enabled in project {project}"


def api_enabled(context: Context) -> str | None:
    """Guard of the whole package: an API that is off makes and changes nothing."""
    api = api_of(context.token)
    return _off(context, api) if api and context.writing and not enabled(context, api) else None


def not_prevented(context: Context) -> str | None:
    """Guard of the whole package: the provider's own `deletion_policy`."""
    stored = context.stored
    if context.operation == "delete" and stored is not None and stored.inputs.get("deletionPolicy") == "PREVENT":
        return f"cannot destroy {context.id}: deletion_policy is PREVENT"
    return None


def _agent(context: Context) -> str:
    return f"service-{context.place['number']}@{_AGENTS[context['service']]}.iam.gserviceaccount.com"


def _agent_possible(context: Context) -> str | None:
    api = context["service"].removesuffix(".googleapis.com")
    return _off(context, api) if context.operation == "create" and not enabled(context, api) else None


def _each_kind_once(inputs: Mapping[str, Any]) -> Problems:
    kinds = [kind for _, kind in at(inputs, "auditLogConfigs[*].logType")]
    for kind in repeated(kinds):
        yield "auditLogConfigs", f"{kind} is configured twice"
    if inputs.get("auditLogConfigs") == []:
        yield "auditLogConfigs", "at least one kind of log"


TYPES: Final = (
    ResourceType(
        token=SERVICE,
        source="https://cloud.google.com/service-usage/docs/enable-disable",
        id="{project}/{service}",
        checks=(matches("service", r"[a-z0-9-]+\.googleapis\.com", "a service is named like run.googleapis.com"),),
        replace_on=("service",),
        blind_spots=(
            "An API that stays on after its resource is gone (disableOnDestroy absent or false) counts as off here.",
            "Which APIs need others, and that a disabled API with resources in use is refused, is not imitated.",
            "Enabling an API twice is no error there; here the second resource is refused.",
            "An API takes effect some minutes after it is enabled.",
            "A name of a service that does not exist is not refused.",
        ),
    ),
    ResourceType(
        token=AGENT,
        source="https://cloud.google.com/iam/docs/create-service-agents",
        id="projects/{project}/services/{service}",
        computed={"email": _agent, "member": lambda context: f"serviceAccount:{_agent(context)}"},
        checks=(one_of("service", _AGENTS),),
        guards=(_agent_possible,),
        replace_on=("service",),
        sources=("https://cloud.google.com/iam/docs/service-agents",),
        blind_spots=(
            "Only the agents of the listed services are known.",
            "An agent outlives its resource; here it is gone with it.",
            "A fresh agent may be refused in a grant for some minutes.",
        ),
    ),
    ResourceType(
        token=_AUDIT,
        source="https://cloud.google.com/logging/docs/audit/configure-data-access",
        id="{project}/audit_config/{service}",
        computed={"etag": lambda context: context.hex(12, "etag")},
        checks=(
            matches(
                "service", r"allServices|[a-z0-9-]+\.googleapis\.com", "a service is named like run.googleapis.com"
            ),
            one_of("auditLogConfigs[*].logType", ("ADMIN_READ", "DATA_READ", "DATA_WRITE")),
            matches(
                "auditLogConfigs[*].exemptedMembers[*]",
                r"(user|group|serviceAccount|domain):[^:]+",
                "a member is written kind:address",
            ),
            _each_kind_once,
        ),
        replace_on=("service",),
        unordered=("auditLogConfigs", "auditLogConfigs[*].exemptedMembers"),
        blind_spots=(
            "A service without audit logs is not refused.",
            "It shares the project's policy: concurrent changes of it conflict there.",
        ),
    ),
)
