"""GuardDuty, Inspector, Config, Security Hub, Access Analyzer, service control policies, and the account's own settings.

Sources: https://docs.aws.amazon.com/guardduty/latest/ug/guardduty-features-activation-model.html (features),
https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-auto-enabled-standards.html,
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html. Unverified: whether a feature that is not
registered is off; it counts as left out.
"""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from policies.facts.answers import gather, some
from policies.facts.aws.policy_document import condition, statements
from policies.facts.oversight import at_least, overseen
from policies.facts.reading import document, flag, is_set, read_all, text
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
    Unknown,
    VulnerabilityScanning,
)
from policies.language import Message

_DETECTOR = "aws:guardduty/detector:Detector"
_FEATURE = "aws:guardduty/detectorFeature:DetectorFeature"
_UPLOADS = "aws:guardduty/malwareProtectionPlan:MalwareProtectionPlan"
_INSPECTOR = "aws:inspector2/enabler:Enabler"
_RECORDER = "aws:cfg/recorder:Recorder"
_RECORDING = "aws:cfg/recorderStatus:RecorderStatus"
_HUB = "aws:securityhub/account:Account"
_STANDARD = "aws:securityhub/standardsSubscription:StandardsSubscription"
_POLICY = "aws:organizations/policy:Policy"
_ATTACHED = "aws:organizations/policyAttachment:PolicyAttachment"
_CONTACT = "aws:account/alternativeContact:AlternativeContact"
_PASSWORDS = "aws:iam/accountPasswordPolicy:AccountPasswordPolicy"
_ANALYZER = "aws:accessanalyzer/analyzer:Analyzer"
KNOWN = frozenset(
    {
        _DETECTOR,
        _FEATURE,
        _UPLOADS,
        _INSPECTOR,
        _RECORDER,
        _RECORDING,
        _HUB,
        _STANDARD,
        _POLICY,
        _ATTACHED,
        _CONTACT,
        _PASSWORDS,
        _ANALYZER,
    }
)
UNTAGGABLE = frozenset({_ATTACHED, _CONTACT, _FEATURE, _HUB, _INSPECTOR, _PASSWORDS, _RECORDER, _RECORDING, _STANDARD})
ELSEWHERE: Mapping[type[Oversight], Message] = MappingProxyType({})
"""Kinds that no resource of this cloud shows, each with the reason: the organisation has to name them."""

_FEATURES: Mapping[str, frozenset[str]] = {
    "object-stores": frozenset({"S3_DATA_EVENTS"}),
    "databases": frozenset({"RDS_LOGIN_EVENTS"}),
    "containers": frozenset({"EKS_AUDIT_LOGS"}),
    "machines": frozenset({"RUNTIME_MONITORING", "EKS_RUNTIME_MONITORING"}),
}
_SCANNED = {"machines": "EC2", "images": "ECR", "functions": "LAMBDA"}
_STANDARDS = ("aws-foundational-security-best-practices", "cis-aws-foundations-benchmark")
_UNUSED = frozenset({"ACCOUNT_UNUSED_ACCESS", "ORGANIZATION_UNUSED_ACCESS"})
_REFUSING = frozenset({"SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"})


def facts(world: World) -> Iterator[Fact]:
    yield from overseen(world, ThreatDetection, world.of(_DETECTOR), _threats)
    yield from overseen(world, MalwareProtection, (*_scanning(world), *world.of(_UPLOADS)), _malware)
    yield from overseen(world, VulnerabilityScanning, world.of(_INSPECTOR), _vulnerabilities)
    yield from overseen(world, Inventory, world.of(_RECORDER), _recorded)
    yield from overseen(world, PostureMonitoring, world.of(_HUB), _standards)
    refusing = [policy for policy in world.of(_POLICY) if _type(policy) in _REFUSING]
    yield from overseen(world, Guardrails, refusing, _attached)
    yield from overseen(world, IncidentContacts, world.of(_CONTACT), _contacts)
    demanding = [policy for policy in refusing if _demands_second_factor(policy) is not False]
    yield from overseen(world, SecondFactor, demanding, _second_factor)
    yield from overseen(world, PasswordPolicy, world.of(_PASSWORDS), _passwords)
    yield from overseen(world, AccessReview, world.of(_ANALYZER), _analysis)


def _on(world: World, named: frozenset[str]) -> Maybe[bool]:
    states = [text(one, "status") for one in world.of(_FEATURE) if text(one, "name") in named]
    if "ENABLED" in states:
        return True
    return UNKNOWN if UNKNOWN in states else world.absent(value=False)


