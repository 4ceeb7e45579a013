"""Private DNS, reserved ranges and private services access.

https://cloud.google.com/vpc/docs/private-access-options
"""

import ipaddress
import urllib.parse
from collections.abc import Mapping
from typing import Any, Final

from sandbox.cloud.checks import Problems, between, holds, matches, one_of
from sandbox.cloud.context import Context
from sandbox.cloud.gcp.naming import CREATED, ROOT, compute_name, label_rule
from sandbox.cloud.gcp.network import LENT, NETWORK, SUBNET
from sandbox.cloud.resource_type import Name, Reference, ResourceType

ZONE: Final = "gcp:dns/managedZone:ManagedZone"
_RECORDS: Final = "gcp:dns/recordSet:RecordSet"
CONNECTION: Final = "gcp:servicenetworking/connection:Connection"
_DATABASE: Final = "gcp:sql/databaseInstance:DatabaseInstance"


def _private_zone_fits(inputs: Mapping[str, Any]) -> Problems:
    if inputs.get("visibility") == "private" and not inputs.get("privateVisibilityConfig"):
        yield "privateVisibilityConfig", "a private zone is visible from at least one network"


def _in_zone(context: Context) -> str | None:
    zone = context.find(context["managedZone"], ZONE)
    if context.operation == "delete" or zone is None:
        return None
    inside = context["name"] == zone.get("dnsName") or context["name"].endswith(f".{zone.get('dnsName')}")
    return None if inside else f"Error 400: {context['name']} is not in the zone {zone.get('dnsName')}"


def _records_fit(inputs: Mapping[str, Any]) -> Problems:
    values = inputs.get("rrdatas") or []
    if inputs.get("type") == "CNAME" and len(values) != 1:
        yield "rrdatas", "a CNAME has one target"
    for value in values:
        if inputs.get("type") == "CNAME" and not value.endswith("."):
            yield "rrdatas", f"'{value}' must end with a dot"
        if inputs.get("type") == "A":
            try:
                ipaddress.IPv4Address(value)
            except ValueError:
                yield "rrdatas", f"'{value}' is no IPv4 address"


def _range_fits(inputs: Mapping[str, Any]) -> Problems:
    if inputs.get("purpose") != "VPC_PEERING":
        return
    for name in ("network", "prefixLength"):
        if name not in inputs:
            yield name, f"a range of purpose VPC_PEERING needs '{name}'"
    if inputs.get("addressType", "EXTERNAL") != "INTERNAL":
        yield "addressType", "a range of purpose VPC_PEERING is INTERNAL"


def _range_free(context: Context) -> str | None:
    if context.operation == "delete" or not context.inputs.get("address") or not context.inputs.get("prefixLength"):
        return None
    own = ipaddress.ip_network(f"{context['address']}/{context['prefixLength']}")
    for subnet in context.objects(SUBNET):
        if subnet.get("network") == context["network"] and own.overlaps(
            ipaddress.ip_network(subnet.get("ipCidrRange"))
        ):
            return f"Error 400: {own} overlaps {subnet.id}"
    return None


def _ranges_by_name(context: Context) -> str | None:
    """The ranges are given by name, not by id."""
    if context.operation == "delete":
        return None
    lent = {found.get("name"): found for found in context.objects(LENT)}
    for name in context["reservedPeeringRanges"]:
        if name not in lent or lent[name].get("purpose") != "VPC_PEERING":
            return f"Error 400: '{name}' is not the name of a range of purpose VPC_PEERING"
        if lent[name].get("network") != context["network"]:
            return f"Error 400: the range '{name}' belongs to another network"
    return None


def _still_used(context: Context) -> str | None:
    if context.operation != "delete" or context.inputs.get("deletionPolicy") == "ABANDON":
        return None
    for database in context.objects(_DATABASE):
        if database.get("settings")["ipConfiguration"].get("privateNetwork") == context["network"]:
            return f"Error 400: Producer services (e.g. {database.id}) are still using this connection"
    return None


TYPES: Final = (
    ResourceType(
        token=ZONE,
        source="https://cloud.google.com/dns/docs/zones",
        id="projects/{project}/managedZones/{name}",
        name=compute_name("{project}"),
        computed={
            "managedZoneId": lambda context: context.digits(19, "zone"),
            "creationTime": CREATED,
            "nameServers": lambda _: ["ns-gcp-private.googledomains.com."],
        },
        input_defaults={"visibility": "public", "forceDestroy": False, "description": "Managed by Pulumi"},
        replace_on=("dnsName", "visibility"),
        checks=(
            matches("dnsName", r"([a-z0-9_-]+\.)+", "a DNS name ends with a dot"),
            one_of("visibility", ("public", "private")),
            _private_zone_fits,
            label_rule("labels"),
        ),
        references=(Reference("privateVisibilityConfig.networks[*].networkUrl", NETWORK, blocks_deletion=True),),
        known_as=("name",),
    ),
    ResourceType(
        token=_RECORDS,
        source="https://cloud.google.com/dns/docs/records",
        id="projects/{project}/managedZones/{managedZone}/rrsets/{name}/{type}",
        name=Name(longest=253, pattern=r"(\*\.)?([a-z0-9_-]+\.)+", automatic=False, unique_in="{managedZone}/{type}"),
        replace_on=("managedZone", "type"),
        checks=(_records_fit, between("ttl", 0, 2_147_483_647)),
        guards=(_in_zone,),
        references=(Reference("managedZone", ZONE, blocks_deletion=True),),
    ),
    ResourceType(
        token=LENT,
        source="https://cloud.google.com/vpc/docs/configure-private-services-access",
        id="projects/{project}/global/addresses/{name}",
        name=compute_name("{project}"),
        computed={
            "selfLink": ROOT + "projects/{project}/global/addresses/{name}",
            "creationTimestamp": CREATED,
            "labelFingerprint": lambda context: context.hex(12, "labels"),
        },
        input_defaults={"addressType": "EXTERNAL"},
        replace_on=("address", "addressType", "network", "prefixLength", "purpose", "description"),
        checks=(
            one_of("purpose", ("VPC_PEERING", "PRIVATE_SERVICE_CONNECT")),
            between("prefixLength", 8, 29),
            _range_fits,
            label_rule("labels"),
        ),
        guards=(_range_free,),
        references=(Reference("network", NETWORK, blocks_deletion=True),),
        known_as=("name", "selfLink"),
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
        ),
        guards=(_ranges_by_name, _still_used),
        references=(Reference("network", NETWORK), Reference("reservedPeeringRanges[*]", LENT, blocks_deletion=True)),
    ),
)
