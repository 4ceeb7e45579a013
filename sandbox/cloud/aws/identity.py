"""AWS Identity and Access Management: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html."""

from typing import Final

from sandbox.cloud.aws.documents import document
from sandbox.cloud.checks import between, holds
from sandbox.cloud.context import Context
from sandbox.cloud.identity import arn
from sandbox.cloud.resource_type import Name, Reference, ResourceType

ROLE: Final = "aws:iam/role:Role"
ROLE_POLICY: Final = "aws:iam/rolePolicy:RolePolicy"


def _together(context: Context) -> str | None:
    if not context.writing:
        return None
    others = [o for o in context.objects(ROLE_POLICY) if o.get("role") == context["role"] and o.id != context.id]
    size = sum(len("".join(str(text).split())) for text in (context["policy"], *(o.get("policy") for o in others)))
    return f"LimitExceeded: inline policies of {context['role']} exceed 10240 characters" if size > 10240 else None


TYPES: Final = (
    ResourceType(
        token=ROLE,
        source="https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html",
        id="{name}",
        name=Name(
            longest=64,
            pattern=r"[\w+=,.@-]+",
            allowed=r"\w+=,.@\-",
            lower=False,
            unique_in="{account}",
            excludes=("namePrefix",),
        ),
        computed={
            "arn": arn("iam", "role/{name}", regional=False),
            "uniqueId": lambda context: f"AROA{context.hex(17, 'unique').upper()}",
            "createDate": "2026-04-01T00:00:00Z",
        },
        input_defaults={"forceDetachPolicies": False, "maxSessionDuration": 3600, "path": "/"},
        defaults={"managedPolicyArns": []},
        replace_on=("path",),
        checks=(
            document("assumeRolePolicy", principal=True, longest=2048),
            between("maxSessionDuration", 3600, 43200),
            holds("description", lambda text: len(text) <= 1000, "a description has at most 1000 characters"),
        ),
        known_as=("arn", "name"),
        scope="{account}",
    ),
    ResourceType(
        token=ROLE_POLICY,
        source="https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html",
        id="{role}:{name}",
        name=Name(
            longest=128,
            pattern=r"[\w+=,.@-]+",
            allowed=r"\w+=,.@\-",
            lower=False,
            unique_in="{account}/{role}",
            excludes=("namePrefix",),
        ),
        replace_on=("role",),
        references=(Reference("role", ROLE, blocks_deletion=True),),
        checks=(document("policy", principal=False, longest=10240),),
        guards=(_together,),
        scope="{account}",
    ),
)
