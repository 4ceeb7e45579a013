"""Cloud SQL for PostgreSQL.

https://cloud.google.com/sql/docs/postgres/instance-settings
"""

from collections.abc import Mapping
from typing import Any, Final

from sandbox.cloud.checks import Problems, between, holds, matches, not_together, one_of
from sandbox.cloud.context import Context
from sandbox.cloud.gcp.addresses import NETWORK
from sandbox.cloud.gcp.database_values import VERSIONS, edition_of, flags_fit, machine_fits, number_of
from sandbox.cloud.gcp.key_use import KEY, key_granted
from sandbox.cloud.gcp.naming import label_rule, region_rule
from sandbox.cloud.gcp.private_access import INSTANCE, connected, connected_ranges
from sandbox.cloud.guards import cannot_shrink, not_deleted_while
from sandbox.cloud.resource_type import Name, Reference, ResourceType
from sandbox.cloud.value import one

_IP: Final = "settings.ipConfiguration"
_BACKUP: Final = "settings.backupConfiguration"
_WINDOW: Final = "settings.maintenanceWindow"
_SSL: Final = ("ALLOW_UNENCRYPTED_AND_ENCRYPTED", "ENCRYPTED_ONLY", "TRUSTED_CLIENT_CERTIFICATE_REQUIRED")


def _recovery_fits(inputs: Mapping[str, Any]) -> Problems:
    if one(inputs, "settings.availabilityType") == "REGIONAL":
        for name in ("enabled", "pointInTimeRecoveryEnabled"):
            if one(inputs, f"{_BACKUP}.{name}") is not True:
                yield f"{_BACKUP}.{name}", "a REGIONAL instance needs backups and point-in-time recovery"
    if one(inputs, f"{_BACKUP}.pointInTimeRecoveryEnabled") is True and one(inputs, f"{_BACKUP}.enabled") is not True:
        yield f"{_BACKUP}.enabled", "point-in-time recovery needs backups"
    if one(inputs, f"{_BACKUP}.binaryLogEnabled") is True:
        yield f"{_BACKUP}.binaryLogEnabled", "a binary log is MySQL's"
    most = 35 if edition_of(inputs) == "ENTERPRISE_PLUS" else 7
    days = one(inputs, f"{_BACKUP}.transactionLogRetentionDays", 7)
    if not 1 <= days <= most:
        yield f"{_BACKUP}.transactionLogRetentionDays", f"{days} is not between 1 and {most}"
    if one(inputs, f"{_BACKUP}.backupRetentionSettings.retainedBackups", 365) < days:
        yield f"{_BACKUP}.backupRetentionSettings", f"fewer backups than the {days} days of transaction logs"


def _addresses_fit(inputs: Mapping[str, Any]) -> Problems:
    configuration = one(inputs, _IP) or {}
    private = "privateNetwork" in configuration
    connect = bool(configuration.get("pscConfigs"))
    if one(inputs, f"{_IP}.ipv4Enabled", otherwise=True) is False and not private and not connect:
        yield _IP, "at least one of public address, private network and Private Service Connect"
    if "allocatedIpRange" in configuration and not private:
        yield f"{_IP}.allocatedIpRange", "a range is for a private network"


def _zones_fit(inputs: Mapping[str, Any]) -> Problems:
    first, second = (one(inputs, f"settings.locationPreference.{name}") for name in ("zone", "secondaryZone"))
    for name, zone in (("zone", first), ("secondaryZone", second)):
        if zone is not None and "region" in inputs and zone.rpartition("-")[0] != inputs["region"]:
            yield f"settings.locationPreference.{name}", f"'{zone}' is not in {inputs['region']}"
    if first is not None and first == second:
        yield "settings.locationPreference.secondaryZone", "the standby is in another zone"


def _connected(context: Context) -> str | None:
    network = one(context.inputs, f"{_IP}.privateNetwork")
    held = None if context.stored is None else one(context.stored.inputs, f"{_IP}.privateNetwork")
    if not context.writing or network is None or network == held:
        return None
    if connected(context, network) is None:
        return f"Error 400: NETWORK_NOT_PEERED: private services access is not set up for {network}"
    wanted = one(context.inputs, f"{_IP}.allocatedIpRange")
    blocks = [block for name, block in connected_ranges(context, network) if wanted in (None, name)]
    if not blocks:
        return f"Error 400: the range {wanted} is not lent to the connection of {network}"
    if all(block.prefixlen > 24 for block in blocks):
        return "Error 400: Couldn't find free blocks in allocated IP ranges: an instance's network takes a /24"
    return None


def _upgrade(context: Context) -> str | None:
    if context.operation != "update" or context.stored is None:
        return None
    old, new = context.stored.inputs.get("databaseVersion"), context["databaseVersion"]
    lower = old is not None and number_of(new) < number_of(old)
    return f"Error 400: a major version is not downgraded: {old} to {new}" if lower else None


def _network_stays(context: Context) -> str | None:
    held = None if context.stored is None else one(context.stored.inputs, f"{_IP}.privateNetwork")
    gone = context.operation == "update" and held is not None and one(context.inputs, f"{_IP}.privateNetwork") is None
    return "Error 400: an instance's private network can't be removed" if gone else None


