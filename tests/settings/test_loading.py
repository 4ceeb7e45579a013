import contextvars
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pulumi
import pytest

import stacks.settings
from stacks.settings import Language, Settings, load, parse, read_stack_file

STACK = "011002-resident-record-production"


def as_engine(values: dict[str, object]) -> dict[str, str]:
    """The engine hands everything over as text, under full keys, secrets decrypted."""
    text = {key: value if isinstance(value, str) else json.dumps(value) for key, value in values.items()}
    return {f"machikumo:{key}": value for key, value in (text | {"database_password": "s3cret"}).items()}


def in_engine(
    monkeypatch: pytest.MonkeyPatch, config: dict[str, str], secrets: list[str], run: Callable[[], Settings]
) -> Settings:
    monkeypatch.setattr(pulumi, "get_stack", lambda: STACK)

    def program() -> Settings:
        pulumi.runtime.set_all_config(config, secrets)
        return run()

    return contextvars.copy_context().run(program)


def test_the_engines_text_gives_the_same_settings_as_the_file(
    good: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    config = as_engine(good) | {"pulumi:disable-default-providers": '["*"]'}
    loaded = in_engine(monkeypatch, config, ["machikumo:database_password"], load)
    assert loaded == parse(good, language=Language.EN)
    assert "s3cret" not in repr(loaded) + loaded.model_dump_json()


def test_the_password_is_a_secret_output(good: dict[str, object], monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def require_secret(config: pulumi.Config, key: str) -> str:
        asked.append(f"{config.name}:{key}")
        return "output"

    monkeypatch.setattr(pulumi.Config, "require_secret", require_secret)
    password: object = parse(good, language=Language.EN).database_password
    assert password == "output"
    assert asked == ["machikumo:database_password"]


@pytest.mark.parametrize(
    ("lang", "head"),
    [
        ("ja_JP.UTF-8", "スタックの設定に誤りが2件あります。何も登録していません。"),
        ("C", "2 settings are refused; nothing was registered."),
    ],
)
def test_refused_settings_end_the_program_with_one_message(
    good: dict[str, object], monkeypatch: pytest.MonkeyPatch, lang: str, head: str
) -> None:
    messages: list[str] = []
    monkeypatch.setattr(pulumi.log, "error", messages.append)
    monkeypatch.setenv("LANG", lang)
    with pytest.raises(SystemExit) as caught:
        in_engine(monkeypatch, as_engine(good) | {"machikumo:colour": "red"}, [], load)
    assert caught.value.code == 32
    assert [message.splitlines()[0] for message in messages] == [head]
    assert "s3cret" not in messages[0]
    assert "red" not in messages[0].splitlines()[1:4]


def test_importing_reads_no_table_and_the_table_is_read_once() -> None:
    program = (
        "import os, sys\n"
        "seen = []\n"
        "sys.addaudithook(lambda event, args: seen.append(str(args[0])) if event == 'open' else None)\n"
        "import stacks.settings\n"
        "root = os.path.dirname(os.path.dirname(stacks.settings.__file__))\n"
        "print([name for name in seen if name.startswith(root) and not name.endswith('.py') and '.pyc' not in name])\n"
        "from stacks.settings.municipalities import municipalities\n"
        "print(len(municipalities()), len(municipalities()))\n"
        "print([os.path.basename(name) for name in seen if name.endswith('.csv')])\n"
    )
    root = Path(stacks.settings.__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=True)
    assert done.stdout.splitlines() == ["[]", "1788 1788", "['municipalities.csv']"]


def test_only_our_namespace_is_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "Pulumi.x.yaml"
    file.write_text(
        "config:\n  machikumo:cloud: aws\n  pulumi:x: 1\n  machikumo:body_code: 011002\nencryptionsalt: v1\n"
    )
    assert read_stack_file(file) == {"cloud": "aws", "body_code": 4610}
    file.write_text("encryptionsalt: v1\n")
    assert read_stack_file(file) == {}
