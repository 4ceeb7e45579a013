"""What a standing stack can't change is refused with the value it was made with; everything else is free."""

import pytest

from stacks.settings import Cloud, Language, parse
from stacks.settings.messages import SettingsError
from stacks.settings.standing import FIXED, changed


def made(cloud: str, **values: object) -> dict[str, dict[str, object]]:
    """Component outputs as the engine returns them: numbers are doubles."""
    return {
        f"machikumo:{cloud}:Network": {"cidr": values.get("network_cidr", "10.16.0.0/16")},
        f"machikumo:{cloud}:EncryptionKey": {"rotation_days": float(str(values.get("key_rotation_days", 365)))},
    }


@pytest.mark.parametrize("cloud", Cloud)
@pytest.mark.parametrize(("setting", "was"), [("network_cidr", "10.32.0.0/16"), ("key_rotation_days", 180)])
def test_a_fixed_setting_is_refused_where_the_cloud_can_not_change_it(
    good: dict[str, object], cloud: Cloud, setting: str, was: object
) -> None:
    settings = parse({**good, "cloud": cloud}, language=Language.EN)
    found = [problem.key for problem in changed(settings, made(cloud, **{setting: was}))]
    fixed = {one.setting: one.clouds for one in FIXED}
    assert found == ([f"machikumo:{setting}"] if cloud in fixed[setting] else [])


def test_what_is_as_it_was_or_was_never_recorded_passes(good: dict[str, object]) -> None:
    settings = parse({**good, "cloud": "azure"}, language=Language.EN)
    assert changed(settings, made("azure")) == []
    assert changed(settings, {}) == []
    assert changed(settings, {"machikumo:azure:Network": {"network_id": "n"}}) == []


def test_another_clouds_network_is_no_obstacle(good: dict[str, object]) -> None:
    settings = parse({**good, "cloud": "gcp"}, language=Language.EN)
    assert changed(settings, made("aws", network_cidr="10.32.0.0/16")) == []


def test_the_other_side_of_a_move_is_held_to_its_own_range(good: dict[str, object]) -> None:
    moving = {
        **good,
        "swap_stage": "copy",
        "swap_cloud": "azure",
        "swap_network_cidr": "10.48.0.0/16",
        "swap_database_password": {"secure": "v1:def"},
    }
    settings = parse(moving, language=Language.EN)
    outputs = made("aws") | made("azure", network_cidr="10.64.0.0/16", key_rotation_days=180)
    assert [(one.key, one.allowed.en) for one in changed(settings, outputs)] == [
        ("machikumo:swap_network_cidr", "10.64.0.0/16"),
        ("machikumo:key_rotation_days", "180"),
    ]


def test_the_message_names_the_way_back_in_both_languages(good: dict[str, object]) -> None:
    settings = parse({**good, "cloud": "azure"}, language=Language.EN)
    problems = changed(settings, made("azure", key_rotation_days=180))
    assert str(SettingsError(problems, language=Language.JA)).splitlines() == [
        "スタックの設定に誤りが1件あります。何も登録していません。",
        "machikumo:key_rotation_days = 365: Azure は鍵を作るときにだけ間隔を受け取り、あとの変更は受け付けても行いません。",
        "  使える値: 180",
        "  直し方: 戻すには pulumi config set machikumo:key_rotation_days 180",
    ]
    assert str(SettingsError(problems, language=Language.EN)).splitlines() == [
        "1 setting is refused; nothing was registered.",
        "machikumo:key_rotation_days = 365: Azure takes the interval only when the key is made; it accepts a later change"
        " and does not make it.",
        "  allowed: 180",
        "  fix: to set it back: pulumi config set machikumo:key_rotation_days 180",
    ]
