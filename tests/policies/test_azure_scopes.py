"""Who reads a secret and uses a key of Azure, by roles on what holds them, and by access policies of the vault."""

from typing import Any

import pytest

from policies.facts import extract
from policies.facts.vocabulary import UNKNOWN, AccessGrant, Identity, Key, Secret
from policies.judge import Answer
from tests.policies.by_subject import Stack, answers, changed, world

HERE = "/subscriptions/s/resourceGroups/g"
VAULT = f"{HERE}/providers/Microsoft.KeyVault/vaults/v"
DEFINITIONS = "/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions"
SECRETS_USER, CRYPTO_USER, CRYPTO_OFFICER = (
    "4633458b-17de-408a-b874-0445c86b69e6",
    "12338af0-0e69-4776-bea7-57ae8d297424",
    "14b46e9e-c2b7-41b4-b07b-48a6ebf60603",
)
DATABASE = "azure-native:dbforpostgresql:Server"
DEFINITION = "azure-native:authorization:RoleDefinition"
GROUP = "azure-native:resources:ResourceGroup"
RULES = frozenset({"secrets-one-reader", "crypto-key-granted-services-only", "crypto-key-access-separated"})


def assigned(role: Any, scope: Any, who: str = "somebody") -> tuple[str, dict[str, Any]]:
    named = f"{DEFINITIONS}/{role}" if isinstance(role, str) else role
    properties = {"principalId": who, "roleDefinitionId": named, "scope": scope}
    return "azure-native:authorization:RoleAssignment", properties


def identity(who: str) -> tuple[str, dict[str, Any]]:
    return "azure-native:managedidentity:UserAssignedIdentity", {"principalId": who}


