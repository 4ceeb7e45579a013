"""Alarms on privileged changes: what they tell of on each cloud, whether anybody hears them, and what stays for the organisation to name."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from policies.facts import extract
from policies.facts.resources import World
from policies.facts.vocabulary import CHANGES, UNKNOWN, ChangeAlarm
from policies.judge import Answer, judge
from tests.policies.bare import ODD, bare
from tests.policies.by_subject import Stack, changed

SLUG = "mon-privileged-change-alarms"
IAM = (
    "DeleteGroupPolicy DeleteRolePolicy DeleteUserPolicy PutGroupPolicy PutRolePolicy PutUserPolicy CreatePolicy DeletePolicy"
    " CreatePolicyVersion DeletePolicyVersion AttachRolePolicy DetachRolePolicy AttachUserPolicy DetachUserPolicy AttachGroupPolicy"
    " DetachGroupPolicy"
)
PATTERNS = {
    "root-use": '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }',
    "identity": "{" + "||".join(f"($.eventName={name})" for name in IAM.split()) + "}",
    "keys": "{($.eventSource = kms.amazonaws.com) && (($.eventName=DisableKey)||($.eventName=ScheduleKeyDeletion)) }",
    "audit-log": "{($.eventName = CreateTrail) || ($.eventName = UpdateTrail) || ($.eventName = DeleteTrail) ||"
    " ($.eventName = StartLogging) || ($.eventName = StopLogging) }",
    "guardrails": "{($.eventSource = organizations.amazonaws.com)}",
}
"""The patterns of the benchmark; the network's are a rule of EventBridge here."""
TOPIC = ("aws:sns/topic:Topic", {"arn": "arn:topic", "kmsMasterKeyId": "arn:key"})
AWS: Stack = {
    "topic": TOPIC,
    "people": ("aws:sns/topicSubscription:TopicSubscription", {"topic": "arn:topic", "protocol": "email"}),
    **{
        f"{word}-filter": (
            "aws:cloudwatch/logMetricFilter:LogMetricFilter",
            {"pattern": pattern, "metricTransformation": {"name": word, "namespace": "Changes", "value": "1"}},
        )
        for word, pattern in PATTERNS.items()
    },
    **{
        f"{word}-alarm": (
            "aws:cloudwatch/metricAlarm:MetricAlarm",
            {"metricName": word, "namespace": "Changes", "alarmActions": ["arn:topic"]},
        )
        for word in PATTERNS
    },
    "network-rule": (
        "aws:cloudwatch/eventRule:EventRule",
        {
            "eventPattern": json.dumps(
                {
                    "source": ["aws.ec2"],
                    "detail-type": ["AWS API Call via CloudTrail"],
                    "detail": {"eventSource": ["ec2.amazonaws.com"]},
                }
            )
        },
    ),
    "network-target": ("aws:cloudwatch/eventTarget:EventTarget", {"rule": "network-rule", "arn": "arn:topic"}),
}

OPERATIONS = (
    "Microsoft.Authorization/elevateAccess/action",
    "Microsoft.Authorization/roleAssignments/write",
    "Microsoft.Authorization/roleAssignments/delete",
    "Microsoft.KeyVault/vaults/write",
    "Microsoft.KeyVault/vaults/delete",
    "Microsoft.Insights/diagnosticSettings/write",
    "Microsoft.Insights/diagnosticSettings/delete",
    "Microsoft.Network/networkSecurityGroups/write",
    "Microsoft.Network/networkSecurityGroups/delete",
    "Microsoft.Sql/servers/firewallRules/write",
    "Microsoft.Sql/servers/firewallRules/delete",
    "Microsoft.Authorization/policyAssignments/write",
    "Microsoft.Authorization/policyAssignments/delete",
    "Microsoft.Security/securitySolutions/write",
    "Microsoft.Security/securitySolutions/delete",
)


def alert(*operations: str, **more: Any) -> tuple[str, Mapping[str, Any]]:
    leaves = [{"field": "operationName", "equals": one} for one in operations]
    conditions = [{"field": "category", "equals": "Administrative"}, *leaves[:1] * (len(leaves) == 1)]
    conditions += [{"anyOf": leaves}] * (len(leaves) > 1)
    return (
        "azure-native:monitor:ActivityLogAlert",
        {
            "scopes": ["/subscriptions/s"],
            "condition": {"allOf": conditions},
            "actions": {"actionGroups": [{"actionGroupId": "group"}]},
            **more,
        },
    )


GROUP = ("azure-native:monitor:ActionGroup", {"emailReceivers": [{"emailAddress": "csirt@example.lg.jp"}]})
AZURE: Stack = {
    "group": GROUP,
    "elevation": alert(OPERATIONS[0]),
    **{f"alert-{number}": alert(one) for number, one in enumerate(OPERATIONS[1:-4])},
    "guardrails": alert(*OPERATIONS[-4:]),
}

