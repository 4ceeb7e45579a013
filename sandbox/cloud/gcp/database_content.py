"""Databases and users of a Cloud SQL instance.

https://cloud.google.com/sql/docs/postgres/users
"""

from collections.abc import Mapping
from typing import Any, Final

from sandbox.cloud.checks import Problems, holds, not_together, one_of
from sandbox.cloud.gcp.private_access import INSTANCE
from sandbox.cloud.resource_type import Name, Reference, ResourceType

_DATABASE: Final = "gcp:sql/database:Database"
_USER: Final = "gcp:sql/user:User"
_BY_PASSWORD: Final = "BUILT_IN"
# https://cloud.google.com/sql/docs/postgres/admin-api/rest/v1/users#SqlUserType
_KINDS: Final = (
    _BY_PASSWORD,
    "CLOUD_IAM_USER",
    "CLOUD_IAM_SERVICE_ACCOUNT",
    "CLOUD_IAM_GROUP",
    "CLOUD_IAM_GROUP_USER",
    "CLOUD_IAM_GROUP_SERVICE_ACCOUNT",
)


def _user_fits(inputs: Mapping[str, Any]) -> Problems:
    built_in = inputs.get("type", _BY_PASSWORD) == _BY_PASSWORD
    secret = inputs.get("password") or inputs.get("passwordWo")
    if built_in and not secret:
        yield "password", "a user of PostgreSQL's own needs a password"
    if not built_in and secret:
        yield "password", "an IAM user has no password"
    if not built_in and "@" not in inputs.get("name", "@"):
        yield "name", "an IAM user is named by an address"
    if inputs.get("type") == "CLOUD_IAM_SERVICE_ACCOUNT" and inputs.get("name", "").endswith(".gserviceaccount.com"):
        yield "name", "a service account is named without .gserviceaccount.com"


TYPES: Final = (
    ResourceType(
        token=_DATABASE,
        source="https://cloud.google.com/sql/docs/postgres/create-manage-databases",
        id="projects/{project}/instances/{instance}/databases/{name}",
        name=Name(
            pattern=r"(?!(postgres|cloudsqladmin|template[01])$)[A-Za-z_][\w-]*",
            allowed=r"\w\-",
            lower=False,
            unique_in="{project}/{instance}",
        ),
        computed={
            "selfLink": "https://sqladmin.googleapis.com/sql/v1beta4/projects/{project}/instances/{instance}/databases/{name}"
        },
        defaults={"charset": "UTF8", "collation": "en_US.UTF8"},
        input_defaults={"deletionPolicy": "DELETE"},
        replace_on=("instance",),
        checks=(one_of("charset", ("UTF8",)), one_of("deletionPolicy", ("ABANDON", "DELETE", "PREVENT"))),
        references=(Reference("instance", INSTANCE),),
        blind_spots=(
            "A database in use is not dropped there.",
            "Which collations exist is not checked; a changed one is refused there.",
            "ABANDON leaves the database in its instance there; it is gone here.",
        ),
    ),
    ResourceType(
        token=_USER,
        source="https://cloud.google.com/sql/docs/postgres/create-manage-users",
        id="{name}//{instance}",
        name=Name(
            pattern=r"(?!(cloudsql|pg_)).+",
            allowed=r"\w\-",
            lower=False,
            unique_in="{project}/{instance}",
        ),
        replace_on=("instance", "host", "type"),
        checks=(
            one_of("type", _KINDS),
            holds("host", lambda host: host == "", "Host field is only supported for MySQL instances"),
            not_together("password", "passwordWo"),
            _user_fits,
        ),
        references=(Reference("instance", INSTANCE),),
        sources=("https://cloud.google.com/sql/docs/postgres/users",),
        blind_spots=(
            "A user who owns something is not dropped there.",
            "Making the user postgres sets its password there; it is a new object here.",
            "The instance's password policy is not asked.",
            "ABANDON leaves the user in its instance there; it is gone here.",
        ),
    ),
)
