"""Alarms of the Monitoring service on metrics of resources: https://docs.oracle.com/en-us/iaas/Content/Monitoring/Concepts/monitoringoverview.htm."""

import re
from collections.abc import Iterable, Iterator

from policies.facts.alarms import by_name, heard
from policies.facts.answers import when
from policies.facts.oci.change_alarm import SUBSCRIPTION, TOPIC
from policies.facts.oci.entry import BALANCER
from policies.facts.oci.service import INSTANCE as CONTAINERS
from policies.facts.oci.volume import INSTANCE, TEMPLATE
from policies.facts.reading import flag, read, text
from policies.facts.resources import Resource, World, once
from policies.facts.vocabulary import UNKNOWN, Fact, HealthAlarm, Maybe, Unknown

_ALARM = "oci:Monitoring/alarm:Alarm"
KNOWN = frozenset({_ALARM})

_POOL = "oci:ContainerEngine/nodePool:NodePool"
# Namespace of metrics to the types whose resources have them.
_WATCHED = {
    "oci_postgresql": ("oci:Psql/dbSystem:DbSystem",),
    "oci_mysql_database": ("oci:Mysql/mysqlDbSystem:MysqlDbSystem",),
    "oci_autonomous_database": ("oci:Database/autonomousDatabase:AutonomousDatabase",),
    "oci_lbaas": (BALANCER,),
    "oci_nlb": ("oci:NetworkLoadBalancer/networkLoadBalancer:NetworkLoadBalancer",),
    "oci_apigateway": ("oci:ApiGateway/gateway:Gateway",),
    "oci_computecontainerinstance": (CONTAINERS,),
    "oci_faas": ("oci:Functions/function:Function",),
    "oci_computeagent": (INSTANCE, TEMPLATE, _POOL),
    "oci_compute_infrastructure_health": (INSTANCE, TEMPLATE, _POOL),
    "oci_oke": (_POOL,),
}
_DIMENSIONS = re.compile(r"\{[^}]*\}")
_QUOTED = re.compile(r'"([^"]+)"')


def facts(world: World) -> Iterator[Fact]:
    for alarm in world.of(_ALARM):
        yield HealthAlarm(
            urn=alarm.urn,
            role=alarm.role,
            of=_watched(world, alarm),
            on=flag(alarm, "isEnabled", default=False),
            notifies=heard(world, alarm, "destinations", TOPIC, SUBSCRIPTION, "topicId"),
        )


def _watched(world: World, alarm: Resource) -> Maybe[frozenset[str]]:
    space, query = text(alarm, "namespace"), text(alarm, "query")
    types = when(space, lambda name: _WATCHED.get(name, ()))
    if isinstance(types, Unknown) or not types:
        return UNKNOWN if isinstance(types, Unknown) else frozenset()
    found = world.targets(alarm, "query", *types)
    if isinstance(query, Unknown):
        return frozenset(_urns(world, found)) if found else UNKNOWN
    return frozenset(_urns(world, (*found, *_in(world, alarm, query, types))))


def _in(world: World, alarm: Resource, query: str, types: tuple[str, ...]) -> Iterable[Resource]:
    """Those that the dimensions of its query name; without dimensions, those of its compartment."""
    dimensions = _DIMENSIONS.search(query)
    if dimensions:
        names = by_name(world, *types)
        return [names[name] for name in _QUOTED.findall(dimensions[0]) if name in names]
    place = read(alarm, "metricCompartmentId")
    below = flag(alarm, "metricCompartmentIdInSubtree", default=False) is True
    return [one for one in world.of(*types) if below or read(one, "compartmentId") == place]


def _urns(world: World, watched: Iterable[Resource]) -> Iterator[str]:
    """Instances of containers that belong together are one service, which is called by its first."""
    for one in watched:
        yield _first(world).get(one.urn, one.urn)


@once
def _first(world: World) -> dict[str, str]:
    first: dict[str, str] = {}
    return {one.urn: first.setdefault(one.parent or one.role, one.urn) for one in world.of(CONTAINERS)}
