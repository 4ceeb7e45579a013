"""Which Python runs a program: the `virtualenv` of Pulumi.yaml, as the official host's `pip` toolchain takes it."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from pulumi.runtime.proto import language_pb2 as pb


class RuntimeOptionError(Exception):
    """An option of `runtime.options` that this host does not serve, or a virtual environment that is not there."""


def program_interpreter(info: pb.ProgramInfo) -> tuple[Path, dict[str, str]]:
    """Return the interpreter and the environment variables of an activated virtual environment.

    `virtualenv` is relative to the folder of Pulumi.yaml (PulumiPolicy.yaml). Without it the interpreter is this
    host's own: the environment that the lock made, never a Python that happens to be on PATH.
    """
    options = dict(info.options)
    unknown = set(options) - {"toolchain", "virtualenv"}
    if unknown or options.get("toolchain", "pip") not in ("pip", "auto"):
        raise RuntimeOptionError(
            f"runtime.options {options} in {info.root_directory}: this language host serves toolchain 'pip' and 'virtualenv'"
        )
    if not options.get("virtualenv"):
        return Path(sys.executable), {}
    folder = Path(info.root_directory) / str(options["virtualenv"])
    interpreter = folder / "bin" / "python"
    if not interpreter.is_file():
        raise RuntimeOptionError(
            f"runtime.options.virtualenv is {options['virtualenv']!r}, but {folder} is no virtual environment: "
            "run ./machikumo doctor"
        )
    return interpreter, {"VIRTUAL_ENV": str(folder)}


def activated(environment: Mapping[str, str], variables: Mapping[str, str]) -> dict[str, str]:
    """Return the environment with the virtual environment's programs first on PATH."""
    result = {key: value for key, value in environment.items() if key not in ("PYTHONHOME", "VIRTUAL_ENV")} | dict(
        variables
    )
    if "VIRTUAL_ENV" in variables:
        programs = str(Path(variables["VIRTUAL_ENV"]) / "bin")
        result["PATH"] = os.pathsep.join([programs, *filter(None, [environment.get("PATH")])])
    return result
