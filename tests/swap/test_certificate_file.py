"""`machikumo swap plan --certificate`: what the target's certificate says, when it stands in the way, and that no key is read."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from operations import swap
from operations.promises import Capabilities
from operations.swap.certificate_file import outlived, read_certificate, unnamed
from operations.swap.receipts import chain
from operations.swap.refusal import Refusal
from tests.settings.test_values import OWN_NAME
from tests.swap.test_plan import AMOUNTS, CAPABILITIES, DECISION, EXAMPLE, LINKAGE

KEY = ec.generate_private_key(ec.SECP256R1())
NOW = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)


def pem(names: Sequence[str], *, begins: datetime = NOW - timedelta(days=1), days: int = 365) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "entry")])
    made = x509.CertificateBuilder(name, name, KEY.public_key(), 1, begins, begins + timedelta(days=days))
    if names:
        made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(one) for one in names]), critical=False)
    return made.sign(KEY, hashes.SHA256()).public_bytes(Encoding.PEM)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "entry.pem"


def test_names_are_the_servers_and_the_chain_ends_with_its_first_end(file: Path) -> None:
    file.write_bytes(b"Subject: entry\n" + pem(["juki.example.lg.jp", "*.example.lg.jp"]) + pem(["ca"], days=90))
    found = read_certificate(file)
    assert found.names == ("juki.example.lg.jp", "*.example.lg.jp")
    assert (found.begins, found.ends) == (NOW - timedelta(days=1), NOW + timedelta(days=89))


@pytest.mark.parametrize(
    ("begins", "ends", "kinds"),
    [
        (-1, 0, ["certificate-expired"]),
        (-1, 1, ["certificate-expires"]),
        (-1, 49, ["certificate-expires"]),
        (-1, 50, []),
        (20, 400, []),
        (21, 400, ["certificate-expired"]),
    ],
)
def test_a_certificate_lasts_until_the_other_side_is_released(
    begins: int, ends: int, kinds: list[str], file: Path
) -> None:
    file.write_bytes(pem(["juki.example.lg.jp"], begins=NOW + timedelta(days=begins), days=ends - begins))
    cutover, released = NOW + timedelta(days=20), NOW + timedelta(days=50)
    found = list(outlived(read_certificate(file), now=NOW, cutover=cutover, released=released))
    assert [one.kind for one in found] == kinds
    assert {one.acceptable for one in found if one.kind == "certificate-expired"} <= {False}


def test_a_name_that_the_certificate_does_not_hold_is_a_loss_that_nobody_can_accept(file: Path) -> None:
    file.write_bytes(pem(["JUKI.example.lg.jp", "*.kaigo.lg.jp"]))
    names = ("juki.example.lg.jp", "a.kaigo.lg.jp", "kaigo.lg.jp", "a.b.kaigo.lg.jp", "tax.example.lg.jp")
    found = list(unnamed(read_certificate(file), names))
    assert [(one.kind, one.name, one.acceptable) for one in found] == [
        ("certificate-name", name, False) for name in ("kaigo.lg.jp", "a.b.kaigo.lg.jp", "tax.example.lg.jp")
    ]


def test_on_azure_the_certificate_is_held_against_the_names_that_the_entry_answers_for(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Capabilities, "read", lambda: CAPABILITIES)
    stack = tmp_path / "Pulumi.stack.yaml"
    own = "".join(f"  machikumo:{key}: {json.dumps(value)}\n" for key, value in OWN_NAME.items())
    stack.write_text(f"{EXAMPLE.read_text()}{own}  machikumo:database_password: {{secure: 'v1:x:y'}}\n")
    file.write_bytes(pem(["kaigo.example.lg.jp"], begins=datetime.now(UTC) - timedelta(days=1)))
    words = ["plan", str(stack), "--certificate", str(file), "--to"]
    assert swap.main([*words, "azure"]) == 1
    told = capsys.readouterr().out
    assert "to cure   certificate-name juki.example.lg.jp (kaigo.example.lg.jp)" in told
    assert "vaults/entry-101/secrets/juki for juki.example.lg.jp (machikumo:azure_certificate_id): by entry.pem" in told
    swap.main([*words, "gcp"])
    assert "certificate-name" not in capsys.readouterr().out


@pytest.mark.parametrize("first", [True, False], ids=["before the certificate", "after it"])
@pytest.mark.parametrize("form", [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL])
def test_a_private_key_is_refused_and_no_line_of_it_is_read(
    form: PrivateFormat, first: bool, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, public = KEY.private_bytes(Encoding.PEM, form, NoEncryption()), pem(["juki.example.lg.jp"])
    left = list[bytes]()

    class Watched(BytesIO):
        def close(self) -> None:
            left.append(self.read())
            super().close()

    monkeypatch.setattr(Path, "open", lambda *_, **__: Watched(key + public if first else public + key))
    with pytest.raises(Refusal, match="holds a private key, which was not read"):
        read_certificate(file)
    assert left == [b"".join([*key.splitlines(keepends=True)[1:], public if first else b""])]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "no certificate in PEM"),
        (b"\x30\x82\x01\x0a\x00", "no certificate in PEM"),
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "no certificate in PEM"),
        (b"\n" * 300_000, "no certificate in PEM"),
        (pem([]), "names no host"),
        (None, "No such file"),
    ],
    ids=["empty", "DER", "no certificate inside", "too long", "no names", "no file"],
)
def test_a_file_that_is_none_is_one_message(content: bytes | None, told: str, file: Path) -> None:
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(Refusal, match=told):
        read_certificate(file)


@pytest.mark.usefixtures("alike")
def test_the_plan_says_what_the_certificate_is_for_and_blocks_when_it_ends_too_early(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Capabilities, "read", lambda: CAPABILITIES)
    stack = tmp_path / "Pulumi.stack.yaml"
    stack.write_text(f"{EXAMPLE.read_text()}  machikumo:database_password: {{secure: 'v1:x:y'}}\n")
    (tmp_path / "decisions.toml").write_text(DECISION + LINKAGE)
    (tmp_path / "amounts.toml").write_text(AMOUNTS)
    words = ["plan", str(stack), "--decisions", str(tmp_path / "decisions.toml"), "--certificate", str(file)]
    today = datetime.now(UTC)
    file.write_bytes(pem(["juki.example.lg.jp"], begins=today - timedelta(days=1), days=62))
    runbook = tmp_path / "runbook.md"
    assert swap.main([*words, "--to", "oci", "--receipts", str(tmp_path / "r"), "--runbook", str(runbook)]) == 0
    told = capsys.readouterr().out
    assert "by entry.pem for juki.example.lg.jp, valid " in told
    assert "entry.pem によれば juki.example.lg.jp、有効期間" in runbook.read_text()
    assert "--certificate" not in runbook.read_text()
    file.write_bytes(pem(["juki.example.lg.jp"], begins=today - timedelta(days=1), days=60))
    assert swap.main([*words, "--to", "oci"]) == 1
    assert "open      certificate-expires juki.example.lg.jp (" in capsys.readouterr().out
    # 12 days before the cutover and 24 after it are stated.
    assert swap.main([*words, "--to", "oci", "--amounts", str(tmp_path / "amounts.toml")]) == 0
    assert swap.main([*words, "--to", "azure"]) == 2
    assert (
        "azure presents its own certificate and no other without machikumo:azure_host_names" in capsys.readouterr().err
    )
    assert [one.step for one in chain(tmp_path / "r")] == ["plan"]
