"""Local-government codes (全国地方公共団体コード): the table, the check digit, and why a code or a name is refused.

Form: prefecture 2 digits (JIS X 0401), body 3 digits (JIS X 0402), check digit. https://www.soumu.go.jp/denshijiti/code.html
The check digit alone is not enough (181 pairs of bodies differ in one digit), so code and name are held against each other.
"""

import csv
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType

from stacks.settings.messages import Refusal, Refused, Text, command, nearest

TABLE = Path(__file__).parent.parent / "municipalities.csv"
DATE = "2024-01-01"
NORTHERN_VILLAGES = frozenset({"016951", "016969", "016977", "016985", "016993", "017001"})
"""Villages of the Northern Territories: valid digits, no office."""


class Kind(StrEnum):
    """What kind of body."""

    PREFECTURE = "prefecture"
    DESIGNATED_CITY = "designated_city"
    CITY = "city"
    SPECIAL_WARD = "special_ward"
    TOWN = "town"
    VILLAGE = "village"


@dataclass(frozen=True, kw_only=True)
class Municipality:
    """One body (団体)."""

    code: str
    prefecture: str
    name: str
    kind: Kind
    kana: str

    @property
    def full_name(self) -> str:
        """Prefecture and name, which together are unique."""
        return self.name if self.kind is Kind.PREFECTURE else self.prefecture + self.name


def check_digit(first_five: str) -> int:
    """The sixth digit of a code from its first five."""
    return (11 - sum(int(d) * w for d, w in zip(first_five, (6, 5, 4, 3, 2), strict=True)) % 11) % 10


@cache
def municipalities() -> Mapping[str, Municipality]:
    """The 1,788 bodies by code, read once."""
    with TABLE.open(encoding="utf-8", newline="") as rows:
        bodies = (
            Municipality(
                code=row["code"],
                prefecture=row["prefecture"],
                name=row["name"],
                kind=Kind(row["kind"]),
                kana=row["kana"],
            )
            for row in csv.DictReader(rows)
        )
        return MappingProxyType({body.code: body for body in bodies})


def _named(name: object) -> tuple[Municipality, ...]:
    return tuple(body for body in municipalities().values() if name in (body.name, body.full_name))


def _meant(codes: set[str], name: object) -> Municipality | None:
    found = [municipalities()[code] for code in sorted(codes) if code in municipalities()]
    return next((body for body in found if body in _named(name)), found[0] if found else None)


def _refused(reason: Text, meant: Municipality | None, name: object) -> Refused:
    by_name = _named(name)
    meant = by_name[0] if len(by_name) == 1 else meant
    if meant is None:
        return Refused(Refusal(reason=reason))
    hint = Text(ja=f"{meant.full_name}のコードは {meant.code} です。", en=f" {meant.full_name} is {meant.code}.")
    return Refused(Refusal(reason=reason + hint, fix=command("body_code", meant.code)))


def _ward_city(code: str) -> Municipality | None:
    """The designated city whose ward this is, or None: wards are numbered after their city."""
    cities = [b for b in municipalities().values() if b.kind is Kind.DESIGNATED_CITY and b.code[:2] == code[:2]]
    return max((city for city in cities if city.code < code < code[:2] + "2"), key=lambda b: b.code, default=None)


def checked_code(code: object, name: object) -> str:
    """The code when it is a body's, else Refused with the likely right one. `name` helps to guess and is not judged here."""
    digits = str(code) if isinstance(code, int | str) else ""
    if re.fullmatch("[0-9]{1,5}", digits) or (isinstance(code, int) and digits.isdecimal()):
        meant = {f"{int(digits):06d}", f"{int(digits):06o}"}
        if len(digits) == 5:
            meant.add(digits + str(check_digit(digits)))
        reason = Text(
            ja="6桁の文字列ではありません。引用符のないコードは、YAML が先頭の 0 を落とすか八進数として読みます。",
            en="not a string of six digits: without quotation marks YAML drops a leading zero or reads an octal number.",
        )
        raise _refused(reason, _meant(meant, name), name)
    if not isinstance(code, str) or not re.fullmatch("[0-9]{6}", code):
        raise _refused(Text(ja="半角数字6桁ではありません。", en="not six ASCII digits."), None, name)
    if code in municipalities():
        return code
    right = code[:5] + str(check_digit(code[:5]))
    if not "01" <= code[:2] <= "47":
        reason = Text(ja=f"都道府県番号 {code[:2]} はありません。", en=f"there is no prefecture {code[:2]}.")
    elif code != right:
        reason = Text(
            ja=f"検査数字が違います。{code[:5]} の検査数字は {right[-1]} です。",
            en=f"the check digit is wrong: that of {code[:5]} is {right[-1]}.",
        )
        raise _refused(reason, _meant({right}, name), name)
    elif code in NORTHERN_VILLAGES:
        reason = Text(
            ja="北方領土の村で、役場がありません。", en="a village of the Northern Territories, which has no office."
        )
    elif city := _ward_city(code):
        reason = Text(
            ja="政令指定都市の区で、団体ではありません。",
            en="a ward of a designated city, which is no body of its own.",
        )
        raise _refused(reason, city, city.name)
    else:
        reason = Text(ja=f"{DATE} 現在の団体の表にありません。", en=f"not in the table of bodies as of {DATE}.")
    raise _refused(reason, None, name)


def checked_name(name: str, code: str | None) -> str:
    """The name in NFC when the body with this code is called so. It is compared exactly: ケ and ヶ are different letters."""
    name = unicodedata.normalize("NFC", name)
    if code is None:
        return _known_name(name)
    body = municipalities()[code]
    if name == body.name:
        return name
    others = [other for other in _named(name) if other is not body]
    same = ", ".join(f"{other.full_name} {other.code}" for other in others)
    reason = Text(
        ja=f"{code} は{body.full_name}です。" + (f"{name}のコードは {same} です。" if same else ""),
        en=f"{code} is {body.full_name}." + (f" The code of {name} is {same}." if same else ""),
    )
    fix = command("body_name", body.name)
    if others:
        fix += Text(ja="、または ", en=" or ") + command("body_code", others[0].code)
    raise Refused(Refusal(reason=reason, allowed=Text(ja=body.name, en=body.name), fix=fix))


def _known_name(name: str) -> str:
    names = {body.name for body in municipalities().values()}
    if name in names:
        return name
    near = nearest(name, names)
    hint = Text(ja=f"「{near}」の誤りではありませんか。", en=f" Did you mean {near}?") if near else Text(ja="", en="")
    reason = Text(ja="この名の団体はありません。", en="no body has this name.") + hint
    raise Refused(Refusal(reason=reason, fix=command("body_name", near) if near else None))
