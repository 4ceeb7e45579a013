"""Somebody is told of what matters."""

from collections.abc import Iterator

from policies.facts.vocabulary import CHANGES, ChangeAlarm, Unknown, known
from policies.language import Message
from policies.rules.rule import Facts, rule
from policies.rules.unseen import unseen

_CHANGES = "mon-privileged-change-alarms"
_TELL = Message("Make alarms on such changes.", "このような変更の警報を設けてください。")


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
    missing = CHANGES.difference(*(_words(alarm) for alarm in subject.of(ChangeAlarm)))
    if missing:
        raise unseen(_CHANGES, _TELL, missing)


def _words(alarm: ChangeAlarm) -> frozenset[str]:
    return frozenset() if isinstance(alarm.changes, Unknown) else alarm.changes


def _works(alarm: ChangeAlarm) -> Iterator[Message]:
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