STACK: Stack = {
    "vault": ("azure-native:keyvault:Vault", {"id": VAULT, "name": "v", "properties": {"enableRbacAuthorization": True}}),
    "secret": ("azure-native:keyvault:Secret", {"id": f"{VAULT}/secrets/s", "vaultName": "v"}),
    "key": ("azure-native:keyvault:Key", {"id": f"{VAULT}/keys/k", "vaultName": "v"}),
    "workload": identity("w"),
    "encrypts": identity("e"),
    "database": (DATABASE, {"dataEncryption": {"primaryUserAssignedIdentityId": "encrypts"}}),
    "reads": assigned(SECRETS_USER, f"{VAULT}/secrets/s", "w"),
    "uses": assigned(CRYPTO_USER, f"{VAULT}/keys/k", "e"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("scope", "covers"),
    [
        (f"{VAULT}/secrets/another", False),
        (f"{HERE}/providers/Microsoft.Storage/storageAccounts/a", False),
        ("/subscriptions/s/resourceGroups/another", False),
        ("/subscriptions/another/resourceGroups/g", False),
        ("/subscriptions/another", False),
        (VAULT, True),
        (HERE, True),
        ("/SUBSCRIPTIONS/S/RESOURCEGROUPS/G/", True),
        ("/subscriptions/s", True),
        ("/providers/Microsoft.Management/managementGroups/m", True),
        ("/", True),
    ],
)
def test_a_role_on_what_holds_the_vault_reads_its_secrets_and_uses_its_keys(scope: str, covers: bool) -> None:
    for role, slugs in (
        (SECRETS_USER, {"secrets-one-reader"}),
        (CRYPTO_USER, {"crypto-key-granted-services-only"}),
        (CRYPTO_OFFICER, {"crypto-key-granted-services-only", "crypto-key-access-separated"}),
    ):
        found = answers(changed(STACK, {"more": assigned(role, scope)}), Answer.VIOLATED, RULES)
        assert found == (slugs if covers else set()), role


@pytest.mark.parametrize(
    ("role", "slugs"),
    [(SECRETS_USER, {"secrets-one-reader"}), (CRYPTO_USER, RULES - {"secrets-one-reader"}), (UNKNOWN, RULES)],
)
def test_a_role_on_nobody_knows_what_leaves_open_who_reads_and_uses(role: Any, slugs: set[str]) -> None:
    stack = changed(STACK, {"more": assigned(role, UNKNOWN)})
    assert answers(stack, Answer.UNKNOWN, RULES) == slugs
    assert answers(stack, Answer.VIOLATED, RULES) == set()


def test_the_good_stack_leaves_nothing_open() -> None:
    assert answers(STACK, Answer.VIOLATED, RULES) | answers(STACK, Answer.UNKNOWN, RULES) == set()


@pytest.mark.parametrize(("own", "found"), [("group", {"secrets-one-reader"}), ("another", set())])
def test_a_group_of_the_stack_holds_the_vaults_that_it_is_named_by(own: str, found: set[str]) -> None:
    """Before the first deployment no id is there."""
    groups = {name: (GROUP, {"resourceGroupName": name}) for name in ("group", "another")}
    of_group = {"id": UNKNOWN, "resourceGroupName": own}
    stack = changed(STACK, {**groups, "vault": of_group, "more": assigned(SECRETS_USER, "group")})
    assert answers(stack, Answer.VIOLATED, RULES) == found


@pytest.mark.parametrize(
    ("by_roles", "permissions", "who", "readers", "users"),
    [
        (False, {"secrets": ["Get"]}, "x", {"network", "x"}, {"database"}),
        (False, {"secrets": ["all"], "keys": ["all"]}, "x", {"network", "x"}, {"database", "x"}),
        (False, {"secrets": ["list", "set"], "keys": ["get", "create"]}, "x", {"network"}, {"database"}),
        (False, {"keys": ["unwrapKey"]}, "e", {"network"}, {"database"}),
        (True, {"secrets": ["all"], "keys": ["all"]}, "x", {"network"}, {"database"}),
        (UNKNOWN, {"secrets": ["all"]}, "x", UNKNOWN, {"database"}),
        (False, {"secrets": ["get"]}, UNKNOWN, UNKNOWN, {"database"}),
        (False, UNKNOWN, "x", UNKNOWN, UNKNOWN),
    ],
)
def test_an_access_policy_lets_read_and_use_while_roles_are_off(
    by_roles: Any, permissions: Any, who: Any, readers: Any, users: Any
) -> None:
    policies = [{"objectId": who, "permissions": permissions}]
    vault = {"properties": {"enableRbacAuthorization": by_roles, "accessPolicies": policies}}
    found = list(extract(world(changed(STACK, {"vault": vault}))))
    assert [fact.readers for fact in found if isinstance(fact, Secret)] == [readers]
    assert [fact.users for fact in found if isinstance(fact, Key)] == [users]


@pytest.mark.parametrize(
    ("permission", "wild", "reads"),
    [
        ({"dataActions": ["*"]}, True, True),
        ({"dataActions": ["Microsoft.KeyVault/*"]}, True, True),
        ({"dataActions": ["Microsoft.KeyVault/vaults/secrets/*"]}, False, True),
        ({"dataActions": ["*"], "notDataActions": ["Microsoft.KeyVault/*"]}, True, False),
        ({"dataActions": ["Microsoft.Storage/*"]}, True, False),
        ({"actions": ["Microsoft.KeyVault/*"]}, True, False),
        ({"actions": ["Microsoft.KeyVault/vaults/read"]}, False, False),
        ({"dataActions": ["Microsoft.KeyVault/vaults/secrets/getSecret/action"]}, False, True),
    ],
)
def test_a_wildcard_over_data_is_one_and_reads_secrets(permission: Any, wild: bool, reads: bool) -> None:
    role = (DEFINITION, {"id": f"{DEFINITIONS}/mine", "permissions": [permission]})
    stack = changed(STACK, {"mine": role, "more": assigned("mine", "/subscriptions/s")})
    found = list(extract(world(stack)))
    given = {fact.urn.rpartition("::")[2]: fact.wildcard for fact in found if isinstance(fact, AccessGrant)}
    assert given == {"mine": wild, "more": wild}
    assert ("secrets-one-reader" in answers(stack, Answer.VIOLATED, RULES)) is reads


def test_an_identity_with_all_data_has_every_right_on_it_by_name() -> None:
    role = (DEFINITION, {"id": f"{DEFINITIONS}/mine", "permissions": [{"dataActions": ["Microsoft.KeyVault/*"]}]})
    stack = changed(STACK, {"mine": role, "reads": assigned("mine", f"{VAULT}/secrets/s", "w")})
    (found,) = (fact for fact in extract(world(stack)) if isinstance(fact, Identity))
    words = {"administer", "read-secret", "write-secret", "use-key"}
    assert found.permissions == frozenset((word, "network") for word in words)
