"""Reading properties: from the SDK's proxies and from states, odd input included."""

import string
from collections.abc import Mapping
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pulumi_policy import proxy
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE, UnknownValueError, unknown_checking_proxy

from policies.facts import EXTRACTORS, extract
from policies.facts.reading import HIDDEN, SENTINELS, document, first, flag, is_set, number, plain, read, read_all, text
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import UNKNOWN
from policies.judge import judge

SIGNATURE, SECRET = "4dabf18193072939515e22adb298388d", "1b47061264138c4ac30d75fd1eb44270"


def proxied(properties: Mapping[str, Any]) -> Any:
    return plain(unknown_checking_proxy(properties), UnknownValueError)


def test_an_unknown_in_the_sdks_proxy_reads_as_unknown_and_raises_nothing() -> None:
    found = proxied({"a": UNKNOWN_STRING_VALUE, "b": {"c": [UNKNOWN_STRING_VALUE, 1.0]}, "d": 2.5, "e": None})
    assert found == {"a": UNKNOWN, "b": {"c": [UNKNOWN, 1]}, "d": 2.5, "e": None}
    assert isinstance(found["b"]["c"][1], int)


def test_below_an_unknown_everything_is_unknown() -> None:
    found = proxied({"a": UNKNOWN_STRING_VALUE})
    assert read(found, "a.b.c") is UNKNOWN
    assert read_all(found, "a.b.c") == [UNKNOWN]
    assert read(found, "z.b") is None
    assert read_all(found, "z.b") == []


def test_a_step_into_a_list_goes_on_in_its_only_element_and_never_guesses() -> None:
    found = {"one": [{"x": 1}], "two": [{"x": 1}, {"x": 2}], "none": []}
    assert read(found, "one.x") == 1
    assert read(found, "two.x") is UNKNOWN
    assert read(found, "two.1.x") == 2
    assert read(found, "two.5.x") is None
    assert read(found, "none.x") is None
    assert read_all(found, "two.x") == [1, 2]


def test_a_secret_is_set_but_never_shown() -> None:
    hidden = plain({"password": {SIGNATURE: SECRET, "ciphertext": "v1:abc"}})
    assert hidden == {"password": HIDDEN}
    assert is_set(hidden, "password") is True
    assert read(hidden, "password") is UNKNOWN
    assert flag(hidden, "password", default=False) is UNKNOWN
    for secret in ({SIGNATURE: SECRET, "plaintext": "true"}, {SIGNATURE: SECRET, "value": True}, "[secret]"):
        assert plain({"n": secret}) == {"n": HIDDEN}


def test_the_marks_of_the_unknown_are_the_policy_sdks() -> None:
    assert {value for name, value in vars(proxy).items() if name.startswith("UNKNOWN_")} == SENTINELS


def test_absent_values_have_the_clouds_default_and_wrong_ones_are_unknown() -> None:
    assert flag({}, "a", default=True) is True
    assert flag({"a": "False"}, "a", default=True) is False
    assert flag({"a": 3}, "a", default=True) is UNKNOWN
    assert number({}, "a", default=7) == 7
    assert number({"a": "30"}, "a", default=7) == 30
    assert number({"a": True}, "a", default=7) is UNKNOWN
    assert number({"a": "30s"}, "a", default=7) is UNKNOWN
    assert number({"a": "9" * 5000}, "a", default=7) is UNKNOWN
    assert text({"a": 1}, "a") is UNKNOWN
    assert first({"b": UNKNOWN, "c": 1}, "a", "b", "c") is UNKNOWN


def test_a_document_that_cannot_be_parsed_is_unknown_not_empty() -> None:
    assert document({"policy": '{"Statement": []}'}, "policy") == {"Statement": []}
    assert document({"policy": {"Statement": []}}, "policy") == {"Statement": []}
    assert document({"policy": "{"}, "policy") is UNKNOWN
    assert document({"policy": "[]"}, "policy") is UNKNOWN
    assert document({}, "policy") is None


def odd_values() -> st.SearchStrategy[Any]:
    scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
    sentinel = st.just(UNKNOWN_STRING_VALUE)
    names = st.sampled_from(
        [
            "bucket",
            "rules",
            "policy",
            "Statement",
            "Principal",
            "Action",
            "Condition",
            "tags",
            "location",
            "properties",
            "name",
            "a",
        ]
    )
    return st.recursive(
        scalars | sentinel | st.just('{"Statement": [{"Effect": "Allow", "Principal": 3}, 4]}'),
        lambda inner: st.lists(inner, max_size=3)
        | st.builds(lambda v: {SIGNATURE: SECRET, **v}, st.sampled_from([{}, {"value": 1}, {"ciphertext": "x"}]))
        | st.dictionaries(names, inner, max_size=4),
        max_leaves=12,
    )


PROPERTIES = [
    "bucket",
    "vpcId",
    "keyId",
    "policy",
    "rules",
    "rule",
    "ingress",
    "egress",
    "tags",
    "labels",
    "freeformTags",
    "location",
    "region",
    "provider",
    "parameters",
    "parameterGroupName",
    "kmsKeyId",
    "eventSelectors",
    "advancedEventSelectors",
    "properties",
    "encryption",
    "settings",
    "sku",
    "identity",
    "securityRules",
    "network",
    "lifecycleRules",
    "retentionPolicy",
    "name",
    "id",
    "arn",
    "value",
    "kmsMasterKeyId",
    "type",
    "description",
]


# The machine may be busy: no limit of time, and the same examples in every run.
@settings(deadline=None, derandomize=True, database=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_odd_input_never_raises(data: st.DataObject) -> None:
    """Whatever stands in any property of any known type, judging ends with verdicts."""
    types = sorted(token for extractor in EXTRACTORS for token in extractor.KNOWN)
    chosen = data.draw(st.lists(st.sampled_from(types), min_size=1, max_size=4))
    resources = []
    for index, token in enumerate(chosen):
        properties = data.draw(st.dictionaries(st.sampled_from(PROPERTIES), odd_values(), max_size=8))
        urn = f"urn:pulumi:s::p::{token}::r{index}"
        dependencies = (
            {name: tuple(r.urn for r in resources) for name in properties} if data.draw(st.booleans()) else {}
        )
        resources.append(
            Resource(
                urn=urn,
                type=token,
                name=f"r{index}-{data.draw(st.sampled_from(['data', 'entry', 'x']))}",
                properties=proxied(properties),
                provider={},
                property_dependencies=dependencies,
            )
        )
    for complete in (True, False):
        judge(World(resources, complete=complete))


@settings(deadline=None, derandomize=True, database=None, max_examples=40)
@given(
    st.recursive(
        st.none() | st.floats() | st.text(alphabet=string.printable),
        lambda s: st.lists(s) | st.dictionaries(st.text(), s),
    )
)
def test_plain_values_survive_a_second_reading(value: Any) -> None:
    once = plain(value)
    assert repr(plain(once)) == repr(once)


def test_an_unclassified_type_is_a_fact_and_a_component_is_none() -> None:
    urn = "urn:pulumi:s::p::random:index/randomId:RandomId::r"
    resources = [
        Resource(urn=urn, type="random:index/randomId:RandomId", name="r", properties={}, provider={}),
        Resource(urn="urn:pulumi:s::p::my:own:Component::c", type="my:own:Component", name="c", properties={}),
        Resource(urn="urn:pulumi:s::p::pulumi:pulumi:Stack::s", type="pulumi:pulumi:Stack", name="s", properties={}),
    ]
    facts = extract(World(resources, complete=True))
    assert [(fact.urn, fact.classified) for fact in facts] == [(urn, False)]
