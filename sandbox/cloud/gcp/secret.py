"""Secret Manager.

https://cloud.google.com/secret-manager/docs/overview
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from sandbox.cloud.checks import Problems, holds, matches, not_together
from sandbox.cloud.context import Context
from sandbox.cloud.gcp.access import policy_member
from sandbox.cloud.gcp.key_use import KEY, key_granted, unusable
from sandbox.cloud.gcp.naming import CREATED, label_rule, region_rule
from sandbox.cloud.gcp.tree import repeated
from sandbox.cloud.guards import not_deleted_while
from sandbox.cloud.resource_type import Name, Reference, ResourceType
from sandbox.cloud.value import at

SECRET: Final = "gcp:secretmanager/secret:Secret"
_VERSION: Final = "gcp:secretmanager/secretVersion:SecretVersion"
READER: Final = "gcp:secretmanager/secretIamMember:SecretIamMember"
_REPLICAS: Final = "replication.userManaged.replicas"
_KEY_PART: Final = "customerManagedEncryption.kmsKeyName"
_AGENT: Final = "gcp-sa-secretmanager"
# Those that a secret takes. https://cloud.google.com/secret-manager/docs/access-control
_ROLES: Final = tuple(
    f"secretmanager.{name}"
    for name in ("admin", "secretAccessor", "secretVersionAdder", "secretVersionManager", "viewer")
)
ACCESSES: Final = frozenset({"roles/secretmanager.secretAccessor", "roles/secretmanager.admin"})


def _replication_fits(inputs: Mapping[str, Any]) -> Problems:
    replication = inputs.get("replication") or {}
    if len([name for name in ("auto", "userManaged") if name in replication]) != 1:
        yield "replication", "either auto or userManaged"
    places = [place for _, place in at(inputs, f"{_REPLICAS}[*].location")]
    for place in repeated(places):
        yield _REPLICAS, f"two replicas in {place}"
    if "userManaged" in replication and not places:
        yield _REPLICAS, "at least one replica"


def _seconds(text: Any) -> float:
    return float(text[:-1]) if isinstance(text, str) and re.fullmatch(r"\d+(\.\d{1,9})?s", text) else -1


def _rotation_fits(inputs: Mapping[str, Any]) -> Problems:
    rotation = inputs.get("rotation") or {}
    topics = inputs.get("topics") or []
    if rotation and not topics:
        yield "rotation", "a rotation needs topics"
    if len(topics) > 10:
        yield "topics", "at most 10 topics"
    period = rotation.get("rotationPeriod")
    if period is not None and not 3_600 <= _seconds(period) <= 3_153_600_000:
        yield "rotation.rotationPeriod", f"'{period}' is not a duration from 3600s to 3153600000s"
    if period is not None and rotation.get("nextRotationTime") is None:
        yield "rotation.nextRotationTime", "a rotation period needs the time of the next rotation"


def _aliases_fit(inputs: Mapping[str, Any]) -> Problems:
    aliases = inputs.get("versionAliases") or {}
    if len(aliases) > 50:
        yield "versionAliases", "at most 50 aliases"
    for alias in aliases:
        if not re.fullmatch(r"(?!(latest|NEW)$)[A-Za-z][A-Za-z0-9_-]{0,62}", alias):
            yield "versionAliases", f"'{alias}' is no alias of a version"


def _one_value(inputs: Mapping[str, Any]) -> Problems:
    if "secretData" not in inputs and "secretDataWo" not in inputs:
        yield "secretData", "either secretData or secretDataWo is required"


def _name(context: Context) -> str:
    secret = context["secret"].rpartition("/")[2]
    return f"projects/{context.place['number']}/secrets/{secret}/versions/"


def _next_version(context: Context) -> str:
    """Versions are counted from one."""
    start = _name(context)
    taken = [int(other.id.rpartition("/")[2]) for other in context.objects(_VERSION) if other.id.startswith(start)]
    return f"{start}{max(taken, default=0) + 1}"


def _number(context: Context) -> str:
    return str(context["id"]).rpartition("/")[2]


def _keys_usable(context: Context) -> str | None:
    """A new version is encrypted with the secret's keys."""
    secret = context.find(context["secret"], SECRET)
    if context.operation != "create" or secret is None:
        return None
    for path in (f"{_REPLICAS}[*].{_KEY_PART}", f"replication.auto.{_KEY_PART}"):
        for _, name in at(secret.inputs, path):
            key = context.find(name, KEY)
            if key is None or unusable(key):
                return f"Error 400: {secret.id}: its key can't be used: {unusable(key) if key else name}"
    return None


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
        input_defaults={"deletionProtection": False},
        replace_on=("replication", "tags"),
        delete_before_replace=True,
        checks=(
            _replication_fits,
            _rotation_fits,
            _aliases_fit,
            not_together("ttl", "expireTime"),
            matches("topics[*].name", r"projects/[^/]+/topics/[^/]+", "a topic is written projects/…/topics/…"),
            region_rule(f"{_REPLICAS}[*].location"),
            label_rule("labels"),
        ),
        guards=(
            not_deleted_while("deletionProtection", reason="cannot destroy {id} while deletion_protection is on"),
            key_granted(_KEY_PART, _AGENT, places=f"{_REPLICAS}[*]"),
            key_granted(_KEY_PART, _AGENT, places="replication.auto", always="global"),
        ),
        references=(
            Reference(f"{_REPLICAS}[*].{_KEY_PART}", KEY, anywhere=True),
            Reference(f"replication.auto.{_KEY_PART}", KEY, anywhere=True),
        ),
        known_as=("name", "secretId"),
        sources=(
            "https://cloud.google.com/secret-manager/docs/choosing-replication",
            "https://cloud.google.com/secret-manager/docs/secret-rotation",
        ),
        blind_spots=(
            "Topics are not looked up, nor that the service agent may publish to them.",
            "That the next rotation is at least 300 seconds ahead, and an expiry in the future, is not checked.",
            "The provider changes a key in place only within the same replicas; here any other change replaces.",
        ),
    ),
    ResourceType(
        token=_VERSION,
        source="https://cloud.google.com/secret-manager/docs/add-secret-version",
        id=_next_version,
        computed={
            "name": lambda context: context["id"],
            "version": _number,
            "createTime": CREATED,
            "destroyTime": "",
        },
        input_defaults={"enabled": True, "deletionPolicy": "DELETE", "isSecretDataBase64": False},
        replace_on=("secret", "secretData", "secretDataWoVersion", "isSecretDataBase64"),
        checks=(
            holds("secretData", lambda text: 0 < len(text.encode()) <= 65_536, "1 to 65536 bytes"),
            holds("secretDataWo", lambda text: 0 < len(text.encode()) <= 65_536, "1 to 65536 bytes"),
            not_together("secretData", "secretDataWo"),
            _one_value,
        ),
        guards=(_keys_usable,),
        references=(Reference("secret", SECRET),),
        blind_spots=(
            "The number of the newest version is given again once it is deleted; there it never is.",
            "That base64 data decodes is not checked.",
        ),
    ),
    policy_member(
        READER,
        "secretId",
        SECRET,
        source="https://cloud.google.com/secret-manager/docs/access-control",
        roles=_ROLES,
    ),
)
