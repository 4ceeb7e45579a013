"""The names of its own that a municipality has on Azure, where the entry has to know them, and their certificate."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from stacks.settings.messages import NAMESPACE, Refusal, Refused, Text, command, plain

VAULT_ENTRY = (
    "^/subscriptions/[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}/resourceGroups/[A-Za-z0-9_.()-]{1,90}"
    r"/providers/Microsoft\.KeyVault/vaults/[A-Za-z][A-Za-z0-9-]{1,22}[A-Za-z0-9]/secrets/[A-Za-z0-9-]{1,127}$"
)
"""Of a secret, without its version: https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates."""
HostName = Annotated[
    str, Field(max_length=253, pattern=r"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$")
]
"""In full and in lower case; an address is none."""
_NAMES, _CERTIFICATE = "azure_host_names", "azure_certificate_id"


def with_certificate(names: tuple[str, ...] | None, known: Mapping[str, Any]) -> tuple[str, ...] | None:
    """The names, where each stands once and the certificate is named with them; Refused else. `known`: the settings read so far."""
    twice = sorted({one for one in names or () if (names or ()).count(one) > 1})
    if twice:
        raise Refused(
            Refusal(reason=Text(ja=f"{'、'.join(twice)} が重複しています。", en=f"twice: {', '.join(twice)}."))
        )
    if _CERTIFICATE not in known or (names is None) == (known[_CERTIFICATE] is None):
        return names
    if names is not None:
        reason = Text(
            ja=f"{NAMESPACE}:{_CERTIFICATE} がありません。入口は証明書のない名前には応答しません。",
            en=f"{NAMESPACE}:{_CERTIFICATE} is missing: the entry answers for no name without a certificate.",
        )
        fix = command(_CERTIFICATE, "/subscriptions/…/resourceGroups/…/providers/Microsoft.KeyVault/vaults/…/secrets/…")
        fix += Text(ja="、または ", en=", or ") + plain(f"pulumi config rm {NAMESPACE}:{_NAMES}")
    else:
        reason = Text(
            ja=f"{NAMESPACE}:{_CERTIFICATE} があるのに、どの名前のものか書かれていません。",
            en=f"missing, and {NAMESPACE}:{_CERTIFICATE} is set: no name uses that certificate.",
        )
        fix = command(_NAMES, '["juki.example.lg.jp"]')
        fix += Text(ja="、または ", en=", or ") + plain(f"pulumi config rm {NAMESPACE}:{_CERTIFICATE}")
    raise Refused(Refusal(reason=reason, fix=fix))
