"""Parity: every field in which a side is weaker is named with that side, nothing else, and no declaration outlives its reason."""

from dataclasses import fields, replace
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.facts import vocabulary
from policies.facts.vocabulary import (
    CHANGES,
    CREDENTIALS,
    DATA_RIGHTS,
    ESCALATIONS,
    LOG_KINDS,
    NOT_OFFERED,
    OVERSIGHT,
    PRIVATE_SERVICES,
    TIERS,
    UNKNOWN,
    USERS,
    AccessGrant,
    BackupCopy,
    BackupVault,
    Cache,
    ChangeAlarm,
    Classified,
    Cluster,
    Database,
    Fact,
    FileShare,
    Flow,
    HealthAlarm,
    Identity,
    ImageRegistry,
    Key,
    LandingUnit,
    LoadBalancer,
    Located,
    LogArchive,
    Machine,
    Network,
    ObjectStore,
    PlainCredential,
    PublicAddress,
    Queue,
    Reach,
    Secret,
    SecretRenewal,
    Service,
    StateFile,
    StaticCredential,
    Tagged,
    Volume,
)
from policies.language import Message
from policies.parity import Difference, Side, differences, unused
from policies.parity_declared import Declared, declared, plain

KINDS = [
    kind
    for kind in vars(vocabulary).values()
    if isinstance(kind, type) and issubclass(kind, Fact) and kind not in (Fact, vocabulary.Oversight)
]
WHY = Message("why.", "理由。")

BOOLEANS: dict[type[Fact], tuple[list[str], list[str]]] = {
    ObjectStore: (
        [
            "customer_key",
            "tls_only",
            "access_logged",
            "versioned",
            "lifecycle",
            "own_key",
            "deletion_guarded",
            "retention_locked",
        ],
        ["anonymous_access"],
    ),
    Database: (
        [
            "customer_key",
            "tls_enforced",
            "standby_in_second_zone",
            "daily_backup",
            "deletion_guarded",
            "minor_upgrades_automatic",
            "logs_exported",
            "version_supported",
        ],
        ["public"],
    ),
    Key: (["customer_managed", "hardware_protected", "administration_separated"], ["open_to_anyone"]),
    Secret: (["customer_key"], []),
    BackupVault: (["customer_key", "immutable", "immutability_locked"], []),
    LogArchive: (["write_once", "tamper_evident", "customer_key", "retention_locked"], []),
    ImageRegistry: (["customer_key", "tags_immutable"], ["public"]),
    Network: (["two_zones", "deny_by_default", "flow_logs", "time_from_provider"], ["internet_route"]),
    Flow: (["reason_given"], []),
    LandingUnit: (["pinned"], []),
    LoadBalancer: (["health_checked", "access_logged", "waf", "ddos_protected"], ["public", "plain_http"]),
    Service: (
        ["two_zones", "own_identity", "image_private", "image_fixed", "logs_kept", "version_supported"],
        ["public"],
    ),
    Identity: ([], ["wildcard", "open_to_anyone"]),
    AccessGrant: ([], ["wildcard", "open_to_anyone"]),
    StateFile: (["encrypted", "key_service"], []),
    StaticCredential: ([], ["usable"]),
    PublicAddress: ([], ["public"]),
    Reach: (["inspected"], ["to_internet"]),
    Machine: (
        ["metadata_guarded", "verified_boot", "brokered_login", "patched", "time_from_provider"],
        ["public", "password_login"],
    ),
    Cluster: (
        ["cloud_identity_only", "secrets_customer_key", "images_admitted", "version_supported"],
        ["api_public"],
    ),
    Cache: (["customer_key", "tls_enforced"], ["public"]),
    Volume: (["customer_key"], []),
    FileShare: (["customer_key"], []),
    Queue: (["customer_key"], ["open_to_anyone"]),
    ChangeAlarm: (["on", "notifies"], []),
    HealthAlarm: (["on", "notifies"], []),
    Classified: (["classified"], []),
}
"""Per kind the fields that are safe when true, and those that are safe when false."""

