"""OCI Logging and Connector Hub: https://docs.oracle.com/en-us/iaas/Content/Logging/Concepts/loggingoverview.htm."""

from collections.abc import Mapping
from typing import Final

from sandbox.cloud.checks import holds, one_of, required
from sandbox.cloud.context import Context
from sandbox.cloud.guards import not_deleted_while_others
from sandbox.cloud.identity import ocid, same
from sandbox.cloud.oci.object_storage import BUCKET
from sandbox.cloud.resource_type import Name, Reference, ResourceType

GROUP: Final = "oci:Logging/logGroup:LogGroup"
LOG: Final = "oci:Logging/log:Log"
_SOURCES: Final[Mapping[str, tuple[frozenset[str], tuple[str, ...]]]] = {
    "flowlogs": (frozenset({"all", "vcn", "subnet", "vnic"}), ("oci:Core/subnet:Subnet", "oci:Core/vcn:Vcn")),
    "objectstorage": (frozenset({"read", "write"}), (BUCKET,)),
    "loadbalancer": (frozenset({"access", "error"}), ("oci:LoadBalancer/loadBalancer:LoadBalancer",)),
    "postgresql": (frozenset({"postgresql_database_logs"}), ("oci:Psql/dbSystem:DbSystem",)),
}


def _source_there(context: Context) -> str | None:
    if context.operation != "create" or not context.inputs.get("configuration"):
        return None
    source = context["configuration"]["source"]
    service, category, resource = source["service"], source["category"], source["resource"]
    categories, tokens = _SOURCES.get(service, (frozenset(), ()))
    if category not in categories:
        return f"400-InvalidParameter: the service '{service}' has no log category '{category}'"
    if context.find(resource, *tokens) is None:
        return f"404-NotAuthorizedOrNotFound: the resource {resource} of service {service} does not exist"
    for other in context.objects(LOG):
        taken = (other.get("configuration") or {}).get("source") or {}
        if (taken.get("service"), taken.get("category"), taken.get("resource")) == (service, category, resource):
            return f"409-Conflict: {other.id} already collects {category} of {resource}"
    return None


TYPES: Final = (
    ResourceType(
        token=GROUP,
        source="https://docs.oracle.com/en-us/iaas/Content/Logging/Task/managinglogs.htm",
        id=ocid("loggroup"),
        name=Name(
            property="displayName",
            longest=256,
            pattern=r"[A-Za-z0-9_-]+",
            automatic=False,
            replaces=False,
            unique_in="{compartmentId}",
        ),
        computed={"state": same("ACTIVE")},
        guards=(
            not_deleted_while_others(
                LOG,
                belongs=lambda context, other: other.get("logGroupId") == context.id,
                reason="409-IncorrectState: log group {id} still has the log {other}",
            ),
        ),
    ),
    ResourceType(
        token=LOG,
        source="https://docs.oracle.com/en-us/iaas/Content/Logging/Concepts/service_logs.htm",
        id=ocid("log"),
        name=Name(
            property="displayName",
            longest=256,
            pattern=r"[A-Za-z0-9_-]+",
            automatic=False,
            replaces=False,
            unique_in="{logGroupId}",
        ),
        computed={"state": same("ACTIVE"), "tenancyId": "{tenancy}"},
        defaults={"isEnabled": True, "retentionDuration": 30},
        replace_on=(
            "logType",
            "configuration.source.category",
            "configuration.source.service",
            "configuration.source.resource",
        ),
        references=(Reference("logGroupId", GROUP),),
        checks=(
            one_of("logType", ("SERVICE", "CUSTOM")),
            holds(
                "retentionDuration",
                lambda days: days in range(30, 181, 30),
                "{value} is not 30, 60, 90, 120, 150 or 180",
            ),
            required(
                "configuration", lambda inputs: inputs.get("logType") == "SERVICE", "a service log names its source"
            ),
        ),
        guards=(_source_there,),
    ),
    ResourceType(
        token="oci:Sch/connector:Connector",
        source="https://docs.oracle.com/en-us/iaas/Content/connector-hub/create-service-connector-logging-source.htm",
        id=ocid("serviceconnector"),
        computed={"state": same("ACTIVE")},
        references=(
            Reference("target.bucket", BUCKET, blocks_deletion=True),
            Reference(
                "source.logSources[*].logGroupId",
                GROUP,
                blocks_deletion=True,
                unless="_Audit(_Include_Subcompartment)?",
            ),
        ),
        checks=(
            one_of("source.kind", ("logging", "monitoring", "streaming", "plugin")),
            one_of(
                "target.kind",
                ("objectStorage", "streaming", "functions", "notifications", "monitoring", "loggingAnalytics"),
            ),
        ),
    ),
)
