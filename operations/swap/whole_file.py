"""A file that is whole on disk or not there, whenever the process dies or the machine loses its power."""

import os
from pathlib import Path

__all__ = ["put"]


def put(folder: Path, name: str, content: bytes, *, anew: bool) -> None:
    """Write `content` as the file `name`. Raises FileExistsError where it exists, unless `anew` says that it is replaced."""
    unfinished = folder / f".{name}.{os.getpid()}"
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        if anew:
            unfinished.replace(folder / name)
        else:
            os.link(unfinished, folder / name)
    finally:
        unfinished.unlink(missing_ok=True)
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