METRIC = "gcp:logging/metric:Metric"
POLICY = "gcp:monitoring/alertPolicy:AlertPolicy"
FILTERS = {
    "root-use": 'protoPayload.serviceData.policyDelta.bindingDeltas.role="roles/owner"',
    "identity": 'resource.type="iam_role" AND (protoPayload.methodName="google.iam.admin.v1.CreateRole" OR'
    ' protoPayload.methodName="google.iam.admin.v1.DeleteRole" OR protoPayload.methodName="google.iam.admin.v1.UpdateRole")',
    "keys": 'protoPayload.methodName="DestroyCryptoKeyVersion"',
    "audit-log": 'protoPayload.methodName="SetIamPolicy" AND protoPayload.serviceData.policyDelta.auditConfigDeltas:*',
    "network": 'resource.type="gce_firewall_rule" AND (protoPayload.methodName:"compute.firewalls.patch" OR'
    ' protoPayload.methodName:"compute.firewalls.insert" OR protoPayload.methodName:"compute.firewalls.delete")',
}
GCP: Stack = {
    "channel": ("gcp:monitoring/notificationChannel:NotificationChannel", {"type": "email"}),
    **{word: (METRIC, {"name": word, "filter": found}) for word, found in FILTERS.items()},
    **{
        f"{word}-policy": (
            POLICY,
            {
                "conditions": [
                    {"conditionThreshold": {"filter": f'metric.type="logging.googleapis.com/user/{word}"'}},
                ],
                "notificationChannels": ["channel"],
            },
        )
        for word in FILTERS
    },
    "guardrails-policy": (
        POLICY,
        {
            "conditions": [{"conditionMatchedLog": {"filter": 'protoPayload.serviceName="orgpolicy.googleapis.com"'}}],
            "notificationChannels": ["channel"],
        },
    ),
}

RULE = "oci:Events/rule:Rule"
EVENTS = {
    "sign-on": ["com.oraclecloud.identitySignOn.interactiveLogin"],
    "identity": ["com.oraclecloud.identitycontrolplane.*"],
    "keys": ["com.oraclecloud.keymanagementservice.schedulevaultdeletion.end"],
    "lists": [f"com.oraclecloud.virtualnetwork.{verb}securitylist" for verb in ("create", "update", "delete")],
    "groups": ["com.oraclecloud.virtualnetwork.*networksecuritygroup*"],
    "problems": ["com.oraclecloud.cloudguard.problemdetected"],
}
OCI: Stack = {
    "topic": ("oci:Ons/notificationTopic:NotificationTopic", {}),
    "people": ("oci:Ons/subscription:Subscription", {"topicId": "topic", "protocol": "EMAIL"}),
    **{
        name: (
            RULE,
            {
                "condition": json.dumps({"eventType": events, "data": {}}),
                "isEnabled": True,
                "actions": {"actions": [{"actionType": "ONS", "isEnabled": True, "topicId": "topic"}]},
            },
        )
        for name, events in EVENTS.items()
    },
}
STACKS = {"aws": AWS, "azure": AZURE, "gcp": GCP, "oci": OCI}


def world(stack: Stack, *, complete: bool = True) -> World:
    return World([bare(token, name, found) for name, (token, found) in stack.items()], complete=complete)


def told(stack: Stack, *, complete: bool = True) -> dict[Answer, set[str]]:
    """The answers, with whom they are about ("" for the whole stack)."""
    found: dict[Answer, set[str]] = {}
    for verdict in judge(world(stack, complete=complete)):
        if verdict.rule.slug == SLUG:
            found.setdefault(verdict.answer, set()).add("" if verdict.whole else verdict.urn.rpartition("::")[2])
    return found


def covered(stack: Stack) -> set[str]:
    """Words of which the stack's alarms tell; every one known."""
    facts = [fact for fact in extract(world(stack)) if isinstance(fact, ChangeAlarm)]
    return {word for fact in facts if isinstance(fact.changes, frozenset) for word in fact.changes}


@pytest.mark.parametrize("stack", STACKS.values(), ids=STACKS)
def test_alarms_on_the_whole_set_that_somebody_hears_keep_the_rule(stack: Stack) -> None:
    assert told(stack).keys() == {Answer.HOLDS}
    assert covered(stack) == CHANGES


