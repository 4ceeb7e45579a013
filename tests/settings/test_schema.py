from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from stacks.settings import Cloud, Environment, Language, Settings, SettingsError, Size, System, parse, read_stack_file
from stacks.settings.fields import digits_between
from stacks.settings.schema import schema_text, stack_file_schema
from tests.settings.test_values import OWN_NAME

CONFIG = Path(__file__).parents[2] / "stacks" / "config"
EXAMPLES = sorted(CONFIG.glob("Pulumi.*.yaml"))
VALIDATOR = Draft202012Validator(stack_file_schema())
MODELINE = "# yaml-language-server: $schema=settings.schema.json"


def stack_of(example: Path) -> str:
    return example.name.removeprefix("Pulumi.").removesuffix(".yaml")


def by_schema(values: dict[str, object]) -> bool:
    return VALIDATOR.is_valid({"config": {f"machikumo:{key}": value for key, value in values.items()}})


def by_model(values: dict[str, object]) -> bool:
    try:
        parse(values, language=Language.EN)
    except SettingsError:
        return False
    return True


def test_the_committed_schema_is_the_generated_one() -> None:
    assert (CONFIG / "settings.schema.json").read_text(encoding="utf-8") == schema_text()


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(stack_file_schema())


@pytest.mark.parametrize("example", EXAMPLES, ids=stack_of)
def test_an_example_passes_schema_and_model_and_holds_no_secret(example: Path) -> None:
    text = example.read_text(encoding="utf-8")
    assert text.splitlines()[0] == MODELINE
    assert list(VALIDATOR.iter_errors(yaml.safe_load(text))) == []
    values = read_stack_file(example)
    assert [key for key, value in values.items() if "secure" in str(value)] == []
    sealed = {**values, "database_password": {"secure": "v1:abc"}}
    assert parse(sealed, language=Language.EN, stack=stack_of(example)).stack == stack_of(example)


@pytest.mark.parametrize("cloud", list(Cloud))
@pytest.mark.parametrize("example", EXAMPLES, ids=stack_of)
def test_an_example_moves_to_any_cloud_by_that_key_alone(example: Path, cloud: Cloud) -> None:
    values = {**read_stack_file(example), "cloud": cloud.value, "database_password": {"secure": "v1:abc"}}
    assert parse(values, language=Language.EN, stack=stack_of(example)).cloud is cloud


def test_the_examples_cover_clouds_environments_sizes_and_two_systems() -> None:
    sealed = {"database_password": {"secure": "v1:abc"}}
    found = [parse({**read_stack_file(path), **sealed}, language=Language.EN) for path in EXAMPLES]
    assert {one.cloud for one in found} == set(Cloud)
    assert {one.environment for one in found} == set(Environment)
    assert {one.size for one in found} == set(Size)
    assert {one.system for one in found} == {System.RESIDENT_RECORD, System.LONG_TERM_CARE_INSURANCE}
    assert {one.body.kind for one in found} == {"designated_city", "city", "town", "village"}
    landing_units = [one.aws.account_id for one in found]
    assert len(landing_units) == len(set(landing_units)), "a landing unit holds one environment"


def candidates() -> Iterator[st.SearchStrategy[tuple[str, Any]]]:
    words = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=20)
    numbers = st.integers(-10, 40000) | st.integers(-10, 40000).map(str) | st.booleans() | words
    for key in ("retention_days", "log_retention_days", "recovery_days"):
        yield st.tuples(st.just(key), numbers)
    for key, good in {
        "environment": ["production", "verification"],
        "zone": ["mynumber", "lgwan", "internet"],
        "region": ["tokyo", "osaka"],
        "size": ["small", "medium", "large"],
        "cloud": ["aws", "azure", "gcp", "oci", "sakura"],
        "system": [*System, "resident_record"],
        "azure_tenant_id": ["00000000-0000-4000-8000-000000000999"],
        "gcp_project_number": ["100000000011", 100000000011],
        "oci_certificate_id": ["ocid1.certificate.oc1.ap-osaka-1.exampleuniqueid"],
    }.items():
        yield st.tuples(st.just(key), st.sampled_from(good) | words | st.integers())
    yield st.tuples(st.just("accounting_line"), st.from_regex("[a-z][a-z0-9-]{0,70}", fullmatch=True) | words)
    name = st.from_regex(r"[a-z0-9]{1,5}([._/-][a-z0-9]{1,3}){0,3}@sha256:[0-9a-f]{63,65}", fullmatch=True)
    yield st.tuples(st.just("image"), name | words)
    templates = st.lists(st.sampled_from(["audit_trail", "other"]) | st.integers(), max_size=3)
    yield st.tuples(st.just("supplied_by_templates"), templates)
    ports = st.fixed_dictionaries(
        {"from": st.just("172.20.0.0/16"), "why": words}, optional={"port": st.integers(-1, 70000), "to": words}
    )
    yield st.tuples(st.just("flows"), st.lists(ports, max_size=1))
    yield st.tuples(words.filter(lambda word: word not in Settings.model_fields), st.just("x"))


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=400, deadline=None)
@given(st.one_of(*candidates()))
def test_schema_and_model_refuse_the_same(good: dict[str, object], candidate: tuple[str, Any]) -> None:
    values = {**good, candidate[0]: candidate[1]}
    assert by_schema(values) == by_model(values)


@pytest.mark.parametrize("left", [[], ["azure_certificate_id"], ["azure_host_names"]])
@pytest.mark.parametrize("names", [["a.lg.jp"], ["a.lg.jp", "a.lg.jp"], ["A.lg.jp"], [], None, '["a.lg.jp"]'])
def test_schema_and_model_take_a_name_and_its_certificate_together_only(
    good: dict[str, object], left: list[str], names: object
) -> None:
    given = {**OWN_NAME, "azure_host_names": names}
    values = {**good, **{key: value for key, value in given.items() if key not in left}}
    assert by_schema(values) == by_model(values)
    assert by_model(values) == (not left and names in (["a.lg.jp"], '["a.lg.jp"]'))


@pytest.mark.parametrize("key", [key for key in Settings.model_fields if key != "database_password"])
def test_schema_and_model_require_the_same(good: dict[str, object], key: str) -> None:
    values = {name: value for name, value in good.items() if name != key}
    assert by_schema(values) == by_model(values)


def test_a_plain_password_is_refused_by_the_schema_too(good: dict[str, object]) -> None:
    assert by_schema(good)
    assert not by_schema({**good, "database_password": "plain"})


def test_keys_of_other_namespaces_are_the_engines_business(good: dict[str, object]) -> None:
    config = {f"machikumo:{key}": value for key, value in good.items()}
    assert VALIDATOR.is_valid(
        {"config": {**config, "pulumi:autonaming": {"mode": "default"}}, "encryptionsalt": "v1:x"}
    )


@given(st.integers(0, 99999), st.integers(0, 99999), st.integers(0, 999999))
def test_the_pattern_of_a_range_matches_its_numbers_and_no_others(one: int, two: int, number: int) -> None:
    low, high = sorted((one + 1, two + 1))
    pattern = Draft202012Validator({"type": "string", "pattern": digits_between(low, high)})
    for candidate in (low - 1, low, high, high + 1, number):
        assert pattern.is_valid(str(candidate)) == (low <= candidate <= high)
    assert not pattern.is_valid(f"0{low}")
