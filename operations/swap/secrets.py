"""What must never be written down or given in a command's words: passwords, and URLs that hold one."""

import re
from collections.abc import Mapping
from typing import Any

from operations.swap.refusal import Refusal
from operations.wording import say

__all__ = ["SecretError", "refuse_secrets"]

IN_TEXT = re.compile(
    r"://[^/\s@]*:[^/\s@]*@"  # user:password@ of a URL
    r"|\b(?:pgpassword|password|passwd|pwd|sslpassword|secret|token)\s*[=:]\s*\S"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY"
    r"|\bSCRAM-SHA-256\$\d|\bmd5[0-9a-f]{32}\b",  # what PostgreSQL stores of a password
    re.IGNORECASE,
)


class SecretError(Refusal):
    """A value looks like a secret; `at` says where it stood, the message never what it was."""

    def __init__(self, at: str) -> None:
        self.at = at
        super().__init__(
            say(
                f"{at}: looks like a password or holds one; nothing was written",
                f"{at}: パスワードの可能性があるため、何も書いていません",
            )
        )


def refuse_secrets(value: Any, at: str = "receipt") -> None:
    """Raise SecretError when a text somewhere in `value` (mappings, sequences, their keys) looks like a secret."""
    if isinstance(value, str):
        if IN_TEXT.search(value):
            raise SecretError(at)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            refuse_secrets(str(key), at)
            refuse_secrets(inner, f"{at}.{key}")
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value):
            refuse_secrets(inner, f"{at}[{number}]")
