"""The limit of speed: nobody gets more than the line was promised for, and no second is wasted."""

import argparse
import math
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from operations.swap.limit import Limit, add_limit


class Clock:
    """Time that passes only where somebody waits."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        assert seconds >= 0
        self.now += seconds


@given(
    bits=st.floats(1e3, 1e10),
    course=st.lists(st.tuples(st.integers(0, 10**7), st.floats(0, 1000)), min_size=1, max_size=30),
)
def test_no_stretch_of_time_has_more_than_the_limit_and_a_busy_one_has_all_of_it(
    bits: float, course: list[tuple[int, float]]
) -> None:
    clock = Clock()
    limit = Limit(bits, clock=clock, wait=clock.wait)
    moments = list[tuple[float, float, int]]()
    for octets, idle in course:
        clock.wait(idle)
        asked = clock.now
        limit.take(octets)
        moments.append((asked, clock.now, octets))
    for first, (asked, _, _) in enumerate(moments):
        for last in range(first, len(moments)):
            octets = sum(one for _, _, one in moments[first : last + 1])
            idle = sum(moments[n + 1][0] - moments[n][1] for n in range(first, last))
            assert math.isclose(moments[last][1] - asked - idle, octets * 8 / bits, rel_tol=1e-6, abs_tol=1e-6)


def test_workers_take_from_one_bucket() -> None:
    waited = list[float]()
    limit = Limit(8, clock=lambda: 0, wait=waited.append)
    workers = [threading.Thread(target=lambda: [limit.take(1) for _ in range(50)]) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(waited) == [float(second) for second in range(1, 201)]


def test_no_limit_waits_for_nothing() -> None:
    waited = list[float]()
    Limit(None, wait=waited.append).take(10**12)
    assert waited == []


def parsed(*words: str) -> float | None:
    parser = argparse.ArgumentParser()
    add_limit(parser)
    limit: Limit = parser.parse_args(words).limit
    return limit.bits_per_second


def test_the_option_counts_megabits() -> None:
    assert (parsed(), parsed("--limit-mbps", "200"), parsed("--limit-mbps", "0.5")) == (None, 200e6, 0.5e6)


@pytest.mark.parametrize("text", ["0", "-1", "nan", "inf", "1e999", "fast", ""])
def test_a_limit_that_is_none_is_refused_with_what_is_allowed(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parsed("--limit-mbps", text)
    assert ended.value.code == 2
    assert f"argument --limit-mbps: '{text}': a number above 0, such as 200 or 0.5" in capsys.readouterr().err
