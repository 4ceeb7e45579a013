"""Service accounts and what they are granted: https://cloud.google.com/iam/docs/understanding-roles."""

from collections.abc import Iterator

from policies.facts.answers import some, when
from policies.facts.gcp.escalation import escalations
from policies.facts.gcp.grants import ACCOUNT, Grant, grants_on, grants_to
from policies.facts.gcp.grants import KNOWN as GRANTS
from policies.facts.resources import World
from policies.facts.vocabulary import ANYONE, UNKNOWN, Fact, Identity, Maybe, Unknown

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


# Beginning or whole of a custom role's permission to its word.
_PERMISSIONS = {
    "storage.objects.get": "read-objects",
    "storage.objects.list": "read-objects",
    "storage.objects.create": "write-objects",
    "storage.objects.update": "write-objects",
    "storage.objects.delete": "delete-objects",
    "secretmanager.versions.access": "read-secret",
    "cloudkms.cryptoKeyVersions.useTo": "use-key",
    "cloudsql.instances.connect": "connect-database",
    "artifactregistry.repositories.downloadArtifacts": "pull-images",
    "logging.logEntries.create": "write-logs",
    "logging.logEntries.list": "read-logs",
    "monitoring.timeSeries.create": "write-metrics",
}


def facts(world: World) -> Iterator[Fact]:
    for account in world.of(ACCOUNT):
        held = grants_to(world, account)
        pairs = [pairs_of(grant) for grant in held]
        trusted = [grant for grant in grants_on(world, account) if grant.on is account]
        found = escalations(held)
        yield Identity(
            urn=account.urn,
            role=account.role,
            permissions=world.absent(
                frozenset[tuple[str, str]]().union(*(p for p in pairs if not isinstance(p, Unknown)))
            )
            if not any(isinstance(p, Unknown) for p in pairs)
            else UNKNOWN,
            wildcard=some(world.absent(value=False), *(when(grant.role, is_administrator) for grant in held)),
            # Who may act as it is said in policies on the account itself.
            open_to_anyone=some(world.absent(value=False), *(when(grant.member, _is_anyone) for grant in trusted)),
            escalations=world.absent(found) if found == frozenset() else found,
            trusted_accounts=frozenset(),
        )


def is_administrator(role: str) -> bool:
    """Owner, editor, or a predefined role whose name ends in `admin`."""
    return role in ("roles/owner", "roles/editor") or role.lower().endswith("admin")


def _is_anyone(member: str) -> bool:
    return member == ANYONE or member.endswith("/*")


def pairs_of(grant: Grant) -> Maybe[frozenset[tuple[str, str]]]:
    """What a grant allows, in words of ACTIONS, and on what."""
    if isinstance(grant.role, Unknown) or isinstance(grant.permissions, Unknown):
        return UNKNOWN
    if grant.permissions is not None:
        words = frozenset(map(_word, grant.permissions))
    else:
        words = frozenset(_WORDS.get(grant.role, ("administer",) if is_administrator(grant.role) else ("other",)))
    target = grant.on.role if grant.on is not None else _UNBOUND.get(grant.role, "*")
    return frozenset((word, target) for word in words)


def _word(permission: str) -> str:
    return next((word for start, word in _PERMISSIONS.items() if permission.startswith(start)), "other")
