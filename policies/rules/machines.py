"""Machines start what is signed, are administered by a recorded way, and tell the provider's time."""

from collections.abc import Iterator

from policies.facts.vocabulary import Machine, Network, known
from policies.language import Message
from policies.rules.rule import rule


@rule(
    "iam-instance-metadata-hardened",
    "Machines' metadata services answer only requests with a session token or header.",
    title_ja="インスタンスメタデータの保護",
)
def metadata_guarded(machine: Machine) -> Iterator[Message]:
    if not known(machine.metadata_guarded):
        yield Message(
            f"The metadata service of machine {machine.name} answers requests without a token, or beyond the machine. "
            "Require tokens and switch the older version off.",
            f"仮想マシン {machine.name} のメタデータがトークンなしで、またはマシンの外から読めます。"
            "トークンを必須にし、旧版を無効にしてください。",
        )


@rule(
    "host-secure-boot",
    "Machines verify what they boot.",
    title_ja="仮想マシンの検証付き起動",
)
def verified_boot(machine: Machine) -> Iterator[Message]:
    if not known(machine.verified_boot):
        yield Message(
            f"Machine {machine.name} boots without verification. Switch on secure boot, virtual TPM and its measurement.",
            f"仮想マシン {machine.name} の起動が検証されません。セキュアブート、仮想TPM、起動の測定を有効にしてください。",
        )


@rule(
    "net-admin-via-bastion",
    "Administrators reach machines by the cloud's own broker, never by password or a key laid down in them.",
    title_ja="踏み台経由の記録される管理接続",
)
def brokered(machine: Machine) -> Iterator[Message]:
    if machine.password_login is True:
        yield Message(
            f"Machine {machine.name} admits logins by password. Switch password authentication off.",
            f"仮想マシン {machine.name} にパスワードでログインできます。パスワード認証を無効にしてください。",
        )
    if machine.brokered_login is False:
        yield Message(
            f"Machine {machine.name} has no brokered, recorded way in. Use the cloud's session service or bastion, and no laid-down key.",
            f"仮想マシン {machine.name} に、仲介され記録される管理の経路がありません。"
            "クラウドのセッション機能か踏み台を使い、鍵を置かないでください。",
        )
    known(machine.password_login)
    known(machine.brokered_login)


@rule(
    "mon-time-sync",
    "Machines and networks use the provider's time source.",
    title_ja="時刻同期",
)
def time_from_provider(fact: Machine | Network) -> Iterator[Message]:
    if not known(fact.time_from_provider):
        yield Message(
            f"{fact.name} names a time server other than the provider's. Remove it from the script or DHCP options.",
            f"{fact.name} が事業者以外の時刻源を指定しています。スクリプトまたは DHCP オプションから外してください。",
        )
