"""Metric alerts: https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-types#metric-alerts."""

from collections.abc import Iterable, Iterator

from policies.facts.azure.application import APP, ENVIRONMENT
from policies.facts.azure.change_alarm import notifies
from policies.facts.azure.cluster import CLUSTER
from policies.facts.azure.cosmos import ACCOUNT as COSMOS
from policies.facts.azure.database import MYSQL, SERVER
from policies.facts.azure.front import BALANCER, GATEWAY
from policies.facts.azure.sql import DATABASE as SQL_DATABASE
from policies.facts.azure.sql import SERVER as SQL_SERVER
from policies.facts.azure.volume import MACHINE, SCALE_SET
from policies.facts.reading import flag, read_all, text
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import UNKNOWN, Fact, HealthAlarm, Maybe, Unknown

_ALERT = "azure-native:monitor:MetricAlert"
KNOWN = frozenset({_ALERT})

_POOL = "azure-native:containerservice:AgentPool"
# Type to how an alert on a whole group or subscription names it.
_WATCHED = {
    SERVER: "microsoft.dbforpostgresql/flexibleservers",
    MYSQL: "microsoft.dbformysql/flexibleservers",
    COSMOS: "microsoft.documentdb/databaseaccounts",
    SQL_SERVER: "microsoft.sql/servers",
    SQL_DATABASE: "microsoft.sql/servers/databases",
    MACHINE: "microsoft.compute/virtualmachines",
    SCALE_SET: "microsoft.compute/virtualmachinescalesets",
    CLUSTER: "microsoft.containerservice/managedclusters",
    APP: "microsoft.app/containerapps",
    ENVIRONMENT: "microsoft.app/managedenvironments",
    "azure-native:web:WebApp": "microsoft.web/sites",
    GATEWAY: "microsoft.network/applicationgateways",
    BALANCER: "microsoft.network/loadbalancers",
    "azure-native:cdn:Profile": "microsoft.cdn/profiles",
    "azure-native:frontdoor:FrontDoor": "microsoft.network/frontdoors",
    "azure-native:apimanagement:ApiManagementService": "microsoft.apimanagement/service",
}


def facts(world: World) -> Iterator[Fact]:
    for alert in world.of(_ALERT):
        yield HealthAlarm(
            urn=alert.urn,
            role=alert.role,
            of=_watched(world, alert),
            on=flag(alert, "enabled", default=True),
            notifies=notifies(world, alert, "actions", "actionGroupId"),
        )


def _watched(world: World, alert: Resource) -> Maybe[frozenset[str]]:
    """The resources that are its scopes, or every one of its type inside a scope."""
    scopes, kind = read_all(alert, "scopes"), text(alert, "targetResourceType")
    found = list(world.targets(alert, "scopes", *_WATCHED))
    if not found and (UNKNOWN in scopes or isinstance(kind, Unknown)):
        return UNKNOWN
    types = [token for token, name in _WATCHED.items() if isinstance(kind, str) and name == kind.lower()]
    found += [one for one in world.of(*types) if any(_inside(one, scope) for scope in scopes)]
    return frozenset(part.urn for one in found for part in (one, *_beside(world, one)))


def _inside(resource: Resource, scope: object) -> bool:
    within = isinstance(resource.id, str) and isinstance(scope, str)
    return within and str(resource.id).lower().startswith(f"{str(scope).lower().rstrip('/')}/")


def _beside(world: World, watched: Resource) -> Iterable[Resource]:
    """What is watched with it: the server of a database, the environment of an app, the pools of a cluster."""
    if watched.type == SQL_DATABASE:
        return world.targets(watched, "serverName", SQL_SERVER)
    if watched.type == APP:
        return world.targets(watched, "managedEnvironmentId", ENVIRONMENT)
    return world.referring(watched, _POOL, "resourceName") if watched.type == CLUSTER else ()
