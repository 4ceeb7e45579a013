"""What `swap plan` foresees of a side, without engine and cloud, is what the engine deploys: the same resources, and exactly the same facts."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from operations.swap.as_deployed import as_deployed, steady
from operations.swap.posture import canonical
from policies.facts import extract
from policies.facts.exported import world_of_entries
from policies.facts.vocabulary import Fact, LandingUnit, Reach, Service
from stacks.settings import Cloud, read_stack_file
from tests.engine.conftest import CLOUDS, PRODUCTION, Deployed, shared_folder

pytestmark = pytest.mark.engine

OF_SEVERAL = (LandingUnit, Reach, Service)
"""Facts about several resources at once (a service of OCI is its instances): the one that a fact names is the first in the state, whose order the
engine does not promise."""


ENGINES_OWN = ("pulumi:pulumi:Stack", "pulumi:providers:pulumi")
"""What the engine adds by itself."""
BOOKKEEPING = {"__internal", "version"}
"""What it writes into a provider's inputs."""


def told(facts: Sequence[Fact]) -> list[tuple[str, str]]:
    """Every fact with the resource that it is about."""
    return sorted(("" if isinstance(fact, OF_SEVERAL) else fact.urn, canonical([fact]).decode()) for fact in facts)


def made(entries: Sequence[Any]) -> dict[str, tuple[Any, ...]]:
    """Every resource of the program's: where it hangs, whether it is protected, what it depends on, the names of its properties."""
    return {
        one["urn"]: (
            one["type"],
            one.get("parent"),
            one.get("protect", False),
            {key: sorted(urns or ()) for key, urns in (one.get("propertyDependencies") or {}).items()},
            {*one.get("inputs", {})} - BOOKKEEPING,
            {*one.get("outputs", {})} - BOOKKEEPING,
        )
        for one in entries
        if one["type"] not in ENGINES_OWN
    }


@pytest.mark.parametrize("cloud", CLOUDS)
def test_a_side_is_foreseen_as_it_is_deployed(
    cloud: str, deployed: Callable[[str], Deployed], tmp_path_factory: pytest.TempPathFactory
) -> None:
    entries = deployed(cloud).state["deployment"]["resources"]
    folder = shared_folder(tmp_path_factory) / f"deployed-{cloud}" / "stack"
    (seen,) = as_deployed([(Cloud(cloud), steady(read_stack_file(folder / f"Pulumi.{PRODUCTION}.yaml")))])
    assert seen.refused == ()
    assert made(seen.entries) == made(entries)
    foreseen, real = (extract(world_of_entries(one)) for one in (seen.entries, entries))
    assert told(foreseen) == told(real)
    assert canonical(foreseen) == canonical(real), "the plan's receipt would name another hash than the state has"
