"""A zone's own name server: what it says of a name, and what is written there (RFC 2136), every message signed (TSIG, RFC 8945).

Over TCP only: nothing is cut short, nobody else can answer, and every server has to offer it (https://www.rfc-editor.org/rfc/rfc7766#section-5).
"""

import re
import socket
from collections.abc import Sequence
from dataclasses import dataclass

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.rdataclass
import dns.rdataset
import dns.rdatatype
import dns.rdtypes.ANY.SOA
import dns.tsig
import dns.update

from operations.swap.refusal import Refusal
from operations.wording import say

__all__ = ["LEADING", "NameServer", "Node", "shown"]

TIMEOUT = 10.0
"""Seconds until a server that does not answer is given up."""

PLACE = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<host>[^:\[\]\s/]+))(?::(?P<port>\d{1,5}))?")
LEADING = (dns.rdatatype.CNAME, dns.rdatatype.A, dns.rdatatype.AAAA)
"""The types by which a host name leads somewhere."""

BESIDE_ANY = frozenset({dns.rdatatype.RRSIG, dns.rdatatype.NSEC, dns.rdatatype.NSEC3})
"""What a signed zone puts beside whatever a name has."""


@dataclass(frozen=True, kw_only=True)
class Node:
    """One name as its server has it. `leading`: of each type that it has. `beside`: the other types, as far as the server tells them."""

    name: dns.name.Name
    leading: tuple[dns.rdataset.Rdataset, ...]
    beside: frozenset[dns.rdatatype.RdataType] = frozenset()

    @property
    def records(self) -> str:
        """As `shown` gives them."""
        return shown(self.leading)


def shown(records: Sequence[dns.rdataset.Rdataset]) -> str:
    """`A 10.16.1.4 (3600 s)`; `-` for none."""
    each = [
        f"{dns.rdatatype.to_text(one.rdtype)} {' '.join(sorted(value.to_text() for value in one))} ({one.ttl} s)"
        for one in records
    ]
    return ", ".join(each) or "-"


class NameServer:
    """The primary of a zone. Each method raises Refusal with what the server said and what to do."""

    def __init__(self, place: str, zone: str, key: dns.tsig.Key) -> None:
        """`place`: ns1.example.lg.jp, with :port where it is not 53, an IPv6 address in brackets."""
        found = PLACE.fullmatch(place)
        port = int(found["port"] or 53) if found else 0
        if found is None or not 0 < port < 65536:
            form = "ns1.example.lg.jp, ns1.example.lg.jp:5353, 10.0.0.53, [2001:db8::53]:53"
            raise Refusal(say(f"--server {place}: {form}", f"--server {place}: {form} のように書きます"))
        self._host, self._port = found["six"] or found["host"], port
        self.zone = dns.name.from_text(zone)
        self._key = key

    def __str__(self) -> str:
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"{host}:{self._port}"

    def node(self, name: dns.name.Name) -> Node:
        """What the name has."""
        answers = {one: self._asked(name, one) for one in (*LEADING, dns.rdatatype.ANY)}
        every = [one for one in answers[dns.rdatatype.ANY].answer if one.name == name]
        leading = [_own(answers[one], name, one) for one in LEADING]
        return Node(
            name=name,
            leading=tuple(one for one in leading if one is not None),
            beside=frozenset(one.rdtype for one in every) - BESIDE_ANY - {*LEADING},
        )

    def serial(self) -> int:
        """The zone's serial."""
        found = _own(self._asked(self.zone, dns.rdatatype.SOA), self.zone, dns.rdatatype.SOA)
        if found is None:
            raise self._not_the_zones()
        [soa] = found
        assert isinstance(soa, dns.rdtypes.ANY.SOA.SOA)
        return soa.serial

    def change(self, message: dns.update.UpdateMessage) -> None:
        """Let the server take the whole message, or nothing of it."""
        answer = self._sent(message)
        if answer.rcode() != dns.rcode.NOERROR:
            raise self._refused(answer.rcode())

    def _asked(self, name: dns.name.Name, rdtype: dns.rdatatype.RdataType) -> dns.message.Message:
        question = dns.message.make_query(name, rdtype)
        question.flags &= ~dns.flags.RD
        answer = self._sent(question)
        if answer.rcode() not in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
            if rdtype == dns.rdatatype.ANY:
                return dns.message.make_response(question)  # RFC 8482 lets it refuse this one
            raise self._refused(answer.rcode())
        if not answer.flags & dns.flags.AA:
            raise self._not_the_zones()
        return answer

    def _sent(self, message: dns.message.Message) -> dns.message.Message:
        message.use_tsig(self._key)
        try:
            with socket.create_connection((self._host, self._port), timeout=TIMEOUT) as connected:
                connected.setblocking(False)
                answer = dns.query.tcp(message, self._host, timeout=TIMEOUT, sock=connected)
        except dns.tsig.PeerBadKey:
            raise self._said("BADKEY", *BADKEY) from None
        except (dns.tsig.PeerBadSignature, dns.tsig.BadSignature, dns.tsig.BadKey, dns.tsig.BadAlgorithm):
            raise self._said("BADSIG", *BADSIG) from None
        except (dns.tsig.PeerBadTime, dns.tsig.BadTime):
            raise self._said("BADTIME", *BADTIME) from None
        except (OSError, EOFError, dns.exception.Timeout) as error:
            raise self._said(_reason(error), *SILENT) from None
        except dns.exception.FormError as error:
            raise self._said(f"FormError {error}".strip(), *UNSIGNED) from None
        except dns.exception.DNSException as error:
            raise self._said(f"{type(error).__name__} {error}".strip(), *UNKNOWN) from None
        return answer

    def _refused(self, code: dns.rcode.Rcode) -> Refusal:
        return self._said(dns.rcode.to_text(code), *REFUSALS.get(code, UNKNOWN))

    def _not_the_zones(self) -> Refusal:
        return self._said("AA=0", *REFUSALS[dns.rcode.NOTAUTH])

    def _said(self, code: str, english: str, japanese: str) -> Refusal:
        return Refusal(f"{self} ({self.zone}): {code}: {say(english, japanese)}")


