"""Azure Container Registry and Container Apps.

https://learn.microsoft.com/azure/container-apps/environment
"""

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sandbox.cloud.azure.arm import IN_GROUP, in_group
from sandbox.cloud.azure.encryption_key import KEY, VAULT
from sandbox.cloud.azure.identity import IDENTITY
from sandbox.cloud.azure.network import SUBNET, delegated_to
from sandbox.cloud.checks import between, matches, required
from sandbox.cloud.context import Context
from sandbox.cloud.resource_type import Name, Reference, ResourceType
from sandbox.cloud.value import at

REGISTRY: Final = "azure-native:containerregistry:Registry"
ENVIRONMENT: Final = "azure-native:app:ManagedEnvironment"
_APP: Final = "azure-native:app:ContainerApp"


def _one(tree: Any, path: str) -> Any:
    return next((value for _, value in at(tree, path)), None)


def _premium_only(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What only the premium SKU offers.

    https://learn.microsoft.com/azure/container-registry/container-registry-skus
    """
    closed = inputs.get("publicNetworkAccess") == "Disabled"
    if _one(inputs, "sku.name") != "Premium":
        if closed:
            yield "publicNetworkAccess", "needs SKU Premium"
        if inputs.get("zoneRedundancy") == "Enabled":
            yield "zoneRedundancy", "needs SKU Premium"
        if inputs.get("encryption"):
            yield "encryption", "needs SKU Premium"
    if _one(inputs, "policies.exportPolicy.status") == "disabled" and not closed:
        yield (
            "policies.exportPolicy.status",
            "ExportPolicyInvalid: disabled only while public network access is disabled",
        )


def _key_is_reachable(context: Context) -> str | None:
    """Where a customer key is out of reach.

    https://learn.microsoft.com/azure/container-registry/tutorial-customer-managed-keys
    """
    uri = _one(context.inputs, "encryption.keyVaultProperties.keyIdentifier")
    if context.operation != "create" or uri is None:
        return None
    key = context.find(uri, KEY)
    vault = context.find(key.get("vaultName"), VAULT) if key else None
    if vault is None:
        return "CMK_KEY_NOT_FOUND: the encryption key does not exist"
    acls = vault.get("properties").get("networkAcls") or {}
    if vault.get("properties").get("publicNetworkAccess") == "Disabled" or acls.get("defaultAction") == "Deny":
        return "CMK_ERROR: a user-assigned identity does not pass the firewall of the key vault"
    return None


def _subnet_fits(context: Context) -> str | None:
    subnet = _one(context.inputs, "vnetConfiguration.infrastructureSubnetId")
    if context.operation != "create" or subnet is None:
        return None
    delegated = delegated_to(context, subnet, "Microsoft.App/environments")
    profiles = bool(context.inputs.get("workloadProfiles"))
    if profiles and not delegated:
        return f"ManagedEnvironmentSubnetDelegationError: {subnet} must be delegated to Microsoft.App/environments"
    if delegated and not profiles:
        return "ManagedEnvironmentSubnetIsDelegated: a consumption-only environment takes no delegated subnet"
    found = context.find(subnet, SUBNET)
    length = ipaddress.IPv4Network(found.get("addressPrefix")).prefixlen if found else 0
    if length > (27 if profiles else 23):
        return f"ManagedEnvironmentInvalidNetworkConfiguration: /{length} is too small"
    others = [
        o for o in context.objects(ENVIRONMENT) if _one(o.inputs, "vnetConfiguration.infrastructureSubnetId") == subnet
    ]
    return f"ManagedEnvironmentSubnetInUse: {others[0].id}" if others else None


def _static_address(context: Context) -> str:
    found = context.find(_one(context.inputs, "vnetConfiguration.infrastructureSubnetId") or "", SUBNET)
    block = ipaddress.IPv4Network(found.get("addressPrefix") if found else "100.100.0.0/24")
    return str(block[-6])


def _domain(context: Context) -> str:
    return f"{context.hex(16, 'domain')}.{context['location']}.azurecontainerapps.io"


def _fitting_size(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Memory is twice the processors, in steps.

    https://learn.microsoft.com/azure/container-apps/containers
    """
    if inputs.get("workloadProfileName") not in (None, "Consumption"):
        return
    pairs = [
        (float(c["resources"]["cpu"]), c["resources"]["memory"])
        for c in _one(inputs, "template.containers") or []
        if c.get("resources")
    ]
    cpu = sum(pair[0] for pair in pairs)
    memory = sum(float(pair[1].removesuffix("Gi")) for pair in pairs)
    if pairs and (cpu % 0.25 or not 0.25 <= cpu <= 4 or memory != 2 * cpu):
        yield "template.containers", f"ContainerAppInvalidResourceTotal: {cpu} processors with {memory} GiB"


def _environment_fits(context: Context) -> str | None:
    if context.operation == "delete":
        return None
    environment = context.find(context["managedEnvironmentId"], ENVIRONMENT)
    profile = context.inputs.get("workloadProfileName")
    names = [p.get("name") for p in (environment.get("workloadProfiles") or [] if environment else [])]
    if profile and profile not in names:
        return f"WorkloadProfileNotFound: '{profile}' is none of {names}"
    assigned = _one(context.inputs, "identity.userAssignedIdentities") or []
    for registry in _one(context.inputs, "configuration.registries") or []:
        if registry.get("identity") not in (None, "system", *assigned):
            return f"InvalidRegistryIdentity: {registry['identity']} is not assigned to the app"
    return None


def _address(context: Context) -> str:
    environment = context.find(context["managedEnvironmentId"], ENVIRONMENT)
    domain = environment.get("defaultDomain") if environment else "invalid"
    inner = "" if _one(context.inputs, "configuration.ingress.external") else "internal."
    return f"{context['containerAppName']}.{inner}{domain}"


def _configuration(context: Context) -> dict[str, Any]:
    given = dict(context.inputs.get("configuration") or {})
    if given.get("ingress"):
        given["ingress"] = {**given["ingress"], "fqdn": _address(context)}
    return given


TYPES: Final = (
    ResourceType(
        token=REGISTRY,
        source="https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules",
        id=in_group("Microsoft.ContainerRegistry/registries/{registryName}"),
        name=Name(
            property="registryName",
            longest=50,
            shortest=5,
            pattern=r"[a-zA-Z0-9]+",
            allowed=r"\s\S",
            separator="",
            lower=False,
            unique_in="",
        ),
        computed={
            "loginServer": lambda c: f"{c['registryName'].lower()}.azurecr.io",
            "status": lambda _: {"displayStatus": "Ready"},
        },
        replace_on=("zoneRedundancy", "encryption"),
        checks=(_premium_only,),
        guards=(_key_is_reachable,),
        known_as=("name",),
    ),
    ResourceType(
        token=ENVIRONMENT,
        source="https://learn.microsoft.com/azure/container-apps/networking",
        id=in_group("Microsoft.App/managedEnvironments/{environmentName}"),
        name=Name(
            property="environmentName",
            longest=60,
            shortest=2,
            pattern=r"[a-zA-Z]([a-zA-Z0-9-]*[a-zA-Z0-9])?",
            allowed="a-zA-Z0-9-",
            lower=False,
            unique_in=IN_GROUP,
        ),
        computed={"defaultDomain": _domain, "staticIp": _static_address},
        replace_on=("vnetConfiguration", "zoneRedundant"),
        checks=(
            required(
                "vnetConfiguration",
                lambda inputs: bool(inputs.get("zoneRedundant")),
                "ManagedEnvironmentZoneRedundancyNeedsVnet: zone redundancy needs a network of one's own",
            ),
        ),
        guards=(_subnet_fits,),
        references=(Reference("vnetConfiguration.infrastructureSubnetId", SUBNET),),
    ),
    ResourceType(
        token=_APP,
        source="https://learn.microsoft.com/azure/container-apps/containers",
        id=in_group("Microsoft.App/containerApps/{containerAppName}"),
        name=Name(
            property="containerAppName",
            longest=32,
            shortest=2,
            pattern=r"[a-z](?!.*--)[a-z0-9-]*[a-z0-9]",
            allowed=r"\s\S",
            lower=False,
            unique_in=IN_GROUP,
        ),
        computed={
            "configuration": _configuration,
            "latestRevisionFqdn": _address,
            "latestRevisionName": lambda c: f"{c['containerAppName']}--{c.hex(7, 'revision')}",
            "latestReadyRevisionName": lambda c: f"{c['containerAppName']}--{c.hex(7, 'revision')}",
        },
        replace_on=("managedEnvironmentId",),
        checks=(
            between("template.scale.minReplicas", 0, 1000),
            between("template.scale.maxReplicas", 1, 1000),
            matches(
                "template.containers[*].image", r"[\w.-]+(:\d+)?(/[\w.-]+)*([:@][\w.:-]+)?", "not an image reference"
            ),
            _fitting_size,
        ),
        guards=(_environment_fits,),
        references=(
            Reference("managedEnvironmentId", ENVIRONMENT, blocks_deletion=True),
            Reference("identity.userAssignedIdentities[*]", IDENTITY),
        ),
    ),
)
