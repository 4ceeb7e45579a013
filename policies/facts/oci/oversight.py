"""Cloud Guard, security zones, vulnerability scanning, quotas, announcements, and the identity domain's sign-on settings.

Sources: https://docs.oracle.com/en-us/iaas/cloud-guard/using/index.htm, https://docs.oracle.com/en-us/iaas/scanning/home.htm,
https://docs.oracle.com/en-us/iaas/Content/Search/Concepts/queryoverview.htm (every resource can be searched, nothing is switched on),
https://docs.oracle.com/en-us/iaas/Content/Identity/Tasks/managingpasswordrules.htm. The cloud has no scanner for malware of its own:
the organisation has to name the agent's.
"""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from policies.facts.answers import every
from policies.facts.oversight import at_least, implicit, overseen
from policies.facts.reading import is_set, read_all, text
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

_GUARD = "oci:CloudGuard/cloudGuardConfiguration:CloudGuardConfiguration"
_TARGET = "oci:CloudGuard/target:Target"
_RECIPE = "oci:CloudGuard/detectorRecipe:DetectorRecipe"
_ZONE = "oci:CloudGuard/securityZone:SecurityZone"
_ZONE_RECIPE = "oci:CloudGuard/securityRecipe:SecurityRecipe"
_QUOTA = "oci:Limits/quota:Quota"
_HOSTS = "oci:VulnerabilityScanning/hostScanRecipe:HostScanRecipe"
_HOST_TARGET = "oci:VulnerabilityScanning/hostScanTarget:HostScanTarget"
_IMAGES = "oci:VulnerabilityScanning/containerScanRecipe:ContainerScanRecipe"
_IMAGE_TARGET = "oci:VulnerabilityScanning/containerScanTarget:ContainerScanTarget"
_NEWS = "oci:AnnouncementsService/announcementSubscription:AnnouncementSubscription"
_SIGN_ON = "oci:Identity/authenticationPolicy:AuthenticationPolicy"
_PASSWORDS = "oci:Identity/domainsPasswordPolicy:DomainsPasswordPolicy"
_FACTORS = "oci:Identity/domainsAuthenticationFactorSetting:DomainsAuthenticationFactorSetting"
KNOWN = frozenset(
    {
        _GUARD,
        _TARGET,
        _RECIPE,
        _ZONE,
        _ZONE_RECIPE,
        _QUOTA,
        _HOSTS,
        _HOST_TARGET,
        _IMAGES,
        _IMAGE_TARGET,
        _NEWS,
        _SIGN_ON,
        _PASSWORDS,
        _FACTORS,
    }
)
UNTAGGABLE = frozenset({_GUARD, _SIGN_ON, _PASSWORDS, _FACTORS})
ELSEWHERE: Mapping[type[Oversight], Message] = MappingProxyType(
    {
        MalwareProtection: Message(
            "The cloud has no malware scanner of its own.", "このクラウドは固有のマルウェア検査を持ちません。"
        ),
    }
)
"""Kinds that no resource of this cloud shows, each with the reason: the organisation has to name them."""

_RECIPES = {
    "activity": "IAAS_ACTIVITY_DETECTOR",
    "configuration": "IAAS_CONFIGURATION_DETECTOR",
    "threat": "IAAS_THREAT_DETECTOR",
}


def facts(world: World) -> Iterator[Fact]:
    yield from overseen(world, ThreatDetection, (*world.of(_GUARD), *world.of(_TARGET)), _threats)
    scanning = world.of(_HOSTS, _IMAGES, _HOST_TARGET, _IMAGE_TARGET)
    yield from overseen(world, VulnerabilityScanning, scanning, _scanned)
    yield from implicit(world, Inventory)
    yield from overseen(world, PostureMonitoring, world.of(_ZONE), _zones)
    yield from overseen(world, Guardrails, world.of(_ZONE_RECIPE, _QUOTA), _guardrails)
    yield from overseen(world, IncidentContacts, world.of(_NEWS), _told)
    yield from overseen(world, SecondFactor, world.of(_FACTORS), _second_factor)
    yield from overseen(world, PasswordPolicy, world.of(_SIGN_ON, _PASSWORDS), _passwords)
    yield from overseen(world, AccessReview, world.of(_TARGET), _reviewed)


