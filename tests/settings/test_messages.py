import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from stacks.settings import Language, Settings, SettingsError, parse
from stacks.settings.addresses import Flow
from stacks.settings.fields import Allowed


def message(values: dict[str, object], language: Language, stack: str | None = None) -> str:
    with pytest.raises(SettingsError) as caught:
        parse(values, language=language, stack=stack)
    return str(caught.value)


ENGLISH = """\
3 settings are refused; nothing was registered.
machikumo:cloud = "asure": not an allowed value. Did you mean azure?
  allowed: aws, azure, gcp, oci
  fix: pulumi config set machikumo:cloud azure
machikumo:size: missing.
  allowed: small (fewer than 50,000 residents), medium (to 300,000), large (more)
  fix: for example: pulumi config set machikumo:size medium
machikumo:recovery_days = 3: not an allowed value.
  allowed: days back to which the database can be restored, 7 to 35
  fix: for example: pulumi config set machikumo:recovery_days 14"""
JAPANESE = """\
スタックの設定に誤りが3件あります。何も登録していません。
machikumo:cloud = "asure": 使えない値です。azure の誤りではありませんか。
  使える値: aws、azure、gcp、oci
  直し方: pulumi config set machikumo:cloud azure
machikumo:size: 設定されていません。
  使える値: small (人口5万人未満)、medium (30万人まで)、large (それ以上)
  直し方: 例: pulumi config set machikumo:size medium
machikumo:recovery_days = 3: 使えない値です。
  使える値: データベースを任意の時点に戻せる日数、7 から 35
  直し方: 例: pulumi config set machikumo:recovery_days 14"""


def test_one_message_names_every_problem_in_english_and_in_japanese(good: dict[str, object]) -> None:
    bad = {key: value for key, value in good.items() if key != "size"} | {"cloud": "asure", "recovery_days": "3"}
    assert message(bad, Language.EN) == ENGLISH
    assert message(bad, Language.JA) == JAPANESE


@pytest.mark.parametrize(
    ("key", "value", "lines"),
    [
        (
            "body_code",
            4610,
            """\
machikumo:body_code = 4610: 6桁の文字列ではありません。引用符のないコードは、YAML が先頭の 0 を落とすか八進数として読みます。北海道札幌市のコードは 011002 です。
  使える値: 引用符で囲んだ6桁の全国地方公共団体コード ("011002")
  直し方: pulumi config set machikumo:body_code 011002""",
        ),
        (
            "body_name",
            "旭川市",
            """\
machikumo:body_name = "旭川市": 011002 は北海道札幌市です。旭川市のコードは 北海道旭川市 012041 です。
  使える値: 札幌市
  直し方: pulumi config set machikumo:body_name '札幌市'、または pulumi config set machikumo:body_code 012041""",
        ),
        (
            "cloud",
            "sakura",
            """\
machikumo:cloud = "sakura": さくらのクラウドはまだ提供していません。
  使える値: aws、azure、gcp、oci
  直し方: 例: pulumi config set machikumo:cloud azure""",
        ),
        (
            "database_password",
            "correct horse battery staple",
            """\
machikumo:database_password: 暗号化されていません。値はもう漏れたものとして、新しいものに替えてください。
  使える値: 暗号化された値 (secure:) だけ
  直し方: pulumi config set --secret machikumo:database_password""",
        ),
        (
            "flows",
            '[{"from": "0.0.0.0/0", "why": "みんな"}]',
            """\
machikumo:flows[0].from = "0.0.0.0/0": すべてのアドレスを意味します。
  使える値: 庁内などのプライベートアドレスの範囲 (/8 から /32、network_cidr と重ならない)
  直し方: 例: stacks/config/Pulumi.<スタック名>.yaml を編集: machikumo:flows: [{"from": "172.20.0.0/16", "port": 443, "why": "terminals at the city hall"}]""",
        ),
    ],
)
def test_the_person_reads_what_is_wrong_and_how_to_mend_it(
    good: dict[str, object], key: str, value: object, lines: str
) -> None:
    head = "スタックの設定に誤りが1件あります。何も登録していません。\n"
    assert message({**good, key: value}, Language.JA) == head + lines


