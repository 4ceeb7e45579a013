"""The lock of a self-managed state backend (bucket or folder): a killed run leaves it, and the engine refuses the next."""

import os
import re
import socket

from operations.engine import Engine, EngineError
from operations.interrupted import UndecidableError
from operations.wording import say

HELD = re.compile(r"created by (?P<who>\S+)@(?P<host>\S+) \(pid (?P<pid>\d+)\) at (?P<since>\S+)")
"""How the engine names whoever holds a lock."""


def release(engine: Engine, refusal: EngineError, *, unlock: bool) -> None:
    """Take away the lock that `refusal` speaks of, once its process is seen to be dead, or with `unlock`.

    Raises UndecidableError when the process lives or ran on another machine, `refusal` itself when it is about no lock.
    """
    holders = list(HELD.finditer(refusal.result.stderr + refusal.result.stdout))
    if not holders:
        raise refusal
    for holder in holders:
        if not unlock and not _dead(holder["host"], int(holder["pid"])):
            raise UndecidableError(_locked(holder))
    engine.cancel()


def _dead(host: str, pid: int) -> bool:
    """Whether this is the machine, and it has no such process; somebody else's process is one."""
    if host == socket.gethostname():
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        except PermissionError:
            return False
    return False


def _locked(holder: re.Match[str]) -> str:
    who, since = f"{holder['who']}@{holder['host']} (pid {holder['pid']})", holder["since"]
    return say(
        f"the stack is locked by {who} since {since}, and that process is not seen to be dead.\n"
        "  allowed: one run at a time\n"
        "  fix: wait for it, or end it there; when it is certainly gone, add --unlock",
        f"スタックは {since} から {who} がロックしており、そのプロセスが終わったと確かめられません。\n"
        "  使える状態: 同時に一つの実行だけ\n"
        "  直し方: 終わるのを待つか、その機械で終わらせる。確かに終わっていれば --unlock を付ける",
    )
