"""`python -m tests.policies.seeded > docs/seeded-faults.md`: the table of seeded faults."""

from tests.policies.seeded import CLOUDS, Fault, faults

HEAD = """# Seeded faults / 仕込んだ不備

Each line is one change to the state of the deployed production example, and the rule that has to find it. A test makes the change, judges the
state, and accepts exactly that rule (and those beside it, which judge the same property): no other rule may speak, and nothing may become
unknown. Clouds that are not below have no list yet. `python -m tests.policies.seeded` writes this page from `tests/policies/seeded/*.toml`.

本番の例を構築した状態に一つずつ変更を加え、該当する規則だけがそれを見つけることを試験で確かめています。
"""


def page() -> str:
    """The whole page."""
    lines = [HEAD]
    for cloud in CLOUDS:
        found = list(faults(cloud))
        rules = {fault.rule for fault in found}
        lines += [f"## {cloud}: {len(found)} faults, {len(rules)} rules", ""]
        lines += ["| fault | where | found by | beside it |", "| --- | --- | --- | --- |", *map(_row, found), ""]
    return "\n".join(lines).rstrip() + "\n"


def _row(fault: Fault) -> str:
    where = fault.resource or f"{fault.add['name']} (added)"
    beside = ", ".join(f"`{slug}`" for slug in sorted(fault.also))
    return f"| {fault.says} | `{where}` | `{fault.rule}` | {beside} |"


if __name__ == "__main__":
    print(page(), end="")  # noqa: T201
