"""`python -m tests.policies.foreign [<cloud>/<name>…]`: run the programs and write the states that they register."""

import sys

from tests.policies.foreign import FOLDER, programs, registered
from tests.policies.foreign.monitor import written

for name in sys.argv[1:] or programs():
    (FOLDER / f"{name}.json").write_text(written(registered(name)), encoding="utf-8")
