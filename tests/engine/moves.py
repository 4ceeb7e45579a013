"""A production stack on its way to another cloud, stage by stage, and what must be true after each."""

import json
from collections.abc import Mapping
from contextlib import redirect_stdout
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

from operations import swap
from operations.engine import Engine, Result
from operations.environment import ROOT
from operations.swap.advancing import Taken, offered, taken
from operations.swap.decisions import Decision
from operations.swap.stack_file import StackFile
from policies.check import check
from policies.facts.vocabulary import Flow, Identity, Key, known
from policies.judge import Answer
from policies.state import judge_state
from policies.waiver_file import read_exceptions
from policies.waivers import today
from sandbox.cloud import drift
from stacks.settings import STAGE_REACHED, Cloud, Language
from tests.engine.conftest import PRODUCTION
from tests.engine.data import DECISION, Data

__all__ = ["EVERYTHING", "Move", "may", "stopped", "there"]

HOLDING = ("Database", "ObjectStorage", "LogArchive", "EncryptionKey")
EVERYTHING = frozenset(HOLDING)
RETAINED = EVERYTHING - {"Database"}
LASTING = ("encryption_key", "log_archive", "network", "records_bucket", "workload_identity")
FLAGGED = ("aws", "gcp")
"""Where protection is a flag of the database; elsewhere it is a resource, which stays until the database goes."""
WITHHELD = {
    "aws": ("update", "ObjectStorage", "records-writer"),
    "azure": ("update", "ObjectStorage", "records-writer"),
    "gcp": ("delete", "ObjectStorage", "records-write"),
    "oci": ("update", "ObjectStorage", "records-writer"),
}
"""The one step by which a side's workload is kept from writing records: of the store itself nothing changes."""
RELEASED = {"gcp": {"update"}}
"""What stopping does to the application beside deleting: a load balancer that can't name a target that is gone lets go of it first."""
UNLOCKED = {("log-archive-immutable", "machikumo:aws:LogArchive")}
"""Until the target serves, an administrator can still empty its archive: on AWS a rule says so (docs/swap.md)."""
DECIDED = tuple(
    Decision(loss=loss, name="*", reason="試験", owner="情報政策課", approver="CISO", approved=datetime.now(UTC).date())
    for loss in (
        "records-not-locked",
        "names-not-checked",
        "state-not-moved",
        "former-side-deleted",
        "former-backups",
    )
)

PLANNED = ("promise-not-kept", "promise-by-substitute", "file-linkage", "host-names")
"""What a plan of the example may lose: that a side's posture is weaker is not among it."""


class Move:
    """The stack, its folder of receipts, and what each step does to it."""

    def __init__(self, stack: Engine, folder: Path) -> None:
        self.stack, self._folder = stack, folder
        self._receipts = folder / "receipts"
        self._file = folder / "stack" / f"Pulumi.{PRODUCTION}.yaml"

    def plan(self, other: str) -> None:
        """`swap plan`, with a decision on everything that it may name of these settings."""
        decisions = self._folder / "planned.toml"
        decisions.write_text("".join(DECISION.format(loss) for loss in PLANNED))
        words = [str(self._file), "--to", other, "--receipts", str(self._receipts), "--decisions", str(decisions)]
        with redirect_stdout(StringIO()) as said:
            ended = swap.main(["plan", *words])
        assert ended == 0, said.getvalue()

    def step(self, *, on: bool = True, to: str | None = None, network_cidr: str | None = None) -> Result:
        """Take one step in the stack file and deploy it."""
        self.take(on=on, to=to, network_cidr=network_cidr)
        return self.stack.up("--skip-preview")

    def take(self, *, on: bool = True, to: str | None = None, network_cidr: str | None = None) -> None:
        """Take one step in the stack file."""
        file = StackFile(self._file)
        step = offered(file.settings(Language.EN), on=on)
        other = Cloud(to) if to else None
        ended = taken(file, step, self._receipts, DECIDED, to=other, network_cidr=network_cidr)
        assert isinstance(ended, Taken), ended

    def begin(self, to: str) -> Result:
        """The first step, deployed."""
        self.take_first(to)
        return self.stack.up("--skip-preview")

    def take_first(self, to: str) -> None:
        """The first step: the target's own password is set as a person would."""
        self.stack.set_config("machikumo:swap_database_password", "Only-1-for-this-test", secret=True)
        self.take(to=to, network_cidr="10.48.0.0/16")

    def let_in(self, mover: Mapping[str, object]) -> None:
        """Say from where, and as whom, the data is moved: the next run lets that through."""
        file = StackFile(self._file)
        file.set("swap_mover", mover)
        file.save()

    def reached(self, mover: object) -> set[tuple[str, str, str, tuple[int, int]]]:
        """What this range may reach and what may reach it, by the facts: cloud, from, to and ports."""
        flows = [fact for fact in judge_state(self.stack.export()).facts if isinstance(fact, Flow)]
        return {
            (one.urn.split("::")[2].split(":")[1], known(one.source), known(one.destination), known(one.ports))
            for one in flows
            if mover in (one.source, one.destination)
        }

    def held(self) -> Mapping[str, frozenset[str]]:
        """The components that hold data, on each cloud that has one."""
        types = [resource["type"].split(":") for resource in self.stack.export()["deployment"]["resources"]]
        found = [(one[1], one[2]) for one in types if one[0] == "machikumo" and one[2] in HOLDING]
        return {cloud: frozenset(held for on, held in found if on == cloud) for cloud, _ in found}

    def exist(self) -> frozenset[tuple[str, str]]:
        """Type and id of all that the clouds have."""
        return frozenset((token, id_) for token, id_, _ in drift.contents(self._folder / "cloud"))

    def broken(self) -> set[tuple[str, str]]:
        """Every rule that the state breaks, or leaves unknown, and the component it is about."""
        (self._folder / "state.json").write_text(json.dumps(self.stack.export()))
        exceptions = read_exceptions(ROOT / "waivers.toml", today=today())
        (judged,) = check([str(self._folder / "state.json")], exceptions, today()).judged
        found = [one for one in judged.verdicts if one.answer in (Answer.VIOLATED, Answer.UNKNOWN)]
        return {(one.rule.slug, one.urn.split("::")[2].partition("$")[0]) for one in found}

    def users(self, cloud: str) -> frozenset[str]:
        """The services that may use the key on that cloud."""
        keys = [fact for fact in judge_state(self.stack.export()).facts if isinstance(fact, Key)]
        return frozenset(user for key in keys if f"machikumo:{cloud}:" in key.urn for user in known(key.users))

    def records(self) -> Mapping[str, frozenset[str]]:
        """What the workload of each side may do with objects and the key, by the facts of the state, wherever they lie."""
        facts = judge_state(self.stack.export()).facts
        held = [one for one in facts if isinstance(one, Identity) and one.role == "workload"]
        return {
            one.urn.split("::")[2].split(":")[1]: frozenset(
                action for action, _ in known(one.permissions) if action.endswith(("-objects", "-key"))
            )
            for one in held
        }

    def settle_begun_on(self, day: str) -> None:
        """Let the stage have been reached on another day."""
        state = self.stack.export()
        for resource in state["deployment"]["resources"]:
            if resource["type"] == STAGE_REACHED:
                resource["outputs"]["since"] = day
        self.stack.replace(state)


