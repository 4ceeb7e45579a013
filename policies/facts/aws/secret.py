"""AWS Secrets Manager: https://docs.aws.amazon.com/secretsmanager/latest/userguide/intro.html."""

from collections.abc import Iterator

from policies.facts.answers import when
from policies.facts.aws.grants import grants
from policies.facts.aws.key import customers
from policies.facts.aws.policy_document import actions, principals, statements
from policies.facts.reading import document
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import ANYONE, UNKNOWN, Fact, Maybe, Secret, Unknown

SECRET = "aws:secretsmanager/secret:Secret"  # noqa: S105 - a type token
_POLICY = "aws:secretsmanager/secretPolicy:SecretPolicy"
KNOWN = frozenset({SECRET, _POLICY})


def facts(world: World) -> Iterator[Fact]:
    for secret in world.of(SECRET):
        yield Secret(
            urn=secret.urn,
            role=secret.role,
            customer_key=customers(world, secret, "kmsKeyId"),
            readers=_readers(world, secret),
        )


def _readers(world: World, secret: Resource) -> Maybe[frozenset[str]]:
    found: set[str] = set()
    for grant in grants(world):
        if isinstance(grant.permissions, Unknown):
            return UNKNOWN
        covered = {target for action, target in grant.permissions if action in ("read-secret", "administer")}
        if covered & {secret.role, "*"}:
            found.add(grant.role.role)
    policies = [document(one, "policy") for one in world.referring(secret, _POLICY, "secretArn")]
    for policy in (*policies, document(secret, "policy")):
        if policy is not None:
            named = when(policy, lambda known: frozenset(_admitted(known)))
            if isinstance(named, Unknown):
                return UNKNOWN
            found |= named
    return world.absent(frozenset()) if not found else frozenset(found)


def _admitted(policy: object) -> Iterator[str]:
    for statement in statements(policy if isinstance(policy, dict) else {}, "Allow"):
        if any(action in ("*", "secretsmanager:*") or "getsecretvalue" in action for action in actions(statement)):
            for name in principals(statement, "AWS"):
                yield ANYONE if name == "*" else name
