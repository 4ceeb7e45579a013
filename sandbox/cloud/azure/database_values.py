"""Azure Database for PostgreSQL, flexible server: the values that it takes.

https://learn.microsoft.com/azure/postgresql/compute-storage/concepts-compute
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sandbox.cloud.azure.arm import region
from sandbox.cloud.value import one

Problems = Iterator[tuple[str, str]]

# Tier → the names that it offers, one pattern each; the generation is the last part.
_NAMES: Final = {
    "Burstable": r"Standard_B(1ms|2s|2ms|4ms|8ms|12ms|16ms|20ms)",
    "GeneralPurpose": r"Standard_D(2|4|8|16|32|48|64|96|128|192)(s_v3|ds_v[456]|ads_v[56])",
    "MemoryOptimized": r"Standard_E(2|4|8|16|20|32|48|64|96|128|192)(s_v3|ds_v[456]|ads_v[56])",
}
# The vendor's table of 2025-11-24: https://learn.microsoft.com/azure/postgresql/flexible-server/overview#azure-regions
_GENERATIONS: Final = {"japaneast": ("s_v3", "ds_v4"), "japanwest": ("s_v3", "ds_v4", "ds_v5")}
# Premium SSD: size in GiB → the performance tier that comes with it.
# https://learn.microsoft.com/azure/virtual-machines/disks-change-performance
_DISKS: Final = {
    32: "P4",
    64: "P6",
    128: "P10",
    256: "P15",
    512: "P20",
    1024: "P30",
    2048: "P40",
    4095: "P50",
    4096: "P50",
    8192: "P60",
    16384: "P70",
    32767: "P80",
}
_ORDER: Final = ("P4", "P6", "P10", "P15", "P20", "P30", "P40", "P50", "P60", "P70", "P80")
# https://learn.microsoft.com/azure/postgresql/server-parameters/concepts-server-parameters
PARAMETERS: Final = {
    "require_secure_transport": r"on|off",
    "ssl_min_protocol_version": r"TLSv1\.[23]",
    "ssl_max_protocol_version": r"|TLSv1\.[23]",
    "password_encryption": r"md5|scram-sha-256",
    "connection_throttle.enable": r"on|off",
    "log_connections": r"on|off",
    "log_disconnections": r"on|off",
    "log_checkpoints": r"on|off",
    "log_lock_waits": r"on|off",
    "log_statement": r"none|ddl|mod|all",
    "log_min_duration_statement": r"-1|\d{1,10}",
    "logfiles.download_enable": r"on|off",
    "logfiles.retention_days": r"[1-7]",
    "pgaudit.log": r"(none|read|write|function|role|ddl|misc|all)(,(read|write|function|role|ddl|misc))*",
    "azure.extensions": r"|[\w-]+(,[\w-]+)*",
    "shared_preload_libraries": r"|[\w-]+(,[\w-]+)*",
}
RESERVED: Final = r"(?!(azure_superuser|azure_pg_admin|admin|administrator|root|guest|public|pg_.*)$)[a-zA-Z_]\w{0,62}"


def size_fits(inputs: Mapping[str, Any]) -> Problems:
    """The compute size belongs to its tier and is offered in the region."""
    name, tier = one(inputs, "sku.name"), one(inputs, "sku.tier")
    if name is None or tier not in _NAMES:
        return
    place, kind = region(inputs.get("location")), re.sub(r"Standard_[A-Z]\d+", "", name)
    if not re.fullmatch(_NAMES[tier], name):
        yield "sku.name", f"InvalidSku: '{name}' is not a size of the tier {tier}"
    elif tier != "Burstable" and kind not in _GENERATIONS.get(place, (kind,)):
        yield "sku.name", f"SkuNotAvailable: '{name}' is not offered in {place}, only {', '.join(_GENERATIONS[place])}"


def standby_fits(inputs: Mapping[str, Any]) -> Problems:
    """https://learn.microsoft.com/azure/reliability/reliability-database-postgresql."""
    mode, tier = one(inputs, "highAvailability.mode"), one(inputs, "sku.tier")
    if mode in ("ZoneRedundant", "SameZone") and tier == "Burstable":
        yield "highAvailability.mode", "HighAvailabilityNotSupported: not with the tier Burstable"
    zone, other = inputs.get("availabilityZone"), one(inputs, "highAvailability.standbyAvailabilityZone")
    if mode == "ZoneRedundant" and zone and zone == other:
        yield "highAvailability.standbyAvailabilityZone", f"the standby must be in another zone than {zone}"
    if other and mode not in ("ZoneRedundant", "SameZone"):
        yield "highAvailability.standbyAvailabilityZone", "a standby's zone is given without a standby"
    for path, value in (("availabilityZone", zone), ("highAvailability.standbyAvailabilityZone", other)):
        if value and value not in ("1", "2", "3"):
            yield path, f"AvailabilityZoneNotAvailable: '{value}' is none of 1, 2, 3"


