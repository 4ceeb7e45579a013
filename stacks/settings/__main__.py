"""`python -m stacks.settings` prints the JSON Schema of a stack's file."""

import sys

from stacks.settings.schema import schema_text

if __name__ == "__main__":
    sys.stdout.write(schema_text())
