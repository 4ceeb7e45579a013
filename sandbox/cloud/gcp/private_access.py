"""Reserved ranges and private services access.

https://cloud.google.com/vpc/docs/private-services-access
"""

import ipaddress
import urllib.parse
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sandbox.cloud.checks import Problems, between, holds, one_of
from sandbox.cloud.context import Context, Object
from sandbox.cloud.gcp.addresses import LENT, NETWORK, free_block, lent_block, overlap
from sandbox.cloud.gcp.naming import CREATED, ROOT, compute_name, label_rule
from sandbox.cloud.gcp.tree import identity
from sandbox.cloud.resource_type import Reference, ResourceType
from sandbox.cloud.value import at, one

CONNECTION: Final = "gcp:servicenetworking/connection:Connection"
INSTANCE: Final = "gcp:sql/databaseInstance:DatabaseInstance"
_RFC1918: Final = tuple(ipaddress.IPv4Network(block) for block in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))


def connected(context: Context, network: str) -> Object | None:
    """The private services connection of a network."""
    wanted = identity(context, network, NETWORK)
    found = (
        other for other in context.objects(CONNECTION) if identity(context, other.get("network"), NETWORK) == wanted
    )
    return next(found, None)


def connected_ranges(context: Context, network: str) -> Iterator[tuple[str, ipaddress.IPv4Network]]:
    """Name and block of every range that was lent to the connection of this network."""
    connection = connected(context, network)
    names = [] if connection is None else list(connection.get("reservedPeeringRanges", []))
    for lent in context.objects(LENT):
        block = lent_block({**lent.inputs, **lent.outputs})
        if lent.get("name") in names and block is not None:
            yield str(lent.get("name")), block


def _range_fits(inputs: Mapping[str, Any]) -> Problems:
    internal, purpose = inputs.get("addressType") == "INTERNAL", inputs.get("purpose")
    if purpose is None:
        for name in ("network", "prefixLength"):
            if name in inputs:
                yield name, f"'{name}' is for an internal range with a purpose"
        return
    if not internal:
        yield "addressType", f"a range of purpose {purpose} is INTERNAL"
    if "network" not in inputs:
        yield "network", f"a range of purpose {purpose} needs 'network'"
    if (purpose == "VPC_PEERING") != ("prefixLength" in inputs):
        yield "prefixLength", "a prefix length is for purpose VPC_PEERING, and needed there"
    if purpose == "PRIVATE_SERVICE_CONNECT" and "address" not in inputs:
        yield "address", "an address of purpose PRIVATE_SERVICE_CONNECT is chosen by its user"


def _block_fits(inputs: Mapping[str, Any]) -> Problems:
    if "address" not in inputs:
        return
    try:
        start = ipaddress.ip_address(inputs["address"])
    except ValueError:
        yield "address", f"'{inputs['address']}' is no address"
        return
    block = lent_block(inputs) if start.version == 4 else None
    if block is not None and block.network_address != start:
        yield "address", f"{start} is not the beginning of a range of /{block.prefixlen}"
    if block is not None and inputs.get("purpose") == "VPC_PEERING" and not any(block.subnet_of(r) for r in _RFC1918):
        yield "address", f"{block} is not in the private ranges of RFC 1918"


def _range_free(context: Context) -> str | None:
    block = lent_block(context.inputs)
    if not context.writing or block is None or not context.inputs.get("network"):
        return None
    return overlap(context, [block])


def _address(context: Context) -> str:
    """The address asked for, else one that Google chooses; once chosen it stays."""
    if context.inputs.get("address"):
        return str(context["address"])
    if context.stored is not None:
        return str(context.stored.outputs["address"])
    if context.inputs.get("prefixLength"):
        return str(free_block(context, int(context["prefixLength"])).network_address)
    return f"203.0.113.{1 + int(context.hex(4, 'address'), 16) % 254}"