def _threats(world: World, found: Sequence[Resource]) -> Iterator[tuple[str, Maybe[bool]]]:
    for detector in found:
        yield "switched-on", flag(detector, "enable", default=True)
    for word, named in _FEATURES.items():
        yield word, _on(world, named)


def _scanning(world: World) -> list[Resource]:
    return [one for one in world.of(_FEATURE) if text(one, "name") == "EBS_MALWARE_PROTECTION"]


def _malware(world: World, found: Sequence[Resource]) -> Iterator[tuple[str, Maybe[bool]]]:
    yield "machines", _on(world, frozenset({"EBS_MALWARE_PROTECTION"}))
    yield "uploads", any(one.type == _UPLOADS for one in found) or world.absent(value=False)


def _vulnerabilities(_world: World, found: Sequence[Resource]) -> Iterator[tuple[str, Maybe[bool]]]:
    types = gather(
        value if isinstance(value, str) else UNKNOWN for one in found for value in read_all(one, "resourceTypes")
    )
    for word, named in _SCANNED.items():
        yield word, UNKNOWN if isinstance(types, Unknown) else named in types


def _recorded(world: World, found: Sequence[Resource]) -> Iterator[tuple[str, Maybe[bool]]]:
    for recorder in found:
        yield "all-types", flag(recorder, "recordingGroup.allSupported", default=True)
        yield "global-types", flag(recorder, "recordingGroup.includeGlobalResourceTypes", default=False)
    on = [flag(one, "isEnabled", default=False) for one in world.of(_RECORDING)]
    yield "switched-on", UNKNOWN if UNKNOWN in on else any(on) or world.absent(value=False)


def _standards(world: World, found: Sequence[Resource]) -> Iterator[tuple[str, Maybe[bool]]]:
    arns = gather(text(one, "standardsArn") for one in world.of(_STANDARD))
    named = UNKNOWN if isinstance(arns, Unknown) else all(any(one in arn for arn in arns) for one in _STANDARDS)
    for hub in found:
        yield "standards", some(flag(hub, "enableDefaultStandards", default=True), named or world.absent(value=False))


def _type(policy: Resource) -> Maybe[str]:
    return text(policy, "type", default="SERVICE_CONTROL_POLICY")


def _attached(world: World, found: Sequence[Resource]) -> Iterator[tuple[str, Maybe[bool]]]:
    for policy in found:
        attachments = world.referring(policy, _ATTACHED, "policyId")
        yield "attached", bool(attachments) or world.absent(value=False)


def _contacts(_world: World, found: Sequence[Resource]) -> Iterator[tuple[str, Maybe[bool]]]:
    kinds = [text(one, "alternateContactType") for one in found]
    yield "security-contact", True if "SECURITY" in kinds else UNKNOWN if UNKNOWN in kinds else False
    for one, kind in zip(found, kinds, strict=True):
        if kind == "SECURITY":
            yield "address", is_set(one, "emailAddress")


def _demands_second_factor(policy: Resource) -> Maybe[bool]:
    content = document(policy, "content")
    if content is None or isinstance(content, Unknown):
        return UNKNOWN if content is UNKNOWN else False
    return any(
        {str(value).lower() for value in condition(statement, "aws:multifactorauthpresent")} == {"false"}
        for statement in statements(content, "Deny")
    )


def _second_factor(world: World, found: Sequence[Resource]) -> Iterator[tuple[str, Maybe[bool]]]:
    for policy in found:
        yield "everyone", UNKNOWN if _demands_second_factor(policy) is UNKNOWN else True
    yield from _attached(world, found)


def _passwords(_world: World, found: Sequence[Resource]) -> Iterator[tuple[str, Maybe[bool]]]:
    """What IAM demands where a policy leaves it out: https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccountPasswordPolicy.html."""
    for policy in found:
        yield "length", at_least(policy, "minimumPasswordLength", 14, default=6)
        yield "history", at_least(policy, "passwordReusePrevention", 24, default=0)


def _analysis(_world: World, found: Sequence[Resource]) -> Iterator[tuple[str, Maybe[bool]]]:
    types = gather(text(one, "type", default="ACCOUNT") for one in found)
    for word, named in (("external-access", {"ACCOUNT", "ORGANIZATION"}), ("unused-access", _UNUSED)):
        yield word, UNKNOWN if isinstance(types, Unknown) else bool(types & named)
