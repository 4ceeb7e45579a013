"""Where a resource of AWS is: https://docs.aws.amazon.com/general/latest/gr/rande.html."""

from policies.facts.reading import first
from policies.facts.resources import Resource
from policies.facts.vocabulary import UNKNOWN, Maybe

JAPAN = frozenset({"ap-northeast-1", "ap-northeast-3"})

_GLOBAL_SERVICES = ("aws:cloudfront/", "aws:shield/", "aws:iam/", "aws:organizations/", "aws:route53/")


def region(resource: Resource) -> Maybe[str]:
    """The resource's own region, else its provider's."""
    if resource.type.startswith(_GLOBAL_SERVICES):
        return "global"
    value = first(
        {"own": resource.properties.get("region"), "provider": (resource.provider or {}).get("region")},
        "own",
        "provider",
    )
    return value.lower() if isinstance(value, str) else UNKNOWN
