"""A password that a cloud would refuse half-way is refused before anything is registered, and is not shown."""

import pulumi
import pytest

from stacks.settings import Cloud, Language, Settings, SettingsError, load, parse, refuse_passwords
from stacks.settings.passwords import passwords_refused
from tests.settings.test_loading import as_engine, in_engine

TAKEN = "Aa1-" + "x" * 4
REFUSED = {
    "aws": ["Aa1-xxx", "Aa1-" * 33, "Aa1-xxx/", 'Aa1-xxx"', "Aa1-xxx@", "Aa1-xxx x", "Aa1-xxxあ", "Aa1-xxxx\n"],
    "azure": ["Aa1-xxx", "Aa1-" * 33, "lettersonly", "LettersOnly", "letters-only", "12345-678"],
    "gcp": [],
    "oci": [],
}


@pytest.mark.parametrize("cloud", Cloud)
def test_each_clouds_own_rule_is_asked_on_its_own_side(good: dict[str, object], cloud: Cloud) -> None:
    settings = parse({**good, "cloud": cloud}, language=Language.EN)
    everything = {one for listed in REFUSED.values() for one in listed}
    refused = {one for one in everything if passwords_refused(settings, {"database_password": one})}
    assert refused == {
        *REFUSED[cloud],
        *({"Aa1-xxx", "Aa1-" * 33} if cloud in ("aws", "azure") else ()),
    }
    assert passwords_refused(settings, {"database_password": TAKEN, "swap_database_password": "x"}) == []


def test_the_other_sides_password_is_held_to_the_other_cloud(good: dict[str, object]) -> None:
    moving = {
        **good,
        "swap_stage": "prepare",
        "swap_cloud": "azure",
        "swap_network_cidr": "10.48.0.0/16",
        "swap_database_password": {"secure": "v1:def"},
    }
    settings = parse(moving, language=Language.EN)
    found = passwords_refused(settings, {"database_password": "lettersonly", "swap_database_password": "lettersonly"})
    assert [one.key for one in found] == ["machikumo:swap_database_password"]
    assert str(SettingsError(found, language=Language.JA)).splitlines() == [
        "スタックの設定に誤りが1件あります。何も登録していません。",
        "machikumo:swap_database_password: azure が受け付けません。",
        "  使える値: 8〜128 字。英大文字、英小文字、数字、記号のうち三種類以上を含みます",
        "  直し方: pulumi config set --secret machikumo:swap_database_password",
    ]


def test_a_refused_password_ends_the_program_and_is_not_shown(
    good: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    messages: list[str] = []
    monkeypatch.setattr(pulumi.log, "error", messages.append)
    config = as_engine({**good, "cloud": "aws"}) | {"machikumo:database_password": "with@sign"}

    def program() -> Settings:
        settings = load()
        refuse_passwords(settings)
        return settings

    with pytest.raises(SystemExit) as caught:
        in_engine(monkeypatch, config, ["machikumo:database_password"], program)
    assert caught.value.code == 32
    assert [message.splitlines()[1] for message in messages] == ["machikumo:database_password: aws does not take it."]
    assert "with@sign" not in messages[0]
