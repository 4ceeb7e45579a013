"""AWS Lambda: https://docs.aws.amazon.com/lambda/latest/dg/welcome.html."""

from collections.abc import Iterator, Mapping

from policies.facts.answers import gather, some, when
from policies.facts.aws.feeds import LOG_GROUP, archived
from policies.facts.aws.network import SUBNET
from policies.facts.aws.service import private_image, zone
from policies.facts.images import fixed
from policies.facts.reading import is_set, text
from policies.facts.resources import Resource, World, once
from policies.facts.support import runtime
from policies.facts.vocabulary import UNKNOWN, Fact, Maybe, Service

_FUNCTION = "aws:lambda/function:Function"
_URL = "aws:lambda/functionUrl:FunctionUrl"
KNOWN = frozenset({_FUNCTION, _URL})
INERT = {
    "aws:lambda/alias:Alias": "another name of a function, which is judged",
    "aws:lambda/eventSourceMapping:EventSourceMapping": "hands a function, which is judged, what lies in a queue or stream",
    "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": "how often a function, which is judged, is tried again",
    "aws:lambda/layerVersion:LayerVersion": "code that functions, which are judged, share",
    "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig": "how many instances of a function, which is judged, wait",
}
UNTAGGABLE = frozenset(INERT) - {"aws:lambda/eventSourceMapping:EventSourceMapping"} | {_URL}


def facts(world: World) -> Iterator[Fact]:
    for function in world.of(_FUNCTION):
        yield Service(
            urn=function.urn,
            role=function.role,
            # An address of its own is on the internet, whoever may call it: https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html
            public=True if world.referring(function, _URL, "functionName") else world.absent(value=False),
            two_zones=_two_zones(world, function),
            own_identity=is_set(function, "role"),
            image_private=_private(world, function),
            image_fixed=when(text(function, "imageUri"), lambda image: not image or fixed(image)),
            logs_kept=_kept(world, function),
            version=text(function, "runtime"),
            version_supported=runtime(text(function, "runtime")),  # an image has none, and brings its own
            zone_kind="zone",
        )


def _two_zones(world: World, function: Resource) -> Maybe[bool]:
    """Outside a network it runs in every zone; inside, in those of its subnets.

    https://docs.aws.amazon.com/lambda/latest/dg/security-resilience.html
    """
    placed = is_set(function, "vpcConfig.subnetIds")
    subnets = world.targets(function, "vpcConfig.subnetIds", SUBNET)
    if not subnets:
        return when(placed, lambda inside: UNKNOWN if inside else True)
    return when(gather(zone(subnet) for subnet in subnets), lambda zones: len(zones) > 1)


def _private(world: World, function: Resource) -> Maybe[bool]:
    """Code that comes as an archive has no image."""
    return when(text(function, "imageUri"), lambda image: True if not image else private_image(world, image))


def _kept(world: World, function: Resource) -> Maybe[bool]:
    """Its log group is in the stack, and sent on to an archive. The one that the service makes by itself is not.

    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html
    """
    named = world.targets(function, "loggingConfig.logGroup", LOG_GROUP)
    if named:
        return some(*(archived(world, group) for group in named))
    group = when(text(function, "loggingConfig.logGroup"), lambda name: name or _usual(function))
    found = when(group, lambda name: archived(world, _groups(world)[name]) if name in _groups(world) else False)
    return found if found is not False else world.absent(value=False)


def _usual(function: Resource) -> Maybe[str]:
    name = function.properties.get("name")
    return f"/aws/lambda/{name}" if isinstance(name, str) else UNKNOWN


@once
def _groups(world: World) -> Mapping[str, Resource]:
    return {name: group for group in world.of(LOG_GROUP) if isinstance(name := group.properties.get("name"), str)}
