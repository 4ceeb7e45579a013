"""OCI compartments: on the Government Cloud an environment is a child tenancy, and its root a fit place.

https://docs.oracle.com/en-us/iaas/Content/Identity/compartments/managingcompartments.htm
"""

from collections.abc import Iterator

from policies.facts.answers import no, some, when
from policies.facts.landing import landed
from policies.facts.reading import is_set, text
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import Fact, Maybe

KNOWN: frozenset[str] = frozenset()

# Dynamic groups and many policies belong to the root: https://docs.oracle.com/en-us/iaas/Content/Identity/Tasks/managingdynamicgroups.htm
_IDENTITY = "oci:Identity/"


def facts(world: World) -> Iterator[Fact]:
    own = (one for one in world.resources if one.package == "oci" and not one.type.startswith(_IDENTITY))
    yield from landed(own, _pinned, _in_the_root)


def _pinned(resource: Resource) -> Maybe[bool]:
    """A compartment is named by every resource."""
    return some(is_set(resource.provider or {}, "tenancyOcid"), no(_in_the_root(resource)))


def _in_the_root(resource: Resource) -> Maybe[bool]:
    return when(text(resource, "compartmentId"), lambda ocid: ocid.startswith("ocid1.tenancy."))
