"""What a role assignment's scope takes in: https://learn.microsoft.com/azure/role-based-access-control/scope-overview."""

import re

from policies.facts.answers import every, when
from policies.facts.reading import text
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import UNKNOWN, Maybe, Unknown

GROUP = "azure-native:resources:ResourceGroup"

_ABOVE = re.compile(r"/?|/providers/microsoft\.management/managementgroups/[^/]+/?", re.IGNORECASE)
_PLACE = re.compile(r"/subscriptions/([^/]+)(?:/resourcegroups/([^/]+))?(/.+)?/?", re.IGNORECASE)


def takes_in(world: World, assignment: Resource, thing: Resource) -> Maybe[bool]:
    """Whether the scope is the thing's resource group or subscription, or above both; a management group is taken to be above.

    A scope that is a resource takes in nothing here, whatever the resource.
    """
    scope = text(assignment, "scope")
    group = world.target(assignment, "scope", GROUP)
    if not isinstance(scope, Unknown):
        if _ABOVE.fullmatch(scope):
            return True
        place = _PLACE.fullmatch(scope)
        if place is not None:
            return False if place[3] else _in(world, thing, place[1], place[2])
    if group is not None:
        own = world.target(thing, "resourceGroupName", GROUP)
        return own is group if own is not None else _in(world, thing, None, text(group, "resourceGroupName"))
    said = not isinstance(scope, Unknown) or bool(assignment.property_dependencies.get("scope"))
    return False if said else UNKNOWN


def _in(world: World, thing: Resource, subscription: str | None, group: Maybe[str] | None) -> Maybe[bool]:
    """None: whichever."""
    found = _PLACE.fullmatch(thing.id) if isinstance(thing.id, str) else None
    asked_for = world.target(thing, "resourceGroupName", GROUP)
    own_group = found[2] if found else text(thing if asked_for is None else asked_for, "resourceGroupName")
    own_subscription = found[1] if found else text(thing.provider or {}, "subscriptionId")
    return every(_same(subscription, own_subscription), _same(group, own_group))


def _same(asked: Maybe[str] | None, own: Maybe[str] | None) -> Maybe[bool]:
    if asked is None:
        return True
    if isinstance(asked, Unknown) or not asked or not own:
        return UNKNOWN
    return when(own, lambda name: name.lower() == asked.lower())
