"""What the sandbox's Azure refuses of host names of one's own, and of the certificates that they need."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.cloud.value import UNKNOWN
from tests.sandbox.test_azure import (
    APP,
    ENDPOINT,
    ENVIRONMENT,
    NAMES,
    ROLES,
    SUBSCRIPTION,
    ZONE,
    Town,
    callers,
    endpoint,
    grant,
)

CERTIFICATE = "azure-native:app:Certificate"
READS = f"{ROLES}/4633458b-17de-408a-b874-0445c86b69e6"
VAULT = f"{SUBSCRIPTION}/resourceGroups/landing/providers/Microsoft.KeyVault/vaults/entry-101"
URL = "https://entry-101.vault.azure.net/secrets/juki"
HOST = "juki.example.lg.jp"


class Names(Town):
    """An environment with an identity that may read the landing's vault, and short ways to names."""

    def __init__(self, caller: Any) -> None:
        super().__init__(caller)
        self.reader, self.principal = self.identity()
        self.place = self.environment("apps")
        self.right = self.grant(1, READS, self.principal, VAULT)

    def environment(self, name: str, kind: str = "UserAssigned") -> str:
        identities = [self.reader] if "User" in kind else []
        identity = {"type": kind, "userAssignedIdentities": identities}
        return self.make(ENVIRONMENT, environmentName=name, identity=identity)[0]

    @staticmethod
    def of(identity: Any, url: str = URL, place: str = "apps", name: str = "c", **more: Any) -> dict[str, Any]:
        read = {"identity": identity, "keyVaultUrl": url}
        properties = {"certificateKeyVaultProperties": read, **more}
        return {"environmentName": place, "certificateName": name, "properties": properties}

    def certificate(self, **more: Any) -> str:
        return self.make(CERTIFICATE, **self.of(self.reader, **more))[0]

    def app(self, *domains: dict[str, Any], name: str = "app", place: str | None = None) -> dict[str, Any]:
        configuration = {"ingress": {"external": True, "targetPort": 8080, "customDomains": [*domains]}}
        return {"containerAppName": name, "managedEnvironmentId": place or self.place, "configuration": configuration}


def bound(certificate: Any, name: str = HOST) -> dict[str, Any]:
    return {"name": name, "certificateId": certificate, "bindingType": "SniEnabled"}


@pytest.fixture
def town(state: Path) -> Iterator[Names]:
    with callers(state) as caller:
        yield Names(caller)


def test_a_certificate_is_read_by_an_identity_of_its_environment_that_may_read_the_whole_vault(town: Names) -> None:
    made = town.certificate()
    assert town.caller.read(CERTIFICATE, made)[2]["properties"]["valid"] is True
    assert "ParentResourceNotFound" in town.refused(CERTIFICATE, **town.of(town.reader, place="elsewhere"))
    town.environment("bare", "SystemAssigned")
    assert "is not assigned to" in town.refused(CERTIFICATE, **town.of(town.reader, place="bare"))
    assert "is not assigned to" in town.refused(CERTIFICATE, **town.of("System"))
    town.make(CERTIFICATE, **town.of("System", place="bare"))
    other = URL.replace("entry-101", "entry-102")
    assert "CertificateKeyVaultForbidden" in town.refused(CERTIFICATE, **town.of(town.reader, url=other, name="d"))
    town.grant(2, READS, town.principal, VAULT.replace("101", "102"))
    town.certificate(url=other, name="d")


def test_a_right_on_anything_but_the_vault_or_of_another_kind_is_none(town: Names) -> None:
    own = town.vault("own-vault")
    secret, _ = town.make(
        "azure-native:keyvault:Secret", vaultName="own-vault", secretName="juki", properties={"value": "pem"}
    )
    wanted = town.of(town.reader, url="https://own-vault.vault.azure.net/secrets/juki")
    town.grant(2, READS, town.principal, secret)
    town.grant(3, f"{ROLES}/21090545-7ca7-4776-b22c-e363652d74d2", town.principal, own)
    town.grant(4, READS, town.identity("else")[1], own)
    assert "CertificateKeyVaultForbidden" in town.refused(CERTIFICATE, **wanted)
    town.grant(5, READS, town.principal, own)
    town.make(CERTIFICATE, **wanted)


@pytest.mark.parametrize(
    "url",
    [
        "https://entry-101.vault.azure.net/certificates/juki",
        "http://entry-101.vault.azure.net/secrets/juki",
        "https://entry-101.vault.azure.net/secrets/juki/latest",
        "https://example.com/secrets/juki",
        VAULT,
    ],
)
def test_an_address_is_that_of_a_secret(town: Names, url: str) -> None:
    [(path, why)] = town.failures(CERTIFICATE, **town.of(town.reader, url=url))
    assert path == "properties.certificateKeyVaultProperties.keyVaultUrl"
    assert "no address of a secret in Key Vault" in why