# What is changed in a whole set, and the words that are then left to the organisation.
LESS: list[tuple[str, Mapping[str, Any], set[str]]] = [
    (
        "aws",
        {"identity-filter": {"pattern": PATTERNS["identity"].replace("PutUserPolicy", "GetUserPolicy")}},
        {"identity"},
    ),
    ("aws", {"keys-filter": None}, {"keys"}),
    ("aws", {"keys-filter": {"pattern": UNKNOWN}}, {"keys"}),
    ("aws", {"keys-alarm": {"metricName": "another"}}, {"keys"}),
    ("aws", {"keys-filter": {"pattern": PATTERNS["keys"].replace("kms.", "ec2.")}}, {"keys"}),
    (
        "aws",
        {"audit-log-filter": {"pattern": '{($.eventName = StopLogging) && ($.errorCode = "AccessDenied")}'}},
        {"audit-log"},
    ),
    (
        "aws",
        {"audit-log-filter": {"pattern": PATTERNS["audit-log"].replace("= StopLogging", "!= StopLogging")}},
        {"audit-log"},
    ),
    (
        "aws",
        {"root-use-filter": {"pattern": '{$.userIdentity.type = "Root" && $.eventName = ConsoleLogin}'}},
        {"root-use"},
    ),
    ("aws", {"network-rule": {"eventPattern": '{"detail": {"eventName": ["CreateSecurityGroup"]}}'}}, {"network"}),
    (
        "aws",
        {"network-rule": {"eventPattern": '{"source": ["aws.ec2"], "detail-type": ["EC2 Instance State-change"]}'}},
        {"network"},
    ),
    (
        "aws",
        {"network-rule": {"eventPattern": '{"source": ["aws.ec2"], "resources": ["arn:aws:ec2:one"]}'}},
        {"network"},
    ),
    ("aws", {"network-rule": {"eventPattern": '{"detail": {"eventName": [{"prefix": "Create"}]}}'}}, {"network"}),
    ("aws", {"network-rule": {"eventPattern": "no json"}}, {"network"}),
    ("azure", {"elevation": alert(OPERATIONS[0], scopes=["/subscriptions/s/resourceGroups/g"])}, {"root-use"}),
    ("azure", {"elevation": alert(OPERATIONS[0], condition={"allOf": []})}, {"root-use"}),
    ("azure", {"elevation": alert(OPERATIONS[0], condition=UNKNOWN)}, {"root-use"}),
    ("azure", {"alert-0": None}, {"identity"}),
    ("azure", {"guardrails": alert(*OPERATIONS[-3:])}, {"guardrails"}),
    (
        "azure",
        {
            "alert-2": (
                AZURE["alert-2"][0],
                {
                    **AZURE["alert-2"][1],
                    "condition": {
                        "allOf": [
                            {"field": "operationName", "equals": OPERATIONS[3]},
                            {"field": "caller", "equals": "somebody"},
                        ]
                    },
                },
            )
        },
        {"keys"},
    ),
    ("gcp", {"keys": {"disabled": True}}, {"keys"}),
    ("gcp", {"keys": {"filter": FILTERS["keys"] + " AND NOT resource.labels.location:osaka"}}, {"keys"}),
    ("gcp", {"identity": {"filter": FILTERS["identity"].replace("DeleteRole", "GetRole")}}, {"identity"}),
    ("gcp", {"network": {"filter": UNKNOWN}}, {"network"}),
    ("gcp", {"guardrails-policy": None}, {"guardrails"}),
    ("gcp", {"audit-log-policy": None}, {"audit-log"}),
    ("oci", {"lists": None}, {"network"}),
    (
        "oci",
        {"keys": {"condition": json.dumps({"eventType": EVENTS["keys"], "data": {"resourceId": "one"}})}},
        {"keys"},
    ),
    ("oci", {"keys": {"condition": UNKNOWN}}, {"keys"}),
    (
        "oci",
        {"identity": {"condition": json.dumps({"eventType": "com.oraclecloud.identitycontrolplane.createpolicy"})}},
        {"identity"},
    ),
]


@pytest.mark.parametrize(("cloud", "change", "missing"), LESS)
def test_what_no_alarm_tells_of_is_for_the_organisation_to_name(cloud: str, change: Any, missing: set[str]) -> None:
    stack = changed(STACKS[cloud], change)
    found = told(stack)
    assert (found[Answer.UNKNOWN], Answer.VIOLATED in found) == ({""}, False)
    assert covered(stack) == CHANGES - missing