def _private(context: Context) -> str:
    """An address in the range of the connection, kept for the instance's life."""
    network = one(context.inputs, f"{_IP}.privateNetwork")
    held = None if context.stored is None else context.stored.outputs.get("privateIpAddress")
    if network is None or held:
        return str(held or "")
    wanted = one(context.inputs, f"{_IP}.allocatedIpRange")
    for name, block in connected_ranges(context, network):
        if wanted in (None, name):
            return str(block[3 + int(context.hex(2, "address"), 16) % 200])
    return ""


def _public(context: Context) -> str:
    """From the range for documentation: no address of the internet is anybody's here."""
    public = one(context.inputs, f"{_IP}.ipv4Enabled", otherwise=True)
    return f"203.0.113.{1 + int(context.hex(4, 'public'), 16) % 254}" if public else ""


def _addresses(context: Context) -> list[dict[str, str]]:
    each = (("PRIMARY", _public(context)), ("PRIVATE", _private(context)))
    return [{"ipAddress": address, "type": kind} for kind, address in each if address]


def _account(context: Context) -> str:
    number, suffix = context.place["number"], context.hex(6, "account")
    return f"p{number}-{suffix}@gcp-sa-cloud-sql.iam.gserviceaccount.com"


TYPES: Final = (
    ResourceType(
        token=INSTANCE,
        source="https://cloud.google.com/sql/docs/postgres/instance-settings",
        id="{name}",
        name=Name(
            longest=84,
            pattern=r"[a-z]([-a-z0-9]*[a-z0-9])?",
            unique_in="{project}",
            stays_taken=lambda _: True,  # for a week
        ),
        computed={
            "privateIpAddress": _private,
            "publicIpAddress": _public,
            "firstIpAddress": lambda context: _public(context) or _private(context),
            "ipAddresses": _addresses,
            "connectionName": "{project}:{region}:{name}",
            "selfLink": "https://sqladmin.googleapis.com/sql/v1beta4/projects/{project}/instances/{name}",
            "serviceAccountEmailAddress": _account,
            "instanceType": "CLOUD_SQL_INSTANCE",
        },
        input_defaults={"deletionProtection": True},
        replace_on=(
            "clone",
            "encryptionKeyName",
            "masterInstanceName",
            "region",
            "settings.collation",
            "settings.diskType",
        ),
        checks=(
            one_of("databaseVersion", VERSIONS),
            region_rule("region"),
            one_of("settings.activationPolicy", ("ALWAYS", "NEVER", "ON_DEMAND")),
            one_of("settings.availabilityType", ("REGIONAL", "ZONAL")),
            one_of("settings.connectorEnforcement", ("NOT_REQUIRED", "REQUIRED")),
            one_of("settings.edition", ("ENTERPRISE", "ENTERPRISE_PLUS")),
            one_of("settings.pricingPlan", ("PER_USE",)),
            one_of(f"{_IP}.sslMode", _SSL),
            matches(f"{_IP}.privateNetwork", r".*projects/[^/]+/global/networks/[^/]+", "a network's id or self link"),
            between("settings.diskSize", 10, 65_536),
            between(f"{_BACKUP}.backupRetentionSettings.retainedBackups", 1, 365),
            matches(f"{_BACKUP}.startTime", r"([01]\d|2[0-3]):[0-5]\d", "a time is written HH:MM"),
            between(f"{_WINDOW}.day", 1, 7),
            between(f"{_WINDOW}.hour", 0, 23),
            one_of(f"{_WINDOW}.updateTrack", ("canary", "stable", "week5")),
            holds("settings.timeZone", lambda _: False, "a time zone is SQL Server's"),
            not_together("rootPassword", "rootPasswordWo"),
            machine_fits,
            flags_fit,
            _recovery_fits,
            _addresses_fit,
            _zones_fit,
            label_rule("settings.userLabels"),
        ),
        guards=(
            not_deleted_while("deletionProtection", reason="{id} is not destroyed while deletion_protection is on"),
            not_deleted_while(
                "settings.deletionProtectionEnabled", reason="Error 400: The instance {id} is protected from deletion"
            ),
            cannot_shrink("settings.diskSize", reason="a disk grows only: {old} to {new} GiB"),
            _upgrade,
            _network_stays,
            _connected,
            key_granted("encryptionKeyName", "gcp-sa-cloud-sql", location="region"),
        ),
        references=(
            Reference(f"{_IP}.privateNetwork", NETWORK, blocks_deletion=True),
            Reference("encryptionKeyName", KEY, anywhere=True),
            Reference("masterInstanceName", INSTANCE, blocks_deletion=True),
        ),
        known_as=("selfLink", "connectionName"),
        unordered=("settings.databaseFlags", f"{_IP}.authorizedNetworks"),
        sources=(
            "https://cloud.google.com/sql/docs/postgres/high-availability",
            "https://cloud.google.com/sql/docs/postgres/machine-series-overview",
            "https://cloud.google.com/sql/docs/postgres/region-availability-overview",
            "https://cloud.google.com/sql/docs/postgres/flags",
            "https://cloud.google.com/sql/docs/postgres/configure-private-ip",
        ),
        blind_spots=(
            "The provider replaces an instance whose disk is to shrink or whose network goes; here the update is refused.",
            "A deleted instance's name is free again after a week; here never.",
            "That N4 machines are missing in Osaka is read from the pages of the other engines; C4A there is not verified.",
            "Flags are a table that may lack new ones; their ranges, and which version has which, are not checked.",
            "Replicas, clones and restores are not imitated; dnsName and the server's certificates are not there.",
            "How many instances a lent range holds is not counted.",
        ),
    ),
)
