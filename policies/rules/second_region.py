"""What a disaster in one region takes away is kept in another one of the same country."""

from collections.abc import Iterator

from policies.facts.vocabulary import BackupCopy, Database, ObjectStore, known
from policies.language import Message
from policies.rules.rule import Facts, rule
from policies.rules.unseen import shown, unseen

_SLUG = "bak-second-region-japan"
_CURE = Message(
    "Copy backups of databases and stores to the other region in Japan.",
    "データベースと保管庫のバックアップを国内の別リージョンに複製してください。",
)


@rule(
    _SLUG,
    "Databases and the workload's stores have a copy in a second region, and every copy is in Japan.",
    title_ja="国内別リージョンへのバックアップ複製",
    organisation=True,
)
def second_region(subject: BackupCopy | Facts) -> Iterator[Message]:
    """What is left to the organisation is that there is a copy; where a copy of the stack's own goes is the stack's business."""
    if isinstance(subject, Facts):
        stores = (store for store in subject.of(ObjectStore) if known(store.purpose) == "records")
        held = {fact.urn: fact.name for fact in (*subject.of(Database), *stores)}
        missing = held.keys() - shown(copy.of for copy in subject.of(BackupCopy) if copy.location == "japan")
        if missing:
            raise unseen(_SLUG, _CURE, (held[urn] for urn in missing))
    elif known(subject.location) != "japan":
        yield Message(
            f"{subject.name} copies backups or data out of Japan. Name the other region in Japan (Tokyo or Osaka).",
            f"{subject.name} がバックアップまたはデータを国外に複製します。国内の別リージョン(東京または大阪)を指定してください。",
        )
