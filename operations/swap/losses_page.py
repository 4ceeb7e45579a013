"""The table of losses in docs/swap.md: `python -m operations.swap.losses_page`."""

from operations.swap.losses import KINDS


def page() -> str:
    """Every kind of loss, in both languages."""
    lines = ["| 種類 / kind | 承認 / acceptable | 意味 / meaning |", "| --- | --- | --- |"]
    for name, kind in KINDS.items():
        may = "可 / yes" if kind.acceptable else "不可 / no"
        lines.append(f"| `{name}` | {may} | {kind.japanese}。<br>{kind.english}. |")
    return "\n".join(lines).replace("。。", "。")


if __name__ == "__main__":
    print(page())  # noqa: T201
