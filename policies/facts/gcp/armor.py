"""Google Cloud Armor: https://cloud.google.com/armor/docs/waf-rules."""

from collections.abc import Iterator, Mapping
from typing import Any

from policies.facts.answers import some, when
from policies.facts.reading import flag, is_set, read, read_all, text
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import UNKNOWN, Maybe

_GLOBAL = "gcp:compute/securityPolicy:SecurityPolicy"
_REGIONAL = "gcp:compute/regionSecurityPolicy:RegionSecurityPolicy"
_RULES = (
    "gcp:compute/securityPolicyRule:SecurityPolicyRule",
    "gcp:compute/regionSecurityPolicyRule:RegionSecurityPolicyRule",
)
ARMOR = (_GLOBAL, _REGIONAL)
KNOWN = frozenset({*ARMOR, *_RULES})

_PRECONFIGURED = ("evaluatePreconfiguredWaf", "evaluatePreconfiguredExpr")


def rules_of(world: World, policy: Resource) -> Iterator[Any]:
    """The rules written inside a policy and those that are resources of their own."""
    yield from read_all(policy, "rules")
    for token in _RULES:
        for rule in world.referring(policy, token, "securityPolicy"):
            yield rule.properties


def guarded(world: World, backend: Resource) -> Maybe[bool]:
    """Its policy refuses what one of the vendor's preconfigured rules finds, and not only in preview."""
    policy = world.target(backend, "securityPolicy", *ARMOR)
    if policy is None:
        return is_set(backend, "securityPolicy")  # one from elsewhere is taken at its word
    return some(False, *(_refuses(rule) for rule in rules_of(world, policy)))


def _refuses(rule: Any) -> Maybe[bool]:
    if not isinstance(rule, Mapping):
        return UNKNOWN
    expression, action, preview = (
        read(rule, "match.expr.expression"),
        text(rule, "action"),
        flag(rule, "preview", default=False),
    )
    if expression is None or action == "allow" or preview is True:
        return False
    if not isinstance(expression, str) or not isinstance(action, str) or preview is not False:
        return UNKNOWN
    return action.startswith("deny") and any(word in expression for word in _PRECONFIGURED)


def adaptive(world: World, backend: Resource) -> Maybe[bool]:
    """Adaptive protection is on: https://cloud.google.com/armor/docs/adaptive-protection-overview."""
    policy = world.target(backend, "securityPolicy", *ARMOR)
    if policy is None:
        return when(is_set(backend, "securityPolicy"), lambda given: UNKNOWN if given else False)
    return some(
        flag(policy, "adaptiveProtectionConfig.layer7DdosDefenseConfig.enable", default=False),
        when(text(policy, "ddosProtectionConfig.ddosProtection"), lambda word: word.startswith("ADVANCED")),
    )
