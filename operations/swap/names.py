"""Where host names point, as this machine resolves them, and where they have to point."""

import ipaddress
import re
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from operations.swap.refusal import Refusal
from operations.wording import say

__all__ = ["Pointed", "addresses", "host", "kind", "pointed", "resolved"]

LABEL = "[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
HOST = re.compile(rf"(?=.{{1,253}}$){LABEL}(?:\.{LABEL})*\.?")
NOT_THERE = (socket.EAI_NONAME, socket.EAI_NODATA)
"""What the resolver answers for a name that has no address; anything else is a failure of its own."""


@dataclass(frozen=True, kw_only=True)
class Pointed:
    """One name: the addresses that it has, and those that it has to have. `to`: names or addresses of the side that serves, as stated."""

    name: str
    found: frozenset[str]
    expected: frozenset[str]
    to: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Whether anybody who asks for the name may come to another place, or to none."""
        return self.found != self.expected

    @property
    def records(self) -> str:
        """The records that lead to the side that serves."""
        return ", ".join(f"{self.name}. {kind(one)} {one}{'' if _address(one) else '.'}" for one in self.to)


def host(text: str) -> str:
    """A host name without its last dot, in lower case. Raises Refusal for a URL, a port or anything else."""
    if not HOST.fullmatch(text) or _address(text):
        raise Refusal(
            say(
                f"{text}: no host name; juki.example.lg.jp, without https:// and port",
                f"{text}: ホスト名ではありません。https:// やポートを付けず、juki.example.lg.jp のように書きます",
            )
        )
    return text.rstrip(".").lower()


def resolved(name: str) -> frozenset[str]:
    """Every IPv4 and IPv6 address of it, none where it has none. Raises Refusal where the resolver gives no answer."""
    try:
        answers = socket.getaddrinfo(name, 443, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise Refusal(f"{name}: {error}") from None
    except socket.gaierror as error:
        if error.errno in NOT_THERE:
            return frozenset()
        raise Refusal(
            say(
                f"{name}: the resolver of this machine gives no answer ({error.strerror})",
                f"{name}: この機械の名前解決が応答しません({error.strerror})",
            )
        ) from None
    return frozenset(str(answer[4][0]) for answer in answers)


def pointed(names: Sequence[str], to: Sequence[str]) -> list[Pointed]:
    """Each name, held against the addresses of all that is stated in `to`. Raises Refusal where one of those has none here."""
    expected = addresses(to)
    return [Pointed(name=one, found=resolved(one), expected=expected, to=tuple(to)) for one in dict.fromkeys(names)]


def addresses(to: Sequence[str]) -> frozenset[str]:
    """Every address of the side that serves, stated by names or addresses. Raises Refusal where one of those has none here."""
    every = {one: resolved(one) for one in to}
    for one, found in every.items():
        if not found:
            raise Refusal(
                say(
                    f"{one}: the side that serves can't be resolved here: run this where its private DNS is asked, or state --address",
                    f"{one}: 稼働している側の名前をここでは解決できません。そのプライベート DNS を引ける所で実行するか、--address で指定してください",
                )
            )
    return frozenset().union(*every.values())


def kind(to: str) -> Literal["A", "AAAA", "CNAME"]:
    """The type of the record that leads to this name or address."""
    address = _address(to)
    if address is None:
        return "CNAME"
    return "A" if address.version == 4 else "AAAA"


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None
