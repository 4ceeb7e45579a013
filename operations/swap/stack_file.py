"""The stack file, changed as a careful person would: comments, order and every other key stay as they are."""

import io
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from operations.swap.refusal import Refusal
from operations.swap.whole_file import put
from operations.wording import say
from stacks.settings import Language, Settings, SettingsError, parse

__all__ = ["StackFile"]

NAMESPACE = "machikumo:"
ENCRYPTION = ("secretsprovider", "encryptedkey", "encryptionsalt")
"""What says how a stack's secrets are encrypted: https://www.pulumi.com/docs/iac/concepts/projects/stack-settings-file/"""


class StackFile:
    """`Pulumi.<stack>.yaml`. Raises Refusal where it is none."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._yaml = YAML()
        self._yaml.preserve_quotes = True
        self._yaml.width = 4096
        self._yaml.indent(mapping=2, sequence=4, offset=2)
        try:
            self._content: Any = self._yaml.load(path.read_text(encoding="utf-8"))
            self._config: Any = self._content["config"]
            self._config.items()
        except OSError as error:
            raise Refusal(f"{path}: {error.strerror}") from None
        except (YAMLError, AttributeError, KeyError, TypeError, UnicodeDecodeError):
            fix = (
                "no stack file: YAML with `config:` and its keys below",
                "スタックの設定ファイルではありません: config: の下にキーを書いた YAML です",
            )
            raise Refusal(f"{path}: {say(*fix)} (stacks/config/Pulumi.<stack>.yaml)") from None

    @property
    def values(self) -> dict[str, object]:
        """The values of our namespace, without it."""
        return {key.removeprefix(NAMESPACE): value for key, value in self._config.items() if key.startswith(NAMESPACE)}

    def settings(self, language: Language) -> Settings:
        """The settings of the file as it is now, saved or not. Raises Refusal with every problem."""
        try:
            return parse(self.values, language=language)
        except SettingsError as error:
            raise Refusal(str(error)) from None

    def set(self, key: str, value: object) -> None:
        """Set one key; a new one comes last."""
        self._config[NAMESPACE + key] = value

    def remove(self, key: str) -> None:
        """Take one key away, if it is there."""
        self._config.pop(NAMESPACE + key, None)

    def exchange(self, one: str, other: str) -> None:
        """Let two keys change their values. An encrypted value is only moved: nobody reads it."""
        first, second = self._config[NAMESPACE + one], self._config[NAMESPACE + other]
        self._config[NAMESPACE + one], self._config[NAMESPACE + other] = second, first

    @property
    def secured(self) -> list[str]:
        """The keys, with their namespace, whose values are encrypted. Raises Refusal for one that is so in parts only."""
        whole = [key for key, value in self._config.items() if _secure(value)]
        parts = [key for key, value in self._config.items() if key not in whole and _holds_secure(value)]
        if parts:
            told = ", ".join(parts)
            raise Refusal(say(f"{told}: encrypted in parts only", f"{told}: 値の一部だけが暗号化されています"))
        return whole

    def encrypted_anew(self, other: Path) -> None:
        """Take the secrets provider, and every encrypted value, from another file of the same stack. Nobody reads one."""
        content = self._yaml.load(other.read_text(encoding="utf-8")) or {}
        for key in ENCRYPTION:
            self._content.pop(key, None)
            if key in content:
                self._content[key] = content[key]
        for key in self.secured:
            self._config[key] = content["config"][key]

    def save(self) -> None:
        """Write the file, whole or not at all."""
        text = io.StringIO()
        self._yaml.dump(self._content, text)
        put(self._path.parent, self._path.name, text.getvalue().encode(), anew=True)


def _secure(value: object) -> bool:
    return isinstance(value, dict) and value.keys() == {"secure"}


def _holds_secure(value: object) -> bool:
    if isinstance(value, dict):
        return _secure(value) or any(_holds_secure(one) for one in value.values())
    return isinstance(value, list) and any(_holds_secure(one) for one in value)
