"""The axes along which stacks differ, each defined once."""

from enum import StrEnum


class Cloud(StrEnum):
    """Where the workload runs: the clouds of the Government Cloud (ガバメントクラウド) that this kit offers."""

    AWS = "aws"
    AZURE = "azure"
    GCP = "gcp"
    OCI = "oci"


class Environment(StrEnum):
    """Production (本番) and verification (検証) lie in separate landing units; there is no development environment."""

    PRODUCTION = "production"
    VERIFICATION = "verification"


class Zone(StrEnum):
    """The three zones of the security-policy guideline (三層の対策)."""

    MYNUMBER = "mynumber"
    """マイナンバー利用事務系: separated from the other zones."""
    LGWAN = "lgwan"
    """LGWAN接続系: divided from the internet zone."""
    INTERNET = "internet"
    """インターネット接続系: by way of the prefecture's security cloud. The workload itself still has no internet route."""


class Region(StrEnum):
    """Japan only. `stacks/<cloud>.py` names the cloud's own region for each."""

    TOKYO = "tokyo"
    OSAKA = "osaka"


class Size(StrEnum):
    """Capacity by population band. The bands are the kit's choice, not a standard; oversize costs, undersize waits."""

    SMALL = "small"
    """Fewer than 50,000 residents."""
    MEDIUM = "medium"
    """50,000 to 300,000 residents."""
    LARGE = "large"
    """More than 300,000 residents."""


class Template(StrEnum):
    """What Digital Agency's mandatory templates (必須適用テンプレート) already supply in this landing unit: skipped and reported."""

    AUDIT_TRAIL = "audit_trail"
    """The landing unit's own audit trail exists: the log archive declares no second one."""
