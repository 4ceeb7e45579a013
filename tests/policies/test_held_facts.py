"""Disks, file shares, queues and log groups of bare resources, on each cloud: what holds, what breaks, what stays open."""

import json
from dataclasses import replace
from typing import Any

import pytest

from policies.facts import extract
from policies.facts.resources import World
from policies.facts.vocabulary import UNKNOWN, FileShare, Queue, Volume
from policies.judge import Answer
from tests.policies.bare import (
    Example,
    Properties,
    answers,
    bare,
    broken,
    known,
    label,
    left_open,
    survives_odd_values,
    world,
)

DISKS, SHARES, QUEUES = "crypto-block-storage-cmk", "crypto-file-storage-cmk", "crypto-logs-queues-cmk"
ANYONE = "iam-no-public-principal"
KEY = "arn:aws:kms:ap-northeast-1:111122223333:key/k"
OPEN_POLICY = json.dumps({"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]})


def keyed(slug: str, token: str, good: Properties, provider_s: Properties, unknown: Properties) -> Example:
    return Example(token=token, good=good, broken=[(slug, provider_s)], open=[(slug, unknown)], bare=frozenset({slug}))


def simple(slug: str, token: str, path: str, key: Any = "key") -> Example:
    """A type whose key is one property."""
    top, _, inner = path.partition(".")

    def put(value: Any) -> Properties:
        return {top: {inner: value} if inner else value}

    return keyed(slug, token, put(key), put(None), put(UNKNOWN))


AWS = [
    keyed(
        DISKS,
        "aws:ebs/volume:Volume",
        {"encrypted": True, "kmsKeyId": KEY},
        {"kmsKeyId": "alias/aws/ebs"},
        {"kmsKeyId": UNKNOWN},
    ),
    keyed(
        SHARES,
        "aws:efs/fileSystem:FileSystem",
        {"encrypted": True, "kmsKeyId": KEY},
        {"encrypted": False},
        {"encrypted": UNKNOWN},
    ),
    *(
        simple(SHARES, f"aws:fsx/{kind[0].lower()}{kind[1:]}:{kind}", "kmsKeyId", KEY)
        for kind in ("WindowsFileSystem", "LustreFileSystem", "OntapFileSystem", "OpenZfsFileSystem")
    ),
    simple(QUEUES, "aws:cloudwatch/logGroup:LogGroup", "kmsKeyId", KEY),
    Example(
        token="aws:sqs/queue:Queue",
        good={"kmsMasterKeyId": KEY},
        broken=[(QUEUES, {"kmsMasterKeyId": "alias/aws/sqs"}), (ANYONE, {"policy": OPEN_POLICY})],
        open=[(QUEUES, {"kmsMasterKeyId": UNKNOWN}), (ANYONE, {"policy": "no json"})],
        bare=frozenset({QUEUES}),
    ),
    Example(
        token="aws:sns/topic:Topic",
        good={"kmsMasterKeyId": KEY},
        broken=[(QUEUES, {"kmsMasterKeyId": ""}), (ANYONE, {"policy": OPEN_POLICY})],
        open=[(QUEUES, {"kmsMasterKeyId": UNKNOWN}), (ANYONE, {"policy": UNKNOWN})],
        bare=frozenset({QUEUES}),
    ),
    keyed(
        QUEUES,
        "aws:kinesis/stream:Stream",
        {"encryptionType": "KMS", "kmsKeyId": KEY},
        {"encryptionType": "NONE"},
        {"encryptionType": UNKNOWN},
    ),
    keyed(
        QUEUES,
        "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
        {"serverSideEncryption": {"enabled": True, "keyType": "CUSTOMER_MANAGED_CMK", "keyArn": KEY}},
        {"serverSideEncryption": {"enabled": True}},
        {"serverSideEncryption": UNKNOWN},
    ),
]

ACCOUNT = {"account": ("azure-native:storage:StorageAccount", {})}
KEPT_ACCOUNT = {"encryption": {"keySource": "Microsoft.Keyvault", "keyVaultProperties": {"keyName": "key"}}}
SET = {"set": ("azure-native:compute:DiskEncryptionSet", {"activeKey": {"keyUrl": "https://key"}})}
OF_VAULT = {"keySource": "Microsoft.KeyVault", "keyVaultProperties": {"keyName": "key"}}
AZURE = [
    keyed(
        DISKS,
        "azure-native:compute:Disk",
        {"encryption": {"type": "EncryptionAtRestWithCustomerKey", "diskEncryptionSetId": "/set"}},
        {"encryption": {"type": "EncryptionAtRestWithPlatformKey"}},
        {"encryption": UNKNOWN},
    ),
    keyed(
        SHARES,
        "azure-native:netapp:Account",
        {"encryption": OF_VAULT},
        {"encryption": {}},
        {"encryption": UNKNOWN},
    ),
    *(
        Example(
            token=token,
            good={"encryption": OF_VAULT, "disableLocalAuth": True},
            broken=[(QUEUES, {"encryption": {}})],
            open=[(QUEUES, {"encryption": UNKNOWN})],
            bare=frozenset({QUEUES, "iam-no-long-lived-keys"}),
        )
        for token in ("azure-native:eventhub:Namespace", "azure-native:servicebus:Namespace")
    ),
    simple(QUEUES, "azure-native:operationalinsights:Workspace", "features.clusterResourceId"),
    *(
        Example(
            token=token,
            good={"accountName": "account"},
            open=[(slug, {"accountName": "elsewhere"})],
            beside={"account": ("azure-native:storage:StorageAccount", KEPT_ACCOUNT)},
        )
        for slug, token in ((SHARES, "azure-native:storage:FileShare"), (QUEUES, "azure-native:storage:Queue"))
    ),
]

GCP = [
    simple(DISKS, "gcp:compute/disk:Disk", "diskEncryptionKey.kmsKeySelfLink"),
    simple(DISKS, "gcp:compute/regionDisk:RegionDisk", "diskEncryptionKey.kmsKeySelfLink"),
    simple(SHARES, "gcp:filestore/instance:Instance", "kmsKeyName"),
    simple(QUEUES, "gcp:pubsub/topic:Topic", "kmsKeyName"),
    simple(QUEUES, "gcp:logging/projectBucketConfig:ProjectBucketConfig", "cmekSettings.kmsKeyName"),
]

OCI = [
    simple(DISKS, "oci:Core/volume:Volume", "kmsKeyId"),
    simple(DISKS, "oci:Core/bootVolume:BootVolume", "kmsKeyId"),
    simple(SHARES, "oci:FileStorage/fileSystem:FileSystem", "kmsKeyId"),
    simple(QUEUES, "oci:Streaming/streamPool:StreamPool", "customEncryptionKey.kmsKeyId"),
    simple(QUEUES, "oci:Queue/queue:Queue", "customEncryptionKeyId"),
    Example(
        token="oci:Streaming/stream:Stream",
        good={"streamPoolId": "pool"},
        broken=[(QUEUES, {"streamPoolId": None})],
        open=[(QUEUES, {"streamPoolId": "another"})],
        bare=frozenset({QUEUES}),
        beside={"pool": ("oci:Streaming/streamPool:StreamPool", {"customEncryptionKey": {"kmsKeyId": "key"}})},
    ),
]
EXAMPLES = [*AWS, *AZURE, *GCP, *OCI]


@pytest.mark.parametrize("example", EXAMPLES, ids=label)
def test_a_resource_with_the_customers_key_holds_and_leaves_nothing_open(example: Example) -> None:
    assert answers(Answer.VIOLATED, example, example.good) == set()
    assert answers(Answer.UNKNOWN, example, example.good) == set()
    assert answers(Answer.HOLDS, example, example.good) >= {slug for slug, _ in (*example.broken, *example.open)}
    assert known(example.token)


@pytest.mark.parametrize("example", [one for one in EXAMPLES if one.bare], ids=label)
def test_the_clouds_defaults_are_judged_as_what_they_are(example: Example) -> None:
    assert answers(Answer.VIOLATED, example, {}) == example.bare


@pytest.mark.parametrize(("example", "slug", "change"), broken(EXAMPLES), ids=label)
def test_one_change_breaks_one_rule(example: Example, slug: str, change: Properties) -> None:
    assert answers(Answer.VIOLATED, example, {**example.good, **change}) == {slug}


@pytest.mark.parametrize(("example", "slug", "change"), left_open(EXAMPLES), ids=label)
def test_what_is_not_known_stays_open(example: Example, slug: str, change: Properties) -> None:
    assert answers(Answer.VIOLATED, example, {**example.good, **change}) == set()
    assert slug in answers(Answer.UNKNOWN, example, {**example.good, **change})


@pytest.mark.parametrize("example", EXAMPLES, ids=label)
def test_no_odd_value_stops_the_reading(example: Example) -> None:
    assert survives_odd_values(example) > 0


MACHINES: list[tuple[str, Properties, dict[str, tuple[str, Properties]], Any]] = [
    # Resource, its properties, what is beside it; whether its disks have the customer's key (None: it makes no disk).
    ("aws:ec2/instance:Instance", {}, {}, False),
    ("aws:ec2/instance:Instance", {"rootBlockDevice": {"encrypted": True, "kmsKeyId": KEY}}, {}, True),
    (
        "aws:ec2/instance:Instance",
        {"rootBlockDevice": {"encrypted": True, "kmsKeyId": KEY}, "ebsBlockDevices": [{"encrypted": True}]},
        {},
        False,
    ),
    ("aws:ec2/instance:Instance", {"rootBlockDevice": UNKNOWN}, {}, UNKNOWN),
    ("aws:ec2/instance:Instance", {"launchTemplate": {"id": "lt"}}, {}, UNKNOWN),
    (
        "aws:ec2/instance:Instance",
        {"launchTemplate": {"id": "lt"}},
        {"lt": ("aws:ec2/launchTemplate:LaunchTemplate", {})},
        None,
    ),
    (
        "aws:ec2/launchTemplate:LaunchTemplate",
        {"blockDeviceMappings": [{"ebs": {"encrypted": "true", "kmsKeyId": KEY}}, {"virtualName": "ephemeral0"}]},
        {},
        True,
    ),
    ("aws:ec2/launchTemplate:LaunchTemplate", {"blockDeviceMappings": [{"ebs": {"encrypted": "true"}}]}, {}, False),
    ("aws:ec2/launchTemplate:LaunchTemplate", {}, {}, False),
    ("aws:ec2/launchConfiguration:LaunchConfiguration", {"rootBlockDevice": {"encrypted": True}}, {}, False),
    (
        "aws:ec2/launchConfiguration:LaunchConfiguration",
        {},
        {
            "on": ("aws:ebs/encryptionByDefault:EncryptionByDefault", {}),
            "of": ("aws:ebs/defaultKmsKey:DefaultKmsKey", {"keyArn": KEY}),
        },
        True,
    ),
    ("azure-native:compute:VirtualMachine", {}, {}, False),
    (
        "azure-native:compute:VirtualMachine",
        {"storageProfile": {"osDisk": {"managedDisk": {"diskEncryptionSet": {"id": "set"}}}}},
        SET,
        True,
    ),
    (
        "azure-native:compute:VirtualMachine",
        {"storageProfile": {"osDisk": {"managedDisk": {"diskEncryptionSet": {"id": "set"}}}}},
        {"set": ("azure-native:compute:DiskEncryptionSet", {})},
        False,
    ),
    ("azure-native:compute:VirtualMachine", {"storageProfile": {"osDisk": {"createOption": "Attach"}}}, {}, None),
    ("azure-native:compute:VirtualMachine", {"storageProfile": UNKNOWN}, {}, UNKNOWN),
    (
        "azure-native:compute:VirtualMachineScaleSet",
        {
            "virtualMachineProfile": {
                "storageProfile": {
                    "osDisk": {"managedDisk": {"diskEncryptionSet": {"id": "/else"}}},
                    "dataDisks": [{"createOption": "Empty"}],
                }
            }
        },
        {},
        False,
    ),
    ("gcp:compute/instance:Instance", {}, {}, False),
    ("gcp:compute/instance:Instance", {"bootDisk": {"kmsKeySelfLink": "k"}}, {}, True),
    ("gcp:compute/instance:Instance", {"bootDisk": {"source": "disk"}}, {}, None),
    ("gcp:compute/instance:Instance", {"bootDisk": UNKNOWN}, {}, UNKNOWN),
    (
        "gcp:compute/instanceTemplate:InstanceTemplate",
        {"disks": [{"diskEncryptionKey": {"kmsKeySelfLink": "k"}}, {"type": "SCRATCH"}, {"source": "disk"}]},
        {},
        True,
    ),
    ("gcp:compute/regionInstanceTemplate:RegionInstanceTemplate", {"disks": [{}]}, {}, False),
    ("oci:Core/instance:Instance", {"sourceDetails": {"sourceType": "image"}}, {}, False),
    ("oci:Core/instance:Instance", {"sourceDetails": {"sourceType": "image", "kmsKeyId": "k"}}, {}, True),
    ("oci:Core/instance:Instance", {"sourceDetails": {"sourceType": "bootVolume"}}, {}, None),
    (
        "oci:Core/instanceConfiguration:InstanceConfiguration",
        {"instanceDetails": {"launchDetails": {"sourceDetails": {"kmsKeyId": UNKNOWN}}}},
        {},
        UNKNOWN,
    ),
]


@pytest.mark.parametrize(("token", "properties", "beside", "expected"), MACHINES)
def test_the_disks_that_a_machine_makes_are_one_volume(
    token: str, properties: Properties, beside: dict[str, tuple[str, Properties]], expected: Any
) -> None:
    example = Example(token=token, good=properties, beside=beside)
    found = [one for one in extract(world(example, properties)) if isinstance(one, Volume) and one.name == "thing"]
    assert [one.customer_key for one in found] == ([] if expected is None else [expected])
    assert survives_odd_values(example) or not properties


def test_what_lies_in_a_storage_account_has_the_accounts_key() -> None:
    for example in AZURE:
        if example.token.startswith("azure-native:storage:"):
            plain = Example(token=example.token, good={}, beside=ACCOUNT)
            found = [one for one in extract(world(plain, example.good)) if isinstance(one, FileShare | Queue)]
            assert [one.customer_key for one in found] == [False]


def test_a_key_that_a_provider_tells_back_is_not_the_customers() -> None:
    volume = bare("aws:ebs/volume:Volume", "v", {"encrypted": True, "kmsKeyId": KEY})
    for asked, expected in (({"encrypted": True}, False), ({"kmsKeyId": KEY}, True)):
        (found,) = (
            one for one in extract(World([replace(volume, inputs=asked)], complete=True)) if isinstance(one, Volume)
        )
        assert found.customer_key is expected
