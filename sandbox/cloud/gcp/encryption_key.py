"""Cloud Key Management Service.

https://cloud.google.com/kms/docs/resource-hierarchy
"""

from collections.abc import Mapping
from typing import Any, Final

from sandbox.cloud.checks import Problems, holds, matches
from sandbox.cloud.context import Context
from sandbox.cloud.gcp.landing import AGENT, AGENT_OF
from sandbox.cloud.gcp.naming import label_rule
from sandbox.cloud.resource_type import Guard, Name, Reference, ResourceType
from sandbox.cloud.value import at

RING: Final = "gcp:kms/keyRing:KeyRing"
KEY: Final = "gcp:kms/cryptoKey:CryptoKey"
GRANT: Final = "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember"
ACCOUNT: Final = "gcp:serviceaccount/account:Account"
_USES: Final = frozenset({"roles/cloudkms.cryptoKeyEncrypterDecrypter", "roles/cloudkms.cryptoKeyEncrypter"})
_DAY: Final = 86_400


def _for_ever(_: Context) -> bool:
    return True


def _seconds(path: str, least: int, most: int) -> Any:
    return holds(
        path,
        lambda value: value.endswith("s") and value[:-1].isdigit() and least <= int(value[:-1]) <= most,
        f"'{{value}}' is not a duration from {least}s to {most}s",
    )


def key_granted(path: str, domain: str, location: str = "location") -> Guard:
    """The key at `path` exists, lies where the resource does, and may be used by the service agent of this domain."""

    def guard(context: Context) -> str | None:
        if context.operation not in ("create", "update"):
            return None
        for _, name in at(context.inputs, path):
            key = context.find(name, KEY)
            if key is None:
                return f"Error 400: CryptoKey {name} does not exist"
            where = next((value for _, value in at(context.inputs, location)), context.place["region"]).lower()
            if f"/locations/{where}/" not in name:
                return f"Error 400: the key {name} is not in the location of the resource, {where}"
            grants = [grant for grant in context.objects(GRANT) if grant.get("cryptoKeyId") == name]
            if not any(f"@{domain}.iam." in grant.get("member") and grant.get("role") in _USES for grant in grants):
                return f"Error 403: the service agent …@{domain}.iam.gserviceaccount.com may not use the key {name}"
        return None

    return guard


def member_exists(context: Context) -> str | None:
    """A grant to a service account that does not exist is refused, the vendor's own agents included."""
    if context.operation not in ("create", "update"):
        return None
    kind, _, address = context["member"].partition(":")
    domain = address.partition("@")[2].removesuffix(".iam.gserviceaccount.com")
    if kind != "serviceAccount":
        return None
    if domain in AGENT_OF:
        there = any(agent.get("service") == AGENT_OF[domain] for agent in context.objects(AGENT))
    elif domain == context.place["project"]:
        there = any(account.get("email") == address for account in context.objects(ACCOUNT))
    else:
        there = True
    return None if there else f"Error 400: Service account {address} does not exist."


def member_form(path: str = "member") -> Any:
    """How a member of a policy is written."""
    return matches(
        path,
        r"allUsers|allAuthenticatedUsers|(user|group|serviceAccount|domain|principal|principalSet):.+",
        "a member is written kind:address",
    )


def _signing_keys_stay(inputs: Mapping[str, Any]) -> Problems:
    if inputs.get("rotationPeriod") is not None and inputs.get("purpose", "ENCRYPT_DECRYPT") != "ENCRYPT_DECRYPT":
        yield "rotationPeriod", "only a key of purpose ENCRYPT_DECRYPT rotates by itself"


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
        computed={"primaries": lambda context: [{"name": f"{context.id}/cryptoKeyVersions/1", "state": "ENABLED"}]},
        input_defaults={"purpose": "ENCRYPT_DECRYPT", "deletionPolicy": "DELETE"},
        defaults={"destroyScheduledDuration": f"{30 * _DAY}s", "importOnly": False},
        replace_on=("keyRing", "purpose", "destroyScheduledDuration", "importOnly", "skipInitialVersionCreation"),
        checks=(
            _seconds("rotationPeriod", _DAY, 3_650 * _DAY),
            _seconds("destroyScheduledDuration", _DAY, 120 * _DAY),
            _signing_keys_stay,
            label_rule("labels"),
        ),
        references=(Reference("keyRing", RING),),
    ),
    ResourceType(
        token=GRANT,
        source="https://cloud.google.com/kms/docs/iam",
        id="{cryptoKeyId}/{role}/{member}",
        computed={"etag": lambda context: context.hex(12, "etag")},
        replace_on=("cryptoKeyId", "role", "member", "condition"),
        checks=(member_form(), matches("role", r"roles/.+|(projects|organizations)/.+/roles/.+", "no role")),
        guards=(member_exists,),
        references=(Reference("cryptoKeyId", KEY),),
    ),
)
