"""A `World` from what the policy SDK shows: one resource before it is created, or the whole stack at the end."""

from collections.abc import Mapping
from typing import Any

from pulumi_policy import PolicyResource, ResourceValidationArgs, StackValidationArgs, proxy

from policies.facts.former import present
from policies.facts.reading import plain
from policies.facts.resources import Resource, World, role_of
from policies.facts.vocabulary import UNKNOWN

__all__ = ["world_of_resource", "world_of_stack"]


def world_of_resource(args: ResourceValidationArgs) -> World:
    """The one resource that a resource policy sees; the world is not complete."""
    parent = args.opts.parent or ""
    role = args.name if "pulumi:pulumi:Stack::" in parent else parent.rpartition("::")[2] or args.name
    return World([_resource(args, parent, role, {})], complete=False, secrets_told_apart=False)


def world_of_stack(args: StackValidationArgs) -> World:
    """All resources that a stack policy sees, with their joins."""
    parents = {resource.urn: resource for resource in args.resources}

    def above(urn: str) -> tuple[str, str, bool] | None:
        """Name, parent and whether it is a component."""
        found = parents.get(urn)
        if found is None or found.resource_type.startswith("pulumi:"):
            return None
        return found.name, _parent(found), found.provider is None

    return World(
        [
            _resource(
                resource,
                _parent(resource),
                role_of(resource.name, _parent(resource), above),
                {
                    name: tuple(target.urn for target in targets)
                    for name, targets in resource.property_dependencies.items()
                },
            )
            for resource in args.resources
        ],
        complete=True,
        secrets_told_apart=False,
    )


def _parent(resource: PolicyResource) -> str:
    return resource.parent.urn if resource.parent is not None else resource.opts.parent or ""


def _resource(
    source: ResourceValidationArgs | PolicyResource,
    parent: str,
    role: str,
    dependencies: Mapping[str, tuple[str, ...]],
) -> Resource:
    properties = _mapping(source.props)
    physical = properties.get("id")
    return Resource(
        urn=source.urn,
        type=present(source.resource_type),
        name=source.name,
        properties=properties,
        role=role,
        id=physical if isinstance(physical, str) else UNKNOWN,
        parent=parent,
        provider=None if source.provider is None else _mapping(source.provider.props),
        property_dependencies=dependencies,
        protect=bool(source.opts.protect),
    )


def _mapping(value: Any) -> Mapping[str, Any]:
    found = plain(value, proxy.UnknownValueError)
    return found if isinstance(found, Mapping) else {}
