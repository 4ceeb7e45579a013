"""Cloud Logging.

https://cloud.google.com/logging/docs/routing/overview
"""

from collections.abc import Mapping
from typing import Any, Final

from sandbox.cloud.checks import Problems, between, holds, matches
from sandbox.cloud.context import Context
from sandbox.cloud.gcp.access import ACCOUNT, SINK
from sandbox.cloud.gcp.key_use import KEY, key_granted
from sandbox.cloud.gcp.naming import description_rule, region_rule
from sandbox.cloud.gcp.object_storage import BUCKET
from sandbox.cloud.gcp.tree import repeated
from sandbox.cloud.guards import cannot_change
from sandbox.cloud.resource_type import Name, Reference, ResourceType
from sandbox.cloud.value import at, one

LOG_BUCKET: Final = "gcp:logging/projectBucketConfig:ProjectBucketConfig"
_DESTINATIONS: Final = {"storage.googleapis.com/": BUCKET, "logging.googleapis.com/": LOG_BUCKET}
_EVERYBODYS: Final = "serviceAccount:cloud-logs@system.gserviceaccount.com"


def _destination_there(context: Context) -> str | None:
    if context.operation == "delete":
        return None
    destination = context["destination"]
    for start, token in _DESTINATIONS.items():
        # A log bucket (or a whole project) elsewhere is not this cloud's to know.
        ours = token == BUCKET or destination.startswith(f"{start}projects/{context.place['project']}/locations/")
        if ours and destination.startswith(start) and context.find(destination.removeprefix(start), token) is None:
            return f"Error 400: the destination {destination} does not exist"
    return None


def _writer(context: Context) -> str | None:
    """Whoever writes: an account given, the one that all sinks of a project share, everybody's; none within the project."""
    if context.inputs.get("customWriterIdentity"):
        return str(context["customWriterIdentity"])
    if context["destination"].startswith(f"logging.googleapis.com/projects/{context.place['project']}/"):
        return ""
    if context["uniqueWriterIdentity"] is False:
        return _EVERYBODYS
    return f"serviceAccount:service-{context.place['number']}@gcp-sa-logging.iam.gserviceaccount.com"


def _exclusions_fit(inputs: Mapping[str, Any]) -> Problems:
    exclusions = inputs.get("exclusions") or []
    if len(exclusions) > 50:
        yield "exclusions", "a sink has at most 50 exclusions"
    for name in repeated([name for _, name in at(inputs, "exclusions[*].name")]):
        yield "exclusions", f"two exclusions are named {name}"
    if inputs.get("bigqueryOptions") and not inputs.get("destination", "").startswith("bigquery."):
        yield "bigqueryOptions", "only a sink to BigQuery has BigQuery's options"


def _locked(context: Context) -> str | None:
    stored = context.stored
    if stored is None or stored.inputs.get("locked") is not True:
        return None
    if context.operation == "delete":
        filled = stored.hidden.get("objects")
        return f"Error 400: the log bucket {context.id} is locked and not empty" if filled else None
    changed = context.inputs.get("retentionDays") != stored.inputs.get("retentionDays")
    return f"Error 400: the log bucket {context.id} is locked" if changed else None


def _key_stays(context: Context) -> str | None:
    held = None if context.stored is None else one(context.stored.inputs, "cmekSettings.kmsKeyName")
    gone = context.operation == "update" and held is not None and one(context.inputs, "cmekSettings.kmsKeyName") is None
    return f"Error 400: CMEK of the log bucket {context.id} can't be disabled" if gone else None


def _fits(inputs: Mapping[str, Any]) -> Problems:
    if inputs.get("location") == "global" and inputs.get("cmekSettings"):
        yield "cmekSettings", "a log bucket in global takes no customer key"
    if len(inputs.get("indexConfigs") or []) > 20:
        yield "indexConfigs", "a log bucket has at most 20 indexed fields"


