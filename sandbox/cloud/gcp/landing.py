"""Google Cloud project: its APIs, the vendor's service agents, its audit configuration.

https://cloud.google.com/service-usage/docs/overview
"""

from typing import Final

from sandbox.cloud.checks import matches, one_of
from sandbox.cloud.context import Context
from sandbox.cloud.resource_type import ResourceType

SERVICE: Final = "gcp:projects/service:Service"
AGENT: Final = "gcp:projects/serviceIdentity:ServiceIdentity"
_AUDIT: Final = "gcp:projects/iAMAuditConfig:IAMAuditConfig"
# Which API a type's module needs, where it is not of the same name.
_APIS: Final = {
    "cloudrunv2": "run",
    "kms": "cloudkms",
    "serviceaccount": "iam",
    "sql": "sqladmin",
}
_AGENTS: Final = {
    "artifactregistry.googleapis.com": "gcp-sa-artifactregistry",
    "run.googleapis.com": "serverless-robot-prod",
    "secretmanager.googleapis.com": "gcp-sa-secretmanager",
    "sqladmin.googleapis.com": "gcp-sa-cloud-sql",
}
AGENT_OF: Final = {domain: service for service, domain in _AGENTS.items()}
"""Domain of an agent's address to the service it belongs to; an agent is not there before it is asked for."""


def enabled(context: Context, api: str) -> bool:
    """Whether the project has this API switched on."""
    return any(
        found.get("service") == f"{api}.googleapis.com" and found.get("project") == context.place["project"]
        for found in context.objects(SERVICE)
    )


def api_enabled(context: Context) -> str | None:
    """Guard of the whole package: nothing is made by an API that is off."""
    module = context.token.split(":")[1].partition("/")[0]
    if context.operation != "create" or module == "projects":
        return None
    api = _APIS.get(module, module)
    if enabled(context, api):
        return None
    return f"Error 403: SERVICE_DISABLED: {api}.googleapis.com is not enabled in project {context.place['project']}"


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
    if context.operation == "create" and not enabled(context, api):
        return f"Error 403: SERVICE_DISABLED: {api}.googleapis.com is not enabled in project {context.place['project']}"
    return None


TYPES: Final = (
    ResourceType(
        token=SERVICE,
        source="https://cloud.google.com/service-usage/docs/enable-disable",
        id="{project}/{service}",
        checks=(matches("service", r"[a-z0-9-]+\.googleapis\.com", "a service is named like run.googleapis.com"),),
        replace_on=("service",),
    ),
    ResourceType(
        token=AGENT,
        source="https://cloud.google.com/iam/docs/create-service-agents",
        id="projects/{project}/services/{service}",
        computed={"email": _agent, "member": lambda context: f"serviceAccount:{_agent(context)}"},
        checks=(one_of("service", _AGENTS),),
        guards=(_agent_possible,),
        replace_on=("service",),
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
        ),
        replace_on=("service",),
    ),
)
