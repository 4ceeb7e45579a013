"""Older names of types are read as those of today."""

import pytest

from policies.facts import EXTRACTORS
from policies.facts.former import _MOVED, present


@pytest.mark.parametrize(
    ("former", "now"),
    [
        ("aws:s3/bucketV2:BucketV2", "aws:s3/bucket:Bucket"),
        ("aws:s3/bucketVersioningV2:BucketVersioningV2", "aws:s3/bucketVersioning:BucketVersioning"),
        ("aws:s3/bucketAclV2:BucketAclV2", "aws:s3/bucketAcl:BucketAcl"),
        ("aws:s3/bucket:Bucket", "aws:s3/bucket:Bucket"),
        ("azure-native:storage/v20230101:StorageAccount", "azure-native:storage:StorageAccount"),
        ("azure-native:web/v20220901preview:WebApp", "azure-native:web:WebApp"),
        ("azure-native:documentdb/v20230415:DatabaseAccount", "azure-native:cosmosdb:DatabaseAccount"),
        ("azure-native:cache/v20230401:Redis", "azure-native:redis:Redis"),
        ("azure-native:storage:StorageAccount", "azure-native:storage:StorageAccount"),
        ("gcp:storage/bucket:Bucket", "gcp:storage/bucket:Bucket"),
        ("pulumi:pulumi:Stack", "pulumi:pulumi:Stack"),
        ("", ""),
    ],
)
def test_a_type_is_read_under_the_name_of_today(former: str, now: str) -> None:
    assert present(former) == now
    assert present(now) == now


def test_what_was_moved_is_a_type_that_is_known_today() -> None:
    known = frozenset[str]().union(*(one.KNOWN | one.INERT.keys() for one in EXTRACTORS))
    assert set(_MOVED.values()) - known == set()
