"""From the stack's file or the engine to `Settings`, or to one message that names every problem."""

import os
import types
import typing
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import NoReturn

import pulumi
import yaml
from pulumi.runtime import config as engine_config
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from stacks.settings.addresses import Flow
from stacks.settings.fields import Allowed, Structured
from stacks.settings.messages import (
    NAMESPACE,
    Language,
    Problem,
    Refusal,
    Refused,
    SettingsError,
    Text,
    command,
    edit,
    nearest,
    plain,
    shown,
)
from stacks.settings.model import Settings, stack_name
from stacks.settings.mover import Mover
from stacks.settings.swap import Kept, Pass
from stacks.settings.vocabulary import Stage

SECRETS: Mapping[str, Allowed] = types.MappingProxyType(
    {
        "database_password": Allowed(
            ja="暗号化された値 (secure:) だけ",
            en="an encrypted value (secure:) only",
            example=f"{NAMESPACE}:database_password",
        ),
        "swap_database_password": Allowed(
            ja="暗号化された値 (secure:) だけ",
            en="an encrypted value (secure:) only",
            example=f"{NAMESPACE}:swap_database_password",
        ),
    }
)
"""Keys that are never plain. Their values are not read here; `Settings` reads them from the engine."""
_ITEMS: Mapping[str, type[BaseModel]] = {"flows": Flow, "kept": Kept, "swap_mover": Mover, "swap_pass": Pass}
"""Settings with fields of their own."""
SEALED: Mapping[str, str] = types.MappingProxyType({"secure": ""})
"""Stands for an encrypted value, whatever it is."""
SHOWED_ITS_OWN_MESSAGE = 32
"""The exit status by which a Python program tells the engine that it needs no message of the engine's own."""


def parse(values: Mapping[str, object], *, language: Language, stack: str | None = None) -> Settings:
    """The settings of these keys, without namespace: strings as the engine has them or YAML's own values, encrypted ones as
    `{"secure": …}`. `stack` is the stack's name where there is one, and must be the one that the settings describe.

    Raises SettingsError with every problem.
    """
    problems = _secret_problems(values)
    sealed = {key for key, value in values.items() if _is_sealed(value)}
    readable = {key: "" if v is None else v for key, v in values.items() if key not in SECRETS and key not in sealed}
    settings = None
    try:
        settings = Settings.model_validate(readable, context=readable)
    except ValidationError as error:
        found = (problem for detail in _own(error.errors()) for problem in _problems(detail))
        problems = [*(p for p in found if p.key.removeprefix(f"{NAMESPACE}:") not in sealed), *problems]
    problems += _stack_problems(readable, {problem.key for problem in problems}, stack)
    if problems or settings is None:
        raise SettingsError(problems, language=language) from None
    return settings


def load() -> Settings:
    """The settings of the running stack. When they are refused, the engine shows the message once and nothing is registered."""
    try:
        return parse(_engine_values(), language=Language.of(os.environ), stack=pulumi.get_stack())
    except SettingsError as error:
        stop(error)


def read_stack_file(path: Path) -> dict[str, object]:
    """The values of our namespace in a `Pulumi.<stack>.yaml`, without namespace and as YAML reads them."""
    content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    return {
        key.removeprefix(f"{NAMESPACE}:"): value
        for key, value in (content.get("config") or {}).items()
        if key.startswith(f"{NAMESPACE}:")
    }


def stop(refused: SettingsError) -> NoReturn:
    """End the program; the engine shows the message once."""
    pulumi.log.error(str(refused))
    raise SystemExit(SHOWED_ITS_OWN_MESSAGE)


def _engine_values() -> dict[str, object]:
    return {
        key.removeprefix(f"{NAMESPACE}:"): SEALED if engine_config.is_config_secret(key) else value
        for key, value in {**engine_config.get_config_env(), **engine_config.CONFIG.get()}.items()
        if key.startswith(f"{NAMESPACE}:")
    }


def _is_sealed(value: object) -> bool:
    return isinstance(value, Mapping) and set(value) == {"secure"}


def _secret_problems(values: Mapping[str, object]) -> list[Problem]:
    problems = []
    for key, allowed in SECRETS.items():
        if _is_sealed(values.get(key)) or (key not in values and not _asked_for(key, values)):
            continue
        reason = (
            Text(
                ja="暗号化されていません。値はもう漏れたものとして、新しいものに替えてください。",
                en="not encrypted. Take the value as leaked and choose a new one.",
            )
            if key in values
            else Text(ja="設定されていません。", en="missing.")
        )
        fix = plain(f"pulumi config set --secret {allowed.example}")
        problems.append(Problem(key=f"{NAMESPACE}:{key}", value=None, reason=reason, allowed=allowed.text, fix=fix))
    for key, value in values.items():
        if _is_sealed(value) and key in Settings.model_fields:
            allowed = _allowed((key,))
            reason = Text(ja="秘密ではないのに暗号化されています。", en="encrypted, although it is no secret.")
            fix = Text(ja="例: ", en="for example: ") + command(key, allowed.example)
            problems.append(Problem(key=f"{NAMESPACE}:{key}", value=None, reason=reason, allowed=allowed.text, fix=fix))
        elif _is_sealed(value) and key not in SECRETS:
            problems.append(_unknown(key))
    return problems


