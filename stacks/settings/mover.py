"""The host from which a move's commands run: what it may reach while a move is under way, and as whom it carries records on AWS."""

import ipaddress
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

from stacks.settings.addresses import private_range
from stacks.settings.fields import Allowed, WholeNumber
from stacks.settings.messages import Refusal, Refused, Text
from stacks.settings.vocabulary import Cloud

__all__ = ["Mover", "mover_fits", "mover_outside"]

POSTGRESQL = 5432


class Mover(BaseModel):
    """It takes effect from `prepare` to `retire`, on both sides, and is gone with the move."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: Annotated[
        str,
        Field(alias="from"),
        Allowed(
            ja="移行の作業をする機械のプライベートアドレスの範囲 (/24 から /32、両側の範囲の外)",
            en="the private range of the host that moves the data, /24 to /32, outside both sides' ranges",
            example="10.0.8.16/28",
        ),
    ]
    """PostgreSQL and the private endpoints are reached from here: a few addresses, not an office."""
    aws_role_arn: Annotated[
        Annotated[str, Field(pattern=r"^arn:aws:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]{1,512}$")] | None,
        Allowed(
            ja="AWS 側の記録を読み書きする、同じアカウントのロールの ARN",
            en="the ARN of the role, of the same account, that reads and writes the records on AWS",
            example="arn:aws:iam::123456789012:role/mover",
        ),
    ] = None
    """The bucket there refuses everybody by name; elsewhere a grant of the landing's is enough."""
    relay_port: Annotated[
        Annotated[int, WholeNumber(low=1024, high=65535)] | None,
        Allowed(
            ja="1024 から 65535、5432 以外",
            en="1024 to 65535, not 5432",
            example="15432",
        ),
    ] = None
    """Where machikumo swap relay listens there, reached from both data tiers; without it the databases open no connection to the host."""

    @field_validator("source")
    @classmethod
    def _source_is_private(cls, value: str) -> str:
        return private_range(value, widest=24, narrowest=32)

    @field_validator("relay_port")
    @classmethod
    def _relay_port_is_no_databases(cls, value: int | None) -> int | None:
        if value == POSTGRESQL:
            reason = Text(
                ja="データベース自身のポートです。中継と取り違えます。",
                en="a database's own port: one on that host would be taken for the relay.",
            )
            raise Refused(Refusal(reason=reason))
        return value


def mover_fits(mover: Mover, clouds: frozenset[Cloud | None], account: str | None) -> None:
    """Refused where a side on AWS has nobody named, or somebody of another account than `account`."""
    named = mover.aws_role_arn
    if named is None and Cloud.AWS in clouds:
        reason = Text(
            ja="AWS の側があり、そのバケットは名指しした者しか受け付けません。",
            en="one side is on AWS, whose bucket takes nobody that is not named.",
        )
        raise Refused(Refusal(reason=reason, at=".aws_role_arn"))
    if named is not None and account is not None and named.split(":")[4] != account:
        reason = Text(
            ja=f"machikumo:aws_account_id ({account}) のロールではありません。",
            en=f"no role of machikumo:aws_account_id ({account}).",
        )
        raise Refused(Refusal(reason=reason, at=".aws_role_arn", value=named))


def mover_outside(mover: Mover | None, network_cidr: str | None, refusal: Refusal) -> None:
    """Raise Refused with `refusal` where the host's range lies in the range of a side."""
    if mover is None or network_cidr is None:
        return
    if ipaddress.IPv4Network(mover.source).overlaps(ipaddress.IPv4Network(network_cidr)):
        raise Refused(refusal)
