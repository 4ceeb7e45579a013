"""Logic with three answers: what is not known never becomes true or false by itself."""

import pytest

from policies.facts.answers import every, gather, no, some, when
from policies.facts.vocabulary import NOT_OFFERED, UNKNOWN, Undecided, known


def test_false_decides_every_and_true_decides_some() -> None:
    for unknown in (UNKNOWN, NOT_OFFERED):
        assert every(True, unknown, False) is False
        assert some(False, unknown, True) is True
        assert every(True, unknown) is UNKNOWN
        assert some(False, unknown) is UNKNOWN
        assert no(unknown) is UNKNOWN
    assert (every(True, True), some(False, False), no(answer=True)) == (True, False, False)
    assert (every(), some()) == (True, False)


def test_an_unknown_is_never_taken_for_a_truth_value() -> None:
    for unknown in (UNKNOWN, NOT_OFFERED):
        with pytest.raises(Undecided):
            bool(unknown)
        with pytest.raises(Undecided):
            known(unknown)


def test_what_depends_on_an_unknown_is_unknown() -> None:
    assert when(UNKNOWN, str) is UNKNOWN
    assert when(3, str) == "3"
    assert gather(["a", UNKNOWN]) is UNKNOWN
    assert gather(["a", "a"]) == frozenset({"a"})
