"""What a name's server has to have so that it leads to the side that serves, and the one update that brings it there."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import dns.name
import dns.rdataclass
import dns.rdataset
import dns.rdatatype
import dns.update
from dns.rdtypes.ANY.CNAME import CNAME
from dns.rdtypes.IN.A import A
from dns.rdtypes.IN.AAAA import AAAA

from operations.swap.losses import Loss
from operations.swap.name_server import LEADING, Node, shown
from operations.swap.names import kind, resolved
from operations.swap.refusal import Refusal
from operations.swap.serving_side import on_either_side
from operations.wording import say
from stacks.settings import Settings

__all__ = ["Goal", "Pointing", "records_to", "update", "with_ttl"]

LEADS_TOO = (dns.rdatatype.HTTPS, dns.rdatatype.SVCB)
"""Browsers follow their addresses and names instead: https://www.rfc-editor.org/rfc/rfc9460#section-3"""

ALONE = tuple(
    dns.rdatatype.from_text(one)
    for one in [
        "SOA",
        "NS",
        "DS",
        "DNSKEY",
        "DNAME",
        "MX",
        "TXT",
        "SPF",
        "SRV",
        "CAA",
        "TLSA",
        "SSHFP",
        "SMIMEA",
        "OPENPGPKEY",
        "CERT",
        "PTR",
        "NAPTR",
        "URI",
        "HTTPS",
        "SVCB",
        "LOC",
        "HINFO",
        "RP",
        "AFSDB",
        "APL",
        "DHCID",
        "KEY",
    ]
)
"""Beside these no CNAME may stand, and a server leaves an added one out without a word: https://www.rfc-editor.org/rfc/rfc2136#section-3.4.2.2"""


@dataclass(frozen=True, kw_only=True)
class Pointing:
    """One name: what its server has, and what it is to have. `right`: nothing is to be done. `loss`: what somebody has to answer for first."""

    node: Node
    wanted: tuple[dns.rdataset.Rdataset, ...]
    right: bool
    unwanted: tuple[dns.rdatatype.RdataType, ...] = ()
    """The types that must not come to stand beside."""
    loss: Loss | None = None

    @property
    def name(self) -> str:
        """Without the last dot."""
        return _text(self.node.name)

    def __str__(self) -> str:
        return f"{self.name}: {self.node.records}" + ("" if self.right else f" -> {shown(self.wanted)}")


@dataclass(frozen=True, kw_only=True)
class Goal:
    """Where names have to lead. `expected`: the addresses that `records` lead to here. `other`: the other side's entry, where it is stated."""

    records: tuple[dns.rdataset.Rdataset, ...]
    expected: frozenset[str]
    other: str | None
    settings: Settings

    def of(self, node: Node) -> Pointing:
        """What is to be done for the name. Raises Refusal where other records of it are in the way."""
        if self._right(node):
            return Pointing(node=node, wanted=node.leading, right=True)
        unwanted = ALONE if self.records[0].rdtype == dns.rdatatype.CNAME else LEADS_TOO
        in_the_way = node.beside if unwanted is ALONE else node.beside & {*LEADS_TOO}
        if in_the_way:
            raise Refusal(_in_the_way(node, in_the_way, self.records))
        loss = (
            None if self._known(node) else Loss(kind="name-leads-elsewhere", name=_text(node.name), detail=node.records)
        )
        return Pointing(node=node, wanted=self.records, right=False, unwanted=unwanted, loss=loss)

    def _right(self, node: Node) -> bool:
        """These very records, or another name that leads there: whoever keeps the zone may have one between."""
        if node.leading == self.records:
            return True
        aliases = _aliases(node)
        return bool(aliases - {self.other}) and frozenset().union(*map(resolved, aliases)) == self.expected

    def _known(self, node: Node) -> bool:
        aliases = _aliases(node)
        if self.other is not None and aliases == {self.other}:
            return True
        found = frozenset().union(_addresses(node), *map(resolved, aliases))
        return bool(found) and all(
            one in self.expected or one == self.other or on_either_side(one, self.settings) for one in found
        )


def records_to(to: Sequence[str], ttl: int) -> tuple[dns.rdataset.Rdataset, ...]:
    """The records that lead to one name, or to addresses. Raises Refusal for several names, or a name beside addresses."""
    kinds = [kind(one) for one in to]
    if "CNAME" in kinds and len(to) > 1:
        told = ", ".join(to)
        raise Refusal(
            say(f"{told}: one name, or addresses only", f"{told}: 名前は一つだけ、またはアドレスだけにします")
        )
    values = {"CNAME": [f"{one.rstrip('.')}." for one in to], "A": to, "AAAA": to}
    return tuple(
        dns.rdataset.from_text_list(
            "IN", rdtype, ttl, [one for one, of in zip(values[text], kinds, strict=True) if of == text]
        )
        for rdtype in LEADING
        if (text := dns.rdatatype.to_text(rdtype)) in kinds
    )


def with_ttl(node: Node, ttl: int) -> Pointing:
    """The same records with another TTL. Raises Refusal for a name without any."""
    if not node.leading:
        name = _text(node.name)
        raise Refusal(say(f"{name}: has no records, so no TTL", f"{name}: 記録がなく、TTL もありません"))
    wanted = tuple(dns.rdataset.from_rdata_list(ttl, list(one)) for one in node.leading)
    return Pointing(node=node, wanted=wanted, right=all(one.ttl == ttl for one in node.leading))


def update(zone: dns.name.Name, changes: Iterable[Pointing]) -> dns.update.UpdateMessage:
    """One message for all: what was seen has to be there still, and nothing that stands in the way, or the server changes nothing."""
    message = dns.update.UpdateMessage(zone)
    for one in changes:
        name, seen = one.node.name, {records.rdtype: records for records in one.node.leading}
        for rdtype in (*LEADING, *one.unwanted):
            if rdtype in seen:
                message.present(name, *seen[rdtype])
            else:
                message.absent(name, rdtype)
        for rdtype in seen:
            message.delete(name, rdtype)
        for records in one.wanted:
            message.add(name, records)
    return message


def _aliases(node: Node) -> frozenset[str]:
    """The name that it is another name of, if it is."""
    return frozenset(_text(value.target) for records in node.leading for value in records if isinstance(value, CNAME))


def _addresses(node: Node) -> frozenset[str]:
    return frozenset(value.address for records in node.leading for value in records if isinstance(value, A | AAAA))


def _in_the_way(node: Node, types: Iterable[dns.rdatatype.RdataType], records: Sequence[dns.rdataset.Rdataset]) -> str:
    name, found = _text(node.name), ", ".join(sorted(map(dns.rdatatype.to_text, types)))
    return say(
        f"{name} has records of type {found} too, which {shown(records)} can't stand beside. Nothing was changed: move them to another name, or let users "
        "type another name",
        f"{name} には {found} の記録もあり、{shown(records)} と並べられません。何も変えていません。それらを別の名前に移すか、利用者の使う名前を別にします",
    )


def _text(name: dns.name.Name) -> str:
    return name.to_text(omit_final_dot=True).lower()
