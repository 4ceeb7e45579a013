"""Node groups of Amazon EKS: machines that a cluster makes. https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html."""

from collections.abc import Iterator

from policies.facts.answers import no, some, when
from policies.facts.aws.network import SUBNET
from policies.facts.aws.volume import TEMPLATE, by_default
from policies.facts.reading import flag, is_set, text
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import NOT_OFFERED, UNKNOWN, Fact, Machine, Maybe, Volume

_GROUP = "aws:eks/nodeGroup:NodeGroup"
KNOWN = frozenset({_GROUP})


def facts(world: World) -> Iterator[Fact]:
    for group in world.of(_GROUP):
        if is_set(group, "launchTemplate") is not False:
            if not world.targets(group, "launchTemplate", TEMPLATE):
                yield Machine(urn=group.urn, role=group.role, verified_boot=NOT_OFFERED)
            continue  # its machines are the template's, which is judged
        yield Machine(
            urn=group.urn,
            role=group.role,
            public=_public(world, group),
            # Images before Amazon Linux 2023 answer requests without a token (unverified of Windows and Bottlerocket).
            # https://docs.aws.amazon.com/linux/al2023/ug/compare-with-al2.html
            metadata_guarded=when(text(group, "amiType"), lambda kind: not kind.startswith("AL2_")),
            verified_boot=NOT_OFFERED,
            password_login=False,
            # Its role lets the session manager in; a key is laid down only where one is named.
            brokered_login=no(is_set(group, "remoteAccess.ec2SshKey")),
            # A new machine image is applied by whoever asks for it.
            # https://docs.aws.amazon.com/eks/latest/userguide/update-managed-node-group.html
            patched=False,
            time_from_provider=True,
        )
        yield Volume(urn=group.urn, role=group.role, customer_key=by_default(world))


def _public(world: World, group: Resource) -> Maybe[bool]:
    subnets = world.targets(group, "subnetIds", SUBNET)
    return some(*(flag(one, "mapPublicIpOnLaunch", default=False) for one in subnets)) if subnets else UNKNOWN
