"""Types under the names they have now. Older programs, and those that pin an API version, register them under other names.

https://www.pulumi.com/registry/packages/aws/how-to-guides/7-0-migration/
https://www.pulumi.com/registry/packages/azure-native/from-v2-to-v3/
"""

import re

__all__ = ["present"]

# `aws:s3/bucketVersioningV2:BucketVersioningV2`, with the same properties as the type without the number.
_SECOND = re.compile(r"(aws:s3/bucket\w*?)V2:(\w+)V2")
# `azure-native:storage/v20230501preview:StorageAccount`.
_PINNED = re.compile(r"(azure-native:\w+)/v\d{8}\w*(:.+)")
_MOVED = {
    "azure-native:documentdb:DatabaseAccount": "azure-native:cosmosdb:DatabaseAccount",
    "azure-native:insights:DiagnosticSetting": "azure-native:monitor:DiagnosticSetting",
    "azure-native:cache:Redis": "azure-native:redis:Redis",
    "azure-native:cache:RedisEnterprise": "azure-native:redisenterprise:RedisEnterprise",
    "azure-native:network:PrivateZone": "azure-native:privatedns:PrivateZone",
    "azure-native:network:VirtualNetworkLink": "azure-native:privatedns:VirtualNetworkLink",
    "azure-native:network:Zone": "azure-native:dns:Zone",
    "azure-native:network:RecordSet": "azure-native:dns:RecordSet",
}


def present(token: str) -> str:
    """The type token of today; the same where it has not changed."""
    for pattern in (_SECOND, _PINNED):
        found = pattern.fullmatch(token)
        if found:
            token = "".join((found[1], f":{found[2]}" if pattern is _SECOND else found[2]))
    return _MOVED.get(token, token)
