"""OCI Container Instances: https://docs.oracle.com/en-us/iaas/Content/container-instances/home.htm."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sandbox.cloud.checks import between, holds, one_of
from sandbox.cloud.context import Context
from sandbox.cloud.identity import ocid
from sandbox.cloud.oci.addresses import SUBNET, address, addresses_fit
from sandbox.cloud.oci.grants import Principal
from sandbox.cloud.oci.image_registry import refused_image
from sandbox.cloud.oci.packet_filter import NSG
from sandbox.cloud.oci.placement import fault_domain, in_domain
from sandbox.cloud.oci.secret import SECRET
from sandbox.cloud.resource_type import Invoke, Reference, ResourceType
from sandbox.cloud.value import at

INSTANCE: Final = "oci:ContainerEngine/containerInstance:ContainerInstance"
PRINCIPAL: Final = "computecontainerinstance"
"""The type of a container instance's resource principal."""
# Shape to the most OCPUs and the most GB (both unverified for E5 and A1); 1 to 64 GB an OCPU.
_SHAPES: Final = {
    "CI.Standard.E3.Flex": (64, 1024),
    "CI.Standard.E4.Flex": (64, 1024),
    "CI.Standard.E5.Flex": (94, 1049),
    "CI.Standard.A1.Flex": (80, 512),
}
_GB_PER_OCPU: Final = 64
_BYTES: Final = 64 * 1024
_CONTAINERS: Final = 60


