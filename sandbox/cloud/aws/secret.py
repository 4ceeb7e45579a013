"""AWS Secrets Manager: https://docs.aws.amazon.com/secretsmanager/latest/userguide/intro.html."""

from typing import Final

from sandbox.cloud.aws.documents import document, public
from sandbox.cloud.aws.encryption_key import KEY
from sandbox.cloud.checks import holds, not_together
from sandbox.cloud.context import Context
from sandbox.cloud.identity import arn
from sandbox.cloud.resource_type import Name, Reference, ResourceType

SECRET: Final = "aws:secretsmanager/secret:Secret"


def _not_public(context: Context) -> str | None:
    if context.writing and context.inputs.get("blockPublicPolicy") and public(context["policy"]):
        return "PublicPolicyException: the resource policy grants public access"
    return None


TYPES: Final = (
    ResourceType(
        token=SECRET,
        source="https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html",
        id=lambda context: _arn(context),
        name=Name(
            longest=512,
            pattern=r"[A-Za-z0-9/_+=.@-]+",
            allowed=r"A-Za-z0-9/_+=.@\-",
            lower=False,
            # https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_delete-secret.html
            stays_taken=lambda context: context.outputs.get("recoveryWindowInDays", 30) != 0,
            excludes=("namePrefix",),
        ),
        computed={"arn": "{id}"},
        input_defaults={"recoveryWindowInDays": 30, "forceOverwriteReplicaSecret": False},
        references=(Reference("kmsKeyId", KEY),),
        checks=(
            holds(
                "recoveryWindowInDays",
                lambda days: days == 0 or 7 <= days <= 30,
                "{value} is neither 0 nor 7 to 30",
            ),
        ),
        known_as=("arn",),
    ),
    ResourceType(
        token="aws:secretsmanager/secretVersion:SecretVersion",
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
        checks=(not_together("secretString", "secretBinary", "secretStringWo"),),
    ),
    ResourceType(
        token="aws:secretsmanager/secretPolicy:SecretPolicy",
        source="https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutResourcePolicy.html",
        id="{secretArn}",
        replace_on=("secretArn",),
        references=(Reference("secretArn", SECRET),),
        checks=(document("policy", principal=True, longest=20480),),
        guards=(_not_public,),
    ),
)


def _arn(context: Context) -> str:
    return arn("secretsmanager", "secret:{name}").format_map(context) + f"-{context.hex(6, 'suffix')}"
