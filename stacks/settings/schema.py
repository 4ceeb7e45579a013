"""The JSON Schema of a `Pulumi.<stack>.yaml`, as editors read it: `python -m stacks.settings > stacks/config/settings.schema.json`."""

import json
import re
from typing import Any

from stacks.settings.certificates import CERTIFICATE_LIES_IN
from stacks.settings.landing import LANDING_KEYS
from stacks.settings.messages import NAMESPACE
from stacks.settings.model import Settings
from stacks.settings.parsing import SECRETS
from stacks.settings.vocabulary import Cloud, Region


def stack_file_schema() -> dict[str, Any]:
    """Draft 2020-12. What it refuses the model refuses; what one value must be because of another, or of the municipalities'
    table, only the model knows, apart from the landing unit of the chosen cloud and its certificate's region.
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
        # One without the other is refused.
        "dependentRequired": {
            f"{NAMESPACE}:azure_certificate_id": [f"{NAMESPACE}:azure_host_names"],
            f"{NAMESPACE}:azure_host_names": [f"{NAMESPACE}:azure_certificate_id"],
        },
        "propertyNames": {"anyOf": [{"not": {"pattern": f"^{NAMESPACE}:"}}, {"enum": list(properties)}]},
        "allOf": [
            {
                "if": {"properties": {f"{NAMESPACE}:cloud": {"const": cloud}}, "required": [f"{NAMESPACE}:cloud"]},
                "then": {"required": [f"{NAMESPACE}:{key}" for key in keys]},
            }
            for cloud, keys in LANDING_KEYS.items()
        ]
        + [
            _certificate_in(region, cloud, key)
            for cloud, keys in LANDING_KEYS.items()
            for key in keys
            if key in CERTIFICATE_LIES_IN
            for region in Region
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


def _certificate_in(region: Region, cloud: Cloud, key: str) -> dict[str, Any]:
    """Where that cloud and that region are chosen (a region left out is the default), the certificate lies there."""
    chosen = {f"{NAMESPACE}:cloud": {"const": cloud}, f"{NAMESPACE}:region": {"const": region}}
    required_too = [] if region is Settings.model_fields["region"].default else [f"{NAMESPACE}:region"]
    lies_there = {"pattern": re.escape(CERTIFICATE_LIES_IN[key][region])}
    return {
        "if": {"properties": chosen, "required": [f"{NAMESPACE}:cloud", *required_too]},
        "then": {"properties": {f"{NAMESPACE}:{key}": lies_there}},
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
    return {**kept, "anyOf": options} if options else kept
