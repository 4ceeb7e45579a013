"""AWS Secrets Manager: https://docs.aws.amazon.com/secretsmanager/latest/userguide/intro.html."""

import base64
import binascii
from typing import Final

from sandbox.cloud.aws import documents
from sandbox.cloud.aws.evaluation import by_caller, denied, principals_exist, public
from sandbox.cloud.aws.key_use import ALIAS, DATA_KEY, KEY, key_usable, newly, refusal_of
from sandbox.cloud.aws.tags import tag_rule
from sandbox.cloud.checks import Inputs, Problems, holds, not_together, one_of, together
from sandbox.cloud.context import Context
from sandbox.cloud.identity import arn
from sandbox.cloud.resource_type import Name, Reference, ResourceType
from sandbox.cloud.value import at

SECRET: Final = "aws:secretsmanager/secret:Secret"
POLICY: Final = "aws:secretsmanager/secretPolicy:SecretPolicy"
VERSION: Final = "aws:secretsmanager/secretVersion:SecretVersion"
_LONGEST: Final = 65536
_VALUES: Final = ("secretString", "secretBinary", "secretStringWo")
_NO_ACCESS: Final = "AccessDeniedException: Access to KMS is not allowed"


def _arn(context: Context) -> str:
    return arn("secretsmanager", "secret:{name}").format_map(context) + f"-{context.hex(6, 'suffix')}"


def _of_secret(context: Context) -> dict[str, str]:
    """The encryption context, as far as it says which secret it is."""
    known = context.id or _arn(context)
    return {"kms:encryptioncontext:secretarn": known}


def _not_public(context: Context) -> str | None:
    if context.writing and context.inputs.get("blockPublicPolicy") and public(context["policy"]):
        return "PublicPolicyException: the resource policy grants public access"
    return None


def _one_value(inputs: Inputs) -> Problems:
    given = [name for name in _VALUES if inputs.get(name) is not None]
    if not given:
        yield "secretString", f"one of {', '.join(_VALUES)} is required"
    for name in given:
        text = inputs[name]
        if not 1 <= len(text.encode()) <= _LONGEST:
            yield name, f"ValidationException: a value has 1 to {_LONGEST} bytes"
    if "secretBinary" in given:
        try:
            base64.b64decode(inputs["secretBinary"], validate=True)
        except binascii.Error:
            yield "secretBinary", "a binary value is written in base64"


def _replicas_elsewhere(inputs: Inputs) -> Problems:
    regions = [region for _, region in at(inputs, "replicas[*].region")]
    if len(set(regions)) < len(regions):
        yield "replicas", "InvalidParameterException: two replicas in one region"
    if inputs.get("region") in regions:
        yield "replicas", f"InvalidParameterException: the secret itself lies in {inputs['region']}"


def _version_encrypted(context: Context) -> str | None:
    """A new value is encrypted with the secret's key, whatever that could do before."""
    secret = context.find(context["secretId"], SECRET)
    written = context.operation == "create" or any(True for _ in newly(context, "secretStringWoVersion"))
    name = None if secret is None else secret.inputs.get("kmsKeyId")
    if secret is None or name is None or not context.writing or not written:
        return None
    via = {
        "kms:viaservice": f"secretsmanager.{context['region']}.amazonaws.com",
        "kms:calleraccount": context.place["account"],
        "kms:encryptioncontext:secretarn": secret.id,
    }
    reason = refusal_of(context, name, (by_caller(context, action, **via) for action in DATA_KEY))
    return f"{_NO_ACCESS}: {name}: {reason}" if reason else None


def _read_back(context: Context) -> str | None:
    """The provider reads a value that it keeps in its state; a write-only one it does not."""
    if not context.writing or context.inputs.get("secretStringWo") is not None:
        return None
    secret = context.find(context["secretId"], SECRET)
    for policy in context.objects(POLICY):
        asked = by_caller(context, "secretsmanager:GetSecretValue", policy.id)
        if secret is not None and policy.id == secret.id and denied(policy.get("policy"), asked):
            return f"AccessDeniedException: GetSecretValue on {secret.id}: explicit deny in a resource-based policy"
    return None


