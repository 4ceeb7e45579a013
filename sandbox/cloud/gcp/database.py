"""Cloud SQL for PostgreSQL.

https://cloud.google.com/sql/docs/postgres/instance-settings
"""

import ipaddress
from collections.abc import Mapping
from typing import Any, Final

from sandbox.cloud.checks import Problems, between, matches, one_of
from sandbox.cloud.context import Context
from sandbox.cloud.gcp.encryption_key import KEY, key_granted
from sandbox.cloud.gcp.naming import label_rule
from sandbox.cloud.gcp.network import LENT, NETWORK
from sandbox.cloud.gcp.private_access import CONNECTION
from sandbox.cloud.guards import cannot_shrink, not_deleted_while
from sandbox.cloud.resource_type import Name, Reference, ResourceType
from sandbox.cloud.value import at

INSTANCE: Final = "gcp:sql/databaseInstance:DatabaseInstance"
_DATABASE: Final = "gcp:sql/database:Database"
_USER: Final = "gcp:sql/user:User"
_IP: Final = "settings.ipConfiguration"
_BACKUP: Final = "settings.backupConfiguration"
# https://cloud.google.com/sql/docs/postgres/flags (those that the sandbox knows)
_FLAGS: Final = ("cloudsql.enable_pgaudit", "log_connections", "log_disconnections", "log_lock_waits", "log_statement")


def _one(tree: Any, path: str, otherwise: Any = None) -> Any:
    return next((value for _, value in at(tree, path)), otherwise)


def _standby_fits(inputs: Mapping[str, Any]) -> Problems:
    if _one(inputs, "settings.availabilityType") == "REGIONAL":
        for name in ("enabled", "pointInTimeRecoveryEnabled"):
            if _one(inputs, f"{_BACKUP}.{name}") is not True:
                yield f"{_BACKUP}.{name}", "a REGIONAL instance needs backups and point-in-time recovery"


def _edition_fits(inputs: Mapping[str, Any]) -> Problems:
    # PostgreSQL 16 and later are made as Enterprise Plus where nothing is said.
    plus = _one(inputs, "settings.edition", "ENTERPRISE_PLUS") == "ENTERPRISE_PLUS"
    tier = _one(inputs, "settings.tier", "")
    if plus != tier.startswith(("db-perf-optimized-", "db-c4a-")):
        yield "settings.tier", f"'{tier}' is not offered in edition {'ENTERPRISE_PLUS' if plus else 'ENTERPRISE'}"
    days, most = _one(inputs, f"{_BACKUP}.transactionLogRetentionDays", 7), 35 if plus else 7
    if not 1 <= days <= most:
        yield f"{_BACKUP}.transactionLogRetentionDays", f"{days} is not between 1 and {most}"
    if _one(inputs, f"{_BACKUP}.backupRetentionSettings.retainedBackups", 365) < days:
        yield f"{_BACKUP}.backupRetentionSettings", f"fewer backups than the {days} days of transaction logs"


def _has_an_address(inputs: Mapping[str, Any]) -> Problems:
    if _one(inputs, f"{_IP}.ipv4Enabled", otherwise=True) is False and "privateNetwork" not in (
        _one(inputs, _IP) or {}
    ):
        yield _IP, "at least one of public address, private network and Private Service Connect"


def _connected(context: Context) -> str | None:
    network = _one(context.inputs, f"{_IP}.privateNetwork")
    if context.operation != "create" or network is None:
        return None
    if any(found.get("network") == network for found in context.objects(CONNECTION)):
        return None
    return f"Error 400: NETWORK_NOT_PEERED: private services access is not set up for {network}"


def _private_address(context: Context) -> str:
    network = _one(context.inputs, f"{_IP}.privateNetwork")
    for lent in context.objects(LENT):
        if lent.get("network") == network and lent.get("purpose") == "VPC_PEERING":
            around = ipaddress.ip_network(f"{lent.get('address')}/{lent.get('prefixLength')}")
            return str(around[3 + int(context.hex(2, "address"), 16) % 200])
    return ""


