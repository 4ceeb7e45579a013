"""moto's side: Pulumi's inputs become the calls that the provider makes of them."""

import re
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import boto3  # type: ignore[import-untyped]  # its stubs are as large as itself
from botocore.exceptions import ClientError, ParamValidationError  # type: ignore[import-untyped]

from tests.moto.verdict import Verdict, verdict_on

REGION: Final = "ap-northeast-1"
Inputs = Mapping[str, Any]
_OUR_FAULT: Final = re.compile(r"Unknown parameter|Invalid type for parameter|must be one of")
"""Words of botocore's validation for a request that was put together wrongly, here and not in the case."""


class Refused(Exception):  # noqa: N818  an answer, not a fault
    """One side says no."""

    def __init__(self, verdict: Verdict, text: str) -> None:
        super().__init__(text)
        self.verdict = verdict


def refused(code: str, text: str) -> Refused:
    """The refusal that a service's error code stands for."""
    return Refused(verdict_on(code, text), f"{code}: {text}")


@dataclass(frozen=True)
class Calls:
    """What the provider calls for one type: `create` answers with outputs, `change` and `delete` are given them."""

    create: Callable[["Emulator", Inputs], dict[str, Any]]
    delete: Callable[["Emulator", Inputs], Any]
    change: Callable[["Emulator", Inputs, Inputs], Any] | None = None


class Emulator:
    """The clients by service name, each made once; they speak to moto whenever its mock is on."""

    def __init__(self) -> None:
        # Words that stand for credentials: without any the client would look for the user's.
        self._session = boto3.Session(aws_access_key_id="none", aws_secret_access_key="none", region_name=REGION)

    def __getattr__(self, service: str) -> Any:
        client = self._session.client(service)
        setattr(self, service, client)
        return client


def asked(call: Callable[[], Any]) -> Any:
    """The answer, or `Refused`."""
    try:
        return call()
    except ClientError as error:
        code = error.response["Error"]["Code"]
        raise refused(code, error.response["Error"]["Message"]) from error
    except ParamValidationError as error:
        if _OUR_FAULT.search(str(error)):
            raise
        raise Refused(Verdict.VALUE, str(error)) from error
    except Exception as error:
        inside = [frame.f_globals["__name__"] for frame, _ in traceback.walk_tb(error.__traceback__)]
        if not inside[-1].startswith("moto."):
            raise
        raise Refused(Verdict.FAULT, f"moto fails with {error!r}") from error


def pascal(tree: Any) -> Any:
    """Pulumi's `cidrBlock` as the API writes it: `CidrBlock`, at every depth."""
    if isinstance(tree, Mapping):
        return {key[0].upper() + key[1:]: pascal(value) for key, value in tree.items()}
    return [pascal(value) for value in tree] if isinstance(tree, list) else tree


def only(inputs: Inputs, *names: str) -> dict[str, Any]:
    """The inputs of these names that are given."""
    return {name: inputs[name] for name in names if name in inputs}


def renamed(inputs: Inputs, **names: str) -> dict[str, Any]:
    """The inputs that are given, under the API's names."""
    return {theirs: inputs[ours] for ours, theirs in names.items() if ours in inputs}


def deleting(service: str, call: str, **names: str) -> Any:
    """The call that deletes, with outputs or inputs of these names."""
    return lambda aws, made: getattr(getattr(aws, service), call)(**renamed(made, **names))