DAYS = st.lists(st.integers(0, 4000), min_size=2, max_size=2, unique=True).map(sorted).map(tuple)
VERSIONS = st.lists(st.sampled_from([(0, 0), (1, 0), (1, 1), (1, 2), (1, 3)]), min_size=2, max_size=2, unique=True)
ROTATION = st.integers(1, 400).flatmap(lambda days: st.tuples(st.integers(days + 1, 999) | st.just(0), st.just(days)))
ENDS = st.sampled_from(
    [
        ("anywhere", "entry"),
        ("anywhere", "10.0.0.0/8"),
        ("network", "data"),
        ("10.0.0.0/8", "10.1.0.0/16"),
        ("fc00::/7", "fd00::/8"),
        ("anywhere", "services"),
    ]
)
PORTS = st.sampled_from([((0, 65535), (443, 443)), ((440, 443), (443, 443)), ((443, 444), (443, 443))])
TAGS = st.dictionaries(st.sampled_from("abc"), st.just("x"), min_size=1)


def superset(words: frozenset[Any]) -> st.SearchStrategy[tuple[frozenset[Any], frozenset[Any]]]:
    """(fewer, more) of the words."""
    return st.frozensets(st.sampled_from(sorted(words)), min_size=1).flatmap(
        lambda more: st.frozensets(st.sampled_from(sorted(more)), max_size=len(more) - 1).map(lambda less: (less, more))
    )


def subset(words: frozenset[Any]) -> st.SearchStrategy[tuple[frozenset[Any], frozenset[Any]]]:
    """(more, fewer) of the words."""
    return superset(words).map(lambda pair: (pair[1], pair[0]))


RIGHTS = frozenset({("read-objects", "records"), ("read-objects", "*"), ("administer", "records")})

WEAK_STRONG: dict[tuple[type[Fact], str], st.SearchStrategy[tuple[Any, Any]]] = {
    **{(kind, name): st.just((False, True)) for kind, (safe, _) in BOOLEANS.items() for name in safe},
    **{(kind, name): st.just((True, False)) for kind, (_, unsafe) in BOOLEANS.items() for name in unsafe},
    **{(kind, "lacks"): subset(frozenset({"machines", "images"})) for kind in OVERSIGHT},
    (ObjectStore, "retention_days"): DAYS,
    (Database, "recovery_days"): DAYS,
    (LogArchive, "retention_days"): DAYS,
    (Key, "deletion_wait_days"): DAYS,
    (Key, "rotation_days"): ROTATION,
    (SecretRenewal, "days"): ROTATION,
    (Key, "users"): subset(USERS),
    (Secret, "readers"): subset(frozenset({"workload", "other", "anyone"})),
    (Identity, "permissions"): subset(RIGHTS),
    (Identity, "escalations"): subset(ESCALATIONS),
    (Identity, "trusted_accounts"): subset(frozenset({"111122223333", "999999999999"})),
    (AccessGrant, "escalations"): subset(ESCALATIONS),
    (AccessGrant, "data_rights"): subset(DATA_RIGHTS),
    (PlainCredential, "kinds"): subset(CREDENTIALS),
    (LogArchive, "kinds"): superset(LOG_KINDS),
    (ChangeAlarm, "changes"): superset(CHANGES),
    (Network, "tiers"): superset(TIERS),
    (Reach, "from_internet"): subset(frozenset({("tcp", 22, 22), ("tcp", 443, 443), ("udp", 53, 53)})),
    (Reach, "from_tiers"): subset(TIERS),
    (Network, "private_services"): superset(PRIVATE_SERVICES),
    (LoadBalancer, "tls_minimum"): VERSIONS.map(sorted).map(tuple),
    (Flow, "source"): ENDS,
    (Flow, "destination"): ENDS,
    (Flow, "protocol"): st.just(("any", "tcp")),
    (Flow, "ports"): PORTS,
    (BackupCopy, "location"): st.just(("abroad", "japan")),
    (Located, "location"): st.sampled_from([("abroad", "japan"), ("abroad", "global")]),
    (Tagged, "tags"): TAGS.flatmap(
        lambda tags: st.sampled_from(sorted(tags)).map(
            lambda gone: ({key: value for key, value in tags.items() if key != gone}, tags)
        )
    ),
    **{(kind, "zone_kind"): st.just(("fault-domain", "zone")) for kind in (Network, Service)},
    (Database, "zone_kind"): st.just(("fault-domain", "zone")),
}
"""Every field that has a direction: a weaker and a stronger value."""


