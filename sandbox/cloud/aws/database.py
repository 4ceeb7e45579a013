"""Amazon RDS: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Welcome.html."""

from typing import Any, Final

from sandbox.cloud.aws import database_groups
from sandbox.cloud.aws.database_state import (
    INSTANCE,
    PARAMETERS,
    SUBNETS,
    family_fits,
    in_one_network,
    monitored,
    moves,
    no_way_in,
    source_backed_up,
    upgrades,
)
from sandbox.cloud.aws.database_values import (
    class_fits,
    combinations_fit,
    disk_of,
    insights_fit,
    login_fits,
    newest,
    password_fits,
    storage_fits,
    version_fits,
    windows_fit,
)
from sandbox.cloud.aws.evaluation import ROLE
from sandbox.cloud.aws.filters import GROUP
from sandbox.cloud.aws.key_use import ALIAS, DATA_KEY, GRANT, KEY, key_usable
from sandbox.cloud.aws.network import SUBNET
from sandbox.cloud.aws.tags import tag_rule
from sandbox.cloud.checks import between, matches, not_together, one_of, required, together
from sandbox.cloud.context import Context
from sandbox.cloud.guards import cannot_shrink, not_deleted_while
from sandbox.cloud.identity import arn
from sandbox.cloud.resource_type import Name, Reference, ResourceType

__all__ = ["INSTANCE", "PARAMETERS", "SUBNETS", "TYPES"]

_IDENTIFIER: Final = r"[a-z](-?[a-z0-9])*"
_HOSTED: Final = {"ap-northeast-1": "Z24O6O9L7SGTNB", "ap-northeast-3": "Z25NT8UNY6R0IJ"}
_NO_KEY: Final = "KMSKeyNotAccessibleFault"
_ENGINES: Final = r"postgres|mysql|mariadb|(oracle|sqlserver|custom|db2)-[a-z0-9-]+"
_RESERVED: Final = r"admin|rdsadmin|rdsrepladmin|rdsproxyadmin|rds_.*|pg_.*|user|select|table|public|all"


def _zone(context: Context) -> Any:
    """The zone asked for, else that of the first subnet; a standby lies in another."""
    if context.inputs.get("availabilityZone"):
        return context.inputs["availabilityZone"]
    group = context.find(context["dbSubnetGroupName"], SUBNETS) if context.inputs.get("dbSubnetGroupName") else None
    subnet = context.find(group.get("subnetIds")[0], SUBNET) if group is not None else None
    return f"{context['region']}a" if subnet is None else subnet.get("availabilityZone")


def _version(context: Context) -> str | None:
    """The minor version: of what was asked for, else of the source."""
    source = context.find(context["replicateSourceDb"], INSTANCE) if context.inputs.get("replicateSourceDb") else None
    wanted = context.inputs.get("engineVersion") or (source.get("engineVersionActual") if source is not None else None)
    return None if wanted is None else newest(wanted)


def _gp3(small: int, striped: int) -> Any:
    """What gp3 comes with when nothing is asked for."""

    def make(context: Context) -> int | None:
        if disk_of(context.inputs) != "gp3":
            return None
        return small if context.inputs.get("allocatedStorage", 0) < 400 else striped

    return make


def _secrets(context: Context) -> list[dict[str, str]]:
    """The secret that RDS keeps the password in, where it does."""
    if not context.inputs.get("manageMasterUserPassword"):
        return []
    name = f"secret:rds!db-{context.uuid('secret')}-{context.hex(6, 'secret')}"
    key = context.inputs.get("masterUserSecretKmsKeyId")
    made = {"secretArn": arn("secretsmanager", name).format_map(context), "secretStatus": "active"}
    return [made if key is None else {**made, "kmsKeyId": key}]


