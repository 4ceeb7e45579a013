"""Container instances: https://docs.oracle.com/en-us/iaas/Content/container-instances/overview-of-container-instances.htm."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from policies.facts.answers import every, gather, no, some, when
from policies.facts.images import fixed
from policies.facts.oci.image_registry import REPOSITORY
from policies.facts.oci.logs import BUCKET, LOG, kinds
from policies.facts.oci.network import SUBNET
from policies.facts.oci.statements import GROUP
from policies.facts.reading import flag, read_all, text
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import UNKNOWN, Fact, Maybe, Service, Unknown

INSTANCE = "oci:ContainerEngine/containerInstance:ContainerInstance"
KNOWN = frozenset({INSTANCE})

_REGISTRY = re.compile(r"(?:ocir\.[a-z0-9-]+\.oci\.oraclecloud\.com|[a-z0-9-]+\.ocir\.io)/[^/]+/(?P<name>[^@:]+)[@:].+")


def facts(world: World) -> Iterator[Fact]:
    """One service for all instances of one owner: an instance by itself is no service that lasts."""
    services: dict[str, list[Resource]] = defaultdict(list)
    for instance in world.of(INSTANCE):
        services[instance.parent or instance.role].append(instance)
    for instances in services.values():
        yield Service(
            urn=instances[0].urn,
            role=instances[0].role,
            public=some(*(_public(world, one) for one in instances)),
            two_zones=_two_zones(world, instances),
            own_identity=every(*(_own_identity(world, one) for one in instances)),
            image_private=every(
                *(private(world, image) for one in instances for image in read_all(one, "containers.imageUrl"))
            ),
            image_fixed=every(*(fixed(image) for one in instances for image in read_all(one, "containers.imageUrl"))),
            logs_kept=every(*(_kept(world, one) for one in instances)),
            version="",
            version_supported=True,  # an image brings its own runtime
            zone_kind="fault-domain",
        )


def _public(world: World, instance: Resource) -> Maybe[bool]:
    """An interface has a public address where it is asked for, and where nothing is said and its subnet allows one."""
    answers: list[Maybe[bool]] = []
    for vnic in read_all(instance, "vnics"):
        if not isinstance(vnic, Mapping):
            return UNKNOWN
        given = vnic.get("isPublicIpAssigned")
        if given is None:
            subnets = world.targets(instance, "vnics", SUBNET)
            allowed = (no(flag(one, "prohibitPublicIpOnVnic", default=False)) for one in subnets)
            answers.append(some(*allowed) if subnets else UNKNOWN)
        else:
            answers.append(flag(vnic, "isPublicIpAssigned", default=True))
    return some(*answers)


def _two_zones(world: World, instances: list[Resource]) -> Maybe[bool]:
    """Availability domains where there are several, fault domains where there is one; what is not placed may lie anywhere."""
    places = gather(_place(one) for one in instances)
    return when(places, lambda known: True if len(known) > 1 else world.absent(value=False))


def _place(instance: Resource) -> Maybe[str]:
    domain, fault = text(instance, "availabilityDomain"), text(instance, "faultDomain")
    return UNKNOWN if isinstance(domain, Unknown) or isinstance(fault, Unknown) else f"{domain}/{fault}"


def _own_identity(world: World, instance: Resource) -> Maybe[bool]:
    """Its resource principal is switched on, and in a dynamic group made for container instances."""
    disabled = (
        flag(one, "isResourcePrincipalDisabled", default=False) if isinstance(one, Mapping) else UNKNOWN
        for one in read_all(instance, "containers")
    )
    taken = (
        when(text(group, "matchingRule"), lambda rule: "computecontainerinstance" in rule) for group in world.of(GROUP)
    )
    return every(*(no(answer) for answer in disabled), some(world.absent(value=False), *taken))


def private(world: World, image: object) -> Maybe[bool]:
    """From a private repository of the stack."""
    if not isinstance(image, str):
        return UNKNOWN
    found = _REGISTRY.fullmatch(image)
    if found is None:
        return False
    named = [one for one in world.of(REPOSITORY) if one.properties.get("displayName") == found["name"]]
    return some(world.absent(value=False), *(no(flag(one, "isPublic", default=False)) for one in named))


def _kept(world: World, instance: Resource) -> Maybe[bool]:
    """It is told a custom log of the stack to write to, and custom logs are delivered into an archive.

    Nothing collects what a container prints. https://docs.oracle.com/en-us/iaas/Content/container-instances/viewing-container-logs.htm
    """
    told = [log for log in world.targets(instance, "containers", LOG) if text(log, "logType") == "CUSTOM"]
    delivered = [when(kinds(world, bucket), lambda found: "application" in found) for bucket in world.of(BUCKET)]
    return every(bool(told) or world.absent(value=False), some(world.absent(value=False), *delivered))
