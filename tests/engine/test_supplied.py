"""What Digital Agency's mandatory templates already supply is skipped, and the reason is shown."""

from collections.abc import Callable

import pytest

from components.log_archive import TRAIL_SUPPLIED
from operations.engine import Engine
from tests.engine.conftest import CLOUDS, VERIFICATION

pytestmark = pytest.mark.engine


@pytest.mark.parametrize("cloud", CLOUDS)
def test_a_supplied_audit_trail_is_skipped_and_said_and_breaks_no_rule(
    cloud: str, stack: Callable[..., Engine]
) -> None:
    shown = stack(VERIFICATION, cloud, policies=True, supplied_by_templates='["audit_trail"]').preview()
    said = [event["diagnosticEvent"] for event in shown.events if "diagnosticEvent" in event]
    assert len([note for note in said if TRAIL_SUPPLIED in note["message"]]) == 1
    assert [v["message"] for v in shown.violations if v["enforcementLevel"] == "mandatory"] == []
