"""The twelve ordered pairs of clouds with large data, by hand: `python -m tests.engine.pairs_report` runs this and writes its report.

The suite has four of them on small data (test_stages.py, test_interrupted_moves.py).
"""

import json
import os
from collections.abc import Callable
from contextlib import ExitStack
from itertools import permutations
from pathlib import Path

import pytest

from operations.engine import Engine
from operations.swap.connection import connected
from tests.engine.conftest import CLOUDS
from tests.engine.data import Load, on_the_way
from tests.engine.moves import Move, there

pytestmark = pytest.mark.engine

PEOPLE, OBJECTS, OCTETS = 300_000, 400, 400_000
ROWS = """
CREATE TABLE public.jumin_l (id bigint PRIMARY KEY, setai bigint NOT NULL, shimei text NOT NULL, jusho text NOT NULL, ido timestamptz NOT NULL, biko jsonb NOT NULL);
INSERT INTO public.jumin_l SELECT n, n / 3, '葛󠄀城 ' || md5(n::text), '札幌市中央区北' || n % 30 || '条西' || n % 20 || '丁目',
  timestamptz '2001-01-01 00:00+09' + n * interval '7 minutes', jsonb_build_object('区分', n % 9, '異動', md5((n * 3)::text))
  FROM generate_series(1::bigint, {people}) n;
CREATE INDEX ON public.jumin_l (setai);
CREATE TABLE public.zei_l (jumin bigint NOT NULL REFERENCES public.jumin_l, nendo int NOT NULL, en numeric(12, 0) NOT NULL, biko text, PRIMARY KEY (jumin, nendo));
INSERT INTO public.zei_l SELECT n % {people} + 1, 2020 + n / {people}, n * 37 % 900000, CASE n % 5 WHEN 0 THEN '減免 ' || md5(n::text) END
  FROM generate_series(0::bigint, {people} * 2 - 1) n;
"""


@pytest.mark.parametrize(("cloud", "other"), permutations(CLOUDS, 2))
def test_production_moves_with_its_data_between_every_two_clouds(
    standing: Callable[[str], Engine], empty_cluster: Path, tmp_path: Path, cloud: str, other: str
) -> None:
    statements = ROWS.format(people=PEOPLE).strip().removesuffix(";").split(";\n")
    load = Load(statements=statements, objects=OBJECTS, octets=OCTETS)
    stack = standing(cloud)
    with ExitStack() as running:
        data = running.enter_context(on_the_way(cloud, other, empty_cluster, tmp_path, load))
        there(Move(stack, tmp_path), data, cloud, other)
        with connected(data.ends[other].server.to("juki")) as connection:
            [(octets,)] = connection.execute("SELECT pg_database_size('juki')").fetchall()
        measured = {
            "from": cloud,
            "to": other,
            "database": octets,
            "rows": len(data.counter.rows),
            "objects": len(data.counter.objects),
            "down": data.counter.down,
            "took": data.took,
        }
        if folder := os.environ.get("MACHIKUMO_PAIRS"):
            (Path(folder) / f"{cloud}-{other}.json").write_text(json.dumps(measured))
