"""OCI Database with PostgreSQL: https://docs.oracle.com/en-us/iaas/Content/postgresql/overview.htm."""

from collections.abc import Mapping
from typing import Any, Final

from sandbox.cloud.checks import between, holds, one_of
from sandbox.cloud.context import Context
from sandbox.cloud.identity import ocid
from sandbox.cloud.oci import database_values as offered
from sandbox.cloud.oci.addresses import SUBNET, address, addresses_fit
from sandbox.cloud.oci.database_configuration import CONFIGURATION, NAMED, configuration_fits
from sandbox.cloud.oci.grants import Principal, Request, denied
from sandbox.cloud.oci.key_use import KEY, key_allowed, resource
from sandbox.cloud.oci.packet_filter import NSG
from sandbox.cloud.oci.placement import domain_of, in_domain
from sandbox.cloud.oci.secret import SECRET
from sandbox.cloud.resource_type import Invoke, Reference, ResourceType
from sandbox.cloud.value import at, one

SYSTEM: Final = "oci:Psql/dbSystem:DbSystem"
PRINCIPAL: Final = "postgresqldbsystem"
"""The type of a database system's resource principal (unverified)."""


def _denied(context: Context) -> str | None:
    """https://docs.oracle.com/en-us/iaas/Content/Identity/policysyntax/denypolicies.htm."""
    if context.operation != "delete":
        return None
    request = Request(
        permission="POSTGRES_DB_SYSTEM_DELETE",
        compartment=context["compartmentId"],
        variables={"request.operation": "DeleteDbSystem"},
    )
    policy = denied(context, Principal(kind="user"), request)
    if policy is None:
        return None
    return f"404-NotAuthorizedOrNotFound: the policy {policy.id} denies DeleteDbSystem for {context.id}"


def _placed(context: Context) -> str | None:
    """A private subnet, groups of its network, and storage that the region's domains can hold."""
    subnet = context.find(context["networkDetails"]["subnetId"], SUBNET) if context.writing else None
    if subnet is None:
        return None
    if not subnet.get("prohibitPublicIpOnVnic"):
        return f"400-InvalidParameter: {subnet.id} is public: a database system lies in a private subnet"
    for _, name in at(context.inputs, "networkDetails.nsgIds[*]"):
        group = context.find(name, NSG)
        if group and group.get("vcnId") != subnet.get("vcnId"):
            return f"400-InvalidParameter: {name} is not in the network of {subnet.id}"
    if one(context.inputs, "storageDetails.isRegionallyDurable"):
        return f"400-InvalidParameter: {context.place['region']} has one availability domain: no regional storage"
    return None


