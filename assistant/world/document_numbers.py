"""How the issuers of documents number them, and for how long they are valid.

Only documents whose layout is known are given out: the passports of all countries of the world, identity cards of
seven, residence permits of two, driving licences of five. Layouts change with the year of issue, and the driving
licences of the United States with the state.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from assistant.world.chance import Dice
from assistant.world.names import ascii_letters

__all__ = ["CARDS", "LICENCES", "PERMITS", "STATES", "document_number", "national_number", "valid_years"]

CARDS = frozenset({"DE", "FR", "ES", "IT", "NL", "SE", "PL"})
"""Whose citizens have an identity card with a zone of three lines."""
PERMITS = frozenset({"DE", "FR"})
"""Who gives residence permits on a card."""
LICENCES = frozenset({"GB", "DE", "FR", "ES", "SE"})
"""Whose driving licences are known; those of the United States are known by state."""

_GERMAN = "CFGHJKLMNPRTVWXYZ0123456789"
"""What German numbers are made of: no vowels, and nothing that is taken for another sign."""
_LAYOUTS: dict[tuple[str, str], tuple[tuple[int, str], ...]] = {
    ("GB", "passport"): ((0, "#########"),), ("US", "passport"): ((0, "5########"), (2021, "A########")),
    ("DE", "passport"): ((0, "CXXXXXXX#"),), ("DE", "id_card"): ((0, "LXXXXXXX#"),),
    ("DE", "residence_permit"): ((0, "YXXXXXXX#"),), ("DE", "driving_licence"): ((0, "B0##XXXXX#1"),),
    ("FR", "passport"): ((0, "yyAA#####"),), ("FR", "id_card"): ((0, "XXXXXXXX#"),),
    ("FR", "residence_permit"): ((0, "XXXXXXXX#"),), ("FR", "driving_licence"): ((0, "yyAA#####"),),
    ("ES", "passport"): ((0, "PAA######"),), ("ES", "id_card"): ((0, "CAA######"),),
    ("IT", "passport"): ((0, "YA#######"),), ("IT", "id_card"): ((0, "CA#####AA"),),
    ("NL", "passport"): ((0, "NAXXXXXX#"),), ("NL", "id_card"): ((0, "IAXXXXXX#"),),
    ("IE", "passport"): ((0, "PA#######"),),
    ("SE", "passport"): ((0, "9#######"), (2022, "AA#######")),
    ("SE", "id_card"): ((0, "########"), (2022, "AA#######")),
    ("PT", "passport"): ((0, "CA######"),), ("CA", "passport"): ((0, "AA######"), (2024, "A######AA")),
    ("AU", "passport"): ((0, "PA#######"), (2023, "RA#######")), ("BR", "passport"): ((0, "FA######"),),
    ("AT", "passport"): ((0, "U#######"),), ("BE", "passport"): ((0, "EA######"),),
    ("CH", "passport"): ((0, "S#######"),),
    ("DK", "passport"): ((0, "2########"),), ("NO", "passport"): ((0, "3#######"), (2021, "FAA######")),
    ("PL", "id_card"): ((0, "CAA######"),), ("MX", "passport"): ((0, "G########"),),
    ("NZ", "passport"): ((0, "LA######"), (2021, "RA######")),
}  # fmt: skip
"""By issuer and form, from which year of issue on which layout: # a digit, A a letter, X a sign of the German
alphabet, yy the year of issue. Everything else stands for itself."""
STATES: dict[str, tuple[int, str]] = {
    "CA": (5, "s#######"), "CO": (5, "#########"), "FL": (8, "snnn###yybbb#"), "GA": (8, "0########"),
    "IL": (4, "snnn###yybbb"), "KY": (8, "s########"), "LA": (6, "01#######"), "MN": (4, "snnn#########"),
    "NE": (5, "H########"), "NH": (5, "NHL########"), "NV": (8, "##########"), "NY": (8, "#########"),
    "OH": (4, "AA######"), "OR": (8, "#######"), "PA": (4, "########"), "TX": (8, "########"), "VA": (8, "A########"),
    "WA": (8, "WDLXXXXXXXXX"),
}  # fmt: skip
"""By state the years of a driving licence, which ends on a birthday, and its layout: s the first letter of the surname,
nnn its Soundex digits, yy the year of birth, bbb the day of birth, later for women."""
_DAYS_A_MONTH = {"IL": (31, 600)}
_SOUNDEX = {sign: digit for digit, signs in enumerate(("BFPV", "CGJKQSXZ", "DT", "L", "MN", "R"), 1) for sign in signs}


def document_number(
    country: str, form: str, issued: date, born: date, sex: str, given: str, family: str, state: str, dice: Dice
) -> str:
    """A number as this issuer would have given it in the year of issue."""
    if form == "driving_licence":
        if country == "GB":
            return _british_licence(born, sex, given, family, dice)
        if country == "SE":
            return f"{born:%y%m%d}-{dice.digits(4)}"
        if country == "US":
            return _filled(STATES[state][1], born, born, sex, family, state, dice)
    layouts = _LAYOUTS.get((country, form), ((0, "AA#######"),))
    layout = next(layout for year, layout in reversed(layouts) if issued.year >= year)
    return _filled(layout, issued, born, sex, family, state, dice)


def national_number(dice: Dice) -> str:
    """A Spanish NIF, with its check letter, of the millions that are not given out yet."""
    digits = f"9{dice.digits(7)}"
    return digits + "TRWAGMYFPDXBNJZSQVHLCKE"[int(digits) % 23]


def valid_years(country: str, form: str, years_old: int, state: str = "") -> int:
    """For how long a document is given to a grown-up of that age."""
    if form == "residence_permit":
        return 5
    if form == "driving_licence":
        return STATES[state][0] if state else 15 if country in {"DE", "FR"} else 10
    if country == "DE" and years_old < 24:
        return 6
    if country == "SE":
        return 5
    return 5 if country == "ES" and years_old < 30 else 10


def _filled(layout: str, year: date, born: date, sex: str, family: str, state: str, dice: Dice) -> str:
    """The layout with its signs drawn, and then with what follows from the holder."""
    drawn: dict[str, Callable[[], str]] = {
        "#": lambda: dice.digits(1), "X": lambda: dice.letters(1, _GERMAN), "A": lambda: dice.letters(1),
    }  # fmt: skip
    month_days, woman = _DAYS_A_MONTH.get(state, (40, 500))
    name = "".join(sign for sign in ascii_letters(family).upper() if sign.isalpha())
    known = {
        "yy": f"{year:%y}",
        "nnn": _soundex(name),
        "bbb": f"{(born.month - 1) * month_days + born.day + (woman if sex == 'F' else 0):03d}",
        "s": name[0],
    }
    number = "".join(drawn[sign]() if sign in drawn else sign for sign in layout)
    for sign, text in known.items():
        number = number.replace(sign, text)
    return number


def _soundex(name: str) -> str:
    """The three digits of the American Soundex code: like sounds once, H and W do not part them, filled with zeros."""
    digits, last = "", _SOUNDEX.get(name[0], 0)
    for sign in name[1:]:
        digit = _SOUNDEX.get(sign, 0)
        if digit and digit != last:
            digits += str(digit)
        if sign not in "HW":
            last = digit
    return digits[:3].ljust(3, "0")


def _british_licence(born: date, sex: str, given: str, family: str, dice: Dice) -> str:
    """Five signs of the surname, the birth date with 50 on the month of women, an initial, and what nobody can know."""
    name = "".join(sign for sign in ascii_letters(family).upper() if sign.isalpha())[:5].ljust(5, "9")
    month = born.month + (50 if sex == "F" else 0)
    year = f"{born:%y}"
    return f"{name}{year[0]}{month:02d}{born:%d}{year[1]}{ascii_letters(given)[0].upper()}99{dice.letters(2)}"
