"""Master encryption keys: https://docs.oracle.com/en-us/iaas/Content/KeyManagement/Tasks/managingkeys.htm."""

from collections.abc import Iterator, Sequence

from policies.facts.answers import every, gather, some, when
from policies.facts.oci.statements import Statement, statements
from policies.facts.reading import flag, is_set, number, text
from policies.facts.resources import Resource, World, once
from policies.facts.vocabulary import ANYONE, NOT_OFFERED, UNKNOWN, Fact, Key, Maybe

KEY = "oci:Kms/key:Key"
KNOWN = frozenset({KEY})

_FAMILIES = ("keys", "key-family", "all-resources")
_PRINCIPALS = {"postgresqldbsystem": "database"}
_SERVICES = {
    "vaultsecret": "secrets",
    "objectstorage": "storage",
    "blockstorage": "volumes",
    "filestorage": "file-shares",
    "streaming": "queues",
    "queue": "queues",
    "oke": "clusters",
}
_ADMINISTERS = {"KEY_UPDATE", "KEY_ROTATE", "KEY_DELETE", "KEY_MOVE", "KEY_IMPORT"}
_ENCRYPTS = {"KEY_ENCRYPT", "KEY_DECRYPT", "KEY_EXPORT", "KEY_SIGN"}
_LONGEST_WAIT = 30


def facts(world: World) -> Iterator[Fact]:
    for key in world.of(KEY):
        grants = [one for one in _admitting(world) if one.concerns(key, key_id=key.id)]
        yield Key(
            urn=key.urn,
            role=key.role,
            customer_managed=True,
            rotation_days=_rotation(key),
            # https://docs.oracle.com/en-us/iaas/Content/KeyManagement/Tasks/managingkeys_topic-To_delete_a_key.htm
            deletion_wait_days=UNKNOWN if is_set(key, "timeOfDeletion") is not False else _LONGEST_WAIT,
            users=gather(_user(world, one) for one in grants) if grants else world.absent(frozenset()),
            open_to_anyone=some(world.absent(value=False), *(_anyone(world, one) for one in grants)),
            hardware_protected=when(text(key, "protectionMode", default="HSM"), lambda mode: mode == "HSM"),
            administration_separated=every(world.absent(value=True), _separated(world, grants)),
        )


def _rotation(key: Resource) -> Maybe[int]:
    enabled = flag(key, "isAutoRotationEnabled", default=False)
    days = number(key, "autoKeyRotationDetails.rotationIntervalInDays", default=0)
    return UNKNOWN if enabled is UNKNOWN or enabled is NOT_OFFERED else days if enabled else 0


@once
def _admitting(world: World) -> tuple[Statement, ...]:
    return tuple(one for one in statements(world) if not one.denies and _admits(one))


def _admits(statement: Statement) -> bool:
    direct = any(right.startswith("KEY_") for right in statement.rights)
    return not statement.clear or direct or (statement.what in _FAMILIES and statement.verb in ("use", "manage"))


def _separated(world: World, grants: Sequence[Statement]) -> Maybe[bool]:
    """Nobody may do both. The verb `manage` means both: separation needs permissions by name ({KEY_CREATE, KEY_UPDATE …}).

    https://docs.oracle.com/en-us/iaas/Content/Identity/Reference/keypolicyreference.htm
    """
    administer, use = set[str](), set[str]()
    for one in grants:
        if not one.clear:
            return UNKNOWN
        manages, names = one.verb == "manage", one.rights
        if manages or names & _ADMINISTERS:
            administer.add(one.who(world))
        if manages or one.verb == "use" or names & _ENCRYPTS:
            use.add(one.who(world))
    anybody = ANYONE in administer | use and bool(administer) and bool(use)
    return not (anybody or administer & use)


def _user(world: World, statement: Statement) -> Maybe[str]:
    if not statement.clear:
        return UNKNOWN
    if statement.group(world) is not None:
        return "application"
    kind, _, name = statement.subject.lower().partition(" ")
    if kind == "service":
        return _SERVICES.get("objectstorage" if name.startswith("objectstorage-") else name, name)
    who = statement.who(world)
    return _PRINCIPALS.get(who, who)


def _anyone(world: World, statement: Statement) -> Maybe[bool]:
    return when(_user(world, statement), lambda user: user == ANYONE)
