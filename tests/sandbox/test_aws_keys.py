"""When the sandbox's AWS lets a customer key be used, and by whom."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.aws_data import (
    ADMINISTER,
    ALIAS,
    CLOUDTRAIL,
    DATABASE,
    INSTANCE,
    SECRET,
    STREAM,
    TRAIL,
    VERSION,
    admit_trail,
    bucket,
    by_account,
    by_service,
    key,
    policy,
    stream,
    through,
)
from tests.sandbox.aws_town import ACCOUNT, KEY, LOG_GROUP, REGION, ROLE, Town, towns, trust


@pytest.fixture
def town(state: Path) -> Iterator[Town]:
    with towns(state) as made:
        yield made


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Nothing is made in it: one for all."""
    with towns(tmp_path_factory.mktemp("cloud") / "state") as made:
        yield made


LOGS = f"logs.{REGION}.amazonaws.com"
LOGS_USE = ("kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*")


def database(arn: str, _: Town) -> dict[str, Any]:
    return {**DATABASE, "storageEncrypted": True, "kmsKeyId": arn}


def watched(arn: str, _: Town) -> dict[str, Any]:
    return {**DATABASE, "performanceInsightsEnabled": True, "performanceInsightsKmsKeyId": arn}


def managed(arn: str, _: Town) -> dict[str, Any]:
    login = {name: value for name, value in DATABASE.items() if name != "password"}
    return {**login, "manageMasterUserPassword": True, "masterUserSecretKmsKeyId": arn}


def secret(arn: str, _: Town) -> dict[str, Any]:
    return {"name": "password", "kmsKeyId": arn}


def encrypted_stream(arn: str, town: Town) -> dict[str, Any]:
    return stream(town, serverSideEncryption={"enabled": True, "keyType": "CUSTOMER_MANAGED_CMK", "keyArn": arn})


def group(arn: str, _: Town) -> dict[str, Any]:
    return {"name": "audit", "kmsKeyId": arn}


def trail(arn: str, town: Town) -> dict[str, Any]:
    store = bucket(town)
    admit_trail(town, store)
    return {"name": "trail", "s3BucketName": store, "kmsKeyId": arn}


Inputs = Callable[[str, Town], dict[str, Any]]


@pytest.mark.parametrize(
    ("token", "inputs", "lacking", "enough", "words"),
    [
        (
            INSTANCE,
            database,
            through("rds", "kms:DescribeKey"),
            through("rds", "kms:DescribeKey", "kms:CreateGrant"),
            "KMSKeyNotAccessibleFault: {key}: its policy does not let the caller through this service kms:CreateGrant",
        ),
        (
            INSTANCE,
            watched,
            through("s3", "kms:*"),
            through("rds", "kms:*"),
            "KMSKeyNotAccessibleFault: {key}: its policy does not let the caller through this service kms:CreateGrant",
        ),
        (
            INSTANCE,
            managed,
            through("rds", "kms:*"),
            through("secretsmanager", "kms:*"),
            "KMSKeyNotAccessibleFault: {key}: its policy does not let the caller through this service kms:GenerateDataKey",
        ),
        (
            SECRET,
            secret,
            through("secretsmanager", "kms:GenerateDataKey"),
            through("secretsmanager", "kms:GenerateDataKey", "kms:Decrypt"),
            "Access to KMS is not allowed: {key}: its policy does not let the caller through this service kms:Decrypt",
        ),
        (
            STREAM,
            encrypted_stream,
            through("firehose", "kms:GenerateDataKey"),
            through("firehose", "kms:CreateGrant"),
            "InvalidKMSResourceException: {key}: its policy does not let the caller through this service kms:CreateGrant",
        ),
        (
            LOG_GROUP,
            group,
            by_account("kms:*"),
            by_service(LOGS, *LOGS_USE),
            f"is not allowed to be used with arn:aws:logs:{REGION}:{ACCOUNT}:log-group:audit: "
            f"its policy does not let {LOGS} kms:Encrypt",
        ),
        (
            TRAIL,
            trail,
            by_service(CLOUDTRAIL, "kms:DescribeKey"),
            by_service(CLOUDTRAIL, "kms:DescribeKey", "kms:GenerateDataKey*"),
            f"InsufficientEncryptionPolicyException: {{key}}: its policy does not let {CLOUDTRAIL} kms:GenerateDataKey",
        ),
    ],
)
def test_a_service_takes_a_key_whose_policy_admits_it(
    town: Town, token: str, inputs: Inputs, lacking: dict[str, Any], enough: dict[str, Any], words: str
) -> None:
    closed = key(town, lacking, name="closed")
    wanted = inputs(closed, town)
    assert words.replace("{key}", closed) in town.refused(token, **wanted)
    opened = key(town, enough, name="opened")
    town.make(token, **json.loads(json.dumps(wanted).replace(closed, opened)))


