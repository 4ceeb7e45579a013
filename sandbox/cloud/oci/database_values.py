"""What OCI Database with PostgreSQL offers: versions, shapes, storage, backups, names.

https://docs.oracle.com/en-us/iaas/Content/postgresql/overview.htm
https://docs.oracle.com/en-us/iaas/Content/postgresql/performance-tiers.htm
https://docs.oracle.com/en-us/iaas/Content/postgresql/supported-shapes.htm
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from sandbox.cloud.checks import Problems
from sandbox.cloud.value import at, one

VERSIONS: Final = ("14", "15", "16", "17")
OPTIMIZED: Final = "OCI_OPTIMIZED_STORAGE"
TIERS: Final = (75_000, 150_000, 225_000, 300_000)
"""The performance tiers, in IOPS (the numbers of the three upper ones are unverified)."""
SHAPES: Final = ("VM.Standard.E4.Flex", "VM.Standard.E5.Flex", "VM.Standard.E6.Flex", "VM.Standard3.Flex")
"""Without the prefix `PostgreSQL.`, which may stand before them. Which of them a region has is unverified."""
NODES: Final = 8
KEPT: Final = (1, 35)
"""Days that backups are kept and that any moment can be restored."""
DAYS: Final = ("SUNDAY", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY")
_TIME: Final = r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?(\.\d+)?Z?"
_WINDOW: Final = rf"(?i:(sun|mon|tue|wed|thu|fri|sat)[a-z]*) {_TIME}"
# Reserved there or by PostgreSQL itself. https://www.postgresql.org/docs/current/predefined-roles.html
_RESERVED: Final = r"(?i)(pg_|oci).*|admin|public|none|root"


def major(version: str) -> str:
    """16 of 16.4."""
    return version.partition(".")[0]


def bare(shape: str) -> str:
    """A shape without its prefix and without OCPUs and memory, which older names carry (…E4.Flex.2.32GB)."""
    return re.sub(r"\.\d+\.\d+GB$", "", shape.removeprefix("PostgreSQL."))


def shape_fits(inputs: Mapping[str, Any]) -> Problems:
    """A known shape, 1 to 64 OCPUs and 1 to 64 GB for each (the bounds are those of the compute shape)."""
    shape = inputs.get("shape")
    if shape is not None and bare(shape) not in SHAPES:
        yield "shape", f"InvalidParameter: '{shape}' is not one of: {', '.join(SHAPES)}"
    ocpus, memory = inputs.get("instanceOcpuCount"), inputs.get("instanceMemorySizeInGbs")
    if ocpus and not 1 <= ocpus <= 64:
        yield "instanceOcpuCount", f"InvalidParameter: {ocpus} is not between 1 and 64"
    elif ocpus and memory and not ocpus <= memory <= 64 * ocpus:
        yield "instanceMemorySizeInGbs", f"InvalidParameter: {memory} GB do not fit {ocpus} OCPUs: 1 to 64 GB each"


def storage_fits(inputs: Mapping[str, Any]) -> Problems:
    """Local storage names its domain, regional storage none; the tier is one of the service's."""
    details = inputs.get("storageDetails") or {}
    if details.get("isRegionallyDurable") and details.get("availabilityDomain"):
        yield "storageDetails.availabilityDomain", "InvalidParameter: regional storage names no availability domain"
    if details.get("isRegionallyDurable") is False and "availabilityDomain" not in details:
        yield "storageDetails.availabilityDomain", "InvalidParameter: local storage names its availability domain"
    if "iops" in details and details["iops"] not in [str(tier) for tier in TIERS]:
        listed = ", ".join(map(str, TIERS))
        yield "storageDetails.iops", f"InvalidParameter: {details['iops']} is no performance tier: {listed}"


def credentials_fit(inputs: Mapping[str, Any]) -> Problems:
    """A name that is not reserved, and a password given in one of two ways."""
    credentials = inputs.get("credentials")
    if not credentials:
        if one(inputs, "source.sourceType", "NONE") == "NONE":
            yield "credentials", "InvalidParameter: a new database system needs its administrator's credentials"
        return
    name, details = credentials["username"], credentials["passwordDetails"]
    if re.fullmatch(_RESERVED, name) or not re.fullmatch(r"[A-Za-z_][\w$]{0,62}", name):
        yield "credentials.username", f"InvalidParameter: '{name}' is no name for an administrator"
    wanted = {"VAULT_SECRET": {"secretId", "secretVersion"}, "PLAIN_TEXT": {"password"}}
    kind = details["passwordType"]
    if kind not in wanted:
        yield "credentials.passwordDetails.passwordType", f"'{kind}' is not one of: PLAIN_TEXT, VAULT_SECRET"
    elif set(details) - {"passwordType"} != wanted[kind]:
        listed = ", ".join(sorted(wanted[kind]))
        yield "credentials.passwordDetails", f"InvalidParameter: {kind} is given by {listed} and nothing else"


def backups_fit(inputs: Mapping[str, Any]) -> Problems:
    """When, how long, and on which days, as the kind of backup wants."""
    window = one(inputs, "managementPolicy.maintenanceWindowStart")
    if window is not None and not re.fullmatch(_WINDOW, window):
        yield "managementPolicy.maintenanceWindowStart", f"InvalidParameter: '{window}' is nothing like 'SUN 20:00'"
    for where, policy in at(inputs, "managementPolicy.backupPolicy"):
        kind = policy.get("kind")
        if kind in ("DAILY", "WEEKLY", "MONTHLY") and not policy.get("backupStart"):
            yield f"{where}.backupStart", f"InvalidParameter: a {kind} backup says when it starts"
        if policy.get("backupStart") and not re.fullmatch(_TIME, policy["backupStart"]):
            yield f"{where}.backupStart", f"InvalidParameter: '{policy['backupStart']}' is nothing like '18:00'"
        for name, wanted in (("daysOfTheWeeks", "WEEKLY"), ("daysOfTheMonths", "MONTHLY")):
            if bool(policy.get(name)) != (kind == wanted):
                yield f"{where}.{name}", f"InvalidParameter: the days are for a {wanted} backup, and needed there"


def nodes_fit(inputs: Mapping[str, Any]) -> Problems:
    """As many details of nodes as nodes."""
    details = inputs.get("instancesDetails")
    if details is not None and len(details) != inputs.get("instanceCount", 1):
        yield "instancesDetails", "InvalidParameter: as many as instanceCount says"
