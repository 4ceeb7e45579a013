"""Cloud KMS keys: https://cloud.google.com/kms/docs/key-rotation."""

from collections.abc import Iterable, Iterator

from policies.facts.answers import every, gather, some, when
from policies.facts.gcp.grants import RING, Grant, grants_on
from policies.facts.reading import text
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import ANYONE, UNKNOWN, Fact, Key, Maybe, Unknown

KEY = "gcp:kms/cryptoKey:CryptoKey"
KNOWN = frozenset({KEY})

_DAY = 86_400
# Domain of a service agent's address to the word for its service. Cloud Run keeps its own copy of an image.
_AGENTS = {
    "gs-project-accounts": "storage",
    "gcp-sa-cloud-sql": "database",
    "gcp-sa-spanner": "database",
    "gcp-sa-firestore": "database",
    "cloud-redis": "database",
    "gcp-sa-secretmanager": "secrets",
    "gcp-sa-logging": "logs",
    "gcp-sa-artifactregistry": "images",
    "serverless-robot-prod": "images",
    "compute-system": "volumes",
    "cloud-filer": "file-shares",
    "gcp-sa-pubsub": "queues",
    "container-engine-robot": "clusters",
}
_BOTH = {"roles/owner", "roles/editor"}
_ADMINISTERS = {"roles/cloudkms.admin", *_BOTH}
_ENCRYPTS = {
    "roles/cloudkms.cryptoKeyEncrypterDecrypter",
    "roles/cloudkms.cryptoKeyEncrypter",
    "roles/cloudkms.cryptoKeyDecrypter",
    "roles/cloudkms.cryptoOperator",
    *_BOTH,
}
_USES = ("roles/cloudkms.", "roles/owner", "roles/editor")


def facts(world: World) -> Iterator[Fact]:
    for key in world.of(KEY):
        ring = world.target(key, "keyRing", RING)
        above = [grant for grant in grants_on(world, ring) if grant.on is ring] if ring is not None else []
        grants = [*grants_on(world, key), *above]
        found = [grant for grant in grants if _uses(grant.role) is not False]
        yield Key(
            urn=key.urn,
            role=key.role,
            customer_managed=True,
            rotation_days=_days(key, "rotationPeriod", 0),
            # https://cloud.google.com/kms/docs/destroy-restore
            deletion_wait_days=_days(key, "destroyScheduledDuration", 30),
            users=gather(_user(grant) for grant in found) if found else world.absent(frozenset()),
            open_to_anyone=some(world.absent(value=False), *(when(grant.member, _is_anyone) for grant in found)),
            hardware_protected=when(text(key, "versionTemplate.protectionLevel", default="SOFTWARE"), _in_hardware),
            administration_separated=every(world.absent(value=True), _separated(grants)),
        )


def _uses(role: Maybe[str]) -> Maybe[bool]:
    return when(role, lambda name: name.startswith(_USES) and not name.endswith("iewer"))


def _in_hardware(level: str) -> Maybe[bool]:
    """https://cloud.google.com/kms/docs/protection-levels."""
    return UNKNOWN if level.startswith("EXTERNAL") else level.startswith("HSM")


def _separated(grants: Iterable[Grant]) -> Maybe[bool]:
    """Nobody holds roles for both, on the key and the project together.

    https://cloud.google.com/kms/docs/separation-of-duties
    """
    administer, use = set[str](), set[str]()
    for grant in grants:
        if isinstance(grant.role, Unknown) or isinstance(grant.member, Unknown):
            return UNKNOWN
        if grant.role in _ADMINISTERS:
            administer.add(grant.member)
        if grant.role in _ENCRYPTS:
            use.add(grant.member)
    anybody = ANYONE in administer | use and bool(administer) and bool(use)
    return not (anybody or administer & use)


def _is_anyone(member: str) -> bool:
    return member == ANYONE


def _days(key: Resource, path: str, default: int) -> Maybe[int]:
    """Whole days of a duration in seconds; rotation rounds up, so that 365.5 days do not pass for 365."""
    value = text(key, path)
    if isinstance(value, Unknown):
        return UNKNOWN
    seconds = value.removesuffix("s").partition(".")[0]
    if not value:
        return default
    if not seconds.isdecimal():
        return UNKNOWN
    return -(-int(seconds) // _DAY) if path == "rotationPeriod" else int(seconds) // _DAY


def _user(grant: Grant) -> Maybe[str]:
    if grant.account is not None:
        return "application"
    if isinstance(grant.member, Unknown):
        return UNKNOWN
    address = grant.member.partition(":")[2]
    domain = address.partition("@")[2].removesuffix(".iam.gserviceaccount.com")
    return _AGENTS.get(domain, grant.member)
