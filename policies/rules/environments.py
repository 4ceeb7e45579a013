"""Production and what is not production lie apart."""

from collections.abc import Iterator

from policies.facts.vocabulary import ENVIRONMENTS, LandingUnit, Tagged, Unknown
from policies.language import Message
from policies.rules.rule import Facts, rule
from policies.rules.unseen import unseen

_SLUG = "gov-env-separation"
_NAME = Message(
    "Let the program name the account, subscription, project or compartment that is this environment's alone.",
    "その環境だけのアカウント、サブスクリプション、プロジェクトまたはコンパートメントをプログラムで指定してください。",
)
_TAGS = ("environment", "env")


@rule(
    _SLUG,
    "A stack lies in one unit that its program names, and holds nothing of another environment.",
    title_ja="環境ごとのアカウント分離",
    organisation=True,
)
def separated(subject: Tagged | Facts) -> Iterator[Message]:
    """What is left to the organisation is whose a unit is that nobody named, or the root of a tenancy. That no other environment's stack
    lies in the same unit shows only where both are seen.
    """
    if isinstance(subject, Facts):
        units = subject.of(LandingUnit)
        unnamed = [unit.name for unit in units if unit.pinned is not True or unit.root is not False]
        if unnamed or not units:
            raise unseen(_SLUG, _NAME, unnamed)
    elif isinstance(subject, Tagged):
        yield from _mixed(subject)


def _mixed(fact: Tagged) -> Iterator[Message]:
    """Where the stack's name tells no environment, or a tag is not known, nothing is shown."""
    stack = ENVIRONMENTS.get(fact.environment)
    if stack is None or isinstance(fact.tags, Unknown):
        return
    for key, value in fact.tags.items():
        told = ENVIRONMENTS.get(value.lower()) if isinstance(value, str) and key.lower() in _TAGS else None
        if told is not None and told is not stack:
            yield Message(
                f"{fact.name} is tagged {key}: {value}, and its stack is of {fact.environment}. Move it to that environment's stack, or"
                " mend the tag.",
                f"{fact.name} のタグは {key}: {value} ですが、スタックは {fact.environment} です。その環境のスタックに移すか、タグを直してください。",
            )
