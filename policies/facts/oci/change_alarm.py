"""Rules of the Events service: https://docs.oracle.com/en-us/iaas/Content/Events/Concepts/filterevents.htm.

The events: CIS Oracle Cloud Infrastructure Foundations Benchmark, chapter on logging and monitoring; those of vaults:
https://docs.oracle.com/en-us/iaas/Content/KeyManagement/Tasks/event_notification.htm (the event of a single key's deletion is unverified and
not asked). The audit log is always on and nobody can change it:
https://docs.oracle.com/en-us/iaas/Content/Audit/Concepts/auditoverview.htm.
"""

from collections.abc import Iterator, Mapping

from policies.facts.alarms import parts
from policies.facts.answers import every, some
from policies.facts.reading import document, flag, is_set, items, read_all
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import UNKNOWN, ChangeAlarm, Fact, Maybe

_RULE = "oci:Events/rule:Rule"
TOPIC = "oci:Ons/notificationTopic:NotificationTopic"
SUBSCRIPTION = "oci:Ons/subscription:Subscription"
KNOWN = frozenset({_RULE, TOPIC, SUBSCRIPTION})


def _all(service: str, events: str) -> frozenset[str]:
    return frozenset(f"com.oraclecloud.{service}.{event}" for event in events.split())


_NEEDS: Mapping[str, frozenset[str]] = {
    "root-use": _all("identitysignon", "interactivelogin"),
    "identity": _all(
        "identitycontrolplane",
        "createpolicy updatepolicy deletepolicy creategroup updategroup deletegroup addusertogroup removeuserfromgroup",
    ),
    "keys": _all("keymanagementservice", "schedulevaultdeletion"),
    "audit-log": frozenset(),
    "network": _all(
        "virtualnetwork",
        "createsecuritylist updatesecuritylist deletesecuritylist createnetworksecuritygroup updatenetworksecuritygroup"
        " deletenetworksecuritygroup updatenetworksecuritygroupsecurityrules",
    ),
    "guardrails": _all("cloudguard", "problemdetected"),
}


def facts(world: World) -> Iterator[Fact]:
    for urn, words in parts({rule.urn: list(_events(rule)) for rule in world.of(_RULE)}, _NEEDS).items():
        rule = world.get(urn)
        if rule is not None:
            on = flag(rule, "isEnabled", default=True)
            yield ChangeAlarm(urn=urn, role=rule.role, changes=words, on=on, notifies=_notifies(world, rule))


def _events(rule: Resource) -> Iterator[str]:
    """The types of event, `*` for any text; nothing where attributes of the event are compared too. Some come when work begins and ends."""
    condition = document(rule, "condition")
    if not isinstance(condition, Mapping):
        return
    parts_of = {key.lower(): value for key, value in condition.items()}
    if parts_of.keys() <= {"eventtype", "data"} and not parts_of.get("data"):
        for one in items(parts_of.get("eventtype")):
            if isinstance(one, str):
                yield one.lower().removesuffix(".begin").removesuffix(".end")


def _notifies(world: World, rule: Resource) -> Maybe[bool]:
    """One of its actions is on and goes to a topic (or a function, or a stream)."""
    actions = read_all(rule, "actions.actions")
    return some(*(UNKNOWN if not isinstance(one, Mapping) else _acts(world, rule, one) for one in actions))


def _acts(world: World, rule: Resource, action: Mapping[str, object]) -> Maybe[bool]:
    goes = some(*(is_set(action, name) for name in ("topicId", "functionId", "streamId")))
    return every(flag(action, "isEnabled", default=False), goes, _heard(world, rule, action))


def _heard(world: World, rule: Resource, action: Mapping[str, object]) -> Maybe[bool]:
    """A topic that the stack makes has a subscription."""
    topics = world.targets(rule, "actions.actions.topicId", TOPIC) if is_set(action, "topicId") is not False else ()
    subscribed = (bool(world.referring(topic, SUBSCRIPTION, "topicId")) for topic in topics)
    return some(*(one or world.absent(value=False) for one in subscribed)) if topics else True
