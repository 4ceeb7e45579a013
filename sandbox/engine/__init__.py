"""The real Pulumi engine, found on PATH or built once per user. `python -m sandbox.engine` prints its folder."""
