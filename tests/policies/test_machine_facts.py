"""Virtual machines and templates of bare resources, on each cloud: what holds, what breaks, what stays open."""

import base64
from typing import Any

import pytest

from policies.facts import extract
from policies.facts.vocabulary import UNKNOWN, Machine, Network
from policies.judge import Answer
from tests.policies.bare import (
    Beside,
    Example,
    Properties,
    answers,
    broken,
    known,
    label,
    left_open,
    survives_odd_values,
    world,
)

PUBLIC, METADATA, BOOT = "net-no-public-ip-on-compute", "iam-instance-metadata-hardened", "host-secure-boot"
ADMIN, PATCHING, TIME, DISKS = (
    "net-admin-via-bastion",
    "vuln-patching-automated",
    "mon-time-sync",
    "crypto-block-storage-cmk",
)
EVERYTHING = frozenset({PUBLIC, METADATA, BOOT, ADMIN, PATCHING, DISKS})
PASSWORDS = "#cloud-config\nssh_pwauth: true\n"
CHRONY = "#!/bin/sh\necho 'server ntp.example.jp iburst' > /etc/chrony.conf\n"


def coded(script: str) -> str:
    return base64.b64encode(script.encode()).decode()


KEY = "arn:aws:kms:ap-northeast-1:111122223333:key/k"
PATCHED: Beside = {
    "task": (
        "aws:ssm/maintenanceWindowTask:MaintenanceWindowTask",
        {"taskArn": "AWS-RunPatchBaseline", "windowId": "w"},
    ),
    "w": ("aws:ssm/maintenanceWindow:MaintenanceWindow", {"schedule": "cron(0 2 ? * SUN *)"}),
    "private": ("aws:ec2/subnet:Subnet", {}),
    "open": ("aws:ec2/subnet:Subnet", {"mapPublicIpOnLaunch": True}),
}
TOKENS = {"httpTokens": "required", "httpPutResponseHopLimit": 2}
AWS = [
    Example(
        token="aws:ec2/instance:Instance",
        good={
            "subnetId": "private",
            "metadataOptions": TOKENS,
            "iamInstanceProfile": "profile",
            "rootBlockDevice": {"encrypted": True, "kmsKeyId": KEY},
        },
        broken=[
            (PUBLIC, {"associatePublicIpAddress": True}),
            (PUBLIC, {"subnetId": "open"}),
            (PUBLIC, {"subnetId": None}),
            (METADATA, {"metadataOptions": {"httpTokens": "optional"}}),
            (METADATA, {"metadataOptions": {**TOKENS, "httpPutResponseHopLimit": 3}}),
            (ADMIN, {"keyName": "key"}),
            (ADMIN, {"iamInstanceProfile": None}),
            (ADMIN, {"userData": PASSWORDS}),
            (TIME, {"userDataBase64": coded(CHRONY)}),
        ],
        open=[
            (PUBLIC, {"subnetId": "elsewhere"}),
            (METADATA, {"metadataOptions": UNKNOWN}),
            (ADMIN, {"keyName": UNKNOWN}),
            (TIME, {"userData": UNKNOWN}),
            (METADATA, {"launchTemplate": {"id": "elsewhere"}, "metadataOptions": None}),
        ],
        bare=EVERYTHING - {BOOT},
        beside=PATCHED,
    ),
    Example(
        token="aws:ec2/launchTemplate:LaunchTemplate",
        good={
            "metadataOptions": {"httpEndpoint": "disabled"},
            "iamInstanceProfile": {"name": "profile"},
            "blockDeviceMappings": [{"ebs": {"encrypted": "true", "kmsKeyId": KEY}}],
        },
        broken=[
            (PUBLIC, {"networkInterfaces": [{"associatePublicIpAddress": "true"}]}),
            (METADATA, {"metadataOptions": {}}),
            (TIME, {"userData": coded(CHRONY)}),
        ],
        open=[(PUBLIC, {"networkInterfaces": UNKNOWN})],
        bare=EVERYTHING - {BOOT, PUBLIC},
        beside=PATCHED,
    ),
    Example(
        token="aws:ec2/launchConfiguration:LaunchConfiguration",
        good={
            "metadataOptions": TOKENS,
            "iamInstanceProfile": "profile",
            "rootBlockDevice": {"encrypted": True, "kmsKeyId": KEY},
        },
        broken=[(PUBLIC, {"associatePublicIpAddress": True}), (ADMIN, {"keyName": "key"})],
        bare=EVERYTHING - {BOOT, PUBLIC},
        beside={"a": ("aws:ssm/association:Association", {"name": "AWS-RunPatchBaselineAssociation"})},
    ),
]

