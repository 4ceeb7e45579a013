"""Where things lie: compartments, availability domains and fault domains.

https://docs.oracle.com/en-us/iaas/Content/General/Concepts/regions.htm
https://docs.oracle.com/en-us/iaas/Content/General/Concepts/identifiers.htm
"""

from typing import Final

from sandbox.cloud.checks import holds, one_of
from sandbox.cloud.context import Context
from sandbox.cloud.resource_type import Check, Guard
from sandbox.cloud.value import at

REGION_KEYS: Final = {"ap-tokyo-1": "nrt", "ap-osaka-1": "kix"}
"""The three letters that labels and policies know a region by."""
FAULT_DOMAINS: Final = tuple(f"FAULT-DOMAIN-{number}" for number in (1, 2, 3))


def domain_of(region: str) -> str:
    """The only availability domain of ap-tokyo-1, or of ap-osaka-1; the four letters differ between tenancies."""
    return f"sbox:{region.upper()}-AD-1"


def fault_domain(path: str) -> Check:
    """One of the three fault domains of the availability domain."""
    return one_of(path, FAULT_DOMAINS)


def in_domain(path: str) -> Guard:
    """The availability domain named is the region's; case means nothing."""

    def guard(context: Context) -> str | None:
        own = domain_of(context.place["region"])
        for where, name in at(context.inputs, path) if context.writing else ():
            if str(name).lower() != own.lower():
                return f"400-InvalidParameter: {where}: there is no availability domain {name} here, only {own}"
        return None

    return guard


def kind_of(identifier: str) -> str:
    """`vcn` of `ocid1.vcn.oc1.ap-tokyo-1.aaaa…`; empty for what is no OCID."""
    parts = identifier.split(".")
    return parts[1] if len(parts) >= 5 and parts[0] == "ocid1" else ""


def in_own_tenancy(context: Context) -> str | None:
    """Compartments have no row: any is taken to be there, but the root must be the tenancy's own."""
    for where, value in at(context.inputs, "compartmentId") if context.writing else ():
        if kind_of(str(value)) not in ("compartment", "tenancy"):
            return f"400-InvalidParameter: {where}: '{value}' is no OCID of a compartment"
        if kind_of(str(value)) == "tenancy" and value != context.place["tenancy"]:
            return f"404-NotAuthorizedOrNotFound: {where}: {value} is another tenancy"
    return None


def of_kind(path: str, *kinds: str) -> Check:
    """The values at `path` are OCIDs of one of these kinds."""
    listed = " or ".join(kinds)
    return holds(
        path, lambda value: kind_of(str(value)) in kinds, f"InvalidParameter: '{{value}}' is no OCID of {listed}"
    )


def beside(path: str, *tokens: str, parent: str = "vcnId") -> Guard:
    """What `path` names lies in the same network as this object (or, with another `parent`, under the same one).

    What is known by an id of its own beside the network's (a default route table) is the network itself here.
    """

    def guard(context: Context) -> str | None:
        for where, name in at(context.inputs, path) if context.writing else ():
            found = context.find(str(name), *tokens) if kind_of(str(name)) else None
            if found is not None and found.get(parent, found.id) != context[parent]:
                return f"400-InvalidParameter: {where}: {name} is not in {context[parent]}"
        return None

    return guard
