"""What extractors declare about types, held against the installed SDKs."""

import importlib
import inspect
from keyword import iskeyword

import pytest

from policies.facts import EXTRACTORS
from policies.facts.extractor import Extractor


def parameters(token: str) -> set[str]:
    """The inputs (snake case) of the SDK's class for a type token."""
    package, module, name = token.split(":")
    service = module.partition("/")[0].lower()
    service = f"{service}_" if iskeyword(service) else service
    sdk = importlib.import_module(f"pulumi_{package.replace('-', '_')}.{service}")
    return set(inspect.signature(getattr(sdk, name)._internal_init).parameters)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # some classes of the SDKs warn on import
@pytest.mark.parametrize("extractor", EXTRACTORS, ids=[extractor.PACKAGE for extractor in EXTRACTORS])
def test_a_type_is_untaggable_only_where_the_sdk_offers_no_tags(extractor: Extractor) -> None:
    tags = {"tags": "tags", "labels": "labels", "freeformTags": "freeform_tags"}[extractor.TAGS]
    # The SDKs of further packages are not among those the kit needs.
    known = {one for one in extractor.KNOWN | extractor.INERT.keys() if one.partition(":")[0] == extractor.PACKAGE}
    without = {token for token in known if token not in extractor.TAGS_AT and tags not in parameters(token)}
    assert without == {one for one in extractor.UNTAGGABLE if one.partition(":")[0] == extractor.PACKAGE}