BASTION: Beside = {
    "bastion": ("azure-native:network:BastionHost", {}),
    "card": ("azure-native:network:NetworkInterface", {"ipConfigurations": [{"name": "ip"}]}),
    "open": ("azure-native:network:NetworkInterface", {"ipConfigurations": [{"publicIPAddress": {"id": "ip"}}]}),
}
TRUSTED = {"securityType": "TrustedLaunch", "uefiSettings": {"secureBootEnabled": True, "vTpmEnabled": True}}
LINUX = {"disablePasswordAuthentication": True, "patchSettings": {"patchMode": "AutomaticByPlatform"}}
DISK = {"osDisk": {"managedDisk": {"diskEncryptionSet": {"id": "set"}}}}
AZURE = [
    Example(
        token="azure-native:compute:VirtualMachine",
        good={
            "networkProfile": {"networkInterfaces": [{"id": "card"}]},
            "securityProfile": TRUSTED,
            "osProfile": {"linuxConfiguration": LINUX},
            "storageProfile": DISK,
        },
        broken=[
            (PUBLIC, {"networkProfile": {"networkInterfaces": [{"id": "open"}]}}),
            (BOOT, {"securityProfile": {**TRUSTED, "securityType": "Standard"}}),
            (BOOT, {"securityProfile": {"securityType": "TrustedLaunch"}}),
            (ADMIN, {"osProfile": {"linuxConfiguration": {**LINUX, "disablePasswordAuthentication": False}}}),
            (PATCHING, {"osProfile": {"linuxConfiguration": {"disablePasswordAuthentication": True}}}),
            (PATCHING, {"osProfile": {"windowsConfiguration": {"enableAutomaticUpdates": False}}}),
            (TIME, {"userData": coded(CHRONY)}),
        ],
        open=[
            (PUBLIC, {"networkProfile": {"networkInterfaces": [{"id": "elsewhere"}]}}),
            (PUBLIC, {"networkProfile": UNKNOWN}),
            (BOOT, {"securityProfile": UNKNOWN}),
            (ADMIN, {"osProfile": UNKNOWN}),
        ],
        bare=frozenset({BOOT, PATCHING, DISKS}),
        beside=BASTION,
    ),
    Example(
        token="azure-native:compute:VirtualMachineScaleSet",
        good={
            "upgradePolicy": {"automaticOSUpgradePolicy": {"enableAutomaticOSUpgrade": True}},
            "virtualMachineProfile": {
                "securityProfile": TRUSTED,
                "osProfile": {"windowsConfiguration": {}},
                "storageProfile": DISK,
            },
        },
        broken=[
            (
                PUBLIC,
                {
                    "virtualMachineProfile": {
                        "securityProfile": TRUSTED,
                        "osProfile": {"windowsConfiguration": {"provisionVMAgent": True}},
                        "storageProfile": DISK,
                        "networkProfile": {
                            "networkInterfaceConfigurations": [
                                {"ipConfigurations": [{"publicIPAddressConfiguration": {"name": "ip"}}]}
                            ]
                        },
                    }
                },
            )
        ],
        bare=frozenset({BOOT, PATCHING, DISKS}),
        beside=BASTION,
    ),
]

