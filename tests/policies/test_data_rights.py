"""What people and principals of elsewhere may do with data, and who may act as a role: on everything, or on what has a name."""

from collections.abc import Mapping
from typing import Any

import pytest

from policies.facts.resources import Resource, World
from policies.facts.vocabulary import UNKNOWN, AccessGrant, Identity
from policies.judge import Answer, judge
from tests.policies.test_identity_facts import (
    ACCOUNT,
    DEFINITIONS,
    GROUP,
    PERSON,
    RESOURCE,
    RESOURCE_GROUP,
    ROLE,
    SUBSCRIPTION,
    USER,
    allow,
    assigned,
    made,
    member,
    of,
    policy,
)

RECORDS = made("aws:s3/bucket:Bucket", "records", arn="arn:aws:s3:::records")


def rights(*resources: Resource, complete: bool = True) -> dict[str, Any]:
    return {name: fact.data_rights for name, fact in of(AccessGrant, *resources, complete=complete).items()}


def refused(*resources: Resource) -> set[str]:
    """Names of what breaks the rule on least privilege."""
    told = judge(World(resources, complete=True))
    return {
        one.urn.rpartition("::")[2]
        for one in told
        if one.rule.slug == "iam-least-privilege" and one.answer is Answer.VIOLATED
    }


GIVEN: list[tuple[str, Mapping[str, Any], set[str]]] = [
    ("reads every object", allow("s3:GetObject"), {"read-objects"}),
    ("reads every object by a pattern", allow("s3:Get*", on="arn:aws:s3:::*/*"), {"read-objects"}),
    ("reads one store", allow("s3:GetObject", on="arn:aws:s3:::records/*"), set()),
    ("reads settings", allow("s3:GetBucketPolicy", "s3:ListAllMyBuckets", "iam:Get*"), set()),
    ("decrypts with every key", allow("kms:Decrypt"), {"use-key"}),
    ("reads every secret", allow("secretsmanager:*Value*"), {"read-secret", "write-secret"}),
    ("all but one service", {"NotAction": ["s3:*", "kms:*", "secretsmanager:*"], "Resource": "*"}, {"connect-database"}),
    ("a database as itself", allow("rds-db:connect", on="arn:aws:rds-db:r:1:dbuser:*/${aws:username}"), set()),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "expected"), [row[1:] for row in GIVEN], ids=[row[0] for row in GIVEN])
def test_a_policy_gives_data_rights_to_users_groups_and_holders_elsewhere(
    statement: Mapping[str, Any], expected: set[str]
) -> None:
    written = policy(statement)
    stack = [
        RECORDS,
        made(USER, "user", inlinePolicies=[{"name": "a", "policy": written}]),
        made(GROUP, "group"),
        made("aws:iam/groupPolicy:GroupPolicy", "of-group", group="group", policy=written),
        made("aws:iam/userPolicy:UserPolicy", "elsewhere", user="of-another-stack", policy=written),
    ]
    assert rights(*stack) == {"user": expected, "group": expected, "elsewhere": expected}
    assert refused(*stack) == ({"user", "group", "elsewhere"} if expected else set())


def test_a_policy_that_nobody_holds_gives_nothing_and_a_groups_is_told_once() -> None:
    stack = [
        made("aws:iam/policy:Policy", "policy", arn="arn:aws:iam::1:policy/policy", policy=policy(allow("s3:*"))),
        made(USER, "user"),
        made(GROUP, "group"),
        made("aws:iam/groupPolicyAttachment:GroupPolicyAttachment", "a", group="group", policyArn="arn:aws:iam::1:policy/policy"),
        made("aws:iam/userGroupMembership:UserGroupMembership", "m", user="user", groups=["group"]),
    ]  # fmt: skip
    words = {"read-objects", "write-objects", "delete-objects"}
    assert rights(*stack) == {"policy": set(), "user": set(), "group": words}


def test_what_a_policy_says_that_nobody_knows_is_unknown() -> None:
    assert rights(made(USER, "user", inlinePolicies=[{"name": "a", "policy": UNKNOWN}])) == {"user": UNKNOWN}
    assert rights(made(USER, "user"), complete=False) == {"user": UNKNOWN}


