#!/bin/sh
# Pulumi's Python language host for a built engine. The interpreter comes from the checkout that runs the engine,
# because this folder serves every checkout of this user.
: "${MACHIKUMO_PYTHON:?run pulumi through ./machikumo sandbox -- COMMAND}"
exec "$MACHIKUMO_PYTHON" -P -m sandbox.engine.language_host "${0%/*}/pulumi-language-python-exec" "$@"
