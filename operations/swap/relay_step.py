"""`machikumo swap relay`: a way from the target's server to the source's, over the host that moves the data."""

import argparse
from collections.abc import Sequence

from operations.swap.limit import add_limit
from operations.swap.listening import endpoint, listening
from operations.swap.standing_relay import ending, server_of, stand
from operations.wording import say

__all__ = ["main"]


def main(arguments: Sequence[str]) -> int:
    """Stand and carry until SIGINT or SIGTERM; exit code 0 then, 2 where it can't stand. Raises Refusal."""
    options = _parser().parse_args(arguments)
    to, at = server_of(options.source), endpoint(options.listen, "--listen")
    with listening(at) as server, ending() as until:
        where = to if isinstance(to, str) else f"{to[0]}:{to[1]}"
        rate = options.limit.bits_per_second
        bound = say("no limit", "上限なし") if rate is None else f"{rate / 10**6:g} Mbps"
        words = (
            f"{at} leads to {where} ({bound}). It stands until Ctrl-C; on the target's side: follow --through {at}",
            f"{at} から {where} へつなぎます({bound})。Ctrl-C で終わります。追従は follow --through {at} で始めます",
        )
        print(say(*words), flush=True)  # noqa: T201
        stand(server, to, options.limit, until)
    return 0


def _parser() -> argparse.ArgumentParser:
    does = (
        "Stands on the host that moves the data and carries connections of the target's server to the source's, for machikumo swap follow --through. "
        "It logs in nowhere; TLS passes untouched. Exit code: 0 ended by Ctrl-C (SIGINT) or SIGTERM, 2 refused.",
        "移行の作業をする機械に置き、移行先のサーバから移行元のサーバへの接続を中継します(machikumo swap follow --through)。"
        "ログインはせず、TLS はそのまま通します。終了コード: 0 Ctrl-C(SIGINT)または SIGTERM で終了、2 実行できない。",
    )
    made = argparse.ArgumentParser(
        prog="machikumo swap relay",
        description=say(*does),
        epilog=say(
            "A connection is libpq's: service=NAME (pg_service.conf) or 'host=… port=… dbname=…'. No password is read.",
            "接続は libpq の書き方です: service=名前(pg_service.conf)、または 'host=… port=… dbname=…'。パスワードは読みません。",
        ),
    )
    text = say("the database that is moved", "移す元のデータベース")
    made.add_argument("--source", required=True, metavar="CONNECTION", help=text)
    text = say(
        "a private address of this machine and a port, such as 10.0.8.20:15432",
        "この機械のプライベートアドレスとポート。例: 10.0.8.20:15432",
    )
    made.add_argument("--listen", required=True, metavar="ADDRESS:PORT", help=text)
    add_limit(made)
    return made
