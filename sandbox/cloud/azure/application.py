"""Azure Container Apps.

https://learn.microsoft.com/azure/container-apps/environment
"""

from typing import Any, Final

from sandbox.cloud.azure import application_values as values
from sandbox.cloud.azure.application_values import APP, ENVIRONMENT
from sandbox.cloud.azure.arm import IN_GROUP, assigned, elsewhere, in_group, unchangeable
from sandbox.cloud.azure.custom_domain import domains_are_free, domains_fit
from sandbox.cloud.azure.identity import identities_exist, identity_fits
from sandbox.cloud.azure.image_registry import REGISTRY
from sandbox.cloud.azure.network import SUBNET, delegated_to, far_subnet, ranges, subnet_users
from sandbox.cloud.azure.roles import PULL_IMAGES, holds_role
from sandbox.cloud.checks import between, matches, required
from sandbox.cloud.context import Context
from sandbox.cloud.guards import not_deleted_while_others
from sandbox.cloud.resource_type import Name, Reference, ResourceType
from sandbox.cloud.value import at, one

_DOCS: Final = "https://learn.microsoft.com/azure/container-apps"
_SUBNET: Final = "vnetConfiguration.infrastructureSubnetId"


def _subnet_fits(context: Context) -> str | None:
    subnet = one(context.inputs, _SUBNET)
    if context.operation != "create" or subnet is None:
        return None
    delegated = delegated_to(context, subnet, "Microsoft.App/environments")
    profiles = bool(context.inputs.get("workloadProfiles"))
    if profiles and not delegated:
        return f"ManagedEnvironmentSubnetDelegationError: {subnet} must be delegated to Microsoft.App/environments"
    if delegated and not profiles:
        return "ManagedEnvironmentV1SubnetDelegationNotAllowed: The subnet for consumption-only environment must not have delegation"
    found = context.find(subnet, SUBNET)
    length = max((block.prefixlen for block in ranges(found.inputs)), default=0) if found else 0
    if length > (27 if profiles else 23):
        return f"ManagedEnvironmentInvalidNetworkConfiguration: /{length} is too small"
    if users := subnet_users(context, subnet):
        return f"ManagedEnvironmentSubnetInUse: {users[0]}"
    return far_subnet(context, subnet)


def _profiles_in_use(context: Context) -> str | None:
    """https://learn.microsoft.com/azure/container-apps/workload-profiles-manage-cli."""
    if context.operation != "update" or context.stored is None:
        return None
    old, new = (
        {value for _, value in at(tree, "workloadProfiles[*].name")} for tree in (context.stored.inputs, context.inputs)
    )
    if bool(old) != bool(new):
        return "ManagedEnvironmentTypeUpdateNotSupported: workload profiles are chosen when the environment is made"
    for app in context.objects(APP):
        if app.get("managedEnvironmentId") == context.id and app.get("workloadProfileName") in old - new:
            return f"WorkloadProfileInUse: '{app.get('workloadProfileName')}' is used by {app.id}"
    return None


def _static_address(context: Context) -> str | None:
    """Inside the network where the environment is internal; a public address is not imitated."""
    found = context.find(one(context.inputs, _SUBNET) or "", SUBNET)
    blocks = ranges(found.inputs) if found else []
    return str(blocks[0][-6]) if blocks and one(context.inputs, "vnetConfiguration.internal") else None


def _domain(context: Context) -> str:
    return f"{context.hex(16, 'domain')}.{context['location']}.azurecontainerapps.io"


def _environment_fits(context: Context) -> str | None:
    environment = context.find(context["managedEnvironmentId"], ENVIRONMENT)
    if context.operation == "delete" or environment is None:
        return None
    if elsewhere(context, environment):
        return f"InvalidRequestParameterWithDetails: the app must be in the region of {environment.id}"
    profile = context.inputs.get("workloadProfileName")
    names = [value for _, value in at(environment.inputs, "workloadProfiles[*].name")]
    if profile and profile not in names:
        return f"WorkloadProfileNotFound: '{profile}' is none of {names}"
    return None


def _images_come(context: Context) -> str | None:
    """The identity that pulls is the app's, and may pull from a registry of the stack.

    https://learn.microsoft.com/azure/container-apps/managed-identity-image-pull
    """
    for _, registry in at(context.inputs, "configuration.registries[*]") if context.operation != "delete" else ():
        identity = registry.get("identity")
        if identity in (None, "system"):
            continue
        if identity not in assigned(context.inputs):
            return f"InvalidRegistryIdentity: {identity} is not assigned to the app"
        for found in context.objects(REGISTRY):
            if found.get("loginServer") == registry.get("server") and not holds_role(
                context, identity, PULL_IMAGES, found.id
            ):
                return f"ContainerAppOperationError: unable to pull image using Managed identity {identity} for registry {registry['server']}"
    return None