def _asked_for(key: str, values: Mapping[str, object]) -> bool:
    """The other side's password is needed while there is another side."""
    return not key.startswith("swap_") or values.get("swap_stage", Stage.STEADY) != Stage.STEADY


def _stack_problems(values: Mapping[str, object], refused: set[str], stack: str | None) -> list[Problem]:
    keys = ("body_code", "system", "environment")
    if stack is None or any(f"{NAMESPACE}:{key}" in refused for key in keys):
        return []
    described = stack_name(*(str(values.get(key)) for key in keys))
    if stack == described:
        return []
    reason = Text(
        ja="スタック名が設定 (body_code、system、environment) と合いません。",
        en="the stack's name is not what body_code, system and environment describe.",
    )
    fix = Text(
        ja=f"ファイルを Pulumi.{described}.yaml と名付けて pulumi stack select --create {described}、または設定を直す",
        en=f"name the file Pulumi.{described}.yaml and run pulumi stack select --create {described}, or mend the settings",
    )
    return [Problem(key="stack", value=shown(stack), reason=reason, allowed=plain(described), fix=fix)]


def _own(details: Sequence[ErrorDetails]) -> list[ErrorDetails]:
    """Without "too short" of a list whose refused items were not counted."""
    inner = {detail["loc"][0] for detail in details if len(detail["loc"]) > 1}
    return [detail for detail in details if detail["type"] != "too_short" or detail["loc"][0] not in inner]


def _problems(detail: ErrorDetails) -> list[Problem]:
    path = detail["loc"]
    if detail["type"] == "extra_forbidden" and len(path) == 1:
        return [_unknown(str(path[0]))]
    raised = detail.get("ctx", {}).get("error")
    if isinstance(raised, Refused):
        return [_problem(path, detail["input"], refusal) for refusal in raised.refusals]
    if detail["type"] == "missing":
        return [_problem(path, None, Refusal(reason=Text(ja="設定されていません。", en="missing.")))]
    if detail["type"] == "extra_forbidden":
        return [_problem(path, detail["input"], Refusal(reason=Text(ja="知らないキーです。", en="an unknown key.")))]
    near = nearest(str(detail["input"]), _members(path)) if detail["type"] == "enum" else None
    if near is None:
        return [
            _problem(path, detail["input"], Refusal(reason=Text(ja="使えない値です。", en="not an allowed value.")))
        ]
    reason = Text(
        ja=f"使えない値です。{near} の誤りではありませんか。", en=f"not an allowed value. Did you mean {near}?"
    )
    fix = command(str(path[0]), near) if len(path) == 1 else None
    return [_problem(path, detail["input"], Refusal(reason=reason, fix=fix))]


def _problem(path: Sequence[str | int], value: object, refusal: Refusal) -> Problem:
    allowed = _allowed(path)
    key = str(path[0]) + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path[1:])
    structured = any(isinstance(item, Structured) for item in Settings.model_fields[str(path[0])].metadata)
    example = _allowed(path[:1]).example
    given = value if refusal.value is None else refusal.value
    return Problem(
        key=f"{NAMESPACE}:{key}{refusal.at}",
        value=None if given is None else shown(given),
        reason=refusal.reason,
        allowed=refusal.allowed or allowed.text,
        fix=refusal.fix
        or Text(ja="例: ", en="for example: ") + (edit if structured else command)(str(path[0]), example),
    )


def _unknown(key: str) -> Problem:
    """The value is not shown: the key may be a secret's, misspelled."""
    near = nearest(key, [*Settings.model_fields, *SECRETS])
    hint = Text(ja=f"{near} の誤りではありませんか。", en=f" Did you mean {near}?") if near else plain("")
    return Problem(
        key=f"{NAMESPACE}:{key}",
        value=None,
        reason=Text(ja="知らないキーです。", en="an unknown key.") + hint,
        allowed=plain(", ".join([*Settings.model_fields, *SECRETS])),
        fix=plain(f"pulumi config rm {NAMESPACE}:{key}"),
    )


def _model(path: Sequence[str | int]) -> tuple[type[BaseModel], str]:
    """The model and field that a path ends in: ours, or one of an item's own."""
    model = _ITEMS.get(str(path[0]))
    if model is not None and len(path) > 1:
        names = {field.alias or name: name for name, field in model.model_fields.items()}
        if path[-1] in names:
            return model, names[str(path[-1])]
    return Settings, str(path[0])


def _allowed(path: Sequence[str | int]) -> Allowed:
    model, name = _model(path)
    return next(item for item in model.model_fields[name].metadata if isinstance(item, Allowed))


def _members(path: Sequence[str | int]) -> list[str]:
    model, name = _model(path)
    annotation = model.model_fields[name].annotation
    enums = [
        kind
        for kind in (annotation, *typing.get_args(annotation))
        if isinstance(kind, type) and issubclass(kind, StrEnum)
    ]
    return [str(member) for member in enums[0]]
