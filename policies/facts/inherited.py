"""What the stack's own settings say that the organisation above keeps."""

from policies.facts.reading import strings
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import LOG_KINDS

__all__ = ["inherited_logs"]


def inherited_logs(world: World, resource: Resource) -> frozenset[str]:
    """Log kinds that the organisation above keeps, as the owning component's output `inherited` says."""
    component = world.component_of(resource)
    value = component.properties.get("inherited") if component is not None else None
    return frozenset(text for text in strings(value or []) if isinstance(text, str)) & LOG_KINDS
