"""Service Bus, Event Hubs and Log Analytics: https://learn.microsoft.com/azure/service-bus-messaging/configure-customer-managed-key."""

from collections.abc import Iterator

from policies.facts.answers import every, when
from policies.facts.azure.key import KEY
from policies.facts.azure.object_store import encrypted
from policies.facts.azure.sinks import ACCOUNT
from policies.facts.reading import is_set, text
from policies.facts.resources import Resource, World, customer_key
from policies.facts.vocabulary import UNKNOWN, Fact, Maybe, Queue

NAMESPACES = ("azure-native:eventhub:Namespace", "azure-native:servicebus:Namespace")
_WORKSPACE = "azure-native:operationalinsights:Workspace"
_CLUSTER = "azure-native:operationalinsights:Cluster"
_STORAGE_QUEUE = "azure-native:storage:Queue"
KNOWN = frozenset({*NAMESPACES, _WORKSPACE, _CLUSTER, _STORAGE_QUEUE})


def facts(world: World) -> Iterator[Fact]:
    for namespace in world.of(*NAMESPACES):
        source = when(text(namespace, "encryption.keySource"), lambda word: word.lower() == "microsoft.keyvault")
        yield _queue(namespace, every(source, is_set(namespace, "encryption.keyVaultProperties")))
    for workspace in world.of(_WORKSPACE):
        # A workspace takes a key by its dedicated cluster only:
        # https://learn.microsoft.com/azure/azure-monitor/logs/customer-managed-keys
        cluster = world.target(workspace, "features.clusterResourceId", _CLUSTER)
        key = is_set(workspace, "features.clusterResourceId") if cluster is None else _named(world, cluster)
        yield _queue(workspace, key)
    for queue in world.of(_STORAGE_QUEUE):
        account = world.target(queue, "accountName", ACCOUNT)
        yield _queue(queue, UNKNOWN if account is None else encrypted(world, account))


def _queue(queue: Resource, key: Maybe[bool]) -> Queue:
    # None of them admits a caller without a credential.
    return Queue(urn=queue.urn, role=queue.role, customer_key=key, open_to_anyone=False)


def _named(world: World, cluster: Resource) -> Maybe[bool]:
    return customer_key(world, cluster, "keyVaultProperties.keyName", KEY)
