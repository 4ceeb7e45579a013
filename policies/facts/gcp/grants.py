"""Members of IAM policies: https://cloud.google.com/iam/docs/overview."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from policies.facts.reading import text
from policies.facts.resources import Resource, World, once
from policies.facts.vocabulary import ANYONE, Maybe, Unknown

ACCOUNT = "gcp:serviceaccount/account:Account"
_ON = {
    "gcp:storage/bucketIAMMember:BucketIAMMember": ("bucket", "gcp:storage/bucket:Bucket"),
    "gcp:secretmanager/secretIamMember:SecretIamMember": ("secretId", "gcp:secretmanager/secret:Secret"),
    "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember": ("cryptoKeyId", "gcp:kms/cryptoKey:CryptoKey"),
    "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember": (
        "repository",
        "gcp:artifactregistry/repository:Repository",
    ),
    "gcp:cloudrunv2/serviceIamMember:ServiceIamMember": ("name", "gcp:cloudrunv2/service:Service"),
}
"""Type of a grant to the property that names what it is on, and that thing's type."""
_PROJECT = "gcp:projects/iAMMember:IAMMember"
KNOWN = frozenset({*_ON, _PROJECT})
_EVERYONE = ("allUsers", "allAuthenticatedUsers")


@dataclass(frozen=True, kw_only=True)
class Grant:
    """One role for one member; `on` is None where it is on the whole project, or on something that the stack does not hold."""

    resource: Resource
    on: Resource | None
    whole_project: bool
    role: Maybe[str]
    member: Maybe[str]
    """As written, `ANYONE` for everybody."""
    account: Resource | None
    """The member, where it is a service account of the stack."""

    @property
    def who(self) -> Maybe[str]:
        """The role (`Resource.role`) of an account of the stack, else the member."""
        return self.member if self.account is None else self.account.role


@once
def grants(world: World) -> tuple[Grant, ...]:
    """Every grant of the stack."""
    return tuple(_read(world))


def _read(world: World) -> Iterator[Grant]:
    for token in (*_ON, _PROJECT):
        for resource in world.of(token):
            path, kind = _ON.get(token, ("project", ""))
            member = text(resource, "member")
            yield Grant(
                resource=resource,
                on=world.target(resource, path, kind) if kind else None,
                whole_project=token == _PROJECT,
                role=text(resource, "role"),
                member=ANYONE if not isinstance(member, Unknown) and member in _EVERYONE else member,
                account=world.target(resource, "member", ACCOUNT),
            )


def grants_on(world: World, target: Resource) -> list[Grant]:
    """Those on this resource and those on the whole project."""
    found = _by_target(world)
    return [*found.get(target.urn, ()), *found.get("", ())]


@once
def _by_target(world: World) -> Mapping[str, Sequence[Grant]]:
    """Grants by the URN of what they are on; by "" those on the whole project."""
    found: dict[str, list[Grant]] = defaultdict(list)
    for grant in grants(world):
        if grant.whole_project:
            found[""].append(grant)
        elif grant.on is not None:
            found[grant.on.urn].append(grant)
    return found
