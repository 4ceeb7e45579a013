"""What a person reads when a setting is refused: key, value, what is allowed, how to fix it, in Japanese or English."""

import difflib
import json
import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

NAMESPACE = "machikumo"


class Language(StrEnum):
    """The language of messages."""

    JA = "ja"
    EN = "en"

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Language":
        """Japanese when LANG starts with `ja`, else English."""
        return cls.JA if environment.get("LANG", "").startswith("ja") else cls.EN


@dataclass(frozen=True, kw_only=True)
class Text:
    """The same sentence in both languages."""

    ja: str
    en: str

    def read(self, language: Language) -> str:
        """The sentence in one language."""
        return self.ja if language is Language.JA else self.en

    def __add__(self, other: "Text") -> "Text":
        return Text(ja=self.ja + other.ja, en=self.en + other.en)


def plain(text: str) -> Text:
    """A text that reads the same in both languages: a command, a list of values."""
    return Text(ja=text, en=text)


def command(key: str, value: str) -> Text:
    """The command that sets the key."""
    return plain(f"pulumi config set {NAMESPACE}:{key} {shlex.quote(value)}")


def edit(key: str, value: str) -> Text:
    """The edit of the stack's file, for values that have a structure."""
    return Text(
        ja=f"stacks/config/Pulumi.<スタック名>.yaml を編集: {NAMESPACE}:{key}: {value}",
        en=f"edit stacks/config/Pulumi.<stack>.yaml: {NAMESPACE}:{key}: {value}",
    )


def nearest(word: str, words: Iterable[str]) -> str | None:
    """The word that was probably meant, or None."""
    spelled = word.strip().lower().replace("_", "-")
    by_spelling = {candidate.replace("_", "-"): candidate for candidate in words}
    found = difflib.get_close_matches(spelled, by_spelling, n=1, cutoff=0.6)
    return by_spelling[found[0]] if found else None


def shown(value: object) -> str:
    """A value as messages quote it: JSON, one line, at most 80 characters. Never called with a secret."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 80 else text[:79] + "…"


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """Why a value is refused. `allowed` and `fix` replace the field's own where they know better; `at` is a path below the field."""

    reason: Text
    allowed: Text | None = None
    fix: Text | None = None
    at: str = ""
    value: object = None


class Refused(ValueError):  # noqa: N818 - read as a verb where it is raised
    """Raised by a field's check, with everything found wrong."""

    def __init__(self, *refusals: Refusal) -> None:
        super().__init__(" ".join(refusal.reason.en for refusal in refusals))
        self.refusals = refusals


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One refused setting. `value` is None where nothing was given, or where it must not be shown."""

    key: str
    value: str | None
    reason: Text
    allowed: Text
    fix: Text

    def read(self, language: Language) -> str:
        """Three lines in one language."""
        head = self.key if self.value is None else f"{self.key} = {self.value}"
        allowed, fix = ("使える値", "直し方") if language is Language.JA else ("allowed", "fix")
        return (
            f"{head}: {self.reason.read(language)}\n"
            f"  {allowed}: {self.allowed.read(language)}\n"
            f"  {fix}: {self.fix.read(language)}"
        )


class SettingsError(Exception):
    """Every problem of a stack's settings; `str()` is the message in the language asked for."""

    def __init__(self, problems: Sequence[Problem], *, language: Language) -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        head = Text(
            ja=f"スタックの設定に誤りが{count}件あります。何も登録していません。",
            en=f"{count} setting{'s are' if count > 1 else ' is'} refused; nothing was registered.",
        )
        super().__init__("\n".join([head.read(language), *(problem.read(language) for problem in self.problems)]))
