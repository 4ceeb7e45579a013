"""What RDS for PostgreSQL offers, and which values go together: versions, classes, disks, windows, logins.

https://docs.aws.amazon.com/AmazonRDS/latest/PostgreSQLReleaseNotes/postgresql-release-calendar.html
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.html
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sandbox.cloud.checks import Inputs, Problems

VERSIONS: Final[Mapping[str, Sequence[str]]] = {
    major: tuple(f"{major}.{minor}" for minor in range(first, last + 1))
    for major, first, last in (("14", 18, 22), ("15", 13, 17), ("16", 9, 13), ("17", 5, 9), ("18", 1, 3))
}
"""Major versions under standard support: the minor ones that can be created, oldest first. Earlier ones are retired."""
_SIZES: Final = ("large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge", "32xlarge")
_BURST: Final = ("micro", "small", "medium", "large", "xlarge", "2xlarge")
_CLASSES: Final[Mapping[str, Sequence[str]]] = {
    **dict.fromkeys(("t3", "t4g"), _BURST),
    **dict.fromkeys(("m5", "m5d", "r5", "r5b", "r5d"), _SIZES[:8]),
    **dict.fromkeys(("m6g", "m6gd", "m7g", "r6g", "r6gd", "r7g", "x2g"), _SIZES[:7]),
    **dict.fromkeys(("m6i", "m6id", "r6i", "r6id"), _SIZES),
    **dict.fromkeys(("m7i", "r7i", "m8g", "r8g"), (*_SIZES[:8], "48xlarge")),
    "x2idn": ("16xlarge", "24xlarge", "32xlarge"),
    "x2iedn": ("xlarge", "2xlarge", "4xlarge", "8xlarge", "16xlarge", "24xlarge", "32xlarge"),
}
# Families by region of Japan (unverified: the vendor lists them in its console only).
_OFFERED: Final[Mapping[str, frozenset[str]]] = {
    "ap-northeast-1": frozenset(_CLASSES),
    "ap-northeast-3": frozenset({"t3", "t4g", "m5", "m6g", "m6i", "r5", "r6g", "r6i"}),
}
_DISKS: Final = {
    "standard": (5, 3072),
    "gp2": (20, 65536),
    "gp3": (20, 65536),
    "io1": (100, 65536),
    "io2": (100, 65536),
}
_STRIPED: Final = 400
"""GiB from which a gp3 volume of PostgreSQL is striped: only then can IOPS and throughput be asked for."""
_RATIO: Final = {"io1": (0.5, 50), "io2": (0.5, 1000)}
_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY, _WEEK = 1440, 7 * 1440
_CLOCK: Final = r"([01]\d|2[0-3]):[0-5]\d"
COPIES: Final = ("replicateSourceDb", "snapshotIdentifier", "restoreToPointInTime", "s3Import")
"""Inputs of an instance that is made from another one or from a backup."""


def newest(version: str) -> str:
    """The minor version that a major one means today; a minor one is itself."""
    return VERSIONS[version][-1] if version in VERSIONS else version


def numbers(version: str) -> tuple[int, ...]:
    """17.9 as (17, 9), to be compared."""
    return tuple(int(part) for part in re.findall(r"\d+", version))


def version_fits(inputs: Inputs) -> Problems:
    """A version of PostgreSQL that can be created."""
    version = inputs.get("engineVersion")
    if (
        version
        and inputs.get("engine") == "postgres"
        and newest(version) not in VERSIONS.get(version.partition(".")[0], ())
    ):
        yield "engineVersion", f"InvalidParameterCombination: Cannot find version {version} for postgres"


def class_fits(inputs: Inputs) -> Problems:
    """A class that exists for PostgreSQL and is offered in the region."""
    name, region = inputs["instanceClass"], str(inputs.get("region"))
    _, family, size = [*name.split("."), "", ""][:3]
    if inputs.get("engine", "postgres") != "postgres":
        return
    if not name.startswith("db.") or size not in _CLASSES.get(family, ()):
        yield "instanceClass", f"InvalidParameterValue: Invalid DB Instance class: {name}"
    elif region in _OFFERED and family not in _OFFERED[region]:
        yield "instanceClass", f"InvalidParameterCombination: RDS does not support {name} in {region}"


def disk_of(inputs: Inputs) -> str:
    """The storage type, given or implied."""
    return str(inputs.get("storageType") or ("io1" if inputs.get("iops") else "gp2"))


def storage_fits(inputs: Inputs) -> Problems:
    """Size, IOPS and throughput of one storage type."""
    kind, size, most = disk_of(inputs), inputs.get("allocatedStorage"), inputs.get("maxAllocatedStorage")
    if kind not in _DISKS:
        yield "storageType", f"InvalidParameterValue: Invalid storage type: {kind}"
        return
    if size is not None and not _DISKS[kind][0] <= size <= _DISKS[kind][1]:
        yield (
            "allocatedStorage",
            f"InvalidParameterValue: {kind} has {_DISKS[kind][0]} to {_DISKS[kind][1]} GiB, not {size}",
        )
    if size is not None and most and (most * 10 < size * 11 or most > _DISKS[kind][1]):
        yield (
            "maxAllocatedStorage",
            f"InvalidParameterCombination: {most} is not between 110% of {size} and {_DISKS[kind][1]} GiB",
        )
    if kind == "gp3":
        yield from _gp3(size, inputs.get("iops"), inputs.get("storageThroughput"))
        return
    if inputs.get("storageThroughput"):
        yield "storageThroughput", "InvalidParameterCombination: storage throughput is for gp3"
    yield from _provisioned(kind, size, inputs.get("iops"))


def _gp3(size: int | None, iops: int | None, throughput: int | None) -> Problems:
    if size is None:
        return
    if size < _STRIPED:
        if iops or throughput:
            yield (
                "iops",
                f"InvalidParameterCombination: gp3 under {_STRIPED} GiB takes neither IOPS nor throughput",
            )
        return
    if iops and not 12_000 <= iops <= min(64_000, 500 * size):
        yield "iops", f"InvalidParameterCombination: gp3 of {size} GiB takes 12000 to {min(64_000, 500 * size)} IOPS"
    if throughput and not 500 <= throughput <= min(4_000, (iops or 12_000) // 4):
        yield (
            "storageThroughput",
            f"InvalidParameterCombination: gp3 of {iops or 12_000} IOPS takes 500 to {min(4_000, (iops or 12_000) // 4)} MiB/s",
        )


def _provisioned(kind: str, size: int | None, iops: int | None) -> Problems:
    if kind not in _RATIO:
        if iops:
            yield "iops", f"InvalidParameterCombination: {kind} takes no IOPS"
        return
    least, most = _RATIO[kind]
    if not iops:
        yield "iops", f"InvalidParameterCombination: {kind} needs IOPS"
    elif not 1_000 <= iops <= 256_000 or (size and not least <= iops / size <= most):
        yield "iops", f"InvalidParameterCombination: {kind} takes 1000 to 256000 IOPS, {least} to {most} for each GiB"


def windows_fit(inputs: Inputs) -> Problems:
    """Half an hour at least, and apart from each other.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.BackupWindow.html
    """
    backup, care = inputs.get("backupWindow"), inputs.get("maintenanceWindow")
    daily = weekly = None
    if backup is not None:
        if not re.fullmatch(rf"{_CLOCK}-{_CLOCK}", backup):
            yield "backupWindow", f"InvalidParameterValue: '{backup}' is not written hh24:mi-hh24:mi"
        else:
            daily = _span([_minutes(clock) for clock in backup.split("-")], _DAY)
    if care is not None:
        if not re.fullmatch(rf"(?i:{'|'.join(_DAYS)}):{_CLOCK}-(?i:{'|'.join(_DAYS)}):{_CLOCK}", care):
            yield "maintenanceWindow", f"InvalidParameterValue: '{care}' is not written ddd:hh24:mi-ddd:hh24:mi"
        else:
            weekly = _span([_moment(part) for part in care.lower().split("-")], _WEEK)
    for name, span in (("backupWindow", daily), ("maintenanceWindow", weekly)):
        if span is not None and not 30 <= span[1] - span[0] <= _DAY:
            yield name, "InvalidParameterValue: a window lasts 30 minutes at least and 24 hours at most"
    if daily and weekly and _meet(daily, weekly):
        yield "maintenanceWindow", f"InvalidParameterValue: '{care}' overlaps the backup window '{backup}'"


def _minutes(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])


def _moment(text: str) -> int:
    return _DAYS.index(text[:3]) * _DAY + _minutes(text[4:])


def _span(ends: list[int], period: int) -> tuple[int, int]:
    start, end = ends
    return start, start + (end - start) % period


def _meet(daily: tuple[int, int], weekly: tuple[int, int]) -> bool:
    starts = range(-1, 9)
    return any(daily[0] + day * _DAY < weekly[1] and weekly[0] < daily[1] + day * _DAY for day in starts)


def login_fits(inputs: Inputs) -> Problems:
    """A new instance has a user and one source of the password."""
    ways = [name for name in ("password", "passwordWo", "manageMasterUserPassword") if inputs.get(name)]
    if len(ways) > 1:
        yield ways[1], f"'{ways[1]}' conflicts with '{ways[0]}'"
    if inputs.get("masterUserSecretKmsKeyId") and "manageMasterUserPassword" not in ways:
        yield "masterUserSecretKmsKeyId", "InvalidParameterCombination: the key is for a password that RDS manages"
    if any(inputs.get(name) for name in COPIES):
        return
    for name in ("engine", "username", "allocatedStorage"):
        if inputs.get(name) is None:
            yield name, f"'{name}' is required for a new instance"
    if not ways:
        yield "password", "one of password, passwordWo and manageMasterUserPassword is required"


def password_fits(inputs: Inputs) -> Problems:
    """8 to 128 printable ASCII characters without /, @, " and space."""
    for name in ("password", "passwordWo"):
        text = inputs.get(name)
        if text is not None and not (8 <= len(text) <= 128 and re.fullmatch(r"[!#-.0-?A-~]+", text)):
            yield name, 'InvalidParameterValue: 8 to 128 printable ASCII characters without /, @, " and space'


