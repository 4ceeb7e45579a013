"""Where a thing says that copies of it are kept is where it is, too."""

from typing import Any

import pytest

from policies.facts import EXTRACTORS, extract
from policies.facts.resources import World
from policies.facts.vocabulary import UNKNOWN, Located
from tests.policies.bare import bare
from tests.policies.test_types import parameters

SECRET, TABLE = "aws:secretsmanager/secret:Secret", "aws:dynamodb/table:Table"
ACCOUNT = "azure-native:cosmosdb:DatabaseAccount"


def places(token: str, **properties: Any) -> list[Any]:
    found = extract(World([bare(token, "thing", properties)], complete=True))
    return [fact.location for fact in found if isinstance(fact, Located)]


@pytest.mark.parametrize(
    ("token", "path", "at", "japan", "abroad"),
    [
        (SECRET, "replicas", "region", "ap-northeast-3", "us-east-1"),
        (TABLE, "replicas", "regionName", "ap-northeast-3", "ap-southeast-1"),
        (ACCOUNT, "locations", "locationName", "Japan West", "Korea Central"),
    ],
)
def test_each_copy_has_a_place_beside_its_originals(token: str, path: str, at: str, japan: str, abroad: str) -> None:
    assert places(token) == places(token, **{path: []}) == ["japan"]
    assert places(token, **{path: [{at: japan}]}) == ["japan", "japan"]
    assert places(token, **{path: [{at: japan}, {at: abroad}]}) == ["japan", "japan", "abroad"]
    assert places(token, **{path: UNKNOWN}) == places(token, **{path: [{at: 7}]}) == ["japan", UNKNOWN]


def test_the_properties_that_name_copies_are_the_sdks() -> None:
    told = {token: path for one in EXTRACTORS for token, path in one.COPIES_AT.items()}
    assert told.keys() == {SECRET, TABLE, ACCOUNT}
    assert [path.partition(".")[0] in parameters(token) for token, path in told.items()] == [True] * len(told)
