"""The key that signs what is asked of a name server: a file as tsig-keygen, ddns-confgen and rndc-confgen write it.

key "machikumo" {
        algorithm hmac-sha256;
        secret "…";
};
"""

import base64
import os
import re
from pathlib import Path

import dns.exception
import dns.name
import dns.tsig

from operations.swap.refusal import Refusal
from operations.wording import say

__all__ = ["ALGORITHMS", "read_key"]

ALGORITHMS = ("hmac-sha256", "hmac-sha384", "hmac-sha512")
"""Those that RFC 8945 neither advises against nor cuts short: https://www.rfc-editor.org/rfc/rfc8945#section-6"""

WORD = r'("[^"\n]*"|[^"{};\s]+)'
COMMENT = re.compile(r'("[^"\n]*")|/\*.*?\*/|//[^\n]*|#[^\n]*', re.DOTALL)
KEY = re.compile(rf"\s*key\s+{WORD}\s*\{{((?:\s*[a-z]+\s+{WORD}\s*;)*)\s*\}}\s*;?\s*")
STATEMENT = re.compile(rf"([a-z]+)\s+{WORD}\s*;")
NOT_THE_OWNERS = 0o077
"""The bits of a mode that let anybody but the owner in."""


def read_key(path: Path) -> dns.tsig.Key:
    """The file's one key. Raises Refusal, which tells nothing of the content, for a file that others may read or that is none."""
    try:
        with path.open("rb") as opened:
            mode = os.fstat(opened.fileno()).st_mode & 0o777
            content = opened.read()
    except OSError as error:
        raise Refusal(f"{path}: {error.strerror}") from None
    if mode & NOT_THE_OWNERS:
        raise Refusal(
            say(
                f"{path}: others may read or write it (mode {mode:04o}), and whoever has this key can point the names: chmod 600 {path}, or have a new key made",
                f"{path}: ほかの利用者が読み書きできます(モード {mode:04o})。この鍵を持つ者は名前を書き換えられます。chmod 600 {path} とするか、鍵を作り直します",
            )
        )
    form = KEY.fullmatch(COMMENT.sub(lambda found: found[1] or " ", content.decode("utf-8", "replace")))
    stated = {word: value.strip('"') for word, value in STATEMENT.findall(form[2])} if form else {}
    if form is None or stated.keys() != {"algorithm", "secret"}:
        raise _no_key(path)
    algorithm = stated["algorithm"].lower()
    if algorithm not in ALGORITHMS:
        known = ", ".join(ALGORITHMS)
        raise Refusal(
            say(
                f"{path}: algorithm {algorithm}: {known} are taken; tsig-keygen -a {ALGORITHMS[0]} makes such a key",
                f"{path}: algorithm {algorithm}: 使えるのは {known} です。tsig-keygen -a {ALGORITHMS[0]} で作れます",
            )
        )
    try:
        name, secret = dns.name.from_text(form[1].strip('"')), base64.b64decode(stated["secret"], validate=True)
    except (ValueError, dns.exception.DNSException):
        raise _no_key(path) from None
    if not secret:
        raise _no_key(path)
    return dns.tsig.Key(name, secret, algorithm)


def _no_key(path: Path) -> Refusal:
    form = 'key "NAME" { algorithm hmac-sha256; secret "BASE64"; };'
    return Refusal(
        say(
            f"{path}: not one key in the form {form} (tsig-keygen NAME > {path})",
            f"{path}: {form} の形の鍵一つではありません(tsig-keygen NAME > {path})",
        )
    )
