"""The sandbox beside moto: every disagreement about AWS is reviewed, and every reviewed one still holds."""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sandbox.cloud.aws import PACKAGE
from tests.moto.table import CASES, DISAGREEMENTS, markdown, reviewed, said

if TYPE_CHECKING:
    from tests.moto.play import Clouds

DOCUMENT = Path(__file__).parents[2] / "docs" / "sandbox-moto.md"


@pytest.fixture(scope="module")
def clouds(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Clouds"]:
    """Both sides, empty. Nothing of the user's AWS settings is read; the imports (seconds) happen here, not at collection."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            patch.delenv(name)
        for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
            patch.setenv(name, os.devnull)
        # Thousands of machine images that no case names.
        patch.setenv("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")
        from tests.moto.play import Clouds

        both = Clouds(tmp_path_factory.mktemp("sandbox"))
        yield both
        both.close()


# What moto says of itself: where one service answers with another's error, and from Python 3.12 on where it reads the clock.
@pytest.mark.filterwarnings("ignore:Exception.* does not match an error shape:UserWarning")
@pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")
@pytest.mark.parametrize("token", CASES)
def test_sandbox_and_moto_disagree_only_as_reviewed(clouds: "Clouds", token: str) -> None:
    found, words = {}, []
    for case in CASES[token]:
        (sandbox, text), (moto, other) = clouds.in_sandbox(case), clouds.on_moto(case)
        if not sandbox == moto == case.aws:
            right = "sandbox" if sandbox == case.aws else "moto" if moto == case.aws else "neither"
            found[case.title] = said(sandbox, moto, right)
            words.append(f"{case.act} {case.title}: AWS {case.aws}; the sandbox {text!r}; moto {other!r}")
    assert found == reviewed(token), "\n".join(words)


def test_every_type_of_the_sandbox_is_compared() -> None:
    assert set(CASES) == set(PACKAGE.types), (
        "a new type has cases in tests/moto/cases_*.py and calls in tests/moto/calls_*.py"
    )


def test_every_case_has_its_own_title_and_every_type_something_accepted_and_something_refused() -> None:
    for token, cases in CASES.items():
        assert [title for title, count in Counter(case.title for case in cases).items() if count > 1] == [], token
        assert {case.aws == "accepted" for case in cases} == {True, False}, token


def test_every_reviewed_disagreement_has_cases_and_a_source() -> None:
    listed = [(entry["type"], title) for entry in DISAGREEMENTS for title in entry["cases"]]
    known = {(token, case.title) for token, cases in CASES.items() for case in cases}
    assert [one for one, count in Counter(listed).items() if count > 1 or one not in known] == []
    keys = {"type", "cases", "sandbox", "moto", "right", "why", "source"}
    assert [one for one in DISAGREEMENTS if set(one) != keys or not one["source"].startswith("https://")] == []


def test_the_page_is_the_commands_output() -> None:
    assert DOCUMENT.read_text() == markdown(), "python -m tests.moto > docs/sandbox-moto.md writes it anew"