OS_LOGIN: Beside = {
    "project": ("gcp:compute/projectMetadata:ProjectMetadata", {"metadata": {"enable-oslogin": "TRUE"}}),
    "item": ("gcp:compute/projectMetadataItem:ProjectMetadataItem", {"key": "block-project-ssh-keys", "value": "TRUE"}),
    "patches": (
        "gcp:osconfig/patchDeployment:PatchDeployment",
        {"recurringSchedule": {"weekly": {"dayOfWeek": "SUNDAY"}}},
    ),
}
CARD = {"network": "network"}
GCP = [
    Example(
        token=token,
        good={"shieldedInstanceConfig": {"enableSecureBoot": True}, "networkInterfaces": [CARD], **disks},
        broken=[
            (PUBLIC, {"networkInterfaces": [{**CARD, "accessConfigs": [{}]}]}),
            (METADATA, {"metadata": {"disable-legacy-endpoints": "false"}}),
            (BOOT, {"shieldedInstanceConfig": {"enableSecureBoot": True, "enableVtpm": False}}),
            (ADMIN, {"metadata": {"enable-oslogin": "FALSE"}}),
            (ADMIN, {"metadata": {"user-data": PASSWORDS}}),
            (TIME, {"metadataStartupScript": CHRONY}),
        ],
        open=[
            (PUBLIC, {"networkInterfaces": UNKNOWN}),
            (METADATA, {"metadata": UNKNOWN}),
            (BOOT, {"shieldedInstanceConfig": UNKNOWN}),
            (TIME, {"metadata": {"startup-script": UNKNOWN}}),
        ],
        bare=frozenset({BOOT, DISKS}) if "instance:" in token else frozenset({BOOT}),
        beside=OS_LOGIN,
    )
    for token, disks in (
        ("gcp:compute/instance:Instance", {"bootDisk": {"kmsKeySelfLink": "key"}}),
        (
            "gcp:compute/instanceTemplate:InstanceTemplate",
            {"disks": [{"diskEncryptionKey": {"kmsKeySelfLink": "key"}}]},
        ),
        (
            "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate",
            {"disks": [{"diskEncryptionKey": {"kmsKeySelfLink": "key"}}]},
        ),
    )
]

SHIELD = dict.fromkeys(("isSecureBootEnabled", "isMeasuredBootEnabled", "isTrustedPlatformModuleEnabled"), True)
NARROW: Beside = {
    "bastion": ("oci:Bastion/bastion:Bastion", {"clientCidrBlockAllowLists": ["10.0.0.0/8"]}),
    "job": ("oci:OsManagementHub/scheduledJob:ScheduledJob", {"operations": [{"operationType": "UPDATE_SECURITY"}]}),
    "open": ("oci:Core/subnet:Subnet", {}),
    "private": ("oci:Core/subnet:Subnet", {"prohibitPublicIpOnVnic": True}),
}
OCI = [
    Example(
        token="oci:Core/instance:Instance",
        good={
            "createVnicDetails": {"assignPublicIp": "false"},
            "instanceOptions": {"areLegacyImdsEndpointsDisabled": True},
            "platformConfig": SHIELD,
            "sourceDetails": {"sourceType": "image", "kmsKeyId": "key"},
        },
        broken=[
            (PUBLIC, {"createVnicDetails": {"assignPublicIp": "true"}}),
            (PUBLIC, {"createVnicDetails": {"subnetId": "open"}}),
            (METADATA, {"instanceOptions": {}}),
            (BOOT, {"platformConfig": {**SHIELD, "isMeasuredBootEnabled": False}}),
            (ADMIN, {"metadata": {"user_data": coded(PASSWORDS)}}),
            (PATCHING, {"agentConfig": {"areAllPluginsDisabled": True}}),
            (
                PATCHING,
                {"agentConfig": {"pluginsConfigs": [{"name": "OS Management Hub Agent", "desiredState": "DISABLED"}]}},
            ),
            (TIME, {"metadata": {"user_data": coded(CHRONY)}}),
        ],
        open=[
            (PUBLIC, {"createVnicDetails": {"subnetId": "elsewhere"}}),
            (METADATA, {"instanceOptions": UNKNOWN}),
            (BOOT, {"platformConfig": UNKNOWN}),
            (PATCHING, {"agentConfig": UNKNOWN}),
        ],
        bare=frozenset({METADATA, BOOT, DISKS}),
        beside=NARROW,
    ),
    Example(
        token="oci:Core/instanceConfiguration:InstanceConfiguration",
        good={
            "instanceDetails": {
                "launchDetails": {
                    "createVnicDetails": {"subnetId": "private"},
                    "instanceOptions": {"areLegacyImdsEndpointsDisabled": True},
                    "platformConfig": SHIELD,
                    "sourceDetails": {"kmsKeyId": "key"},
                }
            }
        },
        bare=frozenset({METADATA, BOOT, DISKS}),
        beside=NARROW,
    ),
]
EXAMPLES = [*AWS, *AZURE, *GCP, *OCI]


@pytest.mark.parametrize("example", EXAMPLES, ids=label)
def test_a_machine_as_it_should_be_holds_and_leaves_open_only_what_the_cloud_lacks(example: Example) -> None:
    assert answers(Answer.VIOLATED, example, example.good) == set()
    assert answers(Answer.UNKNOWN, example, example.good) == set()
    assert answers(Answer.NOT_OFFERED, example, example.good) == ({BOOT} if example.token.startswith("aws:") else set())
    assert known(example.token)


