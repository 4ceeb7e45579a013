"""What a script or cloud-init document that a machine starts with does to its logins and its clock: read, never run."""

import base64
import re
from collections.abc import Iterator

from policies.facts.answers import every, no, some
from policies.facts.reading import HasProperties, Path, read
from policies.facts.vocabulary import UNKNOWN, Maybe

_BASE64 = re.compile(r"[A-Za-z0-9+/\s]{16,}={0,2}\s*")
_PASSWORDS = re.compile(
    r"^\s*(?:PasswordAuthentication\s+yes|ssh_pwauth\s*:\s*(?:true|yes|1)\b)|chpasswd", re.IGNORECASE | re.MULTILINE
)
# Lines of chrony.conf and ntp.conf carry one of these options; others that begin so (a web server's) don't.
_NTP_LINE = re.compile(
    r"\b(?:server|pool|peer)\s+(\S+)[^\n]*?\b(?:iburst|burst|prefer|minpoll|maxpoll|xleave)\b", re.IGNORECASE
)
_TIMESYNCD = re.compile(r"^\s*(?:Fallback)?NTP\s*=\s*(.+)$", re.MULTILINE)
_WINDOWS = re.compile(r"/manualpeerlist:\W*([\w.:-]+)", re.IGNORECASE)
_CLOUD_INIT = re.compile(r"^(?P<indent>\s*)ntp\s*:\s*$\n(?P<block>(?:(?P=indent)\s+\S.*\n?)*)", re.MULTILINE)
_NAMED = re.compile(r"^\s*-\s*([\w.:-]+)\s*$|\[([^\]\n]*)\]", re.MULTILINE)


def scripts(resource: HasProperties, *paths: Path) -> list[Maybe[str]]:
    """Texts at the paths, base64 undone; one is `UNKNOWN` where its text is."""
    found = (read(resource, path) for path in paths)
    return [_plain(value) if isinstance(value, str) else UNKNOWN for value in found if value is not None]


def admits_passwords(texts: list[Maybe[str]]) -> Maybe[bool]:
    """One of them lets somebody log in by password."""
    return some(*(bool(_PASSWORDS.search(text)) if isinstance(text, str) else UNKNOWN for text in texts))


def keeps_time(texts: list[Maybe[str]], own: frozenset[str]) -> Maybe[bool]:
    """None of them names a time server that is not among the cloud's own (lower case)."""
    return every(
        *(
            no(any(name.lower() not in own for name in time_servers(text))) if isinstance(text, str) else UNKNOWN
            for text in texts
        )
    )


def time_servers(text: str) -> Iterator[str]:
    """The time servers that a script or document names: chrony, ntpd, timesyncd, w32tm, cloud-init."""
    yield from _NTP_LINE.findall(text)
    for names in _TIMESYNCD.findall(text):
        yield from re.findall(r"[\w.:-]+", names)
    yield from _WINDOWS.findall(text)
    for found in _CLOUD_INIT.finditer(text):
        for one, several in _NAMED.findall(found["block"]):
            yield from re.findall(r"[\w.:-]+", one or several)


def _plain(text: str) -> str:
    if not _BASE64.fullmatch(text):
        return text
    try:
        return base64.b64decode(text, validate=False).decode("utf-8")
    except ValueError:
        return text