def _threats(world: World, found: Sequence[Resource]) -> Iterator[tuple[str, Maybe[bool]]]:
    guards = [one for one in found if one.type == _GUARD]
    yield (
        "switched-on",
        every(*(_is(one, "status", "ENABLED") for one in guards)) if guards else world.absent(value=False),
    )
    for word in _RECIPES:
        yield word, _attached(world, word)


def _reviewed(world: World, _found: Sequence[Resource]) -> Iterator[tuple[str, Maybe[bool]]]:
    """Identity is among what the recipe for configurations looks at."""
    yield "configuration", _attached(world, "configuration")


def _attached(world: World, word: str) -> Maybe[bool]:
    """Whether a target has a recipe of that detector. A recipe that is only an id (Oracle's own) says its detector in the output."""
    answers: list[Maybe[bool]] = []
    for target in world.of(_TARGET):
        recipes = {
            recipe.urn: text(recipe, "detector") for recipe in world.targets(target, "targetDetectorRecipes", _RECIPE)
        }
        named = [*recipes.values(), *read_all(target, "targetDetectorRecipes.detector")]
        if _RECIPES[word] in named:
            return True
        attached = len(read_all(target, "targetDetectorRecipes.detectorRecipeId"))
        answers.append(UNKNOWN if UNKNOWN in named or len(named) < attached else False)
    return UNKNOWN if UNKNOWN in answers else world.absent(value=False)


def _is(resource: Resource, path: str, wanted: str) -> Maybe[bool]:
    value = text(resource, path)
    return UNKNOWN if value is UNKNOWN else value == wanted


def _scanned(world: World, found: Sequence[Resource]) -> Iterator[tuple[str, Maybe[bool]]]:
    for word, recipes, targets, path in (
        ("machines", _HOSTS, _HOST_TARGET, "agentSettings.scanLevel"),
        ("images", _IMAGES, _IMAGE_TARGET, "scanSettings.scanLevel"),
    ):
        levels = [text(one, path) for one in found if one.type == recipes]
        yield (
            word,
            UNKNOWN
            if UNKNOWN in levels
            else any(level not in ("", "NONE") for level in levels) or world.absent(value=False),
        )
        yield "targets", bool(world.of(targets)) or world.absent(value=False)


def _zones(_world: World, found: Sequence[Resource]) -> Iterator[tuple[str, Maybe[bool]]]:
    for zone in found:
        yield "standards", is_set(zone, "securityZoneRecipeId")


def _guardrails(world: World, found: Sequence[Resource]) -> Iterator[tuple[str, Maybe[bool]]]:
    """A recipe counts once a zone uses it; a quota by its statements."""
    for one in found:
        if one.type == _QUOTA:
            yield "attached", is_set(one, "statements")
        else:
            used = bool(world.referring(one, _ZONE, "securityZoneRecipeId")) or world.absent(value=False)
            yield "attached", every(is_set(one, "securityPolicies"), used)


def _told(_world: World, found: Sequence[Resource]) -> Iterator[tuple[str, Maybe[bool]]]:
    for one in found:
        yield "address", is_set(one, "onsTopicId")


def _second_factor(_world: World, found: Sequence[Resource]) -> Iterator[tuple[str, Maybe[bool]]]:
    for one in found:
        kind = text(one, "mfaEnrollmentType")
        yield "everyone", UNKNOWN if kind is UNKNOWN else str(kind).lower() == "required"


def _passwords(_world: World, found: Sequence[Resource]) -> Iterator[tuple[str, Maybe[bool]]]:
    """The tenancy's policy knows no history; the identity domain's does."""
    domains = [one for one in found if one.type == _PASSWORDS]
    for one in domains:
        yield "length", at_least(one, "minLength", 14, default=8)
        yield "history", at_least(one, "numPasswordsInHistory", 24, default=1)
    for one in found:
        if one.type == _SIGN_ON:
            yield "length", at_least(one, "passwordPolicy.minimumPasswordLength", 14, default=8)
            yield "history", bool(domains)
