"""What the fields of the settings are made of: texts for people, and values that arrive both as strings and as YAML's own."""

import json
import re
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from stacks.settings.messages import Refusal, Refused, Text


@dataclass(frozen=True, kw_only=True)
class Allowed:
    """What a field takes, in both languages, with a value as an example. Messages and the JSON Schema say the same."""

    ja: str
    en: str
    example: str

    @property
    def text(self) -> Text:
        """The sentence alone."""
        return Text(ja=self.ja, en=self.en)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {**handler(schema), "description": f"{self.en} / {self.ja}"}


@dataclass(frozen=True, kw_only=True)
class WholeNumber:
    """A whole number within bounds: an integer in YAML, or its digits as `pulumi config set` and the engine write them."""

    low: int
    high: int

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        bounded = core_schema.int_schema(strict=True, ge=self.low, le=self.high)
        return core_schema.no_info_before_validator_function(_from_digits, bounded)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"anyOf": [handler(schema), {"type": "string", "pattern": digits_between(self.low, self.high)}]}


def _from_digits(value: object) -> object:
    return int(value) if isinstance(value, str) and re.fullmatch("0|[1-9][0-9]{0,9}", value) else value


def digits_between(low: int, high: int) -> str:
    """The regular expression of the decimal digits of every whole number from low to high."""
    parts: list[str] = []
    for length in range(len(str(low)), len(str(high)) + 1):
        least = str(max(low, 10 ** (length - 1)))
        most = str(min(high, 10**length - 1))
        parts += _same_length(least, most)
    return f"^(?:{'|'.join(parts)})$"


def _same_length(low: str, high: str) -> list[str]:
    """The alternatives for numbers of one length: those under the first digit of low, those between, those under high's."""
    if not low:
        return [""]
    if low[0] == high[0]:
        return [low[0] + rest for rest in _same_length(low[1:], high[1:])]
    rest = len(low) - 1
    first, last = int(low[0]), int(high[0])
    below = [] if low[1:] == "0" * rest else [low[0] + tail for tail in _same_length(low[1:], "9" * rest)]
    above = [] if high[1:] == "9" * rest else [high[0] + tail for tail in _same_length("0" * rest, high[1:])]
    first, last = first + bool(below), last - bool(above)
    return [*below, *([f"[{first}-{last}]" + "[0-9]" * rest] if first <= last else []), *above]


@dataclass(frozen=True)
class Structured:
    """A list: YAML's own in the stack's file, JSON text where the engine hands it over."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(_from_json, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"anyOf": [handler(schema), {"type": "string", "contentMediaType": "application/json"}]}


def _from_json(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        reason = Text(ja="リストでも JSON でもありません。", en="neither a list nor JSON.")
        raise Refused(Refusal(reason=reason)) from None
