"""OCI Registry: https://docs.oracle.com/en-us/iaas/Content/Registry/Concepts/registryoverview.htm."""

from typing import Final

from sandbox.cloud.checks import one_of
from sandbox.cloud.context import Context, Object
from sandbox.cloud.guards import not_deleted_while_filled
from sandbox.cloud.identity import ocid, same
from sandbox.cloud.oci.grants import Principal, allowed
from sandbox.cloud.resource_type import Name, ResourceType

REPOSITORY: Final = "oci:Artifacts/containerRepository:ContainerRepository"
_PULL: Final = ("REPOSITORY_INSPECT", "REPOSITORY_READ")


def repository_of(context: Context, image: str) -> tuple[str, Object | None] | None:
    """The name of the repository in the tenancy's own namespace that an image lies in, and the repository if it is there."""
    host, _, path = image.partition("/")
    namespace, _, name = path.partition("/")
    if "ocir" not in host or namespace != context.place["namespace"]:
        return None
    wanted = name.partition("@")[0].partition(":")[0]
    return wanted, next((one for one in context.objects(REPOSITORY) if one.get("displayName") == wanted), None)


def refused_image(context: Context, image: str, puller: Principal, *, secrets: bool) -> str | None:
    """Why an image of an own repository can't be pulled. A private one needs a policy, or a secret that says who pulls."""
    found = repository_of(context, image)
    if found is None:
        return None
    name, repository = found
    if repository is None:
        return f"404-NotAuthorizedOrNotFound: there is no repository {name}"
    target = {"target.repo.name": name}
    if (
        secrets
        or repository.get("isPublic")
        or allowed(context, puller, _PULL, repository.get("compartmentId"), target)
    ):
        return None
    return f"404-NotAuthorizedOrNotFound: no policy lets '{puller.name}' read the repository {name}"


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
        computed={"namespace": "{namespace}", "state": same("AVAILABLE"), "imageCount": same(0), "layerCount": same(0)},
        defaults={"isImmutable": False, "isPublic": False},
        checks=(one_of("readme.format", ("TEXT_PLAIN", "TEXT_MARKDOWN", "text/plain", "text/markdown")),),
        guards=(not_deleted_while_filled("images", reason="409-Conflict: repository {id} still holds images"),),
        sources=("https://docs.oracle.com/en-us/iaas/Content/Identity/Reference/registrypolicyreference.htm",),
        blind_spots=(
            "Images are a number here: pushes, tags and layers are not imitated.",
            "How many repositories a tenancy has is not limited.",
        ),
    ),
)
