"""Alerting policies on metrics of resources: https://cloud.google.com/monitoring/api/resources."""

import re
from collections.abc import Iterable, Iterator

from policies.facts.alarms import by_name
from policies.facts.gcp.change_alarm import POLICY, notifies, on_changes
from policies.facts.gcp.cluster import CLUSTER
from policies.facts.gcp.database import INSTANCE
from policies.facts.gcp.entry import GLOBAL_RULE, RULE
from policies.facts.gcp.service import SERVICE
from policies.facts.gcp.volume import INSTANCE as MACHINE
from policies.facts.gcp.volume import TEMPLATES
from policies.facts.reading import flag, read_all
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import UNKNOWN, Fact, HealthAlarm, Maybe

KNOWN: frozenset[str] = frozenset()

_POOL = "gcp:container/nodePool:NodePool"
_FUNCTIONS = ("gcp:cloudfunctions/function:Function", "gcp:cloudfunctionsv2/function:Function")
_SPANNER = ("gcp:spanner/instance:Instance", "gcp:spanner/database:Database")
# A resource's type in a filter to the types whose resources have its metrics.
_WATCHED = {
    "cloudsql_database": (INSTANCE,),
    "spanner_instance": _SPANNER,
    "firestore_instance": ("gcp:firestore/database:Database",),
    "firestore.googleapis.com/Database": ("gcp:firestore/database:Database",),
    "cloud_run_revision": (SERVICE, "gcp:cloudrun/service:Service", _FUNCTIONS[1]),
    "cloud_function": _FUNCTIONS,
    "gce_instance": (MACHINE, *TEMPLATES),
    "k8s_node": (CLUSTER, _POOL),
    "k8s_cluster": (CLUSTER, _POOL),
    "apigateway.googleapis.com/Gateway": ("gcp:apigateway/gateway:Gateway",),
    **dict.fromkeys(
        (
            "https_lb_rule",
            "internal_http_lb_rule",
            "internal_tcp_lb_rule",
            "internal_udp_lb_rule",
            "tcp_lb_rule",
            "tcp_ssl_proxy_rule",
            "udp_lb_rule",
        ),
        (RULE, GLOBAL_RULE),
    ),
}
_TYPES = tuple(dict.fromkeys(token for tokens in _WATCHED.values() for token in tokens))
_CONDITIONS = ("conditionThreshold", "conditionAbsent")
_KIND = re.compile(r'resource\.type\s*=\s*"([^"]+)"')
# What makes a filter tell of some of a type only.
_NARROWED = re.compile(r"resource\.labels?\.|metadata\.|group\.id|project\s*=")
_QUOTED = re.compile(r'"([^"]+)"')


def facts(world: World) -> Iterator[Fact]:
    for policy in world.of(POLICY):
        if policy.urn not in on_changes(world):
            on = flag(policy, "enabled", default=True)
            of = _watched(world, policy)
            yield HealthAlarm(urn=policy.urn, role=policy.role, of=of, on=on, notifies=notifies(world, policy))


def _watched(world: World, policy: Resource) -> Maybe[frozenset[str]]:
    """What its conditions depend on, name, or take in as a whole type."""
    filters = [found for name in _CONDITIONS for found in read_all(policy, f"conditions.{name}.filter")]
    found = set(world.targets(policy, "conditions", *_TYPES))
    for text in filters:
        found.update(_in(world, text) if isinstance(text, str) else ())
    if not found and UNKNOWN in filters:
        return UNKNOWN
    return frozenset(part.urn for one in found for part in (one, *_pools(world, one)))


def _in(world: World, text: str) -> Iterable[Resource]:
    """An instance of Cloud SQL is called `project:instance`."""
    types = [token for kind in _KIND.findall(text) for token in _WATCHED.get(kind, ())]
    if not _NARROWED.search(text):
        return world.of(*types)
    names = (name.rpartition(":")[2] for name in _QUOTED.findall(text))
    return [one for name in names if (one := by_name(world, *types).get(name)) is not None]


def _pools(world: World, watched: Resource) -> Iterable[Resource]:
    return world.referring(watched, _POOL, "cluster") if watched.type == CLUSTER else ()
