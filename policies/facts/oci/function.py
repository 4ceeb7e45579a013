"""OCI Functions: https://docs.oracle.com/en-us/iaas/Content/Functions/Concepts/functionsoverview.htm."""

from collections.abc import Iterator

from policies.facts.answers import every, some, when
from policies.facts.images import fixed
from policies.facts.oci.logs import kept, recorded
from policies.facts.oci.service import private
from policies.facts.oci.statements import GROUP
from policies.facts.reading import first, text
from policies.facts.resources import World, once
from policies.facts.vocabulary import UNKNOWN, Fact, Maybe, Service

_FUNCTION = "oci:Functions/function:Function"
_APPLICATION = "oci:Functions/application:Application"
KNOWN = frozenset({_FUNCTION, _APPLICATION})


def facts(world: World) -> Iterator[Fact]:
    for function in world.of(_FUNCTION):
        application = world.target(function, "applicationId", _APPLICATION)
        image = first(function, "sourceDetails.image", "image")
        yield Service(
            urn=function.urn,
            role=function.role,
            # It is called by the cloud's signed API, and has no address of its own.
            public=False,
            two_zones=True,  # the service picks the domain that has room
            own_identity=_in_a_group(world),
            # Without an image it is one that the vendor has built.
            image_private=True if image is None else private(world, image),
            image_fixed=True if image is None else fixed(image),
            logs_kept=every(
                UNKNOWN if application is None else recorded(world, application, "invoke"), kept(world, "functions")
            ),
            version="",
            version_supported=True,  # an image brings its own runtime
            zone_kind="fault-domain",
        )


@once
def _in_a_group(world: World) -> Maybe[bool]:
    """A dynamic group is made for functions.

    https://docs.oracle.com/en-us/iaas/Content/Functions/Tasks/functionsaccessingociresources.htm
    """
    taken = (when(text(group, "matchingRule"), lambda rule: "fnfunc" in rule) for group in world.of(GROUP))
    return some(world.absent(value=False), *taken)
