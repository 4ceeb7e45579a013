"""Cloud Key Management Service.

https://cloud.google.com/kms/docs/resource-hierarchy
"""

from collections.abc import Mapping
from typing import Any, Final

from sandbox.cloud.checks import Problems, holds, one_of
from sandbox.cloud.context import Context
from sandbox.cloud.gcp.access import policy_member
from sandbox.cloud.gcp.key_use import KEY, KEY_GRANT
from sandbox.cloud.gcp.naming import label_rule, region_rule
from sandbox.cloud.resource_type import Check, Name, Reference, ResourceType
from sandbox.cloud.value import one

RING: Final = "gcp:kms/keyRing:KeyRing"
_DAY: Final = 86_400
# https://cloud.google.com/kms/docs/locations
_MULTI: Final = r"global|asia|asia1|eur[3-6]|eur7|eur8|europe|us|nam(3|4|6|7|8|9|10|11|12)|in|nam-eur-asia1"
# https://cloud.google.com/kms/docs/algorithms
_PURPOSES: Final = {
    "ENCRYPT_DECRYPT": ("GOOGLE_SYMMETRIC_ENCRYPTION", "EXTERNAL_SYMMETRIC_ENCRYPTION"),
    "RAW_ENCRYPT_DECRYPT": ("AES_",),
    "ASYMMETRIC_SIGN": ("RSA_SIGN_", "EC_SIGN_", "PQ_SIGN_"),
    "ASYMMETRIC_DECRYPT": ("RSA_DECRYPT_",),
    "MAC": ("HMAC_",),
    "KEY_ENCAPSULATION": ("ML_KEM_", "KEM_"),
}
# Those that a key takes. https://cloud.google.com/kms/docs/reference/permissions-and-roles
_ROLES: Final = tuple(
    f"cloudkms.{name}"
    for name in (
        "admin",
        "cryptoKeyDecapsulator",
        "cryptoKeyDecrypter",
        "cryptoKeyDecrypterViaDelegation",
        "cryptoKeyEncrypter",
        "cryptoKeyEncrypterDecrypter",
        "cryptoKeyEncrypterDecrypterViaDelegation",
        "cryptoKeyEncrypterViaDelegation",
        "cryptoOperator",
        "expertRawPKCS1",
        "importer",
        "publicKeyViewer",
        "signer",
        "signerVerifier",
        "verifier",
        "viewer",
    )
)


def _for_ever(_: Context) -> bool:
    return True


def _seconds(path: str, least: int, most: int) -> Check:
    return holds(
        path,
        lambda value: value.endswith("s") and value[:-1].isdigit() and least <= int(value[:-1]) <= most,
        f"'{{value}}' is not a duration from {least}s to {most}s",
    )


def _purpose_fits(inputs: Mapping[str, Any]) -> Problems:
    purpose = inputs.get("purpose", "ENCRYPT_DECRYPT")
    if inputs.get("rotationPeriod") is not None and purpose != "ENCRYPT_DECRYPT":
        yield "rotationPeriod", "only a key of purpose ENCRYPT_DECRYPT rotates by itself"
    algorithm = one(inputs, "versionTemplate.algorithm")
    if purpose in _PURPOSES and algorithm is not None and not algorithm.startswith(_PURPOSES[purpose]):
        yield "versionTemplate.algorithm", f"{algorithm} is no algorithm for purpose {purpose}"
    if inputs.get("importOnly") is True:
        if inputs.get("skipInitialVersionCreation") is not True:
            yield "skipInitialVersionCreation", "a key for imported versions only starts without a version"
        if inputs.get("rotationPeriod") is not None:
            yield "rotationPeriod", "a key for imported versions only does not rotate"


def _primaries(context: Context) -> list[dict[str, str]]:
    """Only a symmetric key has a primary version, and only once it has a version. What happened to it since stays."""
    held = None if context.stored is None else context.stored.outputs.get("primaries")
    if held is not None:
        return list(held)
    symmetric = context.inputs.get("purpose", "ENCRYPT_DECRYPT") == "ENCRYPT_DECRYPT"
    if not symmetric or context.inputs.get("skipInitialVersionCreation") is True:
        return []
    return [{"name": f"{context.id}/cryptoKeyVersions/1", "state": "ENABLED"}]


TYPES: Final = (
    ResourceType(
        token=RING,
        source="https://cloud.google.com/kms/docs/create-key-ring",
        id="projects/{project}/locations/{location}/keyRings/{name}",
        name=Name(
            pattern=r"[a-zA-Z0-9_-]{1,63}",
            allowed=r"a-zA-Z0-9_\-",
            lower=False,
            unique_in="{project}/{location}",
            stays_taken=_for_ever,
        ),
        replace_on=("location",),
        checks=(region_rule("location", _MULTI),),
        sources=("https://cloud.google.com/kms/docs/locations",),
        blind_spots=(
            "Deleting only forgets the ring: it and its keys stay there for ever, and are listed.",
            "That a region exists is not checked, only its form.",
        ),
    ),
    ResourceType(
        token=KEY,
        source="https://cloud.google.com/kms/docs/destroy-restore",
        id="{keyRing}/cryptoKeys/{name}",
        name=Name(
            pattern=r"[a-zA-Z0-9_-]{1,63}",
            allowed=r"a-zA-Z0-9_\-",
            lower=False,
            unique_in="{keyRing}",
            stays_taken=_for_ever,
        ),
        computed={"primaries": _primaries},
        input_defaults={"purpose": "ENCRYPT_DECRYPT", "deletionPolicy": "DELETE"},
        defaults={"destroyScheduledDuration": f"{30 * _DAY}s", "importOnly": False},
        replace_on=(
            "keyRing",
            "purpose",
            "destroyScheduledDuration",
            "importOnly",
            "skipInitialVersionCreation",
            "versionTemplate.protectionLevel",
            "cryptoKeyBackend",
        ),
        checks=(
            one_of("purpose", _PURPOSES),
            one_of("versionTemplate.protectionLevel", ("SOFTWARE", "HSM", "EXTERNAL", "EXTERNAL_VPC")),
            _seconds("rotationPeriod", _DAY, 3_650 * _DAY),
            _seconds("destroyScheduledDuration", _DAY, 120 * _DAY),
            _purpose_fits,
            label_rule("labels"),
        ),
        references=(Reference("keyRing", RING, anywhere=True),),
        sources=(
            "https://cloud.google.com/kms/docs/algorithms",
            "https://cloud.google.com/kms/docs/key-rotation",
        ),
        blind_spots=(
            "Deleting schedules the versions for destruction; what is encrypted with them becomes unreadable there.",
            "Rotation makes no new versions here.",
            "Which protection levels a location offers is not checked; HSM is not offered in every location.",
        ),
    ),
    policy_member(KEY_GRANT, "cryptoKeyId", KEY, source="https://cloud.google.com/kms/docs/iam", roles=_ROLES),
)