@pytest.mark.parametrize("example", EXAMPLES, ids=label)
def test_the_clouds_defaults_are_judged_as_what_they_are(example: Example) -> None:
    alone = Example(token=example.token, good={})
    assert answers(Answer.VIOLATED, example, {}) == example.bare - ({PATCHING} if "aws" in example.token else set())
    assert answers(Answer.VIOLATED, alone, {}) == example.bare | {ADMIN, PATCHING}


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


def machine(token: str, properties: Properties, beside: Beside) -> Machine:
    example = Example(token=token, good=properties, beside=beside)
    (found,) = (one for one in extract(world(example, properties)) if isinstance(one, Machine) and one.name == "thing")
    return found


def test_an_instance_says_what_its_template_says() -> None:
    template = {"metadataOptions": TOKENS, "keyName": "key", "userData": coded(CHRONY)}
    beside = {"lt": ("aws:ec2/launchTemplate:LaunchTemplate", template)}
    found = machine("aws:ec2/instance:Instance", {"launchTemplate": {"id": "lt"}}, beside)
    assert (found.metadata_guarded, found.brokered_login, found.time_from_provider) == (True, False, False)
    own = {"launchTemplate": {"id": "lt"}, "metadataOptions": {"httpTokens": "optional"}}
    assert machine("aws:ec2/instance:Instance", own, beside).metadata_guarded is False


def test_an_accounts_default_asks_for_tokens() -> None:
    beside = {"d": ("aws:ec2/instanceMetadataDefaults:InstanceMetadataDefaults", {"httpTokens": "required"})}
    assert machine("aws:ec2/instance:Instance", {}, beside).metadata_guarded is True


@pytest.mark.parametrize(
    ("bastion", "expected"),
    [
        ({"clientCidrBlockAllowLists": ["10.0.0.0/8"], "maxSessionTtlInSeconds": 10800}, True),
        ({"clientCidrBlockAllowLists": ["0.0.0.0/0"]}, False),
        ({"clientCidrBlockAllowLists": ["::/0", "10.0.0.0/8"]}, False),
        ({"maxSessionTtlInSeconds": 10801}, False),
        ({"clientCidrBlockAllowLists": UNKNOWN}, UNKNOWN),
    ],
)
def test_a_bastion_counts_where_it_is_narrow(bastion: Properties, expected: Any) -> None:
    beside = {"b": ("oci:Bastion/bastion:Bastion", bastion)}
    assert machine("oci:Core/instance:Instance", {}, beside).brokered_login is expected


def test_a_login_by_cloud_identity_is_brokered() -> None:
    for kind, expected in (("AADSSHLoginForLinux", True), ("CustomScript", False)):
        beside = {"e": ("azure-native:compute:VirtualMachineExtension", {"vmName": "thing", "type": kind})}
        assert machine("azure-native:compute:VirtualMachine", {}, beside).brokered_login is expected


@pytest.mark.parametrize("disabled", [True, False])
def test_a_window_that_is_switched_off_patches_nothing(disabled: bool) -> None:
    beside = {**PATCHED, "w": ("aws:ssm/maintenanceWindow:MaintenanceWindow", {"enabled": not disabled})}
    assert machine("aws:ec2/instance:Instance", {}, beside).patched is not disabled


def test_an_interface_with_a_public_address_is_told_by_itself() -> None:
    card = Example(token="azure-native:network:NetworkInterface", good={})
    opened = {"ipConfigurations": [{"publicIPAddress": {"id": "ip"}}]}
    assert answers(Answer.VIOLATED, card, opened) == {"net-no-public-address"}
    assert answers(Answer.VIOLATED, card, {"ipConfigurations": [{"name": "ip"}]}) == set()
    assert "net-no-public-address" in answers(Answer.UNKNOWN, card, {"ipConfigurations": UNKNOWN})


def test_a_network_whose_dhcp_options_lie_elsewhere_leaves_the_time_source_open() -> None:
    beside: Beside = {
        "a": (
            "aws:ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation",
            {"vpcId": "thing", "dhcpOptionsId": "dopt-1"},
        )
    }
    vpc = Example(token="aws:ec2/vpc:Vpc", good={}, beside=beside)
    (network,) = (one for one in extract(world(vpc, {})) if isinstance(one, Network))
    assert network.time_from_provider is UNKNOWN
