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

    def save(self) -> None:
        """Write the file, whole or not at all."""
        text = io.StringIO()
        self._yaml.dump(self._content, text)
        put(self._path.parent, self._path.name, text.getvalue().encode(), anew=True)
