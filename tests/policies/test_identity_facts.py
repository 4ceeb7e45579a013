"""Rights and trust as neutral facts, on each cloud: who has everything, who is everyone, and which ways lead to more rights."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.facts import extract
from policies.facts.aws.policy_document import admits_anyone, covers, leaves_open, where_allowed
from policies.facts.azure.escalation import Rights
from policies.facts.oci.grammar import Comparison, Conditions, Sentence, Subject, parse
from policies.facts.resources import Resource, World
from policies.facts.vocabulary import UNKNOWN, AccessGrant, Fact, Identity

STACK = "urn:pulumi:011002-resident-record-production::machikumo"
ACCOUNT = "111122223333"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"


def made(token: str, name: str, /, **properties: Any) -> Resource:
    return Resource(
        urn=f"{STACK}::{token}::{name}",
        type=token,
        name=name,
        role=name,
        id=properties.pop("id", name),
        properties={"name": name, **properties},
        provider={},
    )


def of(kind: type[Fact], *resources: Resource, complete: bool = True) -> dict[str, Any]:
    return {one.name: one for one in extract(World(resources, complete=complete)) if isinstance(one, kind)}


def said(fact: Any) -> tuple[Any, Any, Any]:
    words = fact.escalations
    return fact.wildcard, fact.open_to_anyone, set(words) if isinstance(words, frozenset) else words


# AWS


def policy(*statements: Mapping[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **one} for one in statements]})


def allow(*actions: str, on: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Action": list(actions), "Resource": on, **more}


ROLE, USER, GROUP = "aws:iam/role:Role", "aws:iam/user:User", "aws:iam/group:Group"
TRUST = policy({"Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"})
PASSES_TO_ANY = f"arn:aws:iam::{ACCOUNT}:role/*"

HELD: list[tuple[str, list[Mapping[str, Any]], tuple[bool, set[str]]]] = [
    ("nothing", [], (False, set())),
    ("one action on one thing", [allow("s3:GetObject", on="arn:aws:s3:::records/*")], (False, set())),
    (
        "everything",
        [allow("*")],
        (True, {"grant-rights", "issue-credentials", "act-as", "change-trust", "run-as", "join-group", "lift-limits"}),
    ),
    ("all of a service", [allow("sqs:*")], (True, set())),
    ("all of a service on all its things", [allow("dynamodb:*", on=f"arn:aws:dynamodb:r:{ACCOUNT}:table/*")], (True, set())),
    ("all of a service on one thing", [allow("sqs:*", on=f"arn:aws:sqs:r:{ACCOUNT}:one")], (False, set())),
    ("all but some", [{"NotAction": ["iam:*", "sts:*", "lambda:*", "ssm:*", "ec2*", "ecs:*", "glue:*", "sage*", "cloudf*", "codeb*"], "Resource": "*"}], (True, set())),
    ("on all but some", [{"Action": "sqs:*", "NotResource": "arn:aws:sqs:r:1:one"}], (True, set())),
    ("writes policies", [allow("iam:CreatePolicyVersion", on=f"arn:aws:iam::{ACCOUNT}:policy/one")], (False, {"grant-rights"})),
    ("writes policies by a pattern", [allow("iam:Put*Policy")], (False, {"grant-rights"})),
    ("makes keys for others", [allow("iam:CreateAccessKey")], (False, {"issue-credentials"})),
    (
        "makes keys for the own user",
        [allow("iam:CreateAccessKey", on=f"arn:aws:iam::{ACCOUNT}:user/${{aws:username}}")],
        (False, set()),
    ),
    ("assumes any role", [allow("sts:AssumeRole", on=PASSES_TO_ANY)], (False, {"act-as"})),
    ("assumes one role", [allow("sts:AssumeRole", on=f"arn:aws:iam::{ACCOUNT}:role/reader")], (False, set())),
    ("passes any role and runs", [allow("iam:PassRole", on=PASSES_TO_ANY), allow("ec2:RunInstances")], (False, {"run-as"})),
    ("passes any role", [allow("iam:PassRole")], (False, set())),
    ("runs", [allow("ec2:RunInstances")], (False, set())),
    (
        "passes one role and runs",
        [allow("iam:PassRole", on=f"arn:aws:iam::{ACCOUNT}:role/machine"), allow("ec2:RunInstances")],
        (False, set()),
    ),
    ("needs both of a pair", [allow("iam:PassRole", "codebuild:CreateProject")], (False, set())),
    ("has both of a pair", [allow("iam:PassRole", "ecs:RegisterTaskDefinition", "ecs:RunTask")], (False, {"run-as"})),
    (
        "what is denied outright",
        [allow("iam:PutRolePolicy"), {"Effect": "Deny", "Action": "iam:*", "Resource": "*"}],
        (False, set()),
    ),
    (
        "what is denied under a condition",
        [allow("iam:PutRolePolicy"), {"Effect": "Deny", "Action": "iam:*", "Resource": "*", "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "false"}}}],
        (False, {"grant-rights"}),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("statements", "expected"), [row[1:] for row in HELD], ids=[row[0] for row in HELD])
def test_what_an_aws_policy_gives_is_the_same_whoever_holds_it(
    statements: list[Mapping[str, Any]], expected: tuple[bool, set[str]]
) -> None:
    written = policy(*statements)
    inline = [
        made(ROLE, "role", assumeRolePolicy=TRUST),
        made("aws:iam/rolePolicy:RolePolicy", "role-policy", role="role", policy=written),
        made(USER, "user"),
        made("aws:iam/userPolicy:UserPolicy", "user-policy", user="user", policy=written),
        made(GROUP, "group"),
        made("aws:iam/groupPolicy:GroupPolicy", "group-policy", group="group", policy=written),
        made("aws:iam/policy:Policy", "policy", arn="arn:aws:iam::1:policy/policy", policy=written),
        made(ROLE, "attached", assumeRolePolicy=TRUST),
        made("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "a", role="attached", policyArn="arn:aws:iam::1:policy/policy"),
        made("aws:iam/groupPolicy:GroupPolicy", "elsewhere", group="of-another-stack", policy=written),
    ]  # fmt: skip
    wild, ways = expected
    for name, fact in {**of(Identity, *inline), **of(AccessGrant, *inline)}.items():
        assert said(fact) == (wild, False, ways), name
    assert of(AccessGrant, *inline).keys() == {"user", "group", "policy", "elsewhere"}


ATTACHED: list[tuple[str, str, tuple[Any, Any]]] = [
    ("administrator", ADMINISTRATOR, (True, "some")),
    ("full access to a service", "arn:aws:iam::aws:policy/AmazonS3FullAccess", (True, set())),
    ("reads", "arn:aws:iam::aws:policy/SecurityAudit", (False, set())),
    ("starts tasks", "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy", (False, set())),
    ("one that nobody knows", "arn:aws:iam::aws:policy/OfTomorrow", (UNKNOWN, UNKNOWN)),
    ("one of another stack", "arn:aws:iam::1:policy/other", (UNKNOWN, UNKNOWN)),
]


@pytest.mark.parametrize(("arn", "expected"), [row[1:] for row in ATTACHED], ids=[row[0] for row in ATTACHED])
@pytest.mark.parametrize("way", ["role", "list", "roles", "managed", "user", "outside"])
def test_an_attached_policy_counts_however_it_is_attached(arn: str, way: str, expected: tuple[Any, Any]) -> None:
    role = made(ROLE, "holder", assumeRolePolicy=TRUST, **({"managedPolicyArns": [arn]} if way == "managed" else {}))
    attachment = {
        "role": made("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "a", role="holder", policyArn=arn),
        "list": made("aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive", "a", roleName="holder", policyArns=[arn]),
        "roles": made("aws:iam/policyAttachment:PolicyAttachment", "a", roles=["holder"], policyArn=arn),
        "user": made("aws:iam/userPolicyAttachment:UserPolicyAttachment", "a", user="holder", policyArn=arn),
        "outside": made("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "holder", role="elsewhere", policyArn=arn),
    }  # fmt: skip
    holder = {"user": [made(USER, "holder")], "outside": []}.get(way, [role])
    stack = [*holder, *([attachment[way]] if way != "managed" else [])]
    (fact,) = {**of(Identity, *stack), **of(AccessGrant, *stack)}.values()
    wild, _, ways = said(fact)
    assert (wild, ways if expected[1] != "some" else "some" if len(ways) == 7 else ways) == expected


def test_a_user_has_what_its_groups_have() -> None:
    group = [
        made(GROUP, "staff"),
        made("aws:iam/groupPolicy:GroupPolicy", "p", group="staff", policy=policy(allow("iam:PassRole"))),
    ]
    user = [
        made(USER, "person"),
        made("aws:iam/userPolicy:UserPolicy", "q", user="person", policy=policy(allow("lambda:CreateFunction"))),
    ]
    member = made("aws:iam/userGroupMembership:UserGroupMembership", "m", user="person", groups=["staff"])
    assert {name: said(fact)[2] for name, fact in of(AccessGrant, *group, *user).items()} == {
        "staff": set(),
        "person": set(),
    }
    joined = of(AccessGrant, *group, *user, member)
    assert {name: said(fact)[2] for name, fact in joined.items()} == {"staff": set(), "person": {"run-as"}}  # fmt: skip


@pytest.mark.parametrize(
    ("boundary", "wild"),
    [
        (None, True),
        (policy(allow("s3:GetObject")), False),
        (policy(allow("s3:*")), True),
        (UNKNOWN, UNKNOWN),
    ],
)
def test_a_boundary_takes_away_what_a_wildcard_gives(boundary: Any, wild: Any) -> None:
    limit = made("aws:iam/policy:Policy", "limit", arn="arn:aws:iam::1:policy/limit", policy=boundary)
    named = {} if boundary is None else {"permissionsBoundary": "arn:aws:iam::1:policy/limit"}
    role = made(ROLE, "holder", assumeRolePolicy=TRUST, managedPolicyArns=[ADMINISTRATOR], **named)
    assert of(Identity, role, limit)["holder"].wildcard is wild


EVERYONE: list[tuple[str, Mapping[str, Any], bool]] = [
    ("a service", {"Principal": {"Service": "sns.amazonaws.com"}}, False),
    ("an account", {"Principal": {"AWS": ACCOUNT}}, False),
    ("a star", {"Principal": "*"}, True),
    ("a star among accounts", {"Principal": {"AWS": [ACCOUNT, "*"]}}, True),
    ("all but one", {"NotPrincipal": {"AWS": ACCOUNT}}, True),
    ("tied to an account", {"Principal": "*", "Condition": {"StringEquals": {"AWS:SourceAccount": ACCOUNT}}}, False),
    ("tied to an organisation", {"Principal": "*", "Condition": {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-1/*"}}}, False),
    ("tied to whatever", {"Principal": "*", "Condition": {"StringLike": {"aws:PrincipalArn": "*"}}}, True),
    ("tied to any account", {"Principal": "*", "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:*:*:*:*"}}}, True),
    ("not this account", {"Principal": "*", "Condition": {"StringNotEquals": {"aws:SourceAccount": ACCOUNT}}}, True),
    ("tied where the key is there", {"Principal": "*", "Condition": {"StringEqualsIfExists": {"aws:SourceAccount": ACCOUNT}}}, True),
    ("over TLS", {"Principal": "*", "Condition": {"Bool": {"aws:SecureTransport": "true"}}}, True),
    ("a token of any subject", {"Principal": {"Federated": "i"}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}}}, True),
    ("a token of one subject", {"Principal": {"Federated": "i"}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringLike": {"token.actions.githubusercontent.com:sub": "repo:town/kit:*"}}}, False),
    ("a token of whatever subject", {"Principal": {"Federated": "i"}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringLike": {"token.actions.githubusercontent.com:sub": "repo:*"}}}, True),
    ("a SAML user", {"Principal": {"Federated": "i"}, "Action": "sts:AssumeRoleWithSAML"}, False),
]  # fmt: skip
_TRUSTS = [
    ("aws:sqs/queuePolicy:QueuePolicy", "policy"),
    ("aws:sns/topicPolicy:TopicPolicy", "policy"),
    ("aws:s3/bucketPolicy:BucketPolicy", "policy"),
    ("aws:opensearch/domainPolicy:DomainPolicy", "accessPolicies"),
]


@pytest.mark.parametrize(("statement", "anyone"), [row[1:] for row in EVERYONE], ids=[row[0] for row in EVERYONE])
def test_a_statement_for_everyone_is_open_unless_a_condition_ties_it(
    statement: Mapping[str, Any], anyone: bool
) -> None:
    written = policy({"Action": "x:y", "Resource": "*", **statement})
    assert of(Identity, made(ROLE, "role", assumeRolePolicy=written))["role"].open_to_anyone is anyone
    for token, path in _TRUSTS:
        assert said(of(AccessGrant, made(token, "own", **{path: written}))["own"]) == (False, anyone, set())


@pytest.mark.parametrize(
    ("properties", "anyone"),
    [
        ({"principal": "*"}, True),
        ({"principal": "*", "principalOrgId": "o-1"}, False),
        ({"principal": "events.amazonaws.com"}, True),
        ({"principal": "events.amazonaws.com", "sourceArn": "arn:aws:events:r:1:rule/a"}, False),
        ({"principal": "s3.amazonaws.com", "sourceAccount": ACCOUNT}, False),
        ({"principal": ACCOUNT}, False),
        ({"principal": "s3.amazonaws.com", "sourceAccount": UNKNOWN}, UNKNOWN),
        ({"principal": UNKNOWN}, UNKNOWN),
    ],
)
def test_a_function_is_not_called_by_a_service_for_whomever(properties: Mapping[str, Any], anyone: Any) -> None:
    found = of(AccessGrant, made("aws:lambda/permission:Permission", "p", **properties))
    assert found["p"].open_to_anyone is anyone


@given(st.text("ab*?:/[", max_size=8), st.text("ab:/[", max_size=8))
@settings(deadline=None)
def test_a_pattern_covers_exactly_what_its_wildcards_say(pattern: str, text: str) -> None:
    def fits(left: str, right: str) -> bool:
        if not left:
            return not right
        if left[0] == "*":
            return fits(left[1:], right) or (bool(right) and fits(left, right[1:]))
        return bool(right) and left[0] in ("?", right[0]) and fits(left[1:], right[1:])

    assert covers(pattern, text) is fits(pattern, text)


WORDS = st.sampled_from(["*", "s3:*", "s3:GetObject", "iam:Pass*", "Allow", "Deny", "arn:aws:s3:::a/*", 3, None, "é"])
ODD = st.recursive(
    WORDS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS.map(str), inner, max_size=3)
)
ELEMENTS = st.sampled_from(["Effect", "Action", "NotAction", "Resource", "NotResource", "Principal", "Condition"])


@given(st.lists(st.dictionaries(ELEMENTS, ODD, max_size=6), max_size=3) | ODD)
@settings(deadline=None)
def test_no_odd_policy_stops_the_reading_and_a_further_statement_takes_no_right_away(statements: Any) -> None:
    document = {"Statement": statements}
    admits_anyone(document)
    found = where_allowed([document], "iam:passrole")
    assert all(leaves_open(one) in (True, False) for one in found)
    more = {"Statement": [{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:aws:iam::1:role/a"}]}
    assert where_allowed([document, more], "iam:passrole") >= found


# OCI

PLACES = st.sampled_from(["tenancy", "compartment A:B", "compartment id ocid1.compartment.oc1..a", "any-tenancy"])
NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9_.-]{0,8}", fullmatch=True).filter(
    lambda name: name.lower() not in ("id", "of", "to", "group", "service", "resource", "dynamic-group")
)
SUBJECTS = st.lists(
    st.builds(Subject, kind=st.just("group"), name=NAMES, by_id=st.booleans()), min_size=1, max_size=3
).map(tuple) | st.sampled_from([(Subject(kind="any-user"),), (Subject(kind="any-group"),)])
COMPARISONS = st.builds(
    Comparison,
    variable=st.sampled_from(["target.bucket.name", "request.principal.id", "request.user.mfatotpverified"]),
    operator=st.sampled_from(["=", "!="]),
    values=st.tuples(st.text("abc /,{}", max_size=5).filter(lambda text: "'" not in text) | st.just("/a*/")),
)
CONDITIONS = st.none() | st.recursive(
    COMPARISONS,
    lambda inner: st.builds(Conditions, every=st.booleans(), parts=st.lists(inner, min_size=1, max_size=3).map(tuple)),
    max_leaves=6,
)
SENTENCES = st.builds(
    Sentence,
    effect=st.sampled_from(["allow", "deny"]),
    subjects=SUBJECTS,
    verb=st.just("manage"),
    what=st.sampled_from(["objects", "all-resources"]),
    place=PLACES,
    condition=CONDITIONS,
) | st.builds(
    Sentence,
    effect=st.just("allow"),
    subjects=SUBJECTS,
    rights=st.frozensets(st.sampled_from(["OBJECT_READ", "KEY_DECRYPT"]), min_size=1),
    place=PLACES,
    condition=CONDITIONS,
)


def spelled(sentence: Sentence) -> str:
    """The sentence as the language writes it."""

    def said_by(condition: Any) -> str:
        if isinstance(condition, Comparison):
            value = condition.values[0]
            return f"{condition.variable} {condition.operator} {value if value == '/a*/' else repr(value)}"
        inner = " , ".join(map(said_by, condition.parts))
        return f"{'all' if condition.every else 'ANY'}{{{inner}}}"

    subject = sentence.subjects[0]
    names = ", ".join(f"{'id ' if one.by_id else ''}{one.name}" for one in sentence.subjects)
    who = subject.kind if subject.kind.startswith("any-") else f"{subject.kind} {names}"
    right = f"{{ {' , '.join(sentence.rights)} }}" if sentence.rights else f"{sentence.verb} {sentence.what}"
    where = f" where {said_by(sentence.condition)}" if sentence.condition else ""
    return f" {sentence.effect.upper()} {who}\n to {right}  IN {sentence.place}{where} "


@given(SENTENCES)
@settings(deadline=None)
def test_a_statement_is_read_as_it_was_written(sentence: Sentence) -> None:
    assert parse(spelled(sentence)) == sentence


@given(SENTENCES, st.data())
@settings(deadline=None)
def test_a_statement_cut_short_or_with_a_stray_mark_is_another_or_none_and_never_an_error(
    sentence: Sentence, data: st.DataObject
) -> None:
    text = spelled(sentence)
    at = data.draw(st.integers(0, len(text)))
    for broken in (text[:at], text[:at] + data.draw(st.sampled_from("{}(),'=")) + text[at:], text + "}"):
        found = parse(broken)
        assert found is None or isinstance(found, Sentence)
    assert parse(text.rstrip() + "}") is None


@given(st.text(max_size=40) | st.text("alow group tie{}()'=,/ ", max_size=60))
@settings(deadline=None)
def test_no_text_stops_the_reading_of_statements(text: str) -> None:
    assert parse(text) is None or isinstance(parse(text), Sentence)


@pytest.mark.parametrize(
    "text",
    [
        "Define tenancy Partner as ocid1.tenancy.oc1..a",
        "Endorse group Backup to manage object-family in any-tenancy",
        "Admit group Partner of tenancy Partner to read buckets in compartment Shared",
        "Endorse group N to associate local-peering-gateways in compartment A with local-peering-gateways in tenancy B",
        "Allow group 'Default'/'Network Admins' to manage virtual-network-family in tenancy",
        "Allow service objectstorage-ap-tokyo-1, faas to use keys in tenancy",
        "Allow any-user to use fn-invocation in compartment A where ALL {request.principal.type='ApiGateway', any {request.user.id = 'a', target.resource.tag.ns.key = /x*/}}",
        "Allow group A to read buckets in tenancy where request.utc-timestamp.day-of-week in ('monday', 'friday')",
        "Allow group A to read buckets in tenancy where request.utc-timestamp before '2027-01-01T00:00Z'",
        "Deny admit any-user of any-tenancy to read buckets in tenancy",
    ],
)
def test_every_form_of_the_language_is_read(text: str) -> None:
    assert parse(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "Allow group A manage objects in tenancy",
        "Allow group A to own objects in tenancy",
        "Allow group A to manage objects",
        "Allow group A to manage objects in tenancy where",
        "Allow group A to manage objects in tenancy where all {}",
        "Allow group A to manage objects in tenancy where a = 'b' c",
        "please allow group A to manage objects in tenancy",
        "",
    ],
)
def test_what_is_no_statement_is_not_read(text: str) -> None:
    assert parse(text) is None


STATED: list[tuple[str, tuple[Any, Any, Any]]] = [
    ("Allow group A to manage buckets in compartment X", (False, False, set())),
    ("Allow group A to inspect all-resources in tenancy", (False, False, set())),
    ("Allow group A to manage object-family in tenancy", (True, False, set())),
    ("Allow group A to manage object-family in compartment X", (False, False, set())),
    ("Allow group A to manage virtual-network-family in compartment id ocid1.tenancy.oc1..a", (True, False, set())),
    ("Allow group A to manage policies in compartment X", (False, False, {"grant-rights"})),
    ("Allow group A to {POLICY_UPDATE} in tenancy", (False, False, {"grant-rights"})),
    ("Allow group A to use policies in tenancy", (False, False, set())),
    ("Allow group A to use dynamic-groups in tenancy", (False, False, {"change-trust"})),
    ("Allow group A to manage users in tenancy", (False, False, {"issue-credentials"})),
    ("Allow group A to use groups in tenancy", (False, False, set())),
    ("Allow group A to manage instances in compartment X", (False, False, set())),
    ("Allow group A to manage instances in tenancy", (False, False, {"run-as"})),
    ("Deny group A to manage all-resources in tenancy", (False, False, set())),
    ("Allow any-user to read objects in tenancy", (False, True, set())),
    ("Allow any-group to read objects in tenancy where target.bucket.name = 'open'", (False, True, set())),
    ("Allow any-user to read objects in tenancy where request.principal.id = 'ocid1.x'", (False, False, set())),
    ("Allow any-user to read objects in tenancy where request.principal.id != 'ocid1.x'", (False, True, set())),
    ("Allow any-user to read objects in tenancy where request.principal.id = /*/", (False, True, set())),
    ("Allow any-user to read objects in tenancy where any {request.user.id = 'a', target.bucket.name = 'b'}", (False, True, set())),
    ("Allow any-user to read objects in tenancy where any {request.user.id = 'a', request.user.id = 'b'}", (False, False, set())),
    ("Admit any-user of any-tenancy to read buckets in tenancy", (False, True, set())),
    ("Endorse any-user to read buckets in any-tenancy", (False, False, set())),
    ("no statement", (UNKNOWN, UNKNOWN, UNKNOWN)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), STATED, ids=[row[0][:60] for row in STATED])
def test_what_a_statement_gives(text: str, expected: tuple[Any, Any, Any]) -> None:
    found = of(AccessGrant, made("oci:Identity/policy:Policy", "p", statements=[text]))
    assert said(found["p"]) == expected


def test_two_rights_that_lead_further_together_count_across_policies_and_not_across_groups() -> None:
    def stack(second: str, guard: str = "") -> tuple[Resource, ...]:
        return (
            made("oci:Identity/policy:Policy", "one", statements=[f"Allow group A to use users in tenancy{guard}"]),
            made("oci:Identity/policy:Policy", "two", statements=[f"Allow group {second} to use groups in tenancy"]),
        )

    told = {name: said(fact)[2] for name, fact in of(AccessGrant, *stack("A")).items()}
    assert told == {"one": {"join-group"}, "two": set()}
    guarded = " where target.group.name != 'Administrators'"
    for apart in (stack("B"), stack("A", guarded)):
        assert [said(fact)[2] for fact in of(AccessGrant, *apart).values()] == [set(), set()]


# Google Cloud

PERSON = "user:person@example.jp"
PROJECT_WIDE = "gcp:projects/iAMMember:IAMMember"


def member(role: Any, who: Any = PERSON, token: str = PROJECT_WIDE, /, **more: Any) -> Resource:
    return made(token, f"{role}-{who}", role=role, member=who, **more)


GIVEN: list[tuple[str, tuple[Any, set[str]]]] = [
    ("roles/viewer", (False, set())),
    ("roles/owner", (True, {"grant-rights", "issue-credentials", "act-as", "change-trust", "run-as"})),
    ("roles/editor", (True, {"issue-credentials", "act-as", "run-as"})),
    ("roles/storage.admin", (True, set())),
    ("roles/storage.objectViewer", (False, set())),
    ("roles/iam.securityAdmin", (True, {"grant-rights", "change-trust"})),
    ("roles/iam.serviceAccountTokenCreator", (False, {"act-as"})),
    ("roles/iam.serviceAccountUser", (False, set())),
    ("roles/iam.serviceAccountKeyAdmin", (True, {"issue-credentials"})),
    ("roles/cloudbuild.builds.editor", (False, {"run-as"})),
    ("roles/run.developer", (False, set())),
]


@pytest.mark.parametrize(("role", "expected"), GIVEN, ids=[role for role, _ in GIVEN])
@pytest.mark.parametrize("level", ["projects", "folder", "organizations"])
def test_a_role_over_a_whole_project_is_the_same_by_member_binding_and_policy(
    level: str, role: str, expected: tuple[Any, set[str]]
) -> None:
    whole = json.dumps({"bindings": [{"role": role, "members": [PERSON, "group:staff@example.jp"]}]})
    stack = [
        made(f"gcp:{level}/iAMMember:IAMMember", "member", role=role, member=PERSON),
        made(f"gcp:{level}/iAMBinding:IAMBinding", "binding", role=role, members=["group:a@example.jp", "user:b@example.jp"]),
        made(f"gcp:{level}/iAMPolicy:IAMPolicy", "policy", policyData=whole),
    ]  # fmt: skip
    wild, ways = expected
    for name, fact in of(AccessGrant, *stack).items():
        assert said(fact) == (wild, False, ways), name


def test_a_role_on_one_thing_leads_no_further_and_everybody_is_everybody_on_anything() -> None:
    topic, account = "gcp:pubsub/topicIAMBinding:TopicIAMBinding", "gcp:serviceaccount/iAMMember:IAMMember"
    stack = [
        made(topic, "topic", role="roles/owner", members=[PERSON]),
        made(topic, "open", role="roles/pubsub.publisher", members=[PERSON, "allUsers"]),
        made("gcp:storage/bucketIAMMember:BucketIAMMember", "bucket", role="roles/viewer", member="allAuthenticatedUsers"),
        made(account, "one-account", role="roles/iam.serviceAccountTokenCreator", member=PERSON),
        made(account, "a-pool", role="roles/iam.workloadIdentityUser", member="principalSet://iam.googleapis.com/p/*"),
        made(account, "a-repository", role="roles/iam.workloadIdentityUser", member="principalSet://iam.googleapis.com/p/attribute.repository/town/kit"),
    ]  # fmt: skip
    found = {name: said(fact) for name, fact in of(AccessGrant, *stack).items()}
    assert {name for name, (_, anyone, _) in found.items() if anyone} == {"open", "bucket", "a-pool"}
    assert {(wild, frozenset(ways)) for wild, _, ways in found.values()} == {(False, frozenset())}


def test_two_roles_that_lead_further_together_count_for_one_member_and_not_for_two() -> None:
    acts, runs = "roles/iam.serviceAccountUser", "roles/run.developer"
    together = of(AccessGrant, member(acts), member(runs))
    assert sorted(sorted(said(fact)[2]) for fact in together.values()) == [[], ["run-as"]]
    apart = of(AccessGrant, member(acts), member(runs, "user:other@example.jp"))
    assert [said(fact)[2] for fact in apart.values()] == [set(), set()]


@pytest.mark.parametrize(
    ("permissions", "ways"),
    [
        (["storage.objects.get"], set()),
        (["resourcemanager.projects.setIamPolicy"], {"grant-rights"}),
        (["iam.serviceAccounts.actAs"], set()),
        (["iam.serviceAccounts.actAs", "compute.instances.create"], {"run-as"}),
        (["iam.serviceAccounts.signJwt", "orgpolicy.policy.set"], {"act-as", "lift-limits"}),
        (UNKNOWN, UNKNOWN),
    ],
)
def test_a_custom_role_gives_what_its_permissions_say(permissions: Any, ways: Any) -> None:
    role = made(
        "gcp:projects/iAMCustomRole:IAMCustomRole", "custom", permissions=permissions, id="projects/p/roles/custom"
    )
    found = of(AccessGrant, role, made(PROJECT_WIDE, "given", role="projects/p/roles/custom", member=PERSON))
    assert {name: said(fact)[2] for name, fact in found.items()} == {"custom": ways, "given": ways}
    elsewhere = of(AccessGrant, made(PROJECT_WIDE, "given", role="projects/p/roles/other", member=PERSON))
    assert said(elsewhere["given"]) == (False, False, UNKNOWN)


def test_an_account_of_the_stack_has_what_bindings_and_policies_give_it() -> None:
    account = made("gcp:serviceaccount/account:Account", "workload", email="w@p.iam.gserviceaccount.com")
    who = "serviceAccount:w@p.iam.gserviceaccount.com"
    bucket = made("gcp:storage/bucket:Bucket", "records")
    whole = json.dumps({"bindings": [{"role": "roles/run.admin", "members": [who]}]})
    stack = [
        account,
        bucket,
        made("gcp:storage/bucketIAMBinding:BucketIAMBinding", "b", bucket="records", role="roles/storage.objectViewer", members=[who]),
        made("gcp:projects/iAMPolicy:IAMPolicy", "p", policyData=whole),
        made("gcp:serviceaccount/iAMMember:IAMMember", "everybody", serviceAccountId="workload", role="roles/iam.serviceAccountUser", member="allUsers"),
    ]  # fmt: skip
    identity = of(Identity, *stack)["workload"]
    assert identity.permissions == {("read-objects", "records"), ("administer", "*")}
    assert said(identity) == (True, True, set())
    assert of(AccessGrant, *stack).keys() == {"everybody"}


# Azure

SUBSCRIPTION = "/subscriptions/s"
RESOURCE_GROUP = "/subscriptions/s/resourceGroups/g"
RESOURCE = f"{RESOURCE_GROUP}/providers/Microsoft.Storage/storageAccounts/a"
DEFINITIONS = "/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions"
OWNER, CONTRIBUTOR, READER, OPERATOR, MACHINES = (
    "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
    "b24988ac-6180-42a0-ab88-20f7382dd24c",
    "acdd72a7-3385-48ef-bd42-f606fba81ae7",
    "f1a07417-d97a-45cb-824c-7a7467783830",
    "9980e02c-c2be-4d73-94e8-173b1dc7cf3c",
)
EVERY_WAY = {"grant-rights", "change-trust", "act-as", "run-as"}


def assigned(role: Any, scope: Any = RESOURCE_GROUP, who: Any = "p", name: str = "a") -> Resource:
    identified = f"{DEFINITIONS}/{role}" if isinstance(role, str) else role
    token = "azure-native:authorization:RoleAssignment"
    return made(token, name, principalId=who, roleDefinitionId=identified, scope=scope)


@pytest.mark.parametrize(
    ("role", "scope", "expected"),
    [
        (OWNER, "/providers/Microsoft.Management/managementGroups/m", (True, False, EVERY_WAY)),
        (OWNER, SUBSCRIPTION, (True, False, EVERY_WAY)),
        (OWNER, RESOURCE_GROUP, (False, False, EVERY_WAY)),
        (OWNER, RESOURCE, (False, False, set())),
        (CONTRIBUTOR, SUBSCRIPTION, (True, False, EVERY_WAY - {"grant-rights"})),
        (READER, SUBSCRIPTION, (False, False, set())),
        (OPERATOR, RESOURCE_GROUP, (False, False, set())),
        (MACHINES, RESOURCE_GROUP, (False, False, {"act-as"})),
        ("4633458b-17de-408a-b874-0445c86b69e6", SUBSCRIPTION, (False, False, set())),
        ("00000000-0000-0000-0000-000000000000", RESOURCE, (False, False, set())),
        ("00000000-0000-0000-0000-000000000000", RESOURCE_GROUP, (False, False, UNKNOWN)),
        ("00000000-0000-0000-0000-000000000000", SUBSCRIPTION, (UNKNOWN, False, UNKNOWN)),
        (OWNER, UNKNOWN, (UNKNOWN, False, UNKNOWN)),
        (UNKNOWN, SUBSCRIPTION, (UNKNOWN, False, UNKNOWN)),
    ],
)
def test_a_role_gives_what_its_scope_lets_it(role: Any, scope: Any, expected: tuple[Any, Any, Any]) -> None:
    assert said(of(AccessGrant, assigned(role, scope))["a"]) == expected


def test_two_assignments_that_lead_further_together_count_for_one_principal_and_not_for_two() -> None:
    together = of(AccessGrant, assigned(OPERATOR), assigned(MACHINES, name="b"))
    assert {name: said(fact)[2] for name, fact in together.items()} == {"a": {"run-as"}, "b": {"act-as"}}
    apart = of(AccessGrant, assigned(OPERATOR), assigned(MACHINES, who="q", name="b"))
    assert {name: said(fact)[2] for name, fact in apart.items()} == {"a": set(), "b": {"act-as"}}


@pytest.mark.parametrize(
    ("permissions", "expected"),
    [
        ([{"actions": ["Microsoft.Storage/*/read"]}], (False, False, set())),
        ([{"actions": ["*"]}], (True, False, EVERY_WAY)),
        ([{"actions": ["*"], "notActions": ["Microsoft.Authorization/*", "Microsoft.ManagedIdentity/*", "Microsoft.Compute/*", "Microsoft.ContainerService/*", "Microsoft.Automation/*"]}], (True, False, set())),
        ([{"actions": ["microsoft.authorization/ROLEASSIGNMENTS/*"]}], (False, False, {"grant-rights"})),
        ([{"actions": ["*/write"]}], (False, False, EVERY_WAY)),
        ([{"actions": [3]}], (UNKNOWN, False, UNKNOWN)),
        ([3], (False, False, set())),
        (UNKNOWN, (UNKNOWN, False, UNKNOWN)),
    ],
)  # fmt: skip
def test_a_custom_role_of_azure_gives_what_its_actions_say(permissions: Any, expected: tuple[Any, Any, Any]) -> None:
    role = made("azure-native:authorization:RoleDefinition", "role", permissions=permissions)
    assert said(of(AccessGrant, role)["role"]) == expected


def test_an_identity_of_the_stack_has_its_assignments_folded_in() -> None:
    identity = made("azure-native:managedidentity:UserAssignedIdentity", "i", principalId="p")
    stack = [identity, assigned(OPERATOR), assigned(MACHINES, name="b")]
    assert of(Identity, *stack)["i"].escalations == {"act-as", "run-as"}
    assert of(AccessGrant, *stack) == {}


@given(
    st.lists(st.text("ab/*", max_size=6), max_size=3),
    st.lists(st.text("ab/*", max_size=6), max_size=3),
    st.text("ab/", max_size=6),
)
@settings(deadline=None)
def test_what_is_excepted_is_not_allowed_and_more_actions_take_nothing_away(
    actions: list[str], but: list[str], action: str
) -> None:
    allowed = Rights(actions=tuple(actions), but=tuple(but)).allow(action)
    assert not (allowed and action in but)
    assert Rights(actions=(*actions, "*")).allow(action)
    assert not allowed or Rights(actions=(*actions, "b"), but=tuple(but)).allow(action)


SHAPES = {
    PROJECT_WIDE: ("role", "member"),
    "gcp:projects/iAMBinding:IAMBinding": ("role", "members"),
    "gcp:projects/iAMPolicy:IAMPolicy": ("policyData",),
    "gcp:projects/iAMCustomRole:IAMCustomRole": ("permissions",),
    "azure-native:authorization:RoleAssignment": ("principalId", "roleDefinitionId", "scope"),
    "azure-native:authorization:RoleDefinition": ("permissions",),
    "oci:Identity/policy:Policy": ("statements",),
}
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4) | st.just(UNKNOWN),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["bindings", "role", "members", "actions"]), inner),
)


@given(st.sampled_from(sorted(SHAPES)), ANYTHING, ANYTHING, st.booleans())
@settings(deadline=None)
def test_no_odd_grant_stops_the_reading(token: str, one: Any, two: Any, complete: bool) -> None:
    for path in SHAPES[token]:
        odd = dict.fromkeys(SHAPES[token], two) | {path: one}
        found = of(AccessGrant, made(token, "odd", **odd), complete=complete)
        assert all(isinstance(fact, AccessGrant) for fact in found.values())
