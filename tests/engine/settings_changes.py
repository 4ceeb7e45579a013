"""What a municipality changes in a running production stack, and what the engine does then on each cloud.

`changes/<cloud>.json` holds the operations; `python -m tests.engine.settings_changes` prints the table of docs/settings-changes.md.
"""

import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from operations.engine import Result
from stacks.settings.messages import Text

__all__ = ["CHANGES", "CLOUDS", "FOLDER", "Change", "Operations", "performed", "recorded", "table", "together"]

CLOUDS = ("aws", "azure", "gcp", "oci")
FOLDER = Path(__file__).with_name("changes")
Operations = Mapping[str, list[str]]
"""Operation (`create`, `update`, `replace`, `delete`) to `type name` of every resource, sorted."""

_CERTIFICATES = {
    "aws": {
        "aws_certificate_arn": "arn:aws:acm:ap-northeast-1:111122223333:certificate/00000000-0000-4000-8000-000000000009"
    },
    "gcp": {"gcp_certificate_id": "projects/sapporo-jumin-prod/locations/asia-northeast1/certificates/renewed"},
    "oci": {"oci_certificate_id": "ocid1.certificate.oc1.ap-tokyo-1.exampleuniqueid09"},
}
_VAULTS = "/subscriptions/00000000-0000-4000-8000-000000000101/resourceGroups/certificates/providers/Microsoft.KeyVault/vaults"
_ANY_NAME = dict.fromkeys(
    ("aws", "gcp", "oci"),
    Text(
        ja="入口はどの名前にも応答する。証明書に名前があればよい。",
        en="the entry answers for any name; the certificate has to hold it.",
    ),
)
_FLOWS = [
    {"from": f"172.{number}.0.0/16", "port": 443, "why": why}
    for number, why in ((20, "本庁舎の業務端末"), (21, "区役所の業務端末"), (22, "出張所の業務端末"))
]


@dataclass(frozen=True, kw_only=True)
class Change:
    """`values`: the settings after it. `only`: what is set on one cloud alone. `left_out`: clouds where it does not exist, with
    why. A value None takes the setting away. `noticed`: what the people at the counter or the one who makes it notice, by cloud; elsewhere nothing. `secret`: the
    password is changed.
    """

    what: Text
    values: Mapping[str, Any] = field(default_factory=dict)
    only: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    left_out: Mapping[str, Text] = field(default_factory=dict)
    noticed: Mapping[str, Text] = field(default_factory=dict)
    secret: bool = False

    def settings(self, cloud: str) -> Mapping[str, Any]:
        return {**self.values, **self.only.get(cloud, {})}


_NEW_CONTAINERS = Text(
    ja="新しいコンテナができ次第、応答を待たずに古いものが終わる。窓口の時間外に行う。",
    en="old containers end as soon as the new ones exist, whether or not they answer: do it out of hours.",
)
_NEW_SIZE = {
    "aws": Text(
        ja="データベースは次のメンテナンス時間に待機系へ切り替わる(1分ほど)。",
        en="the database changes over to its standby (about a minute) in the next maintenance window.",
    ),
    "azure": Text(
        ja="データベースがすぐに切り替わる(数秒から数分)。",
        en="the database changes over at once (seconds to minutes).",
    ),
    "gcp": Text(ja="データベースがすぐに切り替わる(数秒)。", en="the database changes over at once (seconds)."),
    "oci": Text(ja="データベースがすぐに再起動する。", en="the database restarts at once; ") + _NEW_CONTAINERS,
}
_NEW_PASSWORD = {
    **dict.fromkeys(
        ("aws", "azure", "gcp"),
        Text(
            ja="コンテナが新しい値を読むまで新しい接続は失敗する。コンテナを再起動する。",
            en="new connections fail until the containers read the new value: restart them.",
        ),
    ),
    "oci": Text(
        ja="変わるのは秘密情報だけ。先に PostgreSQL の中でパスワードを変え、あとでコンテナを再起動する。",
        en="only the secret changes: alter the role inside PostgreSQL first, restart the containers after.",
    ),
}

