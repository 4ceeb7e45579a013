"""Grants: who may be named, which roles a resource takes, and the rows of the members of a resource's policy.

https://cloud.google.com/iam/docs/principal-identifiers
https://cloud.google.com/iam/docs/understanding-roles
"""

from collections.abc import Collection, Mapping
from typing import Any, Final

from sandbox.cloud.checks import Problems, holds, matches
from sandbox.cloud.context import Context
from sandbox.cloud.gcp.landing import AGENT, AGENT_OF
from sandbox.cloud.resource_type import Check, Guard, Reference, ResourceType

ACCOUNT: Final = "gcp:serviceaccount/account:Account"
SINK: Final = "gcp:logging/projectSink:ProjectSink"
_ADDRESS: Final = r"[^@\s:]+@[^@\s:]+\.[^@\s:]+"
_MEMBER: Final = "|".join(
    (
        "allUsers",
        "allAuthenticatedUsers",
        rf"(deleted:)?(user|group|serviceAccount):{_ADDRESS}(\?uid=\d+)?",
        r"serviceAccount:[a-z0-9.:-]+\.svc\.id\.goog\[[^/\]]+/[^/\]]+\]",
        r"domain:[a-z0-9-]+(\.[a-z0-9-]+)+",
        r"project(Owner|Editor|Viewer):[a-z0-9.:-]+",
        r"principal(Set)?://(iam|cloudresourcemanager)\.googleapis\.com/.+",
    )
)
# What a custom role is called: at most 64 letters, digits, points and underscores, no hyphen.
_CUSTOM: Final = r"(projects|organizations)/[^/]+/roles/[A-Za-z0-9_.]{3,64}"
_BASIC: Final = ("roles/owner", "roles/editor", "roles/viewer")
_AGENTS_OWN: Final = "iam.gserviceaccount.com"


def member_form(path: str = "member") -> Check:
    """How a member of a policy is written."""
    return matches(path, _MEMBER, "a member is written kind:address")


def role_rule(known: Collection[str]) -> Check:
    """A predefined role that this resource takes, or a custom one by its full path."""
    custom = matches("role", rf"roles/.+|{_CUSTOM}", "no role: roles/… or the full path of a custom one")
    taken = {f"roles/{name}" for name in known}
    fits = holds(
        "role",
        lambda role: not role.startswith("roles/") or role in taken or role in _BASIC,
        "Error 400: Role {value} is not supported for this resource",
    )

    def check(inputs: Mapping[str, Any]) -> Problems:
        yield from custom(inputs)
        yield from fits(inputs)

    return check


def member_exists(context: Context) -> str | None:
    """A grant to a service account that does not exist is refused, the vendor's own agents included."""
    if not context.writing:
        return None
    kind, _, address = context["member"].partition(":")
    name, _, domain = address.partition("@")
    if kind != "serviceAccount" or not domain.endswith(_AGENTS_OWN):
        return None
    domain = domain.removesuffix(f".{_AGENTS_OWN}")
    there = True
    if domain in AGENT_OF:
        there = any(agent.get("service") == AGENT_OF[domain] for agent in context.objects(AGENT))
    elif domain == "gcp-sa-logging" and name.startswith("service-"):  # made with the first sink
        there = any(sink.get("uniqueWriterIdentity") for sink in context.objects(SINK))
    elif domain == context.place["project"]:
        there = any(account.get("email") == address for account in context.objects(ACCOUNT))
    return None if there else f"Error 400: Service account {address} does not exist."


def policy_member(
    token: str,
    target: str,
    tokens: str,
    *,
    source: str,
    roles: Collection[str],
    id_: str = "",
    guards: tuple[Guard, ...] = (),
    checks: tuple[Check, ...] = (),
) -> ResourceType:
    """The row of a `…IAMMember`: one member of one role in the policy of the resource that the input `target` names."""
    return ResourceType(
        token=token,
        source=source,
        id=id_ or f"{{{target}}}/{{role}}/{{member}}",
        computed={"etag": lambda context: context.hex(12, "etag")},
        replace_on=(target, "role", "member", "condition"),
        checks=(member_form(), role_rule(roles), *checks),
        guards=(*guards, member_exists),
        references=(Reference(target, tokens),),
        sources=(
            "https://cloud.google.com/iam/docs/principal-identifiers",
            "https://cloud.google.com/iam/docs/understanding-roles",
        ),
        blind_spots=(
            "Users, groups, domains and accounts of other projects are not looked up.",
            "That a service agent's address holds the number of an existing project is not checked.",
            "Granting the same twice is no error there; here the second resource is refused.",
            "A predefined role newer than the table is refused here; conditions are not evaluated.",
            "A grant takes effect only after a while.",
        ),
    )
