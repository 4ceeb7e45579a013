"""Losses and decisions: what may be accepted, by whom; what a target lacks; the page that lists them."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from operations.swap import target_losses
from operations.swap.connection import connected, reading
from operations.swap.decisions import DecisionError, read_decisions, settled
from operations.swap.fingerprint import Difference, Fingerprint, taken
from operations.swap.losses import KINDS, Loss, unexplained
from operations.swap.losses_page import page
from operations.swap.secrets import SecretError, refuse_secrets
from tests.swap.servers import Server

ROOT = Path(__file__).parents[2]
LINE = '[[accepted]]\nloss = "{loss}"\nname = "{name}"\nreason = "{reason}"\nowner = "情報政策課"\napprover = "CISO"\napproved = {approved}\n'
GOOD = {"loss": "invalid-index", "name": "k.*", "reason": "使われていない", "approved": "2026-11-25"}


def written(tmp_path: Path, **words: str) -> Path:
    path = tmp_path / "decisions.toml"
    path.write_text(LINE.format(**{**GOOD, **words}), encoding="utf-8")
    return path


def test_a_decision_covers_its_kind_and_name_and_nothing_else(tmp_path: Path) -> None:
    decisions = read_decisions(written(tmp_path))
    losses = [
        Loss(kind="invalid-index", name="k.a"),
        Loss(kind="invalid-index", name="q.a"),
        Loss(kind="search-path-index", name="k.a"),
    ]
    assert settled(losses, decisions) == (losses[:1], losses[1:])
    assert read_decisions(None) == ()


@pytest.mark.parametrize("name", ["k.[ab]", "k.?", "K.*"])
def test_only_the_asterisk_means_anything(name: str, tmp_path: Path) -> None:
    assert settled([Loss(kind="invalid-index", name="k.a")], read_decisions(written(tmp_path, name=name)))[0] == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("invalid-index", "invalid-indx"), "decisions.toml [1]: 'invalid-indx' is no loss"),
        (("invalid-index", "broken-check"), "decisions.toml [1]: broken-check can't be accepted: cure it"),
        (("使われていない", " "), "decisions.toml [1]: reason: a text that says something"),
        (("2026-11-25", '"soon"'), "decisions.toml [1]: approved: a date, 2026-11-25"),
        (("2026-11-25", "2026-11-25T09:00:00"), "decisions.toml [1]: approved: a date, 2026-11-25"),
        (("owner", "owns"), "decisions.toml [1]: needs exactly the keys loss, name, reason, owner, approver, approved"),
        (("approved", "until = 2026-11-24\napproved"), "decisions.toml [1]: until: a day before approved"),
        (("approved", 'until = "soon"\napproved'), "decisions.toml [1]: until: a date, 2026-11-25"),
        (("invalid-index", "former-backups"), "decisions.toml [1]: former-backups: until = DATE is missing"),
        (("[[accepted]]", "[[acepted]]"), "decisions.toml: only [[accepted]] is known"),
        (("[[accepted]]", "[accepted]"), "decisions.toml: only [[accepted]] is known"),
        (("[[accepted]]", "[[accepted"), "decisions.toml: "),
    ],
)
def test_a_wrong_file_is_one_message_a_problem(change: tuple[str, str], told: str, tmp_path: Path) -> None:
    path = written(tmp_path)
    path.write_text(path.read_text(encoding="utf-8").replace(*change), encoding="utf-8")
    with pytest.raises(DecisionError) as refused:
        read_decisions(path)
    assert str(refused.value).removeprefix(f"{tmp_path}/").startswith(told)


def test_a_thing_that_is_called_password_is_no_secret(tmp_path: Path) -> None:
    told = [str(one) for one in read_decisions(written(tmp_path, name="k.users.password"))]
    assert told == ["invalid-index k.users.password (使われていない; 情報政策課, CISO 2026-11-25)"]
    refuse_secrets([*told, "column k.users.password (acl)"])


def test_a_decision_that_ends_on_a_day_says_so(tmp_path: Path) -> None:
    path = written(tmp_path, loss="former-backups", name="aws")
    path.write_text(f"{path.read_text(encoding='utf-8')}until = 2027-03-31\n", encoding="utf-8")
    last = date(2027, 3, 31)
    assert [str(one) for one in read_decisions(path, today=last)] == [
        "former-backups aws (使われていない; 情報政策課, CISO 2026-11-25; until 2027-03-31)"
    ]
    with pytest.raises(DecisionError, match=r"\[1\]: until: 2027-03-31 has passed"):
        read_decisions(path, today=last + timedelta(days=1))


def test_no_secret_stands_in_a_decision(tmp_path: Path) -> None:
    with pytest.raises(SecretError):
        read_decisions(written(tmp_path, reason="password=hunter2"))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=60))
def test_odd_files_are_refused_and_never_crash(content: bytes) -> None:
    class File:
        @staticmethod
        def read_text(encoding: str) -> str:
            return content.decode(encoding)

    try:
        assert read_decisions(File) == ()  # type: ignore[arg-type]
    except DecisionError as refused:
        assert str(refused)  # noqa: PT017 - either answer is right


def test_a_loss_explains_its_own_differences_only() -> None:
    loss = Loss(kind="stale-materialized-view", name="v", leaves=(("rows", "v", "*"), ("relation", "v", "populated")))
    own = [
        Difference(kind="rows", name="v", property="rows"),
        Difference(kind="relation", name="v", property="populated"),
    ]
    other = [
        Difference(kind="rows", name="w", property="rows"),
        Difference(kind="relation", name="v", property="owner"),
    ]
    assert unexplained([*own, *other], [loss]) == tuple(other)


def test_the_page_lists_every_kind() -> None:
    text = (ROOT / "docs" / "swap.md").read_text(encoding="utf-8")
    assert text.split("<!-- losses -->\n")[1].split("\n<!-- /losses -->")[0] == page()
    assert all(f"| `{kind}` |" in page() for kind in KINDS)


def no(*_words: Any) -> bool:
    return False


Change = Callable[[dict[str, Any], pytest.MonkeyPatch], None]


def extension(name: str, version: str) -> Change:
    return lambda objects, _: objects["extension"].update({name: {"version": version, "schema": "public"}})


def lacks_everything(_objects: dict[str, Any], patch: pytest.MonkeyPatch) -> None:
    patch.setattr(target_losses, "_holds", no)
    patch.setattr(target_losses, "_works", no)


def foreign_owner(objects: dict[str, Any], _patch: pytest.MonkeyPatch) -> None:
    del objects["role"]["juki_owner"]


TARGETS: Mapping[str, tuple[Change, set[tuple[str, str]]]] = {
    "the same": (lambda _, __: None, set()),
    "no extension": (extension("pg_nowhere", "1"), {("extension-missing", "pg_nowhere")}),
    "another version": (extension("hstore", "0.9"), {("extension-version", "hstore")}),
    "no ICU, lz4, XML": (
        lacks_everything,
        {("no-icu", "juki.reading"), ("no-lz4", "juki.toast.packed"), ("no-xml", "juki.atai.x")},
    ),
    "an owner that is not carried": (foreign_owner, {("role-missing", "juki_owner")}),
}


@pytest.mark.parametrize("case", TARGETS)
def test_what_the_target_lacks_is_named(
    case: str, source: Server, target: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    change, expected = TARGETS[case]
    with reading(source.to("juki")) as ours, connected(target.to("postgres")) as theirs:
        whole = taken(ours)
        objects = {kind: dict(named) for kind, named in whole.objects.items()}
        change(objects, monkeypatch)
        losses = target_losses.against(ours, Fingerprint(server=whole.server, objects=objects), theirs)
        assert {(loss.kind, loss.name) for loss in losses} == expected


def test_an_older_target_is_named(source: Server, target: Server) -> None:
    class Newer:
        class info:  # noqa: N801
            server_version = 180000

        def __init__(self, inner: Any) -> None:
            self.execute = inner.execute

    with reading(source.to("juki")) as ours, connected(target.to("postgres")) as theirs:
        found = list(target_losses.against(Newer(ours), taken(ours), theirs))  # type: ignore[arg-type]
        there = theirs.info.server_version
    assert [(loss.kind, loss.detail) for loss in found] == [("older-server", f"180000 -> {there}")]
