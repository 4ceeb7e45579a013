"""Names of the municipality's own on Azure: from one id the address, the way to the vault and the right, which come first."""

from types import SimpleNamespace
from typing import Any

import pytest

from components.azure._grant import Role
from components.azure.application import own_names
from components.azure.network import Zone
from components.network import Tier

VAULT = "/subscriptions/s/resourceGroups/certificates/providers/Microsoft.KeyVault/vaults/entry-101"


def landing(certificate: str | None) -> Any:
    return SimpleNamespace(certificate_id=certificate, resource_group="g", region="japaneast", tags={})


def test_the_certificate_waits_for_the_right_on_the_vault_and_for_the_way_to_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: dict[str, dict[str, Any]] = {}

    def note(what: str) -> Any:
        return lambda *names, **given: asked.update({what: {"name": names[-1], **given}}) or what

    def grant(name: str, role: Role, **given: Any) -> str:
        asked["right"] = {"name": name, "role": role, **given}
        return "right"

    monkeypatch.setattr(own_names, "private_endpoint", note("way"))
    monkeypatch.setattr(own_names, "grant", grant)
    monkeypatch.setattr(own_names, "app", SimpleNamespace(Certificate=note("certificate")))
    owner: Any = SimpleNamespace(child=lambda **options: options)
    place: Any = SimpleNamespace(name="apps")
    reader: Any = SimpleNamespace(id="/reader")
    network: Any = SimpleNamespace(subnets={Tier.SERVICES: "services"}, zones={Zone.VAULTS: "vaults"})
    found: list[Any] = [*own_names.certificates(owner, "a", place, [reader], network, landing(f"{VAULT}/secrets/juki"))]
    assert found == ["certificate"]
    way, right, made = (asked[what] for what in ("way", "right", "certificate"))
    assert (way["name"], way["target"], way["group"]) == ("a-entry-101-endpoint", VAULT, "vault")
    assert (way["subnet"], way["zone"]) == ("services", "vaults")
    assert (right["name"], right["role"]) == ("a-entry-101-read-for-names", Role.KEY_VAULT_SECRETS_USER)
    assert (right["to"], right["scope"]) == (reader, VAULT)
    read = {"identity": "/reader", "key_vault_url": "https://entry-101.vault.azure.net/secrets/juki"}
    assert made["properties"] == {"certificate_key_vault_properties": read}
    assert (made["environment_name"], made["opts"]) == ("apps", {"depends_on": ["right", "way"]})


def test_without_names_there_is_nobody_who_reads_and_nothing_is_made() -> None:
    nothing: Any = None
    assert own_names.readers(nothing, "a", landing(None)) == []
    assert own_names.certificates(nothing, "a", nothing, [], nothing, landing(None)) == []