def made(kind: type[Fact], **values: Any) -> Fact:
    needed = {"type": "a:b:C"} if kind is Classified else {}
    return kind(urn=f"urn:pulumi:s::p::t::{kind.__name__.lower()}", role="r", **needed, **values)


def sides(*facts: tuple[Fact, ...]) -> list[Side]:
    return [Side(name=name, cloud=name, facts=found) for name, found in zip("abcd", facts, strict=False)]


def counted(found: list[Difference]) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(one.thing, one.field, one.weaker) for one in found if one.counts]


def test_every_field_has_a_direction_or_the_written_reason_why_it_has_none() -> None:
    directed, undirected = set(), {}
    for kind in KINDS:
        for field in fields(kind):
            if field.name in ("urn", "role"):
                continue
            assert ("weaker" in field.metadata) != ("undirected" in field.metadata), (kind, field.name)
            if "weaker" in field.metadata:
                directed.add((kind, field.name))
            else:
                undirected[kind.__name__, field.name] = field.metadata["undirected"]
    assert directed == WEAK_STRONG.keys()
    assert undirected.keys() == {
        ("ObjectStore", "purpose"),
        ("Database", "engine"),
        ("Database", "version"),
        ("Service", "version"),
        ("Cluster", "version"),
        ("LogArchive", "inherited"),
        ("Reach", "tier"),
        ("BackupCopy", "of"),
        ("HealthAlarm", "of"),
        ("LandingUnit", "root"),
        ("SecretRenewal", "of"),
        ("Located", "spelled"),
        ("PlainCredential", "places"),
        ("Classified", "type"),
    }
    assert all(len(reason) > 15 for reason in undirected.values())


def test_a_field_that_is_not_compared_says_why() -> None:
    for kind in KINDS:
        silent = [field.name for field in fields(kind) if not field.compare and not field.metadata]
        assert silent == ["urn", "role"]


EVERY_FIELD = pytest.mark.parametrize(
    ("kind", "name"),
    sorted(WEAK_STRONG, key=str),
    ids=[f"{kind.__name__}.{name}" for kind, name in sorted(WEAK_STRONG, key=str)],
)


@EVERY_FIELD
@given(data=st.data())
@settings(deadline=None, max_examples=10)
def test_a_field_made_weaker_on_any_side_is_named_with_that_side(
    kind: type[Fact], name: str, data: st.DataObject
) -> None:
    weak, strong = data.draw(WEAK_STRONG[kind, name])
    count = data.draw(st.integers(2, 4))
    victim = data.draw(st.integers(0, count - 1))
    others = tuple(made(other) for other in KINDS if other is not kind)
    given_ = sides(*((made(kind, **{name: weak if i == victim else strong}), *others) for i in range(count)))
    found = differences(given_)
    weaker = given_[victim].name
    assert {(one.field, one.weaker, one.thing.split()[0]) for one in found} == {(name, (weaker,), kind.__name__)}
    assert sorted("".join(one.values) for one in found) == sorted(
        "".join(sorted((weaker, side.name))) for side in given_ if side.name != weaker
    )
    by_nature = next(field.metadata.get("differs") for field in fields(kind) if field.name == name)
    assert {one.nature for one in found} == {by_nature}


