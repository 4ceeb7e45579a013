"""A key is in hardware, and who administers it cannot use it."""

from collections.abc import Iterator

from policies.facts.vocabulary import Key, known
from policies.language import Message
from policies.rules.rule import rule


@rule(
    "crypto-key-hsm",
    "Keys of production are protected by hardware.",
    title_ja="機密性の高いデータの鍵をHSMで保護",
)
def in_hardware(key: Key) -> Iterator[Message]:
    if key.production and not known(key.hardware_protected):
        yield Message(
            f"Key {key.name} is protected by software. Make one with the HSM protection level, and move its data to it.",
            f"鍵 {key.name} はソフトウェアで保護されています。保護レベル HSM の鍵を作り、データを移してください。",
        )


@rule(
    "crypto-key-access-separated",
    "Nobody may both administer a key and encrypt or decrypt with it directly.",
    title_ja="鍵の管理権限と利用権限の分離",
)
def administration_separated(key: Key) -> Iterator[Message]:
    if not known(key.administration_separated):
        yield Message(
            f"Key {key.name} may be administered and used by the same principal. Grant administration to one, use to another.",
            f"鍵 {key.name} を同じ主体が管理も利用もできます。管理と利用を別々の主体に許可してください。",
        )
