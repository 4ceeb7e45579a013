"""Alarms on the trail's events: metric filters of a log group with alarms on their metrics, and rules of EventBridge.

The events: CIS AWS Foundations Benchmark, chapter on monitoring; https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html.
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from policies.facts.alarms import heard, parts
from policies.facts.answers import some, when
from policies.facts.reading import document, flag, read_all, text
from policies.facts.resources import Resource, World, once
from policies.facts.vocabulary import UNKNOWN, ChangeAlarm, Fact, Maybe, Unknown

FILTER = "aws:cloudwatch/logMetricFilter:LogMetricFilter"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
_COMPOSITE = "aws:cloudwatch/compositeAlarm:CompositeAlarm"
_RULE = "aws:cloudwatch/eventRule:EventRule"
_TARGET = "aws:cloudwatch/eventTarget:EventTarget"
_TOPIC = "aws:sns/topic:Topic"
_SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription"
KNOWN = frozenset({FILTER, ALARM, _COMPOSITE, _RULE, _TARGET, _SUBSCRIPTION})
UNTAGGABLE = frozenset({FILTER, _TARGET, _SUBSCRIPTION})


def _all(service: str, events: str) -> frozenset[str]:
    return frozenset(f"{service}:{event}" for event in events.split())


_Metric = tuple[Maybe[str], Maybe[str]]

_ROOT = "root"
_NEEDS: Mapping[str, frozenset[str]] = {
    "root-use": frozenset({_ROOT}),
    "identity": _all(
        "iam",
        "PutGroupPolicy PutRolePolicy PutUserPolicy DeleteGroupPolicy DeleteRolePolicy DeleteUserPolicy"
        " AttachGroupPolicy AttachRolePolicy AttachUserPolicy DetachGroupPolicy DetachRolePolicy DetachUserPolicy"
        " CreatePolicy DeletePolicy CreatePolicyVersion DeletePolicyVersion",
    ),
    "keys": _all("kms", "DisableKey ScheduleKeyDeletion"),
    "audit-log": _all("cloudtrail", "CreateTrail UpdateTrail DeleteTrail StartLogging StopLogging"),
    "network": _all(
        "ec2",
        "AuthorizeSecurityGroupIngress AuthorizeSecurityGroupEgress RevokeSecurityGroupIngress RevokeSecurityGroupEgress"
        " CreateSecurityGroup DeleteSecurityGroup CreateNetworkAcl CreateNetworkAclEntry DeleteNetworkAcl"
        " DeleteNetworkAclEntry ReplaceNetworkAclEntry ReplaceNetworkAclAssociation",
    ),
    "guardrails": _all("organizations", "AttachPolicy DetachPolicy DeletePolicy UpdatePolicy DisablePolicyType"),
}
# What a pattern may compare without leaving out whom it should tell of.
_SELECTORS = {"eventName", "eventSource", "eventType", "userIdentity.type", "userIdentity.invokedBy"}
_SELECTOR = re.compile(r"\$\.([\w.]+)")
_COMPARED = re.compile(r'\$\.(eventName|eventSource|userIdentity\.type)\s*(!?=)\s*"?([\w.*]+)"?')
_API_CALL = "AWS API Call via CloudTrail"
# The same of a rule of EventBridge: elsewhere it names resources, callers, outcomes.
_KEYS = {
    "source",
    "account",
    "region",
    "detail-type",
    "detail.eventName",
    "detail.eventSource",
    "detail.eventType",
    "detail.userIdentity.type",
}


def facts(world: World) -> Iterator[Fact]:
    for urn, words in on_changes(world).items():
        alarm = world.get(urn)
        if alarm is not None and alarm.type == ALARM:
            yield ChangeAlarm(urn=urn, role=alarm.role, changes=words, on=is_on(alarm), notifies=notifies(world, alarm))
        elif alarm is not None:
            on = when(text(alarm, "state", default="ENABLED"), lambda word: word.startswith("ENABLED"))
            targets = world.referring(alarm, _TARGET, "rule")
            ends = (heard(world, one, "arn", _TOPIC, _SUBSCRIPTION, "topic") for one in targets)
            heard_by = some(world.absent(value=False), *ends)
            yield ChangeAlarm(urn=urn, role=alarm.role, changes=words, on=on, notifies=heard_by)


@once
def on_changes(world: World) -> Mapping[str, frozenset[str]]:
    """The alarms and rules (URN) that tell of changes, with their words."""
    named = {rule.urn: _by_rule(rule) for rule in world.of(_RULE)}
    told: dict[_Metric, list[str]] = {}
    for found in world.of(FILTER):
        told.setdefault(_metric(found, "metricTransformation.name", "metricTransformation.namespace"), []).extend(
            _by_filter(found)
        )
    watching = {alarm.urn: told.get(_metric(alarm, "metricName", "namespace"), []) for alarm in world.of(ALARM)}
    return parts({**named, **watching}, _NEEDS)


def is_on(alarm: Resource) -> Maybe[bool]:
    return flag(alarm, "actionsEnabled", default=True)


def notifies(world: World, alarm: Resource) -> Maybe[bool]:
    """By itself, or as a part of a composite alarm."""
    own = heard(world, alarm, "alarmActions", _TOPIC, _SUBSCRIPTION, "topic")
    name = text(alarm, "name")
    whole = (one for one in world.of(_COMPOSITE) if isinstance(name, Unknown) or _names(one, name))
    return some(own, *(heard(world, one, "alarmActions", _TOPIC, _SUBSCRIPTION, "topic") for one in whole))


def _names(composite: Resource, name: str) -> bool:
    rule = text(composite, "alarmRule")
    return isinstance(rule, str) and bool(name) and name in rule


def _metric(resource: Resource, name: str, space: str) -> _Metric:
    """A metric that is not named, or not known, is nobody else's."""
    named = (text(resource, name), text(resource, space))
    return (resource.urn, "") if "" in named or UNKNOWN in named else named