def _another_version(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[str, ...]:
    """In place only with leave, and upwards."""
    return (
        () if new.get("allowMajorVersionUpgrade") is True and old["dbVersion"] != new["dbVersion"] else ("dbVersion",)
    )


def _upgraded_only(context: Context) -> str | None:
    held = None if context.stored is None else context.stored.get("dbVersion")
    if context.operation == "update" and held is not None and int(context["dbVersion"]) < int(held):
        return f"400-InvalidParameter: version {held} can't become {context['dbVersion']}: there is no downgrade"
    return None


def _patched_later(context: Context) -> str | None:
    if context.operation == "create" and context.inputs.get("patchOperations"):
        return "patchOperations can't be given when the database system is made"
    return None


def _count(context: Context) -> int:
    """Nodes come and go by patch operations only; another instanceCount by itself changes nothing."""
    if context.stored is None:
        return int(context.inputs.get("instanceCount", 1))
    asked, held = context.inputs.get("patchOperations") or [], context.stored.inputs.get("patchOperations")
    steps = {"INSERT": 1, "REMOVE": -1}
    change = 0 if asked == held else sum(steps[operation["operation"]] for operation in asked)
    return max(1, int(context.stored.outputs["instanceCount"]) + change)


def _network(context: Context) -> Mapping[str, Any]:
    details, known = context["networkDetails"], "primaryDbEndpointPrivateIp"
    held = None if context.stored is None else context.stored.outputs["networkDetails"][known]
    return {
        "isReaderEndpointEnabled": False,
        **details,
        known: held or details.get(known) or address(context, details["subnetId"], "primary"),
    }


def _instances(context: Context) -> list[Mapping[str, Any]]:
    return [
        {
            "id": ocid(f"postgresqldbinstance{number}")(context).replace(
                f"postgresqldbinstance{number}", "postgresqldbinstance"
            ),
            "displayName": f"instance{number}",
            "availabilityDomain": domain_of(context["region"]),
            "state": "ACTIVE",
        }
        for number in range(1, _count(context) + 1)
    ]


def _connection(arguments: Mapping[str, Any], context: Context) -> Mapping[str, Any]:
    system = context.find(arguments["dbSystemId"], SYSTEM)
    if system is None:
        raise LookupError(f"404-NotAuthorizedOrNotFound: {arguments['dbSystemId']}")
    name = system.id[-12:]
    endpoint = {
        "fqdn": f"primary.{name}.postgresql.{context.place['region']}.oci.oraclecloud.com",
        "ipAddress": system.outputs["networkDetails"]["primaryDbEndpointPrivateIp"],
        "port": 5432,
    }
    return {
        "id": "connection",
        "dbSystemId": system.id,
        "caCertificate": "",
        "instanceEndpoints": [],
        "primaryDbEndpoints": [endpoint],
        "readerEndpoints": [],
    }


INVOKES: Final[Mapping[str, Invoke]] = {
    "oci:Psql/getDbSystemConnectionDetail:getDbSystemConnectionDetail": _connection,
}

TYPES: Final = (
    ResourceType(
        token=SYSTEM,
        source="https://docs.oracle.com/en-us/iaas/Content/postgresql/create-db.htm",
        id=ocid("postgresqldbsystem"),
        computed={
            "state": lambda context: context.inputs.get("state", "ACTIVE"),
            "adminUsername": lambda context: one(context.inputs, "credentials.username"),
            "networkDetails": _network,
            "instanceCount": _count,
            "instances": _instances,
            "shape": lambda context: f"PostgreSQL.{context.inputs['shape'].removeprefix('PostgreSQL.')}",
        },
        defaults={"systemType": offered.OPTIMIZED, "configId": ocid("postgresqldefaultconfiguration")},
        replace_on=(
            "systemType",
            "credentials",
            "instancesDetails",
            "kerberosAuthDetails",
            "networkDetails.subnetId",
            "networkDetails.primaryDbEndpointPrivateIp",
            "source",
            "storageDetails.isRegionallyDurable",
            "storageDetails.systemType",
            "storageDetails.availabilityDomain",
        ),
        replace_when=(_another_version,),
        references=(
            Reference("configId", CONFIGURATION, blocks_deletion=True),
            Reference("networkDetails.subnetId", SUBNET, blocks_deletion=True),
            Reference("networkDetails.nsgIds[*]", NSG, blocks_deletion=True),
            Reference("storageDetails.kmsKeyId", KEY),
            Reference("credentials.passwordDetails.secretId", SECRET),
        ),
        checks=(
            one_of("dbVersion", offered.VERSIONS),
            one_of("systemType", (offered.OPTIMIZED,)),
            one_of("storageDetails.systemType", (offered.OPTIMIZED,)),
            between("managementPolicy.backupPolicy.retentionDays", *offered.KEPT),
            between("managementPolicy.pitrPolicy.restoreDays", *offered.KEPT),
            between("managementPolicy.backupPolicy.daysOfTheMonths[*]", 1, 28),
            one_of("managementPolicy.backupPolicy.daysOfTheWeeks[*]", offered.DAYS),
            one_of("managementPolicy.backupPolicy.kind", ("DAILY", "WEEKLY", "MONTHLY", "NONE")),
            one_of("managementPolicy.pitrPolicy.kind", ("STANDARD", "NONE")),
            one_of("applyConfig", ("RESTART", "RELOAD")),
            one_of("state", ("ACTIVE", "INACTIVE")),
            one_of("patchOperations[*].operation", ("INSERT", "REMOVE")),
            between("instanceCount", 1, offered.NODES),
            holds("networkDetails.nsgIds", lambda names: len(names) <= 5, "InvalidParameter: at most 5 groups"),
            NAMED,
            offered.shape_fits,
            offered.storage_fits,
            offered.credentials_fit,
            offered.backups_fit,
            offered.nodes_fit,
        ),
        guards=(
            in_domain("storageDetails.availabilityDomain"),
            addresses_fit("networkDetails", "primaryDbEndpointPrivateIp"),
            key_allowed("storageDetails.kmsKeyId", resource(PRINCIPAL)),
            _placed,
            configuration_fits,
            _patched_later,
            _upgraded_only,
            _denied,
        ),
        unordered=("networkDetails.nsgIds",),
        sources=(
            "https://docs.oracle.com/en-us/iaas/Content/postgresql/performance-tiers.htm",
            "https://docs.oracle.com/en-us/iaas/Content/postgresql/manage-nodes.htm",
            "https://docs.oracle.com/en-us/iaas/Content/Identity/policysyntax/denypolicies.htm",
        ),
        blind_spots=(
            "That it uses keys as a resource principal of type postgresqldbsystem is unverified.",
            "That a region with one availability domain has no regional storage is unverified.",
            "Which shapes and tiers a region of Japan offers, and the bounds of OCPUs, are unverified.",
            "The rules for a password are not checked, nor that the version of the secret exists.",
            "One address of the subnet is taken here; the nodes take more there.",
            "Backups, restores, read replicas and Kerberos are not imitated.",
        ),
    ),
)