def _own(
    answer: dns.message.Message, name: dns.name.Name, rdtype: dns.rdatatype.RdataType
) -> dns.rdataset.Rdataset | None:
    found = answer.get_rrset(answer.answer, name, dns.rdataclass.IN, rdtype)
    return found.to_rdataset() if found else None


def _reason(error: BaseException) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return "timeout" if isinstance(error, TimeoutError | dns.exception.Timeout) else "the connection was closed"


BADKEY = (
    "the server does not know this key. --key-file has to be the one in its configuration, name and all",
    "サーバがこの鍵を知りません。--key-file は、サーバの設定にあるものと名前まで同じ鍵にします",
)
BADSIG = (
    "the signatures do not fit: the server has another secret or algorithm under this key's name",
    "署名が合いません。サーバの同じ名前の鍵とは、secret か algorithm が違います",
)
BADTIME = (
    "the clocks of this machine and the server are more than 5 minutes apart: set them right (NTP)",
    "この機械とサーバの時計が 5 分を超えてずれています。時刻を合わせます(NTP)",
)
SILENT = (
    "no answer over TCP. Is --server the right one, and does it let this machine in (TCP, port)? Whether an update that was sent arrived is not known: give "
    "the same command again, it looks first",
    "TCP で応答がありません。--server が正しいか、この機械から TCP で接続できるかを確かめます。送った更新が届いたかは分からないので、"
    "同じコマンドをもう一度実行します(先に今の記録を調べます)",
)
UNSIGNED = (
    "not signed, or no whole answer: anybody may have written it, and nothing of it is believed. The server has to have this key, and TSIG on for it; one without "
    "TSIG can't be used: write the records by hand, then check-names",
    "署名がないか、応答として壊れています。だれの応答か分からないので、使いません。サーバにこの鍵があり TSIG が有効なことを確かめます。TSIG のないサーバでは、"
    "記録を手で書き、check-names で確かめます",
)
UNKNOWN = (
    "not an answer that this step can act on: the server's log says more. Nothing else was sent; give the same command again",
    "この手順では扱えない応答です。サーバのログを確かめ、同じコマンドをもう一度実行します",
)
_CHANGED = (
    "the records are not, or no longer, those that were seen: somebody changed the name meanwhile, it has other records beside (a CNAME has to stand alone), "
    "or the zone answers for it by a wildcard (*). Nothing was changed: give the same command again; a name under a wildcard is written by hand",
    "記録が、調べた時のものではありません。その間に変更されたか、ほかの種類の記録があるか(CNAME はほかの記録と並べられません)、ゾーンがワイルドカード(*)で"
    "答えています。何も変えていません。同じコマンドをもう一度実行します。ワイルドカードの名前は手で書きます",
)
REFUSALS = {
    dns.rcode.NOTAUTH: (
        "the server is not the primary of this zone: --zone is the zone's own name, --server its primary",
        "このゾーンの正本を持つサーバではありません。--zone はゾーンそのものの名前、--server はその正本(プライマリ)にします",
    ),
    dns.rcode.NOTZONE: (
        "a name is not inside the zone: --zone is the zone that holds the names",
        "ゾーンの外の名前があります。--zone は名前を持つゾーンにします",
    ),
    dns.rcode.REFUSED: (
        "the server does not let this key do that: whoever keeps it allows the key (BIND: update-policy or allow-update; allow-query)",
        "サーバがこの鍵に許していません。サーバの管理者が許可します(BIND: update-policy または allow-update、allow-query)",
    ),
    dns.rcode.NOTIMP: (
        "the server takes no updates of RFC 2136: write the records by hand, then check-names",
        "サーバが RFC 2136 の更新を受け付けません。記録を手で書き、check-names で確かめます",
    ),
    dns.rcode.NXRRSET: _CHANGED,
    dns.rcode.YXRRSET: _CHANGED,
    dns.rcode.NXDOMAIN: _CHANGED,
    dns.rcode.YXDOMAIN: _CHANGED,
}
"""What each answer of a server means here, and what to do: https://www.rfc-editor.org/rfc/rfc2136#section-2.2"""
