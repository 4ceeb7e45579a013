"""AWS KMS keys: https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html."""

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from policies.facts.answers import when
from policies.facts.aws.policy_document import actions, admits_anyone, condition, principals, statements
from policies.facts.reading import document, flag, is_set, number, text
from policies.facts.resources import Resource, World, customer_key
from policies.facts.vocabulary import ANYONE, UNKNOWN, Fact, Key, Maybe, Unknown

KEY = "aws:kms/key:Key"
_POLICY = "aws:kms/keyPolicy:KeyPolicy"
KNOWN = frozenset({KEY, _POLICY})

_USES = ("kms:encrypt", "kms:decrypt", "kms:generatedatakey", "kms:reencryptto", "kms:reencryptfrom", "kms:creategrant")
_ADMINISTERS = ("kms:putkeypolicy", "kms:schedulekeydeletion", "kms:disablekey")
# First part of a service's principal or `kms:ViaService` value.
_SERVICES = {
    "s3": "storage",
    "rds": "database",
    "dynamodb": "database",
    "elasticache": "database",
    "secretsmanager": "secrets",
    "ecr": "images",
    "logs": "logs",
    "delivery": "logs",
    "cloudtrail": "logs",
    "firehose": "logs",
    "ec2": "volumes",
    "elasticfilesystem": "file-shares",
    "fsx": "file-shares",
    "sqs": "queues",
    "sns": "queues",
    "kinesis": "queues",
    "eks": "clusters",
}


def facts(world: World) -> Iterator[Fact]:
    for key in world.of(KEY):
        policy = _policy(world, key)
        yield Key(
            urn=key.urn,
            role=key.role,
            customer_managed=True,
            rotation_days=_rotation(key),
            deletion_wait_days=number(key, "deletionWindowInDays", default=30),
            users=when(policy, _users),
            open_to_anyone=when(policy, admits_anyone),
            # https://docs.aws.amazon.com/kms/latest/developerguide/keystore-external.html
            hardware_protected=when(is_set(key, "xksKeyId"), lambda elsewhere: UNKNOWN if elsewhere else True),
            administration_separated=when(policy, _separated),
        )


def customers(world: World, resource: Resource, path: str) -> Maybe[bool]:
    """Whether the property names a key of the customer's; `alias/aws/...` is a key of Amazon's."""
    value = text(resource, path)
    named = not isinstance(value, Unknown) and "alias/aws/" in value
    return False if named else customer_key(world, resource, path, KEY)


def _rotation(key: Resource) -> Maybe[int]:
    days = number(key, "rotationPeriodInDays", default=365)
    return when(flag(key, "enableKeyRotation", default=False), lambda rotates: days if rotates else 0)


def _policy(world: World, key: Resource) -> Maybe[Mapping[str, Any]]:
    separate = world.referring(key, _POLICY, "keyId")
    found = document(separate[0], "policy") if separate else document(key, "policy")
    # Without a policy KMS writes one for the account alone.
    return world.absent({}) if found is None else found


def _users(policy: Mapping[str, Any]) -> frozenset[str]:
    """By service, where a statement is bound to one. A statement that leaves use to the account's own policies lets in whoever
    they name: that is no service.
    """
    found = set()
    for statement in statements(policy, "Allow"):
        if not any(_covers_use(action) for action in actions(statement)):
            continue
        via = [value for value in condition(statement, "kms:viaservice") if isinstance(value, str)]
        for name in via or principals(statement, "Service"):
            service = name.partition(".")[0]
            found.add(_SERVICES.get(service, service))
        if not via:
            found.update(ANYONE if name == "*" else name for name in principals(statement, "AWS"))
    return frozenset(found)


def _covers_use(action: str) -> bool:
    """Whether the action, which may hold `*`, is or covers one that encrypts, decrypts or hands on the right to."""
    return any(fnmatchcase(use, action) for use in _USES)


def _separated(policy: Mapping[str, Any]) -> bool:
    """No principal is admitted to both. Without statements KMS writes one that admits the account to everything.

    https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
    """
    administer, use = set[str](), set[str]()
    for statement in statements(policy, "Allow"):
        named = {*principals(statement, "AWS"), *principals(statement, "Service")}
        # What is not excepted by a NotAction is allowed.
        covered = actions(statement) or frozenset({"kms:*"})
        if any(fnmatchcase(act, action) for act in _ADMINISTERS for action in covered):
            administer |= named
        if any(map(_covers_use, covered)) and not condition(statement, "kms:viaservice"):
            use |= named
    both = administer & use or ("*" in administer and use) or ("*" in use and administer)
    return bool(policy) and not both
