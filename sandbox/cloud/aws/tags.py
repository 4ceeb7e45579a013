"""Tags, as the services that keep data, keys and identities take them.

https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html#id_tags_naming_best_practices
"""

import re
from collections.abc import Mapping
from typing import Final

from sandbox.cloud.checks import Inputs, Problems
from sandbox.cloud.resource_type import Check

_MOST: Final = 50
_LETTERS: Final = re.compile(r"[\w\s+\-=.:/@]*")


def tag_rule(path: str = "tags") -> Check:
    """At most 50; keys of 1 to 128 and values of up to 256 letters, digits, spaces and `+-=._:/@`; no key begins with aws:."""

    def check(inputs: Inputs) -> Problems:
        tags: Mapping[str, str] = inputs.get(path) or {}
        if len(tags) > _MOST:
            yield path, f"TooManyTags: {len(tags)} tags, {_MOST} at most"
        for key in tags:
            if key.lower().startswith("aws:"):
                yield f"{path}.{key}", "InvalidTag: keys that begin with aws: are reserved"
            if not 1 <= len(key) <= 128 or not _LETTERS.fullmatch(key):
                yield f"{path}.{key}", "InvalidTag: a key has 1 to 128 letters, digits, spaces and +-=._:/@"
            if len(tags[key]) > 256 or not _LETTERS.fullmatch(tags[key]):
                yield f"{path}.{key}", "InvalidTag: a value has at most 256 letters, digits, spaces and +-=._:/@"

    return check
