"""Messages in both languages; which one is shown is decided where it is shown."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["Message", "is_japanese", "visible"]


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


# Control characters, directions of writing, halves of characters: they move a terminal's cursor, open a CI's own commands at the
# start of a line, or may not stand in XML.
_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def visible(text: str) -> str:
    """The text on one line, whatever a state calls its resources."""
    return _HIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
