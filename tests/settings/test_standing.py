"""What a standing stack can't change is refused with the value it was made with; everything else is free."""

import pytest

from stacks.settings import Cloud, Language, parse
from stacks.settings.messages import SettingsError
from stacks.settings.standing import FIXED, HOLDS_DATA, changed


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


@pytest.mark.parametrize("held", HOLDS_DATA)
@pytest.mark.parametrize(("was", "wanted"), [(was, wanted) for was in Cloud for wanted in Cloud if was != wanted])
def test_production_data_on_another_cloud_is_not_left_behind(
    good: dict[str, object], held: str, was: Cloud, wanted: Cloud
) -> None:
    outputs = {f"machikumo:{was}:{held}": {}}
    production = parse({**good, "cloud": wanted, "environment": "production"}, language=Language.EN)
    assert [(problem.key, problem.allowed.en) for problem in changed(production, outputs)] == [("machikumo:cloud", was)]
    verification = parse({**good, "cloud": wanted, "environment": "verification"}, language=Language.EN)
    assert changed(verification, outputs) == []
    assert changed(production, {f"machikumo:{wanted}:{held}": {}}) == []


def test_whoever_changes_the_cloud_of_production_is_told_what_to_do(good: dict[str, object]) -> None:
    settings = parse({**good, "cloud": "gcp", "environment": "production"}, language=Language.EN)
    problems = changed(settings, {"machikumo:aws:Database": {}, "machikumo:aws:Network": {"cidr": "10.0.0.0/16"}})
    assert str(SettingsError(problems, language=Language.EN)).splitlines() == [
        "1 setting is refused; nothing was registered.",
        'machikumo:cloud = "gcp": production data (database, records, logs) lies on aws, and changing this setting moves none of it.',
        "  allowed: aws",
        "  fix: to set it back: pulumi config set machikumo:cloud aws. How data is moved, and what can't be done yet: docs/swap.md",
    ]
    assert str(SettingsError(problems, language=Language.JA)).splitlines() == [
        "スタックの設定に誤りが1件あります。何も登録していません。",
        'machikumo:cloud = "gcp": 本番のデータ(データベース、記録、ログ)が aws にあり、この設定を変えても移りません。',
        "  使える値: aws",
        "  直し方: 戻すには pulumi config set machikumo:cloud aws。データの移し方と、まだできないこと: docs/swap.md",
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