def insights_fit(inputs: Inputs) -> Problems:
    """Monitoring and Performance Insights.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
    """
    role = inputs.get("monitoringRoleArn") is not None
    if bool(inputs.get("monitoringInterval")) is not role:
        yield (
            "monitoringRoleArn",
            "InvalidParameterCombination: a MonitoringRoleARN is for a MonitoringInterval other than 0, and needed there",
        )
    enabled = inputs.get("performanceInsightsEnabled")
    days: Any = inputs.get("performanceInsightsRetentionPeriod")
    for name in ("performanceInsightsKmsKeyId", "performanceInsightsRetentionPeriod"):
        if inputs.get(name) is not None and not enabled:
            yield name, f"InvalidParameterCombination: '{name}' needs 'performanceInsightsEnabled'"
    if days is not None and days not in (7, 731) and not (days % 31 == 0 and 1 <= days // 31 <= 23):
        yield (
            "performanceInsightsRetentionPeriod",
            f"InvalidParameterValue: {days} is neither 7 nor 731 nor a multiple of 31",
        )
    if inputs.get("databaseInsightsMode") == "advanced" and (not enabled or (days or 7) < 465):
        yield (
            "databaseInsightsMode",
            "InvalidParameterCombination: advanced Database Insights needs Performance Insights kept for 465 days",
        )


def combinations_fit(inputs: Inputs) -> Problems:
    """Values that contradict one another."""
    if inputs.get("kmsKeyId") and not inputs.get("storageEncrypted") and not inputs.get("replicateSourceDb"):
        yield "storageEncrypted", "InvalidParameterCombination: a key needs 'storageEncrypted'"
    if inputs.get("multiAz") and inputs.get("availabilityZone"):
        yield (
            "availabilityZone",
            "InvalidParameterCombination: Requesting a specific availability zone is not valid for Multi-AZ instances",
        )
    if inputs.get("replicateSourceDb") and inputs.get("finalSnapshotIdentifier"):
        yield "finalSnapshotIdentifier", "InvalidParameterCombination: no final snapshot is made of a read replica"
