"""Which sides a stack has in each stage of a move, and on which of them the workload runs and writes."""

from unittest import mock

import pytest

from stacks.settings import Language, Settings, Stage, parse
from stacks.sides import sides

IMAGE = "application@sha256:" + "0" * 64
MOVING = {"swap_cloud": "gcp", "swap_network_cidr": "10.48.0.0/16", "swap_database_password": {"secure": "v1:def"}}
KEPT = [{"cloud": "oci", "network_cidr": "10.64.0.0/16"}]


@pytest.mark.parametrize("stage", Stage)
def test_records_are_written_where_the_application_runs_and_nowhere_else(good: dict[str, object], stage: Stage) -> None:
    moving = {} if stage is Stage.STEADY else {"swap_stage": stage.value, **MOVING}
    settings = parse({**good, "image": IMAGE, "kept": KEPT, **moving}, language=Language.EN)
    with mock.patch.multiple(Settings, database_password=None, swap_database_password=None):
        found = list(sides(settings))
    serves = set() if stage in (Stage.CUTOVER, Stage.RETURN) else {""}
    assert {side.prefix for side in found} == {"", "kept_oci_", *(["swap_"] if moving else [])}
    assert {side.prefix for side in found if side.writable} == serves
    assert {side.prefix for side in found if side.settings.image} == serves


@pytest.mark.parametrize("stage", Stage)
def test_only_the_other_side_of_a_withdrawal_is_given_up_and_not_where_records_are_kept(
    good: dict[str, object], stage: Stage
) -> None:
    moving = {} if stage is Stage.STEADY else {"swap_stage": stage.value, **MOVING}
    for kept, given_up in ((KEPT, {"swap_"}), ([*KEPT, {"cloud": "gcp", "network_cidr": "10.48.0.0/16"}], set())):
        settings = parse({**good, "image": IMAGE, "kept": kept, **moving}, language=Language.EN)
        with mock.patch.multiple(Settings, database_password=None, swap_database_password=None):
            found = {side.prefix for side in sides(settings) if side.given_up}
        assert found == (given_up if stage is Stage.WITHDRAW else set())
