"""OCI Identity and Access Management: https://docs.oracle.com/en-us/iaas/Content/Identity/Concepts/overview.htm."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sandbox.cloud.checks import holds, matches
from sandbox.cloud.context import Context
from sandbox.cloud.identity import ocid, same
from sandbox.cloud.oci.grants import DYNAMIC_GROUP, POLICY, groups_of
from sandbox.cloud.oci.placement import REGION_KEYS, domain_of
from sandbox.cloud.oci.policy import PolicySyntaxError, matching_rule, statement
from sandbox.cloud.oci.policy_resources import RESOURCE_TYPES
from sandbox.cloud.oci.statement import Comparison, Condition
from sandbox.cloud.resource_type import Invoke, Name, ResourceType
from sandbox.cloud.value import at

HOME: Final = "ap-tokyo-1"
"""The home region of every tenancy of the sandbox."""
_NAME: Final = Name(longest=100, pattern=r"[A-Za-z0-9._-]+", allowed="A-Za-z0-9._-", lower=False, unique_in="{tenancy}")
_DESCRIBED: Final = matches("description", r"(?s).{1,400}", "1 to 400 characters")
_RULE_VARIABLES: Final = r"(instance|resource)\.(id|compartment\.id)|resource\.type|tag\.[\w-]+\.[\w-]+\.value"


def _at_home(context: Context) -> str | None:
    """https://docs.oracle.com/en-us/iaas/Content/Identity/Tasks/managingregions.htm."""
    if context.operation in ("create", "update", "delete") and context.place["region"] != HOME:
        return f"403-NotAllowed: go to your home region {HOME} to execute CREATE, UPDATE and DELETE operations"
    return None


def _root_only(context: Context) -> str | None:
    if context.operation == "create" and context["compartmentId"] != context.place["tenancy"]:
        return "404-NotAuthorizedOrNotFound: a dynamic group lies in the tenancy's root compartment"
    return None


def _statements_are_read(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for where, text in at(inputs, "statements[*]"):
        try:
            said = statement(text)
        except PolicySyntaxError as error:
            yield where, f"InvalidParameter: '{text}': {error}"
            continue
        if said.resource and said.resource not in RESOURCE_TYPES:
            yield where, f"InvalidParameter: '{text}': there is no resource type {said.resource}"
        if said.compartment is None and ".tenancy." not in str(inputs.get("compartmentId")):
            yield where, f"InvalidParameter: '{text}' speaks of the tenancy, the policy lies in a compartment"


def _groups_there(context: Context) -> str | None:
    if not context.writing:
        return None
    for text in context["statements"]:
        subject = statement(text).subject
        for named in subject.names if subject.kind == "dynamic-group" else ():
            if not any(groups_of(context, [named])):
                return f"400-InvalidParameter: dynamic-group {named.name} does not exist"
    return None


def _variables(condition: Condition) -> Iterator[str]:
    if isinstance(condition, Comparison):
        yield condition.variable
        return
    for member in condition.members:
        yield from _variables(member)


def _rule_is_read(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for where, text in at(inputs, "matchingRule"):
        try:
            rule = matching_rule(text)
        except PolicySyntaxError as error:
            yield where, f"InvalidParameter: '{text}': {error}"
            continue
        for variable in _variables(rule):
            if not re.fullmatch(_RULE_VARIABLES, variable):
                yield where, f"InvalidParameter: '{variable}' is nothing that a matching rule knows"


def _regions(arguments: Mapping[str, Any], _context: Context) -> Mapping[str, Any]:
    regions = [
        {
            "isHomeRegion": name == HOME,
            "regionKey": key.upper(),
            "regionName": name,
            "state": "READY",
            "tenancyId": arguments["tenancyId"],
        }
        for name, key in REGION_KEYS.items()
    ]
    return {"id": "regions", "tenancyId": arguments["tenancyId"], "regionSubscriptions": regions}


def _domains(arguments: Mapping[str, Any], context: Context) -> Mapping[str, Any]:
    compartment = arguments["compartmentId"]
    domain = {
        "id": f"ocid1.availabilitydomain.oc1..{context.place['namespace']}",
        "name": domain_of(context.place["region"]),
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
        computed={"state": same("ACTIVE")},
        replace_on=("compartmentId",),
        checks=(
            _statements_are_read,
            holds("statements", lambda texts: 1 <= len(texts) <= 50, "InvalidParameter: 1 to 50 statements a policy"),
            matches("versionDate", r"\d{4}-\d{2}-\d{2}|", "a date such as 2026-04-01"),
            _DESCRIBED,
        ),
        guards=(_at_home, _groups_there),
        sources=(
            "https://docs.oracle.com/en-us/iaas/Content/Identity/Concepts/policysyntax.htm",
            "https://docs.oracle.com/en-us/iaas/Content/Identity/policysyntax/denypolicies.htm",
            "https://docs.oracle.com/en-us/iaas/Content/General/Concepts/servicelimits.htm",
        ),
        blind_spots=(
            "Statements across tenancies (define, endorse, admit) and the subject 'resource' are refused here, not there.",
            "A resource type that the table lacks is refused here even if the service knows it.",
            "User groups, services, compartments by name, permissions and variables are not looked up.",
            "What the deploying user itself may do is not asked; deny statements are asked only before a database goes.",
            "Deny statements need the administrators' opt-in there; here they bind at once.",
            "A new policy takes effect at once here.",
        ),
    ),
    ResourceType(
        token=DYNAMIC_GROUP,
        source="https://docs.oracle.com/en-us/iaas/Content/Identity/dynamicgroups/managingdynamicgroups.htm",
        id=ocid("dynamicgroup", regional=False),
        name=_NAME,
        computed={"state": same("ACTIVE")},
        replace_on=("compartmentId",),
        checks=(_rule_is_read, _DESCRIBED),
        guards=(_at_home, _root_only),
        sources=(
            "https://docs.oracle.com/en-us/iaas/Content/Identity/dynamicgroups/Writing_Matching_Rules_to_Define_Dynamic_Groups.htm",
        ),
        blind_spots=(
            "That the resource type of a rule exists is not checked.",
            "Groups of identity domains other than Default are another resource there.",
            "A user group of the same name is refused there.",
        ),
    ),
)
