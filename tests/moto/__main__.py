"""`python -m tests.moto`: the page of the comparison, for docs/sandbox-moto.md."""

import sys

from tests.moto.table import markdown

if __name__ == "__main__":
    sys.stdout.write(markdown())
