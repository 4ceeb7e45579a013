"""What lies where: the VPC, zone and region of what an input names, as the services ask before they accept it."""

from collections.abc import Callable, Iterable
from typing import Final

from sandbox.cloud.aws.network import SUBNET, VPC
from sandbox.cloud.context import Context, Object
from sandbox.cloud.resource_type import Guard
from sandbox.cloud.value import at

Home = Callable[[Context], str | None]
"""The VPC that the request is about."""

RESERVED: Final = 5
"""Addresses of a subnet that AWS keeps: https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html."""


def here(context: Context, *tokens: str) -> list[Object]:
    """The objects of these tokens in the request's own region."""
    return [found for found in context.objects(*tokens) if found.scope.endswith(f"/{context['region']}")]


def given_vpc(context: Context) -> str | None:
    """The VPC that the input `vpcId` names."""
    vpc = context.inputs.get("vpcId")
    return None if vpc is None else str(vpc)


def vpc_at(*paths: str) -> Home:
    """The VPC of the first subnet, security group or table that the inputs name."""

    def home(context: Context) -> str | None:
        named = (context.find(value) for path in paths for _, value in at(context.inputs, path))
        return next((str(found.get("vpcId")) for found in named if found is not None), None)

    return home


def of_one_vpc(path: str, home: Home, reason: str) -> Guard:
    """Everything that the input `path` names lies in that VPC. `reason` may say `{value}`, `{vpc}` and `{other}`."""

    def guard(context: Context) -> str | None:
        vpc = home(context) if context.writing else None
        for _, value in at(context.inputs, path) if vpc else ():
            found = context.find(value)
            other = None if found is None else found.get("vpcId")
            if other is not None and other != vpc:
                return reason.replace("{value}", value).replace("{vpc}", str(vpc)).replace("{other}", other)
        return None

    return guard


def adopted_vpc(context: Context, output: str) -> Object | None:
    """The VPC whose default object (its output of that name) the input of the same name names."""
    return next((vpc for vpc in here(context, VPC) if vpc.get(output) == context[output]), None)


def adopts(output: str, code: str) -> Guard:
    """The input names the default object of a VPC of this region."""

    def guard(context: Context) -> str | None:
        if context.operation == "create" and adopted_vpc(context, output) is None:
            return f"{code}: '{context[output]}' does not exist"
        return None

    return guard


def subnets(context: Context, ids: Iterable[str]) -> list[Object]:
    """The subnets of these ids."""
    return [found for id_ in ids if (found := context.find(id_, SUBNET)) is not None]


def shared_zone(found: Iterable[Object]) -> Object | None:
    """The first subnet in a zone that an earlier one lies in, too."""
    zones: set[str] = set()
    for subnet in found:
        if subnet.get("availabilityZone") in zones:
            return subnet
        zones.add(subnet.get("availabilityZone"))
    return None