TYPES: Final = (
    *database_groups.TYPES,
    ResourceType(
        token=INSTANCE,
        source="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html",
        sources=(
            "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html",
            "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.html",
            "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html",
        ),
        id=lambda context: f"db-{context.hex(26, 'resource').upper()}",
        name=Name(
            property="identifier", longest=63, pattern=_IDENTIFIER, replaces=False, excludes=("identifierPrefix",)
        ),
        computed={
            "arn": arn("rds", "db:{identifier}"),
            "resourceId": "{id}",
            "address": lambda context: f"{context['identifier']}.c{context.hex(11, 'host')}.{context['region']}.rds.amazonaws.com",
            "endpoint": "{address}:{port}",
            "hostedZoneId": lambda context: _HOSTED.get(context["region"]),
            "status": "available",
            "engineVersionActual": _version,
            "availabilityZone": _zone,
            "iops": lambda context: context.inputs.get("iops") or _gp3(3_000, 12_000)(context),
            "storageThroughput": lambda context: context.inputs.get("storageThroughput") or _gp3(125, 500)(context),
            "listenerEndpoints": lambda _context: [],
            "masterUserSecrets": _secrets,
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
            "backupRetentionPeriod": 0,
            "caCertIdentifier": "rds-ca-rsa2048-g1",
            "deletionProtection": False,
            "licenseModel": "postgresql-license",
            "multiAz": False,
            "networkType": "IPV4",
            "performanceInsightsEnabled": False,
            "port": 5432,
            "storageEncrypted": False,
            "storageType": lambda context: disk_of(context.inputs),
        },
        later={
            "latestRestorableTime": lambda context: (
                "2026-04-01T00:00:00Z" if context.inputs.get("backupRetentionPeriod") else None
            )
        },
        replace_on=(
            *("availabilityZone", "backupTarget", "characterSetName", "customIamInstanceProfile", "dbName", "engine"),
            *("kmsKeyId", "ncharCharacterSetName", "restoreToPointInTime", "snapshotIdentifier", "storageEncrypted"),
            *("timezone", "username"),
        ),
        delete_before_replace=True,
        references=(
            Reference("dbSubnetGroupName", SUBNETS, blocks_deletion=True, unless="default"),
            Reference("parameterGroupName", PARAMETERS, blocks_deletion=True, unless=r"default\..+"),
            Reference("vpcSecurityGroupIds[*]", GROUP, blocks_deletion=True),
            Reference("kmsKeyId", (KEY, ALIAS)),
            Reference("performanceInsightsKmsKeyId", (KEY, ALIAS)),
            Reference("masterUserSecretKmsKeyId", (KEY, ALIAS)),
            Reference("monitoringRoleArn", ROLE),
            Reference("replicateSourceDb", INSTANCE, anywhere=True),
        ),
        checks=(
            matches("engine", _ENGINES, "no engine of RDS"),
            matches(
                "username",
                rf"(?!(?i:{_RESERVED})$)[a-zA-Z][a-zA-Z0-9_]{{0,62}}",
                "no user name for PostgreSQL: a reserved word, or not 1 to 63 letters, digits and underscores",
            ),
            matches(
                "dbName",
                r"(?!rdsadmin$|template\d$)[a-zA-Z_][a-zA-Z0-9_]{0,62}",
                "1 to 63 letters, digits and underscores, a letter first, and no database of RDS itself",
            ),
            matches(
                "finalSnapshotIdentifier",
                r"(?i:[a-z](-?[a-z0-9])*)",
                "letters, digits and single hyphens, a letter first",
            ),
            matches("kmsKeyId", r"arn:aws[a-z-]*:kms:.+", "the ARN of a key"),
            between("backupRetentionPeriod", 0, 35),
            between("port", 1150, 65535),
            one_of("monitoringInterval", (0, 1, 5, 10, 15, 30, 60)),
            one_of("enabledCloudwatchLogsExports[*]", ("postgresql", "upgrade", "iam-db-auth-error")),
            one_of("caCertIdentifier", ("rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1", "rds-ca-ecc384-g1")),
            one_of("networkType", ("IPV4", "DUAL")),
            one_of("databaseInsightsMode", ("standard", "advanced")),
            one_of(
                "engineLifecycleSupport",
                ("open-source-rds-extended-support", "open-source-rds-extended-support-disabled"),
            ),
            required(
                "finalSnapshotIdentifier",
                lambda inputs: not inputs.get("skipFinalSnapshot"),
                "'finalSnapshotIdentifier' is required when 'skipFinalSnapshot' is false",
            ),
            not_together("identifier", "identifierPrefix"),
            not_together("snapshotIdentifier", "replicateSourceDb", "restoreToPointInTime", "s3Import"),
            not_together("replicateSourceDb", "username"),
            not_together("replicateSourceDb", "dbName"),
            together("passwordWo", "passwordWoVersion"),
            version_fits,
            class_fits,
            storage_fits,
            windows_fit,
            login_fits,
            password_fits,
            insights_fit,
            combinations_fit,
            tag_rule(),
        ),
        guards=(
            key_usable("kmsKeyId", "rds", GRANT, _NO_KEY, always=True),
            key_usable("performanceInsightsKmsKeyId", "rds", GRANT, _NO_KEY),
            key_usable("masterUserSecretKmsKeyId", "secretsmanager", DATA_KEY, _NO_KEY),
            family_fits,
            in_one_network,
            no_way_in,
            monitored,
            source_backed_up,
            moves,
            upgrades,
            not_deleted_while(
                "deletionProtection", reason="InvalidParameterCombination: cannot delete protected DB instance {id}"
            ),
            cannot_shrink(
                "allocatedStorage", reason="InvalidParameterCombination: storage can't shrink from {old} to {new} GiB"
            ),
        ),
        known_as=("arn", "identifier"),
        # The SDK's lists are older than the classes and disks that are offered.
        open_enums=("instanceClass", "storageType"),
        secret_outputs=("password",),
        unordered=("enabledCloudwatchLogsExports", "vpcSecurityGroupIds"),
        blind_spots=(
            "Which classes Osaka offers, and which minor versions are the newest ones, is unverified.",
            "Engines other than PostgreSQL are held against its rules, or against none.",
            "Snapshots are not kept: neither their names nor what is restored from them.",
            "Changes wait for the maintenance window there unless applyImmediately is set; here they are done at once.",
            "Storage can't change again within six hours there; here it can.",
            "Windows that are not given are drawn by RDS there, and may meet; here they stay absent.",
            "The version that RDS chooses when none is asked for stays absent.",
            "A change of the password, and write-only ones, are taken as done.",
        ),
    ),
)
