"""The public certificate that the target is to present: host names and validity, read from a PEM file. Never a key."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509

from operations.swap.losses import Loss
from operations.swap.refusal import Refusal
from operations.wording import say

__all__ = ["Certificate", "outlived", "read_certificate", "unnamed"]

AT_MOST = 256 * 1024
"""Bytes: a server's certificate with its chain has some thousands."""


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """`names`: the host names of the first certificate. `begins`, `ends`: when all of the file's certificates are valid."""

    file: str
    names: tuple[str, ...]
    begins: datetime
    ends: datetime


def read_certificate(path: Path) -> Certificate:
    """The file's certificates, the server's first. Raises Refusal for a private key, of which no line is read, and for anything else."""
    try:
        found = x509.load_pem_x509_certificates(_public(path))
        alternative = found[0].extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        names = []
    except OSError as error:
        raise Refusal(f"{path}: {error.strerror}") from None
    except ValueError:
        raise Refusal(
            say(
                f"{path}: no certificate in PEM (-----BEGIN CERTIFICATE-----), the server's first",
                f"{path}: PEM の証明書(-----BEGIN CERTIFICATE-----、サーバのものが先頭)ではありません",
            )
        ) from None
    else:
        names = alternative.get_values_for_type(x509.DNSName)
    if not names:
        raise Refusal(
            say(
                f"{path}: the first certificate names no host (subjectAltName): it is no server's, and no client takes it",
                f"{path}: 先頭の証明書にホスト名(subjectAltName)がありません。サーバの証明書ではなく、どの利用者も受け付けません",
            )
        )
    return Certificate(
        file=path.name,
        names=tuple(names),
        begins=max(one.not_valid_before_utc for one in found),
        ends=min(one.not_valid_after_utc for one in found),
    )


def outlived(one: Certificate, *, now: datetime, cutover: datetime, released: datetime) -> Iterator[Loss]:
    """What its validity means for a move whose other side is released on that day."""
    valid = f"{_day(one.begins)} – {_day(one.ends)}"
    if one.ends <= now or one.begins > cutover:
        yield Loss(kind="certificate-expired", name=one.names[0], detail=valid)
    elif one.ends < released:
        yield Loss(kind="certificate-expires", name=one.names[0], detail=valid)


def unnamed(one: Certificate, host_names: Sequence[str]) -> Iterator[Loss]:
    """The host names that it does not hold; a wildcard stands for one label, the first."""
    held = {name.lower() for name in one.names}
    for name in host_names:
        if not held & {name, f"*.{name.partition('.')[2]}"}:
            yield Loss(kind="certificate-name", name=name, detail=", ".join(one.names))


def _public(path: Path) -> bytes:
    """What the file holds. Reading ends, without a buffer, at the first line that announces a private key."""
    lines, size = [], 0
    with path.open("rb", buffering=0) as file:
        while line := file.readline(4096):
            if b"PRIVATE KEY-----" in line:
                raise Refusal(
                    say(
                        f"{path}: holds a private key, which was not read: give a file with the certificate alone",
                        f"{path}: 秘密鍵が入っています(読んでいません)。証明書だけのファイルを指定してください",
                    )
                )
            size += len(line)
            if size > AT_MOST:
                raise ValueError
            lines.append(line)
    return b"".join(lines)


def _day(moment: datetime) -> str:
    return moment.astimezone(UTC).date().isoformat()
