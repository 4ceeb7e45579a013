"""A stack's state carried to another backend, its secrets encrypted anew on the way: in pipes and in memory, never on a disk.

Engine: https://www.pulumi.com/docs/iac/concepts/state-and-backends/. A former run that was killed is seen by its folder `.state`
among the receipts, which holds settings and ciphertext only.
"""

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from operations.engine import Engine, EngineError
from operations.swap.refusal import Refusal
from operations.swap.stack_file import StackFile
from operations.wording import say

__all__ = ["FORMER", "StateMove", "StateMoved"]

FORMER = "-moved"
"""After the stack's name: what its old copy is called, so that no run finds it by the stack's name."""
SECRET = "4dabf18193072939515e22adb298388d"  # noqa: S105  the mark of a secret in a state, the same for every stack
"""https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/sig/sig.go"""


@dataclass(frozen=True, kw_only=True)
class StateMoved:
    """What was carried. `sha256` is of the deployment without its secrets: it tells the same state in both backends."""

    resources: int
    secrets: int
    sha256: str


class StateMove:
    """One stack, its two backends and a folder between them. `source`, `target`: the engine's environments."""

    def __init__(
        self,
        file: Path,
        folder: Path,
        *,
        project: str,
        provider: str,
        source: Mapping[str, str],
        target: Mapping[str, str],
    ) -> None:
        self._file, self._provider = file, provider
        self.stack = file.name.removeprefix("Pulumi.").removesuffix(".yaml")
        self._work = folder / ".state"
        self._kept = folder / "former-settings"
        self._begun = self._work / "begun"
        self._source = self._engine("from", project, source)
        self._target = self._engine("to", project, target)

    def run(self) -> StateMoved | None:
        """Carry, compare, give the old copy its other name, then the new settings file; None where all was done before.

        Raises Refusal. Killed at any point, the same call ends the same.
        """
        here, there = self._stands(self._source), self._stands(self._target)
        if not here and not self._begun.exists():
            before = there and self._stands(self._source, FORMER)
            shutil.rmtree(self._work)
            if before:
                return None
            raise Refusal(
                say(f"no stack {self.stack} in this backend", f"この保管先にスタック {self.stack} がありません")
            )
        if here:
            self._carry(there)
        elif not there:
            raise Refusal(say(f"{self.stack} is in neither backend", f"{self.stack} がどちらの保管先にもありません"))
        deployment = self._plain(self._target)
        settings = StackFile(self._file)
        settings.encrypted_anew(self._work / "to" / self._file.name)
        settings.save()
        return StateMoved(
            resources=len(deployment.get("resources", ())),
            secrets=len(list(_secrets(deployment))),
            sha256=sha256(json.dumps(_without_secrets(deployment), sort_keys=True).encode()).hexdigest(),
        )

    def end(self) -> None:
        """Keep the former settings, which open the old copy, and take the folder away: the receipt is written."""
        self._kept.mkdir(exist_ok=True)
        # The engine renames them with the stack, unless it is killed between.
        for settings in (self._work / "from").glob("Pulumi.*.yaml"):
            shutil.copy(settings, self._kept / f"Pulumi.{self.stack}{FORMER}.yaml")
        shutil.rmtree(self._work)

    def _carry(self, there: bool) -> None:
        if there and not self._begun.exists():
            raise Refusal(
                say(
                    f"the target's backend has a stack {self.stack} that this move did not put there: remove it, or name another backend",
                    f"移行先の保管先に、この移行が置いたものではないスタック {self.stack} があります。取り除くか、別の保管先を指定してください",
                )
            )
        shutil.copy(self._file, self._work / "from" / self._file.name)
        if self._state(self._source).get("pending_operations"):
            raise Refusal(
                say(
                    "a run was killed: ./machikumo recover first",
                    "途中で落ちた実行があります。先に ./machikumo recover をします",
                )
            )
        if there and not self._state(self._target).get("resources"):
            # Made by a run that was killed: its settings may not have been written.
            self._run(self._target, "stack", "rm", self.stack, "--yes")
            there = False
        if not there:
            self._begun.touch()
            (self._work / "to" / self._file.name).unlink(missing_ok=True)
            self._run(self._target, "stack", "init", self.stack, "--no-select", "--secrets-provider", self._provider)
        for key in StackFile(self._file).secured:
            value = self._run(self._source, "config", "get", key, "-s", self.stack)
            self._run(self._target, "config", "set", key, "--secret", "-s", self.stack, given=value.removesuffix("\n"))
            if self._run(self._target, "config", "get", key, "-s", self.stack) != value:
                raise Refusal(
                    say(f"{key}: its value did not arrive as it is", f"{key}: 値が同じままで移りませんでした")
                )
        self._hand_over()
        if self._plain(self._source) != self._plain(self._target):
            raise Refusal(
                say(
                    "the two backends hold different states: did a run begin meanwhile? Give this command again",
                    "二つの保管先の状態が違います。その間に実行があったのではありませんか。もう一度実行してください",
                )
            )
        self._run(self._source, "stack", "rename", self.stack + FORMER, "-s", self.stack)

    def _hand_over(self) -> None:
        """From one engine's pipe into the other's. The target's own provider encrypts what it is given."""
        whole = json.loads(self._run(self._source, "stack", "export", "--show-secrets", "-s", self.stack))
        whole["deployment"]["secrets_providers"] = self._state(self._target)["secrets_providers"]
        self._run(self._target, "stack", "import", "-s", self.stack, given=json.dumps(whole))

    def _stands(self, engine: Engine, ending: str = "") -> bool:
        listed = json.loads(self._run(engine, "stack", "ls", "--json"))
        return any(one["name"].rpartition("/")[2] == self.stack + ending for one in listed)

    def _state(self, engine: Engine) -> Mapping[str, Any]:
        return dict(json.loads(self._run(engine, "stack", "export", "-s", self.stack))["deployment"] or {})

    def _plain(self, engine: Engine) -> dict[str, Any]:
        """The deployment with its secrets, and without what says how they are encrypted, and when it was written."""
        found = json.loads(self._run(engine, "stack", "export", "--show-secrets", "-s", self.stack))["deployment"]
        return {key: value for key, value in found.items() if key not in ("secrets_providers", "manifest", "metadata")}

    def _engine(self, end: str, project: str, environment: Mapping[str, str]) -> Engine:
        place = self._work / end
        place.mkdir(parents=True, exist_ok=True)
        (place / "Pulumi.yaml").write_text(f"name: {project}\nruntime: python\n")
        return Engine(project=place, stack=self.stack, environment=environment)

    def _run(self, engine: Engine, *words: str, given: str = "") -> str:
        try:
            return engine.run(*words, given=given).stdout
        except EngineError as error:
            raise Refusal(f"pulumi {words[0]} {words[1]}: {error.result.stderr.strip()}") from None


def _secrets(tree: Any) -> Iterator[Any]:
    if isinstance(tree, dict) and SECRET in tree:
        yield tree
    elif isinstance(tree, dict | list):
        for one in tree.values() if isinstance(tree, dict) else tree:
            yield from _secrets(one)


def _without_secrets(tree: Any) -> Any:
    if isinstance(tree, dict):
        return SECRET if SECRET in tree else {key: _without_secrets(value) for key, value in tree.items()}
    return [_without_secrets(one) for one in tree] if isinstance(tree, list) else tree
