"""IAM policy statements: what the service refuses in them, and who is admitted to what.

https://docs.oracle.com/en-us/iaas/Content/Identity/policysyntax/policysyntax.htm
"""

import re
from collections.abc import Iterator
from typing import Final

from sandbox.cloud.context import Context

POLICY: Final = "oci:Identity/policy:Policy"
GROUP: Final = "oci:Identity/dynamicGroup:DynamicGroup"
STATEMENT: Final = re.compile(
    r"(?P<effect>allow|deny)\s+"
    r"(?P<subject>any-user|any-group|service\s+[\w,\s-]+?|(?:dynamic-)?group\s+\S+)\s+to\s+"
    r"(?P<what>\{[A-Z_,\s]+\}|(?:inspect|read|use|manage)\s+[a-z-]+)\s+in\s+"
    r"(?P<where>tenancy|compartment\s+id\s+\S+|compartment\s+[\w:-]+)"
    r"(?:\s+where\s+(?P<condition>.+))?",
    re.IGNORECASE | re.DOTALL,
)


def statements(context: Context) -> Iterator[re.Match[str]]:
    """Every statement of every policy that is there, parsed."""
    for policy in context.objects(POLICY):
        for text in policy.get("statements"):
            parsed = STATEMENT.fullmatch(text)
            if parsed is not None:
                yield parsed


def may_use_key(context: Context, subject: str, key_id: str, principal: str = "") -> bool:
    """Whether a statement admits `subject` (and, for any-user, this type of principal) to the key."""
    return any(
        parsed["effect"].lower() == "allow"
        and parsed["subject"].lower() == subject.lower()
        and parsed["what"].lower() in ("use keys", "manage keys")
        and (f"'{key_id}'" in (parsed["condition"] or "") or "target.key.id" not in (parsed["condition"] or ""))
        and principal in (parsed["condition"] or "")
        for parsed in statements(context)
    )


def needs_key(subject: str, path: str, principal: str = "") -> "KeyGuard":
    """A guard: creation with a customer key at the input `path` (`a.b`) needs the service's admission to it first."""
    return KeyGuard(subject, path, principal)


class KeyGuard:
    """See `needs_key`. The subject may be a template of the place."""

    def __init__(self, subject: str, path: str, principal: str) -> None:
        self._subject, self._path, self._principal = subject, path, principal

    def __call__(self, context: Context) -> str | None:
        """The refusal, or None."""
        if not context.writing:
            return None
        value = context.inputs
        for step in self._path.split("."):
            value = value.get(step) or {}
        subject = self._subject.format_map(context.place)
        if not value or may_use_key(context, subject, str(value), self._principal):
            return None
        return f"400-KmsKeyNotAuthorized: no policy lets '{subject}' use the key {value}"
