"""The commands of each stage of a runbook, as they are given: with the stack's own files, folders and stores."""

from collections.abc import Iterator
from shlex import quote

from operations.swap.planned import Planned, Say
from stacks.settings import Cloud, Stage

__all__ = ["onward", "opened", "removal", "returning", "swap", "up", "work"]

_STORES = {Cloud.AWS: "aws/", Cloud.AZURE: "azure:", Cloud.GCP: "gcs:", Cloud.OCI: "oci/"}
"""What stands before the stack's output `records_bucket` in the name of a store; a profile of ~/.aws where S3 is spoken."""


def work(plan: Planned, stage: Stage, say: Say) -> Iterator[str]:
    """The commands of the stage itself."""
    here, there = plan.found.settings.cloud, plan.found.target
    ends, stores = _ends(plan, here, there), _stores(plan, here, there)
    if stage is Stage.STEADY:
        yield f"./machikumo swap plan {quote(str(plan.file))} --to {there} --receipts {_folder(plan)}{_decided(plan)}"
        yield f"pulumi config set --secret machikumo:swap_database_password -s {plan.stack}"
    if stage is Stage.COPY:
        yield f"./machikumo swap copy-records {stores}"
        yield say(
            "# Reads all of the target, so that after the stop only what came since has to be read. What was put meanwhile is told as missing.",
            "# 移行先を全部読みます。停止の後は、その後に増えたものだけを読めば済みます。その間に置かれたものは missing と示されます",
        )
        yield f"./machikumo swap verify-records {stores}"
        yield f"./machikumo swap check-source {ends}"
        yield say(
            "# Only for a shorter stop, where the source has wal_level = logical (docs/swap.md). Give up with unfollow: a slot that nobody reads fills the disk.",
            "# 停止を短くするときだけ(移行元が wal_level = logical のとき。docs/swap.md)。やめるときは unfollow(放置すると移行元のディスクを埋めます)",
        )
        yield say(
            "# Where the target's server has no way to the source's (docs/swap.md): first, on the host that moves the data, to stay until finish; follow takes --through ADDRESS:PORT.",
            "# 移行先のサーバから移行元のサーバに届かないとき(docs/swap.md): 移行の作業をする機械で先に動かし、finish まで残します。follow に --through ADDRESS:PORT を付けます",
        )
        yield f"./machikumo swap relay --source service={plan.stack}-{here} --listen ADDRESS:PORT"
        yield f"./machikumo swap follow {ends}"
        yield from _names_at(plan, say("# A day before the stop, ", "# 停止の前日に、"), "--ttl-only 60", say)
    if stage is Stage.CUTOVER:
        yield from _closed(plan, here, say)
        yield say("# After follow:", "# follow をした場合:")
        yield f"./machikumo swap finish {ends}"
        yield say("# Without it:", "# していない場合:")
        yield f"./machikumo swap copy {ends}"
        yield say("# Both:", "# どちらの場合も:")
        yield f"./machikumo swap copy-records {stores}"
        yield f"./machikumo swap verify-records {stores} --since-last"
        yield f"./machikumo swap verify {ends}"
    if stage is Stage.SETTLE:
        yield f"vacuumdb --analyze-in-stages --dbname=service={plan.stack}-{there}"
        yield from _names(plan, say)
        yield from _settled_records(plan, say)
        yield say(
            "# Last: from here on `pulumi login` with the new backend.",
            "# 最後に。以後は新しい保管先に pulumi login します",
        )
        yield (
            f"./machikumo swap move-state {quote(str(plan.file))} --to-backend BACKEND --secrets-provider PROVIDER "
            f"--receipts {_folder(plan)}"
        )


def returning(plan: Planned, say: Say) -> Iterator[str]:
    """The way back after the cutover, whole: another stop, the copy the other way round, the exchange."""
    here, there = plan.found.settings.cloud, plan.found.target
    database = "postgres" if here is Cloud.OCI else "ledger"
    # The sides have changed places: `there` serves.
    ends, stores = _ends(plan, there, here), _stores(plan, there, here)
    yield from (swap(plan, "back"), up(plan))
    yield from _closed(plan, there, say)
    yield f"psql 'service={plan.stack}-{here} dbname=template1' -c 'ALTER DATABASE {database} RENAME TO {database}_before_return'"
    yield f"./machikumo swap copy {ends}"
    yield say(
        "# Carries what was put, changed or deleted since the cutover, with the same folder of receipts.",
        "# 切替後に増えた・変わった・消えた記録を、同じ記録のフォルダで戻します",
    )
    yield f"./machikumo swap copy-records {stores}"
    yield f"./machikumo swap verify-records {stores} --since-last"
    yield f"./machikumo swap verify {ends}"
    yield from (swap(plan, "advance"), up(plan))
    yield from _names(plan, say)