TYPES: Final = (
    ResourceType(
        token=INSTANCE,
        source="https://cloud.google.com/sql/docs/postgres/high-availability",
        id="{name}",
        name=Name(
            longest=84,
            pattern=r"[a-z]([-a-z0-9]*[a-z0-9])?",
            unique_in="{project}",
            stays_taken=lambda _: True,  # for a week
        ),
        computed={
            "privateIpAddress": _private_address,
            "firstIpAddress": _private_address,
            "publicIpAddress": "",
            "ipAddresses": lambda context: [{"ipAddress": _private_address(context), "type": "PRIVATE"}],
            "connectionName": "{project}:{region}:{name}",
            "dnsName": "",
            "selfLink": "https://sqladmin.googleapis.com/sql/v1beta4/projects/{project}/instances/{name}",
            "serviceAccountEmailAddress": lambda context: (
                f"p{context.place['number']}-{context.hex(6, 'account')}@gcp-sa-cloud-sql.iam.gserviceaccount.com"
            ),
            "instanceType": "CLOUD_SQL_INSTANCE",
        },
        input_defaults={"deletionProtection": True},
        replace_on=("databaseVersion", "region", "encryptionKeyName", "masterInstanceName", "settings.timeZone"),
        checks=(
            matches("databaseVersion", r"POSTGRES_(9_6|1[0-8])", "no version of PostgreSQL that is offered"),
            one_of("settings.availabilityType", ("REGIONAL", "ZONAL")),
            one_of("settings.edition", ("ENTERPRISE", "ENTERPRISE_PLUS")),
            one_of(
                f"{_IP}.sslMode",
                ("ALLOW_UNENCRYPTED_AND_ENCRYPTED", "ENCRYPTED_ONLY", "TRUSTED_CLIENT_CERTIFICATE_REQUIRED"),
            ),
            one_of("settings.databaseFlags[*].name", _FLAGS),
            one_of("settings.diskType", ("PD_SSD", "PD_HDD", "HYPERDISK_BALANCED")),
            between("settings.diskSize", 10, 65_536),
            between(f"{_BACKUP}.backupRetentionSettings.retainedBackups", 1, 365),
            matches(f"{_BACKUP}.startTime", r"([01]\d|2[0-3]):[0-5]\d", "a time is written HH:MM"),
            between("settings.maintenanceWindow.day", 1, 7),
            between("settings.maintenanceWindow.hour", 0, 23),
            _standby_fits,
            _edition_fits,
            _has_an_address,
            label_rule("settings.userLabels"),
        ),
        guards=(
            not_deleted_while("deletionProtection", reason="{id} is not destroyed while deletion_protection is on"),
            not_deleted_while(
                "settings.deletionProtectionEnabled", reason="Error 400: The instance {id} is protected from deletion"
            ),
            cannot_shrink("settings.diskSize", reason="a disk grows only: {old} to {new} GiB"),
            _connected,
            key_granted("encryptionKeyName", "gcp-sa-cloud-sql", location="region"),
        ),
        references=(Reference(f"{_IP}.privateNetwork", NETWORK), Reference("encryptionKeyName", KEY)),
        known_as=("selfLink",),
    ),
    ResourceType(
        token=_DATABASE,
        source="https://cloud.google.com/sql/docs/postgres/create-manage-databases",
        id="projects/{project}/instances/{instance}/databases/{name}",
        name=Name(
            pattern=r"(?!(postgres|cloudsqladmin|template[01])$)[A-Za-z_][\w-]*",
            allowed=r"\w\-",
            lower=False,
            unique_in="{instance}",
        ),
        computed={
            "selfLink": "https://sqladmin.googleapis.com/sql/v1beta4/projects/{project}/instances/{instance}/databases/{name}"
        },
        defaults={"charset": "UTF8", "collation": "en_US.UTF8"},
        input_defaults={"deletionPolicy": "DELETE"},
        replace_on=("instance",),
        references=(Reference("instance", INSTANCE),),
    ),
    ResourceType(
        token=_USER,
        source="https://cloud.google.com/sql/docs/postgres/create-manage-users",
        id="{name}//{instance}",
        name=Name(pattern=r"(?!(cloudsql|pg_)).+", allowed=r"\w\-", lower=False, unique_in="{instance}"),
        replace_on=("instance", "type"),
        references=(Reference("instance", INSTANCE),),
    ),
)
