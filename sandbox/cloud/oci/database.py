"""OCI Database with PostgreSQL: https://docs.oracle.com/en-us/iaas/Content/postgresql/overview.htm."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sandbox.cloud.checks import between, matches, one_of
from sandbox.cloud.context import Context
from sandbox.cloud.identity import address_in, ocid, same
from sandbox.cloud.oci.documents import needs_key, statements
from sandbox.cloud.oci.encryption_key import KEY
from sandbox.cloud.oci.network import NSG, SUBNET
from sandbox.cloud.oci.secret import SECRET
from sandbox.cloud.resource_type import Invoke, Reference, ResourceType

CONFIGURATION: Final = "oci:Psql/configuration:Configuration"
SYSTEM: Final = "oci:Psql/dbSystem:DbSystem"


def _storage(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    details = inputs.get("storageDetails") or {}
    if details.get("isRegionallyDurable") and details.get("availabilityDomain"):
        yield "storageDetails.availabilityDomain", "InvalidParameter: regional storage names no availability domain"
    if details.get("isRegionallyDurable") is False and "availabilityDomain" not in details:
        yield "storageDetails.availabilityDomain", "InvalidParameter: local storage names its availability domain"


def _password(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    details = (inputs.get("credentials") or {}).get("passwordDetails") or {}
    if details.get("passwordType") == "VAULT_SECRET" and not ("secretId" in details and "secretVersion" in details):
        yield "credentials.passwordDetails", "InvalidParameter: a vault secret is named by secretId and secretVersion"


def _denied(context: Context) -> str | None:
    """https://docs.oracle.com/en-us/iaas/Content/Identity/policysyntax/denypolicies.htm."""
    if context.operation == "delete":
        for parsed in statements(context):
            if parsed["effect"].lower() == "deny" and "'DeleteDbSystem'" in (parsed["condition"] or ""):
                return f"404-NotAuthorizedOrNotFound: a deny policy refuses DeleteDbSystem for {context.id}"
    return None


def _version_matches(context: Context) -> str | None:
    if not context.writing or not context.inputs.get("configId"):
        return None
    found = context.find(context["configId"], CONFIGURATION)
    if found is not None and (found.get("dbVersion"), found.get("shape")) != (context["dbVersion"], context["shape"]):
        return f"400-InvalidParameter: configuration {found.id} is for version {found.get('dbVersion')} on {found.get('shape')}"
    return None


def _network(context: Context) -> Mapping[str, Any]:
    details = context["networkDetails"]
    inner = Context(
        token=context.token,
        urn=context.urn,
        operation=context.operation,
        place=context.place,
        inputs=details,
        world=context.world,
        seed=context.seed,
    )
    given = details.get("primaryDbEndpointPrivateIp")
    return {**details, "primaryDbEndpointPrivateIp": given or address_in("subnetId", SUBNET)(inner)}


def _instances(context: Context) -> list[Mapping[str, Any]]:
    return [
        {
            "id": ocid(f"postgresqldbinstance{number}")(context),
            "displayName": f"instance{number}",
            "availabilityDomain": f"sbox:{context['region'].upper()}-AD-1",
            "state": "ACTIVE",
        }
        for number in range(1, int(context["instanceCount"]) + 1)
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
        token=CONFIGURATION,
        source="https://docs.oracle.com/en-us/iaas/Content/postgresql/configurations.htm",
        id=ocid("postgresqlconfiguration"),
        computed={"state": same("ACTIVE"), "configType": same("CUSTOM")},
        replace_on=("dbVersion", "shape", "dbConfigurationOverrides", "isFlexible"),
        checks=(matches("dbVersion", r"1[4-7]", "a major version from 14 to 17"),),
    ),
    ResourceType(
        token=SYSTEM,
        source="https://docs.oracle.com/en-us/iaas/Content/postgresql/create-db.htm",
        id=ocid("postgresqldbsystem"),
        computed={
            "state": same("ACTIVE"),
            "adminUsername": lambda context: context["credentials"]["username"],
            "networkDetails": _network,
            "instances": _instances,
        },
        defaults={"instanceCount": 1},
        replace_on=(
            "systemType",
            "credentials",
            "instanceCount",
            "dbVersion",
            "networkDetails.subnetId",
            "storageDetails.isRegionallyDurable",
            "storageDetails.availabilityDomain",
        ),
        references=(
            Reference("configId", CONFIGURATION, blocks_deletion=True),
            Reference("networkDetails.subnetId", SUBNET, blocks_deletion=True),
            Reference("networkDetails.nsgIds[*]", NSG, blocks_deletion=True),
            Reference("storageDetails.kmsKeyId", KEY),
            Reference("credentials.passwordDetails.secretId", SECRET),
        ),
        checks=(
            matches("dbVersion", r"1[4-7](\.\d+)?", "a version from 14 to 17"),
            between("managementPolicy.backupPolicy.retentionDays", 1, 35),
            between("managementPolicy.pitrPolicy.restoreDays", 1, 35),
            one_of("managementPolicy.backupPolicy.kind", ("DAILY", "WEEKLY", "MONTHLY", "NONE")),
            one_of("managementPolicy.pitrPolicy.kind", ("STANDARD", "NONE")),
            one_of("credentials.passwordDetails.passwordType", ("PLAIN_TEXT", "VAULT_SECRET")),
            between("instanceCount", 1, 8),
            _storage,
            _password,
        ),
        guards=(needs_key("any-user", "storageDetails.kmsKeyId", "'postgresqldbsystem'"), _version_matches, _denied),
    ),
)
