"""Keeps the interface of `python -m sandbox.cloud` and serves nothing: for tests of what starts it."""

import argparse
import json
import os
import signal
import sys
import threading
from pathlib import Path

parser = argparse.ArgumentParser()
for flag, kind in (("--state", Path), ("--ports-file", Path), ("--parent", int)):
    parser.add_argument(flag, type=kind, required=True)
options = parser.parse_args()
if os.environ.get("STAND_IN") == "fails":
    sys.exit("no port is free")
ended = threading.Event()
for number in (signal.SIGTERM, signal.SIGINT):
    signal.signal(number, lambda *_: ended.set())
(options.state / "server.pid").write_text(str(os.getpid()))
unfinished = options.ports_file.with_suffix(".unfinished")
unfinished.write_text(json.dumps({"aws": 4711, "oci": 4712}))
unfinished.rename(options.ports_file)
while not ended.wait(0.05) and os.getppid() == options.parent:
    pass
