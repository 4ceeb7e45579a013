import json

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from stacks.settings import Language, Settings, SettingsError, Template, parse

SAME_VALUES = hypothesis_settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60
)


@SAME_VALUES
@given(st.integers(1, 36500), st.integers(365, 36500), st.integers(7, 35), st.integers(1, 65535))
def test_numbers_and_lists_mean_the_same_as_text(
    good: dict[str, object], kept: int, logs: int, back: int, port: int
) -> None:
    native = {
        "retention_days": kept,
        "log_retention_days": logs,
        "recovery_days": back,
        "flows": [{"from": "172.20.0.0/16", "port": port, "why": "窓口"}],
    }
    native |= {"supplied_by_templates": ["audit_trail"]}
    text = {key: value if isinstance(value, str) else json.dumps(value) for key, value in native.items()}
    settings = parse({**good, **native}, language=Language.EN)
    assert parse({**good, **text}, language=Language.EN) == settings
    assert (settings.retention_days, settings.flows[0].port) == (kept, port)
    assert settings.supplied_by_templates == (Template.AUDIT_TRAIL,)


@SAME_VALUES
@given(
    st.dictionaries(
        st.sampled_from([*Settings.model_fields, "database_password", "colour"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
            lambda inner: st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["from", "port", "secure"]), inner),
            max_leaves=5,
        ),
        min_size=1,
    )
)
def test_nonsense_is_refused_in_words_and_never_crashes(good: dict[str, object], nonsense: dict[str, object]) -> None:
    with pytest.raises(SettingsError):
        parse({**good, **nonsense, "cloud": "nowhere"}, language=Language.JA)
