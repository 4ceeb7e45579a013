"""Alerting policies on log-based metrics, or on log entries themselves: https://cloud.google.com/logging/docs/alerting/log-based-alerts.

What a filter has to name: CIS Google Cloud Platform Foundation Benchmark, chapter on logging and monitoring; and beside it the destruction
of keys and organisation policies.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from policies.facts.alarms import parts
from policies.facts.answers import some
from policies.facts.reading import flag, is_set, read_all, text
from policies.facts.resources import Resource, World, once
from policies.facts.vocabulary import ChangeAlarm, Fact, Maybe

METRIC = "gcp:logging/metric:Metric"
POLICY = "gcp:monitoring/alertPolicy:AlertPolicy"
_CHANNEL = "gcp:monitoring/notificationChannel:NotificationChannel"
KNOWN = frozenset({METRIC, POLICY, _CHANNEL})
UNTAGGABLE = frozenset({METRIC})
TAGS_AT = {POLICY: "userLabels", _CHANNEL: "userLabels"}

_NEEDS: Mapping[str, frozenset[str]] = {
    "root-use": frozenset({"roles/owner"}),
    "identity": frozenset(
        {"google.iam.admin.v1.createrole", "google.iam.admin.v1.deleterole", "google.iam.admin.v1.updaterole"}
    ),
    "keys": frozenset({"destroycryptokeyversion"}),
    "audit-log": frozenset({"auditconfigdeltas"}),
    "network": frozenset({"compute.firewalls.insert", "compute.firewalls.patch", "compute.firewalls.delete"}),
    "guardrails": frozenset({"orgpolicy"}),
}
_WANTED = frozenset[str]().union(*_NEEDS.values())
# A filter that leaves something out may leave out what it should tell of.
_LEAVES_OUT = ("not ", "!=", "!~", "-proto", "-resource", "severity")
_METRIC = re.compile(r'logging\.googleapis\.com/user/([^"\s]+)')
_CONDITIONS = ("conditions.conditionThreshold.filter", "conditions.conditionAbsent.filter")


@once
def on_changes(world: World) -> Mapping[str, frozenset[str]]:
    """The policies (URN) that tell of changes, with their words."""
    metrics = {name: metric for metric in world.of(METRIC) if isinstance(name := text(metric, "name"), str) and name}
    return parts({policy.urn: list(_named(policy, metrics)) for policy in world.of(POLICY)}, _NEEDS)


def facts(world: World) -> Iterator[Fact]:
    for urn, words in on_changes(world).items():
        policy = world.get(urn)
        if policy is not None:
            yield ChangeAlarm(
                urn=urn,
                role=policy.role,
                changes=words,
                on=flag(policy, "enabled", default=True),
                notifies=notifies(world, policy),
            )


def notifies(world: World, policy: Resource) -> Maybe[bool]:
    """It names a channel; one that the stack makes is on."""
    channels = world.targets(policy, "notificationChannels", _CHANNEL)
    if not channels or len(read_all(policy, "notificationChannels")) > len(channels):
        return is_set(policy, "notificationChannels")
    return some(*(flag(channel, "enabled", default=True) for channel in channels))


def _named(policy: Resource, metrics: Mapping[str, Resource]) -> Iterator[str]:
    yield from _in(read_all(policy, "conditions.conditionMatchedLog.filter"))
    for condition in _CONDITIONS:
        for found in read_all(policy, condition):
            for name in _METRIC.findall(str(found)):
                if name in metrics and flag(metrics[name], "disabled", default=False) is False:
                    yield from _in(read_all(metrics[name], "filter"))


def _in(filters: Iterable[object]) -> Iterator[str]:
    for found in filters:
        told = found.lower() if isinstance(found, str) else ""
        if not any(word in told for word in _LEAVES_OUT):
            yield from (word for word in _WANTED if word in told)
