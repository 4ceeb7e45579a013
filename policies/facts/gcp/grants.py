"""Members of IAM policies, by single grant, by binding or by whole policy: https://cloud.google.com/iam/docs/overview."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from policies.facts.reading import document, items, read, read_all, text
from policies.facts.resources import Resource, World, identities, once
from policies.facts.vocabulary import ANYONE, UNKNOWN, Maybe, Unknown

ACCOUNT = "gcp:serviceaccount/account:Account"
RING = "gcp:kms/keyRing:KeyRing"
_CUSTOM_ROLES = ("gcp:projects/iAMCustomRole:IAMCustomRole", "gcp:organizations/iAMCustomRole:IAMCustomRole")
_ON = {
    "storage/bucketIAM": ("bucket", "gcp:storage/bucket:Bucket"),
    "secretmanager/secretIam": ("secretId", "gcp:secretmanager/secret:Secret"),
    "kms/cryptoKeyIAM": ("cryptoKeyId", "gcp:kms/cryptoKey:CryptoKey"),
    "kms/keyRingIAM": ("keyRingId", RING),
    "artifactregistry/repositoryIam": ("repository", "gcp:artifactregistry/repository:Repository"),
    "cloudrunv2/serviceIam": ("name", "gcp:cloudrunv2/service:Service"),
    "cloudrun/iam": ("service", "gcp:cloudrun/service:Service"),
    "cloudfunctions/functionIam": ("cloudFunction", "gcp:cloudfunctions/function:Function"),
    "cloudfunctionsv2/functionIam": ("cloudFunction", "gcp:cloudfunctionsv2/function:Function"),
    "serviceaccount/iAM": ("serviceAccountId", ACCOUNT),
}
"""Beginning of a grant's type to the property that names what it is on, and that thing's type."""
_EVERYWHERE = ("projects/iAM", "folder/iAM", "organizations/iAM")
_ELSEWHERE = """
bigquery/connectionIam bigquery/datasetIam bigquery/iam bigquery/routineIam bigtable/instanceIam bigtable/tableIam
billing/accountIam binaryauthorization/attestorIam certificateauthority/caPoolIam
cloudrunv2/jobIam cloudtasks/queueIam compute/diskIam compute/imageIam
compute/instanceIAM compute/snapshotIam compute/subnetworkIAM dataproc/clusterIAM dns/dnsManagedZoneIam iap/tunnelIam
iap/tunnelInstanceIAM iap/webIam logging/logViewIam pubsub/subscriptionIAM pubsub/topicIAM secretmanager/regionalSecretIam
sourcerepo/repositoryIam spanner/databaseIAM spanner/instanceIAM storage/managedFolderIam
""".split()  # noqa: SIM905 - one a line would be a page


def _tokens(start: str) -> dict[str, str]:
    """Type tokens of a kind of grant, each with its last word."""
    _, _, name = start.partition("/")
    name = name[:1].upper() + name[1:]
    return {f"gcp:{start}{end}:{name}{end}": end for end in ("Member", "Binding", "Policy")}


_STARTS = {token: start for start in (*_ON, *_EVERYWHERE, *_ELSEWHERE) for token in _tokens(start)}
KNOWN = frozenset({*_STARTS, *_CUSTOM_ROLES})
_EVERYONE = ("allUsers", "allAuthenticatedUsers")


@dataclass(frozen=True, kw_only=True)
class Grant:
    """One role for one member; `on` is None where it is on a whole project or more, or on something that the stack does not hold."""

    resource: Resource
    on: Resource | None
    whole_project: bool
    """On a project, a folder or the organisation."""
    role: Maybe[str]
    permissions: Maybe[frozenset[str]] | None
    """Of a custom role of the stack; None for any other role."""
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
    return tuple(grant for token in _STARTS for resource in world.of(token) for grant in _read(world, resource))


def custom_roles(world: World) -> tuple[tuple[Resource, Maybe[frozenset[str]]], ...]:
    """The custom roles of the stack with their permissions."""
    return tuple((role, _permissions(role)) for role in world.of(*_CUSTOM_ROLES))


def _read(world: World, resource: Resource) -> Iterator[Grant]:
    start = _STARTS[resource.type]
    path, kind = _ON.get(start, ("", ""))
    for role, member, account in _bindings(world, resource):
        custom = world.target(resource, "role", *_CUSTOM_ROLES)
        yield Grant(
            resource=resource,
            on=world.target(resource, path, kind) if kind else None,
            whole_project=start in _EVERYWHERE,
            role=role,
            permissions=_permissions(custom) if custom is not None else _named(world, role),
            member=ANYONE if not isinstance(member, Unknown) and member in _EVERYONE else member,
            account=account,
        )


def _bindings(world: World, resource: Resource) -> Iterator[tuple[Maybe[str], Maybe[str], Resource | None]]:
    """Role, member, and the account of the stack that the member is."""
    if resource.type.endswith("Policy"):
        policy = document(resource, "policyData")
        if isinstance(policy, Unknown):
            yield UNKNOWN, UNKNOWN, None
        for binding in items((policy or {}).get("bindings")) if not isinstance(policy, Unknown) else []:
            if isinstance(binding, Mapping):
                for member in items(binding.get("members")):
                    yield text(binding, "role"), *_member(world, member)
        return
    role = text(resource, "role")
    if resource.type.endswith("Binding"):
        members = read_all(resource, "members")
        unknown = world.targets(resource, "members", ACCOUNT) if UNKNOWN in members else ()
        yield from ((role, UNKNOWN, account) for account in unknown)
        yield from ((role, *_member(world, member)) for member in members if not (member is UNKNOWN and unknown))
        return
    yield role, text(resource, "member"), world.target(resource, "member", ACCOUNT)


def _member(world: World, member: Any) -> tuple[Maybe[str], Resource | None]:
    return (member, _accounts(world).get(member)) if isinstance(member, str) else (UNKNOWN, None)


@once
def _accounts(world: World) -> Mapping[str, Resource]:
    """The stack's service accounts by what names them as members."""
    return {
        name: account
        for account in world.of(ACCOUNT)
        for one in identities(account)
        for name in (one, f"serviceAccount:{one}")
    }


def _named(world: World, role: Maybe[str]) -> Maybe[frozenset[str]] | None:
    """A custom role that is not of the stack says nothing of what it allows."""
    if isinstance(role, Unknown):
        return UNKNOWN
    if role.startswith("roles/") or not role:
        return None
    return _by_role(world).get(role, UNKNOWN)


@once
def _by_role(world: World) -> Mapping[str, Maybe[frozenset[str]]]:
    """Permissions of the stack's custom roles by what names them."""
    return {name: permissions for role, permissions in custom_roles(world) for name in identities(role)}


def _permissions(role: Resource) -> Maybe[frozenset[str]]:
    found = read_all(role, "permissions")
    known = frozenset(one for one in found if isinstance(one, str))
    return known if len(known) == len(set(map(str, found))) and read(role, "permissions") is not UNKNOWN else UNKNOWN


def grants_on(world: World, target: Resource) -> list[Grant]:
    """Those on this resource and those on the whole project."""
    found = _by_target(world)
    return [*found.get(target.urn, ()), *found.get("", ())]


def grants_to(world: World, account: Resource) -> Sequence[Grant]:
    """Those to this service account of the stack."""
    return _by_account(world).get(account.urn, ())


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


@once
def _by_account(world: World) -> Mapping[str, Sequence[Grant]]:
    found: dict[str, list[Grant]] = defaultdict(list)
    for grant in grants(world):
        if grant.account is not None:
            found[grant.account.urn].append(grant)
    return found
