"""A file that is whole on disk or not there, whenever the process dies or the machine loses its power."""

import os
from pathlib import Path

__all__ = ["put"]


def put(folder: Path, name: str, content: bytes, *, anew: bool) -> None:
    """Write `content` as the file `name`. Raises FileExistsError where it exists, unless `anew` says that it is replaced.

    OSError, with the file's name, where there is no room for it; then nothing of it stays.
    """
    unfinished = folder / f".{name}.{os.getpid()}"
    try:
        with unfinished.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if anew:
            unfinished.replace(folder / name)
        else:
            os.link(unfinished, folder / name)
    except OSError as error:
        # A write does not know its file.
        error.filename = error.filename or str(folder / name)
        raise
    finally:
        unfinished.unlink(missing_ok=True)
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
