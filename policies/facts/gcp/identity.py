"""Service accounts and what they are granted: https://cloud.google.com/iam/docs/understanding-roles."""

from collections.abc import Iterator

from policies.facts.answers import some, when
from policies.facts.gcp.grants import ACCOUNT, Grant, grants
from policies.facts.gcp.grants import KNOWN as GRANTS
from policies.facts.resources import World
from policies.facts.vocabulary import UNKNOWN, Fact, Identity, Maybe, Unknown

KNOWN = GRANTS | {ACCOUNT}

_WORDS: dict[str, tuple[str, ...]] = {
    "roles/storage.objectViewer": ("read-objects",),
    "roles/storage.objectCreator": ("write-objects",),
    "roles/storage.objectUser": ("read-objects", "write-objects", "delete-objects"),
    "roles/storage.objectAdmin": ("read-objects", "write-objects", "delete-objects"),
    "roles/secretmanager.secretAccessor": ("read-secret",),
    "roles/secretmanager.secretVersionAdder": ("write-secret",),
    "roles/cloudkms.cryptoKeyEncrypterDecrypter": ("use-key",),
    "roles/cloudkms.cryptoKeyEncrypter": ("use-key",),
    "roles/cloudkms.cryptoKeyDecrypter": ("use-key",),
    "roles/cloudkms.admin": ("administer-key",),
    "roles/cloudsql.client": ("connect-database",),
    "roles/artifactregistry.reader": ("pull-images",),
    "roles/artifactregistry.writer": ("pull-images", "push-images"),
    "roles/logging.logWriter": ("write-logs",),
    "roles/logging.viewer": ("read-logs",),
    "roles/monitoring.metricWriter": ("write-metrics",),
}
# Rights that exist only for the whole project: their target is the service.
_UNBOUND = {"roles/logging.logWriter": "logs", "roles/monitoring.metricWriter": "metrics"}


def facts(world: World) -> Iterator[Fact]:
    for account in world.of(ACCOUNT):
        held = [grant for grant in grants(world) if grant.account is account]
        pairs = [_pairs(grant) for grant in held]
        yield Identity(
            urn=account.urn,
            role=account.role,
            permissions=world.absent(
                frozenset[tuple[str, str]]().union(*(p for p in pairs if not isinstance(p, Unknown)))
            )
            if not any(isinstance(p, Unknown) for p in pairs)
            else UNKNOWN,
            wildcard=some(world.absent(value=False), *(when(grant.role, _administrator) for grant in held)),
            # Only a policy on the account itself could open it; none of a type that is known here does.
            open_to_anyone=world.absent(value=False),
        )


def _administrator(role: str) -> bool:
    return role in ("roles/owner", "roles/editor") or role.lower().endswith("admin")


def _pairs(grant: Grant) -> Maybe[frozenset[tuple[str, str]]]:
    if isinstance(grant.role, Unknown):
        return UNKNOWN
    words = _WORDS.get(grant.role, ("administer",) if _administrator(grant.role) else ("other",))
    target = grant.on.role if grant.on is not None else _UNBOUND.get(grant.role, "*")
    return frozenset((word, target) for word in words)
