"""Secret Manager.

https://cloud.google.com/secret-manager/docs/overview
"""

from collections.abc import Mapping
from typing import Any, Final

from sandbox.cloud.checks import Problems, holds, matches
from sandbox.cloud.context import Context
from sandbox.cloud.gcp.encryption_key import KEY, key_granted, member_exists, member_form
from sandbox.cloud.gcp.naming import CREATED, label_rule
from sandbox.cloud.guards import not_deleted_while
from sandbox.cloud.resource_type import Name, Reference, ResourceType
from sandbox.cloud.value import at

SECRET: Final = "gcp:secretmanager/secret:Secret"
_VERSION: Final = "gcp:secretmanager/secretVersion:SecretVersion"
_READER: Final = "gcp:secretmanager/secretIamMember:SecretIamMember"
_KEY_AT: Final = "replication.userManaged.replicas[*].customerManagedEncryption.kmsKeyName"


def _one_replication(inputs: Mapping[str, Any]) -> Problems:
    replication = inputs.get("replication") or {}
    if len([name for name in ("auto", "userManaged") if name in replication]) != 1:
        yield "replication", "either auto or userManaged"


def _rotation_fits(inputs: Mapping[str, Any]) -> Problems:
    if inputs.get("rotation") and not inputs.get("topics"):
        yield "rotation", "a rotation needs topics"


def _key_beside_replica(context: Context) -> str | None:
    """Each replica's key is in the replica's own location."""
    for _, replica in at(context.inputs, "replication.userManaged.replicas[*]"):
        for _, name in at(replica, "customerManagedEncryption.kmsKeyName"):
            if f"/locations/{replica['location']}/" not in name:
                return f"Error 400: the key {name} is not in the replica's location {replica['location']}"
    return None


def _version_name(context: Context) -> str:
    secret = context["secret"].rpartition("/")[2]
    return f"projects/{context.place['number']}/secrets/{secret}/versions/{int(context.hex(4, 'version'), 16) + 1}"


TYPES: Final = (
    ResourceType(
        token=SECRET,
        source="https://cloud.google.com/secret-manager/docs/cmek",
        id="projects/{project}/secrets/{secretId}",
        name=Name(
            property="secretId",
            longest=255,
            pattern=r"[A-Za-z0-9_-]+",
            allowed=r"A-Za-z0-9_\-",
            lower=False,
            unique_in="{project}",
        ),
        computed={"name": "projects/{number}/secrets/{secretId}", "createTime": CREATED},
        input_defaults={"deletionProtection": True},
        replace_on=("replication",),
        delete_before_replace=True,
        checks=(
            _one_replication,
            _rotation_fits,
            matches("replication.userManaged.replicas[*].location", r"[a-z]+-[a-z]+[0-9]+", "no location"),
            label_rule("labels"),
        ),
        guards=(
            not_deleted_while("deletionProtection", reason="cannot destroy {id} while deletion_protection is on"),
            _key_beside_replica,
            key_granted(_KEY_AT, "gcp-sa-secretmanager", location="replication.userManaged.replicas[0].location"),
        ),
        references=(Reference(_KEY_AT, KEY),),
        known_as=("name", "secretId"),
    ),
    ResourceType(
        token=_VERSION,
        source="https://cloud.google.com/secret-manager/docs/add-secret-version",
        id=_version_name,
        computed={
            "name": _version_name,
            "version": lambda context: _version_name(context).rpartition("/")[2],
            "createTime": CREATED,
            "destroyTime": "",
        },
        input_defaults={"enabled": True, "deletionPolicy": "DELETE", "isSecretDataBase64": False},
        replace_on=("secret", "secretData"),
        checks=(holds("secretData", lambda text: 0 < len(text.encode()) <= 65_536, "1 to 65536 bytes"),),
        references=(Reference("secret", SECRET),),
    ),
    ResourceType(
        token=_READER,
        source="https://cloud.google.com/secret-manager/docs/access-control",
        id="{secretId}/{role}/{member}",
        computed={"etag": lambda context: context.hex(12, "etag")},
        replace_on=("secretId", "role", "member", "condition"),
        checks=(member_form(), matches("role", r"roles/.+|(projects|organizations)/.+/roles/.+", "no role")),
        guards=(member_exists,),
        references=(Reference("secretId", SECRET),),
    ),
)
