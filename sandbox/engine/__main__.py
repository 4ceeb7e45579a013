"""Print the folder of the engine: the one on PATH, the one built before, or the one built now.

`python -m sandbox.engine`            the folder on standard output, progress on standard error
`python -m sandbox.engine --explain`  what is found, as JSON; builds nothing
"""

import json
import signal
import sys

from sandbox.engine import release
from sandbox.engine.build import BuildError, build, go_version
from sandbox.engine.wording import say


def main(arguments: list[str]) -> int:
    """Run the command; exit code 1 where no engine can be had."""
    found = release.engine_on_path()
    folder = release.cache_folder()
    if arguments == ["--explain"]:
        explained = {
            "on_path": found and {"folder": str(found.folder), "version": found.version, "refused": found.refused},
            "built": str(folder) if release.built_engine(folder) else None,
            "built_version": release.BUILT_VERSION,
            "go": go_version(),
        }
        print(json.dumps(explained))  # noqa: T201
        return 0
    if arguments:
        sys.exit(__doc__)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that an ended build takes its compiler along
    if found and found.refused is None:
        print(found.folder)  # noqa: T201
        return 0
    if found:
        passed_over = f"{found.folder / 'pulumi'} {found.version}"
        text = say(f"{passed_over} is not used: {found.refused}", f"{passed_over} は使いません: {found.refused}")
        print(text, file=sys.stderr)  # noqa: T201
    try:
        print(release.built_engine(folder) or build(folder))  # noqa: T201
    except BuildError as error:
        print(f"machikumo: {error}", file=sys.stderr)  # noqa: T201
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