@EVERY_FIELD
@given(data=st.data())
@settings(deadline=None, max_examples=5)
def test_no_value_is_weaker_than_itself_and_what_is_unknown_is_weaker_than_what_is_known(
    kind: type[Fact], name: str, data: st.DataObject
) -> None:
    value = data.draw(st.sampled_from(data.draw(WEAK_STRONG[kind, name])))
    known = (made(kind, **{name: value}),)
    assert differences(sides(known, known)) == []
    if kind is not Classified:
        for open_ in (UNKNOWN, NOT_OFFERED):
            found = differences(sides(known, (made(kind, **{name: open_}),)))
            assert [(one.field, one.weaker) for one in found] == [(name, ("b",))]


@pytest.mark.parametrize(
    ("kind", "field", "one", "two"),
    [
        (Key, "users", {"storage"}, {"logs"}),
        (Network, "tiers", {"entry"}, {"data"}),
        (Flow, "source", "entry", "data"),
        (Flow, "source", "10.0.0.0/8", "fd00::/8"),
        (Flow, "ports", (80, 90), (85, 95)),
        (Flow, "protocol", "tcp", "udp"),
    ],
)
def test_where_no_order_joins_two_values_both_sides_are_weaker(
    kind: type[Fact], field: str, one: Any, two: Any
) -> None:
    a, b = (frozenset(value) if isinstance(value, set) else value for value in (one, two))
    found = differences(sides((made(kind, **{field: a}),), (made(kind, **{field: b}),)))
    assert [(difference.field, difference.weaker) for difference in found] == [(field, ("a", "b"))]


def test_a_difference_without_direction_counts_and_blames_nobody() -> None:
    found = differences(sides((made(Database, engine="postgresql"),), (made(Database, engine="mysql"),)))
    assert counted(found) == [("Database r", "engine", ())]


def test_zones_that_are_equally_strong_differ_by_nature_and_weaken_nobody() -> None:
    found = differences(sides((made(Network, zone_kind="zone"),), (made(Network, zone_kind="region"),)))
    assert [(one.field, one.weaker, one.counts) for one in found] == [("zone_kind", (), False)]


def test_a_guard_against_deletion_counts_in_production_only() -> None:
    guarded, open_ = (made(ObjectStore, deletion_guarded=value) for value in (True, False))
    assert counted(differences(sides((guarded,), (open_,)))) == [("ObjectStore r", "deletion_guarded", ("b",))]
    urn = "urn:pulumi:011002-resident-record-verification::p::t::store"
    found = differences(sides((replace(guarded, urn=urn),), (replace(open_, urn=urn),)))
    assert [(one.field, one.weaker, one.counts) for one in found] == [("deletion_guarded", ("b",), False)]
    assert [one.counts for one in differences(sides((replace(guarded, urn=urn),), (open_,)))] == [True]


STORE = made(ObjectStore, tls_only=True, retention_days=30)
FLOW = made(Flow, source="entry", destination="data", protocol="tcp", ports=(1, 1))


def test_equal_facts_with_other_names_do_not_differ() -> None:
    other = replace(STORE, urn="urn:pulumi:s::p::u::other")
    assert differences(sides((STORE, FLOW), (replace(FLOW, urn="x"), other), (STORE, FLOW))) == []


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.COMPARED])
def test_of_a_thing_that_one_side_lacks_the_weaker_side_follows_from_its_kind(kind: type[Fact]) -> None:
    neither = (ObjectStore, Key, Reach, Machine, Cluster, BackupVault, Cache)
    expected = ("a",) if kind.EXTRA_IS == "weaker" else () if kind in neither else ("b",)
    thing = f"{kind.__name__} r" if kind is not Flow else "Flow"
    for with_it, without in (((made(kind),), ()), ((made(kind),) * 2, (made(kind),))):
        if kind is Flow and without:
            continue  # equal flows are one
        found = differences(sides(with_it, without))
        assert counted(found) == [(thing, "", expected)]
        assert found[0].values["b"] is None


def test_flows_compare_as_a_set_whatever_rules_say_them() -> None:
    assert differences(sides((FLOW, replace(FLOW, urn="x", role="y")), (FLOW,))) == []
    wider = replace(FLOW, ports=(1, 2))
    named = "Flow (source=entry, destination=data, protocol=tcp, reason_given=unknown)"
    assert counted(differences(sides((FLOW,), (wider,)))) == [(named, "ports", ("b",))]


