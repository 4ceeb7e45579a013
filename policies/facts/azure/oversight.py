"""Defender for Cloud, Azure Policy, security contacts, and Entra's conditional access.

Sources: https://learn.microsoft.com/azure/defender-for-cloud/defender-for-cloud-introduction (plans),
https://learn.microsoft.com/azure/governance/resource-graph/overview (every resource is in the Resource Graph, nothing is switched on),
https://learn.microsoft.com/azure/governance/policy/concepts/assignment-structure (enforcement mode).
The Entra password policy is the tenant's and no resource sets it: the organisation has to name it.
"""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from policies.facts.answers import every
from policies.facts.oversight import implicit, overseen
from policies.facts.reading import flag, is_set, read, read_all, text
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

_PLAN = "azure-native:security:Pricing"
_UPLOADS = "azure-native:security:DefenderForStorage"
_CONTACT = "azure-native:security:SecurityContact"
_ASSIGNMENT = "azure-native:authorization:PolicyAssignment"
CONDITIONAL_ACCESS = "azuread:index/conditionalAccessPolicy:ConditionalAccessPolicy"
KNOWN = frozenset({_PLAN, _UPLOADS, _CONTACT, _ASSIGNMENT, CONDITIONAL_ACCESS})
UNTAGGABLE = frozenset({_PLAN, _UPLOADS, _CONTACT, _ASSIGNMENT, CONDITIONAL_ACCESS})
ELSEWHERE: Mapping[type[Oversight], Message] = MappingProxyType(
    {
        PasswordPolicy: Message(
            "The tenant's password policy is no resource.", "テナントのパスワード方針は資源ではありません。"
        ),
    }
)
"""Kinds that no resource of this cloud shows, each with the reason: the organisation has to name them."""

_THREATS: Mapping[str, str] = {
    "machines": "virtualmachines",
    "object-stores": "storageaccounts",
    "databases": "opensourcerelationaldatabases",
    "keys": "keyvaults",
    "control-plane": "arm",
    "containers": "containers",
}
"""The plan for PostgreSQL and MySQL is that of open-source databases; the baseline names the one for SQL Server."""
_SCANNED: Mapping[str, str] = {"machines": "virtualmachines", "images": "containers"}
_POSTURE = {"cloudposture"}
_ISO_27017 = "f48ecfa6-581c-43f9-8141-cd4adc72cf26"
"""The built-in set of policies for ISO/IEC 27017:2015, by the last part of its id."""


def facts(world: World) -> Iterator[Fact]:
    plans = world.of(_PLAN)
    threats = _of(plans, {*_THREATS.values(), "sqlservers"})
    yield from overseen(world, ThreatDetection, threats, lambda world, found: _planned(world, found, _THREATS))
    yield from overseen(world, MalwareProtection, world.of(_UPLOADS), _malware)
    scanning = _of(plans, set(_SCANNED.values()))
    yield from overseen(world, VulnerabilityScanning, scanning, lambda world, found: _planned(world, found, _SCANNED))
    yield from implicit(world, Inventory)
    standards = [one for one in world.of(_ASSIGNMENT) if _ends_in(one, _ISO_27017)]
    yield from overseen(world, PostureMonitoring, (*_of(plans, _POSTURE), *standards), _posture)
    yield from overseen(world, Guardrails, [one for one in world.of(_ASSIGNMENT) if one not in standards], _enforced)
    yield from overseen(world, IncidentContacts, world.of(_CONTACT), _contacts)
    yield from overseen(
        world, SecondFactor, [one for one in world.of(CONDITIONAL_ACCESS) if _demands(one)], _signing_in
    )
    yield from overseen(world, AccessReview, _of(plans, _POSTURE), _posture)


def _name(plan: Resource) -> Maybe[str]:
    value = read(plan, "pricingName")
    return value.lower() if isinstance(value, str) else UNKNOWN


def _of(plans: Sequence[Resource], names: set[str]) -> list[Resource]:
    return [plan for plan in plans if _name(plan) in names]


def _bought(plan: Resource) -> Maybe[bool]:
    tier = text(plan, "pricingTier", default="Free")
    return UNKNOWN if tier is UNKNOWN else tier == "Standard"


def _planned(world: World, found: Sequence[Resource], words: Mapping[str, str]) -> Iterator[tuple[str, Maybe[bool]]]:
    for word, name in words.items():
        plans = _of(found, {name})
        yield word, every(*map(_bought, plans)) if plans else world.absent(value=False)


def _malware(world: World, found: Sequence[Resource]) -> Iterator[tuple[str, Maybe[bool]]]:
    """Machines are scanned by the servers plan (its second sub-plan and the first bring Defender for Endpoint)."""
    for one in found:
        on = flag(one, "properties.isEnabled", default=False)
        yield "uploads", every(on, flag(one, "properties.malwareScanning.onUpload.isEnabled", default=False))
    yield from _planned(world, world.of(_PLAN), {"machines": "virtualmachines"})


def _ends_in(assignment: Resource, guid: str) -> bool:
    named = text(assignment, "policyDefinitionId")
    return isinstance(named, str) and named.lower().endswith(guid)


def _posture(_world: World, found: Sequence[Resource]) -> Iterator[tuple[str, Maybe[bool]]]:
    for one in found:
        yield "switched-on", True if one.type == _ASSIGNMENT else _bought(one)


def _enforced(_world: World, found: Sequence[Resource]) -> Iterator[tuple[str, Maybe[bool]]]:
    """Default enforces the effects of a policy, DoNotEnforce only reports."""
    for one in found:
        mode = text(one, "enforcementMode", default="Default")
        yield "switched-on", UNKNOWN if mode is UNKNOWN else mode == "Default"


def _contacts(_world: World, found: Sequence[Resource]) -> Iterator[tuple[str, Maybe[bool]]]:
    for one in found:
        yield "address", is_set(one, "emails")
        yield "switched-on", flag(one, "isEnabled", default=True)


def _demands(policy: Resource) -> bool:
    return any(value in ("mfa", UNKNOWN) for value in read_all(policy, "grantControls.builtInControls"))


def _signing_in(_world: World, found: Sequence[Resource]) -> Iterator[tuple[str, Maybe[bool]]]:
    """One policy that is on and includes everyone is enough; roles of administrators alone are not every person."""
    answers = [every(_is_on(one), _includes_everyone(one)) for one in found]
    yield "everyone", True if True in answers else UNKNOWN if UNKNOWN in answers else False


def _is_on(policy: Resource) -> Maybe[bool]:
    state = text(policy, "state")
    return UNKNOWN if state is UNKNOWN else state == "enabled"


def _includes_everyone(policy: Resource) -> Maybe[bool]:
    users = read_all(policy, "conditions.users.includedUsers")
    return True if "All" in users else UNKNOWN if UNKNOWN in users else False