def _shape_fits(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """https://github.com/oracle/terraform-provider-oci/issues/1917."""
    shape, config = _SHAPES.get(inputs["shape"]), inputs.get("shapeConfig") or {}
    ocpus, memory = config.get("ocpus"), config.get("memoryInGbs")
    if shape is None or not ocpus:
        return
    if not 1 <= ocpus <= shape[0]:
        yield "shapeConfig.ocpus", f"InvalidParameter: {ocpus} OCPUs: {inputs['shape']} has 1 to {shape[0]}"
    if memory and not ocpus <= memory <= min(_GB_PER_OCPU * ocpus, shape[1]):
        words = f"1 to {_GB_PER_OCPU} GB each, {shape[1]} at most"
        yield "shapeConfig.memoryInGbs", f"InvalidParameter: {memory} GB do not fit {ocpus} OCPUs: {words}"


def _containers_fit(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    names = [name for _, name in at(inputs, "volumes[*].name")]
    for where, container in at(inputs, "containers[*]"):
        for _, name in at(container, "volumeMounts[*].volumeName"):
            if name not in names:
                yield f"{where}.volumeMounts", f"InvalidParameter: there is no volume {name}"
        environment = container.get("environmentVariables") or {}
        if sum(len(key.encode()) + len(str(value).encode()) for key, value in environment.items()) > _BYTES:
            yield f"{where}.environmentVariables", "InvalidParameter: at most 64 KB of environment"
        for inner, check in at(container, "healthChecks[*]"):
            if check.get("healthCheckType") == "HTTP" and not check.get("path"):
                yield f"{where}.{inner}.path", "InvalidParameter: an HTTP health check has a path"


def _vnics_fit(context: Context) -> str | None:
    """No public address in a private subnet, and groups of the subnet's network."""
    for _, vnic in at(context.inputs, "vnics[*]") if context.operation == "create" else ():
        subnet = context.find(vnic["subnetId"], SUBNET)
        if subnet is None:
            continue
        # Without a word a public address is assigned where the subnet allows it.
        if vnic.get("isPublicIpAssigned") and subnet.get("prohibitPublicIpOnVnic"):
            return f"400-InvalidParameter: {subnet.id} prohibits public addresses"
        for name in vnic.get("nsgIds") or ():
            group = context.find(name, NSG)
            if group and group.get("vcnId") != subnet.get("vcnId"):
                return f"400-InvalidParameter: {name} is not in the network of {subnet.id}"
    return None


def _images_pulled(context: Context) -> str | None:
    """Images of the tenancy's own repositories can be pulled; others are not looked at."""
    puller = Principal(kind="resource", name=PRINCIPAL, compartment=context["compartmentId"])
    for _, image in at(context.inputs, "containers[*].imageUrl") if context.operation == "create" else ():
        reason = refused_image(context, image, puller, secrets=bool(context.inputs.get("imagePullSecrets")))
        if reason:
            return reason
    return None


def _vnics(context: Context) -> list[Mapping[str, Any]]:
    if context.stored is not None:
        return list(context.stored.outputs["vnics"])
    return [
        {
            **vnic,
            "vnicId": ocid(f"vnic{number}")(context).replace(f"vnic{number}", "vnic"),
            "privateIp": vnic.get("privateIp") or address(context, vnic["subnetId"], f"address {number}"),
        }
        for number, vnic in enumerate(context["vnics"])
    ]


def _containers(context: Context) -> list[Mapping[str, Any]]:
    place = {name: context.inputs[name] for name in ("availabilityDomain", "faultDomain") if name in context.inputs}
    return [
        {
            **container,
            **place,
            "containerId": ocid(f"computecontainer{number}")(context).replace(
                f"computecontainer{number}", "computecontainer"
            ),
            "state": "ACTIVE",
        }
        for number, container in enumerate(context["containers"])
    ]


def _vnic(arguments: Mapping[str, Any], context: Context) -> Mapping[str, Any]:
    for instance in context.objects(INSTANCE):
        for vnic in instance.outputs["vnics"]:
            if vnic["vnicId"] == arguments["vnicId"]:
                return {
                    "id": vnic["vnicId"],
                    "vnicId": vnic["vnicId"],
                    "availabilityDomain": instance.get("availabilityDomain"),
                    "compartmentId": instance.get("compartmentId"),
                    "displayName": vnic.get("displayName", "vnic"),
                    "isPrimary": True,
                    "nsgIds": vnic.get("nsgIds", []),
                    "privateIpAddress": vnic["privateIp"],
                    "publicIpAddress": "",
                    "state": "AVAILABLE",
                    "subnetId": vnic["subnetId"],
                }
    raise LookupError(f"404-NotAuthorizedOrNotFound: {arguments['vnicId']}")


INVOKES: Final[Mapping[str, Invoke]] = {"oci:Core/getVnic:getVnic": _vnic}

TYPES: Final = (
    ResourceType(
        token=INSTANCE,
        source="https://docs.oracle.com/en-us/iaas/api/#/en/container-instances/20210415/ContainerInstance/CreateContainerInstance",
        id=ocid("computecontainerinstance"),
        computed={
            "vnics": _vnics,
            "containers": _containers,
            "containerCount": lambda context: len(context["containers"]),
            "state": lambda context: context.inputs.get("state", "ACTIVE"),
            "tenantId": "{tenancy}",
            "volumeCount": lambda context: len(context.inputs.get("volumes") or ()),
        },
        defaults={"containerRestartPolicy": "ALWAYS"},
        replace_on=(
            "availabilityDomain",
            "faultDomain",
            "shape",
            "shapeConfig",
            "containers",
            "vnics",
            "containerRestartPolicy",
            "dnsConfig",
            "gracefulShutdownTimeoutInSeconds",
            "imagePullSecrets",
            "securityContext",
            "volumes",
        ),
        references=(
            Reference("vnics[*].subnetId", SUBNET, blocks_deletion=True),
            Reference("vnics[*].nsgIds[*]", NSG, blocks_deletion=True),
            Reference("imagePullSecrets[*].secretId", SECRET),
        ),
        checks=(
            one_of("containerRestartPolicy", ("ALWAYS", "NEVER", "ON_FAILURE")),
            fault_domain("faultDomain"),
            one_of("shape", tuple(_SHAPES)),
            _shape_fits,
            holds("containers", lambda found: 1 <= len(found) <= _CONTAINERS, f"InvalidParameter: 1 to {_CONTAINERS}"),
            holds("vnics", lambda found: len(found) == 1, "InvalidParameter: one network interface"),
            holds("vnics[*].nsgIds", lambda names: len(names) <= 5, "InvalidParameter: at most 5 groups"),
            holds("volumes", lambda found: len(found) <= 32, "InvalidParameter: at most 32 volumes"),
            one_of("imagePullSecrets[*].secretType", ("BASIC", "VAULT")),
            one_of("containers[*].healthChecks[*].healthCheckType", ("HTTP", "TCP")),
            one_of("containers[*].healthChecks[*].failureAction", ("KILL", "NONE")),
            between("containers[*].healthChecks[*].port", 1, 65535),
            one_of("state", ("ACTIVE", "INACTIVE")),
            _containers_fit,
        ),
        guards=(in_domain("availabilityDomain"), addresses_fit("vnics[*]", "privateIp"), _vnics_fit, _images_pulled),
        sources=(
            "https://docs.oracle.com/en-us/iaas/Content/container-instances/container-instance-shapes.htm",
            "https://docs.oracle.com/en-us/iaas/Content/container-instances/container-instance-policies.htm",
        ),
        blind_spots=(
            "An image's tag or digest is not looked up, nor one from another registry.",
            "The way from the subnet to the registry is not looked at.",
            "Containers do not run here: health checks and restarts do not happen.",
            "Whether the region has capacity is not asked; the table of shapes may lack new ones.",
            "Health checks, volumes and mounts are checked in part.",
        ),
    ),
)