def test_a_certificate_comes_from_one_place_and_its_value_never_comes_back(town: Names) -> None:
    assert [path for path, _ in town.failures(CERTIFICATE, **town.of(town.reader, value="pem"))] == ["properties"]
    assert [path for path, _ in town.failures(CERTIFICATE, environmentName="apps", properties={})] == ["properties"]
    paths = [path for path, _ in town.failures(CERTIFICATE, **town.of(None))]
    assert paths == ["properties.certificateKeyVaultProperties.identity"]
    properties = {"value": "pem", "password": "hunter22"}
    made, outputs = town.make(CERTIFICATE, environmentName="apps", certificateName="own", properties=properties)
    assert {"value", "password"} & set(outputs["properties"]) == set()
    town.make(APP, **town.app(bound(made)))


def test_a_name_is_bound_to_a_certificate_of_its_own_environment(town: Names) -> None:
    town.environment("other")
    elsewhere, here = town.certificate(place="other", name="c"), town.certificate()
    assert "must exist in the managed environment" in town.refused(APP, **town.app(bound(elsewhere)))
    assert "must exist in the managed environment" in town.refused(APP, **town.app(bound(f"{here}2")))
    town.make(APP, **town.app(bound(here), {"name": "plain.example.lg.jp", "bindingType": "Disabled"}))


@pytest.mark.parametrize(
    ("domains", "where"),
    [
        ([{"name": HOST, "bindingType": "SniEnabled"}], "certificateId"),
        ([{"name": "juki"}], "name"),
        ([{"name": "*.example.lg.jp"}], "name"),
        ([{"name": HOST}, {"name": HOST.upper()}], "name"),
    ],
)
def test_a_name_is_a_host_once_and_with_a_certificate_where_tls_is_bound(
    town: Names, domains: list[dict[str, Any]], where: str
) -> None:
    last = len(domains) - 1
    paths = [path for path, _ in town.failures(APP, **town.app(*domains))]
    assert paths == [f"configuration.ingress.customDomains[{last}].{where}"]


def test_two_apps_of_one_environment_have_no_name_in_common(town: Names) -> None:
    certificate, other = town.certificate(), town.environment("other")
    made, _ = town.make(APP, **town.app(bound(certificate)))
    assert "is a host name of" in town.refused(APP, **town.app(bound(certificate, HOST.upper()), name="app2"))
    town.make(APP, **town.app({"name": HOST}, name="app2", place=other))
    second = bound(certificate, "kaigo.example.lg.jp")
    town.changed(APP, made, configuration=town.app(bound(certificate), second)["configuration"])


def test_a_certificate_stays_while_a_name_is_bound_to_it(town: Names) -> None:
    certificate = town.certificate()
    made, _ = town.make(APP, **town.app(bound(certificate)))
    assert "CertificateInUse" in town.caller.refusal(town.caller.delete, CERTIFICATE, certificate)
    town.changed(APP, made, configuration=town.app()["configuration"])
    town.caller.delete(CERTIFICATE, certificate)


def test_a_preview_with_a_certificate_that_is_yet_to_be_made_shows_what_is_known(town: Names) -> None:
    made, outputs = town.make(APP, **town.app())
    wanted = town.inputs(APP, town.app(bound(UNKNOWN)))
    ingress = town.caller.update(APP, made, outputs, wanted, preview=True)["configuration"]["ingress"]
    assert ingress["fqdn"] == outputs["configuration"]["ingress"]["fqdn"]
    assert ingress["customDomains"] == [bound(UNKNOWN)]


def test_only_a_vault_of_another_group_is_taken_to_be_there(town: Names) -> None:
    town.network()
    services = town.subnet("services", "10.0.1.0/24")
    town.make(ENDPOINT, **endpoint("e", services, VAULT, "vault"))
    for zone, wanted in (("privatelink.blob.core.windows.net", False), ("privatelink.vaultcore.azure.net", True)):
        made, _ = town.make(ZONE, privateZoneName=zone, location="global")
        group = {"privateEndpointName": "e", "privateDnsZoneGroupName": "g"}
        group["privateDnsZoneConfigs"] = [{"name": "vault", "privateDnsZoneId": made}]  # type: ignore[assignment]
        if wanted:
            town.make(NAMES, **group)
        else:
            assert "the private endpoint's names are looked up in privatelink.vaultcore" in town.refused(NAMES, **group)
    own = VAULT.replace("/landing/", "/town/")
    store = f"{SUBSCRIPTION}/resourceGroups/landing/providers/Microsoft.Storage/storageAccounts/records"
    assert "GroupIdInvalid" in town.refused(ENDPOINT, **endpoint("f", services, VAULT, "blob"))
    assert "PrivateLinkServiceNotFound" in town.refused(ENDPOINT, **endpoint("f", services, own, "vault"))
    assert "does not exist" in town.refused(ENDPOINT, **endpoint("f", services, store, "blob"))
    for scope in (own, store, f"{VAULT}/secrets/juki"):
        refused = town.refused(
            "azure-native:authorization:RoleAssignment", **grant(9, READS, town.principal["principalId"], scope)
        )
        assert refused.startswith("ResourceNotFound")
