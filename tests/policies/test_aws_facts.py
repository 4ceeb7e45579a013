"""Every rule on AWS: a stack in which all hold, one change that breaks each, and one that leaves it open."""

from dataclasses import replace
from typing import Any

import pytest

from policies.facts import extract
from policies.facts.aws import INERT, KNOWN
from policies.facts.vocabulary import UNKNOWN, Flow, Identity, Key, LogArchive, ObjectStore
from policies.judge import Answer, judge
from policies.rules import RULES
from tests.policies.aws_stack import (
    ACCOUNT,
    IMAGE,
    READ_SECRET,
    ROLE,
    TAGS,
    TLS_ONLY,
    UNFINISHED,
    Change,
    Stack,
    containers,
    made,
    policy,
    sound,
    via,
    world,
)
from tests.policies.by_subject import BY_SUBJECT
from tests.policies.organisation import SUPPLIED, own

PUBLIC = {"Principal": "*", "Action": "s3:GetObject", "Resource": "*"}
ENCRYPTION, LOCK = "BucketServerSideEncryptionConfiguration", "BucketObjectLockConfiguration"
OF_RECORDS = [
    {"fieldSelectors": [{"field": "eventCategory", "equals": ["Management"]}]},
    {
        "fieldSelectors": [
            {"field": "resources.type", "equals": ["AWS::S3::Object"]},
            {"field": "resources.ARN", "startsWiths": ["arn:aws:s3:::records/"]},
        ]
    },
]
LIFECYCLE = "BucketLifecycleConfiguration"
SHARED = {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": "arn:aws:kms:ap-northeast-1:1:key/of-another-stack"}
DELIVERY = [name for name in sound() if name.startswith("delivery")]


def put(name: str, /, **properties: Any) -> Change:
    def change(stack: Stack) -> None:
        stack[name] = replace(stack[name], properties={**stack[name].properties, **properties})

    return change


def without(*names: str) -> Change:
    def change(stack: Stack) -> None:
        for name in names:
            del stack[name]

    return change


def added(token: str, name: str, /, **properties: Any) -> Change:
    def change(stack: Stack) -> None:
        stack[name] = made(token, name, "network", **properties)

    return change


def held_as_evidence(retention: Any) -> Change:
    def change(stack: Stack) -> None:
        put("records", tags={**TAGS, "purpose": "forensics"})(stack)
        put(f"records-{LOCK}", rule={"defaultRetention": retention})(stack)

    return change


def answers(answer: Answer, *changes: Change) -> set[str]:
    return {verdict.rule.slug for verdict in own(judge(world(*changes))) if verdict.answer is answer}


# Slug; the change that breaks it; what else is broken by the same change; the change that leaves it open.
EXAMPLES: list[tuple[str, Change, set[str], Change | None]] = [
    (
        "crypto-object-storage-cmk",
        without(f"records-{ENCRYPTION}"),
        {"gov-data-lifecycle-erasure"},
        put(f"records-{ENCRYPTION}", rules=UNKNOWN),
    ),
    ("gov-data-lifecycle-erasure", without(f"records-{LIFECYCLE}"), set(), put(f"records-{LIFECYCLE}", rules=UNKNOWN)),
    (
        "gov-data-lifecycle-erasure",
        put(f"records-{LIFECYCLE}", rules=[{**UNFINISHED, "status": "Disabled"}]),
        set(),
        put(f"records-{LIFECYCLE}", rules=[{**UNFINISHED, "status": UNKNOWN}]),
    ),
    (
        "gov-data-lifecycle-erasure",
        put(f"records-{LIFECYCLE}", rules=[{"status": "Enabled", "transitions": [{"days": 30}]}]),
        set(),
        put(f"records-{ENCRYPTION}", rules=[{"applyServerSideEncryptionByDefault": SHARED}]),
    ),
    ("crypto-database-cmk", put("ledger", storageEncrypted=False), set(), put("ledger", storageEncrypted=UNKNOWN)),
    ("secrets-in-vault-cmk", put("secret", kmsKeyId=None), set(), put("secret", kmsKeyId=UNKNOWN)),
    (
        "crypto-logs-queues-cmk",
        without(f"archive-{ENCRYPTION}"),
        {"crypto-object-storage-cmk", "gov-data-lifecycle-erasure"},
        put(f"archive-{ENCRYPTION}", rules=UNKNOWN),
    ),
    (
        "crypto-image-registry-cmk",
        put("images", encryptionConfigurations=[]),
        set(),
        put("images", encryptionConfigurations=UNKNOWN),
    ),
    ("crypto-key-rotation", put("key", enableKeyRotation=False), set(), put("key", enableKeyRotation=UNKNOWN)),
    ("crypto-key-rotation", put("key", rotationPeriodInDays=400), set(), put("key", rotationPeriodInDays=UNKNOWN)),
    ("crypto-key-deletion-guard", put("key", deletionWindowInDays=6), set(), put("key", deletionWindowInDays=UNKNOWN)),
    ("crypto-key-granted-services-only", put("key", policy=policy(via("lambda"))), set(), put("key", policy=UNKNOWN)),
    (
        "crypto-key-granted-services-only",
        put("key", policy=policy({"Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "kms:*"})),
        {"crypto-key-access-separated"},
        put("key", policy="no json"),
    ),
    (
        "crypto-key-access-separated",
        put(
            "key",
            policy=policy({"Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": ["kms:Put*", "kms:De*"]}),
        ),
        set(),
        put("key", policy=UNKNOWN),
    ),
    ("crypto-key-access-separated", put("key", policy=None), set(), None),
    (
        "iam-no-public-principal",
        put("key", policy=policy({"Principal": "*", "Action": "kms:ListGrants"})),
        set(),
        put("key", policy=UNKNOWN),
    ),
    (
        "iam-no-public-principal",
        put("workload", assumeRolePolicy=policy({"Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"})),
        set(),
        put("workload", assumeRolePolicy=UNKNOWN),
    ),
    (
        "tls-storage-required",
        put("records-BucketPolicy", policy=policy()),
        set(),
        put("records-BucketPolicy", policy=UNKNOWN),
    ),
    (
        "tls-database-required",
        put("parameters", parameters=[{"name": "rds.force_ssl", "value": "0"}]),
        set(),
        put("parameters", parameters=UNKNOWN),
    ),
    (
        "tls-frontend-min-12",
        put("listener", sslPolicy="ELBSecurityPolicy-TLS13-1-1-2021-06"),
        set(),
        put("listener", sslPolicy="ELBSecurityPolicy-of-tomorrow"),
    ),
    ("tls-frontend-min-12", put("listener", sslPolicy=None), set(), put("listener", sslPolicy=UNKNOWN)),
    ("tls-no-plain-http", put("listener", protocol="HTTP"), {"tls-frontend-min-12"}, put("listener", protocol=UNKNOWN)),
    (
        "net-object-storage-not-public",
        put("records-BucketPublicAccessBlock", blockPublicPolicy=False),
        set(),
        put("records-BucketPublicAccessBlock", blockPublicPolicy=UNKNOWN),
    ),
    (
        "net-object-storage-not-public",
        put("records-BucketPolicy", policy=policy(TLS_ONLY, PUBLIC)),
        {"iam-no-public-principal"},
        put("records-BucketPolicy", policy=UNKNOWN),
    ),
    (
        "net-database-not-public",
        put("ledger", publiclyAccessible=True),
        set(),
        put("ledger", publiclyAccessible=UNKNOWN),
    ),
    (
        "net-load-balancer-not-public",
        put("entry", internal=False),
        {"net-waf-on-public-apps"},
        put("entry", internal=UNKNOWN),
    ),
    (
        "net-no-public-ip-on-compute",
        put("service", networkConfiguration={"subnets": ["network-data-1", "network-data-2"], "assignPublicIp": True}),
        set(),
        put(
            "service", networkConfiguration={"subnets": ["network-data-1", "network-data-2"], "assignPublicIp": UNKNOWN}
        ),
    ),
    (
        "net-no-public-address",
        put("network-entry-1", mapPublicIpOnLaunch=True),
        set(),
        put("network-entry-1", mapPublicIpOnLaunch=UNKNOWN),
    ),
    (
        "img-registry-not-public",
        added("ecr/repositoryPolicy:RepositoryPolicy", "open", repository="images", policy=policy(PUBLIC)),
        {"iam-no-public-principal"},
        added("ecr/repositoryPolicy:RepositoryPolicy", "open", repository="images", policy=UNKNOWN),
    ),
    ("net-tier-segmentation", without("network-data-1", "network-data-2"), set(), None),
    (
        "ha-network-two-zones",
        put("network-data-2", availabilityZoneId="az1"),
        set(),
        put("network-data-2", availabilityZoneId=UNKNOWN),
    ),
    (
        "net-no-internet-route",
        put("network-routes", routes=[{"cidrBlock": "0.0.0.0/0", "gatewayId": "igw-1"}]),
        set(),
        put("network-routes", routes=UNKNOWN),
    ),
    ("net-no-internet-route", added("ec2/natGateway:NatGateway", "nat"), set(), None),
    (
        "net-default-network-locked",
        put(
            "network-default",
            egress=[
                {"protocol": "tcp", "fromPort": 1, "toPort": 1, "cidrBlocks": ["10.0.0.0/8"], "description": "why"}
            ],
        ),
        set(),
        put("network-default", egress=UNKNOWN),
    ),
    (
        "mon-time-sync",
        put("dhcp", ntpServers=["ntp.example.jp"]),
        set(),
        put("dhcp", ntpServers=[UNKNOWN]),
    ),
    ("net-private-endpoints", without("to-ecr.api"), set(), put("to-ecr.api", serviceName=UNKNOWN)),
    ("net-no-any-any", put("rule-in", cidrIpv4="0.0.0.0/0"), set(), put("rule-in", cidrIpv4=UNKNOWN)),
    ("net-no-any-any", put("rule-in", cidrIpv4=None, cidrIpv6="::/0"), set(), None),
    ("net-no-any-any", put("rule-out", ipProtocol="-1"), set(), put("rule-out", ipProtocol=UNKNOWN)),
    ("net-flow-ends-named", put("rule-in", cidrIpv4="8.8.8.0/24"), set(), put("rule-in", cidrIpv4=UNKNOWN)),
    ("net-flow-ends-named", put("rule-in", description=""), set(), put("rule-in", description=UNKNOWN)),
    (
        "iam-no-wildcard-admin",
        put("rights", policy=policy(READ_SECRET, {"Action": "sqs:*", "Resource": "*"})),
        {"iam-least-privilege"},
        put("rights", policy=UNKNOWN),
    ),
    (
        "iam-no-privilege-escalation",
        put("rights", policy=policy(READ_SECRET, {"Action": "iam:PutRolePolicy", "Resource": ROLE})),
        {"iam-least-privilege"},
        put("rights", policy=UNKNOWN),
    ),
    (
        "iam-least-privilege",
        put("rights", policy=policy(READ_SECRET, {"Action": "s3:GetObject", "Resource": "*"})),
        set(),
        put("rights", policy=UNKNOWN),
    ),
    ("iam-workload-identity", put("task", taskRoleArn=None), set(), put("task", taskRoleArn=UNKNOWN)),
    (
        "iam-no-long-lived-keys",
        added("iam/accessKey:AccessKey", "of-a-person"),
        set(),
        added("iam/accessKey:AccessKey", "of-a-person", status=UNKNOWN),
    ),
    ("secrets-none-in-code", put("ledger", password="hunter22"), set(), None),
    ("secrets-one-reader", put("rights", policy=policy()), set(), put("rights", policy=UNKNOWN)),
    (
        "secrets-one-reader",
        added(
            "secretsmanager/secretPolicy:SecretPolicy",
            "open",
            secretArn=READ_SECRET["Resource"],
            policy=policy({"Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "secretsmanager:*"}),
        ),
        set(),
        None,
    ),
    ("log-audit-trail-all", without("trail"), {"log-object-access", "log-archive-access-logged"}, None),
    (
        "log-access-kept",
        without("trail", *DELIVERY),
        {"log-audit-trail-all", "log-object-access", "log-archive-access-logged"},
        None,
    ),
    (
        "log-archive-immutable",
        put(f"archive-{LOCK}", rule={"defaultRetention": {"mode": "GOVERNANCE", "days": 365}}),
        set(),
        put(f"archive-{LOCK}", rule={"defaultRetention": {"mode": UNKNOWN, "days": 365}}),
    ),
    (
        "log-archive-immutable",
        without(f"archive-{LOCK}"),
        {"log-retention-min-1y"},
        put(f"archive-{LOCK}", rule=UNKNOWN),
    ),
    (
        "log-retention-min-1y",
        put(f"archive-{LOCK}", rule={"defaultRetention": {"mode": "COMPLIANCE", "days": 364}}),
        set(),
        put(f"archive-{LOCK}", rule=UNKNOWN),
    ),
    (
        "log-integrity",
        put("trail", enableLogFileValidation=None),
        set(),
        put("trail", enableLogFileValidation=UNKNOWN),
    ),
    (
        "log-archive-access-logged",
        put("trail", advancedEventSelectors=OF_RECORDS),
        set(),
        put("trail", advancedEventSelectors=UNKNOWN),
    ),
    (
        "log-object-access",
        put("trail", advancedEventSelectors=[]),
        {"log-archive-access-logged"},
        put("trail", advancedEventSelectors=UNKNOWN),
    ),
    ("log-network-flow", put("flow-log", trafficType="REJECT"), set(), put("flow-log", trafficType=UNKNOWN)),
    ("log-flow-kept", without("flow-log"), {"log-network-flow"}, None),
    (
        "log-database-audit",
        put("ledger", enabledCloudwatchLogsExports=[]),
        set(),
        put("ledger", enabledCloudwatchLogsExports=UNKNOWN),
    ),
    ("log-application-kept", without("application-log-archive"), set(), put("task", containerDefinitions=UNKNOWN)),
    (
        "log-application-kept",
        put("application-log-archive", filterPattern="ERROR"),
        set(),
        put("application-log-archive", filterPattern=UNKNOWN),
    ),
    (
        "log-application-kept",
        put("task", containerDefinitions=containers(logConfiguration={"logDriver": "none"})),
        set(),
        put("task", containerDefinitions="no json"),
    ),
    (
        "bak-enabled-with-retention",
        put("ledger", backupRetentionPeriod=0),
        {"bak-recovery-window"},
        put("ledger", backupRetentionPeriod=UNKNOWN),
    ),
    (
        "bak-recovery-window",
        put("ledger", backupRetentionPeriod=6),
        set(),
        put("ledger", backupRetentionPeriod=UNKNOWN),
    ),
    ("bak-immutable", without("backups-lock"), set(), put("backups-lock", changeableForDays=UNKNOWN)),
    ("bak-immutable", put("backups-lock", changeableForDays=None, minRetentionDays=35), set(), None),
    ("crypto-backup-cmk", put("backups", kmsKeyArn=None), set(), put("backups", kmsKeyArn=UNKNOWN)),
    (
        "crypto-backup-cmk",
        added("backup/logicallyAirGappedVault:LogicallyAirGappedVault", "apart"),
        set(),
        added("backup/logicallyAirGappedVault:LogicallyAirGappedVault", "apart", encryptionKeyArn=UNKNOWN),
    ),
    ("data-object-retention", without(f"records-{LOCK}"), set(), put(f"records-{LOCK}", rule=UNKNOWN)),
    (
        "data-object-versioning",
        without(f"records-{LOCK}", "records-BucketVersioning"),
        {"data-object-retention"},
        None,
    ),
    (
        "inc-evidence-preserved",
        held_as_evidence({"mode": "GOVERNANCE", "days": 30}),
        set(),
        held_as_evidence({"mode": UNKNOWN, "days": 30}),
    ),
    ("inc-evidence-preserved", held_as_evidence({}), set(), held_as_evidence(UNKNOWN)),
    (
        "data-deletion-protection",
        put("ledger", deletionProtection=False),
        set(),
        put("ledger", deletionProtection=UNKNOWN),
    ),
    ("data-deletion-protection", put("records", forceDestroy=True), set(), put("records", forceDestroy=UNKNOWN)),
    ("ha-multi-az", put("ledger", multiAz=False), set(), put("ledger", multiAz=UNKNOWN)),
    ("ha-application-two-zones", put("service", desiredCount=1), set(), put("service", desiredCount=UNKNOWN)),
    (
        "ha-application-two-zones",
        put("network-application-2", availabilityZoneId="az1"),
        {"ha-network-two-zones"},
        put("network-application-2", availabilityZoneId=UNKNOWN),
    ),
    ("ha-health-checked", put("targets", healthCheck={"enabled": False}), set(), put("targets", healthCheck=UNKNOWN)),
    (
        "vuln-patching-automated",
        put("ledger", autoMinorVersionUpgrade=False),
        set(),
        put("ledger", autoMinorVersionUpgrade=UNKNOWN),
    ),
    (
        "img-private-registry",
        put("task", containerDefinitions=containers(image="public.ecr.aws/a/b@sha256:0")),
        set(),
        put("task", containerDefinitions=UNKNOWN),
    ),
    (
        "img-private-registry",
        put("task", containerDefinitions=containers(image=IMAGE.replace(ACCOUNT, "999999999999"))),
        set(),
        None,
    ),
    (
        "img-immutable-trusted",
        put("task", containerDefinitions=containers(image=IMAGE.replace("@sha256:0", ":latest"))),
        set(),
        None,
    ),
    ("img-immutable-trusted", put("images", imageTagMutability=None), set(), put("images", imageTagMutability=UNKNOWN)),
    ("vuln-supported-versions", put("ledger", engineVersion="13.20"), set(), put("ledger", engineVersion=UNKNOWN)),
    ("gov-region-japan-only", put("secret", region="us-east-1"), set(), put("secret", region=UNKNOWN)),
    (
        "gov-region-japan-only",
        put("secret", replicas=[{"region": "ap-northeast-3"}, {"region": "us-east-1"}]),
        set(),
        put("secret", replicas=[{"region": UNKNOWN}]),
    ),
    ("gov-mandatory-tags", put("key", tags={"stack": "x"}), set(), put("key", tags=UNKNOWN)),
    ("resource-unclassified", added("glue/job:Job", "job"), set(), None),
]
NOT_BROKEN_HERE = {"crypto-key-customer-managed", "crypto-key-hsm"}
"""Every key that a stack makes in KMS is the customer's own, and in hardware."""


SAID_WHERE_FOUND = {"net-no-public-address", "iam-no-long-lived-keys", "secrets-none-in-code"}
"""What a sound stack has none of."""


def test_every_rule_holds_on_the_sound_stack() -> None:
    assert answers(Answer.VIOLATED) == set()
    assert answers(Answer.UNKNOWN) == set()
    assert answers(Answer.HOLDS) >= {rule.slug for rule in RULES} - SAID_WHERE_FOUND - SUPPLIED.keys() - BY_SUBJECT


def test_every_rule_has_an_example() -> None:
    assert {slug for slug, *_ in EXAMPLES} | NOT_BROKEN_HERE | BY_SUBJECT == {
        rule.slug for rule in RULES
    } - SUPPLIED.keys()


@pytest.mark.parametrize(("slug", "change", "also", "_"), EXAMPLES, ids=[slug for slug, *_ in EXAMPLES])
def test_one_change_breaks_the_rule_and_nothing_else(slug: str, change: Change, also: set[str], _: Any) -> None:
    assert answers(Answer.VIOLATED, change) == {slug} | also


@pytest.mark.parametrize(
    ("slug", "change"),
    [(slug, change) for slug, *_, change in EXAMPLES if change],
    ids=[slug for slug, *_, change in EXAMPLES if change],
)
def test_an_unknown_value_leaves_the_rule_open_and_breaks_nothing(slug: str, change: Change) -> None:
    assert slug in answers(Answer.UNKNOWN, change)
    assert answers(Answer.VIOLATED, change) == set()


def test_the_archive_takes_in_what_is_copied_from_the_delivery_store() -> None:
    facts = extract(world())
    (archive,) = (fact for fact in facts if isinstance(fact, LogArchive))
    assert archive.kinds == {"audit", "flow", "access", "application"}
    purposes = {fact.name: fact.purpose for fact in facts if isinstance(fact, ObjectStore)}
    assert purposes == {"archive": "archive", "delivery": "delivery", "records": "records"}
    partly = {"status": "Enabled", "filter": {"prefix": "some/"}, "destination": {"bucket": "arn:aws:s3:::archive"}}
    changed = extract(world(put("delivery-BucketReplicationConfig", rules=[partly])))
    assert {f.name: f.purpose for f in changed if isinstance(f, ObjectStore)}["delivery"] == "archive"


BALANCERS = {"Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}, "Action": "s3:PutObject"}


@pytest.mark.parametrize(
    ("written_by", "purpose"),
    [
        ([BALANCERS], "delivery"),
        ([BALANCERS, {**BALANCERS, "Principal": {"AWS": "arn:aws:iam::1:role/application"}}], "records"),
        ([], "records"),
    ],
)
def test_a_delivery_store_stays_one_without_its_load_balancer_while_nobody_else_writes_there(
    written_by: list[dict[str, Any]], purpose: str
) -> None:
    gone = put("entry", accessLogs={"enabled": False})
    facts = extract(world(gone, put("delivery-BucketPolicy", policy=policy(*written_by))))
    assert {one.name: one.purpose for one in facts if isinstance(one, ObjectStore)}["delivery"] == purpose


def test_both_sides_of_a_flow_say_the_same() -> None:
    other_side = added(
        "vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        "other-side",
        securityGroupId="network-application",
        referencedSecurityGroupId="network-entry",
        ipProtocol="tcp",
        fromPort=443,
        toPort=443,
        description="why",
    )
    flows = {(f.source, f.destination, f.protocol, f.ports) for f in extract(world(other_side)) if isinstance(f, Flow)}
    assert flows == {("172.20.0.0/16", "entry", "tcp", (443, 443)), ("entry", "application", "tcp", (443, 443))}


def test_what_an_identity_may_do_is_said_in_neutral_words() -> None:
    (identity,) = (fact for fact in extract(world()) if isinstance(fact, Identity))
    assert identity.permissions == {
        ("read-secret", "password"),
        ("read-objects", "records"),
        ("write-objects", "records"),
    }


def test_who_uses_a_key_is_said_in_neutral_words() -> None:
    (key,) = (fact for fact in extract(world()) if isinstance(fact, Key))
    assert key.users == {"storage", "database"}


def test_a_key_whose_material_is_elsewhere_leaves_open_what_protects_it() -> None:
    assert answers(Answer.UNKNOWN, put("key", xksKeyId="elsewhere")) == {"crypto-key-hsm"}


ROOT = {"Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}}


@pytest.mark.parametrize(
    ("statements", "separated"),
    [
        ([{**ROOT, "Action": ["kms:Put*", "kms:Describe*"]}, via("s3")], True),
        ([{**ROOT, "Action": "kms:PutKeyPolicy"}, {**ROOT, "Action": "kms:GenerateDataKey*"}], False),
        ([{**ROOT, "NotAction": "kms:Delete*"}], False),
        ([{"Principal": {"AWS": "a"}, "Action": "kms:ScheduleKeyDeletion"}, {**ROOT, "Action": "kms:Decrypt"}], True),
        ([{"Principal": "*", "Action": "kms:DisableKey"}, {**ROOT, "Action": "kms:Decrypt"}], False),
        ([{**ROOT, "Action": "kms:*", "Effect": "Deny"}], True),
    ],
)
def test_use_through_a_service_is_no_use_by_who_administers(statements: list[dict[str, Any]], separated: bool) -> None:
    (key,) = (fact for fact in extract(world(put("key", policy=policy(*statements)))) if isinstance(fact, Key))
    assert key.administration_separated is separated


def test_no_type_of_the_sound_stack_is_unclassified() -> None:
    assert {one.type for one in sound().values()} - KNOWN - INERT.keys() == set()
