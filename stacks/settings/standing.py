"""What a standing stack can't change any more, refused before anything is registered: its own state says how it was made."""

import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pulumi

from stacks.settings.messages import NAMESPACE, Language, Problem, SettingsError, Text, command, plain, shown
from stacks.settings.model import Settings
from stacks.settings.moving import not_allowed, standing
from stacks.settings.parsing import stop
from stacks.settings.vocabulary import Cloud

__all__ = ["FIXED", "Fixed", "Reached", "changed", "refuse_changes"]

_READS, _PAUSE = 10, 0.2
"""How often the state is read at most, and the seconds between."""


@dataclass(frozen=True, kw_only=True)
class Fixed:
    """A setting that stays as it was when `component` was made, which put it into its outputs as `output`."""

    setting: str
    clouds: frozenset[Cloud]
    component: str
    output: str
    reason: Text
    fix: Text


@dataclass(frozen=True, kw_only=True)
class Reached:
    """The record of a stage, as `standing` reads it back: `swap_cloud` is empty where nothing is left there; `since` is `YYYY-MM-DD`, UTC."""

    stage: str
    cloud: str
    swap_cloud: str
    since: str


FIXED = (
    Fixed(
        setting="network_cidr",
        clouds=frozenset(Cloud),
        component="Network",
        output="cidr",
        reason=Text(
            ja="作成済みのネットワークの範囲は変えられません。中にあるもの(データベースを含む)がすべて作り直しになります。",
            en="the range of a standing network can't change: all that lies in it would be made anew, the database too.",
        ),
        fix=Text(ja="別の範囲は新しいスタックで。戻すには ", en="another range is a new stack's. To set it back: "),
    ),
    # ARM makes the first version of a key and never changes it.
    # https://learn.microsoft.com/rest/api/keyvault/keyvault/keys/create-if-not-exist
    Fixed(
        setting="key_rotation_days",
        clouds=frozenset({Cloud.AZURE}),
        component="EncryptionKey",
        output="rotation_days",
        reason=Text(
            ja="Azure は鍵を作るときにだけ間隔を受け取り、あとの変更は受け付けても行いません。",
            en="Azure takes the interval only when the key is made; it accepts a later change and does not make it.",
        ),
        fix=Text(ja="戻すには ", en="to set it back: "),
    ),
)
"""Every cloud would replace, refuse or ignore these, each in its own words and some only half-way through."""


def changed(settings: Settings, outputs: Mapping[str, Mapping[str, Any]]) -> list[Problem]:
    """A problem for each fixed setting that is no longer what `outputs` (component's type token → outputs) say it was."""
    problems = []
    for key, cloud, fixed, wanted in _held(settings):
        made = outputs.get(f"machikumo:{cloud}:{fixed.component}", {}).get(fixed.output)
        if cloud in fixed.clouds and made is not None and made != wanted:
            back = str(int(made) if isinstance(made, float) else made)
            problems.append(
                Problem(
                    key=f"{NAMESPACE}:{key}",
                    value=shown(wanted),
                    reason=fixed.reason,
                    allowed=plain(back),
                    fix=fixed.fix + command(key, back),
                )
            )
    return problems


def _held(settings: Settings) -> Iterator[tuple[str, Cloud, Fixed, object]]:
    """Each fixed setting as each side of the stack has it, with the key that sets it there."""
    for fixed in FIXED:
        yield fixed.setting, settings.cloud, fixed, getattr(settings, fixed.setting)
        if settings.swap_cloud is not None:
            own = f"swap_{fixed.setting}"
            key = own if own in Settings.model_fields else fixed.setting
            yield key, settings.swap_cloud, fixed, getattr(settings, key)


def refuse_changes(settings: Settings) -> Reached | None:
    """End the program when a fixed setting of the running stack changed, or the settings leave the course of a move. The first `up`,
    and one after `destroy`, is free.

    Returns what the state has to say of a move from now on; None where there never was one.
    """
    name = f"{pulumi.get_organization()}/{pulumi.get_project()}/{pulumi.get_stack()}"
    read = _own_state(name)
    outputs = {one["type"]: one["outputs"] for one in read.get("outputs", {}).values()}
    now = datetime.now(UTC)
    was = standing(outputs, today=now.date())
    problems = [*changed(settings, outputs), *not_allowed(settings, was, now=now)]
    if problems:
        stop(SettingsError(problems, language=Language.of(os.environ)))
    if settings.swap_cloud is None and not was.moved:
        return None
    same = (was.stage, was.cloud) == (settings.swap_stage, settings.cloud)
    return Reached(
        stage=settings.swap_stage,
        cloud=settings.cloud,
        swap_cloud=was.after(settings) or "",
        since=(was.since if same else now.date()).isoformat(),
    )


def _own_state(name: str) -> Mapping[str, Any]:
    """The stack's resources and their outputs, as the engine has them.

    A backend in a folder writes a small file beside the state in place; the engine, which began this run, may be writing it now,
    and reads it empty ("EOF"). Seen once on a first `up`.
    """
    for _ in range(_READS - 1):
        try:
            return _read(name)
        except Exception as error:
            if "EOF" not in str(error):
                raise
            time.sleep(_PAUSE)
    return _read(name)


def _read(name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = (
        pulumi.runtime.invoke("pulumi:pulumi:readStackResourceOutputs", {"stackName": name}).value or {}
    )
    return found
