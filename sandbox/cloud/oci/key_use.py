"""When a service, or a resource of one, may encrypt with a customer key of a vault.

https://docs.oracle.com/en-us/iaas/Content/Identity/Reference/keypolicyreference.htm
https://docs.oracle.com/en-us/iaas/Content/Object/Tasks/encryption.htm
"""

from collections.abc import Callable
from typing import Final

from sandbox.cloud.context import Context, Object
from sandbox.cloud.oci.grants import Principal, allowed
from sandbox.cloud.resource_type import Guard
from sandbox.cloud.value import at, one

VAULT: Final = "oci:Kms/vault:Vault"
KEY: Final = "oci:Kms/key:Key"
_NEEDED: Final = ("KEY_READ", "KEY_ENCRYPT", "KEY_DECRYPT")
Who = Callable[[Context], Principal]


def service(name: str) -> Who:
    """A service principal; the name may be a template of the place."""
    return lambda context: Principal(kind="service", name=name.format_map(context.place))


def resource(type_: str) -> Who:
    """The resource principal of the resource that is being made, in its own compartment."""
    return lambda context: Principal(kind="resource", name=type_, compartment=context["compartmentId"])


def unusable(key: Object) -> str | None:
    """Why a key encrypts nothing: it is no symmetric one, or it is disabled or waits for its deletion."""
    algorithm, state = one(key.inputs, "keyShape.algorithm"), key.get("state")
    if algorithm != "AES":
        return f"400-InvalidParameter: {key.id} is an {algorithm} key, and only an AES key encrypts"
    return None if state == "ENABLED" else f"409-IncorrectState: the key {key.id} is {state}, not ENABLED"


def refused_key(context: Context, key: Object, who: Principal) -> str | None:
    """Why this principal can't encrypt with the key."""
    target = {"target.key.id": key.id, "target.vault.id": key.get("vaultId", "")}
    if not allowed(context, who, _NEEDED, key.get("compartmentId"), target):
        return f"400-KmsKeyNotAuthorized: no policy lets '{who.name}' use the key {key.id}"
    return unusable(key)


def key_allowed(path: str, who: Who, *, again: str | None = None) -> Guard:
    """The key at `path` may be used and can be.

    A key that was in use before is not asked again when its user changes, unless the input `again` changes, which is encrypted anew.
    """

    def guard(context: Context) -> str | None:
        if not context.writing:
            return None
        held = context.stored.inputs if context.stored else {}
        anew = again is not None and one(held, again) != one(context.inputs, again)
        for _, name in at(context.inputs, path):
            key = context.find(name, KEY)
            if key is not None and (anew or one(held, path) != name):
                return refused_key(context, key, who(context))
        return None

    return guard
