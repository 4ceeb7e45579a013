"""Credentials that lie in the open in what was registered: by the name of a property or variable, or by what a text looks like.

A value under a secret's envelope was never seen here (`HIDDEN`). Where the policy SDK shows secrets opened, nothing is told: they could
not be told apart (`World.secrets_told_apart`). Sources of the patterns: the vendors' pages on each kind of token, named beside it.
"""

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from policies.facts.resources import Resource

_NOT_LETTERS = re.compile("[^a-z]")
# Names, letters only, whose text value is a credential.
_NAMED = re.compile(
    r"(?:password|passwd|passphrase|(?:^|[a-z])pwd"
    r"|secretaccesskey|secretkey|(?:primary|secondary|storageaccount|account)accesskey|accountkey|sharedkey"
    r"|(?:client|jwt|session|app|application|api|consumer|webhook|signing|shared|oauth)secret"
    r"|secretstring|secretbinary|secretdata|secretvalue|secretcontentcontent"
    r"|privatekey|privatekeypem|apikey|apitoken|authtoken|accesstoken|bearertoken|refreshtoken|sastoken)$"
)
_KINDS = (("key", "key"), ("token", "token"), ("", "password"))
# A reference to where the value lies, a switch, or nothing yet.
_REFERENCE = re.compile(
    r"arn:|ocid1\.|projects/|https?://[^@]*$|@microsoft\.keyvault|\$|\{|<|%|\*+$|"
    r"(?:true|false|null|none|enabled|disabled|required|optional|sensitive|vault_secret|plain_text)$",
    re.IGNORECASE,
)
_HINT = re.compile(
    r"PRIVATE KEY|://|eyJ|gh[pousr]_|github_pat_|glpat-|xox|AIza|sk_live_|sig=|AKIA|ASIA|=", re.IGNORECASE
)
_LOOKS_LIKE: tuple[tuple[str, re.Pattern[str]], ...] = (
    # https://www.rfc-editor.org/rfc/rfc7468
    ("key", re.compile(r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----")),
    # An access key's id within a longer text: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
    ("key", re.compile(r"(?<=[^A-Z0-9/])(?:AKIA|ASIA)[A-Z2-7]{16}\b")),
    # https://cloud.google.com/docs/authentication/api-keys
    ("key", re.compile(r"\bAIza[0-9A-Za-z_-]{35}\b")),
    # https://docs.github.com/authentication/keeping-your-account-and-data-secure/about-authentication-to-github
    ("token", re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{40,}|glpat-[A-Za-z0-9_-]{20})")),
    ("token", re.compile(r"\b(?:xox[abprs]-[A-Za-z0-9-]{10,}|sk_live_[A-Za-z0-9]{16,})")),
    # https://www.rfc-editor.org/rfc/rfc7519
    ("token", re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}")),
    # https://learn.microsoft.com/rest/api/storageservices/create-service-sas
    ("token", re.compile(r"[?&]sig=[A-Za-z0-9%+/=]{20,}")),
    # https://learn.microsoft.com/azure/storage/common/storage-configure-connection-string
    ("key", re.compile(r"(?:AccountKey|SharedAccessKey)=[A-Za-z0-9+/=]{16,}", re.IGNORECASE)),
    ("password", re.compile(r"[;?&](?:Password|Pwd)=(?![$<{%*])[^;&\s\"']{3,}", re.IGNORECASE)),
    ("password", re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s/:@'\"]+:(?![$<{%*])[^\s/:@'\"]+@[^\s/]")),
)
# In a script: NAME=value, whatever quotes and words stand before.
_ASSIGNED = re.compile(r"(?:^|[\s;&,{])(?:-{0,2})([A-Za-z][\w.-]*)[\"']?[ \t]*[:=][ \t]*[\"']?([^\s\"';,}]{4,})")
_SCRIPTS = re.compile(r"(?:userdata|userdatabasebase|customdata|startupscript|script|command|content)", re.IGNORECASE)
_LONGEST = 100_000
_DEEPEST = 12


def credentials(resource: Resource) -> Mapping[str, str]:
    """Path of each credential in the open to its kind (a word of CREDENTIALS)."""
    found: dict[str, str] = {}
    secret = resource.type.rpartition(":")[2] == "Secret"
    for path, name, value in _texts(resource.properties, (), "", 0):
        named = name in ("value", "propertiesvalue") and secret and "value" in path
        kind = (
            _by_name(name, value)
            or ("password" if named and not _REFERENCE.match(value) else "")
            or _by_look(name, value)
        )
        if kind:
            found[path] = kind
    return found


def _texts(value: Any, path: tuple[str, ...], name: str, depth: int) -> Iterator[tuple[str, str, str]]:
    """Each text with its path and the letters of its name; in a pair of name and value the pair's name."""
    if depth > _DEEPEST:
        return
    if isinstance(value, str):
        if value and len(value) <= _LONGEST:
            yield ".".join(path), name, value
            yield from _within(value, path, name, depth)
    elif isinstance(value, Mapping):
        paired = next((value[key] for key in ("name", "key", "Name") if isinstance(value.get(key), str)), None)
        for key, inner in value.items():
            own = paired if paired is not None and key in ("value", "Value") else key
            parent = name if own == "content" else ""
            yield from _texts(inner, (*path, str(key)), parent + _letters(str(own)), depth + 1)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _texts(inner, (*path, str(number)), name, depth + 1)


def _within(value: str, path: tuple[str, ...], name: str, depth: int) -> Iterator[tuple[str, str, str]]:
    """What a text holds in turn: JSON, or a script in base64."""
    if value[0] in "[{":
        try:
            inner = json.loads(value)
        except (ValueError, RecursionError):
            return
        if isinstance(inner, Mapping | list):
            yield from _texts(inner, path, name, depth + 1)
    elif _SCRIPTS.search(name):
        try:
            yield ".".join(path), name, base64.b64decode(value, validate=True).decode("utf-8")
        except (ValueError, binascii.Error):
            return


def _by_name(name: str, value: str) -> str:
    if not _NAMED.search(name) or _REFERENCE.match(value):
        return ""
    return next(kind for end, kind in _KINDS if name.removesuffix("pem").endswith(end))


def _by_look(name: str, value: str) -> str:
    if _SCRIPTS.search(name) or "\n" in value:
        for found in _ASSIGNED.finditer(value):
            kind = _by_name(_letters(found[1]), found[2])
            if kind:
                return kind
    if not _HINT.search(value):
        return ""
    return next((kind for kind, pattern in _LOOKS_LIKE if pattern.search(value)), "")


def _letters(name: str) -> str:
    return _NOT_LETTERS.sub("", name.lower())
