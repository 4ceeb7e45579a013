"""Programs of other people: bare resources, classic types, the default provider, defaults everywhere, nothing of this project.

`<cloud>/<name>.py` is the program, as it would lie in somebody's `__main__.py`. `<cloud>/<name>.json` is the state that it registers,
written by `python -m tests.policies.foreign`; `<cloud>/<name>.toml` is what a careful reviewer expects of it, written from the program and
the baseline before the verifier was asked:

    [violated]
    crypto-database-cmk = ["db"]        # rule = logical names of the resources (sorted), the exact set
    [unknown]
    …

The state comes by the real registration path: the program runs in this process against the SDK's own mock of the engine's resource monitor,
which is told everything the engine is told (types, names, inputs, which property depends on which resource, parents, secrets). Beside
the inputs a resource tells back an id and the names that others use for it (`IDENTITIES`); defaults that a real provider would fill in
are not there, so that every one of them is the extractor's to know. What only a provider does (automatic names, a location taken from
the resource group) is missing too.
Importing the SDKs costs seconds: the suite judges the committed states, and makes one of each cloud anew.
"""

import runpy
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
CLOUDS = ("aws", "azure", "gcp", "oci")
STACK, PROJECT = "production", "town-office"
PREFIX = f"urn:pulumi:{STACK}::{PROJECT}::"

CONFIGURATION: Mapping[str, Mapping[str, str]] = {
    "aws": {"region": "ap-northeast-1"},
    "azure-native": {"location": "japaneast"},
    "gcp": {"region": "asia-northeast1", "zone": "asia-northeast1-a", "project": "town-office"},
    "oci": {"region": "ap-tokyo-1"},
}
"""Inputs of each cloud's default provider, from the stack's configuration."""


def programs() -> list[str]:
    """`<cloud>/<name>` of every program."""
    return sorted(f"{path.parent.name}/{path.stem}" for path in FOLDER.glob("*/*.py"))


def identities(token: str, name: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """What a provider tells back of every resource beside what it was told."""
    kind = token.rpartition(":")[2]
    match token.partition(":")[0]:
        case "aws":
            return {"arn": f"arn:aws:{token.split(':')[1].partition('/')[0]}:ap-northeast-1:111122223333:{kind}/{name}"}
        case "gcp":
            email = {"email": f"{name}@town-office.iam.gserviceaccount.com"} if kind == "Account" else {}
            return {"selfLink": f"https://www.googleapis.com/{kind}/{name}", **email}
        case "azure-native" if kind == "VirtualNetwork":  # what is written inside has ids of its own
            inside = inputs.get("subnets", ())
            return {"subnets": [{**one, "id": f"{physical(token, name)}/subnets/{one['name']}"} for one in inside]}
        case _:
            return {}


_PREFIXES = {"InternetGateway": "igw", "NatGateway": "nat", "SecurityGroup": "sg", "Instance": "i"}


def physical(token: str, name: str) -> str:
    """The id that the cloud gives; that of an AWS gateway says by its first letters what it is."""
    kind = token.rpartition(":")[2]
    return f"{_PREFIXES[kind]}-{name}" if token.startswith("aws:ec2/") and kind in _PREFIXES else f"{name}-id"


def registered(program: str) -> dict[str, Any]:
    """The state that `pulumi stack export` would write after a deployment of the program."""
    from pulumi.runtime import set_all_config, set_mocks
    from pulumi.runtime.stack import run_pulumi_func
    from pulumi.runtime.sync_await import _sync_await

    from tests.policies.foreign.monitor import Monitor

    monitor = Monitor(PREFIX, f"{PROJECT}-{STACK}")
    set_mocks(monitor.mocks, project=PROJECT, stack=STACK, preview=False, monitor=monitor)
    set_all_config(
        {f"{package}:{key}": value for package, found in CONFIGURATION.items() for key, value in found.items()}
    )

    async def run() -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # classic types say that they are
            runpy.run_path(str(FOLDER / f"{program}.py"))

    _sync_await(run_pulumi_func(run))
    return monitor.state()
