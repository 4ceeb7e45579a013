"""The series itself: which kills it holds, what its report says, how a result is repeated."""

import sys
from datetime import UTC, datetime

import pytest

from operations import sandbox_run
from tests.torture.__main__ import CLOUDS
from tests.torture.kills import kills
from tests.torture.report import HEAD, machine, written

KEPT = {
    "kind": "kill",
    "cloud": "aws",
    "what": 1,
    "said": ["fresh: before create 3, 1 at once"],
    "fault": "",
    "seconds": 90,
}
SEQUENCES = [
    {"kind": "sequence", "cloud": "aws", "what": 8, "said": ["other_flows", "up"], "fault": "", "seconds": 20},
    {"kind": "sequence", "cloud": "aws", "what": 4, "said": ["up"], "fault": "AssertionError: orphan", "seconds": 10},
]


@pytest.mark.parametrize("cloud", CLOUDS)
def test_twenty_kills_are_before_during_and_after_calls_of_every_kind(cloud: str) -> None:
    points = kills(20, cloud)
    assert points == [*kills(19, cloud), points[-1]]
    kinds = {(kill.scene, kill.point.operation, kill.point.moment) for kill in points}
    moments = ("before", "during", "after")
    assert kinds == {
        *(("fresh", "create", moment) for moment in moments),
        *(("changed", kind, moment) for kind in ("create", "update", "delete") for moment in moments),
        *([] if cloud == "azure" else [("fresh", "invoke", "before")]),
    }
    assert len({str(kill) for kill in points}) == 20


def test_the_report_says_what_was_run_and_how_to_repeat_what_was_not_kept() -> None:
    ended = datetime(2026, 11, 25, 17, 30, tzinfo=UTC)
    text = written([KEPT, *SEQUENCES], asked="all", engine="v3.259.0", ended=ended)
    assert (
        text
        == f"""{HEAD}
* Ended: 2026-11-25 17:30 UTC
* Machine: {machine("v3.259.0")}
* Asked for: all. Run so far: 1 kill points, 2 sequences

| cloud | kill points kept | sequences kept | first and last seed | steps | minutes |
| --- | --- | --- | --- | --- | --- |
| aws | 1 of 1 | 1 of 2 | 4 to 8 | 3 | 2 |

Not kept: 1

* aws, `./machikumo sandbox torture --clouds aws --only sequence:4`:
  up
  → AssertionError: orphan

## Kill points

1. fresh: before create 3, 1 at once
"""
    )


def test_the_command_hands_its_words_to_the_series(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox_run, "TORTURE", (sys.executable, "-c", "import sys; sys.exit(len(sys.argv))"))
    assert sandbox_run.main(["torture", "--kills", "3"]) == 3
