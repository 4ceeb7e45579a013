"""What a move loses or changes, each kind once: named and accepted it is a decision; one that is not named is a defect of this kit."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from operations.swap.fingerprint import Difference
from operations.swap.kinds import OF_GATES, OF_PLANS, Kind
from operations.wording import say

__all__ = ["KINDS", "Kind", "Loss", "unexplained"]


KINDS: Mapping[str, Kind] = {
    **OF_PLANS,
    **OF_GATES,
    "former-versions": Kind(
        english="the target's store keeps no former versions: only the latest of each object is carried",
        japanese="移行先のストアは以前の版を持ちません。各オブジェクトの最新の版だけが移ります",
    ),
    "former-deletions": Kind(
        english="the target's store keeps no mark of a deletion after which something was put: that it was once deleted is lost",
        japanese="移行先のストアは、後から置き直されたオブジェクトの以前の削除を残しません。一度削除されたことが失われます",
    ),
    "object-name": Kind(
        english="the target's store can't have an object of this name: it is left out. Put it under another name on the source",
        japanese="移行先のストアではこの名前を使えず、移りません。移行元で別の名前で置き直します",
    ),
    "object-property": Kind(
        english="the target's store does not know this property of an object, or not this value: it is left out",
        japanese="移行先のストアはオブジェクトのこの属性、またはその値を持てず、移りません",
    ),
    "object-metadata": Kind(
        english="the target's store can't hold this metadata (its name, its value, or all of it together is too large): it is left out",
        japanese="移行先のストアはこのメタデータを持てず(名前、値、または全体の大きさ)、移りません",
    ),
    "object-tags": Kind(
        english="the target's store can't hold this tag of an object: it is left out",
        japanese="移行先のストアはオブジェクトのこのタグを持てず、移りません",
    ),
    "object-retention": Kind(
        english="objects of the target's store have no retention of their own: only the store's own rule holds, from the day of the copy",
        japanese="移行先のストアのオブジェクトは個別の保存期間を持てません。複写の日からのストア自身の規則だけが効きます",
    ),
    "role-password": Kind(
        english="the password is not carried: a managed server does not give its hash. Set it anew on the target",
        japanese="パスワードは移りません(マネージドの移行元はハッシュを渡しません)。移行先で設定し直します",
    ),
    "prepared-transaction": Kind(
        english="a prepared transaction stays behind: COMMIT PREPARED or ROLLBACK PREPARED it first",
        japanese="準備済みトランザクションは残されます。先に COMMIT PREPARED か ROLLBACK PREPARED をします",
    ),
    "broken-foreign-key": Kind(
        english="rows break this foreign key, so it can't be made again: mend the rows, or accept to lose the key",
        japanese="この外部キーに反する行があり、移行先で作れません。行を直すか、キーを失うことを認めます",
    ),
    "disabled-foreign-key-trigger": Kind(
        english="the foreign key's triggers are off here and will be on there",
        japanese="外部キーのトリガーが無効ですが、移行先では有効になります",
    ),
    "invalid-index": Kind(
        english="the index is invalid and is not carried: REINDEX or drop it",
        japanese="索引が無効で、移りません。REINDEX するか削除します",
    ),
    "search-path-index": Kind(
        english="the index works only through search_path and is not carried: name the schema in its functions, or SET search_path on them",
        japanese="索引が search_path に頼っており、移りません。関数の中でスキーマを書くか、関数に SET search_path を付けます",
    ),
    "search-path-materialized-view": Kind(
        english="the view's query works only through search_path: it arrives empty. Name the schema in its functions",
        japanese="ビューの問い合わせが search_path に頼っており、空で移ります。関数の中でスキーマを書きます",
    ),
    "unreadable-materialized-view": Kind(
        english="the view's owner may no longer read what it is made of: it arrives empty. GRANT SELECT to the owner",
        japanese="ビューの所有者に元の表の SELECT 権限がなく、空で移ります。所有者に GRANT SELECT をします",
    ),
    "stale-materialized-view": Kind(
        english="the view is out of date here and is made anew there: REFRESH it first, or accept that it changes",
        japanese="ビューの内容が古く、移行先では作り直されます。先に REFRESH するか、変わることを認めます",
    ),
    "column-order": Kind(
        english="inherited columns come first there: another order of columns (INSERT without names, SELECT *)",
        japanese="継承した列が先に並び、列の順序が変わります(列名のない INSERT、SELECT * に影響)",
    ),
    "search-path-expression": Kind(
        english="the check or generated column works only through search_path, so rows would be refused: name the schema in its functions",
        japanese="検査制約または生成列が search_path に頼っており、行が入りません。関数の中でスキーマを書きます",
        acceptable=False,
    ),
    "check-reads-tables": Kind(
        english="the check or generated column reads other tables, which may be empty when rows arrive: make it a trigger",
        japanese="検査制約または生成列がほかの表を読みます。行が入る時に空のことがあります。トリガーに変えます",
        acceptable=False,
    ),
    "broken-check": Kind(
        english="rows break this check and would be refused: mend the rows, or make the check NOT VALID",
        japanese="この検査制約に反する行があり、入りません。行を直すか、制約を NOT VALID にします",
        acceptable=False,
    ),
    "other-session": Kind(
        english="somebody is connected: what is written from now on is not carried. Stop the application first",
        japanese="接続中の利用者がいます。これから書かれるものは移りません。先にアプリケーションを止めます",
    ),
    "writing-role": Kind(
        english="this role's own setting lets it write to a closed database: RESET it (as shown), or accept that what it writes from now on is not carried",
        japanese="このロール自身の設定により、書込み禁止のデータベースにも書き込めます。示した文で RESET するか、これから書かれるものが移らないことを認めます",
    ),
    "unlogged-table": Kind(
        english="unlogged: what is written to it while the copy follows is not carried. ALTER TABLE … SET LOGGED, or accept its rows as they were",
        japanese="UNLOGGED の表で、追従中の変更は移りません。ALTER TABLE … SET LOGGED をするか、複写時の行のままになることを認めます",
    ),
    "hash-by-enum": Kind(
        english="partitions by the hash of an enum, which differs between servers: a row written while the copy follows can stop it (then unfollow)",
        japanese="列挙型の HASH によるパーティションです。行の入る先がサーバごとに違い、追従中に書かれた行で追従が止まることがあります(その場合は unfollow)",
    ),
    "foreign-server": Kind(
        english="the rows behind it lie elsewhere and are not copied, and the target has to reach it",
        japanese="外部サーバの行は別の場所にあり、複写しません。移行先から到達できる必要があります",
    ),
    "subscription": Kind(
        english="it is not carried: make it on the target when the source no longer receives",
        japanese="移りません。移行元で受信を止めてから、移行先で作ります",
    ),
    "replication-slot": Kind(
        english="it is not carried: whoever reads from it has to start anew from the target",
        japanese="移りません。読んでいる側は移行先から始め直します",
    ),
    "tablespace": Kind(
        english="what lies in it goes to the target's default tablespace",
        japanese="中のものは移行先の既定のテーブルスペースに入ります",
    ),
    "extension-version": Kind(
        english="the target makes another version of the extension",
        japanese="移行先の拡張機能は別の版になります",
    ),
    "server-setting": Kind(
        english="the target's server has another value; set it there, or with ALTER DATABASE on the source",
        japanese="移行先のサーバでは値が違います。移行先で設定するか、移行元で ALTER DATABASE … SET をします",
    ),
    "standby": Kind(
        english="the source is a standby: copy from the primary",
        japanese="移行元が待機系です。主系から移します",
        acceptable=False,
    ),
    "older-server": Kind(
        english="the target is of an older major version: what it can't do is lost",
        japanese="移行先のメジャーバージョンが古く、できないことが失われます",
        acceptable=False,
    ),
    "extension-missing": Kind(
        english="the target does not offer the extension",
        japanese="移行先にこの拡張機能がありません",
        acceptable=False,
    ),
    "no-icu": Kind(
        english="the target has no ICU: this collation can't be made there",
        japanese="移行先に ICU がなく、この照合順序を作れません",
        acceptable=False,
    ),
    "no-xml": Kind(
        english="the target has no XML: rows of this table can't be read there",
        japanese="移行先に XML がなく、この表の行を読めません",
        acceptable=False,
    ),
    "role-conflict": Kind(
        english="the target has a role of this name with other properties or memberships: rename one, or make them equal",
        japanese="移行先に同名で性質または所属の違うロールがあります。改名するか、そろえます",
        acceptable=False,
    ),
    "role-missing": Kind(
        english="owns or may use something here, is not carried (it is the server's or the cloud's own), and the target has none: REASSIGN OWNED, REVOKE",
        japanese="所有または権限がありますが、サーバまたはクラウドのロールのため移らず、移行先にもありません。REASSIGN OWNED、REVOKE をします",
        acceptable=False,
    ),
}


@dataclass(frozen=True, kw_only=True)
class Loss:
    """One thing that does not arrive as it is."""

    kind: str
    name: str
    detail: str = ""
    leaves: tuple[tuple[str, str, str], ...] = ()
    """The differences that stay when it is accepted: kind, name, property ("*": any, "": the whole thing)."""
    omits: tuple[tuple[int, int], ...] = ()
    """Entries of the dump that are left out: class and oid of the catalogue, as pg_restore lists them."""
    omits_comment: str = ""
    """The tag of the comment that goes with it."""

    @property
    def acceptable(self) -> bool:
        """Whether a decision may accept it."""
        return KINDS[self.kind].acceptable

    def __str__(self) -> str:
        kind = KINDS[self.kind]
        known = f" ({self.detail})" if self.detail else ""
        return f"{self.kind} {self.name}{known}: {say(kind.english, kind.japanese)}"

    def explains(self, difference: Difference) -> bool:
        """Whether this difference is what it leaves."""
        return any(
            (kind, name) == (difference.kind, difference.name) and property_ in ("*", difference.property)
            for kind, name, property_ in self.leaves
        )


def unexplained(differences: Iterable[Difference], accepted: Iterable[Loss]) -> tuple[Difference, ...]:
    """The differences that no accepted loss leaves."""
    losses = tuple(accepted)
    return tuple(one for one in differences if not any(loss.explains(one) for loss in losses))
