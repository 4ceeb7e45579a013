"""Customer keys in use: what a service asks of AWS KMS before it encrypts with one.

https://docs.aws.amazon.com/kms/latest/developerguide/policy-evaluation.html
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from sandbox.cloud.aws.evaluation import Request, allowed, by_caller
from sandbox.cloud.context import Context, Object
from sandbox.cloud.resource_type import Guard
from sandbox.cloud.value import at

KEY: Final = "aws:kms/key:Key"
ALIAS: Final = "aws:kms/alias:Alias"
# A service that encrypts by the caller's right makes a data key, or leaves itself a grant.
# https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
DATA_KEY: Final = ("kms:GenerateDataKey", "kms:Decrypt")
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.Keys.html
GRANT: Final = ("kms:CreateGrant", "kms:DescribeKey")


def key_of(context: Context, name: str) -> Object | None:
    """The key that an id, an ARN or an alias names; None once its deletion is scheduled."""
    alias = context.find(name, ALIAS)
    return context.find(name if alias is None else str(alias.get("targetKeyId")), KEY)


def unusable(key: Object | None) -> str | None:
    """Why nobody encrypts with the key now, whatever its policy says.

    https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
    """
    if key is None:
        return "KMSInvalidStateException: it is pending deletion"
    kind = (key.get("keyUsage"), key.get("customerMasterKeySpec"))
    if kind != ("ENCRYPT_DECRYPT", "SYMMETRIC_DEFAULT"):
        return f"InvalidKeyUsageException: it is a key for {' and '.join(kind)}, not a symmetric encryption key"
    return None if key.get("isEnabled", True) else "DisabledException: it is disabled"


def refusal_of(context: Context, name: str, requests: Iterable[Request]) -> str | None:
    """Why these requests can't be made with the key `name`."""
    key = key_of(context, name)
    reason = unusable(key)
    if key is None or reason:
        return reason
    for request in requests:
        if not allowed(key.get("policy"), request):
            who = request.principal if request.principal.endswith(".com") else "the caller through this service"
            return f"its policy does not let {who} {request.action}"
    return None


def newly(context: Context, path: str) -> Iterator[str]:
    """The names at `path` that this request brings."""
    held = [] if context.stored is None else [name for _, name in at(context.stored.inputs, path)]
    yield from (name for _, name in at(context.inputs, path) if name not in held)


def _no_more(_: Context) -> Mapping[str, str]:
    return {}


def key_usable(
    path: str,
    service: str,
    actions: tuple[str, ...],
    code: str,
    *,
    always: bool = False,
    more: Callable[[Context], Mapping[str, str]] = _no_more,
) -> Guard:
    """The key at `path` is enabled and its policy lets the caller do `actions` through `service`.

    Asked when the object is made and when another key is named; `always`: at every change. `more` condition keys.
    """

    def guard(context: Context) -> str | None:
        if not context.writing:
            return None
        via = {
            "kms:viaservice": f"{service}.{context['region']}.amazonaws.com",
            "kms:calleraccount": context.place["account"],
            "kms:grantisforawsresource": "true",
            **more(context),
        }
        names: Iterable[Any] = [n for _, n in at(context.inputs, path)] if always else newly(context, path)
        for name in names:
            reason = refusal_of(context, name, (by_caller(context, action, **via) for action in actions))
            if reason:
                return f"{code}: {name}: {reason}"
        return None

    return guard
