"""Alarms of CloudWatch on the metrics of resources: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/aws-services-cloudwatch-metrics.html."""

from collections.abc import Iterable, Iterator

from policies.facts.aws.change_alarm import ALARM, is_on, notifies, on_changes
from policies.facts.aws.cluster import CLUSTER
from policies.facts.aws.entry import BALANCER
from policies.facts.aws.front import CLASSIC
from policies.facts.aws.volume import INSTANCE, TEMPLATE
from policies.facts.reading import read_all
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import UNKNOWN, Fact, HealthAlarm, Maybe

KNOWN: frozenset[str] = frozenset()

_MEMBER = "aws:rds/clusterInstance:ClusterInstance"
_DATABASES = "aws:rds/cluster:Cluster"
_NODES = "aws:eks/nodeGroup:NodeGroup"
_WATCHED = (
    "aws:rds/instance:Instance",
    _DATABASES,
    _MEMBER,
    "aws:dynamodb/table:Table",
    BALANCER,
    CLASSIC,
    "aws:cloudfront/distribution:Distribution",
    "aws:apigateway/restApi:RestApi",
    "aws:apigatewayv2/api:Api",
    "aws:ecs/service:Service",
    "aws:lambda/function:Function",
    INSTANCE,
    _NODES,
    CLUSTER,
)
_DIMENSIONS = ("dimensions", "metricQueries.metric.dimensions")


def facts(world: World) -> Iterator[Fact]:
    for alarm in world.of(ALARM):
        if alarm.urn not in on_changes(world):
            of = _watched(world, alarm)
            yield HealthAlarm(urn=alarm.urn, role=alarm.role, of=of, on=is_on(alarm), notifies=notifies(world, alarm))


def _watched(world: World, alarm: Resource) -> Maybe[frozenset[str]]:
    """By the dimensions of its metric, or of those that it computes with."""
    found = [one for path in _DIMENSIONS for one in world.targets(alarm, path, *_WATCHED)]
    if not found and any(UNKNOWN in read_all(alarm, path) for path in _DIMENSIONS):
        return UNKNOWN
    return frozenset(part.urn for one in found for part in (one, *_beside(world, one)))


def _beside(world: World, watched: Resource) -> Iterable[Resource]:
    """What is watched with it: the cluster of an instance, the nodes of a cluster, the template of nodes."""
    if watched.type == _MEMBER:
        return world.targets(watched, "clusterIdentifier", _DATABASES)
    if watched.type == CLUSTER:
        groups = world.referring(watched, _NODES, "clusterName")
        return (*groups, *(one for group in groups for one in world.targets(group, "launchTemplate", TEMPLATE)))
    return world.targets(watched, "launchTemplate", TEMPLATE) if watched.type == _NODES else ()
