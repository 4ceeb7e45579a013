"""Disks, file shares and caches are encrypted with a key of the customer's."""

from collections.abc import Iterator

from policies.facts.vocabulary import Cache, FileShare, Volume, known
from policies.language import Message
from policies.rules.encryption import provider_key
from policies.rules.rule import rule


@rule(
    "crypto-block-storage-cmk",
    "Disks, and what makes disks, are encrypted with a customer-managed key.",
    title_ja="ブロックストレージを利用者管理鍵で暗号化",
)
def volume_key(volume: Volume) -> Iterator[Message]:
    if not known(volume.customer_key):
        yield provider_key("A disk of", "ディスク", volume.name)


@rule(
    "crypto-file-storage-cmk",
    "Shared file systems are encrypted with a customer-managed key.",
    title_ja="共有ファイルストレージを利用者管理鍵で暗号化",
)
def share_key(share: FileShare) -> Iterator[Message]:
    if not known(share.customer_key):
        yield provider_key("File share", "ファイル共有", share.name)


@rule(
    "crypto-cache-cmk",
    "Caches are encrypted with a customer-managed key.",
    title_ja="キャッシュを利用者管理鍵で暗号化",
)
def cache_key(cache: Cache) -> Iterator[Message]:
    if not known(cache.customer_key):
        yield provider_key("Cache", "キャッシュ", cache.name)
