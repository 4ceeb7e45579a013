"""What was said to a request, in a few words that both sides can be translated into."""

import re
from enum import StrEnum
from typing import Final


class Verdict(StrEnum):
    """The answer to one request: accepted, or the kind of the refusal."""

    ACCEPTED = "accepted"
    VALUE = "value"
    """The request itself is wrong: a name, a range, a format, a combination."""
    MISSING = "missing"
    """It names something that is not there."""
    TAKEN = "taken"
    """The name, the range, the port or the rule is there already."""
    IN_USE = "in use"
    """What is to be deleted is used by something else."""
    STATE = "state"
    """The state or the policy of what it touches forbids it."""
    LIMIT = "limit"
    """A quota."""
    FAULT = "fault"
    """No answer: the side itself failed."""


_DENIED: Final = r"AccessDenied\w*|OperationNotPermitted|InvalidBucketState|Insufficient\w+PolicyException"
_WORDS: Final = {
    Verdict.MISSING: " does not exist|not found|Unable to describe|Could not deliver test message",
    Verdict.TAKEN: "already exists|is already in use|not idempotent",
    Verdict.IN_USE: "is still in use by ",
    Verdict.LIMIT: "LimitExceeded",
}
_CODES: Final = {
    Verdict.MISSING: r".*NotFound\w*|NoSuch\w+",
    Verdict.TAKEN: r".*(Already|Duplicate|Exists)\w*|InvalidSubnet\.Conflict",
    Verdict.IN_USE: r"DependencyViolation|DeleteConflict|\w*InUse\w*|\w+NotEmpty\w*|ClusterContains\w+|InvalidDBParameterGroupState",
    Verdict.LIMIT: r"\w*Limit\w*",
    Verdict.VALUE: r"Invalid.*|Unsupported\w*|Malformed\w*|MissingParameter|Validation\w+|ParamValidation\w+|ClientException|DBSubnetGroup\w+",
}


def verdict_on(code: str, text: str, otherwise: Verdict = Verdict.STATE) -> Verdict:
    """The kind of a refusal; codes that several kinds share are told apart by their words."""
    if re.fullmatch(_DENIED, code):
        return Verdict.STATE
    spoken = next((verdict for verdict, pattern in _WORDS.items() if re.search(pattern, text)), None)
    coded = (verdict for verdict, pattern in _CODES.items() if re.fullmatch(pattern, code))
    return spoken or next(coded, otherwise)
