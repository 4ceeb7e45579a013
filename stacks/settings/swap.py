"""A move to another cloud, as the stack's settings hold it: the stage, the other cloud, and what is kept where it was."""

import ipaddress
import re
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from stacks.settings.addresses import network_range
from stacks.settings.fields import Allowed, Structured, WholeNumber
from stacks.settings.landing import LANDING_KEYS, Landing
from stacks.settings.messages import Refusal, Refused, Text, plain
from stacks.settings.mover import Mover, mover_fits, mover_outside
from stacks.settings.vocabulary import Cloud, Stage

MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z")
"""UTC, to the second."""


class Pass(BaseModel):
    """What `machikumo swap advance` writes when a gate let the move through: the proof, and until when it is fresh."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    receipt: Annotated[
        str,
        Field(pattern="^[0-9a-f]{64}$"),
        Allowed(ja="最後の記録のハッシュ", en="the last receipt's hash", example="0" * 64),
    ]
    until: Annotated[
        str,
        Field(pattern=f"^{MOMENT.pattern}$"),
        Allowed(ja="期限 (UTC)", en="the end of its validity, UTC", example="2026-11-26T09:00:00Z"),
    ]

    @property
    def end(self) -> datetime:
        """`until` as a moment."""
        return datetime.fromisoformat(self.until)


class Kept(BaseModel):
    """A cloud that no longer serves and still holds logs and records, because they are retained there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cloud: Annotated[Cloud, Allowed(ja="aws、azure、gcp、oci", en="aws, azure, gcp, oci", example="aws")]
    network_cidr: Annotated[
        str, Allowed(ja="そこで使っていた範囲", en="the range that it had there", example="10.16.0.0/16")
    ]

    @field_validator("network_cidr")
    @classmethod
    def _network_is_private(cls, value: str) -> str:
        return network_range(value)


