"""The grammar of OCI's policy statements: whatever is written is read again, and nothing else is."""

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from sandbox.cloud.oci.grants import holds
from sandbox.cloud.oci.policy import PolicySyntaxError, matching_rule, statement
from sandbox.cloud.oci.policy_resources import RESOURCE_TYPES
from sandbox.cloud.oci.statement import Comparison, Condition, Named, Quantified, Statement, Subject, Value

names = st.from_regex(r"[A-Za-z][A-Za-z0-9_.-]{0,8}", fullmatch=True).filter(lambda name: name.lower() != "id")
ocids = names.map(lambda name: f"ocid1.group.oc1..{name}")
named = st.one_of(
    st.builds(Named, name=names),
    st.builds(Named, name=names, domain=names),
    st.builds(Named, name=ocids, by_id=st.just(value=True)),
)
variables = st.sampled_from(["request.principal.type", "target.key.id", "target.bucket.name", "request.operation"])
values = st.one_of(
    st.builds(Value, kind=st.just("text"), written=st.from_regex(r"[^']{1,8}", fullmatch=True)),
    st.builds(Value, kind=st.just("pattern"), written=st.sampled_from(["PROD-*", "*-town", "*oc*", "exact"])),
    st.builds(Value, kind=st.just("variable"), written=variables),
)
comparisons: st.SearchStrategy[Condition] = st.one_of(
    st.builds(
        Comparison,
        variable=variables,
        operator=st.sampled_from(["=", "!=", "before", "after"]),
        values=st.tuples(values),
    ),
    st.builds(Comparison, variable=variables, operator=st.just("between"), values=st.tuples(values, values)),
    st.builds(
        Comparison,
        variable=variables,
        operator=st.sampled_from(["in", "not in"]),
        values=st.lists(values, min_size=1, max_size=3).map(tuple),
    ),
)
conditions = st.recursive(
    comparisons,
    lambda inner: st.builds(
        Quantified,
        quantifier=st.sampled_from(["any", "all"]),
        members=st.lists(inner, min_size=1, max_size=3).map(tuple),
    ),
    max_leaves=5,
)
subjects = st.one_of(
    st.builds(Subject, kind=st.sampled_from(["any-user", "any-group"])),
    st.builds(
        Subject,
        kind=st.just("service"),
        names=st.lists(st.builds(Named, name=names), min_size=1, max_size=2).map(tuple),
    ),
    st.builds(
        Subject,
        kind=st.sampled_from(["group", "dynamic-group"]),
        names=st.lists(named, min_size=1, max_size=3).map(tuple),
    ),
)
common = {
    "effect": st.sampled_from(["allow", "deny"]),
    "subject": subjects,
    "compartment": st.none() | st.builds(Named, name=names) | st.builds(Named, name=ocids, by_id=st.just(value=True)),
    "condition": st.none() | conditions,
}
statements = st.one_of(
    st.builds(
        Statement,
        verb=st.sampled_from(["inspect", "read", "use", "manage"]),
        resource=st.sampled_from(sorted(RESOURCE_TYPES)),
        **common,
    ),
    st.builds(
        Statement,
        permissions=st.frozensets(st.sampled_from(["KEY_READ", "BUCKET_READ", "OBJECT_CREATE"]), min_size=1),
        **common,
    ),
)


def _value(value: Value) -> str:
    return {"text": f"'{value.written}'", "pattern": f"/{value.written}/", "variable": value.written}[value.kind]


def _condition(condition: Condition) -> str:
    if isinstance(condition, Quantified):
        return f"{condition.quantifier} {{{', '.join(map(_condition, condition.members))}}}"
    written = [_value(value) for value in condition.values]
    if condition.operator in ("in", "not in"):
        return f"{condition.variable} {condition.operator} ({', '.join(written)})"
    if condition.operator == "between":
        return f"{condition.variable} between {written[0]} and {written[1]}"
    return f"{condition.variable} {condition.operator} {written[0]}"


def _named(one: Named) -> str:
    return f"id {one.name}" if one.by_id else f"'{one.domain}'/'{one.name}'" if one.domain else one.name


def written(said: Statement) -> str:
    """The statement as a person writes it."""
    who = " ".join(filter(None, [said.subject.kind, ", ".join(map(_named, said.subject.names))]))
    what = f"{said.verb} {said.resource}" if said.verb else f"{{{', '.join(sorted(said.permissions))}}}"
    where = f"compartment {_named(said.compartment)}" if said.compartment else "tenancy"
    condition = f" where {_condition(said.condition)}" if said.condition else ""
    return f"{said.effect} {who} to {what} in {where}{condition}"


@given(statements)
def test_what_is_written_is_read_again(said: Statement) -> None:
    assert statement(written(said)) == said


@given(statements, st.sampled_from([" ", "  ", "\n", "\t "]))
def test_keywords_have_no_case_and_spaces_no_meaning(said: Statement, space: str) -> None:
    text = (
        written(said).replace(" to ", f"{space}TO{space}").replace(" in ", f" In{space}").replace(" where ", " WHERE ")
    )
    assert statement(f"{space}{text}{space}") == statement(written(said))


def _refusal(read: Callable[[str], object], text: str) -> str | None:
    try:
        read(text)
    except PolicySyntaxError as error:
        return str(error)
    return None


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_with_words(text: str) -> None:
    assert _refusal(statement, text) is None or "expected" in str(_refusal(statement, text))
    assert _refusal(matching_rule, text) is None or "expected" in str(_refusal(matching_rule, text))


@given(statements, st.data())
def test_a_statement_that_is_cut_off_is_refused_or_says_less(said: Statement, data: st.DataObject) -> None:
    text = written(said)
    cut = text[: data.draw(st.integers(0, len(text) - 1))]
    assert _refusal(statement, cut) is not None or statement(cut) != said


@given(conditions)
def test_one_condition_alone_is_all_and_any_of_itself(condition: Condition) -> None:
    known = {"target.key.id": "town", "request.operation": "DeleteDbSystem"}
    for quantifier in ("any", "all"):
        assert holds(matching_rule(f"{quantifier} {{{_condition(condition)}}}"), known) == holds(condition, known)
