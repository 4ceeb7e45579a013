"""What a plan can't know without the accounts, in words: who moves looks at it there."""

from operations.swap.planned import Planned, Say

__all__ = ["NOT_COMPARED", "NO_CERTIFICATE", "NO_RANGE", "certificate"]

NOT_COMPARED = (
    (
        "What is really deployed: facts and flows are those of what the program would deploy; `machikumo parity` compares deployed states",
        "実際に構築された状態。比べた事実とフローは、プログラムが構築するはずのもののものです(構築後に `machikumo parity` が比べます)",
    ),
    (
        "What the databases and stores hold: `check-source` and `verify` do that at their time",
        "データベースとストアの中身(`check-source` と `verify` がその段階で比べます)",
    ),
    ("Prices other than the stated ones", "書かれた単価以外の料金"),
    (
        "The application itself on the target's cloud, and the lines to other systems",
        "移行先でのアプリケーションの動作と、ほかの業務との接続",
    ),
)
NO_CERTIFICATE = (
    "Expiry and host names of certificates (--certificate reads a file)",
    "証明書の有効期限とホスト名(--certificate でファイルから読みます)",
)
NO_RANGE = (
    "No range was stated for the target's side (--network-cidr): overlaps are not compared",
    "移行先側のアドレスの範囲が書かれていないため(--network-cidr)、重なりを比べていません",
)


def certificate(plan: Planned, say: Say) -> str:
    """Which certificate the target presents. Its region and account are checked with the settings; what it holds is read where it was given."""
    target, read = plan.found.target, plan.certificate
    if plan.found.certificate is None:
        return say(
            f"certificate: {target} brings its own, for a name of its own: users and linked systems have to know that name (or machikumo:azure_host_names)",
            f"証明書: {target} が用意し、名前も {target} のものです。利用者と連携先にその名前を知らせます(または machikumo:azure_host_names)",
        )
    key, value = plan.found.certificate
    if plan.found.host_names:
        names = ", ".join(plan.found.host_names)
        value = say(f"{value} for {names}", f"{value}({names} のため)")
    if value is None:
        return say(f"certificate: machikumo:{key} is missing", f"証明書: machikumo:{key} がありません")
    if read is None:
        return say(
            f"certificate: {value} (machikumo:{key}): its host names and expiry are not known, --certificate FILE reads them",
            f"証明書: {value} (machikumo:{key})。ホスト名と有効期限は分かりません(--certificate ファイル で読みます)",
        )
    names, days = ", ".join(read.names), f"{read.begins:%Y-%m-%d} – {read.ends:%Y-%m-%d}"
    return say(
        f"certificate: {value} (machikumo:{key}): by {read.file} for {names}, valid {days}; whether that one lies there is not checked",
        f"証明書: {value} (machikumo:{key})。{read.file} によれば {names}、有効期間 {days}(そこに置かれたものと同じかは調べません)",
    )
