"""ADDRESS:PORT as a word of a command: a place that nobody on the internet reaches, and a socket that listens there."""

import ipaddress
import os
import re
import socket
from dataclasses import dataclass

from operations.swap.refusal import Refusal
from operations.wording import say
from stacks.settings.addresses import PRIVATE

__all__ = ["Endpoint", "endpoint", "listening"]

OWN = (*PRIVATE, *map(ipaddress.ip_network, ("127.0.0.0/8", "::1/128", "fc00::/7")))
"""Private and loopback addresses."""


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """A private or loopback address and a port."""

    address: str
    port: int

    def __str__(self) -> str:
        return f"[{self.address}]:{self.port}" if ":" in self.address else f"{self.address}:{self.port}"


def endpoint(text: str, option: str) -> Endpoint:
    """What `text` says. Raises Refusal, naming `option`, for anything but one private or loopback address with a port."""
    written, _, port = text.rpartition(":")
    try:
        address = ipaddress.ip_address(written.removeprefix("[").removesuffix("]") if ":" in written else written)
    except ValueError:
        address = None
    if address is None or not re.fullmatch("[1-9][0-9]{0,4}", port) or int(port) >= 2**16:
        raise Refusal(
            say(
                f"{option} '{text}': an address and a port (1 to 65535), such as 10.0.8.20:15432, and no name",
                f"{option}「{text}」: アドレスとポート(1 から 65535)にします。例: 10.0.8.20:15432。名前は使えません",
            )
        )
    if not any(address in one for one in OWN):
        raise Refusal(
            say(
                f"{option} '{text}': neither a private address (10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, fc00::/7) nor this machine's own (127.0.0.1): "
                "the source's server must not be reached from anywhere else",
                f"{option}「{text}」: プライベートアドレス(10.0.0.0/8、172.16.0.0/12、192.168.0.0/16、fc00::/7)でもこの機械自身(127.0.0.1)でもありません。"
                "移行元のサーバに、ほかから届いてはなりません",
            )
        )
    return Endpoint(address=str(address), port=int(port))


def listening(at: Endpoint) -> socket.socket:
    """A socket that listens there. Raises Refusal when the port is taken, or the address is no address of this machine."""
    family = socket.AF_INET6 if ":" in at.address else socket.AF_INET
    try:
        return socket.create_server((at.address, at.port), family=family)
    except OSError as error:
        told = os.strerror(error.errno or 0)
        raise Refusal(
            say(
                f"can't listen on {at}: {told}. Give an address of this machine and a port that no other program has",
                f"{at} で待ち受けられません: {told}。この機械のアドレスと、ほかのプログラムが使っていないポートにしてください",
            )
        ) from error