def test_a_key_without_a_policy_of_its_own_is_left_to_the_account(town: Town) -> None:
    town.make(INSTANCE, **database(key(town), town))
    stranger = policy(ADMINISTER, {"Principal": {"AWS": "arn:aws:iam::999900009999:root"}, "Action": "kms:*"})
    other = town.make(KEY, "other", policy=stranger)[1]["arn"]
    assert "kms:CreateGrant" in town.refused(INSTANCE, **{**database(other, town), "identifier": "second"})


@pytest.mark.parametrize(
    ("condition", "admitted"),
    [
        (
            {"ArnEquals": {"kms:EncryptionContext:aws:logs:arn": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:audit"}},
            True,
        ),
        ({"ArnLike": {"kms:EncryptionContext:aws:logs:arn": f"arn:aws:logs:{REGION}:{ACCOUNT}:*"}}, True),
        ({"ArnEquals": {"kms:EncryptionContext:aws:logs:arn": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:x"}}, False),
        ({"StringEquals": {"aws:SourceAccount": ACCOUNT}}, False),
    ],
)
def test_a_key_may_be_for_one_log_group_only(town: Town, condition: dict[str, Any], admitted: bool) -> None:
    wanted = group(key(town, by_service(LOGS, *LOGS_USE, **condition)), town)
    if admitted:
        town.make(LOG_GROUP, **wanted)
    else:
        assert "AccessDeniedException" in town.refused(LOG_GROUP, **wanted)


@pytest.mark.parametrize(
    ("condition", "admitted"),
    [
        ({"StringEquals": {"aws:SourceArn": f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/trail"}}, True),
        ({"StringLike": {"kms:EncryptionContext:aws:cloudtrail:arn": f"arn:aws:cloudtrail:*:{ACCOUNT}:trail/*"}}, True),
        ({"StringEquals": {"aws:SourceAccount": ACCOUNT}}, True),
        ({"StringEquals": {"aws:SourceArn": f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/other"}}, False),
        ({"StringEquals": {"aws:SourceAccount": "999900009999"}}, False),
    ],
)
def test_a_key_may_be_for_one_trail_only(town: Town, condition: dict[str, Any], admitted: bool) -> None:
    wanted = trail(key(town, by_service(CLOUDTRAIL, "kms:*", **condition)), town)
    if admitted:
        town.make(TRAIL, **wanted)
    else:
        assert "InsufficientEncryptionPolicyException" in town.refused(TRAIL, **wanted)


def test_a_secret_may_be_the_only_one_of_its_key(town: Town) -> None:
    pattern = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:password-??????"
    one = by_account("kms:*", StringLike={"kms:EncryptionContext:SecretARN": pattern})
    arn = key(town, one)
    town.make(SECRET, name="password", kmsKeyId=arn)
    assert "Access to KMS is not allowed" in town.refused(SECRET, "second", name="other", kmsKeyId=arn)


@pytest.mark.parametrize(
    ("token", "inputs"),
    [(INSTANCE, database), (SECRET, secret), (STREAM, encrypted_stream), (LOG_GROUP, group), (TRAIL, trail)],
)
@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"isEnabled": False}, "DisabledException: it is disabled"),
        ({"keyUsage": "SIGN_VERIFY", "customerMasterKeySpec": "RSA_2048"}, "it is a key for SIGN_VERIFY and RSA_2048"),
    ],
)
def test_a_key_that_encrypts_nothing_is_refused_by_all(
    town: Town, token: str, inputs: Inputs, given: dict[str, Any], words: str
) -> None:
    assert words in town.refused(token, **inputs(key(town, by_account("kms:*"), **given), town))


def test_what_a_disabled_key_encrypts_stops_where_the_service_asks_it(town: Town) -> None:
    statements = (by_account("kms:*"), by_service(LOGS, *LOGS_USE))
    arn = key(town, *statements)
    name = arn.rpartition("/")[2]
    made = town.make(INSTANCE, **database(arn, town))
    kept, _ = town.make(SECRET, **secret(arn, town))
    logged = town.make(LOG_GROUP, **group(arn, town))
    value = town.make(VERSION, secretId=kept, secretStringWo="a", secretStringWoVersion=1)
    sound = {"policy": policy(ADMINISTER, *statements)}
    held = town.caller.read(KEY, name)[2]
    town.caller.update(KEY, name, held, {**sound, "isEnabled": False})
    assert "it is disabled" in town.refusal_of_update(INSTANCE, made, **{**database(arn, town), "tags": {"a": "b"}})
    again = {"secretId": kept, "secretStringWo": "b", "secretStringWoVersion": 2}
    assert "it is disabled" in town.refused(VERSION, "second", **again)
    assert "it is disabled" in town.refusal_of_update(VERSION, value, **again)
    town.caller.update(LOG_GROUP, *logged, {**group(arn, town), "retentionInDays": 365})
    town.caller.update(KEY, name, held, sound)
    town.caller.update(INSTANCE, *made, {**database(arn, town), "tags": {"a": "b"}})


def test_a_key_goes_although_it_is_in_use_and_its_users_stop(town: Town) -> None:
    arn = key(town)
    made = town.make(INSTANCE, **database(arn, town))
    kept, _ = town.make(SECRET, **secret(arn, town))
    town.caller.delete(KEY, arn.rpartition("/")[2])
    assert "it is pending deletion" in town.refusal_of_update(
        INSTANCE, made, **{**database(arn, town), "tags": {"a": "b"}}
    )
    assert "it is pending deletion" in town.refused(VERSION, secretId=kept, secretString="a")


def test_an_alias_stands_for_its_key(town: Town) -> None:
    arn = key(town)
    named, outputs = town.make(ALIAS, name="alias/ledger", targetKeyId=arn)
    town.make(INSTANCE, **database(outputs["arn"], town))
    town.make(SECRET, **secret(named, town))
    idle = key(town, name="idle", isEnabled=False)
    named, _ = town.make(ALIAS, "idle", name="alias/idle", targetKeyId=idle)
    assert "it is disabled" in town.refused(SECRET, "second", name="other", kmsKeyId=named)


@pytest.mark.parametrize(
    "statement",
    [
        {"Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "kms:Encrypt", "Resource": "*"},
        {"Principal": {"AWS": "arn:aws:iam::999900009999:root"}, "Action": "kms:*", "Resource": "*"},
        {"Principal": {"Service": "rds.amazonaws.com"}, "Action": "kms:*", "Resource": "*"},
        through("rds", "kms:*"),
        {"Principal": {"AWS": ACCOUNT}, "Action": "kms:*"},
        {"Principal": {"AWS": ACCOUNT}, "NotAction": "kms:Put*", "Resource": "*"},
    ],
)
def test_a_key_policy_that_shuts_its_writer_out_is_refused(town: Town, statement: dict[str, Any]) -> None:
    words = "the new key policy will not allow you to update the key policy in the future"
    assert words in town.refused(KEY, policy=policy(statement))
    town.make(KEY, "bypassed", policy=policy(statement), bypassPolicyLockoutSafetyCheck=True)
    made = town.make(KEY, "changed")
    assert words in town.refusal_of_update(KEY, made, policy=policy(statement))


def test_a_denial_of_the_account_shuts_its_writer_out(town: Town) -> None:
    denied = {**by_account("kms:PutKeyPolicy"), "Effect": "Deny"}
    assert "will not allow you" in town.refused(KEY, policy=policy(by_account("kms:*"), denied))
    elsewhere = {**denied, "Condition": {"StringNotEquals": {"aws:PrincipalAccount": ACCOUNT}}}
    town.make(KEY, policy=policy(by_account("kms:*"), elsewhere))


def test_the_roles_of_a_key_policy_exist(town: Town) -> None:
    reader = {"Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:role/reader"}, "Action": "kms:Decrypt", "Resource": "*"}
    wanted = policy(by_account("kms:*"), reader)
    assert "MalformedPolicyDocumentException: invalid principal in policy" in town.refused(KEY, policy=wanted)
    town.make(ROLE, name="reader", assumeRolePolicy=trust("ecs-tasks.amazonaws.com"))
    town.make(KEY, policy=wanted)


@pytest.mark.parametrize(
    ("inputs", "path"),
    [
        ({"deletionWindowInDays": 6}, "deletionWindowInDays"),
        ({"deletionWindowInDays": 31}, "deletionWindowInDays"),
        ({"rotationPeriodInDays": 89, "enableKeyRotation": True}, "rotationPeriodInDays"),
        ({"rotationPeriodInDays": 2561, "enableKeyRotation": True}, "rotationPeriodInDays"),
        ({"rotationPeriodInDays": 365}, "rotationPeriodInDays"),
        ({"keyUsage": "SIGN_VERIFY"}, "keyUsage"),
        ({"keyUsage": "SIGN_VERIFY", "customerMasterKeySpec": "HMAC_256"}, "keyUsage"),
        ({"customerMasterKeySpec": "AES_256"}, "customerMasterKeySpec"),
        ({"customerMasterKeySpec": "RSA_2048", "enableKeyRotation": True}, "enableKeyRotation"),
        ({"xksKeyId": "a"}, "xksKeyId"),
        ({"customKeyStoreId": "a", "multiRegion": True}, "multiRegion"),
        ({"description": "x" * 8193}, "description"),
        ({"tags": {"aws:a": "b"}}, "tags.aws:a"),
        ({"tags": {"a": "x" * 257}}, "tags.a"),
        ({"tags": {"a;": "b"}}, "tags.a;"),
        ({"tags": {f"k{n}": "" for n in range(51)}}, "tags"),
    ],
)
def test_values_that_no_key_takes(empty: Town, inputs: dict[str, Any], path: str) -> None:
    assert empty.paths(KEY, **inputs) == [path]


def test_values_that_a_key_takes(empty: Town) -> None:
    for days in (7, 30):
        assert empty.failures(KEY, deletionWindowInDays=days, tags={"団体": "札幌市"}) == []
    for days in (90, 2560):
        assert empty.failures(KEY, enableKeyRotation=True, rotationPeriodInDays=days) == []


def test_a_disabled_key_keeps_its_rotation(town: Town) -> None:
    made = town.make(KEY, isEnabled=False)
    assert "DisabledException" in town.refusal_of_update(KEY, made, isEnabled=False, enableKeyRotation=True)
    town.caller.update(KEY, *made, {"isEnabled": True, "enableKeyRotation": True})


@pytest.mark.parametrize("name", ["ledger", "alias/aws/rds", "alias/a b", "alias/", "alias/" + "x" * 251])
def test_names_that_no_alias_takes(empty: Town, name: str) -> None:
    assert empty.paths(ALIAS, targetKeyId="k", name=name) == ["name"]


def test_an_alias_is_taken_once_and_stays_with_keys_of_its_kind(town: Town) -> None:
    first, second = key(town, name="first"), key(town, name="second")
    signing = key(town, name="signing", keyUsage="SIGN_VERIFY", customerMasterKeySpec="RSA_2048")
    made = town.make(ALIAS, name="alias/ledger", targetKeyId=first)
    assert "already exists" in town.refused(ALIAS, "again", name="alias/ledger", targetKeyId=second)
    town.caller.update(ALIAS, *made, {"name": "alias/ledger", "targetKeyId": second})
    assert "same type and usage" in town.refusal_of_update(ALIAS, made, name="alias/ledger", targetKeyId=signing)
    town.caller.delete(ALIAS, made[0])
    town.make(ALIAS, "again", name="alias/ledger", targetKeyId=first)
