"""The settings of one stack: one municipality's one system in one environment, in one landing unit.

Every value is checked here and nowhere else. Where two values have to fit each other, the later field's check says so, so that
one reading finds every problem.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated

import pulumi
from pydantic import ConfigDict, Field, ValidationInfo, field_validator

from stacks.settings.addresses import FLOW_EXAMPLE, Flow, flows_outside, network_range
from stacks.settings.certificates import certificate_in
from stacks.settings.fields import Allowed, Structured, WholeNumber
from stacks.settings.landing import LANDING_KEYS
from stacks.settings.messages import NAMESPACE, Refusal, Refused, Text, command
from stacks.settings.mover import mover_outside
from stacks.settings.municipalities import Municipality, checked_code, checked_name, municipalities
from stacks.settings.swap import Swap, apart
from stacks.settings.systems import SYSTEMS, System
from stacks.settings.vocabulary import Environment, Region, Size, Template, Zone


class Settings(Swap):
    """Parsed settings, frozen. Keys are those of the `machikumo` namespace; secrets are not among them, see `database_password`."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True, hide_input_in_errors=True)

    body_code: Annotated[
        str,
        Field(pattern="^[0-9]{6}$"),
        Allowed(
            ja='引用符で囲んだ6桁の全国地方公共団体コード ("011002")',
            en='the six-digit local-government code in quotation marks ("011002")',
            example="011002",
        ),
    ]
    body_name: Annotated[
        str,
        Field(min_length=1),
        Allowed(
            ja="body_code の団体名、都道府県名なし",
            en="the name that belongs to body_code, without prefecture",
            example="札幌市",
        ),
    ]
    system: Annotated[System, Allowed(ja="、".join(System), en=", ".join(System), example="resident-record")]
    environment: Annotated[
        Environment, Allowed(ja="production、verification", en="production, verification", example="verification")
    ]
    zone: Annotated[
        Zone, Allowed(ja="mynumber、lgwan、internet", en="mynumber, lgwan, internet", example="mynumber")
    ] = Zone.MYNUMBER
    region: Annotated[Region, Allowed(ja="tokyo、osaka", en="tokyo, osaka", example="tokyo")] = Region.TOKYO
    size: Annotated[
        Size,
        Allowed(
            ja="small (人口5万人未満)、medium (30万人まで)、large (それ以上)",
            en="small (fewer than 50,000 residents), medium (to 300,000), large (more)",
            example="medium",
        ),
    ]
    accounting_line: Annotated[
        str,
        Field(pattern="^[a-z][a-z0-9-]{0,62}$"),
        Allowed(
            ja="general (一般会計)、または特別会計の名 (英小文字・数字・ハイフン)",
            en="general, or the name of a special account: lower-case letters, digits, hyphens, at most 63",
            example="general",
        ),
    ]
    network_cidr: Annotated[
        str,
        Allowed(
            ja="プライベートアドレスの範囲、/16 から /22 (2ゾーン×3層と委任サブネットが入る広さ)",
            en="a private range, /16 to /22: three tiers in two zones and delegated subnets have to fit",
            example="10.20.0.0/16",
        ),
    ]
    flows: Annotated[
        tuple[Flow, ...],
        Field(min_length=1, max_length=50),
        Structured(),
        Allowed(
            ja="入口層に接続できる範囲のリスト (1から50件)。各件に from、port (既定 443)、why",
            en="who may reach the entry tier: a list of 1 to 50, each with from, port (default 443) and why",
            example=FLOW_EXAMPLE,
        ),
    ]
    retention_days: Annotated[
        int,
        WholeNumber(low=1, high=36500),
        Allowed(
            ja="記録を変更も削除もできない日数、1 から 36500",
            en="days for which records can be neither altered nor removed, 1 to 36500",
            example="1825",
        ),
    ]
    log_retention_days: Annotated[
        int,
        WholeNumber(low=365, high=36500),
        Allowed(
            ja="ログを保存する日数、365 から 36500 (既定 1825 は本キットの選択)",
            en="days for which logs are kept, 365 to 36500 (default 1825: this kit's choice)",
            example="1825",
        ),
    ] = 1825
    recovery_days: Annotated[
        int,
        WholeNumber(low=7, high=35),
        Allowed(
            ja="データベースを任意の時点に戻せる日数、7 から 35",
            en="days back to which the database can be restored, 7 to 35",
            example="14",
        ),
    ] = 14
    key_rotation_days: Annotated[
        int,
        WholeNumber(low=90, high=365),
        Allowed(
            ja="鍵の自動更新の間隔の日数、90 から 365",
            en="days after which the key rotates by itself, 90 to 365",
            example="365",
        ),
    ] = 365
    supplied_by_templates: Annotated[
        tuple[Template, ...],
        Structured(),
        Allowed(
            ja="必須適用テンプレートが用意済みで、本キットが作らないもののリスト: audit_trail",
            en="a list of what the mandatory templates supply already and this kit skips: audit_trail",
            example='["audit_trail"]',
        ),
    ] = ()
    image: Annotated[
        # One name on every cloud: a repository of Amazon ECR holds one image and is made before it is pushed.
        Annotated[str, Field(pattern="^application@sha256:[0-9a-f]{64}$")] | None,
        Allowed(
            ja="スタックの非公開レジストリに application の名で push したイメージ、application@sha256:64桁 (初回の push までは設定しない)",
            en="the image pushed as `application` to the stack's private registry, application@sha256:64 hexadecimal digits; unset until the first push",
            example="application@sha256:" + "0123456789abcdef" * 4,
        ),
    ] = None

    @field_validator("body_code", mode="before")
    @classmethod
    def _code_is_a_body(cls, value: object, info: ValidationInfo) -> str:
        return checked_code(value, (info.context or {}).get("body_name"))

    @field_validator("body_name")
    @classmethod
    def _name_belongs_to_the_code(cls, value: str, info: ValidationInfo) -> str:
        return checked_name(value, info.data.get("body_code"))

    @field_validator("system", mode="before")
    @classmethod
    def _system_by_its_identifier(cls, value: object) -> object:
        meant = next(
            (s for s, facts in SYSTEMS.items() if isinstance(value, str) and value and value in facts.japanese), None
        )
        if meant is not None:
            reason = Text(ja=f"識別子で書きます: {meant}。", en=f"written by its identifier: {meant}.")
            raise Refused(Refusal(reason=reason, fix=command("system", meant)))
        return value

    @field_validator("region")
    @classmethod
    def _certificate_lies_in_the_region(cls, value: Region, info: ValidationInfo) -> Region:
        for cloud in (info.data.get("cloud"), info.data.get("swap_cloud")):
            for key in LANDING_KEYS[cloud] if cloud is not None else ():
                certificate_in(value, key, info.data.get(key))
        return value

    @field_validator("network_cidr")
    @classmethod
    def _network_is_private(cls, value: str, info: ValidationInfo) -> str:
        apart(network_range(value), info.data.get("swap_network_cidr"))
        reason = Text(ja="machikumo:swap_mover の from と重なります。", en="overlaps machikumo:swap_mover.from.")
        fix = Text(
            ja="swap_mover の from を範囲の外にします", en="let machikumo:swap_mover.from lie outside this range"
        )
        mover_outside(info.data.get("swap_mover"), value, Refusal(reason=reason, fix=fix))
        return value

    @field_validator("flows")
    @classmethod
    def _flows_come_from_outside(cls, value: tuple[Flow, ...], info: ValidationInfo) -> tuple[Flow, ...]:
        for key in ("network_cidr", "swap_network_cidr"):
            flows_outside(value, key, info.data.get(key))
        return value

    @property
    def stack(self) -> str:
        """`<code>-<system>-<environment>`: the only name that the engine's stack may have."""
        return stack_name(self.body_code, self.system, self.environment)

    @property
    def production(self) -> bool:
        """Whether stateful resources are protected and retention is locked."""
        return self.environment is Environment.PRODUCTION

    @property
    def body(self) -> Municipality:
        """The municipality with prefecture, kind and kana."""
        return municipalities()[self.body_code]

    @property
    def tags(self) -> Mapping[str, str]:
        """The five tags of every resource, spelled alike on every cloud: lower-case ASCII."""
        return MappingProxyType(
            {
                "municipality-code": self.body_code,
                "system-id": self.system.value,
                "environment": self.environment.value,
                "accounting-line": self.accounting_line,
                "stack": self.stack,
            }
        )

    @property
    def database_password(self) -> pulumi.Output[str]:
        """The administrator's password, read from the engine when asked for; the model never holds it."""
        return pulumi.Config(NAMESPACE).require_secret("database_password")

    @property
    def swap_database_password(self) -> pulumi.Output[str]:
        """Likewise that of the other side of a move: a password is never carried from one cloud to another."""
        return pulumi.Config(NAMESPACE).require_secret("swap_database_password")


def stack_name(code: str, system: str, environment: str) -> str:
    """The name of the stack that these three settings describe."""
    return f"{code}-{system}-{environment}"
