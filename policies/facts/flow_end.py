"""What a resource of the stack's own network is as the end of a flow."""

from policies.facts.resources import Resource, tier_of
from policies.facts.vocabulary import NETWORK, Unknown


def tier_or_network(resource: Resource) -> str:
    """Its tier; where nobody can tell that, it stands in the stack's network in any case."""
    tier = tier_of(resource)
    return NETWORK if isinstance(tier, Unknown) else tier
