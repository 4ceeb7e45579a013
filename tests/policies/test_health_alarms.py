"""Alarms on capacity and health: what they watch on each cloud, and what stays for the organisation to name."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from policies.facts import extract
from policies.facts.resources import World
from policies.facts.vocabulary import UNKNOWN, HealthAlarm
from policies.judge import Answer, judge
from tests.policies.bare import ODD, bare
from tests.policies.by_subject import Stack, changed

SLUG = "mon-capacity-health-alarms"
GROUP = "/subscriptions/s/resourceGroups/g"
ALARM, ALERT = "aws:cloudwatch/metricAlarm:MetricAlarm", "azure-native:monitor:MetricAlert"
POLICY, QUERY = "gcp:monitoring/alertPolicy:AlertPolicy", "oci:Monitoring/alarm:Alarm"


def alarm(**dimensions: str) -> tuple[str, Mapping[str, Any]]:
    return (ALARM, {"metricName": "m", "namespace": "AWS/x", "dimensions": dimensions, "alarmActions": ["arn:people"]})


def alert(*scopes: str, **more: Any) -> tuple[str, Mapping[str, Any]]:
    return (ALERT, {"scopes": list(scopes), "actions": [{"actionGroupId": "people"}], **more})


def policy(text: str) -> tuple[str, Mapping[str, Any]]:
    return (POLICY, {"conditions": [{"conditionThreshold": {"filter": text}}], "notificationChannels": ["people"]})


def query(space: str, text: str, **more: Any) -> tuple[str, Mapping[str, Any]]:
    place = {"compartmentId": "c", "metricCompartmentId": "c"}
    return (QUERY, {"namespace": space, "query": text, "isEnabled": True, "destinations": ["people"], **place, **more})


RUN = 'metric.type="run.googleapis.com/container/cpu/utilizations" AND resource.type="cloud_run_revision"'
SQL = 'metric.type="cloudsql.googleapis.com/database/cpu/utilization" AND resource.type="cloudsql_database"'
STACKS: dict[str, Stack] = {
    "aws": {
        "ledger": ("aws:rds/instance:Instance", {"id": "db-1", "identifier": "the-ledger"}),
        "ledger-alarm": alarm(DBInstanceIdentifier="the-ledger"),
        "aurora": ("aws:rds/cluster:Cluster", {}),
        "member": ("aws:rds/clusterInstance:ClusterInstance", {"clusterIdentifier": "aurora"}),
        "aurora-alarm": alarm(DBInstanceIdentifier="member"),
        "entry": ("aws:lb/loadBalancer:LoadBalancer", {"arnSuffix": "app/entry/1"}),
        "entry-alarm": alarm(LoadBalancer="app/entry/1"),
        "service": ("aws:ecs/service:Service", {}),
        "service-alarm": alarm(ClusterName="services", ServiceName="service"),
        "function": ("aws:lambda/function:Function", {}),
        "function-alarm": (
            ALARM,
            {
                "metricQueries": [{"metric": {"dimensions": {"FunctionName": "function"}}}],
                "alarmActions": ["arn:people"],
            },
        ),
        "machine": ("aws:ec2/instance:Instance", {}),
        "machine-alarm": alarm(InstanceId="machine"),
        "cluster": ("aws:eks/cluster:Cluster", {}),
        "template": ("aws:ec2/launchTemplate:LaunchTemplate", {}),
        "nodes": ("aws:eks/nodeGroup:NodeGroup", {"clusterName": "cluster", "launchTemplate": {"id": "template"}}),
        "cluster-alarm": alarm(ClusterName="cluster"),
    },
    "azure": {
        "ledger": ("azure-native:dbforpostgresql:Server", {}),
        "ledger-alert": alert("ledger"),
        "server": ("azure-native:sql:Server", {}),
        "database": ("azure-native:sql:Database", {"serverName": "server"}),
        "database-alert": alert("database"),
        "environment": ("azure-native:app:ManagedEnvironment", {}),
        "app": ("azure-native:app:ContainerApp", {"managedEnvironmentId": "environment"}),
        "app-alert": alert("app"),
        "first": ("azure-native:compute:VirtualMachine", {"id": f"{GROUP}/providers/x/first"}),
        "second": ("azure-native:compute:VirtualMachine", {"id": f"{GROUP}/providers/x/second"}),
        "machines-alert": alert(GROUP, targetResourceType="Microsoft.Compute/virtualMachines"),
        "cluster": ("azure-native:containerservice:ManagedCluster", {}),
        "pool": ("azure-native:containerservice:AgentPool", {"resourceName": "cluster"}),
        "cluster-alert": alert("cluster"),
    },
    "gcp": {
        "ledger": ("gcp:sql/databaseInstance:DatabaseInstance", {"name": "ledger"}),
        "ledger-policy": policy(SQL + ' AND resource.labels.database_id="town:ledger"'),
        "service": ("gcp:cloudrunv2/service:Service", {}),
        "other": ("gcp:cloudrunv2/service:Service", {}),
        "services-policy": policy(RUN),
        "entry": ("gcp:compute/forwardingRule:ForwardingRule", {"name": "entry"}),
        "entry-policy": policy(
            'resource.type = "internal_http_lb_rule" AND resource.label.forwarding_rule_name = "entry"'
        ),
        "cluster": ("gcp:container/cluster:Cluster", {"name": "cluster"}),
        "pool": ("gcp:container/nodePool:NodePool", {"cluster": "cluster"}),
        "cluster-policy": policy('resource.type="k8s_node" AND resource.labels.cluster_name="cluster"'),
    },
    "oci": {
        "ledger": ("oci:Psql/dbSystem:DbSystem", {"id": "ocid1.ledger", "compartmentId": "c"}),
        "ledger-alarm": query("oci_postgresql", 'CpuUtilization[1m]{resourceId = "ocid1.ledger"}.mean() > 80'),
        "front": ("oci:LoadBalancer/loadBalancer:LoadBalancer", {"compartmentId": "c"}),
        "front-alarm": query("oci_lbaas", "UnHealthyBackendServers[1m].max() > 0"),
        "one": ("oci:ContainerEngine/containerInstance:ContainerInstance", {"displayName": "application-1"}),
        "one-alarm": query(
            "oci_computecontainerinstance", 'MemoryUtilization[1m]{resourceDisplayName = "application-1"}.mean() > 80'
        ),
        "machine": ("oci:Core/instance:Instance", {"compartmentId": "below"}),
        "machine-alarm": query("oci_computeagent", "CpuUtilization[1m].mean() > 80", metricCompartmentIdInSubtree=True),
    },
}


def world(stack: Stack, *, complete: bool = True) -> World:
    resources = [replace(bare(token, name, found), id=found.get("id", name)) for name, (token, found) in stack.items()]
    return World(resources, complete=complete)


def told(stack: Stack, *, complete: bool = True) -> dict[Answer, set[str]]:
    """The answers, with whom they are about ("" for the whole stack)."""
    found: dict[Answer, set[str]] = {}
    for verdict in judge(world(stack, complete=complete)):
        if verdict.rule.slug == SLUG:
            found.setdefault(verdict.answer, set()).add("" if verdict.whole else verdict.urn.rpartition("::")[2])
    return found


def unwatched(stack: Stack) -> str:
    """The names in the message about the whole stack."""
    [message] = [one.message.en for one in judge(world(stack)) if one.rule.slug == SLUG and one.whole]
    return message.removeprefix("Nothing in the stack shows it for ").partition(". Make")[0]


@pytest.mark.parametrize("stack", STACKS.values(), ids=STACKS)
def test_an_alarm_on_each_that_somebody_hears_keeps_the_rule(stack: Stack) -> None:
    assert told(stack).keys() == {Answer.HOLDS}


# What is changed, and what then has no alarm.
LESS: list[tuple[str, Mapping[str, Any], str]] = [
    ("aws", {"ledger-alarm": None}, "ledger"),
    ("aws", {"aurora-alarm": alarm(DBClusterIdentifier="another")}, "aurora"),
    ("aws", {"entry-alarm": alarm(LoadBalancer="app/other/1"), "service-alarm": None}, "entry, service"),
    ("aws", {"cluster-alarm": None}, "template"),
    ("aws", {"machine-alarm": (ALARM, {"dimensions": UNKNOWN, "alarmActions": ["arn:people"]})}, "machine"),
    ("azure", {"database-alert": None}, "server"),
    ("azure", {"app-alert": alert("environment")}, "app"),
    ("azure", {"machines-alert": alert(GROUP, targetResourceType="Microsoft.Sql/servers")}, "first, second"),
    ("azure", {"second": {"id": "/subscriptions/s/resourceGroups/gg/providers/x/second"}}, "second"),
    ("azure", {"ledger-alert": alert("ledger", scopes=UNKNOWN)}, "ledger"),
    ("gcp", {"services-policy": policy(RUN + ' AND resource.labels.service_name="service"')}, "other"),
    ("gcp", {"ledger-policy": policy(SQL + ' AND resource.labels.database_id="town:another"')}, "ledger"),
    ("gcp", {"cluster-policy": policy('resource.type="gce_instance"')}, "cluster, pool"),
    ("gcp", {"entry-policy": {"conditions": UNKNOWN}}, "entry"),
    ("oci", {"ledger-alarm": {"query": 'CpuUtilization[1m]{resourceId = "ocid1.other"}.mean() > 80'}}, "ledger"),
    ("oci", {"front-alarm": {"metricCompartmentId": "d"}}, "front"),
    ("oci", {"one-alarm": {"namespace": "oci_nlb"}}, "one"),
    ("oci", {"machine-alarm": {"query": UNKNOWN}}, "machine"),
]


@pytest.mark.parametrize(("cloud", "change", "missing"), LESS)
def test_what_no_alarm_watches_is_for_the_organisation_to_name(cloud: str, change: Any, missing: str) -> None:
    stack = changed(STACKS[cloud], change)
    found = told(stack)
    assert (found[Answer.UNKNOWN], Answer.VIOLATED in found) == ({""}, False)
    assert unwatched(stack) == missing


BROKEN: list[tuple[str, str, Mapping[str, Any], Any]] = [
    ("aws", "ledger-alarm", {"actionsEnabled": False}, {"actionsEnabled": UNKNOWN}),
    ("aws", "ledger-alarm", {"alarmActions": []}, {"alarmActions": UNKNOWN}),
    ("azure", "ledger-alert", {"enabled": False}, {"enabled": UNKNOWN}),
    ("azure", "ledger-alert", {"actions": []}, {"actions": UNKNOWN}),
    ("gcp", "ledger-policy", {"enabled": False}, {"enabled": UNKNOWN}),
    ("gcp", "ledger-policy", {"notificationChannels": []}, {"notificationChannels": UNKNOWN}),
    ("oci", "ledger-alarm", {"isEnabled": False}, {"isEnabled": UNKNOWN}),
    ("oci", "ledger-alarm", {"destinations": []}, {"destinations": UNKNOWN}),
]


@pytest.mark.parametrize(("cloud", "name", "change", "open_"), BROKEN)
def test_an_alarm_that_is_off_or_tells_nobody_is_refused_and_may_be_open(
    cloud: str, name: str, change: Any, open_: Any
) -> None:
    assert told(changed(STACKS[cloud], {name: change}))[Answer.VIOLATED] == {name}
    found = told(changed(STACKS[cloud], {name: open_}))
    assert (found[Answer.UNKNOWN], Answer.VIOLATED in found) == ({name}, False)


def test_a_topic_of_the_stack_without_a_subscription_is_heard_by_nobody() -> None:
    topic = {"people": ("oci:Ons/notificationTopic:NotificationTopic", {})}
    heard = {"mail": ("oci:Ons/subscription:Subscription", {"topicId": "people"})}
    alarms = {name for name in STACKS["oci"] if name.endswith("-alarm")}
    assert told(changed(STACKS["oci"], topic))[Answer.VIOLATED] == alarms
    assert told(changed(STACKS["oci"], {**topic, **heard})).keys() == {Answer.HOLDS}


def test_an_alarm_on_changes_is_none_on_health() -> None:
    counted = {"name": "stops", "namespace": "Changes", "value": "1"}
    stack: Stack = {
        "filter": (
            "aws:cloudwatch/logMetricFilter:LogMetricFilter",
            {"pattern": "{($.eventName = StopLogging)}", "metricTransformation": counted},
        ),
        "alarm": (ALARM, {"metricName": "stops", "namespace": "Changes"}),
        "policy": (POLICY, {"conditions": [{"conditionMatchedLog": {"filter": '"DestroyCryptoKeyVersion"'}}]}),
    }
    assert [fact for fact in extract(world(stack)) if isinstance(fact, HealthAlarm)] == []


def test_a_stack_in_which_nothing_runs_needs_no_alarm() -> None:
    assert told({"key": ("aws:kms/alias:Alias", {})}) == {Answer.HOLDS: {""}}


@pytest.mark.parametrize("cloud", STACKS)
def test_one_resource_alone_shows_no_lack_and_no_odd_value_stops_the_reading(cloud: str) -> None:
    stack = STACKS[cloud]
    assert told(stack, complete=False).keys() == {Answer.HOLDS}
    for name, (_, properties) in stack.items():
        for key in properties:
            for odd in ODD:
                told(changed(stack, {name: {key: odd}}))