def _ranges_by_name(context: Context) -> str | None:
    """The ranges are given by name, not by id."""
    if not context.writing:
        return None
    lent = {found.get("name"): found for found in context.objects(LENT)}
    network = identity(context, context["network"], NETWORK)
    for name in context["reservedPeeringRanges"]:
        if name not in lent or lent[name].get("purpose") != "VPC_PEERING":
            return f"Error 400: '{name}' is not the name of a range of purpose VPC_PEERING"
        if identity(context, lent[name].get("network"), NETWORK) != network:
            return f"Error 400: the range '{name}' belongs to another network"
    return None


def _still_used(context: Context) -> str | None:
    """`ABANDON` asks Google nothing; `REMOVE_PEERING` takes the peering away when Google won't."""
    if context.operation != "delete" or context.inputs.get("deletionPolicy") in ("ABANDON", "REMOVE_PEERING"):
        return None
    network = identity(context, context["network"], NETWORK)
    for database in context.objects(INSTANCE):
        if identity(context, one(database.inputs, "settings.ipConfiguration.privateNetwork"), NETWORK) == network:
            return f"Error 400: Producer services (e.g. {database.id}) are still using this connection"
    return None


def _at_least_one(inputs: Mapping[str, Any]) -> Problems:
    if inputs.get("reservedPeeringRanges") == []:
        yield "reservedPeeringRanges", "at least one range"
    for where, name in at(inputs, "reservedPeeringRanges[*]"):
        if "/" in name:
            yield where, f"'{name}' is an id or a link: a range is given by its name"


TYPES: Final = (
    ResourceType(
        token=LENT,
        source="https://cloud.google.com/vpc/docs/configure-private-services-access",
        id="projects/{project}/global/addresses/{name}",
        name=compute_name("{project}"),
        computed={
            "address": _address,
            "selfLink": ROOT + "projects/{project}/global/addresses/{name}",
            "creationTimestamp": CREATED,
            "labelFingerprint": lambda context: context.hex(12, "labels"),
        },
        input_defaults={"addressType": "EXTERNAL"},
        replace_on=("address", "addressType", "description", "ipVersion", "network", "prefixLength", "purpose"),
        checks=(
            one_of("purpose", ("VPC_PEERING", "PRIVATE_SERVICE_CONNECT")),
            one_of("addressType", ("EXTERNAL", "INTERNAL")),
            one_of("ipVersion", ("IPV4", "IPV6")),
            between("prefixLength", 8, 30),
            _range_fits,
            _block_fits,
            label_rule("labels"),
        ),
        guards=(_range_free,),
        references=(Reference("network", NETWORK, blocks_deletion=True),),
        known_as=("name", "selfLink"),
        blind_spots=(
            "A range that a connection uses can be deleted, there too; what lives in it keeps its addresses.",
            "Google's own choice of a free range differs from the first one in 10.0.0.0/8 that is given here.",
            "The smallest range that the API takes is not known; /30 is let pass.",
        ),
    ),
    ResourceType(
        token=CONNECTION,
        source="https://cloud.google.com/vpc/docs/configure-private-services-access",
        id=lambda context: f"{urllib.parse.quote(context['network'], safe='')}:{context['service']}",
        computed={"peering": lambda context: context["service"].replace(".", "-")},
        replace_on=("network", "service"),
        checks=(
            holds(
                "service",
                lambda service: service == "servicenetworking.googleapis.com",
                "'{value}' is no producer of private services",
            ),
            one_of("deletionPolicy", ("ABANDON", "DELETE", "PREVENT", "REMOVE_PEERING")),
            _at_least_one,
        ),
        guards=(_ranges_by_name, _still_used),
        references=(Reference("network", NETWORK, blocks_deletion=True), Reference("reservedPeeringRanges[*]", LENT)),
        unordered=("reservedPeeringRanges",),
        blind_spots=(
            "A connection deleted with ABANDON is gone here; there its peering stays and keeps the network from being deleted.",
            "A connection can't be deleted for hours, or days, after the last instance that used it.",
            "Producers other than Google's own (NetApp and others) are refused here.",
            "Taking away a range that is in use is not refused.",
        ),
    ),
)
