"""A limit of speed for what is copied while its source serves: one bucket, from which all workers of a step take together."""

import argparse
import math
import threading
import time
from collections.abc import Callable

from operations.wording import say

__all__ = ["Limit", "add_limit"]


class Limit:
    """So many bits a second together, from the first `take` on; None is no limit. What was not used in idle seconds is not kept."""

    def __init__(
        self,
        bits_per_second: float | None,
        *,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self.bits_per_second = bits_per_second
        self._clock, self._wait = clock, wait
        self._guard, self._paid_until = threading.Lock(), -math.inf

    def take(self, octets: int) -> None:
        """Return when so many bytes may have passed, those of every earlier call included."""
        if self.bits_per_second is None:
            return
        with self._guard:
            now = self._clock()
            self._paid_until = max(self._paid_until, now) + octets * 8 / self.bits_per_second
            seconds = self._paid_until - now
        self._wait(seconds)


def add_limit(parser: argparse.ArgumentParser) -> None:
    """Give the parser --limit-mbps; its value is a Limit in `limit`."""
    text = say(
        "what may be read from the source, in 10^6 bits a second, all workers together (default: no limit)",
        "移行元から読む速さの上限。毎秒 10^6 ビット、全並列の合計(既定は上限なし)",
    )
    parser.add_argument("--limit-mbps", dest="limit", type=_megabits, default=Limit(None), metavar="N", help=text)


def _megabits(text: str) -> Limit:
    try:
        megabits = float(text)
    except ValueError:
        megabits = math.nan
    if not 0 < megabits < math.inf:
        raise argparse.ArgumentTypeError(
            say(f"'{text}': a number above 0, such as 200 or 0.5", f"「{text}」: 0 より大きい数にします。例: 200、0.5")
        )
    return Limit(megabits * 10**6)
