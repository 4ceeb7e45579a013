"""Caches on each cloud."""

from policies.facts.vocabulary import UNKNOWN
from tests.policies.bare import Example

KEY, TLS, PUBLIC = "crypto-cache-cmk", "tls-database-required", "net-database-not-public"
ARN = "arn:aws:kms:ap-northeast-1:111122223333:key/k"
VAULT_KEY = {"customerManagedKeyEncryption": {"keyEncryptionKeyUrl": "https://v.vault.azure.net/keys/k"}}

EXAMPLES = [
    Example(
        token="aws:elasticache/replicationGroup:ReplicationGroup",
        good={"engine": "redis", "atRestEncryptionEnabled": True, "kmsKeyId": ARN, "transitEncryptionEnabled": True},
        broken=[
            (KEY, {"kmsKeyId": None}),
            (KEY, {"atRestEncryptionEnabled": None}),
            (TLS, {"transitEncryptionEnabled": None}),
            (TLS, {"transitEncryptionMode": "preferred"}),
        ],
        open=[
            (KEY, {"kmsKeyId": UNKNOWN}),
            (TLS, {"transitEncryptionEnabled": UNKNOWN}),
        ],
        bare=frozenset({KEY, TLS}),
    ),
    Example(
        token="aws:elasticache/replicationGroup:ReplicationGroup",
        good={"engine": "valkey", "kmsKeyId": ARN, "transitEncryptionEnabled": True},
        broken=[(KEY, {"atRestEncryptionEnabled": False}), (KEY, {"engine": "redis"})],
        open=[(KEY, {"engine": UNKNOWN, "atRestEncryptionEnabled": UNKNOWN})],
        bare=frozenset({KEY, TLS}),
    ),
    Example(
        token="aws:elasticache/serverlessCache:ServerlessCache",
        good={"engine": "valkey", "kmsKeyId": ARN},
        broken=[(KEY, {"kmsKeyId": None})],
        open=[(KEY, {"kmsKeyId": UNKNOWN})],
        bare=frozenset({KEY}),
    ),
    Example(
        token="azure-native:redisenterprise:RedisEnterprise",
        good={"publicNetworkAccess": "Disabled", "encryption": VAULT_KEY},
        broken=[(KEY, {"encryption": None}), (PUBLIC, {"publicNetworkAccess": None})],
        open=[(KEY, {"encryption": UNKNOWN}), (PUBLIC, {"publicNetworkAccess": UNKNOWN})],
        bare=frozenset({KEY, PUBLIC}),
    ),
    Example(
        token="gcp:redis/instance:Instance",
        good={"customerManagedKey": "key", "transitEncryptionMode": "SERVER_AUTHENTICATION"},
        broken=[(KEY, {"customerManagedKey": None}), (TLS, {"transitEncryptionMode": "DISABLED"})],
        open=[(KEY, {"customerManagedKey": UNKNOWN}), (TLS, {"transitEncryptionMode": UNKNOWN})],
        bare=frozenset({KEY, TLS}),
    ),
    Example(
        token="gcp:redis/cluster:Cluster",
        good={"kmsKey": "key", "transitEncryptionMode": "TRANSIT_ENCRYPTION_MODE_SERVER_AUTHENTICATION"},
        broken=[(KEY, {"kmsKey": None}), (TLS, {"transitEncryptionMode": None})],
        open=[(KEY, {"kmsKey": UNKNOWN}), (TLS, {"transitEncryptionMode": UNKNOWN})],
        bare=frozenset({KEY, TLS}),
    ),
    Example(
        token="gcp:memorystore/instance:Instance",
        good={"kmsKey": "key", "transitEncryptionMode": "SERVER_AUTHENTICATION"},
        broken=[(KEY, {"kmsKey": None}), (TLS, {"transitEncryptionMode": "TRANSIT_ENCRYPTION_DISABLED"})],
        open=[(KEY, {"kmsKey": UNKNOWN}), (TLS, {"transitEncryptionMode": UNKNOWN})],
        bare=frozenset({KEY, TLS}),
    ),
    Example(token="oci:Redis/redisCluster:RedisCluster", good={"nodeCount": 2}),
]
