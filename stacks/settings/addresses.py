"""Private address ranges and who may reach the entry tier."""

import ipaddress
import json
from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

from stacks.settings.fields import Allowed, WholeNumber
from stacks.settings.messages import Refusal, Refused, Text

PRIVATE = tuple(ipaddress.IPv4Network(block) for block in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))
"""https://www.rfc-editor.org/rfc/rfc1918"""


def private_range(value: str, *, widest: int, narrowest: int) -> str:
    """The range when it is written canonically, lies in private address space and has a prefix within bounds; else Refused."""
    try:
        network = ipaddress.IPv4Network(value, strict=False)
    except ValueError:
        reason = Text(ja="IPv4 の範囲 (CIDR) ではありません。", en="not an IPv4 range (CIDR).")
        raise Refused(Refusal(reason=reason)) from None
    if network.prefixlen == 0:
        raise Refused(Refusal(reason=Text(ja="すべてのアドレスを意味します。", en="this means every address.")))
    if str(network) != value:
        reason = Text(
            ja=f"範囲の先頭で書かれていません。{network} ではありませんか。",
            en=f"not written by its first address. Did you mean {network}?",
        )
        raise Refused(Refusal(reason=reason))
    if not any(network.subnet_of(block) for block in PRIVATE):
        reason = Text(ja="プライベートアドレスの範囲ではありません。", en="not a range of private addresses.")
        raise Refused(Refusal(reason=reason))
    if not widest <= network.prefixlen <= narrowest:
        wide = network.prefixlen < widest
        reason = Text(ja="広すぎます。" if wide else "狭すぎます。", en="too wide." if wide else "too narrow.")
        raise Refused(Refusal(reason=reason))
    return value


def network_range(value: str) -> str:
    """/16 to /22: three tiers over two zones and the delegated subnets have to fit, and no cloud takes more than /16."""
    return private_range(value, widest=16, narrowest=22)


class Flow(BaseModel):
    """One permission to reach the entry tier, reviewed as data."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: Annotated[
        str,
        Field(alias="from"),
        Allowed(
            ja="庁内などのプライベートアドレスの範囲 (/8 から /32、network_cidr と重ならない)",
            en="a private range, /8 to /32, outside network_cidr: the city hall's, for example",
            example="172.20.0.0/16",
        ),
    ]
    """Where the connection comes from: a private IPv4 range in canonical form."""
    port: Annotated[int, WholeNumber(low=1, high=65535), Allowed(ja="1 から 65535", en="1 to 65535", example="443")] = (
        443
    )
    """The port of the entry tier, TCP."""
    why: Annotated[
        str,
        Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*\S[^\x00-\x1f\x7f]*$"),
        Allowed(
            ja="理由 (200字まで、日本語可、改行なし)",
            en="the reason, at most 200 characters on one line, Japanese or English",
            example="terminals at the city hall",
        ),
    ]
    """The reason, as written: maybe Japanese. Some clouds take ASCII only in descriptions, so it is not sent there."""

    @field_validator("source")
    @classmethod
    def _source_is_private(cls, value: str) -> str:
        return private_range(value, widest=8, narrowest=32)


FLOW_EXAMPLE = json.dumps([{"from": "172.20.0.0/16", "port": 443, "why": "terminals at the city hall"}])


def flows_outside(flows: Sequence[Flow], key: str, network_cidr: str | None) -> None:
    """Refused when a flow comes from inside the workload's own range (set as `key`) or is listed twice. None: no such range, or refused already."""
    refusals: list[Refusal] = []
    seen: set[tuple[str, int]] = set()
    for number, flow in enumerate(flows):
        source = ipaddress.IPv4Network(flow.source)
        if network_cidr is not None and source.overlaps(ipaddress.IPv4Network(network_cidr)):
            reason = Text(
                ja=f"machikumo:{key} ({network_cidr}) と重なります。",
                en=f"overlaps machikumo:{key} ({network_cidr}).",
            )
            refusals.append(Refusal(reason=reason, at=f"[{number}].from", value=flow.source))
        if (flow.source, flow.port) in seen:
            reason = Text(ja="同じ範囲とポートがすでにあります。", en="the same range and port are listed already.")
            refusals.append(Refusal(reason=reason, at=f"[{number}].from", value=flow.source))
        seen.add((flow.source, flow.port))
    if refusals:
        raise Refused(*refusals)
