"""Credentials that live on, and credentials that lie in the open, on every cloud."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.facts import extract
from policies.facts.exported import world_of_state
from policies.facts.reading import HIDDEN
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import CREDENTIALS, UNKNOWN, PlainCredential, StaticCredential
from policies.judge import Answer, judge

STACK = "urn:pulumi:011002-resident-record-production::machikumo"


def made(token: str, /, **properties: Any) -> Resource:
    return Resource(
        urn=f"{STACK}::{token}::thing", type=token, name="thing", role="thing", properties=properties, provider={}
    )


def usable(resource: Resource) -> list[Any]:
    return [fact.usable for fact in extract(World([resource], complete=True)) if isinstance(fact, StaticCredential)]


def plain(resource: Resource, **more: Any) -> dict[str, frozenset[str]]:
    found = extract(World([resource], complete=True, **more))
    return {place: fact.kinds for fact in found if isinstance(fact, PlainCredential) for place in fact.places}  # type: ignore[misc]


MADE = [
    "aws:iam/accessKey:AccessKey",
    "aws:iam/serviceSpecificCredential:ServiceSpecificCredential",
    "aws:iam/sshKey:SshKey",
    "aws:iam/userLoginProfile:UserLoginProfile",
    "gcp:serviceaccount/key:Key",
    "gcp:storage/hmacKey:HmacKey",
    "gcp:projects/apiKey:ApiKey",
    "oci:Identity/apiKey:ApiKey",
    "oci:Identity/authToken:AuthToken",
    "oci:Identity/customerSecretKey:CustomerSecretKey",
    "oci:Identity/domainsApiKey:DomainsApiKey",
]


@pytest.mark.parametrize("token", MADE)
def test_a_key_that_is_made_is_usable(token: str) -> None:
    assert usable(made(token)) == [True]


@pytest.mark.parametrize(
    ("token", "path", "rows"),
    [
        ("aws:iam/accessKey:AccessKey", "status", [("Inactive", [False]), ("Active", [True]), (UNKNOWN, [UNKNOWN])]),
        ("gcp:storage/hmacKey:HmacKey", "state", [("INACTIVE", [False]), (UNKNOWN, [UNKNOWN])]),
        ("oci:Identity/domainsAuthToken:DomainsAuthToken", "status", [("INACTIVE", [False]), (UNKNOWN, [UNKNOWN])]),
        (
            "azure-native:storage:StorageAccount",
            "allowSharedKeyAccess",
            [(None, [True]), (True, [True]), (False, []), (UNKNOWN, [UNKNOWN])],
        ),
        *(
            (token, "disableLocalAuth", [(None, [True]), (False, [True]), (True, []), (UNKNOWN, [UNKNOWN])])
            for token in ("azure-native:eventhub:Namespace", "azure-native:servicebus:Namespace")
        ),
        (
            "azure-native:containerregistry:Registry",
            "adminUserEnabled",
            [(None, []), (True, [True]), (False, []), (UNKNOWN, [UNKNOWN])],
        ),
    ],
)
def test_a_key_that_is_switched_off_is_none(token: str, path: str, rows: list[tuple[Any, list[Any]]]) -> None:
    for value, expected in rows:
        assert usable(made(token, **({} if value is None else {path: value}))) == expected


@pytest.mark.parametrize(("local", "expected"), [(None, []), (False, []), (True, [True]), (UNKNOWN, [UNKNOWN])])
def test_an_account_without_keys_may_still_take_the_passwords_of_its_local_users(local: Any, expected: Any) -> None:
    account = made("azure-native:storage:StorageAccount", allowSharedKeyAccess=False, isLocalUserEnabled=local)
    assert usable(account) == expected


SECRET_KEY = "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY00"
PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----"
SCRIPT = f"#!/bin/sh\nexport DB_HOST=ledger\nexport AWS_SECRET_ACCESS_KEY={SECRET_KEY}\n"
CONTAINERS = json.dumps([{"name": "a", "environment": [{"name": "DB_PASSWORD", "value": "hunter22"}]}])

OPEN: list[tuple[str, Resource, dict[str, str]]] = [
    ("a password", made("aws:rds/instance:Instance", password="hunter22"), {"password": "password"}),
    ("of a cluster", made("aws:rds/cluster:Cluster", masterPassword="hunter22"), {"masterPassword": "password"}),
    ("user data", made("aws:ec2/instance:Instance", userData=SCRIPT), {"userData": "key"}),
    (
        "user data in base64",
        made("aws:ec2/instance:Instance", userDataBase64=base64.b64encode(SCRIPT.encode()).decode()),
        {"userDataBase64": "key"},
    ),
    ("a container", made("aws:ecs/taskDefinition:TaskDefinition", containerDefinitions=CONTAINERS), {"containerDefinitions.0.environment.0.value": "password"}),
    ("a function", made("aws:lambda/function:Function", environment={"variables": {"API_KEY": "0123456789"}}), {"environment.variables.API_KEY": "key"}),
    ("a version of a secret", made("aws:secretsmanager/secretVersion:SecretVersion", secretString="x"), {"secretString": "password"}),
    ("a parameter by its look", made("aws:ssm/parameter:Parameter", value=PEM), {"value": "key"}),
    ("an administrator", made("azure-native:compute:VirtualMachine", osProfile={"adminPassword": "P@ssw0rd1"}), {"osProfile.adminPassword": "password"}),
    ("custom data", made("azure-native:compute:VirtualMachine", osProfile={"customData": base64.b64encode(SCRIPT.encode()).decode()}), {"osProfile.customData": "key"}),
    ("a server", made("azure-native:sql:Server", administratorLoginPassword="P@ssw0rd1"), {"administratorLoginPassword": "password"}),
    ("an application's setting", made("azure-native:web:WebApp", siteConfig={"appSettings": [{"name": "STORAGE", "value": "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=MDEyMzQ1Njc4OWFiY2RlZg==;"}]}), {"siteConfig.appSettings.0.value": "key"}),
    ("a vault's secret", made("azure-native:keyvault:Secret", properties={"value": "hunter22"}), {"properties.value": "password"}),
    ("metadata", made("gcp:compute/instance:Instance", metadata={"startup-script": "mysql --password=hunter22 ledger"}), {"metadata.startup-script": "password"}),
    ("a user", made("gcp:sql/user:User", password="hunter22"), {"password": "password"}),
    ("a service", made("gcp:cloudrunv2/service:Service", template={"containers": [{"envs": [{"name": "DATABASE_URL", "value": "postgresql://town:hunter22@10.0.0.1/ledger"}]}]}), {"template.containers.0.envs.0.value": "password"}),
    ("an account's key", made("gcp:projects/apiKey:ApiKey", keyString="AIza" + "a" * 35), {"keyString": "key"}),
    ("a database", made("oci:Database/autonomousDatabase:AutonomousDatabase", adminPassword="hunter22"), {"adminPassword": "password"}),
    ("metadata of an instance", made("oci:Core/instance:Instance", metadata={"user_data": base64.b64encode(SCRIPT.encode()).decode()}), {"metadata.user_data": "key"}),
    ("a bundle", made("oci:Vault/secret:Secret", secretContent={"content": "aHVudGVyMjI=", "contentType": "BASE64"}), {"secretContent.content": "password"}),
    ("a container instance", made("oci:ContainerEngine/containerInstance:ContainerInstance", containers=[{"environmentVariables": {"GITHUB": "ghp_" + "a" * 36}}]), {"containers.0.environmentVariables.GITHUB": "token"}),
    ("an output of the stack", made("pulumi:pulumi:Stack", adminPassword="hunter22"), {"adminPassword": "password"}),
    ("a token in an address", made("azure-native:web:WebApp", url="https://a.blob.core.windows.net/x?sv=1&sig=" + "a" * 44), {"url": "token"}),
]  # fmt: skip


@pytest.mark.parametrize(("resource", "expected"), [row[1:] for row in OPEN], ids=[row[0] for row in OPEN])
def test_a_credential_in_the_open_is_found_by_name_or_look(resource: Resource, expected: dict[str, str]) -> None:
    assert plain(resource) == {place: frozenset({kind}) for place, kind in expected.items()}


HARMLESS: list[tuple[str, Any]] = [
    ("password", HIDDEN),
    ("password", ""),
    ("password", UNKNOWN),
    ("manageMasterUserPassword", True),
    ("minimumPasswordLength", "14"),
    ("passwordAuth", "Enabled"),
    ("secretName", "town-password"),
    ("secretId", "arn:aws:secretsmanager:ap-northeast-1:111122223333:secret:password"),
    ("publicKey", "ssh-rsa AAAAB3NzaC1yc2E"),
    ("accessKeyId", "AKIAABCDEFGHIJKLMNOP"),
    ("environment", {"DB_PASSWORD": "${DB_PASSWORD}", "DB_PASSWORD_FILE": "/run/secrets/password"}),
    ("environment", {"DB_PASSWORD": "arn:aws:secretsmanager:r:1:secret:s"}),
    ("environment", {"DB_PASSWORD": "@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/p)"}),
    ("environment", [{"name": "DB_PASSWORD", "valueFrom": "arn:aws:ssm:r:1:parameter/p"}]),
    ("userData", "#!/bin/sh\nDB_PASSWORD=$(aws secretsmanager get-secret-value --secret-id town)\n"),
    ("userData", "#!/bin/sh\nset -o pipefail\nsystemctl enable password-agent\n"),
    ("connectionString", "InstrumentationKey=00000000-0000-0000-0000-000000000000;IngestionEndpoint=https://x/"),
    ("description", "the password is kept in the vault"),
    ("policy", json.dumps({"Statement": [{"Action": "secretsmanager:GetSecretValue", "Resource": "*"}]})),
    ("image", "registry.example.jp/town@sha256:" + "0" * 64),
    ("url", "https://user@example.jp/path?x=1"),
]


@pytest.mark.parametrize(("name", "value"), HARMLESS, ids=[f"{name}-{n}" for n, (name, _) in enumerate(HARMLESS)])
def test_a_secret_a_reference_and_a_name_are_no_credential(name: str, value: Any) -> None:
    assert plain(made("x:y:Thing", **{name: value})) == {}


def test_the_message_names_the_place_and_never_the_value() -> None:
    world = World([made("aws:rds/instance:Instance", password="hunter22")], complete=True)
    (verdict,) = [one for one in judge(world) if one.rule.slug == "secrets-none-in-code"]
    assert verdict.answer is Answer.VIOLATED
    assert "password" in verdict.message.en
    assert "hunter22" not in verdict.message.en + verdict.message.ja


def test_a_secrets_envelope_hides_it_and_opened_secrets_are_not_judged() -> None:
    sealed = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "plaintext": '"hunter22"'}
    urn = f"{STACK}::aws:rds/instance:Instance::ledger"
    entry = {"urn": urn, "type": "aws:rds/instance:Instance", "custom": True, "id": "l", "inputs": {"password": sealed}}
    world = world_of_state({"manifest": {}, "resources": [entry]})
    assert [fact for fact in extract(world) if isinstance(fact, PlainCredential)] == []
    assert plain(made("aws:rds/instance:Instance", password="hunter22"), secrets_told_apart=False) == {}


ODD = st.recursive(
    st.none() | st.integers() | st.text(max_size=12) | st.sampled_from(["[", "{", '[{"', "AAAA", "://", SCRIPT, PEM, UNKNOWN, HIDDEN]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "value", "password", "userData"]), inner),
    max_leaves=10,
)  # fmt: skip


@given(ODD)
@settings(deadline=None)
def test_no_odd_value_stops_the_search_and_every_find_is_of_a_known_kind(value: Any) -> None:
    for kinds in plain(made("x:y:Secret", userData=value, value=value)).values():
        assert kinds <= CREDENTIALS


def test_the_search_goes_through_a_long_text_in_time_and_no_deeper_than_texts_are_nested() -> None:
    deep: Any = "hunter22"
    for _ in range(2000):
        deep = [deep]
    assert plain(made("x:y:Thing", password=deep, text="a=" * 40_000, userData="A" * 50_000)) == {}
