"""What start scripts say about time servers and passwords: found in whatever form, and nothing in any other text."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.facts.scripts import admits_passwords, keeps_time, scripts, time_servers
from policies.facts.vocabulary import UNKNOWN

OWN = frozenset({"169.254.169.123"})
HOST = st.from_regex(r"[a-z][a-z0-9-]{0,20}(\.[a-z]{2,5}){1,2}", fullmatch=True)
FORMS = st.sampled_from(
    [
        "server {} iburst\n",
        "pool {} maxpoll 10 iburst\n",
        "echo 'server {} prefer' >> /etc/ntp.conf\n",
        "[Time]\nNTP={}\n",
        "FallbackNTP = {}\n",
        'w32tm /config /manualpeerlist:"{}" /syncfromflags:manual\n',
        "ntp:\n  servers:\n    - {}\n",
        "#cloud-config\nntp:\n  enabled: true\n  pools: [{}]\n",
    ]
)


@given(FORMS, HOST)
def test_a_time_server_is_found_in_every_form(form: str, host: str) -> None:
    text = form.format(host)
    assert list(time_servers(text)) == [host]
    assert keeps_time([text], OWN) is False
    assert keeps_time([text], frozenset({host})) is True


@given(st.text())
def test_any_text_is_read_without_an_error(text: str) -> None:
    (found,) = scripts({"a": text}, "a")
    assert keeps_time([found], OWN) in (True, False)
    assert admits_passwords([found]) in (True, False)


@given(st.text(min_size=12))
def test_base64_is_undone(text: str) -> None:
    coded = base64.b64encode(text.encode()).decode()
    assert scripts({"a": coded}, "a") == [text]


@pytest.mark.parametrize(
    "text", ["upstream app {\n  server 10.0.0.5:8080;\n}\n", "servers:\n  - a.example.jp\n", "# a server for ntp\n"]
)
def test_other_servers_are_none(text: str) -> None:
    assert list(time_servers(text)) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PasswordAuthentication yes\n", True),
        ("a: 1\nssh_pwauth: True\n", True),
        ("echo root:x | chpasswd\n", True),
        ("#PasswordAuthentication yes\nPasswordAuthentication no\n", False),
        ("ssh_pwauth: false\n", False),
    ],
)
def test_passwords_are_found(text: str, expected: bool) -> None:
    assert admits_passwords([text]) is expected


def test_what_is_not_known_stays_open_unless_another_text_decides() -> None:
    assert scripts({"a": UNKNOWN, "b": None}, "a", "b") == [UNKNOWN]
    assert admits_passwords([UNKNOWN]) is UNKNOWN
    assert keeps_time([UNKNOWN], OWN) is UNKNOWN
    assert admits_passwords([UNKNOWN, "ssh_pwauth: 1"]) is True
    assert keeps_time([UNKNOWN, "NTP=a.example.jp"], OWN) is False
    assert (admits_passwords([]), keeps_time([], OWN)) == (False, True)
