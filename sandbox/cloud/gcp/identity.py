"""IAM service accounts.

https://cloud.google.com/iam/docs/service-account-overview
"""

from typing import Final

from sandbox.cloud.checks import holds
from sandbox.cloud.context import Context
from sandbox.cloud.gcp.access import ACCOUNT
from sandbox.cloud.resource_type import Name, ResourceType


def _email(context: Context) -> str:
    return f"{context['accountId']}@{context['project']}.iam.gserviceaccount.com"


TYPES: Final = (
    ResourceType(
        token=ACCOUNT,
        source="https://cloud.google.com/iam/docs/service-accounts-create",
        id=lambda context: f"projects/{context['project']}/serviceAccounts/{_email(context)}",
        # The name is free again at once: a new account of the same name is another one.
        name=Name(
            property="accountId",
            longest=30,
            shortest=6,
            pattern=r"[a-z]([-a-z0-9]*[a-z0-9])",
            unique_in="{project}",
        ),
        computed={
            "email": _email,
            "member": lambda context: f"serviceAccount:{_email(context)}",
            "name": lambda context: f"projects/{context['project']}/serviceAccounts/{_email(context)}",
            "uniqueId": lambda context: context.digits(21, "unique"),
        },
        input_defaults={"disabled": False, "createIgnoreAlreadyExists": False},
        checks=(
            holds(
                "displayName", lambda text: len(text.encode()) <= 100, "a display name has at most 100 bytes of UTF-8"
            ),
            holds(
                "description", lambda text: len(text.encode()) <= 256, "a description has at most 256 bytes of UTF-8"
            ),
        ),
        known_as=("email", "member", "name"),
        sources=("https://cloud.google.com/iam/docs/service-accounts-delete-undelete",),
        blind_spots=(
            "Grants and services that name a deleted account keep its old identity there; one made again has none of them.",
            "A fresh account may be unknown to other services for a minute.",
            "The limit of accounts in a project is not imitated.",
        ),
    ),
)
