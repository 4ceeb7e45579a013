"""Customer keys in use: what Google checks before a resource may be encrypted with one.

https://cloud.google.com/kms/docs/cmek
"""

import re
from typing import Final

from sandbox.cloud.context import Context, Object
from sandbox.cloud.resource_type import Guard
from sandbox.cloud.value import at, one

KEY: Final = "gcp:kms/cryptoKey:CryptoKey"
KEY_GRANT: Final = "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember"
_BOTH: Final = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
# How the agent that uses keys is called where it is not service-NUMBER.
_ACCOUNT: Final = {"gcp-sa-logging": "cmek-p"}
_EACH: Final = frozenset({"roles/cloudkms.cryptoKeyEncrypter", "roles/cloudkms.cryptoKeyDecrypter"})


def unusable(key: Object) -> str | None:
    """Why a key encrypts nothing: of another purpose, without a primary version, or its primary disabled or destroyed."""
    if key.get("purpose", "ENCRYPT_DECRYPT") != "ENCRYPT_DECRYPT":
        return f"Error 400: the purpose of {key.id} is {key.get('purpose')}, not ENCRYPT_DECRYPT"
    state = one(key.outputs, "primaries[0].state")
    return None if state == "ENABLED" else f"Error 400: {key.id} has no enabled primary version ({state or 'none'})"


def granted(context: Context, key: Object, domain: str) -> bool:
    """Whether the service agent of this domain may encrypt and decrypt with the key."""
    member = re.compile(rf"serviceAccount:{_ACCOUNT.get(domain, 'service-')}\d+@{re.escape(domain)}\.iam\..*")
    roles = {
        grant.get("role")
        for grant in context.objects(KEY_GRANT)
        if grant.get("cryptoKeyId") == key.id and member.fullmatch(grant.get("member"))
    }
    return _BOTH in roles or roles >= _EACH


def refusal_of(context: Context, name: str, domain: str, where: str) -> str | None:
    """Why the agent of `domain` can't use the key `name` for a resource in `where`."""
    key = context.find(name, KEY)
    if key is None:
        return f"Error 400: CryptoKey {name} does not exist"
    if f"/locations/{where.lower()}/" not in key.id:
        return f"Error 400: the key {name} is not in the location of the resource, {where.lower()}"
    if not granted(context, key, domain):
        return f"Error 403: the service agent …@{domain}.iam.gserviceaccount.com may not use the key {name}"
    return unusable(key)


def key_granted(path: str, domain: str, location: str = "location", *, places: str = "", always: str = "") -> Guard:
    """The key at `path` exists, is enabled, lies where the resource does, and the service agent of this domain may use it.

    `location` is an input of the resource, `always` a place that is not. With `places` both key and location are looked for
    inside each element of that list.
    A key that was in use before is asked only whether it still is usable when it changes.
    """

    def guard(context: Context) -> str | None:
        if not context.writing:
            return None
        for _, part in at(context.inputs, places) if places else [("", context.inputs)]:
            where = always or one(part, location, context.place["region"])
            for _, name in at(part, path):
                if context.stored is not None and name in _held(context.stored, places, path):
                    continue
                reason = refusal_of(context, name, domain, where)
                if reason:
                    return reason
        return None

    return guard


def _held(stored: Object, places: str, path: str) -> list[str]:
    return [name for _, name in at(stored.inputs, f"{places}.{path}" if places else path)]