def test_flows_that_have_little_in_common_are_not_compared_field_by_field() -> None:
    other = replace(FLOW, source="services", destination="application")
    assert counted(differences(sides((FLOW,), (other,)))) == [("Flow", "", ("a",)), ("Flow", "", ("b",))]


def test_the_most_alike_are_compared_with_each_other() -> None:
    first, second = (
        made(Identity, permissions=frozenset({(action, "x")})) for action in ("read-objects", "pull-images")
    )
    weak = replace(second, wildcard=True)
    found = differences(sides((first, replace(second, wildcard=False)), (weak, first)))
    assert counted(found) == [("Identity r", "wildcard", ("b",))]


def test_of_what_is_said_of_every_resource_only_a_weaker_one_than_all_others_counts() -> None:
    home, world, away = (made(Located, location=word) for word in ("japan", "global", "abroad"))
    assert differences(sides((home, home, world), (home,))) == []
    assert counted(differences(sides((home, away), (home, world)))) == [("Located located", "location", ("a",))]
    assert differences(sides((home, away), (away,))) == []


def one_declared(**more: Any) -> list[Declared]:
    return [Declared(**{"cloud": "b", "kind": "ObjectStore", "field": "tls_only", "reason": WHY, **more})]


def test_a_declared_field_does_not_count_on_that_cloud_only() -> None:
    broken = replace(STORE, tls_only=False)
    found = differences(sides((STORE,), (broken,), (broken,)), one_declared())
    assert [(tuple(one.values), one.counts) for one in found] == [(("a", "b"), False), (("a", "c"), True)]
    known = one_declared()
    assert unused(differences(sides((STORE,), (broken,)), known), known) == []


def test_a_declared_value_leaves_a_fact_out_on_that_cloud_only() -> None:
    known = one_declared(kind="Flow", field="source", value="health-checks")
    extra = replace(FLOW, source="health-checks")
    hidden = differences(sides((FLOW,), (FLOW, extra)), known)
    assert [(one.thing, one.field, one.weaker, one.counts) for one in hidden] == [("Flow", "", ("b",), False)]
    assert counted(differences(sides((FLOW, extra), (FLOW,)), known)) == [("Flow", "", ("a",))]


def test_a_declaration_for_one_role_says_nothing_of_another() -> None:
    broken = replace(STORE, tls_only=False)
    assert counted(differences(sides((STORE,), (broken,)), one_declared(role="r"))) == []
    assert len(counted(differences(sides((STORE,), (broken,)), one_declared(role="other")))) == 1


def test_a_declaration_that_explains_nothing_is_unused() -> None:
    known = one_declared()
    assert unused(differences(sides((STORE,), (STORE,)), known), known) == known


def test_every_pair_is_compared() -> None:
    facts = [(replace(STORE, retention_days=days),) for days in (1, 2, 3, 4)]
    found = differences(sides(*facts))
    assert [tuple(one.values) for one in found] == list(combinations("abcd", 2))
    assert [one.weaker for one in found] == [(one,) for one, _ in combinations("abcd", 2)]


def test_every_row_of_the_file_names_a_field_that_exists_and_is_said_in_both_languages() -> None:
    by_name = {kind.__name__: kind for kind in KINDS}
    for row in declared():
        field = next(one for one in fields(by_name[row.kind]) if one.name == row.field)
        assert field.compare
        assert row.reason.en.endswith(".")
        assert row.reason.ja.endswith("。")
    assert len(set(map(repr, declared()))) == len(declared())


def test_values_are_shown_as_plain_data() -> None:
    assert plain(frozenset({("b", "x"), ("a", "y")})) == [["a", "y"], ["b", "x"]]
    assert plain((0, 65535)) == [0, 65535]
    assert (plain(UNKNOWN), plain(NOT_OFFERED), plain("x"), plain(value=False)) == (
        "unknown",
        "not offered",
        "x",
        False,
    )
