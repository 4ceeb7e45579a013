"""Pulumi's real engine as a typed object: one stack, its commands, their events."""

import json
import re
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

COLOUR = re.compile(r"<\{%.*?%\}>")
"""The engine's colour marks, which `--color never` leaves in the event log."""

Event = Mapping[str, Any]
"""One line of the engine's event log, as `apitype.EngineEvent` is written:
https://pkg.go.dev/github.com/pulumi/pulumi/sdk/v3/go/common/apitype#EngineEvent"""


class EngineError(Exception):
    """A command of the engine failed; `result` holds all that it said."""

    def __init__(self, command: Sequence[str], result: "Result") -> None:
        super().__init__(f"pulumi {' '.join(command)}: exit {result.code}\n{result.stdout}{result.stderr}")
        self.result = result


@dataclass(frozen=True, kw_only=True)
class Result:
    """What one command left: exit code, output, events (of preview, up, refresh, destroy), seconds."""

    code: int
    stdout: str
    stderr: str
    seconds: float
    events: tuple[Event, ...] = field(default=(), repr=False)

    @property
    def changes(self) -> dict[str, int]:
        """Resources by operation (`create`, `update`, `same`, …) as the engine sums them up; empty without a summary."""
        sums = [event["summaryEvent"]["resourceChanges"] for event in self.events if "summaryEvent" in event]
        return dict(sums[-1]) if sums else {}

    @property
    def steps(self) -> tuple[tuple[str, str], ...]:
        """(operation, URN) of every step begun, in order."""
        begun = (event["resourcePreEvent"]["metadata"] for event in self.events if "resourcePreEvent" in event)
        return tuple((step["op"], step["urn"]) for step in begun)

    @property
    def drifts(self) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
        """(`update` or `delete`, URN, properties) of everything that a refresh found changed or gone."""
        ended = (event["resOutputsEvent"]["metadata"] for event in self.events if "resOutputsEvent" in event)
        found = (step for step in ended if step["op"] in ("update", "delete"))
        return tuple((step["op"], step["urn"], tuple(sorted(step.get("diffs") or ()))) for step in found)

    @property
    def violations(self) -> tuple[Event, ...]:
        """Policy violations, as events with `policyName`, `enforcementLevel`, `message`, `resourceUrn`."""
        return tuple(event["policyEvent"] for event in self.events if "policyEvent" in event)

    @property
    def errors(self) -> tuple[str, ...]:
        """Messages of severity error, without colours."""
        said = (event["diagnosticEvent"] for event in self.events if "diagnosticEvent" in event)
        return tuple(COLOUR.sub("", note["message"]).strip() for note in said if note["severity"] == "error")


