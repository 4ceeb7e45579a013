"""VPC firewall rules.

https://cloud.google.com/firewall/docs/firewalls
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from sandbox.cloud.checks import Problems, between, exactly_one, not_together, one_of
from sandbox.cloud.gcp.addresses import ip_ranges
from sandbox.cloud.gcp.naming import CREATED, ROOT, compute_name, description_rule
from sandbox.cloud.gcp.network import IN_NETWORK
from sandbox.cloud.resource_type import ResourceType
from sandbox.cloud.value import at

_FIREWALL: Final = "gcp:compute/firewall:Firewall"
_NAMED: Final = ("ah", "all", "esp", "icmp", "ipip", "sctp", "tcp", "udp")
_WITH_PORTS: Final = ("tcp", "udp", "sctp", "6", "17", "132")


def _ports(text: str) -> bool:
    found = re.fullmatch(r"(\d{1,5})(-(\d{1,5}))?", text)
    return found is not None and int(found[1]) <= int(found[3] or found[1]) <= 65535


def _ends_fit(inputs: Mapping[str, Any]) -> Problems:
    sources = any(inputs.get(name) for name in ("sourceRanges", "sourceTags", "sourceServiceAccounts"))
    if inputs.get("direction", "INGRESS") == "INGRESS" and not sources:
        yield "sourceRanges", "an ingress rule needs sources"
    if inputs.get("direction") == "EGRESS" and (inputs.get("sourceTags") or inputs.get("sourceServiceAccounts")):
        yield "sourceTags", "an egress rule takes neither source tags nor source service accounts"
    for name in ("sourceServiceAccounts", "targetServiceAccounts"):
        if len(inputs.get(name) or []) > 10:
            yield name, "at most 10 service accounts"


def _rules_fit(inputs: Mapping[str, Any]) -> Problems:
    for path in ("allows", "denies"):
        for where, rule in at(inputs, f"{path}[*]"):
            protocol = str(rule["protocol"]).lower()
            if protocol not in _NAMED and not (protocol.isdigit() and int(protocol) <= 255):
                yield f"{where}.protocol", f"'{protocol}' is no protocol: {', '.join(_NAMED)} or a number"
            if rule.get("ports") and protocol not in _WITH_PORTS:
                yield f"{where}.ports", f"protocol '{protocol}' has no ports"
            for port in rule.get("ports") or []:
                if not _ports(port):
                    yield f"{where}.ports", f"'{port}' is neither a port nor a range of ports"


TYPES: Final = (
    ResourceType(
        token=_FIREWALL,
        source="https://cloud.google.com/firewall/docs/firewalls",
        id="projects/{project}/global/firewalls/{name}",
        name=compute_name("{project}"),
        computed={
            "selfLink": ROOT + "projects/{project}/global/firewalls/{name}",
            "creationTimestamp": CREATED,
        },
        input_defaults={"priority": 1000},
        defaults={"direction": "INGRESS"},
        replace_on=("direction", "params"),
        checks=(
            one_of("direction", ("INGRESS", "EGRESS")),
            exactly_one("allows", "denies"),
            not_together("sourceServiceAccounts", "sourceTags"),
            not_together("sourceServiceAccounts", "targetTags"),
            not_together("targetServiceAccounts", "sourceTags"),
            not_together("targetServiceAccounts", "targetTags"),
            ip_ranges("sourceRanges[*]"),
            ip_ranges("destinationRanges[*]"),
            between("priority", 0, 65535),
            one_of("logConfig.metadata", ("EXCLUDE_ALL_METADATA", "INCLUDE_ALL_METADATA")),
            description_rule("description"),
            _ends_fit,
            _rules_fit,
        ),
        references=(IN_NETWORK,),
        unordered=(
            "allows",
            "denies",
            "destinationRanges",
            "sourceRanges",
            "sourceServiceAccounts",
            "sourceTags",
            "targetServiceAccounts",
            "targetTags",
        ),
        blind_spots=(
            "A change from allow to deny in place is let pass; the API refuses both in one rule.",
            "Whether the API moves a rule to another network, as the provider asks it to, is not known; it is let pass.",
            "Service accounts and tags are not looked up, there neither.",
            "The number of ranges and rules has limits that are not imitated.",
        ),
    ),
)
