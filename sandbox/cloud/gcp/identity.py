"""IAM service accounts.

https://cloud.google.com/iam/docs/service-account-overview
"""

from typing import Final

from sandbox.cloud.checks import holds
from sandbox.cloud.context import Context
from sandbox.cloud.gcp.encryption_key import ACCOUNT
from sandbox.cloud.resource_type import Name, ResourceType


def _email(context: Context) -> str:
    return f"{context['accountId']}@{context['project']}.iam.gserviceaccount.com"


TYPES: Final = (
    ResourceType(
        token=ACCOUNT,
        source="https://cloud.google.com/iam/docs/service-accounts-create",
        id=lambda context: f"projects/{context['project']}/serviceAccounts/{_email(context)}",
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
            holds("displayName", lambda text: len(text) <= 100, "a display name has at most 100 characters"),
            holds("description", lambda text: len(text) <= 256, "a description has at most 256 characters"),
        ),
        known_as=("email", "member", "name"),
    ),
)