def storage_fits(inputs: Mapping[str, Any]) -> Problems:
    """https://learn.microsoft.com/azure/postgresql/compute-storage/concepts-storage."""
    storage = inputs.get("storage") or {}
    size, tier, kind = storage.get("storageSizeGB"), storage.get("tier"), storage.get("type", "Premium_LRS")
    tuned = [name for name in ("iops", "throughput") if name in storage]
    if kind != "Premium_LRS":
        if size is not None and not 32 <= size <= 65536:
            yield "storage.storageSizeGB", f"{size} is not between 32 and 65536"
        for name in ("iops", "throughput"):
            if name not in tuned:
                yield f"storage.{name}", f"required with storage of type {kind}"
        if tier is not None:
            yield "storage.tier", f"storage of type {kind} has no performance tier"
        return
    for name in tuned:
        yield f"storage.{name}", "only with storage of type PremiumV2_LRS or UltraSSD_LRS"
    if size is not None and size not in _DISKS:
        yield "storage.storageSizeGB", f"{size} is not one of: {', '.join(map(str, _DISKS))}"
    elif size is not None and tier is not None:
        least = _ORDER.index(_DISKS[size])
        most = len(_ORDER) - 1 if least > 7 else 7
        if tier not in _ORDER[least : most + 1]:
            yield "storage.tier", f"{tier} is not between {_ORDER[least]} and {_ORDER[most]}, which {size} GiB take"


def login_fits(inputs: Mapping[str, Any]) -> Problems:
    """A new server's administrator, and the rule of passwords."""
    new = inputs.get("createMode", "Default") in ("Default", "Create")
    password = inputs.get("administratorLoginPassword")
    by_password = one(inputs, "authConfig.passwordAuth") != "Disabled"
    if not by_password and one(inputs, "authConfig.activeDirectoryAuth") != "Enabled":
        yield "authConfig", "one way to log in must be enabled"
    for name in ("administratorLogin", "administratorLoginPassword"):
        if new and by_password and name not in inputs:
            yield name, f"ParameterMissing: '{name}' is required for a new server with passwords"
    kinds = (r"[a-z]", r"[A-Z]", r"\d", r"[^a-zA-Z0-9]")
    if password is not None and (
        not 8 <= len(password) <= 128 or sum(bool(re.search(kind, password)) for kind in kinds) < 3
    ):
        yield "administratorLoginPassword", "PasswordNotComplex: 8 to 128 characters of three kinds"


def source_fits(inputs: Mapping[str, Any]) -> Problems:
    """What a server that comes from another one needs."""
    mode = inputs.get("createMode", "Default")
    needed = {
        "Replica": ("sourceServerResourceId",),
        **dict.fromkeys(
            ("PointInTimeRestore", "GeoRestore", "ReviveDropped"), ("sourceServerResourceId", "pointInTimeUTC")
        ),
    }
    for name in needed.get(mode, ()):
        if name not in inputs:
            yield name, f"required with createMode {mode}"


def parameter_fits(inputs: Mapping[str, Any]) -> Problems:
    """A server parameter's name and value."""
    name, value = inputs.get("configurationName"), inputs.get("value")
    if name not in PARAMETERS:
        yield "configurationName", f"InvalidParameterName: '{name}' is not a server parameter that the sandbox knows"
    elif value is not None and not re.fullmatch(PARAMETERS[name], value):
        yield "value", f"InvalidParameterValue: '{value}' is not allowed for {name}"
