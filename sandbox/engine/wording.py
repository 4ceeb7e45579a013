"""What the builder tells a person, in the language of the terminal."""

import os


def say(english: str, japanese: str) -> str:
    """Return the Japanese text where LANG starts with `ja`, the English one anywhere else."""
    return japanese if os.environ.get("LANG", "").startswith("ja") else english
