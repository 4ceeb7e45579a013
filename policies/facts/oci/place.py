"""Where a resource is: https://docs.oracle.com/en-us/iaas/Content/General/Concepts/regions.htm."""

from policies.facts.resources import Resource
from policies.facts.vocabulary import UNKNOWN, Maybe

JAPAN = frozenset({"ap-tokyo-1", "ap-osaka-1"})


def region(resource: Resource) -> Maybe[str | None]:
    """Its provider's; identity resources are the whole tenancy's, kept in the home region and copied everywhere."""
    if resource.type.startswith("oci:Identity/"):
        return "global"
    value = (resource.provider or {}).get("region", UNKNOWN)
    return value.lower() if isinstance(value, str) else UNKNOWN
