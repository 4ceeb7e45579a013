"""Where a resource of Azure is: https://learn.microsoft.com/azure/reliability/regions-list."""

from policies.facts.azure.key import KEY, SECRET
from policies.facts.reading import read
from policies.facts.resources import Resource
from policies.facts.vocabulary import UNKNOWN, Maybe

JAPAN = frozenset({"japaneast", "japanwest"})

# They are told the location of their vault, which is judged.
_IN_A_VAULT = frozenset({KEY, SECRET})


def region(resource: Resource) -> Maybe[str | None]:
    """Its own location, without blanks; sub-resources and assignments have none."""
    if resource.type in _IN_A_VAULT:
        return None
    value = read(resource, "location")
    if value is None or isinstance(value, str):
        return value.lower().replace(" ", "") if value else None
    return UNKNOWN
