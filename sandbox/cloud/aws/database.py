"""Amazon RDS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Welcome.html."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sandbox.cloud.aws.encryption_key import KEY
from sandbox.cloud.aws.filters import GROUP
from sandbox.cloud.aws.network import SUBNET
from sandbox.cloud.checks import between, holds, matches, one_of
from sandbox.cloud.context import Context
from sandbox.cloud.guards import cannot_shrink, not_deleted_while
from sandbox.cloud.identity import arn
from sandbox.cloud.resource_type import Name, Reference, ResourceType

INSTANCE: Final = "aws:rds/instance:Instance"
SUBNETS: Final = "aws:rds/subnetGroup:SubnetGroup"
PARAMETERS: Final = "aws:rds/parameterGroup:ParameterGroup"
_IDENTIFIER: Final = r"[a-z](-?[a-z0-9])*"
_MINOR: Final = {"14": "14.22", "15": "15.17", "16": "16.13", "17": "17.9", "18": "18.3"}
"""Major versions that can be created, and the minor one that each means today."""
_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def _windows(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.html#USER_WorkingWithAutomatedBackups.BackupWindow."""
    backup, maintenance = inputs.get("backupWindow"), inputs.get("maintenanceWindow")
    if not backup or not maintenance:
        return
    start, end = (_minutes(clock) for clock in backup.split("-"))
    (day, _, first), (_, _, last) = (part.partition(":") for part in maintenance.lower().split("-"))
    if day not in _DAYS:
        yield "maintenanceWindow", f"'{maintenance}' does not begin with a day of the week"
    elif _minutes(first) < end and start < _minutes(last):
        yield "maintenanceWindow", f"InvalidParameterValue: '{maintenance}' overlaps the backup window '{backup}'"


