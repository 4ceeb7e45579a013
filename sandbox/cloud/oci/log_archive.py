"""OCI Logging and Connector Hub: https://docs.oracle.com/en-us/iaas/Content/Logging/Concepts/loggingoverview.htm."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sandbox.cloud.checks import holds, matches, one_of, required
from sandbox.cloud.context import Context
from sandbox.cloud.guards import not_deleted_while_others
from sandbox.cloud.identity import ocid, output_of, same
from sandbox.cloud.oci.object_storage import BUCKET
from sandbox.cloud.resource_type import Name, Reference, ResourceType
from sandbox.cloud.value import at, one

GROUP: Final = "oci:Logging/logGroup:LogGroup"
LOG: Final = "oci:Logging/log:Log"
CONNECTOR: Final = "oci:Sch/connector:Connector"
_SUBNETS: Final = ("oci:Core/subnet:Subnet",)
# Service and category to what the resource must be; a VNIC has no row.
_SOURCES: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "flowlogs": {"all": _SUBNETS, "subnet": _SUBNETS, "vcn": ("oci:Core/vcn:Vcn",), "vnic": ()},
    "objectstorage": dict.fromkeys(("read", "write"), (BUCKET,)),
    "loadbalancer": dict.fromkeys(("access", "error"), ("oci:LoadBalancer/loadBalancer:LoadBalancer",)),
    "postgresql": {"postgresql_database_logs": ("oci:Psql/dbSystem:DbSystem",)},
}
# Who names what it takes.
_WANTED: Final = {
    "logging": "logSources",
    "monitoring": "monitoringSources",
    "streaming": "streamId",
    "plugin": "pluginName",
}
_TARGETS: Final = {
    "objectStorage": "bucket",
    "streaming": "streamId",
    "functions": "functionId",
    "notifications": "topicId",
    "monitoring": "metric",
    "loggingAnalytics": "logGroupId",
}
_AUDIT: Final = "_Audit(_Include_Subcompartment)?"
_NAME: Final = r"[A-Za-z0-9_-]+"


def _source_there(context: Context) -> str | None:
    if context.operation != "create" or not context.inputs.get("configuration"):
        return None
    source = context["configuration"]["source"]
    service, category, resource = source["service"], source["category"], source["resource"]
    if category not in _SOURCES.get(service, {}):
        return f"400-InvalidParameter: the service '{service}' has no log category '{category}'"
    if not _found(context, resource, _SOURCES[service][category]):
        return f"404-NotAuthorizedOrNotFound: the resource {resource} of service {service} does not exist"
    if service == "flowlogs" and category != "all" and not (source.get("parameters") or {}).get("capture_filter"):
        return f"400-InvalidParameter: flow logs of category '{category}' need a capture filter"
    for other in context.objects(LOG):
        taken = (other.get("configuration") or {}).get("source") or {}
        if (taken.get("service"), taken.get("category"), taken.get("resource")) == (service, category, resource):
            return f"409-Conflict: {other.id} already collects {category} of {resource}"
    return None


def _found(context: Context, resource: str, tokens: tuple[str, ...]) -> bool:
    """By OCID; a bucket by its name. It lies where the log does."""
    found = context.find(resource, *tokens) if tokens else None
    return found is not None and (found.token == BUCKET or found.id == resource)


def _custom_has_no_source(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if inputs.get("logType") == "CUSTOM" and inputs.get("configuration"):
        yield "configuration", "InvalidParameter: a custom log has no source"


def _ends_named(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for end, wanted in (("source", _WANTED), ("target", _TARGETS)):
        for _, part in at(inputs, end):
            name = wanted.get(part["kind"])
            if name and not part.get(name):
                yield f"{end}.{name}", f"InvalidParameter: a {end} of kind {part['kind']} names its {name}"
    if one(inputs, "target.batchSizeInKbs") and one(inputs, "target.batchSizeInNum"):
        yield "target.batchSizeInNum", "InvalidParameter: either batchSizeInKbs or batchSizeInNum"


def _namespace_is_own(context: Context) -> str | None:
    asked = one(context.inputs, "target.namespace") if context.writing else None
    return None if asked in (None, context.place["namespace"]) else f"404-NamespaceNotFound: {asked}"


TYPES: Final = (
    ResourceType(
        token=GROUP,
        source="https://docs.oracle.com/en-us/iaas/Content/Logging/Task/managinglogs.htm",
        id=ocid("loggroup"),
        name=Name(
            property="displayName",
            longest=256,
            pattern=_NAME,
            automatic=False,
            replaces=False,
            unique_in="{compartmentId}/{region}",
        ),
        computed={"state": same("ACTIVE")},
        guards=(
            not_deleted_while_others(
                LOG,
                belongs=lambda context, other: other.get("logGroupId") == context.id,
                reason="409-IncorrectState: log group {id} still has the log {other}",
            ),
        ),
        blind_spots=("How many log groups and logs a region has is not limited.",),
    ),
    ResourceType(
        token=LOG,
        source="https://docs.oracle.com/en-us/iaas/Content/Logging/Concepts/service_logs.htm",
        id=ocid("log"),
        name=Name(
            property="displayName",
            longest=256,
            pattern=_NAME,
            automatic=False,
            replaces=False,
            unique_in="{logGroupId}",
        ),
        computed={
            "state": lambda context: "ACTIVE" if context.inputs.get("isEnabled", True) else "INACTIVE",
            "tenancyId": "{tenancy}",
            "compartmentId": output_of("logGroupId", "compartmentId", GROUP),
        },
        defaults={"isEnabled": True, "retentionDuration": 30},
        replace_on=(
            "logType",
            "configuration.compartmentId",
            "configuration.source.sourceType",
            "configuration.source.category",
            "configuration.source.service",
            "configuration.source.resource",
        ),
        references=(Reference("logGroupId", GROUP),),
        checks=(
            one_of("logType", ("SERVICE", "CUSTOM")),
            one_of("configuration.source.sourceType", ("OCISERVICE",)),
            holds(
                "retentionDuration",
                lambda days: days in range(30, 181, 30),
                "{value} is not 30, 60, 90, 120, 150 or 180",
            ),
            required(
                "configuration", lambda inputs: inputs.get("logType") == "SERVICE", "a service log names its source"
            ),
            _custom_has_no_source,
        ),
        guards=(_source_there,),
        sources=("https://docs.oracle.com/en-us/iaas/Content/Logging/Reference/details_for_vcn_flow_logs.htm",),
        blind_spots=(
            "Services other than flow logs, object storage, load balancer and PostgreSQL are refused here.",
            "The category of PostgreSQL's log is unverified.",
            "A log whose resource goes stays as it is.",
        ),
    ),
    ResourceType(
        token=CONNECTOR,
        source="https://docs.oracle.com/en-us/iaas/Content/connector-hub/create-service-connector-logging-source.htm",
        id=ocid("serviceconnector"),
        computed={"state": lambda context: context.inputs.get("state", "ACTIVE")},
        replace_on=(
            "source.privateEndpointMetadatas",
            "target.privateEndpointMetadatas",
            "tasks[*].privateEndpointMetadatas",
        ),
        references=(
            Reference("target.bucket", BUCKET),
            Reference("source.logSources[*].logGroupId", GROUP, unless=_AUDIT),
            Reference("source.logSources[*].logId", LOG),
        ),
        checks=(
            one_of("source.kind", tuple(_WANTED)),
            one_of("target.kind", tuple(_TARGETS)),
            one_of("state", ("ACTIVE", "INACTIVE")),
            matches("displayName", r"(?s).{1,255}", "1 to 255 characters"),
            _ends_named,
        ),
        guards=(_namespace_is_own,),
        sources=(
            "https://docs.oracle.com/en-us/iaas/Content/connector-hub/policies.htm",
            "https://docs.oracle.com/en-us/iaas/Content/connector-hub/overview.htm",
        ),
        blind_spots=(
            "A connector without a policy for its target is made there too, and then moves nothing.",
            "A connector whose bucket or log group goes stays as it is.",
            "Streams, functions, topics and tasks have no row and are not looked up.",
        ),
    ),
)