class Engine:
    """One stack of one project under the real engine.

    `project`: folder of Pulumi.yaml. `stack`: its name. `environment`: from operations.environment.engine_environment.
    `config_file`: the stack file to use instead of the project's own. `timeout`: seconds for one command.
    Every command raises EngineError unless it ends with exit code 0 or `check` is false.
    """

    def __init__(
        self,
        *,
        project: Path,
        stack: str,
        environment: Mapping[str, str],
        config_file: Path | None = None,
        policy_pack: Path | None = None,
        timeout: float = 600.0,
    ) -> None:
        self.project = project
        self.stack = stack
        self.config_file = config_file
        self._environment = dict(environment)
        self._policies = ("--policy-pack", str(policy_pack)) if policy_pack else ()
        self._timeout = timeout

    def run(self, *words: str, check: bool = True, given: str = "") -> Result:
        """Run `pulumi WORDS…` in the project's folder; `given` is its standard input (the way in for a secret)."""
        started = time.monotonic()
        command = ["pulumi", *words, "--non-interactive", "--color", "never"]
        # A group of its own would hide Ctrl-C from the engine; on a timeout `run` kills it, and its plugins follow.
        ended = subprocess.run(  # noqa: S603
            command,
            cwd=self.project,
            env=self._environment,
            input=given,
            capture_output=True,
            text=True,
            timeout=self._timeout,
            check=False,
        )
        seconds = time.monotonic() - started
        result = Result(code=ended.returncode, stdout=ended.stdout, stderr=ended.stderr, seconds=seconds)
        if check and result.code != 0:
            raise EngineError(words, result)
        return result

    def init(self) -> None:
        """Create the stack, without resources; the project's stack file stays as it is."""
        # `stack init` writes an encryption salt beside the Pulumi.yaml it finds: it finds one with only the same name.
        name = re.search(r"^name:\s*(\S+)", (self.project / "Pulumi.yaml").read_text(), re.MULTILINE)
        assert name, f"{self.project / 'Pulumi.yaml'} has no name"
        with tempfile.TemporaryDirectory(prefix="machikumo-") as folder:
            (Path(folder) / "Pulumi.yaml").write_text(f"name: {name[1]}\nruntime: python\n")
            self.run("stack", "init", self.stack, "--no-select", "--cwd", folder)

    def preview(self, *words: str, check: bool = True) -> Result:
        """Run a preview; `words` are further flags (`--expect-no-changes`, `--target URN` …)."""
        return self._operation("preview", *self._policies, *words, check=check)

    def up(self, *words: str, check: bool = True) -> Result:
        """Preview and deploy."""
        return self._operation("up", "--yes", *self._policies, *words, check=check)

    def refresh(self, *words: str, check: bool = True) -> Result:
        """Read every resource again and take what is found into the state."""
        return self._operation("refresh", "--yes", *words, check=check)

    def drifted(self) -> Result:
        """Read every resource again and report what changed behind the engine's back; nothing is written."""
        return self._operation("refresh", "--preview-only", check=True)

    def destroy(self, *words: str, check: bool = True) -> Result:
        """Delete every resource of the stack."""
        return self._operation("destroy", "--yes", *words, check=check)

    def remove(self) -> None:
        """Forget the stack; the engine refuses while it has resources."""
        self.run("stack", "rm", self.stack, "--yes", "--preserve-config")

    def set_config(self, key: str, value: str, *, secret: bool = False) -> None:
        """Write one key into the stack file; the value goes by standard input, never on the command line."""
        kind = "--secret" if secret else "--plaintext"
        self.run("config", "set", key, kind, *self._stack_flags(), given=value)

    def outputs(self, *, show_secrets: bool = False) -> dict[str, Any]:
        """Return the stack's outputs."""
        secrets = ("--show-secrets",) if show_secrets else ()
        answer: dict[str, Any] = json.loads(self.run("stack", "output", "--json", "-s", self.stack, *secrets).stdout)
        return answer

    def export(self) -> dict[str, Any]:
        """Return the stack's state; secrets stay encrypted."""
        state: dict[str, Any] = json.loads(self.run("stack", "export", "-s", self.stack).stdout)
        return state

    def replace(self, state: Mapping[str, Any]) -> None:
        """Write the stack's state; pending operations in it are dropped by the engine."""
        self.run("stack", "import", "-s", self.stack, given=json.dumps(state))

    def cancel(self) -> None:
        """Take away whatever locks the stack, whoever holds it."""
        self.run("cancel", "--yes", "-s", self.stack)

    def planned(self) -> dict[str, Any]:
        """Return a preview's steps with the states that they would write; secrets are left out by the engine."""
        answer: dict[str, Any] = json.loads(self.run("preview", "--json", *self._stack_flags()).stdout)
        return answer

    def _stack_flags(self) -> tuple[str, ...]:
        return ("-s", self.stack, *(("--config-file", str(self.config_file)) if self.config_file else ()))

    def _operation(self, *words: str, check: bool) -> Result:
        with tempfile.TemporaryDirectory(prefix="machikumo-") as folder:
            log = Path(folder) / "events.json"
            result = self.run(*words, *self._stack_flags(), "--event-log", str(log), check=False)
            lines = log.read_text().splitlines() if log.exists() else []
        events = tuple(json.loads(line) for line in lines)
        whole = Result(
            code=result.code, stdout=result.stdout, stderr=result.stderr, seconds=result.seconds, events=events
        )
        if check and whole.code != 0:
            raise EngineError(words, whole)
        return whole
