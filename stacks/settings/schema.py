"""The JSON Schema of a `Pulumi.<stack>.yaml`, as editors read it: `python -m stacks.settings > stacks/config/settings.schema.json`."""

import json
from typing import Any

from stacks.settings.landing import LANDING_KEYS
from stacks.settings.messages import NAMESPACE
from stacks.settings.model import Settings
from stacks.settings.parsing import SECRETS


def stack_file_schema() -> dict[str, Any]:
    """Draft 2020-12. What it refuses the model refuses; what one value must be because of another, or of the municipalities'
    table, only the model knows, apart from the landing unit of the chosen cloud.
    """
    model = Settings.model_json_schema(by_alias=True)
    properties = {f"{NAMESPACE}:{key}": _file_value(value) for key, value in model["properties"].items()}
    for key, allowed in SECRETS.items():
        properties[f"{NAMESPACE}:{key}"] = {
            "description": f"{allowed.en}: pulumi config set --secret {allowed.example} / {allowed.ja}",
            "type": "object",
            "properties": {"secure": {"type": "string"}},
            "required": ["secure"],
            "additionalProperties": False,
        }
    config = {
        "type": "object",
        "properties": properties,
        "required": [f"{NAMESPACE}:{key}" for key in model["required"]],
        "propertyNames": {"anyOf": [{"not": {"pattern": f"^{NAMESPACE}:"}}, {"enum": list(properties)}]},
        "allOf": [
            {
                "if": {"properties": {f"{NAMESPACE}:cloud": {"const": cloud}}, "required": [f"{NAMESPACE}:cloud"]},
                "then": {"required": [f"{NAMESPACE}:{key}" for key in keys]},
            }
            for cloud, keys in LANDING_KEYS.items()
        ],
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "machikumo: settings of one stack",
        "type": "object",
        "properties": {"config": config},
        "required": ["config"],
        "$defs": model["$defs"],
    }


def schema_text() -> str:
    """The schema as its committed file holds it."""
    return json.dumps(stack_file_schema(), ensure_ascii=False, indent=2) + "\n"


def _file_value(schema: dict[str, Any]) -> dict[str, Any]:
    """Without the null that stands for "not set": in a file the key is left out instead."""
    kept = {k: v for k, v in schema.items() if k != "title" and not (k == "default" and v is None)}
    options = [option for option in kept.get("anyOf", ()) if option != {"type": "null"}]
    if len(options) == 1:
        del kept["anyOf"]
        return {**kept, **options[0]}
    return kept
