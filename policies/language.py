"""Messages in both languages; which one is shown is decided where it is shown."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["Message", "is_japanese"]


@dataclass(frozen=True, slots=True)
class Message:
    """One message, in English and Japanese. `str()` speaks the language of the environment."""

    en: str
    ja: str

    def __add__(self, other: "Message") -> "Message":
        """Both, one after the other."""
        return Message(f"{self.en} {other.en}", f"{self.ja}{other.ja}")

    def __str__(self) -> str:
        return self.ja if is_japanese(os.environ) else self.en


def is_japanese(environ: Mapping[str, str]) -> bool:
    """By the first that is set of LC_ALL, LC_MESSAGES, LANG, as POSIX orders them."""
    chosen = next((environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(name)), "")
    return chosen.startswith("ja")