def _by_filter(found: Resource) -> Iterator[str]:
    """What a pattern of equations tells of; nothing where it also compares something else."""
    pattern = text(found, "pattern")
    if isinstance(pattern, Unknown) or not set(_SELECTOR.findall(pattern)) <= _SELECTORS:
        return
    compared = _COMPARED.findall(pattern)
    if any(sign == "!=" for _, sign, _ in compared):
        return
    of = {name: [value for key, _, value in compared if key == name] for name in ("eventName", "eventSource")}
    root = any(key == "userIdentity.type" and value == "Root" for key, _, value in compared)
    yield from _told(of["eventName"], of["eventSource"], root=root)


def _by_rule(rule: Resource) -> list[str]:
    pattern = document(rule, "eventPattern")
    if not isinstance(pattern, Mapping) or not set(_keys(pattern)) <= _KEYS:
        return []
    calls = read_all(pattern, "detail-type")
    names, kinds = read_all(pattern, "detail.eventName"), read_all(pattern, "detail.userIdentity.type")
    sources = read_all(pattern, "detail.eventSource")
    services = [str(one).removeprefix("aws.") for one in read_all(pattern, "source")]
    if any(not isinstance(value, str) for value in (*names, *sources, *kinds)) or (calls and _API_CALL not in calls):
        return []
    return list(_told(names, sources or services, root="Root" in kinds))


def _keys(pattern: Mapping[str, Any]) -> Iterator[str]:
    for key, value in pattern.items():
        if isinstance(value, Mapping):
            yield from (f"{key}.{inner}" for inner in _keys(value))
        else:
            yield key


def _told(names: list[str], sources: list[str], *, root: bool) -> Iterator[str]:
    """Root's every act where nothing else is compared; else the events named, of the services named."""
    if root:
        if not names and not sources:
            yield _ROOT
        return
    services = [source.partition(".")[0] for source in sources]
    if names or services:
        for service in services or ["*"]:
            for name in names or ["*"]:
                yield f"{service}:{name}"
