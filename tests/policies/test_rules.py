"""Each rule on neutral facts: one passing, one failing and one unknown example, and the exact set of rules that speak."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from policies.facts.vocabulary import (
    LOG_KINDS,
    PRIVATE_SERVICES,
    TIERS,
    UNKNOWN,
    AccessGrant,
    BackupVault,
    Classified,
    Database,
    Fact,
    Flow,
    Identity,
    ImageRegistry,
    Key,
    LoadBalancer,
    Located,
    LogArchive,
    Network,
    ObjectStore,
    PlainCredential,
    PublicAddress,
    Reach,
    Secret,
    Service,
    StaticCredential,
    Tagged,
)
from policies.judge import Answer, judge_facts
from policies.rules import RULES, Facts
from tests.policies.organisation import SUPPLIED

URN = "urn:pulumi:011002-resident-record-production::machikumo::pkg:mod:Type::thing"
TAGS = {
    "municipality-code": "011002",
    "system-id": "resident-record",
    "environment": "production",
    "accounting-line": "general",
    "stack": "011002-resident-record-production",
}

GOOD: dict[type[Fact], Fact] = {
    type(fact): fact
    for fact in (
        ObjectStore(
            urn=URN,
            anonymous_access=False,
            customer_key=True,
            tls_only=True,
            access_logged=True,
            retention_days=3650,
            versioned=True,
            lifecycle=True,
            own_key=True,
            deletion_guarded=True,
            purpose="records",
            retention_locked=True,
        ),
        Database(
            urn=URN,
            engine="postgresql",
            customer_key=True,
            tls_enforced=True,
            public=False,
            standby_in_second_zone=True,
            recovery_days=7,
            daily_backup=True,
            deletion_guarded=True,
            minor_upgrades_automatic=True,
            logs_exported=True,
            version="17",
            version_supported=True,
            zone_kind="zone",
        ),
        BackupVault(urn=URN, customer_key=True, immutable=True, immutability_locked=True),
        Key(
            urn=URN,
            customer_managed=True,
            rotation_days=365,
            deletion_wait_days=7,
            users=frozenset({"storage"}),
            open_to_anyone=False,
            hardware_protected=True,
            administration_separated=True,
        ),
        Secret(urn=URN, customer_key=True, readers=frozenset({"workload"})),
        LogArchive(
            urn=URN,
            kinds=LOG_KINDS,
            retention_days=365,
            write_once=True,
            tamper_evident=True,
            customer_key=True,
            retention_locked=True,
        ),
        ImageRegistry(urn=URN, public=False, customer_key=True, tags_immutable=True),
        Network(
            urn=URN,
            tiers=TIERS,
            two_zones=True,
            internet_route=False,
            deny_by_default=True,
            flow_logs=True,
            time_from_provider=True,
            private_services=PRIVATE_SERVICES,
            zone_kind="zone",
        ),
        Flow(urn=URN, source="entry", destination="application", protocol="tcp", ports=(8080, 8080), reason_given=True),
        LoadBalancer(
            urn=URN,
            public=False,
            tls_minimum=(1, 2),
            plain_http=False,
            health_checked=True,
            access_logged=True,
            waf=True,
            ddos_protected=True,
        ),
        Service(
            urn=URN,
            public=False,
            two_zones=True,
            own_identity=True,
            image_private=True,
            image_fixed=True,
            logs_kept=True,
            version="",
            version_supported=True,
            zone_kind="zone",
        ),
        Identity(
            urn=URN,
            permissions=frozenset({("read-objects", "records")}),
            wildcard=False,
            open_to_anyone=False,
            escalations=frozenset(),
            trusted_accounts=frozenset(),
        ),
        AccessGrant(urn=URN, wildcard=False, open_to_anyone=False, escalations=frozenset(), data_rights=frozenset()),
        StaticCredential(urn=URN, usable=False),
        PlainCredential(urn=URN, kinds=frozenset(), places=frozenset({"password"})),
        PublicAddress(urn=URN, public=False),
        Reach(
            urn=URN,
            tier="data",
            from_internet=frozenset(),
            from_tiers=frozenset({"application"}),
            to_internet=False,
            inspected=True,
        ),
        Located(urn=URN, location="japan", spelled="tokyo"),
        Tagged(urn=URN, tags=TAGS),
        Classified(urn=URN, type="pkg:mod:Type", classified=True),
    )
}

# Rule, kind of fact, the change that breaks exactly this rule.
BROKEN: list[tuple[str, type[Fact], dict[str, Any]]] = [
    ("crypto-object-storage-cmk", ObjectStore, {"customer_key": False}),
    ("crypto-database-cmk", Database, {"customer_key": False}),
    ("secrets-in-vault-cmk", Secret, {"customer_key": False}),
    ("crypto-logs-queues-cmk", LogArchive, {"customer_key": False}),
    ("crypto-image-registry-cmk", ImageRegistry, {"customer_key": False}),
    ("crypto-key-customer-managed", Key, {"customer_managed": False}),
    ("crypto-key-rotation", Key, {"rotation_days": 0}),
    ("crypto-key-rotation", Key, {"rotation_days": 366}),
    ("crypto-key-deletion-guard", Key, {"deletion_wait_days": 6}),
    ("crypto-key-granted-services-only", Key, {"users": frozenset({"storage", "queue"})}),
    ("crypto-key-hsm", Key, {"hardware_protected": False}),
    ("crypto-key-access-separated", Key, {"administration_separated": False}),
    ("tls-storage-required", ObjectStore, {"tls_only": False}),
    ("tls-database-required", Database, {"tls_enforced": False}),
    ("tls-frontend-min-12", LoadBalancer, {"tls_minimum": (1, 1)}),
    ("tls-frontend-min-12", LoadBalancer, {"tls_minimum": (0, 0)}),
    ("tls-no-plain-http", LoadBalancer, {"plain_http": True}),
    ("net-object-storage-not-public", ObjectStore, {"anonymous_access": True}),
    ("net-database-not-public", Database, {"public": True}),
    ("net-load-balancer-not-public", LoadBalancer, {"public": True}),
    ("net-no-public-ip-on-compute", Service, {"public": True}),
    ("net-no-public-address", PublicAddress, {"public": True}),
    ("img-registry-not-public", ImageRegistry, {"public": True}),
    ("net-tier-segmentation", Network, {"tiers": TIERS - {"data"}}),
    ("net-tier-segmentation", Reach, {"from_tiers": frozenset({"entry"})}),
    ("net-tier-segmentation", Reach, {"tier": "entry", "from_tiers": frozenset({"data"})}),
    ("net-tier-segmentation", Reach, {"to_internet": True}),
    ("net-no-admin-ports-from-internet", Reach, {"from_internet": frozenset({("tcp", 22, 22)})}),
    ("net-no-admin-ports-from-internet", Reach, {"from_internet": frozenset({("any", 0, 65535)})}),
    ("net-no-admin-ports-from-internet", Reach, {"from_internet": frozenset({("udp", 3000, 4000)})}),
    ("net-egress-controlled", Reach, {"to_internet": True, "inspected": False, "tier": "application"}),
    ("ha-network-two-zones", Network, {"two_zones": False}),
    ("net-no-internet-route", Network, {"internet_route": True}),
    ("net-default-network-locked", Network, {"deny_by_default": False}),
    ("net-private-endpoints", Network, {"private_services": PRIVATE_SERVICES - {"keys"}}),
    ("mon-time-sync", Network, {"time_from_provider": False}),
    ("net-no-any-any", Flow, {"source": "anywhere"}),
    ("net-no-any-any", Flow, {"destination": "anywhere"}),
    ("net-no-any-any", Flow, {"protocol": "any"}),
    ("net-flow-ends-named", Flow, {"source": "8.8.8.0/24"}),
    ("net-flow-ends-named", Flow, {"destination": "2001:4860::/32"}),
    ("net-flow-ends-named", Flow, {"destination": "some-group"}),
    ("net-flow-ends-named", Flow, {"reason_given": False}),
    ("iam-no-wildcard-admin", Identity, {"wildcard": True}),
    ("iam-no-wildcard-admin", AccessGrant, {"wildcard": True}),
    ("iam-no-privilege-escalation", Identity, {"escalations": frozenset({"run-as"})}),
    ("iam-no-privilege-escalation", AccessGrant, {"escalations": frozenset({"grant-rights"})}),
    ("iam-no-public-principal", AccessGrant, {"open_to_anyone": True}),
    ("iam-least-privilege", Identity, {"permissions": frozenset({("read-objects", "*")})}),
    ("iam-least-privilege", Identity, {"permissions": frozenset({("administer-key", "key")})}),
    ("iam-least-privilege", Identity, {"permissions": frozenset({("administer", "records")})}),
    ("iam-least-privilege", Identity, {"trusted_accounts": frozenset({"999999999999"})}),
    ("iam-least-privilege", AccessGrant, {"data_rights": frozenset({"read-objects"})}),
    ("iam-no-public-principal", Identity, {"open_to_anyone": True}),
    ("iam-no-public-principal", Key, {"open_to_anyone": True}),
    ("iam-workload-identity", Service, {"own_identity": False}),
    ("iam-no-long-lived-keys", StaticCredential, {"usable": True}),
    ("secrets-none-in-code", PlainCredential, {"kinds": frozenset({"password"})}),
    ("secrets-one-reader", Secret, {"readers": frozenset()}),
    ("secrets-one-reader", Secret, {"readers": frozenset({"workload", "other"})}),
    ("secrets-one-reader", Secret, {"readers": frozenset({"anyone"})}),
    ("log-frontend-access", LoadBalancer, {"access_logged": False}),
    ("log-audit-trail-all", LogArchive, {"kinds": LOG_KINDS - {"audit"}}),
    ("log-access-kept", LogArchive, {"kinds": LOG_KINDS - {"access"}}),
    ("log-archive-immutable", LogArchive, {"write_once": False}),
    ("log-archive-access-logged", ObjectStore, {"purpose": "archive", "access_logged": False}),
    ("log-archive-access-logged", ObjectStore, {"purpose": "access-log", "access_logged": False}),
    ("inc-evidence-preserved", ObjectStore, {"purpose": "evidence", "retention_days": 0}),
    ("inc-evidence-preserved", ObjectStore, {"purpose": "evidence", "retention_locked": False}),
    ("log-integrity", LogArchive, {"tamper_evident": False}),
    ("log-retention-min-1y", LogArchive, {"retention_days": 364}),
    ("log-object-access", ObjectStore, {"access_logged": False}),
    ("log-network-flow", Network, {"flow_logs": False}),
    ("log-database-audit", Database, {"logs_exported": False}),
    ("log-application-kept", Service, {"logs_kept": False}),
    ("bak-enabled-with-retention", Database, {"daily_backup": False}),
    ("bak-recovery-window", Database, {"recovery_days": 6}),
    ("gov-data-lifecycle-erasure", ObjectStore, {"lifecycle": False}),
    ("gov-data-lifecycle-erasure", ObjectStore, {"own_key": False}),
    ("bak-immutable", BackupVault, {"immutable": False}),
    ("bak-immutable", BackupVault, {"immutability_locked": False}),
    ("crypto-backup-cmk", BackupVault, {"customer_key": False}),
    ("data-object-retention", ObjectStore, {"retention_days": 0}),
    ("data-deletion-protection", Database, {"deletion_guarded": False}),
    ("data-deletion-protection", ObjectStore, {"deletion_guarded": False}),
    ("ha-multi-az", Database, {"standby_in_second_zone": False}),
    ("ha-application-two-zones", Service, {"two_zones": False}),
    ("ha-health-checked", LoadBalancer, {"health_checked": False}),
    ("vuln-patching-automated", Database, {"minor_upgrades_automatic": False}),
    ("img-immutable-trusted", ImageRegistry, {"tags_immutable": False}),
    ("img-immutable-trusted", Service, {"image_fixed": False}),
    ("vuln-supported-versions", Database, {"version_supported": False}),
    ("vuln-supported-versions", Service, {"version_supported": False}),
    ("img-private-registry", Service, {"image_private": False}),
    ("gov-region-japan-only", Located, {"location": "abroad"}),
    ("gov-mandatory-tags", Tagged, {"tags": TAGS | {"stack": ""}}),
    ("gov-mandatory-tags", Tagged, {"tags": {}}),
    ("resource-unclassified", Classified, {"classified": False}),
]


def slugs(answer: Answer, *facts: Fact, complete: bool = False) -> set[str]:
    return {v.rule.slug for v in judge_facts(facts, complete=complete) if v.answer is answer}


def test_a_fact_that_keeps_every_promise_violates_nothing_and_leaves_nothing_open() -> None:
    for fact in GOOD.values():
        verdicts = judge_facts([fact], complete=False)
        assert verdicts
        assert {v.answer for v in verdicts} == {Answer.HOLDS}, fact


@pytest.mark.parametrize(("slug", "kind", "change"), BROKEN, ids=[f"{s}-{list(c)}" for s, _, c in BROKEN])
def test_a_broken_promise_violates_its_rule_and_no_other(
    slug: str, kind: type[Fact], change: Mapping[str, Any]
) -> None:
    assert slugs(Answer.VIOLATED, replace(GOOD[kind], **change)) == {slug}


@pytest.mark.parametrize(
    ("slug", "kind", "field"), sorted({(s, k, next(iter(c))) for s, k, c in BROKEN if k is not Classified}, key=str)
)
def test_an_unknown_value_neither_passes_nor_fails(slug: str, kind: type[Fact], field: str) -> None:
    # What is inspected keeps the rule wherever it goes.
    beside = {"inspected": False} if slug == "net-egress-controlled" else {}
    fact = replace(GOOD[kind], **{field: UNKNOWN}, **beside)
    assert slugs(Answer.VIOLATED, fact) == set()
    assert slug in slugs(Answer.UNKNOWN, fact)
    assert slug not in slugs(Answer.HOLDS, fact)


def test_every_rule_has_a_failing_example() -> None:
    others = {"log-flow-kept", "data-object-versioning", "net-ddos-protection", "net-waf-on-public-apps"}
    here = {rule.slug for rule in RULES if {*rule.subjects} & {*GOOD, Facts}}
    assert {slug for slug, _, _ in BROKEN} | others == here - SUPPLIED.keys()
    assert len(RULES) == len({rule.slug for rule in RULES})


def test_flow_logs_that_reach_no_archive_violate_the_stack() -> None:
    network, archive = GOOD[Network], GOOD[LogArchive]
    assert slugs(Answer.VIOLATED, network, complete=True) == {"log-flow-kept"}
    assert slugs(Answer.VIOLATED, network, archive, complete=True) == set()
    assert slugs(Answer.UNKNOWN, network, replace(archive, kinds=UNKNOWN), complete=True) >= {"log-flow-kept"}
    assert slugs(Answer.VIOLATED, network, complete=False) == set()


def test_a_kind_of_log_that_the_organisation_keeps_is_not_asked_of_the_archive() -> None:
    inherited = replace(GOOD[LogArchive], kinds=LOG_KINDS - {"audit"}, inherited=frozenset({"audit"}))
    assert slugs(Answer.VIOLATED, inherited) == set()


def test_a_stack_that_is_not_production_may_be_deleted_and_keeps_logs_as_long_as_it_says() -> None:
    urn = URN.replace("production", "verification")
    assert slugs(Answer.VIOLATED, replace(GOOD[Database], urn=urn, deletion_guarded=False)) == set()
    assert slugs(Answer.VIOLATED, replace(GOOD[ObjectStore], urn=urn, deletion_guarded=False)) == set()
    assert slugs(Answer.VIOLATED, replace(GOOD[LogArchive], urn=urn, retention_days=1)) == set()
    assert slugs(Answer.VIOLATED, replace(GOOD[LogArchive], urn=urn, retention_days=0)) == {
        "log-retention-min-1y",
        "log-archive-immutable",
    }
    assert slugs(Answer.VIOLATED, replace(GOOD[LogArchive], urn=urn, write_once=False)) == set()


@pytest.mark.parametrize(
    ("protocol", "ports", "open_"),
    [
        ("tcp", (22, 22), True),
        ("tcp", (23, 1432), False),
        ("tcp", (27000, 27017), True),
        ("any", (0, 65535), True),
        ("icmp", (0, 0), False),
        ("tcp", (443, 443), False),
    ],
)
def test_a_rule_that_opens_an_administrators_port_violates_whatever_routes_there_are(
    protocol: str, ports: tuple[int, int], open_: Any
) -> None:
    flow = replace(GOOD[Flow], source="anywhere", protocol=protocol, ports=ports)
    assert ("net-no-admin-ports-from-internet" in slugs(Answer.VIOLATED, flow)) is open_
    assert "net-no-admin-ports-from-internet" in slugs(Answer.HOLDS, replace(flow, source="172.16.0.0/12"))
    assert "net-no-admin-ports-from-internet" in slugs(Answer.UNKNOWN, replace(flow, ports=UNKNOWN))


@pytest.mark.parametrize(
    ("slug", "field"), [("net-waf-on-public-apps", "waf"), ("net-ddos-protection", "ddos_protected")]
)
def test_only_a_public_front_end_needs_a_firewall_and_protection_against_floods(slug: str, field: str) -> None:
    inner = replace(GOOD[LoadBalancer], **{field: False})
    assert slug in slugs(Answer.HOLDS, inner)
    assert slugs(Answer.VIOLATED, replace(inner, public=True)) == {slug, "net-load-balancer-not-public"}
    assert slug in slugs(Answer.UNKNOWN, replace(inner, public=UNKNOWN))
    assert slug in slugs(Answer.UNKNOWN, replace(inner, public=True, **{field: UNKNOWN}))
    assert slug in slugs(Answer.HOLDS, replace(inner, public=UNKNOWN, **{field: True}))


def test_what_leaves_for_the_internet_inspected_is_controlled() -> None:
    leaves = replace(GOOD[Reach], tier="entry", to_internet=True, inspected=True)
    assert slugs(Answer.VIOLATED, leaves) == set()
    assert "net-egress-controlled" in slugs(Answer.UNKNOWN, replace(leaves, inspected=UNKNOWN))


def test_a_key_of_a_stack_that_is_not_production_may_be_protected_by_software() -> None:
    urn = URN.replace("production", "training")
    assert slugs(Answer.VIOLATED, replace(GOOD[Key], urn=urn, hardware_protected=False)) == set()


def test_only_production_locks_the_immutability_of_its_backups() -> None:
    vault = replace(GOOD[BackupVault], urn=URN.replace("production", "verification"), immutability_locked=False)
    assert slugs(Answer.VIOLATED, vault) == set()
    assert slugs(Answer.VIOLATED, replace(vault, immutable=False)) == {"bak-immutable"}


def test_only_production_locks_the_retention_of_evidence() -> None:
    urn = URN.replace("production", "verification")
    store = replace(GOOD[ObjectStore], urn=urn, purpose="evidence", retention_locked=False)
    assert slugs(Answer.VIOLATED, store) == set()
    assert slugs(Answer.VIOLATED, replace(store, retention_days=0)) == {"inc-evidence-preserved"}


def test_only_a_delivery_store_may_use_the_providers_key() -> None:
    for purpose in ("records", "archive"):
        store = replace(GOOD[ObjectStore], customer_key=False, purpose=purpose)
        assert slugs(Answer.VIOLATED, store) == {"crypto-object-storage-cmk"}
    for purpose in ("delivery", "evidence"):
        nothing = replace(GOOD[ObjectStore], lifecycle=False, own_key=False, purpose=purpose)
        assert slugs(Answer.VIOLATED, nothing) == set()
    assert slugs(Answer.VIOLATED, replace(GOOD[ObjectStore], customer_key=False, purpose="delivery")) == set()


def test_former_versions_are_asked_for_only_where_objects_can_be_overwritten() -> None:
    bare = replace(GOOD[ObjectStore], versioned=False, retention_days=0)
    assert slugs(Answer.VIOLATED, bare) == {"data-object-retention", "data-object-versioning"}
    assert "data-object-versioning" in slugs(Answer.HOLDS, replace(bare, versioned=True))
    assert "data-object-versioning" in slugs(Answer.HOLDS, replace(bare, versioned=UNKNOWN, retention_days=1))
    assert "data-object-versioning" in slugs(Answer.UNKNOWN, replace(bare, versioned=UNKNOWN))
    assert slugs(Answer.VIOLATED, replace(bare, purpose="delivery")) == set()


def test_one_violation_is_not_softened_by_an_unknown_beside_it() -> None:
    flow = replace(GOOD[Flow], source="anywhere", destination=UNKNOWN)
    assert "net-no-any-any" in slugs(Answer.VIOLATED, flow)


def test_a_fact_with_nothing_known_violates_nothing() -> None:
    for kind, fact in GOOD.items():
        if kind is not Classified:
            assert slugs(Answer.VIOLATED, kind(urn=fact.urn)) == set(), kind


@pytest.mark.parametrize(
    ("language", "expected"), [("ja_JP.UTF-8", True), ("en_US.UTF-8", False), ("C", False), ("", False)]
)
def test_messages_speak_the_language_of_the_environment(
    monkeypatch: pytest.MonkeyPatch, language: str, expected: Any
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", language)
    for _, kind, change in BROKEN:
        for verdict in judge_facts([replace(GOOD[kind], **change)], complete=False):
            assert any("\u3041" <= letter <= "\u9fff" for letter in str(verdict)) is expected
    assert Facts in judge_facts([], complete=True)[0].rule.subjects


def test_the_administrators_ports_are_these() -> None:
    """SSH, remote desktop, and the registered ports of SQL Server, Oracle, MySQL, PostgreSQL, Redis, OpenSearch and MongoDB.

    https://www.iana.org/assignments/service-names-port-numbers
    """
    listed = {22, 3389, 1433, 1521, 3306, 5432, 6379, 9200, 27017}
    near = {port + step for port in listed for step in (-1, 0, 1)}
    reached = {port: replace(GOOD[Reach], from_internet=frozenset({("tcp", port, port)})) for port in near}
    found = {port for port in near if "net-no-admin-ports-from-internet" in slugs(Answer.VIOLATED, reached[port])}
    assert found == listed
    assert all(Facts in verdict.rule.subjects for verdict in judge_facts([], complete=True))