# What is changed in a whole set, and the alarm that is then broken.
BROKEN: list[tuple[str, Mapping[str, Any], str]] = [
    ("aws", {"keys-alarm": {"actionsEnabled": False}}, "keys-alarm"),
    ("aws", {"keys-alarm": {"alarmActions": []}}, "keys-alarm"),
    ("aws", {"network-rule": {"state": "DISABLED"}}, "network-rule"),
    ("aws", {"network-target": None}, "network-rule"),
    ("azure", {"elevation": {"enabled": False}}, "elevation"),
    ("azure", {"elevation": {"actions": {"actionGroups": []}}}, "elevation"),
    (
        "azure",
        {
            "off": (GROUP[0], {**GROUP[1], "enabled": False}),
            "elevation": {"actions": {"actionGroups": [{"actionGroupId": "off"}]}},
        },
        "elevation",
    ),
    (
        "azure",
        {"empty": (GROUP[0], {}), "elevation": {"actions": {"actionGroups": [{"actionGroupId": "empty"}]}}},
        "elevation",
    ),
    ("gcp", {"keys-policy": {"enabled": False}}, "keys-policy"),
    ("gcp", {"keys-policy": {"notificationChannels": []}}, "keys-policy"),
    (
        "gcp",
        {"off": (GCP["channel"][0], {"enabled": False}), "keys-policy": {"notificationChannels": ["off"]}},
        "keys-policy",
    ),
    ("oci", {"keys": {"isEnabled": False}}, "keys"),
    ("oci", {"keys": {"actions": {"actions": []}}}, "keys"),
    (
        "oci",
        {"keys": {"actions": {"actions": [{"actionType": "ONS", "topicId": "topic", "isEnabled": False}]}}},
        "keys",
    ),
    (
        "oci",
        {"deaf": (OCI["topic"][0], {}), "keys": {"actions": {"actions": [{"isEnabled": True, "topicId": "deaf"}]}}},
        "keys",
    ),
]


@pytest.mark.parametrize(("cloud", "change", "alarm"), BROKEN)
def test_an_alarm_that_is_off_or_tells_nobody_is_refused(cloud: str, change: Any, alarm: str) -> None:
    assert told(changed(STACKS[cloud], change))[Answer.VIOLATED] == {alarm}


OPEN: list[tuple[str, Mapping[str, Any]]] = [
    ("aws", {"keys-alarm": {"actionsEnabled": UNKNOWN}}),
    ("aws", {"keys-alarm": {"alarmActions": UNKNOWN}}),
    ("azure", {"elevation": {"enabled": UNKNOWN}}),
    ("azure", {"elevation": {"actions": UNKNOWN}}),
    ("gcp", {"keys-policy": {"enabled": UNKNOWN}}),
    ("gcp", {"keys-policy": {"notificationChannels": UNKNOWN}}),
    ("oci", {"keys": {"isEnabled": UNKNOWN}}),
    ("oci", {"keys": {"actions": UNKNOWN}}),
]


@pytest.mark.parametrize(("cloud", "change"), OPEN)
def test_whether_anybody_hears_may_be_open(cloud: str, change: Any) -> None:
    found = told(changed(STACKS[cloud], change))
    assert (len(found[Answer.UNKNOWN]), Answer.VIOLATED in found) == (1, False)
    assert "" not in found[Answer.UNKNOWN]


def test_a_target_from_elsewhere_is_taken_by_its_word_and_one_of_the_stack_needs_a_receiver() -> None:
    assert Answer.VIOLATED not in told(changed(AWS, {"people": None, "topic": None}))
    alarms = {f"{word}-alarm" for word in PATTERNS}
    assert told(changed(AWS, {"people": None}))[Answer.VIOLATED] == {*alarms, "network-rule"}


def test_a_part_of_a_composite_alarm_is_heard_through_it() -> None:
    part = {"keys-alarm": {"alarmActions": [], "name": "keys"}}
    whole = (
        "aws:cloudwatch/compositeAlarm:CompositeAlarm",
        {"alarmRule": "ALARM(keys)", "alarmActions": ["arn:topic"]},
    )
    assert Answer.VIOLATED not in told(changed(AWS, {**part, "whole": whole}))
    assert told(changed(AWS, {**part, "whole": (whole[0], {**whole[1], "alarmRule": "ALARM(other)"})}))[Answer.VIOLATED]


def test_alarms_on_anything_else_are_not_asked() -> None:
    cpu = ("aws:cloudwatch/metricAlarm:MetricAlarm", {"metricName": "CPUUtilization", "namespace": "AWS/RDS"})
    nightly = ("aws:cloudwatch/eventRule:EventRule", {"scheduleExpression": "rate(1 day)"})
    assert told({"cpu": cpu, "nightly": nightly}) == {Answer.UNKNOWN: {""}}


def test_every_administrative_operation_covers_the_activity_log() -> None:
    assert covered({"group": GROUP, "all": alert()}) == CHANGES


@pytest.mark.parametrize("cloud", STACKS)
def test_one_resource_alone_shows_no_lack_and_no_odd_value_stops_the_reading(cloud: str) -> None:
    stack = STACKS[cloud]
    assert Answer.VIOLATED not in told(stack, complete=False)
    for name, (_, properties) in stack.items():
        for key in properties:
            for odd in ODD:
                told(changed(stack, {name: {key: odd}}))