def test_a_missing_password_comes_with_its_command(good: dict[str, object]) -> None:
    bare = {key: value for key, value in good.items() if key != "database_password"}
    assert message(bare, Language.EN) == (
        "1 setting is refused; nothing was registered.\n"
        "machikumo:database_password: missing.\n"
        "  allowed: an encrypted value (secure:) only\n"
        "  fix: pulumi config set --secret machikumo:database_password"
    )


def test_a_wrong_stack_name_is_told_the_right_one(good: dict[str, object]) -> None:
    right = "011002-resident-record-production"
    assert message(good, Language.EN, stack="sapporo") == (
        "1 setting is refused; nothing was registered.\n"
        'stack = "sapporo": the stack\'s name is not what body_code, system and environment describe.\n'
        f"  allowed: {right}\n"
        f"  fix: name the file Pulumi.{right}.yaml and run pulumi stack select --create {right}, or mend the settings"
    )


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("retention_day", "retention_days"),
        ("body-code", "body_code"),
        ("aws_acount_id", "aws_account_id"),
        ("database_pasword", "database_password"),
        ("zzz", None),
    ],
)
def test_an_unknown_key_is_refused_with_the_nearest_one(good: dict[str, object], key: str, meant: str | None) -> None:
    with pytest.raises(SettingsError) as caught:
        parse({**good, key: "1"}, language=Language.EN)
    (problem,) = caught.value.problems
    assert problem.key == f"machikumo:{key}"
    assert problem.reason.en == ("an unknown key." if meant is None else f"an unknown key. Did you mean {meant}?")
    assert problem.fix.en == f"pulumi config rm machikumo:{key}"


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(
    st.sampled_from(["database_password", "database_pasword", "databasepassword", "password"]),
    st.text(st.characters(categories=["L", "N"]), min_size=4),
)
def test_a_plain_password_is_never_in_the_message(good: dict[str, object], key: str, password: str) -> None:
    secret = f"<{password}>"
    with pytest.raises(SettingsError) as caught:
        parse({**good, key: secret}, language=Language.JA)
    shown = [str(caught.value), repr(caught.value), repr(caught.value.problems)]
    assert [text for text in shown if secret in text] == []
    assert caught.value.__cause__ is None


def test_an_encrypted_value_of_a_plain_key_is_refused_and_not_shown(good: dict[str, object]) -> None:
    assert message({**good, "size": {"secure": "v1:abc"}}, Language.EN) == (
        "1 setting is refused; nothing was registered.\n"
        "machikumo:size: encrypted, although it is no secret.\n"
        "  allowed: small (fewer than 50,000 residents), medium (to 300,000), large (more)\n"
        "  fix: for example: pulumi config set machikumo:size medium"
    )


def test_an_encrypted_unknown_key_is_an_unknown_key(good: dict[str, object]) -> None:
    with pytest.raises(SettingsError) as caught:
        parse({**good, "db_password": {"secure": "v1:abc"}}, language=Language.EN)
    assert [problem.reason.en for problem in caught.value.problems] == [
        "an unknown key. Did you mean database_password?"
    ]


@pytest.mark.parametrize(
    ("lang", "language"),
    [
        ("ja_JP.UTF-8", Language.JA),
        ("ja", Language.JA),
        ("en_US.UTF-8", Language.EN),
        ("C", Language.EN),
        (None, Language.EN),
    ],
)
def test_lang_chooses_the_language(lang: str | None, language: Language) -> None:
    assert Language.of({} if lang is None else {"LANG": lang}) is language


def test_every_field_says_what_it_takes_in_both_languages() -> None:
    fields = [*Settings.model_fields.items(), *Flow.model_fields.items()]
    assert [name for name, field in fields if sum(isinstance(item, Allowed) for item in field.metadata) != 1] == []
