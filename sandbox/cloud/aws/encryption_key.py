"""AWS Key Management Service: https://docs.aws.amazon.com/kms/latest/developerguide/overview.html."""

import json
from collections.abc import Mapping
from typing import Any, Final

from sandbox.cloud.aws import documents
from sandbox.cloud.aws.evaluation import allowed, by_caller, principals_exist
from sandbox.cloud.aws.key_use import ALIAS, KEY
from sandbox.cloud.aws.tags import tag_rule
from sandbox.cloud.checks import Inputs, Problems, between, holds, matches, not_together, one_of
from sandbox.cloud.context import Context
from sandbox.cloud.identity import arn, output_of, uuid
from sandbox.cloud.resource_type import Name, Reference, ResourceType

__all__ = ["KEY", "TYPES"]

# https://docs.aws.amazon.com/kms/latest/developerguide/symm-asymm-choose-key-spec.html
_USAGE: Final[Mapping[str, tuple[str, ...]]] = {
    "SYMMETRIC_DEFAULT": ("ENCRYPT_DECRYPT",),
    **dict.fromkeys(("RSA_2048", "RSA_3072", "RSA_4096"), ("ENCRYPT_DECRYPT", "SIGN_VERIFY")),
    **dict.fromkeys(("HMAC_224", "HMAC_256", "HMAC_384", "HMAC_512"), ("GENERATE_VERIFY_MAC",)),
    **dict.fromkeys(("ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521"), ("SIGN_VERIFY", "KEY_AGREEMENT")),
    **dict.fromkeys(("ECC_SECG_P256K1", "ECC_NIST_EDWARDS25519"), ("SIGN_VERIFY",)),
    **dict.fromkeys(("ML_DSA_44", "ML_DSA_65", "ML_DSA_87"), ("SIGN_VERIFY",)),
}


def _default_policy(context: Context) -> str:
    """The account's own use of the key is left to its identity policies, as the service does when none is given."""
    root = f"arn:{context['partition']}:iam::{context['account']}:root"
    statement: dict[str, Any] = {"Effect": "Allow", "Principal": {"AWS": root}, "Action": "kms:*", "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _spec_fits_usage(inputs: Inputs) -> Problems:
    spec, usage = inputs.get("customerMasterKeySpec", "SYMMETRIC_DEFAULT"), inputs.get("keyUsage", "ENCRYPT_DECRYPT")
    if usage not in _USAGE.get(spec, (usage,)):
        yield "keyUsage", f"ValidationException: {usage} is not compatible with key spec {spec}"
    own_store = inputs.get("customKeyStoreId") is not None
    if inputs.get("enableKeyRotation") and (spec != "SYMMETRIC_DEFAULT" or own_store):
        yield (
            "enableKeyRotation",
            "UnsupportedOperationException: only symmetric keys of KMS itself rotate by themselves",
        )
    if inputs.get("rotationPeriodInDays") is not None and not inputs.get("enableKeyRotation"):
        yield "rotationPeriodInDays", "'rotationPeriodInDays' needs 'enableKeyRotation'"
    if inputs.get("xksKeyId") is not None and not own_store:
        yield "xksKeyId", "XksKeyInvalidConfigurationException: an external key needs a custom key store"


def _keeps_its_caller(context: Context) -> str | None:
    """https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html."""
    text = context.inputs.get("policy")
    changed = context.stored is None or context.stored.inputs.get("policy") != text
    if not context.writing or not text or not changed or context.inputs.get("bypassPolicyLockoutSafetyCheck"):
        return None
    if allowed(text, by_caller(context, "kms:PutKeyPolicy")):
        return None
    return (
        "MalformedPolicyDocumentException: the new key policy will not allow you to update the key policy in the future"
    )


def _disabled_stays(context: Context) -> str | None:
    """https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html."""
    stored = context.stored
    if context.operation != "update" or stored is None or context.inputs.get("isEnabled", True):
        return None
    names = ("enableKeyRotation", "rotationPeriodInDays")
    changed = any(stored.inputs.get(name) != context.inputs.get(name) for name in names)
    return (
        f"DisabledException: {context.id} is disabled" if changed and not stored.inputs.get("isEnabled", True) else None
    )


def _same_kind(context: Context) -> str | None:
    """https://docs.aws.amazon.com/kms/latest/APIReference/API_UpdateAlias.html."""
    if context.operation != "update" or context.stored is None:
        return None
    old, new = (context.find(inputs["targetKeyId"], KEY) for inputs in (context.stored.inputs, context.inputs))
    if old is None or new is None:
        return None
    differs = any(old.get(name) != new.get(name) for name in ("keyUsage", "customerMasterKeySpec"))
    return "ValidationException: the current and the new key must be of the same type and usage" if differs else None


TYPES: Final = (
    ResourceType(
        token=KEY,
        source="https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html",
        sources=(
            "https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html",
            "https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html",
            "https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html",
        ),
        id=uuid(),
        computed={"keyId": "{id}", "arn": arn("kms", "key/{id}")},
        input_defaults={
            "customerMasterKeySpec": "SYMMETRIC_DEFAULT",
            "isEnabled": True,
            "keyUsage": "ENCRYPT_DECRYPT",
            "bypassPolicyLockoutSafetyCheck": False,
        },
        defaults={"enableKeyRotation": False, "multiRegion": False, "description": "", "policy": _default_policy},
        replace_on=("customerMasterKeySpec", "keyUsage", "customKeyStoreId", "xksKeyId", "multiRegion"),
        checks=(
            between("deletionWindowInDays", 7, 30),
            between("rotationPeriodInDays", 90, 2560),
            matches("description", r"(?s).{0,8192}", "a description has at most 8192 characters"),
            one_of("customerMasterKeySpec", _USAGE),
            documents.policy("policy", documents.KEY),
            not_together("customKeyStoreId", "multiRegion"),
            _spec_fits_usage,
            tag_rule(),
        ),
        guards=(principals_exist("policy", "MalformedPolicyDocumentException"), _keeps_its_caller, _disabled_stays),
        known_as=("arn",),
        blind_spots=(
            "A deleted key is gone at once; there it waits, can be brought back, and is as useless to its users as here.",
            "Who deploys has every right by IAM and no name: a policy that names that identity alone locks it out here.",
            "Principals made outside the sandbox (administrators, pipelines) are known only as the account itself.",
            "Dates and variables (such as aws:username) in conditions are not evaluated, in no kind of policy.",
            "Custom and external key stores are not imitated, nor replicas of multi-region keys.",
            "The rotation period that the provider fills in (365 days) stays absent.",
            "Grants are not kept: a service that has one keeps it when the policy changes, here as there.",
        ),
    ),
    ResourceType(
        token=ALIAS,
        source="https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html",
        id="{name}",
        name=Name(
            prefix="alias/",
            longest=256,
            pattern=r"alias/(?!aws/)[a-zA-Z0-9/_-]+",
            allowed="a-zA-Z0-9/_-",
            lower=False,
            excludes=("namePrefix",),
        ),
        computed={"arn": arn("kms", "{name}"), "targetKeyArn": output_of("targetKeyId", "arn", KEY)},
        replace_on=("namePrefix",),
        checks=(
            not_together("name", "namePrefix"),
            holds(
                "namePrefix", lambda text: text.startswith("alias/"), "'{value}' is refused: it must begin with alias/"
            ),
        ),
        guards=(_same_kind,),
        references=(Reference("targetKeyId", KEY),),
        known_as=("arn",),
        blind_spots=("A key takes 50 aliases at most; here any number.",),
    ),
)
