import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stacks.settings import Kind, Language, SettingsError, parse
from stacks.settings.municipalities import check_digit, municipalities


def refusal(values: dict[str, object]) -> tuple[str, str, str]:
    with pytest.raises(SettingsError) as caught:
        parse(values, language=Language.EN)
    (problem,) = caught.value.problems
    return problem.key, problem.reason.en, problem.fix.en


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("010006", "北海道"),
        ("011002", "札幌市"),
        ("012050", "室蘭市"),
        ("012131", "苫小牧市"),
        ("012041", "旭川市"),
        ("131016", "千代田区"),
        ("271004", "大阪市"),
        ("473821", "与那国町"),
        ("132063", "府中市"),
        ("342084", "府中市"),
        ("014036", "泊村"),
        ("122246", "鎌ケ谷市"),
    ],
)
def test_a_body_is_accepted_by_its_code_and_name(good: dict[str, object], code: str, name: str) -> None:
    settings = parse({**good, "body_code": code, "body_name": name}, language=Language.EN)
    assert (settings.body.code, settings.body.name, settings.tags["municipality-code"]) == (code, name, code)


QUOTE = "not a string of six digits: without quotation marks YAML drops a leading zero or reads an octal number."


@pytest.mark.parametrize(
    ("code", "name", "reason", "right"),
    [
        ("131010", "千代田区", "the check digit is wrong: that of 13101 is 6. 東京都千代田区 is 131016.", "131016"),
        ("131010", "どこか", "the check digit is wrong: that of 13101 is 6. 東京都千代田区 is 131016.", "131016"),
        ("01100", "札幌市", f"{QUOTE} 北海道札幌市 is 011002.", "011002"),
        (4610, "札幌市", f"{QUOTE} 北海道札幌市 is 011002.", "011002"),
        ("4610", "札幌市", f"{QUOTE} 北海道札幌市 is 011002.", "011002"),
        (11002, "札幌市", f"{QUOTE} 北海道札幌市 is 011002.", "011002"),
        (
            "016969",
            "泊村",
            "a village of the Northern Territories, which has no office. 北海道泊村 is 014036.",
            "014036",
        ),
        (
            "011011",
            "中央区",
            "a ward of a designated city, which is no body of its own. 北海道札幌市 is 011002.",
            "011002",
        ),
        (
            "141313",
            "川崎区",
            "a ward of a designated city, which is no body of its own. 神奈川県川崎市 is 141305.",
            "141305",
        ),
        ("480002", "どこか", "there is no prefecture 48.", None),
        ("000001", "どこか", "there is no prefecture 00.", None),
        ("019992", "どこか", "not in the table of bodies as of 2024-01-01.", None),
        ("０１１００２", "どこか", "not six ASCII digits.", None),
        ("0110022", "札幌市", "not six ASCII digits. 北海道札幌市 is 011002.", "011002"),
        (True, "どこか", "not six ASCII digits.", None),
        (["011002"], "どこか", "not six ASCII digits.", None),
    ],
)
def test_a_wrong_code_is_refused_with_the_likely_right_one(
    good: dict[str, object], code: object, name: str, reason: str, right: str | None
) -> None:
    with pytest.raises(SettingsError) as caught:
        parse({**good, "body_code": code, "body_name": name}, language=Language.EN)
    problem = next(p for p in caught.value.problems if p.key == "machikumo:body_code")
    assert problem.reason.en == reason
    assert problem.fix.en == (
        f"pulumi config set machikumo:body_code {right}"
        if right
        else "for example: pulumi config set machikumo:body_code 011002"
    )


def test_a_name_of_another_body_is_refused_with_both_ways_out(good: dict[str, object]) -> None:
    assert refusal({**good, "body_code": "212041", "body_name": "旭川市"}) == (
        "machikumo:body_name",
        "212041 is 岐阜県多治見市. The code of 旭川市 is 北海道旭川市 012041.",
        "pulumi config set machikumo:body_name '多治見市' or pulumi config set machikumo:body_code 012041",
    )


def test_a_name_with_its_prefecture_is_refused_with_the_name_alone(good: dict[str, object]) -> None:
    assert refusal({**good, "body_name": "北海道札幌市"}) == (
        "machikumo:body_name",
        "011002 is 北海道札幌市.",
        "pulumi config set machikumo:body_name '札幌市'",
    )


def test_small_and_large_ke_are_different_letters(good: dict[str, object]) -> None:
    assert refusal({**good, "body_code": "122246", "body_name": "鎌ヶ谷市"}) == (
        "machikumo:body_name",
        "122246 is 千葉県鎌ケ谷市.",
        "pulumi config set machikumo:body_name '鎌ケ谷市'",
    )


def test_a_misspelled_name_is_guessed_where_the_code_is_refused_too(good: dict[str, object]) -> None:
    with pytest.raises(SettingsError) as caught:
        parse({**good, "body_code": "999999", "body_name": "与那国村"}, language=Language.EN)
    assert [(p.key, p.reason.en) for p in caught.value.problems] == [
        ("machikumo:body_code", "there is no prefecture 99."),
        ("machikumo:body_name", "no body has this name. Did you mean 与那国町?"),
    ]


def test_a_decomposed_name_is_the_same_name(good: dict[str, object]) -> None:
    decomposed = unicodedata.normalize("NFD", "つがる市")
    niseko = unicodedata.normalize("NFD", "ニセコ町")
    assert decomposed != "つがる市"
    assert parse({**good, "body_code": "022098", "body_name": decomposed}, language=Language.EN).body_name == "つがる市"
    assert parse({**good, "body_code": "013951", "body_name": niseko}, language=Language.EN).body_name == "ニセコ町"


def test_the_table_holds_every_body_once_with_a_valid_check_digit() -> None:
    bodies = list(municipalities().values())
    kinds = {kind: sum(body.kind is kind for body in bodies) for kind in Kind}
    assert kinds == {
        Kind.PREFECTURE: 47,
        Kind.DESIGNATED_CITY: 20,
        Kind.CITY: 772,
        Kind.SPECIAL_WARD: 23,
        Kind.TOWN: 743,
        Kind.VILLAGE: 183,
    }
    assert [body.code for body in bodies if int(body.code[5]) != check_digit(body.code[:5])] == []
    assert len({body.full_name for body in bodies if body.kind is not Kind.PREFECTURE}) == 1741
    assert [body.name for body in bodies if unicodedata.normalize("NFC", body.name) != body.name] == []


@given(st.text("0123456789", min_size=5, max_size=5))
def test_the_check_digit_completes_the_weighted_sum_to_a_multiple_of_eleven(first_five: str) -> None:
    total = sum(int(digit) * weight for digit, weight in zip(first_five, (6, 5, 4, 3, 2), strict=True))
    digit = check_digit(first_five)
    assert digit in range(10)
    assert (total + digit) % 11 == (1 if total % 11 in (0, 1) else 0)