CHANGES: tuple[Mapping[str, Change], ...] = (
    {
        "retention_days": Change(
            what=Text(ja="記録の保存期間を延ばす", en="records are kept longer"), values={"retention_days": 2190}
        ),
        "log_retention_days": Change(
            what=Text(ja="ログの保存期間を延ばす", en="logs are kept longer"), values={"log_retention_days": 2190}
        ),
        "recovery_days": Change(
            what=Text(ja="データベースを戻せる日数を変える", en="another recovery window"), values={"recovery_days": 28}
        ),
        "key_rotation_days": Change(
            what=Text(ja="鍵をもっと頻繁に更新する", en="the key rotates more often"),
            values={"key_rotation_days": 180},
            left_out={
                "azure": Text(
                    ja="事前に拒否する。間隔は鍵を作るときにだけ決められる。",
                    en="refused before anything happens: the interval is chosen when the key is made.",
                )
            },
        ),
        "flows, one more": Change(
            what=Text(ja="接続元を加える", en="another office is admitted"), values={"flows": _FLOWS}
        ),
        "size, down": Change(
            what=Text(ja="規模を下げる", en="a smaller size"), values={"size": "medium"}, noticed=_NEW_SIZE
        ),
        "accounting_line": Change(
            what=Text(ja="会計区分(タグ)を変える", en="another accounting line (tags)"),
            values={"accounting_line": "special"},
        ),
        "certificate": Change(
            what=Text(ja="証明書を更新する", en="a renewed certificate"),
            only=_CERTIFICATES,
            left_out={
                "azure": Text(
                    ja="クラウドが自ら更新する。団体の名前の証明書は、Key Vault で更新すれば 12 時間以内に替わる。",
                    en="the platform renews its own, and follows within 12 hours what is renewed in Key Vault for other names.",
                )
            },
        ),
        "azure_host_names": Change(
            what=Text(ja="利用者の使う名前と証明書を加える", en="names that users type, and their certificate"),
            only={
                "azure": {
                    "azure_host_names": ["juki.example.lg.jp"],
                    "azure_certificate_id": f"{_VAULTS}/sapporo-entry/secrets/juki",
                }
            },
            left_out=_ANY_NAME,
        ),
        "supplied_by_templates": Change(
            what=Text(
                ja="監査証跡を必須適用テンプレートに任せる", en="the mandatory templates now supply the audit trail"
            ),
            values={"supplied_by_templates": ["audit_trail"]},
        ),
    },
    {
        "size, up": Change(
            what=Text(ja="規模を上げる", en="a larger size"), values={"size": "large"}, noticed=_NEW_SIZE
        ),
        "image": Change(
            what=Text(ja="アプリケーションを更新する", en="a new application image"),
            values={"image": "application@sha256:" + "1" * 64},
            noticed={"oci": _NEW_CONTAINERS},
        ),
        "flows, one less": Change(
            what=Text(ja="接続元を外す", en="an office is no longer admitted"), values={"flows": _FLOWS[1:]}
        ),
        "database_password": Change(
            what=Text(ja="データベースのパスワードを変える", en="a new database password"),
            secret=True,
            noticed=_NEW_PASSWORD,
        ),
        "azure_host_names, one more": Change(
            what=Text(ja="名前をもう一つ加える", en="one more name"),
            only={"azure": {"azure_host_names": ["juki.example.lg.jp", "juki2.example.lg.jp"]}},
            left_out=_ANY_NAME,
        ),
        "azure_certificate_id": Change(
            what=Text(ja="別の Key Vault の証明書にする", en="a certificate in another vault"),
            only={"azure": {"azure_certificate_id": f"{_VAULTS}/sapporo-names/secrets/all"}},
            left_out=_ANY_NAME,
        ),
    },
    {
        "azure_host_names, none": Change(
            what=Text(ja="名前と証明書を外す", en="neither names nor certificate any more"),
            only={"azure": {"azure_host_names": None, "azure_certificate_id": None}},
            left_out=_ANY_NAME,
        ),
    },
)
"""All of one table are made by one `up`; each further table starts where the one before it ended."""


def recorded(cloud: str) -> dict[str, Operations]:
    """Change → operations, as they are kept."""
    file = FOLDER / f"{cloud}.json"
    found: dict[str, Operations] = json.loads(file.read_text()) if file.exists() else {}
    return found


def performed(result: Result) -> dict[str, list[str]]:
    """What a preview or an `up` did to resources of the cloud."""
    found: dict[str, set[str]] = {}
    replaced = {urn for step, urn in result.steps if step == "replace"}
    for step, urn in result.steps:
        token = urn.split("::")[2].rpartition("$")[2]
        kind = "replace" if urn in replaced else step
        if kind in ("create", "update", "replace", "delete") and not token.startswith("pulumi:"):
            found.setdefault(kind, set()).add(f"{token} {urn.rpartition('::')[2]}")
    return {kind: sorted(found[kind]) for kind in sorted(found)}


def together(changes: Iterable[Operations]) -> dict[str, list[str]]:
    """What one `up` does that makes all these changes: a resource that one of them replaces is replaced, not updated too."""
    found: dict[str, set[str]] = {}
    for operations in changes:
        for kind, resources in operations.items():
            found.setdefault(kind, set()).update(resources)
    found["update"] = found.get("update", set()) - found.get("replace", set())
    return {kind: sorted(found[kind]) for kind in sorted(found) if found[kind]}


def _types(resources: Iterable[str]) -> list[str]:
    """The types' own names, as code."""
    return sorted({f"`{one.split()[0].rpartition(':')[2]}`" for one in resources})


def table() -> str:
    """The Markdown table, a row a change; notes below it."""
    known = {cloud: recorded(cloud) for cloud in CLOUDS}
    notes: list[Text] = []

    def note(text: Text) -> str:
        if text not in notes:
            notes.append(text)
        return f" [{notes.index(text) + 1}]"

    def cell(cloud: str, name: str, change: Change) -> str:
        if cloud in change.left_out:
            return f"—{note(change.left_out[cloud])}"
        operations = known[cloud][name]
        made = [
            f"{kind}s {', '.join(_types(operations[kind]))}"
            for kind in ("create", "replace", "delete")
            if kind in operations
        ]
        place = [f"in place ({len(operations['update'])})"] if "update" in operations else []
        seen = change.noticed.get(cloud)
        return "; ".join([*place, *made]) + (note(seen) if seen else "")

    rows = [
        f"| `{name.partition(',')[0]}` {change.what.ja}<br>{change.what.en} | "
        + " | ".join(cell(cloud, name, change) for cloud in CLOUDS)
        + " |"
        for changes in CHANGES
        for name, change in changes.items()
    ]
    head = [f"| change | {' | '.join(CLOUDS)} |", f"| --- |{' --- |' * len(CLOUDS)}"]
    return "\n".join(
        [*head, *rows, "", *(f"{number}. {text.ja} / {text.en}" for number, text in enumerate(notes, start=1))]
    )


if __name__ == "__main__":
    sys.stdout.write(table() + "\n")
