"""AWS Identity and Access Management: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html."""

import re
from typing import Any, Final

from sandbox.cloud.aws import documents
from sandbox.cloud.aws.evaluation import ROLE, ROLE_POLICY, principals_exist
from sandbox.cloud.aws.tags import tag_rule
from sandbox.cloud.checks import between, holds, matches, not_together
from sandbox.cloud.context import Context
from sandbox.cloud.guards import not_deleted_while_others
from sandbox.cloud.resource_type import Name, Reference, ResourceType
from sandbox.cloud.value import at

__all__ = ["ROLE", "ROLE_POLICY", "TYPES"]

_INLINE: Final = 10240
_LETTERS: Final = r"[\t\n\r\x20-\x7e\xa1-\xff]*"


def _size(text: str) -> int:
    return sum(not letter.isspace() for letter in text)


def _within_the_limit(context: Context) -> str | None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length."""
    if not context.writing:
        return None
    others = [o for o in context.objects(ROLE_POLICY) if o.get("role") == context["role"] and o.id != context.id]
    size = sum(_size(str(text)) for text in (context["policy"], *(o.get("policy") for o in others)))
    return (
        f"LimitExceeded: inline policies of {context['role']} exceed {_INLINE} characters" if size > _INLINE else None
    )


def _same_name(context: Context) -> str | None:
    """Names differ by more than case: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html."""
    if context.operation == "create":
        for other in context.objects(ROLE):
            if other.id.lower() == context["name"].lower():
                return f"EntityAlreadyExists: Role with name {other.id} already exists"
    return None


def _holds_policies(context: Context, other: Any) -> bool:
    assert context.stored is not None
    return bool(other.get("role") == context.id and not context.stored.inputs.get("forceDetachPolicies"))


def _inline_names(inputs: Any) -> Any:
    names = [name for _, name in at(inputs, "inlinePolicies[*].name")]
    if len(set(names)) < len(names):
        yield "inlinePolicies", "EntityAlreadyExists: two inline policies have one name"


TYPES: Final = (
    ResourceType(
        token=ROLE,
        source="https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html",
        sources=(
            "https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html",
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html",
        ),
        id="{name}",
        name=Name(
            longest=64,
            # Names that begin with AWSServiceRoleFor are the services' own.
            pattern=r"(?!(?i:AWSServiceRoleFor))[A-Za-z0-9_+=,.@-]+",
            allowed=r"A-Za-z0-9_+=,.@\-",
            lower=False,
            unique_in="{account}",
            excludes=("namePrefix",),
        ),
        computed={
            "arn": lambda c: f"arn:{c['partition']}:iam::{c['account']}:role{c['path']}{c['name']}",
            "uniqueId": lambda context: f"AROA{context.hex(17, 'unique').upper()}",
            "createDate": "2026-04-01T00:00:00Z",
        },
        input_defaults={"forceDetachPolicies": False, "maxSessionDuration": 3600, "path": "/"},
        defaults={"managedPolicyArns": []},
        replace_on=("path", "namePrefix"),
        checks=(
            documents.policy("assumeRolePolicy", documents.TRUST),
            documents.policy("inlinePolicies[*].policy", documents.IDENTITY),
            between("maxSessionDuration", 3600, 43200),
            matches(
                "path", r"/|/[\x21-\x7f]{1,510}/", "a path begins and ends with / and has at most 512 ASCII characters"
            ),
            holds("description", lambda text: len(text) <= 1000, "a description has at most 1000 characters"),
            matches("description", _LETTERS, "a description has characters of Latin-1 only"),
            matches(
                "permissionsBoundary", r"arn:aws[a-z-]*:iam::(\d{12}|aws):policy/.+", "a boundary is a policy's ARN"
            ),
            matches("managedPolicyArns[*]", r"arn:aws[a-z-]*:iam::(\d{12}|aws):policy/.+", "the ARN of a policy"),
            holds(
                "managedPolicyArns", lambda found: len(found) <= 10, "LimitExceeded: a role takes 10 managed policies"
            ),
            not_together("name", "namePrefix"),
            _inline_names,
            tag_rule(),
        ),
        guards=(
            principals_exist("assumeRolePolicy", "MalformedPolicyDocument"),
            _same_name,
            not_deleted_while_others(
                ROLE_POLICY,
                belongs=_holds_policies,
                reason="DeleteConflict: cannot delete entity {id}, must delete policies first ({other})",
            ),
        ),
        known_as=("arn", "name"),
        unordered=("managedPolicyArns",),
        scope="{account}",
        blind_spots=(
            "Service-linked roles appear with the first use of their service and are never missing here.",
            "Managed policies are not looked up, and what they allow is not known.",
            "The provider also reads inline policies into the role's own output; here only those that it was given.",
            "A role that a service still uses can be deleted, as there; what uses it then fails only there.",
            "Roles of the account that were not made here do not exist as principals.",
        ),
    ),
    ResourceType(
        token=ROLE_POLICY,
        source="https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html",
        id="{role}:{name}",
        name=Name(
            longest=128,
            pattern=r"[A-Za-z0-9_+=,.@-]+",
            allowed=r"A-Za-z0-9_+=,.@\-",
            lower=False,
            unique_in="{account}/{role}",
            excludes=("namePrefix",),
        ),
        replace_on=("role", "namePrefix"),
        references=(Reference("role", ROLE),),
        checks=(
            documents.policy("policy", documents.IDENTITY),
            not_together("name", "namePrefix"),
            holds(
                "role",
                lambda name: re.fullmatch(r"[A-Za-z0-9_+=,.@-]{1,64}", name) is not None,
                "'{value}' is no name of a role (a name, not an ARN)",
            ),
        ),
        guards=(_within_the_limit,),
        scope="{account}",
        blind_spots=(
            "Whether an action, a condition key or a resource type exists is not asked, only its form.",
            "A second policy of the same name overwrites the first there; here it is refused.",
        ),
    ),
)
