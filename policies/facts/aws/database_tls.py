"""Whether Amazon RDS refuses connections without TLS: a parameter of each engine, with a default of its own."""

import re
from collections.abc import Mapping

from policies.facts.answers import every, when
from policies.facts.reading import is_set, read_all, text
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import UNKNOWN, Maybe, Unknown

_GROUPS = {
    "parameterGroupName": "aws:rds/parameterGroup:ParameterGroup",
    "dbClusterParameterGroupName": "aws:rds/clusterParameterGroup:ClusterParameterGroup",
}
KNOWN = frozenset(_GROUPS.values())

# Engine to its parameter and the first version in which it is on where nobody sets it (None: in no version).
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/mysql-ssl-connections.require-ssl.html
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/mariadb-ssl-connections.require-ssl.html
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/SQLServer.Concepts.General.SSL.Using.html
_PARAMETERS: Mapping[str, tuple[str, tuple[int, ...] | None]] = {
    "postgresql": ("rds.force_ssl", (15,)),
    "mysql": ("require_secure_transport", (9, 7)),
    "mariadb": ("require_secure_transport", (11, 8)),
    "sqlserver": ("rds.force_ssl", None),
}
# Parameters that list versions or name the least. Where none is set, what the engine's version admits is not weighed.
_VERSIONS = ("ssl_min_protocol_version", "tls_version")
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Security.html
_AURORA_POSTGRESQL = (17,)


def tls(world: World, database: Resource, engine: Maybe[str], *, aurora: bool) -> Maybe[bool]:
    """What the parameter group says, else the default of engine and version.

    Oracle speaks TLS by an option group only, which is not read, and of other engines nothing is known here.
    """
    if isinstance(engine, Unknown):
        return UNKNOWN
    if engine not in _PARAMETERS:
        unasked = engine == "oracle" and is_set(database, "optionGroupName") is False
        return False if unasked else UNKNOWN
    parameter, since = _PARAMETERS[engine]
    asked: list[Maybe[bool]] = []
    current: list[Maybe[bool]] = []
    for path, token in _GROUPS.items():
        group = world.target(database, path, token)
        if group is None:
            if is_set(database, path) is not False:
                return UNKNOWN  # a group that this stack does not hold
            continue
        for one in read_all(group, "parameters"):
            if isinstance(one, Unknown):
                return one
            name = one.get("name") if isinstance(one, Mapping) else None
            value = text(one, "value") if isinstance(one, Mapping) else ""
            if name in _VERSIONS:
                current.append(when(value, _is_current))
            if name == parameter:
                asked.append(when(value, lambda word: word.lower() in ("1", "on", "true")))
    if engine == "postgresql" and aurora:
        since = _AURORA_POSTGRESQL
    by_default = _reached(text(database, "engineVersion"), since)
    return every(asked[0] if asked else by_default, *current)


def _is_current(versions: str) -> bool:
    """No version before 1.2 is admitted."""
    return not any(re.fullmatch(r"tlsv1(?:\.[01])?", one.strip()) for one in versions.lower().split(","))


def _reached(version: Maybe[str], since: tuple[int, ...] | None) -> Maybe[bool]:
    """`8.0.mysql_aurora.3.08.0` is 8.0."""
    if since is None:
        return False
    if isinstance(version, Unknown):
        return UNKNOWN
    parts = version.split(".")[: len(since)]
    if not all(part.isascii() and part.isdigit() and len(part) < 9 for part in parts):
        return UNKNOWN
    return tuple(map(int, parts)) >= since
