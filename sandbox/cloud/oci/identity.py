"""OCI Identity and Access Management: https://docs.oracle.com/en-us/iaas/Content/Identity/Concepts/overview.htm."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sandbox.cloud.checks import matches
from sandbox.cloud.context import Context
from sandbox.cloud.identity import ocid, same
from sandbox.cloud.oci.documents import GROUP, POLICY, STATEMENT
from sandbox.cloud.resource_type import Invoke, Name, ResourceType
from sandbox.cloud.value import at

HOME: Final = "ap-tokyo-1"
"""The home region of every tenancy of the sandbox."""
_NAME: Final = Name(longest=100, pattern=r"[A-Za-z0-9._-]+", allowed="A-Za-z0-9._-", lower=False, unique_in="{tenancy}")


def _at_home(context: Context) -> str | None:
    """https://docs.oracle.com/en-us/iaas/Content/Identity/Tasks/managingregions.htm."""
    if context.operation in ("create", "update", "delete") and context.place["region"] != HOME:
        return f"403-NotAllowed: go to your home region {HOME} to execute CREATE, UPDATE and DELETE operations"
    return None


def _root_only(context: Context) -> str | None:
    if context.operation == "create" and context["compartmentId"] != context.place["tenancy"]:
        return "404-NotAuthorizedOrNotFound: a dynamic group lies in the tenancy's root compartment"
    return None


def _parsed(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for where, text in at(inputs, "statements[*]"):
        parsed = STATEMENT.fullmatch(text)
        if parsed is None:
            yield where, f"InvalidParameter: '{text}' is no policy statement"
        elif parsed["where"].lower() == "tenancy" and ".tenancy." not in str(inputs.get("compartmentId")):
            yield where, f"InvalidParameter: '{text}' speaks of the tenancy, the policy lies in a compartment"


def _groups_there(context: Context) -> str | None:
    if not context.writing:
        return None
    groups = {found.get("name") for found in context.objects(GROUP)}
    for text in context["statements"]:
        parsed = STATEMENT.fullmatch(text)
        kind, _, name = ("" if parsed is None else parsed["subject"]).partition(" ")
        if kind.lower() == "dynamic-group" and name not in groups:
            return f"400-InvalidParameter: dynamic-group {name} does not exist"
    return None


def _regions(arguments: Mapping[str, Any], _context: Context) -> Mapping[str, Any]:
    keys = {"ap-tokyo-1": "NRT", "ap-osaka-1": "KIX"}
    regions = [
        {
            "isHomeRegion": name == HOME,
            "regionKey": key,
            "regionName": name,
            "state": "READY",
            "tenancyId": arguments["tenancyId"],
        }
        for name, key in keys.items()
    ]
    return {"id": "regions", "tenancyId": arguments["tenancyId"], "regionSubscriptions": regions}


def _domains(arguments: Mapping[str, Any], context: Context) -> Mapping[str, Any]:
    compartment = arguments["compartmentId"]
    name = f"sbox:{context.place['region'].upper()}-AD-1"
    domain = {
        "id": f"ocid1.availabilitydomain.oc1..{context.place['namespace']}",
        "name": name,
        "compartmentId": compartment,
    }
    return {"id": "domains", "compartmentId": compartment, "availabilityDomains": [domain]}


INVOKES: Final[Mapping[str, Invoke]] = {
    "oci:Identity/getRegionSubscriptions:getRegionSubscriptions": _regions,
    "oci:Identity/getAvailabilityDomains:getAvailabilityDomains": _domains,
}

TYPES: Final = (
    ResourceType(
        token=POLICY,
        source="https://docs.oracle.com/en-us/iaas/api/#/en/identity/20160918/Policy/CreatePolicy",
        id=ocid("policy", regional=False),
        name=_NAME,
        computed={"state": same("ACTIVE"), "inactiveState": same("0")},
        replace_on=("compartmentId",),
        checks=(_parsed, matches("description", r"(?s).{1,400}", "1 to 400 characters")),
        guards=(_at_home, _groups_there),
    ),
    ResourceType(
        token=GROUP,
        source="https://docs.oracle.com/en-us/iaas/Content/Identity/dynamicgroups/managingdynamicgroups.htm",
        id=ocid("dynamicgroup", regional=False),
        name=_NAME,
        computed={"state": same("ACTIVE"), "inactiveState": same("0")},
        replace_on=("compartmentId",),
        checks=(
            matches("matchingRule", r"(?i)\s*(any|all)\s*\{.+\}\s*|[\w.]+\s*=\s*'.+'", "ANY or ALL { conditions }"),
            matches("description", r"(?s).{1,400}", "1 to 400 characters"),
        ),
        guards=(_at_home, _root_only),
    ),
)
