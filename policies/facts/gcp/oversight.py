"""Security Command Center, container analysis, asset feeds, postures, organisation policies, essential contacts.

Sources: https://cloud.google.com/security-command-center/docs/how-to-notifications,
https://cloud.google.com/artifact-analysis/docs/container-scanning-overview, https://cloud.google.com/asset-inventory/docs/monitoring-asset-changes,
https://cloud.google.com/security-command-center/docs/security-posture-overview,
https://cloud.google.com/resource-manager/docs/organization-policy/org-policy-constraints.
The second factor and passwords of people are set in Cloud Identity or Workspace, malware scanning of machines in the tier of Security
Command Center: no resource sets them, and the organisation has to name them.
"""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from policies.facts.oversight import overseen
from policies.facts.reading import is_set, items, read, read_all, text
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import (
    UNKNOWN,
    AccessReview,
    Fact,
    Guardrails,
    IncidentContacts,
    Inventory,
    MalwareProtection,
    Maybe,
    Oversight,
    PasswordPolicy,
    PostureMonitoring,
    SecondFactor,
    ThreatDetection,
    VulnerabilityScanning,
)
from policies.language import Message

_FINDINGS = "gcp:securitycenter/v2OrganizationNotificationConfig:V2OrganizationNotificationConfig"
_API = "gcp:projects/service:Service"
_FEEDS = ("gcp:cloudasset/projectFeed:ProjectFeed", "gcp:cloudasset/organizationFeed:OrganizationFeed")
_POSTURE = "gcp:securityposture/posture:Posture"
_DEPLOYED = "gcp:securityposture/postureDeployment:PostureDeployment"
_POLICY = "gcp:orgpolicy/policy:Policy"
_CONTACT = "gcp:essentialcontacts/contact:Contact"
KNOWN = frozenset({_FINDINGS, *_FEEDS, _POSTURE, _DEPLOYED, _POLICY, _CONTACT})
UNTAGGABLE = frozenset({_FINDINGS, *_FEEDS, _POSTURE, _DEPLOYED, _POLICY, _CONTACT})
ELSEWHERE: Mapping[type[Oversight], Message] = MappingProxyType(
    {
        MalwareProtection: Message(
            "Security Command Center's tier decides it, and no resource.",
            "Security Command Center のティアで決まり、資源ではありません。",
        ),
        PasswordPolicy: Message(
            "Cloud Identity or Workspace decides it, and no resource.",
            "Cloud Identity または Workspace で決まり、資源ではありません。",
        ),
        SecondFactor: Message(
            "Cloud Identity or Workspace decides it, and no resource.",
            "Cloud Identity または Workspace で決まり、資源ではありません。",
        ),
    }
)
"""Kinds that no resource of this cloud shows, each with the reason: the organisation has to name them."""

_SCANNING: Mapping[str, str] = {"images": "containerscanning.googleapis.com"}
_REVIEWING: Mapping[str, str] = {
    "recommender": "recommender.googleapis.com",
    "policy-analyzer": "policyanalyzer.googleapis.com",
}
_CONSTRAINTS = (
    "storage.publicAccessPrevention",
    "sql.restrictPublicIp",
    "iam.disableServiceAccountKeyCreation",
    "gcp.resourceLocations",
)


def facts(world: World) -> Iterator[Fact]:
    yield from overseen(world, ThreatDetection, world.of(_FINDINGS), _routed)
    yield from _enabled(world, VulnerabilityScanning, _SCANNING)
    yield from overseen(world, Inventory, world.of(*_FEEDS), _fed)
    yield from overseen(world, PostureMonitoring, world.of(_POSTURE), _postures)
    yield from overseen(world, Guardrails, world.of(_POLICY), _constraints)
    yield from overseen(world, IncidentContacts, world.of(_CONTACT), _contacts)
    yield from _enabled(world, AccessReview, _REVIEWING)


def _routed(_world: World, found: Sequence[Resource]) -> Iterator[tuple[str, Maybe[bool]]]:
    for one in found:
        yield "findings-routed", is_set(one, "pubsubTopic")


def _enabled(world: World, kind: type[AccessReview | VulnerabilityScanning], apis: Mapping[str, str]) -> Iterator[Fact]:
    """Enabling the API is what switches it on."""
    on = [one for one in world.of(_API) if text(one, "service") in apis.values()]
    named = {text(one, "service") for one in on}
    yield from overseen(
        world,
        kind,
        on,
        lambda world, _: ((word, api in named or world.absent(value=False)) for word, api in apis.items()),
    )


def _fed(_world: World, found: Sequence[Resource]) -> Iterator[tuple[str, Maybe[bool]]]:
    """A feed of the resources themselves, of every type (`.*`): one of a few types is no inventory."""
    for one in found:
        kind = text(one, "contentType", default="CONTENT_TYPE_UNSPECIFIED")
        yield "all-types", UNKNOWN if kind is UNKNOWN else kind == "RESOURCE"
        yield "all-types", _every_type(one)


def _every_type(feed: Resource) -> Maybe[bool]:
    types = read_all(feed, "assetTypes")
    return True if ".*" in types else UNKNOWN if UNKNOWN in types else False


def _postures(world: World, found: Sequence[Resource]) -> Iterator[tuple[str, Maybe[bool]]]:
    for one in found:
        yield "standards", is_set(one, "policySets")
    yield "deployment", bool(world.of(_DEPLOYED)) or world.absent(value=False)


def _constraints(world: World, found: Sequence[Resource]) -> Iterator[tuple[str, Maybe[bool]]]:
    """The name is `<parent>/policies/<constraint>`."""
    enforced: dict[str, Maybe[bool]] = {}
    for policy in found:
        name = text(policy, "name")
        if isinstance(name, str):
            enforced[name.rpartition("/")[2]] = _is_enforced(policy)
    for constraint in _CONSTRAINTS:
        yield constraint, enforced.get(constraint, world.absent(value=False))


def _is_enforced(policy: Resource) -> Maybe[bool]:
    rules = items(read(policy, "spec.rules"))
    return UNKNOWN if UNKNOWN in rules else any(_forbids(rule) for rule in rules)


def _forbids(rule: Any) -> bool:
    if not isinstance(rule, Mapping):
        return False
    return any(str(rule.get(key)).lower() == "true" for key in ("enforce", "denyAll")) or bool(rule.get("values"))


def _contacts(_world: World, found: Sequence[Resource]) -> Iterator[tuple[str, Maybe[bool]]]:
    kinds = [set(read_all(one, "notificationCategorySubscriptions")) for one in found]
    told = [bool({"SECURITY", "ALL"} & kind) for kind in kinds]
    yield "security-contact", True if True in told else UNKNOWN if any(UNKNOWN in kind for kind in kinds) else False
    for one, is_told in zip(found, told, strict=True):
        if is_told:
            yield "address", is_set(one, "email")
