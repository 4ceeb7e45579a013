"""Name servers for a zone, with keys: one of this process, which holds an update against RFC 2136, and BIND where it is installed."""

import socket
import socketserver
import struct
import subprocess
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import dns.flags
import dns.message
import dns.name
import dns.opcode
import dns.query
import dns.rcode
import dns.rdataclass
import dns.rdataset
import dns.rdatatype
import dns.tsig
import dns.update
import dns.zone

ZONE = "example.lg.jp"
ORIGIN = dns.name.from_text(ZONE)
START = f"""$ORIGIN {ZONE}.
$TTL 300
@ SOA ns1 hostmaster 1 3600 600 86400 60
@ NS ns1
ns1 A 127.0.0.1
"""
SECRETS = {
    "mover": "bW92ZXItbW92ZXItbW92ZXItbW92ZXItbW92ZXI=",
    "admin": "YWRtaW4=",
    "reader": "cmVhZGVyLy8vcmVhZGVyLy8v",
}
ALGORITHMS = {"mover": "hmac-sha256", "admin": "hmac-sha384", "reader": "hmac-sha512"}
KEYS = {one: dns.tsig.Key(one, secret, ALGORITHMS[one]) for one, secret in SECRETS.items()}
NAMES = ("juki", "tax", "other", "alias", "*")
"""What tests write into the zone, and let be written."""
MAY_WRITE = ("mover", "admin")

Nodes = dict[dns.name.Name, dict[dns.rdatatype.RdataType, dns.rdataset.Rdataset]]


def key_file(name: str) -> str:
    """As tsig-keygen writes it."""
    return f'key "{name}" {{\n\talgorithm {ALGORITHMS[name]};\n\tsecret "{SECRETS[name]}";\n}};\n'


class Authoritative(ABC):
    """A running server, and what a test writes and reads there past what is tested."""

    port: int

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.port}"

    def write(self, name: str, *records: str) -> None:
        """Let the name have these records, `3600 A 10.16.1.4`, and no others."""
        message, owner = dns.update.UpdateMessage(ZONE), dns.name.from_text(name, ORIGIN)
        message.delete(owner)
        for one in records:
            ttl, rdtype, value = one.split(" ", 2)
            message.add(owner, int(ttl), rdtype, value)
        self.apply(message)

    def apply(self, message: dns.update.UpdateMessage) -> None:
        message.use_tsig(KEYS["admin"])
        assert dns.query.tcp(message, "127.0.0.1", port=self.port, timeout=10).rcode() == dns.rcode.NOERROR

    def records(self, name: str) -> set[str]:
        """All that the name has, `3600 A 10.16.1.4`."""
        answer = dns.query.tcp(
            dns.message.make_query(dns.name.from_text(name, ORIGIN), "ANY"), "127.0.0.1", port=self.port, timeout=10
        )
        return {f"{one.ttl} {dns.rdatatype.to_text(one.rdtype)} {value}" for one in answer.answer for value in one}

    @property
    def serial(self) -> int:
        [soa] = {one.split()[4] for one in self.records("@") if one.split()[1] == "SOA"}
        return int(soa)

    @abstractmethod
    def emptied(self) -> None:
        """Let the zone be as it began, but for its serial."""


