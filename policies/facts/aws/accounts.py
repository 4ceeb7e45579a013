"""The accounts that a stack stands in: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html."""

from policies.facts.resources import World, once

_PLACE = 4


@once
def own(world: World) -> frozenset[str]:
    """Those in which the stack has resources, by their ARNs; none while no ARN is known."""
    arns = (one.properties.get("arn") for one in world.resources if one.package == "aws")
    parts = (arn.split(":") for arn in arns if isinstance(arn, str))
    return frozenset(one[_PLACE] for one in parts if len(one) > _PLACE) - {"", "aws"}
