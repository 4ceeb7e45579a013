"""Functions for rows: identities and addresses of the shape the cloud gives them, stable for an object's life."""

import ipaddress
from collections.abc import Callable
from typing import Any

from sandbox.cloud.context import Context

Make = Callable[[Context], Any]


def hexid(prefix: str, length: int = 17, what: str = "id") -> Make:
    """`vpc-0a1b…`: a prefix and `length` hexadecimal digits."""
    return lambda context: prefix + context.hex(length, what)


def uuid(what: str = "id") -> Make:
    """A version 4 UUID; another `what` is another one."""
    return lambda context: context.uuid(what)


def digits(length: int, what: str = "id") -> Make:
    """A decimal identifier such as a Google project number, as a string."""
    return lambda context: context.digits(length, what)


def ocid(kind: str, *, regional: bool = True) -> Make:
    """`ocid1.vcn.oc1.ap-tokyo-1.aaaa…`; identity objects have no region in theirs."""

    def make(context: Context) -> str:
        letters = "abcdefghijklmnopqrstuvwxyz234567"
        unique = "".join(letters[int(context.hex(112, kind)[i : i + 2], 16) % 32] for i in range(0, 112, 2))
        return f"ocid1.{kind}.oc1.{context['region'] if regional else ''}.aaaa{unique}"

    return make


def arn(service: str, resource: str, *, regional: bool = True, owned: bool = True) -> str:
    """The template of an ARN, e.g. `arn("s3", "{bucket}", regional=False, owned=False)`."""
    return f"arn:{{partition}}:{service}:{'{region}' if regional else ''}:{'{account}' if owned else ''}:{resource}"


def address_in(subnet_property: str, *tokens: str, range_property: str = "cidrBlock", what: str = "address") -> Make:
    """A private address inside the range of the subnet that the input names, away from the reserved first ones."""

    def make(context: Context) -> str:
        subnet = context.find(context[subnet_property], *tokens)
        if subnet is None:
            raise LookupError(f"{subnet_property} names no subnet")
        network = ipaddress.ip_network(subnet.get(range_property))
        free = max(network.num_addresses - 9, 1)
        return str(network[min(8, network.num_addresses - 1) + int(context.hex(8, what), 16) % free])

    return make


def output_of(reference: str, output: str, *tokens: str) -> Make:
    """The output of the object that the input `reference` names (a child's region, a key's ARN from its id)."""

    def make(context: Context) -> Any:
        found = context.find(context[reference], *tokens)
        return None if found is None else found.get(output)

    return make


def same(value: Any) -> Make:
    """A constant that is no template: a list, a map, a number, a string with braces."""
    return lambda _context: value
