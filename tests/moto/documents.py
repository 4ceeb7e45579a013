"""IAM policy documents for the cases."""

import json
from typing import Any


def document(**statement: Any) -> str:
    """One statement that allows; an `Action` of `sts:AssumeRole` unless told otherwise. None leaves an element out."""
    whole = {"Effect": "Allow", "Action": "sts:AssumeRole", **statement}
    return json.dumps(
        {"Version": "2012-10-17", "Statement": [{key: value for key, value in whole.items() if value is not None}]}
    )
