"""Kinds of losses that people decide about a move as a whole: in its plan, and at its gates. Those of data stand in losses.py."""

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["OF_GATES", "OF_PLANS", "Kind"]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of loss. `acceptable`: a decision may accept it, and the copy then leaves it out; else it has to be cured. `dated`: the
    decision says until when, too.
    """

    english: str
    japanese: str
    acceptable: bool = True
    dated: bool = False


OF_PLANS: Mapping[str, Kind] = {
    "setting-refused": Kind(
        english="the target's cloud needs another value: set it in the stack file",
        japanese="移行先のクラウドではこの値が使えません。スタックの設定を直します",
        acceptable=False,
    ),
    "promise-not-kept": Kind(
        english="the target's cloud does not keep this promise and nothing takes its place",
        japanese="移行先のクラウドはこの約束を守れず、代わるものもありません",
    ),
    "promise-by-substitute": Kind(
        english="the target's cloud keeps this promise by something else, which somebody has to agree to (docs/accounts.md)",
        japanese="移行先のクラウドはこの約束を別の方法で守ります。その方法でよいかを決めます(docs/accounts.md)",
    ),
    "weaker-posture": Kind(
        english="the target's side would keep less in this fact or flow, or something else, and no reason is declared (policies/parity.toml): somebody answers for it",
        japanese="移行先ではこの事実またはフローが弱くなる(または異なる)のに、理由が宣言されていません(policies/parity.toml)。だれが認めるかを決めます",
    ),
    "cloud-refuses": Kind(
        english="the cloud would not have it, as far as this kit knows that cloud, so the two sides can't be compared: change the setting that leads there",
        japanese="本キットの知る限り、そのクラウドはこれを受け付けず、両側を比べられません。もとになる設定を変えます",
        acceptable=False,
    ),
    "address-overlap": Kind(
        english="the target side's range overlaps another one that the offices reach: state another range, or somebody answers for the routes",
        japanese="移行先側のアドレスの範囲が、庁舎から使う別の範囲と重なります。別の範囲にするか、経路を分けることを決めます",
    ),
    "certificate-expires": Kind(
        english="the certificate for the target ends before the settle days are over: somebody renews it in time",
        japanese="移行先の証明書は、切替後に移行元を残す日数が過ぎる前に期限が切れます。だれが更新するかを決めます",
    ),
    "certificate-expired": Kind(
        english="the certificate for the target is over, or begins after the cutover: have another one issued",
        japanese="移行先の証明書は期限切れか、切替の後に始まるものです。新しい証明書を発行します",
        acceptable=False,
    ),
    "certificate-name": Kind(
        english="the target's entry is to answer for this name, and the certificate does not hold it: have one issued that does",
        japanese="移行先の入口が応答すべきこの名前が、証明書にありません。この名前のある証明書を発行します",
        acceptable=False,
    ),
    "host-names": Kind(
        english="the entry on Azure answers for the name that Azure gives it and for no other: set machikumo:azure_host_names and azure_certificate_id "
        "(docs/accounts.md), or somebody has users and linked systems type another address from the cutover on",
        japanese="Azure の入口は Azure の付ける名前にしか応答しません。machikumo:azure_host_names と azure_certificate_id を設定するか(docs/accounts.md)、利用者と連携先が切替から別のアドレスを使うことを決定として残します",
    ),
    "file-linkage": Kind(
        english="linkage files lie in the stack's one store and move with it; whoever puts or fetches them needs the new store's name, address and credentials from the cutover "
        "on: somebody agrees that with them",
        japanese="ファイル連携の置き場所は記録のストアと同じで、ともに移ります。連携先は切替から新しいストアの名前・アドレス・資格情報を使います。だれが連携先と合わせるかを決定として残します",
    ),
}

OF_GATES: Mapping[str, Kind] = {
    "source-not-closed": Kind(
        english="no machikumo swap close of the database compared since the stop: somebody made sure otherwise that nobody wrote (batch jobs, administrators, linked systems)",
        japanese="停止後に、照合したデータベースに machikumo swap close をしていません。誰も書き込んでいないこと(バッチ、管理者、連携先)を別の方法で確かめたことを決定として残します",
    ),
    "records-not-compared": Kind(
        english="no machikumo swap verify-records since the stop: somebody compared the records otherwise",
        japanese="停止後に machikumo swap verify-records をしていません。記録を別の方法で照合したことを決定として残します",
    ),
    "records-not-locked": Kind(
        english="no machikumo swap lock-records that found every copy locked: somebody agrees that an administrator can shorten them",
        japanese="machikumo swap lock-records ですべての写しのロックを確かめていません。管理者が保存期間を短縮できることを決定として残します",
    ),
    "copies-not-removed": Kind(
        english="records were copied and no machikumo swap remove-records took them out of a store that is given up: somebody sees to it otherwise (the next `up` empties "
        "the stores of AWS and Google Cloud itself; Azure and OCI delete none that holds something)",
        japanese="記録を複写した後、取りやめた側のストアに machikumo swap remove-records をしていません。別の方法で消すことを決定として残します(AWS と Google Cloud の"
        "ストアは次の up が空にします。Azure と OCI は中身のあるストアを消せません)",
    ),
    "names-not-checked": Kind(
        english="no machikumo swap check-names since this side serves: somebody made sure otherwise that users and linked systems reach it",
        japanese="切替後に machikumo swap check-names をしていません。利用者と連携先が稼働している側に届くことを別の方法で確かめたことを決定として残します",
    ),
    "name-leads-elsewhere": Kind(
        english="the name leads to neither side of the move, or nowhere: point-names would overwrite what somebody else put there, or make a name anew. Somebody answers for that",
        japanese="名前がこの移行のどちらの側も指していないか、記録がありません。point-names は他者の記録を書き換えるか、名前を新しく作ることになります。それでよいことを決定として残します",
    ),
    "state-not-moved": Kind(
        english="no machikumo swap move-state since this side serves: somebody agrees that the stack's state does not lie on the cloud that is left, or stays there",
        japanese="切替後に machikumo swap move-state をしていません。スタックの状態が、去るクラウドに置かれていないこと、または残すことを決定として残します",
    ),
    "former-side-deleted": Kind(
        english="the former side's database is deleted; its logs and records stay while they are retained",
        japanese="移行元のデータベースを消します。ログと記録は保存期間のあいだ残ります",
    ),
    "former-opened": Kind(
        english="the former database was opened to writes (machikumo swap open) since the other side serves: somebody made sure that nothing was written there, or it is deleted with it",
        japanese="切替後に移行元のデータベースが書込みのために開かれました(machikumo swap open)。そこに何も書き込まれていないことを確かめたことを決定として残します(書き込まれたものは削除で失われます)",
    ),
    "former-backups": Kind(
        english="the former database's own backups go with it (docs/swap.md): somebody keeps a copy elsewhere up to the day `until`, or answers for that there is none from "
        "that day on; where and how stands in `reason`",
        japanese="移行元のデータベースのバックアップは、データベースとともに消えます(docs/swap.md)。until の日まで別の所に残すか、その日からは残さないかを、場所と方法(reason)とともに決定として残します",
        dated=True,
    ),
}