def _storage(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html#gp3-storage."""
    size, most = inputs.get("allocatedStorage"), inputs.get("maxAllocatedStorage")
    if size and most and most < size * 1.1:
        yield "maxAllocatedStorage", f"InvalidParameterCombination: {most} is less than 110% of {size}"
    if inputs.get("storageType") == "gp3" and size:
        iops = inputs.get("iops")
        if size < 400 and (iops or inputs.get("storageThroughput")):
            yield "iops", "InvalidParameterCombination: gp3 under 400 GiB takes neither IOPS nor throughput"
        elif iops and iops < 12000:
            yield "iops", "InvalidParameterCombination: gp3 from 400 GiB takes at least 12000 IOPS"


def _password(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    given = inputs.get("password")
    if given is not None and not (
        8 <= len(given) <= 128 and re.fullmatch(r"[!-~]+", given) and not re.search(r'[/@"]', given)
    ):
        yield "password", 'a password has 8 to 128 printable ASCII characters without /, @, " and space'


def _snapshot(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if not inputs.get("skipFinalSnapshot") and not inputs.get("finalSnapshotIdentifier"):
        yield "finalSnapshotIdentifier", "'finalSnapshotIdentifier' is required when 'skipFinalSnapshot' is false"


def _version(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    version = inputs.get("engineVersion")
    if version and inputs.get("engine") == "postgres" and version not in (*_MINOR, *_MINOR.values()):
        yield "engineVersion", f"InvalidParameterCombination: cannot find version {version} for postgres"


def _family_fits(context: Context) -> str | None:
    group = (
        context.find(context["parameterGroupName"], PARAMETERS) if context.inputs.get("parameterGroupName") else None
    )
    if context.writing and group is not None:
        family = f"postgres{str(context['engineVersion']).partition('.')[0]}"
        if group.get("family") != family:
            return f"InvalidParameterCombination: {group.id} is of family {group.get('family')}, not {family}"
    return None


def _two_zones(context: Context) -> str | None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html."""
    if context.writing:
        subnets = [context.find(one, SUBNET) for one in context["subnetIds"]]
        zones = {subnet.get("availabilityZone") for subnet in subnets if subnet is not None}
        if len(zones) < 2:
            return "DBSubnetGroupDoesNotCoverEnoughAZs: the subnets must lie in two availability zones"
    return None


TYPES: Final = (
    ResourceType(
        token=SUBNETS,
        source="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSubnetGroup.html",
        id="{name}",
        name=Name(longest=255, pattern=r"(?!default$)[a-z0-9 _.-]+", allowed=r"a-z0-9 _.\-", excludes=("namePrefix",)),
        computed={"arn": arn("rds", "subgrp:{name}"), "vpcId": lambda context: _subnet(context).get("vpcId")},
        input_defaults={"description": "Managed by Pulumi"},
        defaults={"supportedNetworkTypes": ["IPV4"]},
        references=(Reference("subnetIds[*]", SUBNET, blocks_deletion=True),),
        guards=(_two_zones,),
        known_as=("arn", "name"),
    ),
    ResourceType(
        token=PARAMETERS,
        source="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBParameterGroup.html",
        id="{name}",
        name=Name(longest=255, pattern=_IDENTIFIER, excludes=("namePrefix",)),
        computed={"arn": arn("rds", "pg:{name}")},
        input_defaults={"description": "Managed by Pulumi", "skipDestroy": False},
        replace_on=("family", "description"),
        checks=(
            matches(
                "family",
                r"(postgres|mysql|mariadb|oracle-|sqlserver-|aurora-|db2-)\S+",
                "no family of parameter groups",
            ),
            one_of("parameters[*].applyMethod", ("immediate", "pending-reboot")),
        ),
        known_as=("arn", "name"),
    ),
    ResourceType(
        token=INSTANCE,
        source="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html",
        id=lambda context: f"db-{context.hex(26, 'resource').upper()}",
        name=Name(property="identifier", longest=63, pattern=_IDENTIFIER, excludes=("identifierPrefix",)),
        computed={
            "arn": arn("rds", "db:{identifier}"),
            "resourceId": "{id}",
            "address": lambda context: f"{context['identifier']}.c{context.hex(11, 'host')}.{context['region']}.rds.amazonaws.com",
            "endpoint": "{address}:5432",
            "hostedZoneId": lambda context: {"ap-northeast-1": "Z24O6O9L7SGTNB", "ap-northeast-3": "Z25NT8UNY6R0IJ"}[
                context["region"]
            ],
            "status": "available",
            "engineVersionActual": lambda context: _MINOR.get(context["engineVersion"], context["engineVersion"]),
            "availabilityZone": lambda context: f"{context['region']}a",
            "listenerEndpoints": lambda _context: [],
            "masterUserSecrets": lambda _context: [],
            "replicas": lambda _context: [],
        },
        input_defaults={
            "applyImmediately": False,
            "autoMinorVersionUpgrade": True,
            "copyTagsToSnapshot": False,
            "deleteAutomatedBackups": True,
            "monitoringInterval": 0,
            "publiclyAccessible": False,
            "skipFinalSnapshot": False,
        },
        defaults={
            "backupRetentionPeriod": 1,
            "caCertIdentifier": "rds-ca-rsa2048-g1",
            "deletionProtection": False,
            "iops": 3000,
            "licenseModel": "postgresql-license",
            "multiAz": False,
            "networkType": "IPV4",
            "performanceInsightsEnabled": False,
            "port": 5432,
            "storageEncrypted": False,
            "storageThroughput": 125,
        },
        replace_on=("engine", "dbName", "username", "storageEncrypted", "kmsKeyId", "availabilityZone", "timezone"),
        delete_before_replace=True,
        references=(
            Reference("dbSubnetGroupName", SUBNETS, blocks_deletion=True),
            Reference("parameterGroupName", PARAMETERS, blocks_deletion=True, unless=r"default\..+"),
            Reference("vpcSecurityGroupIds[*]", GROUP, blocks_deletion=True),
            Reference("kmsKeyId", KEY),
        ),
        checks=(
            matches("instanceClass", r"db\.[a-z0-9]+\.[a-z0-9]+", "an instance class reads db.<type>.<size>"),
            holds(
                "username",
                lambda name: bool(re.fullmatch(r"(?!admin$|rdsadmin|pg_)[a-zA-Z][a-zA-Z0-9_]{0,62}", name)),
                "'{value}' is no user name for PostgreSQL: a reserved word, or not 1 to 63 letters, digits and underscores",
            ),
            matches(
                "dbName", r"[a-zA-Z_][a-zA-Z0-9_]{0,62}", "1 to 63 letters, digits and underscores, a letter first"
            ),
            between("backupRetentionPeriod", 0, 35),
            between("allocatedStorage", 20, 65536),
            one_of("enabledCloudwatchLogsExports[*]", ("postgresql", "upgrade", "iam-db-auth-error")),
            _windows,
            _storage,
            _password,
            _snapshot,
            _version,
        ),
        guards=(
            _family_fits,
            not_deleted_while(
                "deletionProtection", reason="InvalidParameterCombination: cannot delete protected DB instance {id}"
            ),
            cannot_shrink(
                "allocatedStorage", reason="InvalidParameterCombination: storage can't shrink from {old} to {new} GiB"
            ),
        ),
        known_as=("arn", "identifier"),
        secret_outputs=("password",),
    ),
)


def _subnet(context: Context) -> Any:
    subnet = context.find(context["subnetIds"][0], SUBNET)
    return subnet if subnet is not None else {}
