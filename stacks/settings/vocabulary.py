"""The axes along which stacks differ, each defined once."""

from enum import StrEnum


class Cloud(StrEnum):
    """Where the workload runs: the clouds of the Government Cloud (ガバメントクラウド) that this kit offers."""

    AWS = "aws"
    AZURE = "azure"
    GCP = "gcp"
    OCI = "oci"


class Stage(StrEnum):
    """How far a move to another cloud has come. What each holds and what may follow it: stacks/sides.py, stacks/settings/moving.py."""

    STEADY = "steady"
    """No move: one cloud."""
    PREPARE = "prepare"
    """準備: the target stands beside the source, empty; nothing of the source changes."""
    WITHDRAW = "withdraw"
    """取りやめ: the target's protection falls, so that it can be removed; nothing of the source changes."""
    COPY = "copy"
    """複写: the data is copied while the source serves."""
    CUTOVER = "cutover"
    """切替: the source's application is stopped; the last changes are copied and compared."""
    SETTLE = "settle"
    """安定確認: the target serves; the former side is kept, protected, its application stopped."""
    RETURN = "return"
    """切戻し: the serving side's application is stopped; what was written since goes back to the former side."""
    RETIRE = "retire"
    """廃止: the former side's database may be deleted; its logs and records stay as long as they are retained."""


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