def opened(plan: Planned) -> str:
    """What goes before the way back from the cutover."""
    return f"./machikumo swap open {_source(plan, plan.found.settings.cloud)}"


def onward(plan: Planned, stage: Stage) -> Iterator[str]:
    """What leads on from the stage."""
    begins = f" --to {plan.found.target} --network-cidr {plan.target_cidr or 'CIDR'}" if stage is Stage.STEADY else ""
    yield f"./machikumo swap status {quote(str(plan.file))} --receipts {_folder(plan)}{_decided(plan)}"
    yield swap(plan, "advance") + begins
    yield up(plan)


def swap(plan: Planned, step: str) -> str:
    """`advance` or `back`."""
    return f"./machikumo swap {step} {quote(str(plan.file))} --receipts {_folder(plan)}{_decided(plan)}"


def up(plan: Planned) -> str:
    """What deploys a stage."""
    return f"pulumi up -s {plan.stack} --policy-pack policies"


def removal(plan: Planned) -> str:
    """What takes the copies of records away again, when the move is given up."""
    return f"./machikumo swap remove-records --target {_store(plan, plan.found.target, 'swap_')} --receipts {_folder(plan)}"


def _closed(plan: Planned, serving: Cloud, say: Say) -> Iterator[str]:
    yield say(
        "# First, once the application is stopped: nobody writes to the database any more. Who still could is named; end those sessions and give it again.",
        "# アプリケーションを止めたら最初に。以後は誰も書き込めません。まだ書き込める接続が示されたら、終わらせてもう一度実行します",
    )
    yield f"./machikumo swap close {_source(plan, serving)}{_decided(plan)}"


def _names(plan: Planned, say: Say) -> Iterator[str]:
    yield f"pulumi stack output --json -s {plan.stack} > outputs.json"
    yield from _names_at(plan, "# ", "--outputs outputs.json", say)
    yield f"./machikumo swap check-names {quote(str(plan.file))} --outputs outputs.json --name HOST --receipts {_folder(plan)}"


def _names_at(plan: Planned, when: str, what: str, say: Say) -> Iterator[str]:
    """On the municipality's own server, where that takes updates."""
    yield when + say(
        "where the names' DNS takes signed updates (RFC 2136); elsewhere whoever keeps the names does it by hand:",
        "名前の DNS が署名付きの更新(RFC 2136)を受け付けるとき。それ以外は名前の管理者が手で行います:",
    )
    yield (
        f"./machikumo swap point-names {quote(str(plan.file))} {what} --name HOST --zone ZONE --server SERVER --key-file tsig.key "
        f"--receipts {_folder(plan)}{_decided(plan)}"
    )


def _settled_records(plan: Planned, say: Say) -> Iterator[str]:
    here, there = plan.found.settings.cloud, plan.found.target
    # Now the target's is the stack's own output: the sides have changed places.
    source, target = _store(plan, here, "swap_"), _store(plan, there, "")
    if there in (Cloud.AWS, Cloud.GCP) or (there is Cloud.AZURE and plan.found.settings.production):
        # Azure does not tell for how long, and locks in a verification stack as well.
        days = f" --days {plan.found.settings.retention_days}" if there is Cloud.AZURE else ""
        yield f"./machikumo swap lock-records --target {target}{days} --receipts {_folder(plan)}"
    yield say(
        "# What was put since the cutover is named as `only on the target`; nothing else may be.",
        "# 切替後に置かれたものは only on the target と示されます。ほかの違いがないことを確かめます",
    )
    yield f"./machikumo swap verify-records --source {source} --target {target} --receipts {_folder(plan)}{_decided(plan)}"


def _source(plan: Planned, cloud: Cloud) -> str:
    return f"--source service={plan.stack}-{cloud} --receipts {_folder(plan)}"


def _ends(plan: Planned, source: Cloud, target: Cloud) -> str:
    return f"--source service={plan.stack}-{source} --target service={plan.stack}-{target} --receipts {_folder(plan)}{_decided(plan)}"


def _stores(plan: Planned, serving: Cloud, other: Cloud) -> str:
    """From the side that serves to the other one."""
    return f"--source {_store(plan, serving, '')} --target {_store(plan, other, 'swap_')} --receipts {_folder(plan)}{_decided(plan)}"


def _store(plan: Planned, cloud: Cloud, prefix: str) -> str:
    return f'{_STORES[cloud]}"$(pulumi stack output {prefix}records_bucket -s {plan.stack})"'


def _folder(plan: Planned) -> str:
    return quote(str(plan.receipts)) if plan.receipts else "RECEIPTS"


def _decided(plan: Planned) -> str:
    return f" --decisions {quote(str(plan.decisions))}" if plan.decisions else " --decisions decisions.toml"
