"""OCI Registry and Container Instances: https://docs.oracle.com/en-us/iaas/Content/container-instances/home.htm."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sandbox.cloud.checks import matches, one_of
from sandbox.cloud.context import Context
from sandbox.cloud.guards import not_deleted_while_filled
from sandbox.cloud.identity import address_in, ocid, same
from sandbox.cloud.oci.network import NSG, SUBNET
from sandbox.cloud.resource_type import Invoke, Name, Reference, ResourceType
from sandbox.cloud.value import at

REPOSITORY: Final = "oci:Artifacts/containerRepository:ContainerRepository"
INSTANCE: Final = "oci:ContainerEngine/containerInstance:ContainerInstance"


def _memory_fits(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """1 to 64 GB an OCPU: https://github.com/oracle/terraform-provider-oci/issues/1917."""
    shape = inputs.get("shapeConfig") or {}
    ocpus, memory = shape.get("ocpus"), shape.get("memoryInGbs")
    if ocpus and memory and not ocpus <= memory <= 64 * ocpus:
        yield "shapeConfig.memoryInGbs", f"InvalidParameter: {memory} GB do not fit {ocpus} OCPUs (1 to 64 GB each)"


def _no_public_address_in_private_subnet(context: Context) -> str | None:
    if context.operation == "create":
        for _, vnic in at(context.inputs, "vnics[*]"):
            subnet = context.find(vnic["subnetId"], SUBNET)
            # Without a word a public address is assigned where the subnet allows it.
            if vnic.get("isPublicIpAssigned") and subnet is not None and subnet.get("prohibitPublicIpOnVnic"):
                return f"400-InvalidParameter: {subnet.id} prohibits public addresses"
    return None


def _image_from_own_registry(context: Context) -> str | None:
    """An image in the tenancy's own namespace must be in a repository that is there; others are not looked at."""
    if context.operation != "create":
        return None
    for _, image in at(context.inputs, "containers[*].imageUrl"):
        host, _, path = image.partition("/")
        namespace, _, name = path.partition("/")
        if "ocir" in host and namespace == context.place["namespace"]:
            wanted = name.partition("@")[0].partition(":")[0]
            if wanted not in {found.get("displayName") for found in context.objects(REPOSITORY)}:
                return f"404-NotAuthorizedOrNotFound: there is no repository {wanted}"
    return None


def _vnics(context: Context) -> list[Mapping[str, Any]]:
    made: list[Mapping[str, Any]] = []
    for number, vnic in enumerate(context["vnics"]):
        inner = Context(
            token=context.token,
            urn=context.urn,
            operation=context.operation,
            place=context.place,
            inputs=vnic,
            world=context.world,
            seed=context.seed,
        )
        address = vnic.get("privateIp") or address_in("subnetId", SUBNET, what=f"address {number}")(inner)
        made.append(
            {**vnic, "vnicId": ocid(f"vnic{number}")(context).replace(f"vnic{number}", "vnic"), "privateIp": address}
        )
    return made


def _containers(context: Context) -> list[Mapping[str, Any]]:
    return [
        {**container, "containerId": ocid(f"computecontainer{number}")(context), "state": "ACTIVE"}
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
        token=REPOSITORY,
        source="https://docs.oracle.com/en-us/iaas/Content/Registry/Tasks/registrycreatingarepository.htm",
        id=ocid("containerrepo"),
        name=Name(
            property="displayName",
            longest=255,
            pattern=r"[a-z0-9]+(?:[._/-][a-z0-9]+)*",
            automatic=False,
            unique_in="{namespace}/{region}",
        ),
        computed={"namespace": "{namespace}", "state": same("AVAILABLE"), "imageCount": same(0)},
        defaults={"isImmutable": False, "isPublic": False},
        guards=(not_deleted_while_filled("images", reason="409-Conflict: repository {id} still holds images"),),
    ),
    ResourceType(
        token=INSTANCE,
        source="https://docs.oracle.com/en-us/iaas/api/#/en/container-instances/20210415/ContainerInstance/CreateContainerInstance",
        id=ocid("computecontainerinstance"),
        computed={
            "vnics": _vnics,
            "containers": _containers,
            "containerCount": lambda context: len(context["containers"]),
            "state": same("ACTIVE"),
            "tenantId": "{tenancy}",
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
        ),
        references=(
            Reference("vnics[*].subnetId", SUBNET, blocks_deletion=True),
            Reference("vnics[*].nsgIds[*]", NSG, blocks_deletion=True),
        ),
        checks=(
            one_of("containerRestartPolicy", ("ALWAYS", "NEVER", "ON_FAILURE")),
            one_of("faultDomain", tuple(f"FAULT-DOMAIN-{number}" for number in (1, 2, 3))),
            matches(
                "shape", r"CI\.Standard\.(E3|E4|E5|A1|A2|x86)\.?\w*(\.Flex|Generic)?", "a container instance shape"
            ),
            _memory_fits,
        ),
        guards=(_no_public_address_in_private_subnet, _image_from_own_registry),
    ),
)