TYPES: Final = (
    ResourceType(
        token=SECRET,
        source="https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html",
        sources=(
            "https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html",
            "https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_delete-secret.html",
        ),
        id=_arn,
        name=Name(
            longest=512,
            pattern=r"[A-Za-z0-9/_+=.@-]+",
            allowed=r"A-Za-z0-9/_+=.@\-",
            lower=False,
            # Scheduled for deletion, it can still be brought back.
            stays_taken=lambda context: context.outputs.get("recoveryWindowInDays", 30) != 0,
            excludes=("namePrefix",),
        ),
        computed={"arn": "{id}"},
        input_defaults={"recoveryWindowInDays": 30, "forceOverwriteReplicaSecret": False},
        replace_on=("namePrefix", "type"),
        references=(Reference("kmsKeyId", (KEY, ALIAS)),),
        checks=(
            holds(
                "recoveryWindowInDays",
                lambda days: days == 0 or 7 <= days <= 30,
                "{value} is neither 0 nor 7 to 30",
            ),
            holds("description", lambda text: len(text) <= 2048, "a description has at most 2048 characters"),
            documents.policy("policy", documents.SECRET),
            one_of("type", ("SalesforceClientSecret", "BigIDClientSecret", "SnowflakeKeyPairAuthentication")),
            not_together("name", "namePrefix"),
            _replicas_elsewhere,
            tag_rule(),
        ),
        guards=(
            key_usable("kmsKeyId", "secretsmanager", DATA_KEY, _NO_ACCESS, more=_of_secret),
            principals_exist("policy", "MalformedPolicyDocumentException"),
        ),
        known_as=("arn",),
        unordered=("replicas",),
        blind_spots=(
            "The name of a deleted secret is free again after its recovery window; here it never is.",
            "Replicas in other regions are not made, nor are their keys looked up.",
            "A version that reads or writes by the secret's name instead of its ARN is not found.",
        ),
    ),
    ResourceType(
        token=VERSION,
        source="https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html",
        id=lambda context: f"{context['secretId']}|{context.uuid('version')}",
        computed={
            "arn": "{secretId}",
            "versionId": lambda context: context.uuid("version"),
            "hasSecretStringWo": lambda context: "secretStringWo" in context.inputs,
        },
        defaults={"versionStages": ["AWSCURRENT"]},
        replace_on=("secretId", "secretString", "secretBinary"),
        references=(Reference("secretId", SECRET),),
        checks=(
            not_together(*_VALUES),
            together("secretStringWo", "secretStringWoVersion"),
            holds("versionStages[*]", lambda name: 1 <= len(name) <= 256, "a stage has 1 to 256 characters"),
            holds("versionStages", lambda stages: len(stages) <= 20, "LimitExceededException: 20 stages at most"),
            _one_value,
        ),
        guards=(_version_encrypted, _read_back),
        unordered=("versionStages",),
        blind_spots=(
            "Whether a new secretStringWoVersion makes a new resource or updates this one is unverified: here it updates.",
            "The version that carries AWSCURRENT outlives its resource there; versions are not counted here.",
        ),
    ),
    ResourceType(
        token=POLICY,
        source="https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutResourcePolicy.html",
        id="{secretArn}",
        replace_on=("secretArn",),
        references=(Reference("secretArn", SECRET),),
        checks=(documents.policy("policy", documents.SECRET),),
        guards=(_not_public, principals_exist("policy", "MalformedPolicyDocumentException")),
        blind_spots=(
            "What is public is judged as Amazon S3 does; Secrets Manager's own analysis may see more.",
            "A policy of the secret's own (its policy property) overwrites this one there and is not compared here.",
        ),
    ),
)
