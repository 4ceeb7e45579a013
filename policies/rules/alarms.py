"""Somebody is told of what matters."""

from collections.abc import Iterator

from policies.facts.vocabulary import (
    CHANGES,
    ChangeAlarm,
    Database,
    Fact,
    HealthAlarm,
    LoadBalancer,
    Machine,
    Service,
    known,
)
from policies.language import Message
from policies.rules.rule import Facts, rule
from policies.rules.unseen import shown, unseen

_CHANGES = "mon-privileged-change-alarms"
_HEALTH = "mon-capacity-health-alarms"
_TELL = Message("Make alarms on such changes.", "このような変更の警報を設けてください。")
_WATCH = Message("Make an alarm on a metric of each.", "それぞれの指標に警報を設けてください。")


@rule(
    _CHANGES,
    "Somebody is told of owner use and of changes to identities, keys, the audit log, network filters and guardrails.",
    title_ja="特権操作・設定変更の警報",
    organisation=True,
)
def change_alarms(subject: ChangeAlarm | Facts) -> Iterator[Message]:
    """What is left to the organisation is what no alarm of the stack tells of; an alarm of the stack's own has to be on and be heard."""
    if not isinstance(subject, Facts):
        yield from _works(subject)
        return
    missing = CHANGES - shown(alarm.changes for alarm in subject.of(ChangeAlarm))
    if missing:
        raise unseen(_CHANGES, _TELL, missing)


@rule(
    _HEALTH,
    "Somebody is told when a database, a front end, a service or a machine is full or fails.",
    title_ja="容量・稼働の警報",
    organisation=True,
)
def health_alarms(subject: HealthAlarm | Facts) -> Iterator[Message]:
    """What is left to the organisation is what no alarm of the stack watches."""
    if not isinstance(subject, Facts):
        yield from _works(subject)
        return
    kinds: tuple[type[Fact], ...] = (Database, LoadBalancer, Service, Machine)
    running = {fact.urn: fact.name for kind in kinds for fact in subject.of(kind)}
    missing = running.keys() - shown(alarm.of for alarm in subject.of(HealthAlarm))
    if missing:
        raise unseen(_HEALTH, _WATCH, (running[urn] for urn in missing))


def _works(alarm: ChangeAlarm | HealthAlarm) -> Iterator[Message]:
    if not known(alarm.on):
        yield Message(
            f"Alarm {alarm.name} is switched off. Switch it on.",
            f"警報 {alarm.name} が無効です。有効にしてください。",
        )
    if not known(alarm.notifies):
        yield Message(
            f"Alarm {alarm.name} tells nobody. Name a topic, group or channel that somebody receives.",
            f"警報 {alarm.name} はだれにも届きません。受信者のいるトピック、グループまたはチャネルを指定してください。",
        )
