"""AWS Secrets Manager: https://docs.aws.amazon.com/secretsmanager/latest/userguide/intro.html."""

from collections.abc import Iterator
from dataclasses import dataclass

from policies.facts.answers import every, some
from policies.facts.aws.grants import may
from policies.facts.aws.holders import GROUP, ROLE, USER, documents, loose, with_groups
from policies.facts.aws.key import customers
from policies.facts.aws.policy_document import Document, acts, covers, principals, spared, statements
from policies.facts.reading import document, first, text
from policies.facts.resources import Resource, World, once
from policies.facts.vocabulary import ANYONE, UNKNOWN, Fact, Maybe, Secret, Unknown

SECRET = "aws:secretsmanager/secret:Secret"  # noqa: S105 - a type token
_POLICY = "aws:secretsmanager/secretPolicy:SecretPolicy"
KNOWN = frozenset({SECRET, _POLICY})

_READ = "secretsmanager:getsecretvalue"
_TOO_MANY = 2
"""Readers: whatever is unknown beside them, there is more than one."""


def facts(world: World) -> Iterator[Fact]:
    for secret in world.of(SECRET):
        yield Secret(
            urn=secret.urn,
            role=secret.role,
            customer_key=customers(world, secret, "kmsKeyId"),
            readers=_readers(world, secret),
        )


@dataclass(frozen=True, kw_only=True)
class _Holder:
    name: str
    arn: Maybe[str]
    policies: tuple[Maybe[Document], ...]


@once
def _holders(world: World) -> tuple[_Holder, ...]:
    """Roles, users, groups, and whoever of elsewhere the stack gives a policy: of them the end of an ARN."""
    found = [_of(one, documents(world, one)) for one in world.of(ROLE, GROUP)]
    found += [_of(user, with_groups(world, user)) for user in world.of(USER)]
    for given, policies in loose(world):
        named = first(given, "role", "user", "group")
        name = named if isinstance(named, str) else given.role
        found.append(_Holder(name=name, arn=f"*/{name}", policies=policies))
    return tuple(found)


def _of(holder: Resource, policies: tuple[Maybe[Document], ...]) -> _Holder:
    # A preview leaves out what only the cloud will give.
    arn = text(holder, "arn")
    return _Holder(name=holder.role, arn=UNKNOWN if arn == "" else arn, policies=policies)


def _readers(world: World, secret: Resource) -> Maybe[frozenset[str]]:
    own = [document(one, "policy") for one in (*world.referring(secret, _POLICY, "secretArn"), secret)]
    policies = [policy for policy in own if policy is not None and not isinstance(policy, Unknown)]
    bounds = [bound for policy in policies for bound in spared(policy, _READ)]
    found = {name for policy in policies for name in _admitted(world, policy)}
    unclear = UNKNOWN in own or not world.complete
    for holder in _holders(world):
        reads = every(may(holder.policies, _READ, secret), *(_spares(bound, holder.arn) for bound in bounds))
        found |= {holder.name} if reads is True else set()
        unclear = unclear or isinstance(reads, Unknown)
    return UNKNOWN if unclear and len(found) < _TOO_MANY else frozenset(found)


def _spares(bound: list[str], arn: Maybe[str]) -> Maybe[bool]:
    """Whether a refusal of all but some leaves the holder out."""
    if isinstance(arn, Unknown):
        return UNKNOWN
    return some(*(covers(one, arn) or covers(arn, one) for one in bound))


def _admitted(world: World, policy: Document) -> Iterator[str]:
    of_the_stack = {text(one, "arn"): one.role for one in world.of(ROLE, USER)}
    for statement in statements(policy, "Allow"):
        if acts(statement, _READ):
            if "NotPrincipal" in statement:
                yield ANYONE
            for kind in ("AWS", "Service", "Federated", "CanonicalUser"):
                for name in principals(statement, kind):
                    yield ANYONE if name == "*" else of_the_stack.get(name, name)
