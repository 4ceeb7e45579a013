"""What the sandbox's Azure refuses of roles."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.test_azure import (
    ASSIGNMENT,
    DEFINITION,
    ENCRYPTS,
    GROUP,
    RESOURCE_GROUP,
    ROLES,
    SUBSCRIPTION,
    WRITES_BLOBS,
    Town,
    callers,
    grant,
)


@pytest.fixture
def town(state: Path) -> Iterator[Town]:
    with callers(state) as caller:
        yield Town(caller)


def test_a_role_goes_once_to_who_exists(town: Town) -> None:
    account = town.account()
    _, identity = town.identity()
    principal = identity["principalId"]
    assert "PrincipalNotFound" in town.refused(ASSIGNMENT, **grant(1, WRITES_BLOBS, "nobody", account))
    assert "RoleDefinitionDoesNotExist" in town.refused(ASSIGNMENT, **grant(1, f"{ROLES}/none", principal, account))
    town.grant(1, WRITES_BLOBS, identity, account)
    assert "RoleAssignmentExists" in town.refused(ASSIGNMENT, **grant(2, WRITES_BLOBS, principal, account))


def test_a_custom_role_in_use_is_not_deleted(town: Town) -> None:
    definition, _ = town.make(
        DEFINITION,
        roleDefinitionId="00000000-0000-4000-8000-000000000009",
        scope=GROUP,
        roleName="reads",
        permissions=[],
    )
    town.grant(1, definition, town.identity()[1], town.account())
    assert "RoleDefinitionHasAssignments" in town.caller.refusal(town.caller.delete, DEFINITION, definition)


def test_a_role_assignment_names_the_kind_of_its_principal_and_is_never_changed(town: Town) -> None:
    account, (_, identity) = town.account(), town.identity()
    wanted = grant(1, WRITES_BLOBS, identity["principalId"], account)
    assert "UnmatchedPrincipalType" in town.refused(ASSIGNMENT, **wanted, principalType="User")
    made, _ = town.make(ASSIGNMENT, **wanted, principalType="ServicePrincipal")
    assert "RoleAssignmentUpdateNotPermitted" in town.rejected(ASSIGNMENT, made, roleDefinitionId=ENCRYPTS)
    assert "RoleAssignmentUpdateNotPermitted" in town.rejected(ASSIGNMENT, made, principalType="User")
    town.changed(ASSIGNMENT, made, description="why")


def custom(number: int, name: str, *scopes: str) -> dict[str, Any]:
    guid = f"00000000-0000-4000-8000-{number:012d}"
    return {
        "roleDefinitionId": guid,
        "scope": scopes[0],
        "roleName": name,
        "permissions": [],
        "assignableScopes": scopes,
    }


def test_a_custom_role_has_its_own_name_and_exists_only_in_its_scopes(town: Town) -> None:
    account, (_, identity) = town.account(), town.identity()
    town.make(RESOURCE_GROUP, "two", resourceGroupName="village")
    village = f"{SUBSCRIPTION}/resourceGroups/village"
    assert "LinkedAuthorizationFailed" in town.refused(DEFINITION, **custom(9, "reads", village, f"{GROUP}/none"))
    role, _ = town.make(DEFINITION, **custom(9, "reads", village))
    assert "RoleDefinitionWithSameNameExists" in town.refused(DEFINITION, "two", **custom(8, "reads", GROUP))
    wanted = grant(1, role, identity["principalId"], account)
    assert "RoleDefinitionDoesNotExist" in town.refused(ASSIGNMENT, **wanted)
    town.make(ASSIGNMENT, **{**wanted, "scope": village})