class Swap(Landing):
    """Steady unless told otherwise. `cloud` always serves; `swap_cloud` is where the move goes, and after the cutover where it came from."""

    swap_stage: Annotated[
        Stage,
        Allowed(
            ja="、".join(Stage) + "(machikumo swap advance が一段ずつ変える)",
            en=", ".join(Stage) + "; machikumo swap advance changes it step by step",
            example="steady",
        ),
    ] = Stage.STEADY
    swap_cloud: Annotated[
        Cloud | None,
        Allowed(
            ja="移行先のクラウド(切替後は移行元)。steady では設定しない",
            en="the cloud moved to (after the cutover: moved from); not set while steady",
            example="gcp",
        ),
    ] = None
    swap_network_cidr: Annotated[
        str | None,
        Allowed(
            ja="swap_cloud 側のプライベートアドレスの範囲、/16 から /22、network_cidr と重ならない",
            en="a private range for the side of swap_cloud, /16 to /22, that does not overlap network_cidr",
            example="10.48.0.0/16",
        ),
    ] = None
    swap_mover: Annotated[
        Mover | None,
        Structured(),
        Allowed(
            ja="移行の作業をする機械: from (プライベートアドレスの範囲、/24 から /32、両側の範囲の外) と、片側が AWS なら aws_role_arn、追従を中継するなら relay_port",
            en="the host that moves the data: from (a private range, /24 to /32, outside both sides') and, where a side is on AWS, aws_role_arn; relay_port where a following is relayed",
            example='{"from": "10.0.8.16/28", "aws_role_arn": "arn:aws:iam::123456789012:role/mover"}',
        ),
    ] = None
    swap_settle_days: Annotated[
        int,
        WholeNumber(low=1, high=365),
        Allowed(
            ja="切替後に移行元を残す日数、1 から 365",
            en="days for which the former side is kept after the cutover, 1 to 365",
            example="30",
        ),
    ] = 30
    swap_pass: Annotated[
        Pass | None,
        Structured(),
        Allowed(
            ja="machikumo swap advance が書く通過の記録",
            en="the gate's pass, written by machikumo swap advance",
            example='{"receipt": "…", "until": "2026-11-26T09:00:00Z"}',
        ),
    ] = None
    kept: Annotated[
        tuple[Kept, ...],
        Field(max_length=3),
        Structured(),
        Allowed(
            ja="もう使っていないが、保存期間のあるログと記録が残るクラウドのリスト",
            en="clouds that no longer serve and still hold retained logs and records",
            example='[{"cloud": "aws", "network_cidr": "10.16.0.0/16"}]',
        ),
    ] = ()

    @field_validator("swap_cloud")
    @classmethod
    def _move_has_another_side(cls, value: Cloud | None, info: ValidationInfo) -> Cloud | None:
        _needed(value, "swap_cloud", info)
        if value is None:
            return value
        if value == info.data.get("cloud"):
            reason = Text(ja="machikumo:cloud と同じです。", en="the same as machikumo:cloud.")
            others = ", ".join(one for one in Cloud if one != value)
            raise Refused(Refusal(reason=reason, allowed=plain(others)))
        missing = [key for key in LANDING_KEYS[value] if key in info.data and info.data[key] is None]
        if missing:
            keys = ", ".join(f"machikumo:{key}" for key in missing)
            reason = Text(ja=f"{value} の {keys} がありません。", en=f"{keys} missing for {value}.")
            raise Refused(Refusal(reason=reason))
        return value

    @field_validator("swap_network_cidr")
    @classmethod
    def _other_network_is_private(cls, value: str | None, info: ValidationInfo) -> str | None:
        _needed(value, "swap_network_cidr", info)
        return value if value is None else network_range(value)

    @field_validator("swap_mover")
    @classmethod
    def _mover_fits_both_sides(cls, value: Mover | None, info: ValidationInfo) -> Mover | None:
        if value is not None:
            reason = Text(ja="machikumo:swap_network_cidr と重なります。", en="overlaps machikumo:swap_network_cidr.")
            refusal = Refusal(reason=reason, at=".from", value=value.source)
            mover_outside(value, info.data.get("swap_network_cidr"), refusal)
            sides = frozenset((info.data.get("cloud"), info.data.get("swap_cloud")))
            mover_fits(value, sides, info.data.get("aws_account_id"))
        return value

    @field_validator("kept")
    @classmethod
    def _kept_clouds_serve_no_more(cls, value: tuple[Kept, ...], info: ValidationInfo) -> tuple[Kept, ...]:
        named = [one.cloud for one in value]
        refusals = [
            Refusal(
                reason=Text(ja="二度書かれています。", en="listed twice.")
                if one.cloud in named[:number]
                else Text(ja="machikumo:cloud と同じです。", en="the same as machikumo:cloud."),
                at=f"[{number}].cloud",
                value=one.cloud,
            )
            for number, one in enumerate(value)
            if one.cloud in named[:number] or one.cloud == info.data.get("cloud")
        ]
        if refusals:
            raise Refused(*refusals)
        return value


def apart(network_cidr: str, other: str | None) -> None:
    """Refused where the two sides' ranges overlap: both are reached from the same offices while they stand side by side."""
    if other is not None and ipaddress.IPv4Network(network_cidr).overlaps(ipaddress.IPv4Network(other)):
        reason = Text(
            ja=f"machikumo:swap_network_cidr ({other}) と重なります。",
            en=f"overlaps machikumo:swap_network_cidr ({other}).",
        )
        raise Refused(Refusal(reason=reason))


def _needed(value: object, key: str, info: ValidationInfo) -> None:
    """Refused where the stage and the presence of the other side do not fit."""
    stage = info.data.get("swap_stage")
    if stage is None or (value is None) == (stage is Stage.STEADY):
        return
    if value is None:
        reason = Text(
            ja=f"machikumo:swap_stage が {stage} なので必要です。", en=f"missing, and machikumo:swap_stage is {stage}."
        )
        raise Refused(Refusal(reason=reason))
    reason = Text(
        ja="machikumo:swap_stage が steady なので、設定しません。",
        en="set, and machikumo:swap_stage is steady: no move is under way.",
    )
    raise Refused(Refusal(reason=reason, fix=plain(f"pulumi config rm machikumo:{key}")))