class Here(Authoritative):
    """A server of this process. `silent`, `unsigned`…: what a test makes it do wrong."""

    def __init__(self) -> None:
        self.wrong: str | None = None
        self.emptied()
        server = self

        class Connection(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                while length := self.rfile.read(2):
                    answer = server._answered(self.rfile.read(*struct.unpack("!H", length)))
                    self.wfile.write(struct.pack("!H", len(answer)) + answer)

        self._listening = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Connection)
        self._listening.daemon_threads = True
        self.port = self._listening.server_address[1]
        threading.Thread(target=self._listening.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self._listening.shutdown()
        self._listening.server_close()

    def emptied(self) -> None:
        zone = dns.zone.from_text(START, relativize=False)
        self._nodes: Nodes = {
            name: {one.rdtype: dns.rdataset.from_rdata_list(one.ttl, list(one)) for one in node}
            for name, node in zone.nodes.items()
        }

    def _answered(self, wire: bytes) -> bytes:
        try:
            asked = dns.message.from_wire(wire, keyring={one.name: one for one in KEYS.values()})
        except dns.message.UnknownTSIGKey:
            return _not_verified(wire, dns.rcode.BADKEY)
        except dns.tsig.BadSignature:
            return _not_verified(wire, dns.rcode.BADSIG)
        except dns.tsig.BadTime:
            return _not_verified(wire, dns.rcode.BADTIME)
        answer = dns.message.make_response(asked)
        updates = isinstance(asked, dns.update.UpdateMessage)
        answer.set_rcode(self._updated(asked) if updates else self._told(asked, answer))
        if self.wrong == "unsigned":
            answer.tsig, answer.want_tsig_sign = None, False
        return answer.to_wire()

    def _told(self, asked: dns.message.Message, answer: dns.message.Message) -> dns.rcode.Rcode:
        [question] = asked.question
        if not question.name.is_subdomain(ORIGIN) or (self.wrong == "any" and question.rdtype == dns.rdatatype.ANY):
            return dns.rcode.REFUSED
        if self.wrong != "secondhand":
            answer.flags |= dns.flags.AA
        wild = dns.name.Name((b"*", *question.name.labels[1:]))
        node = self._nodes.get(question.name, self._nodes.get(wild))
        for rdtype, records in (node or {}).items():
            if question.rdtype in (rdtype, dns.rdatatype.ANY) or rdtype == dns.rdatatype.CNAME:
                answer.find_rrset(answer.answer, question.name, dns.rdataclass.IN, rdtype, create=True).update(records)
        return dns.rcode.NOERROR if node else dns.rcode.NXDOMAIN

    def _updated(self, asked: dns.update.UpdateMessage) -> dns.rcode.Rcode:
        if self.wrong == "no updates":
            return dns.rcode.NOTIMP
        if asked.zone[0].name != ORIGIN:
            return dns.rcode.NOTAUTH
        if not asked.had_tsig or asked.keyname not in [KEYS[one].name for one in MAY_WRITE]:
            return dns.rcode.REFUSED
        if self.wrong == "forgetful" and asked.prerequisite:
            return dns.rcode.NOERROR
        refused = self._prerequisites(asked)
        if refused is None:
            self._nodes = _changed(self._nodes, asked)
        return refused or dns.rcode.NOERROR

    def _prerequisites(self, asked: dns.update.UpdateMessage) -> dns.rcode.Rcode | None:
        """RFC 2136, 3.2.5."""
        valued: Nodes = {}
        for one in asked.prerequisite:
            if one.ttl:
                return dns.rcode.FORMERR
            node, every = self._nodes.get(one.name, {}), one.rdtype == dns.rdatatype.ANY
            there = bool(node) if every else one.rdtype in node
            if one.deleting == dns.rdataclass.ANY and not there:
                return dns.rcode.NXDOMAIN if every else dns.rcode.NXRRSET
            if one.deleting == dns.rdataclass.NONE and there:
                return dns.rcode.YXDOMAIN if every else dns.rcode.YXRRSET
            if one.deleting is None:
                valued.setdefault(one.name, {}).setdefault(
                    one.rdtype, dns.rdataset.Rdataset(one.rdclass, one.rdtype)
                ).update(one)
        differing = [
            1
            for name, types in valued.items()
            for rdtype, one in types.items()
            if self._nodes.get(name, {}).get(rdtype) != one
        ]
        return dns.rcode.NXRRSET if differing else None


def _changed(nodes: Nodes, asked: dns.update.UpdateMessage) -> Nodes:
    """RFC 2136, 3.4.2: in order, all of it; a CNAME beside other records, and the reverse, is left out without a word."""
    made: Nodes = {name: {rdtype: one.copy() for rdtype, one in types.items()} for name, types in nodes.items()}
    for one in asked.update:
        node = made.setdefault(one.name, {})
        if one.deleting == dns.rdataclass.ANY:
            for rdtype in [each for each in node if one.rdtype in (each, dns.rdatatype.ANY)]:
                del node[rdtype]
        elif one.rdtype == dns.rdatatype.CNAME and not node.keys() - {dns.rdatatype.CNAME}:
            node[one.rdtype] = dns.rdataset.from_rdata_list(one.ttl, list(one))
        elif one.rdtype != dns.rdatatype.CNAME and dns.rdatatype.CNAME not in node:
            before = list(node.get(one.rdtype, ()))
            node[one.rdtype] = dns.rdataset.from_rdata_list(one.ttl, [*before, *one])
    [soa] = made[ORIGIN][dns.rdatatype.SOA]
    made[ORIGIN][dns.rdatatype.SOA] = dns.rdataset.from_rdata(300, soa.replace(serial=soa.serial + 1))
    return {name: node for name, node in made.items() if node}


def _not_verified(wire: bytes, error: dns.rcode.Rcode) -> bytes:
    """RFC 8945, 5.2: NOTAUTH, not signed, with the error in the TSIG record."""
    asked = dns.message.from_wire(wire, keyring=False)
    answer = dns.message.Message(id=asked.id)
    answer.flags = dns.flags.QR | dns.opcode.to_flags(asked.opcode())
    answer.set_rcode(dns.rcode.NOTAUTH)
    signed = asked.tsig[0]
    answer.tsig = dns.message.Message._make_tsig(
        asked.keyname, signed.algorithm, signed.time_signed, 300, b"", asked.id, error, b""
    )
    return answer.to_wire()


class Bind(Authoritative):
    """BIND 9, started for the tests."""

    def __init__(self, folder: Path, program: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        (folder / "zone").write_text(START)
        writers = " ".join(f'key "{one}";' for one in MAY_WRITE)
        (folder / "named.conf").write_text(
            "".join(key_file(one) for one in KEYS)
            + f'options {{ directory "{folder}"; pid-file none; session-keyfile none; recursion no; dnssec-validation no;\n'
            + f" listen-on port {self.port} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }}; }};\ncontrols {{ }};\n"
            + f'zone "{ZONE}" {{ type primary; file "zone"; allow-update {{ {writers} }}; }};\n'
        )
        words = [program, "-g", "-c", str(folder / "named.conf")]
        self._process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True)
        said = []
        for line in self._process.stderr:
            said.append(line)
            if line.rstrip().endswith(" running"):
                self._log = threading.Thread(target=self._process.stderr.read)
                self._log.start()
                return
        raise RuntimeError("".join(said))

    def close(self) -> None:
        self._process.terminate()
        self._process.wait()
        self._log.join()
        self._process.stderr.close()

    def emptied(self) -> None:
        for name in NAMES:
            self.write(name)


@contextmanager
def here() -> Iterator[Here]:
    server = Here()
    yield server
    server.close()


@contextmanager
def bind(program: str) -> Iterator[Bind]:
    with TemporaryDirectory() as folder:
        server = Bind(Path(folder), program)
        yield server
        server.close()


STARTED: Callable[[], AbstractContextManager[Authoritative]] = here
"""What the tests of point-names ask; `python -m tests.swap.bind` puts BIND in its place."""