TRUSTING: list[tuple[str, Mapping[str, Any], set[str]]] = [
    ("another account by its number", {"AWS": "999999999999"}, {"999999999999"}),
    ("another account by its root", {"AWS": ["arn:aws:iam::999999999999:root"]}, {"999999999999"}),
    ("the own account", {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, set()),
    ("a role of another account", {"AWS": "arn:aws:iam::999999999999:role/operator"}, set()),
    ("a service", {"Service": "ecs-tasks.amazonaws.com"}, set()),
]


@pytest.mark.parametrize(("principal", "expected"), [row[1:] for row in TRUSTING], ids=[row[0] for row in TRUSTING])
def test_a_role_that_trusts_another_account_whole_is_refused(principal: Mapping[str, Any], expected: set[str]) -> None:
    written = policy({"Principal": principal, "Action": "sts:AssumeRole"})
    role = made(ROLE, "role", arn=f"arn:aws:iam::{ACCOUNT}:role/role", assumeRolePolicy=written)
    assert of(Identity, role)["role"].trusted_accounts == expected
    assert refused(role) == ({"role"} if expected else set())


@pytest.mark.parametrize(
    ("condition", "tied"),
    [
        ({"StringEquals": {"sts:ExternalId": "town-7"}}, True),
        ({"StringEquals": {"aws:PrincipalOrgID": "o-1"}}, True),
        ({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::999999999999:role/operator"}}, True),
        ({"StringLike": {"sts:ExternalId": "*"}}, False),
        ({"Bool": {"aws:MultiFactorAuthPresent": "true"}}, False),
    ],
)
def test_a_condition_that_says_who_or_in_whose_name_ties_the_trust(condition: Mapping[str, Any], tied: bool) -> None:
    statement = {"Principal": {"AWS": "999999999999"}, "Action": "sts:AssumeRole", "Condition": condition}
    role = made(ROLE, "role", arn=f"arn:aws:iam::{ACCOUNT}:role/role", assumeRolePolicy=policy(statement))
    assert of(Identity, role)["role"].trusted_accounts == (set() if tied else {"999999999999"})


def test_whether_an_account_is_another_is_unknown_while_no_own_one_is_known() -> None:
    trust = policy({"Principal": {"AWS": "999999999999"}, "Action": "sts:AssumeRole"})
    assert of(Identity, made(ROLE, "role", assumeRolePolicy=trust))["role"].trusted_accounts is UNKNOWN
    assert of(Identity, made(ROLE, "role", assumeRolePolicy=UNKNOWN))["role"].trusted_accounts is UNKNOWN


READER, OWNER, MONITORS = (
    "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1",
    "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
    "43d0d8ad-25c7-4714-9337-8ba259a9fe05",
)


@pytest.mark.parametrize(
    ("role", "scope", "expected"),
    [
        (READER, SUBSCRIPTION, {"read-objects"}),
        (READER, RESOURCE_GROUP, {"read-objects"}),
        (READER, RESOURCE, set()),
        (READER, "/store-id", set()),
        (READER, UNKNOWN, UNKNOWN),
        (OWNER, SUBSCRIPTION, set()),
        (MONITORS, SUBSCRIPTION, set()),
        (UNKNOWN, RESOURCE, set()),
        (UNKNOWN, SUBSCRIPTION, UNKNOWN),
    ],
)
def test_a_role_of_somebody_elsewhere_gives_its_data_rights_where_its_scope_is(
    role: Any, scope: Any, expected: Any
) -> None:
    store = made("azure-native:storage:StorageAccount", "store", id="/store-id")
    named = f"{DEFINITIONS}/{role}" if isinstance(role, str) else role
    grant = assigned(named, scope)
    assert rights(store, grant) == {"a": expected}
    assert refused(store, grant) == ({"a"} if isinstance(expected, set) and expected else set())


def test_a_custom_role_gives_nothing_until_it_is_assigned_and_then_all_that_it_holds() -> None:
    held = [{"dataActions": ["Microsoft.Storage/*"]}]
    role = made("azure-native:authorization:RoleDefinition", "mine", id=f"{DEFINITIONS}/mine", permissions=held)
    words = {"read-objects", "write-objects", "delete-objects"}
    assert rights(role, assigned("mine")) == {"mine": set(), "a": words}


@pytest.mark.parametrize(
    ("grant", "expected"),
    [
        (member("roles/storage.objectViewer"), {"read-objects"}),
        (member("roles/storage.objectViewer", PERSON, "gcp:storage/bucketIAMMember:BucketIAMMember", bucket="b"), set()),
        (member("roles/secretmanager.secretAccessor", PERSON, "gcp:secretmanager/regionalSecretIamMember:RegionalSecretIamMember"), set()),
        (member("roles/viewer"), set()),
        (member("roles/owner"), set()),
        (member(UNKNOWN), UNKNOWN),
    ],
)  # fmt: skip
def test_a_grant_of_google_cloud_to_a_person_is_on_everything_or_on_one_thing(grant: Resource, expected: Any) -> None:
    bucket = made("gcp:storage/bucket:Bucket", "b")
    assert rights(bucket, grant) == {grant.name: expected}
    assert refused(bucket, grant) == ({grant.name} if isinstance(expected, set) and expected else set())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Allow group N to read secret-bundles in tenancy", {"read-secret"}),
        ("Allow group N to read objects in compartment A where target.bucket.name = 'records'", set()),
        ("Allow group N to inspect all-resources in tenancy", set()),
        ("Allow service objectstorage-ap-tokyo-1 to use keys in compartment A", set()),
        ("Allow any-user to read objects in tenancy", set()),
        ("no statement", UNKNOWN),
    ],
)  # fmt: skip
def test_a_statement_for_a_group_of_people_gives_data_rights(text: str, expected: Any) -> None:
    written = made("oci:Identity/policy:Policy", "policy", statements=[text])
    assert rights(written) == {"policy": expected}
