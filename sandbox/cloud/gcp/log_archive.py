"""Cloud Logging.

https://cloud.google.com/logging/docs/routing/overview
"""

from collections.abc import Mapping
from typing import Any, Final

from sandbox.cloud.checks import between, holds, matches
from sandbox.cloud.context import Context
from sandbox.cloud.gcp.encryption_key import key_granted
from sandbox.cloud.gcp.object_storage import BUCKET
from sandbox.cloud.guards import cannot_change
from sandbox.cloud.resource_type import Name, ResourceType

_SINK: Final = "gcp:logging/projectSink:ProjectSink"
LOG_BUCKET: Final = "gcp:logging/projectBucketConfig:ProjectBucketConfig"
_DESTINATIONS: Final = {"storage.googleapis.com/": BUCKET, "logging.googleapis.com/": LOG_BUCKET}


def _destination_there(context: Context) -> str | None:
    if context.operation == "delete":
        return None
    destination = context["destination"]
    for start, token in _DESTINATIONS.items():
        if destination.startswith(start) and context.find(destination.removeprefix(start), token) is None:
            return f"Error 400: the destination {destination} does not exist"
    return None


def _locked(context: Context) -> str | None:
    stored = context.stored
    if stored is None or stored.inputs.get("locked") is not True:
        return None
    if context.operation == "delete" or context.inputs.get("retentionDays") != stored.inputs.get("retentionDays"):
        return f"Error 400: the log bucket {context.id} is locked"
    return None


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
        token=_SINK,
        source="https://cloud.google.com/logging/docs/export/configure_export_v2",
        id="projects/{project}/sinks/{name}",
        name=Name(
            longest=100,
            pattern=r"(?!_)[A-Za-z0-9_.-]+",
            allowed=r"A-Za-z0-9_.\-",
            lower=False,
            unique_in="{project}",
        ),
        # All sinks of a project that have an identity of their own share one.
        computed={"writerIdentity": "serviceAccount:service-{number}@gcp-sa-logging.iam.gserviceaccount.com"},
        input_defaults={"uniqueWriterIdentity": True},
        checks=(
            matches(
                "destination",
                r"(storage|logging|bigquery|pubsub)\.googleapis\.com/.+",
                "a destination is a bucket, a log bucket, a data set or a topic",
            ),
            holds("filter", lambda text: len(text) <= 20_000, "a filter has at most 20000 characters"),
        ),
        guards=(_destination_there,),
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
        ),
        computed={
            "name": "projects/{project}/locations/{location}/buckets/{bucketId}",
            "lifecycleState": "ACTIVE",
        },
        defaults={"retentionDays": 30, "locked": False},
        replace_on=("location",),
        checks=(between("retentionDays", 1, 3650),),
        guards=(
            _locked,
            cannot_change("locked", away_from=True, reason="Error 400: a locked log bucket stays locked"),
            cannot_change("enableAnalytics", away_from=True, reason="Error 400: log analytics can't be switched off"),
            key_granted("cmekSettings.kmsKeyName", "gcp-sa-logging"),
        ),
    ),
)
INVOKES: Final = {"gcp:logging/getProjectCmekSettings:getProjectCmekSettings": _cmek_settings}
