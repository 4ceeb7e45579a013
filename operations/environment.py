"""The environment of an engine run: nothing of the person's accounts, nothing from the network."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]
"""The checkout: where Pulumi.yaml lies."""

PRIVATE = ROOT / ".machikumo"
"""All that the commands make."""

ACCOUNTS = ("PULUMI_", "AWS_", "AZURE_", "ARM_", "GOOGLE_", "GCLOUD_", "CLOUDSDK_", "OCI_", "TF_VAR_")
"""Variables that begin so are taken away: a run on the sandbox reaches no account, backend or setting of the person's."""

ENGINE_VARIABLE = "MACHIKUMO_ENGINE"
"""Names the engine's folder for the processes under the one that looked it up."""

SANDBOX_VARIABLE = "MACHIKUMO_SANDBOX"
"""Names the state folder of the local cloud for the commands that run inside it."""


def engine_folder() -> Path:
    """Return the folder of the engine, building it first where there is none (progress on standard error).

    Raises SystemExit with the builder's exit code; the builder has said why.
    """
    known = os.environ.get(ENGINE_VARIABLE)
    if known and (Path(known) / "pulumi").is_file():
        return Path(known)
    builder = [sys.executable, "-P", "-m", "sandbox.engine"]
    found = subprocess.run(builder, stdout=subprocess.PIPE, text=True, check=False)  # noqa: S603
    if found.returncode != 0:
        raise SystemExit(found.returncode)
    os.environ[ENGINE_VARIABLE] = found.stdout.strip()
    return Path(found.stdout.strip())


def engine_environment(
    *, engine: Path, ports: Mapping[str, int], state: Path, passphrase: str | None = None
) -> dict[str, str]:
    """Return the whole environment for `pulumi` on the sandbox.

    `ports` maps each package to the sandbox's port; `state` is the folder of the stack states, made here. The
    passphrase encrypts the secrets of stack files and states; without one it is PULUMI_CONFIG_PASSPHRASE of this
    process, or empty: the sandbox keeps no secret worth one.
    """
    state.mkdir(parents=True, exist_ok=True)
    given = os.environ.get("PULUMI_CONFIG_PASSPHRASE", "") if passphrase is None else passphrase
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(ACCOUNTS)},
        "PATH": os.pathsep.join([str(engine), *filter(None, [os.environ.get("PATH")])]),
        "PULUMI_HOME": str(PRIVATE / "home"),
        # Without side files: a kill can leave one empty, and then the state beside it can't be read (engine 3.259).
        "PULUMI_BACKEND_URL": f"{state.resolve().as_uri()}?metadata=skip",
        "PULUMI_CONFIG_PASSPHRASE": given,
        "PULUMI_DEBUG_PROVIDERS": ",".join(f"{package}:{port}" for package, port in sorted(ports.items())),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_DISABLE_REGISTRY_RESOLVE": "true",
        # `up` writes events for the reader of operations/engine.py; the flag is hidden without this.
        "PULUMI_DEBUG_COMMANDS": "true",
        ENGINE_VARIABLE: str(engine),
        "MACHIKUMO_PYTHON": sys.executable,
    }
