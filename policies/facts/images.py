"""What the name of a container image says: https://github.com/opencontainers/distribution-spec/blob/main/spec.md."""

from policies.facts.vocabulary import UNKNOWN, Maybe

_MOVING = "latest"


def fixed(image: object) -> Maybe[bool]:
    """It names a digest, or a tag that is not the one that follows whatever was pushed last; without a tag it is that one."""
    if not isinstance(image, str):
        return UNKNOWN
    name, digest, _ = image.partition("@")
    return bool(digest) or name.rpartition("/")[2].partition(":")[2] not in ("", _MOVING)
