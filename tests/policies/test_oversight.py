"""What watches or bounds a whole account, on each cloud: enough, too little, not known, and not to be seen at all."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from policies.facts.resources import Resource, World
from policies.facts.vocabulary import OVERSIGHT, UNKNOWN, Oversight
from policies.judge import Answer, judge, judge_facts
from policies.rules import RULES
from tests.policies.organisation import SUPPLIED

STACK = "urn:pulumi:011002-resident-record-production::machikumo::"
Made = tuple[str, str, Mapping[str, Any]]
"""Logical name, type, properties."""

A, Z, G, O = "aws:", "azure-native:", "gcp:", "oci:"  # noqa: E741
FEATURE = f"{A}guardduty/detectorFeature:DetectorFeature"
NO_SECOND_FACTOR = {
    "Statement": [{"Effect": "Deny", "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}}]
}


def features(*names: str) -> list[Made]:
    return [(name, FEATURE, {"name": name, "status": "ENABLED"}) for name in names]


def plans(*names: str) -> list[Made]:
    return [(name, f"{Z}security:Pricing", {"pricingName": name, "pricingTier": "Standard"}) for name in names]


def constraints(*names: str) -> list[Made]:
    policy = {"spec": {"rules": [{"enforce": "TRUE"}]}}
    return [(name, f"{G}orgpolicy/policy:Policy", {"name": f"folders/1/policies/{name}", **policy}) for name in names]


def recipes(*detectors: str) -> Made:
    attached = [{"detectorRecipeId": f"ocid1.{one}", "detector": f"IAAS_{one}_DETECTOR"} for one in detectors]
    return ("target", f"{O}CloudGuard/target:Target", {"targetDetectorRecipes": attached})


ALL_FEATURES = features("S3_DATA_EVENTS", "RDS_LOGIN_EVENTS", "EKS_AUDIT_LOGS", "RUNTIME_MONITORING")
THREAT_PLANS = ("VirtualMachines", "StorageAccounts", "OpenSourceRelationalDatabases", "KeyVaults", "Arm", "Containers")
CONSTRAINTS = (
    "storage.publicAccessPrevention",
    "sql.restrictPublicIp",
    "iam.disableServiceAccountKeyCreation",
    "gcp.resourceLocations",
)
ATTACHED = ("attached", f"{A}organizations/policyAttachment:PolicyAttachment", {"policyId": "p-1", "targetId": "ou-1"})
ENTRA = "azuread:index/conditionalAccessPolicy:ConditionalAccessPolicy"
SIGN_IN = {
    "state": "enabled",
    "grantControls": {"builtInControls": ["mfa"]},
    "conditions": {"users": {"includedUsers": ["All"]}},
}


def scp(**content: Any) -> Made:
    return ("scp", f"{A}organizations/policy:Policy", {"id": "p-1", "content": json.dumps(content)})


# Rule, what keeps it, a change of the first resource that breaks it, what is said to be left out.
KEPT: list[tuple[str, str, list[Made], Mapping[str, Any] | None, str]] = [
    (
        "mon-threat-detection",
        "aws",
        [("d", f"{A}guardduty/detector:Detector", {}), *ALL_FEATURES],
        {"enable": False},
        "switched-on",
    ),
    ("mon-threat-detection", "azure", plans(*THREAT_PLANS), {"pricingTier": "Free"}, "machines"),
    (
        "mon-threat-detection",
        "gcp",
        [
            (
                "f",
                f"{G}securitycenter/v2OrganizationNotificationConfig:V2OrganizationNotificationConfig",
                {"pubsubTopic": "t"},
            )
        ],
        {"pubsubTopic": ""},
        "findings-routed",
    ),
    (
        "mon-threat-detection",
        "oci",
        [
            ("g", f"{O}CloudGuard/cloudGuardConfiguration:CloudGuardConfiguration", {"status": "ENABLED"}),
            recipes("ACTIVITY", "CONFIGURATION", "THREAT"),
        ],
        {"status": "DISABLED"},
        "switched-on",
    ),
    (
        "mon-malware-protection",
        "aws",
        [*features("EBS_MALWARE_PROTECTION"), ("u", f"{A}guardduty/malwareProtectionPlan:MalwareProtectionPlan", {})],
        {"status": "DISABLED"},
        "machines",
    ),
    (
        "mon-malware-protection",
        "azure",
        [
            (
                "u",
                f"{Z}security:DefenderForStorage",
                {"properties": {"isEnabled": True, "malwareScanning": {"onUpload": {"isEnabled": True}}}},
            ),
            *plans("VirtualMachines"),
        ],
        {"properties": {"isEnabled": True}},
        "uploads",
    ),
    (
        "vuln-scanning-enabled",
        "aws",
        [("i", f"{A}inspector2/enabler:Enabler", {"resourceTypes": ["EC2", "ECR", "LAMBDA"]})],
        {"resourceTypes": ["EC2", "LAMBDA"]},
        "images",
    ),
    ("vuln-scanning-enabled", "azure", plans("VirtualMachines", "Containers"), {"pricingTier": "Free"}, "machines"),
    (
        "vuln-scanning-enabled",
        "oci",
        [
            (
                "h",
                f"{O}VulnerabilityScanning/hostScanRecipe:HostScanRecipe",
                {"agentSettings": {"scanLevel": "STANDARD"}},
            ),
            ("ht", f"{O}VulnerabilityScanning/hostScanTarget:HostScanTarget", {"hostScanRecipeId": "h"}),
            (
                "c",
                f"{O}VulnerabilityScanning/containerScanRecipe:ContainerScanRecipe",
                {"scanSettings": {"scanLevel": "STANDARD"}},
            ),
            ("ct", f"{O}VulnerabilityScanning/containerScanTarget:ContainerScanTarget", {"containerScanRecipeId": "c"}),
        ],
        {"agentSettings": {"scanLevel": "NONE"}},
        "machines",
    ),
    (
        "gov-config-inventory",
        "aws",
        [
            ("r", f"{A}cfg/recorder:Recorder", {"recordingGroup": {"includeGlobalResourceTypes": True}}),
            ("on", f"{A}cfg/recorderStatus:RecorderStatus", {"isEnabled": True}),
        ],
        {"recordingGroup": {"allSupported": False, "includeGlobalResourceTypes": True}},
        "all-types",
    ),
    (
        "gov-config-inventory",
        "gcp",
        [("f", f"{G}cloudasset/projectFeed:ProjectFeed", {"contentType": "RESOURCE", "assetTypes": [".*"]})],
        {"assetTypes": ["storage.googleapis.com/Bucket"]},
        "all-types",
    ),
    (
        "gov-posture-monitoring",
        "aws",
        [("hub", f"{A}securityhub/account:Account", {})],
        {"enableDefaultStandards": False},
        "standards",
    ),
    ("gov-posture-monitoring", "azure", plans("CloudPosture"), None, ""),
    (
        "gov-posture-monitoring",
        "gcp",
        [
            ("p", f"{G}securityposture/posture:Posture", {"policySets": [{"policySetId": "x"}]}),
            ("d", f"{G}securityposture/postureDeployment:PostureDeployment", {"postureId": "p"}),
        ],
        {"policySets": []},
        "standards",
    ),
    (
        "gov-posture-monitoring",
        "oci",
        [("z", f"{O}CloudGuard/securityZone:SecurityZone", {"securityZoneRecipeId": "r"})],
        {"securityZoneRecipeId": ""},
        "standards",
    ),
    ("gov-org-guardrails", "aws", [scp(Statement=[]), ATTACHED], {"id": "p-2"}, "attached"),
    (
        "gov-org-guardrails",
        "azure",
        [("a", f"{Z}authorization:PolicyAssignment", {"policyDefinitionId": "/x/y"})],
        {"enforcementMode": "DoNotEnforce"},
        "switched-on",
    ),
    (
        "gov-org-guardrails",
        "gcp",
        constraints(*CONSTRAINTS),
        {"spec": {"rules": [{"enforce": "FALSE"}]}},
        "storage.publicAccessPrevention",
    ),
    (
        "gov-org-guardrails",
        "oci",
        [("q", f"{O}Limits/quota:Quota", {"statements": ["zero vcn quotas in tenancy"]})],
        {"statements": []},
        "attached",
    ),
    (
        "inc-contacts-registered",
        "aws",
        [
            (
                "c",
                f"{A}account/alternativeContact:AlternativeContact",
                {"alternateContactType": "SECURITY", "emailAddress": "csirt@example.lg.jp"},
            )
        ],
        {"alternateContactType": "BILLING"},
        "security-contact",
    ),
    (
        "inc-contacts-registered",
        "azure",
        [("c", f"{Z}security:SecurityContact", {"emails": "csirt@example.lg.jp", "isEnabled": True})],
        {"emails": ""},
        "address",
    ),
    (
        "inc-contacts-registered",
        "gcp",
        [
            (
                "c",
                f"{G}essentialcontacts/contact:Contact",
                {"email": "csirt@example.lg.jp", "notificationCategorySubscriptions": ["SECURITY"]},
            )
        ],
        {"notificationCategorySubscriptions": ["BILLING"]},
        "security-contact",
    ),
    (
        "inc-contacts-registered",
        "oci",
        [("c", f"{O}AnnouncementsService/announcementSubscription:AnnouncementSubscription", {"onsTopicId": "t"})],
        {"onsTopicId": ""},
        "address",
    ),
    ("iam-mfa-required", "azure", [("ca", ENTRA, SIGN_IN)], {"state": "enabledForReportingButNotEnforced"}, "everyone"),
    (
        "iam-mfa-required",
        "oci",
        [
            (
                "f",
                f"{O}Identity/domainsAuthenticationFactorSetting:DomainsAuthenticationFactorSetting",
                {"mfaEnrollmentType": "Required"},
            )
        ],
        {"mfaEnrollmentType": "Optional"},
        "everyone",
    ),
    (
        "iam-password-policy",
        "aws",
        [
            (
                "p",
                f"{A}iam/accountPasswordPolicy:AccountPasswordPolicy",
                {"minimumPasswordLength": 14, "passwordReusePrevention": 24},
            )
        ],
        {"minimumPasswordLength": 13},
        "length",
    ),
    (
        "iam-password-policy",
        "oci",
        [
            (
                "p",
                f"{O}Identity/domainsPasswordPolicy:DomainsPasswordPolicy",
                {"minLength": 14, "numPasswordsInHistory": 24},
            )
        ],
        {"numPasswordsInHistory": 23},
        "history",
    ),
    (
        "iam-access-review-enabled",
        "aws",
        [
            ("e", f"{A}accessanalyzer/analyzer:Analyzer", {"type": "ORGANIZATION"}),
            ("u", f"{A}accessanalyzer/analyzer:Analyzer", {"type": "ACCOUNT_UNUSED_ACCESS"}),
        ],
        {"type": "ACCOUNT_UNUSED_ACCESS"},
        "external-access",
    ),
    ("iam-access-review-enabled", "azure", plans("CloudPosture"), None, ""),
    ("iam-access-review-enabled", "oci", [recipes("CONFIGURATION")], {"targetDetectorRecipes": []}, "configuration"),
]
KEPT_BY_PRESENCE: list[tuple[str, str, list[Made]]] = [
    (
        "vuln-scanning-enabled",
        "gcp",
        [("s", f"{G}projects/service:Service", {"service": "containerscanning.googleapis.com"})],
    ),
    (
        "iam-access-review-enabled",
        "gcp",
        [
            ("r", f"{G}projects/service:Service", {"service": "recommender.googleapis.com"}),
            ("p", f"{G}projects/service:Service", {"service": "policyanalyzer.googleapis.com"}),
        ],
    ),
    ("iam-mfa-required", "aws", [scp(**NO_SECOND_FACTOR), ATTACHED]),
]
"""Where what is left out is a resource: without the last one it is too little, or not to be seen."""

ONE_BY_ONE = {
    "gov-iac-state-protected",  # tests/policies/test_state_protected.py
    "gov-env-separation",  # tests/policies/test_environments.py
    "secrets-rotation",  # tests/policies/test_secret_renewal.py
    "mon-capacity-health-alarms",  # tests/policies/test_health_alarms.py
    "mon-privileged-change-alarms",  # tests/policies/test_change_alarms.py
    "bak-second-region-japan",  # tests/policies/test_second_region.py
}
"""Rules of the organisation that judge what a stack has one by one: their examples are elsewhere."""


def world(made: list[Made], *, complete: bool = True) -> World:
    resources = [
        Resource(
            urn=f"{STACK}{token}::{name}",
            type=token,
            name=name,
            id=properties.get("id", f"id-{name}"),
            properties=properties,
            provider={},
        )
        for name, token, properties in made
    ]
    return World(resources, complete=complete)


def answers(slug: str, made: list[Made]) -> dict[Answer, list[str]]:
    found: dict[Answer, list[str]] = {}
    for verdict in judge(world(made)):
        if verdict.rule.slug == slug:
            found.setdefault(verdict.answer, []).append(verdict.message.en)
    return found


def changed(made: list[Made], change: Mapping[str, Any]) -> list[Made]:
    (name, token, properties), *others = made
    return [(name, token, {**properties, **change}), *others]


IDS = [f"{slug}-{cloud}" for slug, cloud, *_ in KEPT]


@pytest.mark.parametrize(("slug", "made", "change", "lacks"), [(s, *rest) for s, _, *rest in KEPT], ids=IDS)
def test_enough_holds_and_too_little_is_named(
    slug: str, made: list[Made], change: Mapping[str, Any] | None, lacks: str
) -> None:
    assert answers(slug, made).keys() == {Answer.HOLDS}
    if change is not None:
        found = answers(slug, changed(made, change))
        assert found.keys() == {Answer.VIOLATED, Answer.HOLDS}  # the stack shows one, and it is too little
        assert [f" leaves out: {lacks}. " in message for message in found[Answer.VIOLATED]] == [True]


@pytest.mark.parametrize(("slug", "made", "change"), [(s, made, change) for s, _, made, change, _ in KEPT], ids=IDS)
def test_a_value_that_is_not_known_is_neither(slug: str, made: list[Made], change: Mapping[str, Any] | None) -> None:
    for name in change or {}:
        if name != "id":
            assert Answer.VIOLATED not in answers(slug, changed(made, {name: UNKNOWN}))
            assert Answer.UNKNOWN in answers(slug, changed(made, {name: UNKNOWN}))


@pytest.mark.parametrize(("slug", "made"), [(s, made) for s, _, made in KEPT_BY_PRESENCE])
def test_a_part_that_is_missing_is_too_little(slug: str, made: list[Made]) -> None:
    assert answers(slug, made).keys() == {Answer.HOLDS}
    assert answers(slug, made[:-1]).keys() & {Answer.VIOLATED, Answer.UNKNOWN}


def test_what_no_resource_shows_is_unknown_and_says_where_to_name_who_supplies_it() -> None:
    [message] = answers("mon-threat-detection", [("k", "aws:kms/alias:Alias", {})])[Answer.UNKNOWN]
    assert message == (
        "Nothing in the stack shows it. Switch the cloud's threat detection on. "
        "Or name who supplies it: [inherited.mon-threat-detection] in waivers.toml."
    )


@pytest.mark.parametrize(
    ("token", "seen"),
    [("azure-native:resources:ResourceGroup", True), ("oci:Kms/vault:Vault", True), ("gcp:kms/keyRing:KeyRing", False)],
)
def test_a_cloud_that_lists_every_resource_by_itself_has_an_inventory(token: str, seen: bool) -> None:
    assert (Answer.HOLDS in answers("gov-config-inventory", [("x", token, {})])) is seen


def test_one_resource_alone_shows_no_lack_of_another() -> None:
    detector = World(world([("d", f"{A}guardduty/detector:Detector", {})]).resources, complete=False)
    assert {v.answer for v in judge(detector) if v.rule.slug == "mon-threat-detection"} == {Answer.UNKNOWN}


def test_every_rule_of_the_organisation_has_its_kind_and_examples() -> None:
    kinds = {rule.slug: {one for one in rule.subjects if issubclass(one, Oversight)} for rule in RULES}
    assert set().union(*kinds.values()) == OVERSIGHT
    assert {slug for slug, *_ in KEPT} | {slug for slug, *_ in KEPT_BY_PRESENCE} == {
        s for s, own in kinds.items() if own
    }
    assert {slug for slug, own in kinds.items() if own} == SUPPLIED.keys() - ONE_BY_ONE
    assert judge_facts([kind(urn="u", lacks=frozenset()) for kind in OVERSIGHT], complete=False)