def _cmek_settings(arguments: Mapping[str, Any], context: Context) -> Mapping[str, Any]:
    project = arguments.get("project") or context.place["project"]
    return {
        "id": f"projects/{project}/cmekSettings",
        "name": f"projects/{project}/cmekSettings",
        "project": project,
        "kmsKeyName": "",
        "kmsKeyVersionName": "",
        "serviceAccountId": f"cmek-p{context.place['number']}@gcp-sa-logging.iam.gserviceaccount.com",
    }


TYPES: Final = (
    ResourceType(
        token=SINK,
        source="https://cloud.google.com/logging/docs/export/configure_export_v2",
        id="projects/{project}/sinks/{name}",
        name=Name(
            longest=100,
            pattern=r"(?!_)[A-Za-z0-9_.-]+",
            allowed=r"A-Za-z0-9_.\-",
            lower=False,
            unique_in="{project}",
        ),
        computed={"writerIdentity": _writer},
        input_defaults={"uniqueWriterIdentity": True},
        checks=(
            matches(
                "destination",
                r"(storage|logging|bigquery|pubsub)\.googleapis\.com/.+",
                "a destination is a bucket, a log bucket, a data set or a topic",
            ),
            holds("filter", lambda text: len(text) <= 20_000, "a filter has at most 20000 characters"),
            holds("exclusions[*].filter", lambda text: 0 < len(text.strip()) <= 20_000, "1 to 20000 characters"),
            matches("exclusions[*].name", r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}", "no name of an exclusion"),
            description_rule("description", 8_000),
            _exclusions_fit,
        ),
        guards=(
            _destination_there,
            cannot_change(
                "uniqueWriterIdentity", away_from=True, reason="Error 400: an identity of its own can't be given up"
            ),
        ),
        references=(Reference("customWriterIdentity", ACCOUNT),),
        unordered=("exclusions",),
        sources=("https://cloud.google.com/logging/quotas",),
        blind_spots=(
            "A filter's grammar is not checked.",
            "A sink whose writer may not write to its destination is made all the same, here and there; logs are lost there.",
            "Topics and data sets are not looked up, nor log buckets of other projects.",
            "The sinks _Default and _Required can't be taken over here.",
        ),
    ),
    ResourceType(
        token=LOG_BUCKET,
        source="https://cloud.google.com/logging/docs/buckets",
        id="projects/{project}/locations/{location}/buckets/{bucketId}",
        name=Name(
            property="bucketId",
            longest=100,
            pattern=r"[A-Za-z0-9][A-Za-z0-9_.-]*",
            automatic=False,
            unique_in="{project}/{location}",
            stays_taken=lambda _: True,  # for seven days
        ),
        computed={
            "name": "projects/{project}/locations/{location}/buckets/{bucketId}",
            "lifecycleState": "ACTIVE",
        },
        defaults={"retentionDays": 30, "locked": False},
        replace_on=("location",),
        checks=(region_rule("location", "global|us|eu"), between("retentionDays", 1, 3650), _fits),
        guards=(
            _locked,
            _key_stays,
            cannot_change("locked", away_from=True, reason="Error 400: a locked log bucket stays locked"),
            cannot_change("enableAnalytics", away_from=True, reason="Error 400: log analytics can't be switched off"),
            key_granted("cmekSettings.kmsKeyName", "gcp-sa-logging"),
        ),
        references=(Reference("cmekSettings.kmsKeyName", KEY, anywhere=True),),
        unordered=("indexConfigs",),
        sources=("https://cloud.google.com/logging/docs/routing/managed-encryption-storage",),
        blind_spots=(
            "A deleted bucket can be restored for seven days there; here its name is taken for ever.",
            "A bucket with a linked data set is not deleted there.",
            "The buckets _Default and _Required can't be taken over here.",
            "Whether a customer key may be added to an existing bucket is not known here; it is let pass.",
        ),
    ),
)
INVOKES: Final = {"gcp:logging/getProjectCmekSettings:getProjectCmekSettings": _cmek_settings}