def may(*clouds: str, write: str | None = None) -> dict[str, frozenset[str]]:
    """The workload of each of these sides reads the records; that of `write` writes them too."""
    return {
        # S3 decrypts as the caller; elsewhere the store does.
        one: frozenset(
            {"read-objects", *(["write-objects"] if one == write else []), *(["use-key"] if one == "aws" else [])}
        )
        for one in clouds
    }


def stopped(result: Result, cloud: str) -> None:
    """The run took away the application on `cloud` and its right to write records, and did nothing else."""
    steps = [(op, urn.split("::")) for op, urn in result.steps if op != "same"]
    found = {(op, urn[2].partition("$")[0].rpartition(":")[2], urn[3]) for op, urn in steps}
    assert {one for one in found if one[1] != "Application"} == {WITHHELD[cloud]}
    assert {op for op, component, _ in found if component == "Application"} == {"delete"} | RELEASED.get(cloud, set())


def there(move: Move, data: Data, cloud: str, other: str) -> None:
    """The whole way from `cloud` to `other`: each step changes what it says, and nothing that holds data goes before its time."""
    outputs = sorted(move.stack.outputs())
    source = move.exist()

    move.plan(other)
    prepared = move.begin(other)
    assert {op for op in prepared.changes if op != "same"} == {"create"}
    assert move.exist() > source
    assert move.held() == {cloud: EVERYTHING, other: EVERYTHING}
    assert move.records() == may(cloud, other, write=cloud)
    whole = sorted([*outputs, *(f"swap_{key}" for key in outputs)])
    assert sorted(move.stack.outputs()) == whole
    assert move.broken() == (UNLOCKED if other == "aws" else set())

    move.step()
    data.copied(cloud, other)
    data.counter.stop()
    stopped(move.step(), cloud)
    assert move.records() == may(cloud, other)
    gone = source - move.exist()
    assert gone, "the application still runs"
    assert move.held() == {cloud: EVERYTHING, other: EVERYTHING}

    data.carried(cloud, other)
    move.step()
    data.serves(other)
    assert move.records() == may(cloud, other, write=other)
    assert sorted(move.stack.outputs()) == whole
    assert source - move.exist() == gone
    assert move.broken() == set()
    assert move.stack.up("--skip-preview").changes.keys() == {"same"}

    move.settle_begun_on("2026-01-01")
    released = move.step()
    assert {op for op in released.changes if op != "same"} <= {"update"}
    assert move.held() == {cloud: EVERYTHING, other: EVERYTHING}
    unguarded = {("data-deletion-protection", f"machikumo:{cloud}:Database")} if cloud in FLAGGED else set()
    assert move.broken() == unguarded
    move.step()
    assert move.held() == {cloud: RETAINED, other: EVERYTHING}
    assert move.broken() == set()
    assert move.users(cloud) <= {"storage", "logs", "delivery"}
    assert move.records() == may(cloud, other, write=other)
    kept = [f"kept_{cloud}_{key}" for key in sorted(LASTING)]
    assert sorted(move.stack.outputs()) == sorted([*outputs, *kept])
    assert move.stack.up("--skip-preview").changes.keys() == {"same"}
    data.whole(other)
