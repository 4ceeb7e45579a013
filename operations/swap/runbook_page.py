"""The runbook of the example stacks: `LANG=ja_JP.UTF-8 python -m operations.swap.runbook_page > docs/runbook.md` (English: `LANG=en_US.UTF-8`)."""

import os
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path

from operations.promises import Capabilities
from operations.swap.amounts import Amounts
from operations.swap.comparison import compare
from operations.swap.decisions import Decision
from operations.swap.planned import Planned, in_order, speaking
from operations.swap.posture import postures
from operations.swap.posture_losses import postured
from operations.swap.runbook import page
from stacks.settings import Cloud, Language, read_stack_file

__all__ = ["example"]

TARGET = Cloud.OCI
EXAMPLES = {"production": (120, 800, "10.48.0.0/16"), "verification": (4, 10, "10.49.0.0/20")}
"""Environment of 011002-resident-record → GiB of its database and its objects, the range of the target's side."""
SEALED = {"secure": "v1:example"}
DECISION = Decision(
    loss="promise-by-substitute",
    name="log_archive.*",
    reason="代わりの方法を確認した",
    owner="情報政策課",
    approver="CISO",
    approved=date(2026, 11, 25),
)


def example(language: Language) -> str:
    """The page: the stacks as in stacks/config, invented amounts and one invented decision."""
    say = speaking(language)
    plans = [_planned(environment, language) for environment in EXAMPLES]
    asked = [(_values(one.file), one.found.settings.cloud, TARGET, one.target_cidr) for one in plans]
    pairs = zip(plans, postures(asked), strict=True)
    plans = in_order(postured(plan, posture, [DECISION], say) for plan, posture in pairs)
    told = say(
        "> An example: real stack files of stacks/config, invented amounts and decisions. Output of "
        "`LANG=en_US.UTF-8 python -m operations.swap.runbook_page`.",
        "> 記入例です。スタックは stacks/config のもの、データ量・単価・決定は架空です。"
        "`LANG=ja_JP.UTF-8 python -m operations.swap.runbook_page` の出力です。",
    )
    return f"{told}\n\n{page(plans, say, as_given=False)}"


def _planned(environment: str, language: Language) -> Planned:
    file = Path("stacks", "config", f"Pulumi.011002-resident-record-{environment}.yaml")
    database, objects, target_cidr = EXAMPLES[environment]
    return Planned(
        file=file,
        found=compare(_values(file), TARGET, Capabilities.read(), language, network_cidr=target_cidr),
        amounts=Amounts(
            database_gib=Fraction(database),
            objects_gib=Fraction(objects),
            line_mbps=Fraction(500),
            egress_yen_per_gib=Fraction("17.1"),
            source_yen_per_month=Fraction(900_000),
            target_yen_per_month=Fraction(850_000),
            prepare_days=Fraction(14),
            settle_days=Fraction(30),
        ),
        target_cidr=target_cidr,
        receipts=None,
        decisions=None,
    )


def _values(file: Path) -> Mapping[str, object]:
    return {**read_stack_file(Path(__file__).parents[2] / file), "database_password": SEALED}


if __name__ == "__main__":
    print(example(Language.EN if os.environ.get("LANG", "").startswith("en") else Language.JA), end="")  # noqa: T201
