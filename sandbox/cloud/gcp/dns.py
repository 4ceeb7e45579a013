"""Cloud DNS.

https://cloud.google.com/dns/docs/overview
"""

import ipaddress
from collections.abc import Mapping
from typing import Any, Final

from sandbox.cloud.checks import Problems, between, exactly_one, matches, one_of
from sandbox.cloud.context import Context, Object
from sandbox.cloud.gcp.addresses import NETWORK
from sandbox.cloud.gcp.naming import CREATED, compute_name, description_rule, label_rule
from sandbox.cloud.guards import not_deleted_while_others
from sandbox.cloud.resource_type import Name, Reference, ResourceType
from sandbox.cloud.value import one

ZONE: Final = "gcp:dns/managedZone:ManagedZone"
RECORDS: Final = "gcp:dns/recordSet:RecordSet"
_SEEN_FROM: Final = "privateVisibilityConfig.networks[*].networkUrl"
# https://cloud.google.com/dns/docs/records-overview
_KINDS: Final = (
    "A",
    "AAAA",
    "ALIAS",
    "CAA",
    "CNAME",
    "DNSKEY",
    "DS",
    "HTTPS",
    "IPSECKEY",
    "MX",
    "NAPTR",
    "NS",
    "PTR",
    "SOA",
    "SPF",
    "SRV",
    "SSHFP",
    "SVCB",
    "TLSA",
    "TXT",
)
_HOSTS: Final = ("CNAME", "NS", "PTR")


def _zone_fits(inputs: Mapping[str, Any]) -> Problems:
    private = inputs.get("visibility") == "private"
    networks = one(inputs, "privateVisibilityConfig.networks") or []
    clusters = one(inputs, "privateVisibilityConfig.gkeClusters") or []
    if private and not networks and not clusters:
        yield "privateVisibilityConfig", "a private zone is visible from at least one network"
    if not private and (networks or clusters):
        yield "privateVisibilityConfig", "only a private zone is visible from networks"
    if private and one(inputs, "dnssecConfig.state") == "on":
        yield "dnssecConfig", "a private zone is not signed"
    for name in ("forwardingConfig", "peeringConfig"):
        if inputs.get(name) and not private:
            yield name, f"only a private zone has '{name}'"


def _in_zone(context: Context) -> str | None:
    zone = context.find(context["managedZone"], ZONE)
    if not context.writing or zone is None:
        return None
    origin = str(zone.get("dnsName"))
    if context["name"] != origin and not context["name"].endswith(f".{origin}"):
        return f"Error 400: {context['name']} is not in the zone {origin}"
    if context["type"] == "CNAME" and context["name"] == origin:
        return f"Error 400: a CNAME can't be at the zone's own name {origin}"
    for other in context.objects(RECORDS):
        beside = _of_zone(context, other, zone) and other.get("name") == context["name"] and other.id != context.id
        if beside and "CNAME" in (context["type"], other.get("type")) and other.get("type") != context["type"]:
            return f"Error 400: a CNAME can't be beside other records of {context['name']}"
    return None


def _of_zone(context: Context, record: Object, zone: Object) -> bool:
    found = context.find(record.get("managedZone"), ZONE)
    return found is not None and found.id == zone.id


def _holds_records(context: Context, record: Object) -> bool:
    zone = context.find(record.get("managedZone"), ZONE)
    forced = context.stored is not None and context.stored.inputs.get("forceDestroy") is True
    return not forced and zone is not None and zone.id == context.id


def _address(value: str, version: int) -> bool:
    try:
        return ipaddress.ip_address(value).version == version
    except ValueError:
        return False


def _records_fit(inputs: Mapping[str, Any]) -> Problems:
    values, kind = inputs.get("rrdatas") or [], inputs.get("type")
    if kind == "CNAME" and "rrdatas" in inputs and len(values) != 1:
        yield "rrdatas", "a CNAME has one target"
    for value in values:
        if kind in _HOSTS and not value.endswith("."):
            yield "rrdatas", f"'{value}' must end with a dot"
        for name, version in (("A", 4), ("AAAA", 6)):
            if kind == name and not _address(value, version):
                yield "rrdatas", f"'{value}' is no IPv{version} address"


def _servers(context: Context) -> list[str]:
    if context["visibility"] == "private":
        return ["ns-gcp-private.googledomains.com."]
    letter = "abcde"[int(context.hex(1, "shard"), 16) % 5]
    return [f"ns-cloud-{letter}{number}.googledomains.com." for number in range(1, 5)]


TYPES: Final = (
    ResourceType(
        token=ZONE,
        source="https://cloud.google.com/dns/docs/zones",
        id="projects/{project}/managedZones/{name}",
        name=compute_name("{project}"),
        computed={
            "managedZoneId": lambda context: context.digits(19, "zone"),
            "creationTime": CREATED,
            "nameServers": _servers,
        },
        input_defaults={"visibility": "public", "forceDestroy": False, "description": "Managed by Pulumi"},
        replace_on=("dnsName", "visibility", "reverseLookup", "serviceDirectoryConfig"),
        checks=(
            matches("dnsName", r"([a-z0-9_-]+\.)+", "a DNS name ends with a dot"),
            one_of("visibility", ("public", "private")),
            one_of("dnssecConfig.state", ("off", "on", "transfer")),
            description_rule("description", 1024),
            _zone_fits,
            label_rule("labels"),
        ),
        guards=(
            not_deleted_while_others(
                RECORDS,
                belongs=_holds_records,
                reason="Error 400: containerNotEmpty: the zone {id} still has records, such as {other}",
            ),
        ),
        references=(Reference(_SEEN_FROM, NETWORK), Reference("peeringConfig.targetNetwork.networkUrl", NETWORK)),
        known_as=("name",),
        unordered=("privateVisibilityConfig.networks", "forwardingConfig.targetNameServers"),
        sources=("https://cloud.google.com/dns/docs/zones/zones-overview",),
        blind_spots=(
            "A second zone of the same name for one network, or of a name that Google reserves, is not refused.",
            "The records that every zone starts with (NS, SOA) are not there.",
            "Whether a network goes while a private zone is seen from it is not known; it goes here.",
        ),
    ),
    ResourceType(
        token=RECORDS,
        source="https://cloud.google.com/dns/docs/records",
        id="projects/{project}/managedZones/{managedZone}/rrsets/{name}/{type}",
        name=Name(
            longest=253,
            pattern=r"(\*\.)?([a-z0-9_-]{1,63}\.)+",
            automatic=False,
            unique_in="{project}/{managedZone}/{type}",
        ),
        replace_on=("managedZone",),
        checks=(
            one_of("type", _KINDS),
            exactly_one("rrdatas", "routingPolicy"),
            between("ttl", 0, 2_147_483_647),
            _records_fit,
        ),
        guards=(_in_zone,),
        references=(Reference("managedZone", ZONE),),
        unordered=("rrdatas",),
        sources=("https://cloud.google.com/dns/docs/records-overview",),
        blind_spots=(
            "Only addresses and host names are read; the text of other kinds of record is not.",
            "Routing policies are not looked into.",
            "A changed type makes another record set in place, there too, but the id keeps the old type here.",
        ),
    ),
)
