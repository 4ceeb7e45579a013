"""OCI tenancies, with what lies in their root: on the Government Cloud an environment is a child tenancy, and its root a fit place.

https://docs.oracle.com/en-us/iaas/Content/Identity/compartments/managingcompartments.htm
"""

from collections.abc import Iterator

from policies.facts.answers import every, no, some, when
from policies.facts.landing import landed
from policies.facts.reading import is_set, text
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import UNKNOWN, Fact, LandingUnit, Maybe

KNOWN: frozenset[str] = frozenset()

# Dynamic groups and many policies belong to the root: https://docs.oracle.com/en-us/iaas/Content/Identity/Tasks/managingdynamicgroups.htm
_IDENTITY = "oci:Identity/"


def facts(world: World) -> Iterator[Fact]:
    own = [one for one in world.resources if one.package == "oci" and not one.type.startswith(_IDENTITY)]
    for unit, resources, main in landed((one, _tenancy(one)) for one in own):
        root = some(*(_in_the_root(one) for one in resources))
        named = every(*(is_set(one.provider or {}, "tenancyOcid") for one in resources))
        yield LandingUnit(
            urn=resources[0].urn,
            role=resources[0].role,
            unit=unit,
            main=main,
            # A compartment is named by every resource.
            pinned=some(named, no(root)),
            root=root,
        )


def _tenancy(resource: Resource) -> Maybe[str]:
    named = text(resource.provider or {}, "tenancyOcid")
    return named or UNKNOWN if isinstance(named, str) else UNKNOWN


def _in_the_root(resource: Resource) -> Maybe[bool]:
    return when(text(resource, "compartmentId"), lambda ocid: ocid.startswith("ocid1.tenancy."))