def _address(context: Context) -> str | None:
    if not one(context.inputs, "configuration.ingress"):
        return None
    environment = context.find(context["managedEnvironmentId"], ENVIRONMENT)
    domain = environment.get("defaultDomain") if environment else "invalid"
    inner = "" if one(context.inputs, "configuration.ingress.external") else "internal."
    return f"{context['containerAppName']}.{inner}{domain}"


def _configuration(context: Context) -> dict[str, Any]:
    given = dict(context.inputs.get("configuration") or {})
    if given.get("ingress"):
        given["ingress"] = {**given["ingress"], "fqdn": _address(context)}
    return given


def _revision(context: Context) -> str:
    return f"{context['containerAppName']}--{context.hex(7, 'revision')}"


TYPES: Final = (
    ResourceType(
        token=ENVIRONMENT,
        source=f"{_DOCS}/networking",
        sources=(
            f"{_DOCS}/custom-virtual-networks",
            f"{_DOCS}/workload-profiles-overview",
            "https://github.com/pulumi/pulumi-azure-native/issues/2577",
            "https://github.com/microsoft/azure-container-apps/issues/1799",
            "https://github.com/microsoft/azure-container-apps/issues/1012",
        ),
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
        replace_on=("location", "zoneRedundant", "infrastructureResourceGroup"),
        checks=(
            required(
                "vnetConfiguration",
                lambda inputs: bool(inputs.get("zoneRedundant")),
                "ManagedEnvironmentZoneRedundancyNeedsVnet: zone redundancy needs a network of one's own",
            ),
            identity_fits,
            values.environment_fits,
        ),
        guards=(
            identities_exist,
            _subnet_fits,
            _profiles_in_use,
            unchangeable(
                *(f"vnetConfiguration.{name}" for name in ("infrastructureSubnetId", "internal", "dockerBridgeCidr")),
                *(f"vnetConfiguration.{name}" for name in ("platformReservedCidr", "platformReservedDnsIP")),
                reason="Azure takes the network only when an environment is made: '{path}' would stay {old}",
            ),
            not_deleted_while_others(
                APP,
                belongs=lambda context, app: app.get("managedEnvironmentId") == context.id,
                reason="ManagedEnvironmentHasContainerApps: {id} cannot be deleted because it still contains {other}",
            ),
        ),
        references=(Reference(_SUBNET, SUBNET),),
        unordered=("workloadProfiles",),
        blind_spots=(
            "The code of the refusal to delete an environment with apps is taken from the one for builders.",
            "A changed network is ignored by Azure without a word; here it is refused.",
            "A public environment's address is not shown.",
            "The subnet stays in use for some time after the environment is gone.",
            "Storage mounts and Dapr are not imitated; zones in Japan West are unverified.",
        ),
    ),
    ResourceType(
        token=APP,
        source=f"{_DOCS}/containers",
        sources=(
            f"{_DOCS}/scale-app",
            f"{_DOCS}/managed-identity-image-pull",
            f"{_DOCS}/health-probes",
            f"{_DOCS}/custom-domains-certificates",
        ),
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
            "latestRevisionName": _revision,
        },
        later={"latestReadyRevisionName": _revision},
        replace_on=("location", "managedEnvironmentId", "environmentId"),
        checks=(
            between("template.scale.minReplicas", 0, 1000),
            between("template.scale.maxReplicas", 1, 1000),
            between("configuration.ingress.targetPort", 1, 65535),
            matches(
                "template.containers[*].image", r"[\w.-]+(:\d+)?(/[\w.-]+)*([:@][\w.:-]+)?", "not an image reference"
            ),
            identity_fits,
            values.size_fits,
            values.traffic_fits,
            values.names_fit,
            values.probes_fit,
            domains_fit,
        ),
        guards=(identities_exist, _environment_fits, _images_come, domains_are_free),
        references=(
            Reference("managedEnvironmentId", ENVIRONMENT, blocks_deletion=True),
            Reference("environmentId", ENVIRONMENT, blocks_deletion=True),
        ),
        blind_spots=(
            "Whether the image exists, starts and answers its probes is not asked.",
            "A changed template is a new revision; its name stays the same here.",
            "Sizes of containers on dedicated profiles are not held against the machine.",
            "Who owns a custom domain is not asked, as in an internal environment; a public one wants a record in DNS.",
            "Dapr and jobs are not imitated.",
        ),
    ),
)
