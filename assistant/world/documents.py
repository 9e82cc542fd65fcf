"""Identity documents and their machine-readable zones, genuine and forged.

The zones follow ICAO Doc 9303: part 4 for passports (TD3, two lines of 44) and part 5 for cards (TD1, three lines of
30). Every check digit of a genuine zone is right. A forged document with a zone contradicts itself in exactly one way,
named in `defect`: a digit was changed without its check digit, or the printed side says something else than the zone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from assistant.world.chance import Dice
from assistant.world.document_numbers import (
    CARDS,
    LICENCES,
    PERMITS,
    STATES,
    document_number,
    national_number,
    valid_years,
)
from assistant.world.names import ascii_letters, full_name
from assistant.world.places import COUNTRIES, state_of

__all__ = ["Document", "check_digit", "forge", "issue", "misread", "zone", "zone_holds"]

_WEIGHTS = (7, 3, 1)
_VALUES = {sign: value for value, sign in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")} | {"<": 0}

_CARD_CODES = {"DE": "ID", "FR": "ID", "ES": "ID", "IT": "C<"}
_NEW_FRENCH_CARD = date(2021, 8, 2)
"""Since then in the size of a bank card, with three lines; no older ones are accepted."""


@dataclass(frozen=True)
class Document:
    """What is printed on a document. `zone` holds its MRZ lines joined by newlines, or nothing."""

    form: str
    country: str
    number: str
    family: str
    given: str
    birth_date: date
    sex: str
    expiry: date
    zone: str = ""
    defect: str = ""
    other_nationality: str = ""
    issued: date = date.min
    national_number: str = ""

    @property
    def nationality(self) -> str:
        return self.other_nationality or self.country

    @property
    def printed_name(self) -> str:
        return f"{self.given} {self.family}"


def check_digit(field: str) -> str:
    """ICAO 9303 part 3, 4.9: weights 7 3 1, letters count from 10, the filler counts 0, modulo 10."""
    return str(sum(_VALUES[sign] * _WEIGHTS[place % 3] for place, sign in enumerate(field)) % 10)


def issue(
    country: str, given: str, family: str, sex: str, birth_date: date, today: date, dice: Dice, *, address: str = ""
) -> Document:
    """A genuine document of a citizen of `country` who lives at `address`, still valid for most holders on `today`."""
    home = address[-2:] or country
    state = state_of(address) if country == "US" else ""
    forms = {"passport": 5.0}
    if country in LICENCES or state in STATES:
        forms["driving_licence"] = 4.0 if state else 1.6
    if country in CARDS:
        forms["id_card"] = 4.0
    if home != country and home in PERMITS:
        forms["residence_permit"] = 4.0
    form = dice.weighted(forms)
    issuer = home if form == "residence_permit" else country
    first = max(
        birth_date + timedelta(days=18 * 365 + 5), _NEW_FRENCH_CARD if (issuer, form) == ("FR", "id_card") else date.min
    )

    def ends(issued: date) -> date:
        years = valid_years(issuer, form, (issued - birth_date).days // 365, state)
        if state and form == "driving_licence":
            return _birthday(birth_date, issued.year + years)
        return _years_later(issued, years) - timedelta(days=1)

    longest_days = int(365.25 * valid_years(issuer, form, 40, state))
    issued = max(today - timedelta(days=dice.whole(10, longest_days + 40)), min(first, today - timedelta(days=5)))
    if ends(issued) < today - timedelta(days=60):  # renewed once it ran out
        issued = max(today - timedelta(days=dice.whole(10, 1400)), min(first, today - timedelta(days=5)))
    earliest = min(first, today - timedelta(days=5))
    if issued == earliest:  # nobody stands in the office on the birthday itself
        issued += timedelta(days=dice.whole(0, max((today - earliest).days - 5, 0)))
    if issued.weekday() > 4 and issued - timedelta(days=2) > birth_date:
        issued -= timedelta(days=issued.weekday() - 4)
    number = document_number(issuer, form, issued, birth_date, sex, given, family, state, dice)
    own_number = national_number(dice) if country == "ES" else ""
    document = Document(
        form, issuer, own_number if (issuer, form) == ("ES", "driving_licence") else number, family, given, birth_date,
        sex, ends(issued), "", "", country, issued, own_number,
    )  # fmt: skip
    return replace(document, zone=zone(document))


def _years_later(day: date, years: int) -> date:
    return date(day.year + years, day.month, min(day.day, 28))


def _birthday(born: date, year: int) -> date:
    return date(year, born.month, min(born.day, 28) if born.month == 2 else born.day)


def zone(document: Document) -> str:
    """The machine-readable zone that belongs to what is printed. Driving licences have none."""
    if document.form == "driving_licence":
        return ""
    state, citizen = (COUNTRIES[code].mrz_code for code in (document.country, document.nationality))
    number = _checked(_fill(document.number, 9))
    birth, expiry = (_checked(f"{day:%y%m%d}") for day in (document.birth_date, document.expiry))
    name = f"{_letters(document.family)}<<{_letters(document.given)}"
    if document.form == "passport":
        optional = _checked("<" * 14)
        first = f"P<{_fill(state, 3)}{_fill(name, 39)}"
        second = f"{number}{_fill(citizen, 3)}{birth}{document.sex}{expiry}{optional}"
        return f"{first}\n{second}{check_digit(number + birth + expiry + optional)}"
    german = document.country == "DE"
    kind = _CARD_CODES.get(document.country, "I<") if document.form == "id_card" else "AR" if german else "IR"
    optional = document.national_number if (document.country, document.form) == ("ES", "id_card") else ""
    first = f"{kind}{_fill(state, 3)}{number}{_fill(optional, 15)}"
    sex = "<" if german and document.form == "id_card" else document.sex  # the German card does not tell it
    second = f"{birth}{sex}{expiry}{_fill(citizen, 3)}{'<' * 11}"
    composite = check_digit(first[5:30] + second[0:7] + second[8:15] + second[18:29])
    return f"{first}\n{second}{composite}\n{_fill(name, 30)}"


def zone_holds(text: str) -> bool:
    """Whether there is a zone with every check digit right."""
    lines = text.split("\n")
    if len(lines) < 2:
        return False
    second = lines[1]
    if len(lines) == 2:
        fields = [second[0:10], second[13:20], second[21:28], second[28:43]]
        whole = second[0:10] + second[13:20] + second[21:43] + second[43]
    else:
        fields = [lines[0][5:15], second[0:7], second[8:15]]
        whole = lines[0][5:30] + second[0:7] + second[8:15] + second[18:30]
    return all(check_digit(field[:-1]) == field[-1] for field in (*fields, whole))


def forge(document: Document, dice: Dice) -> Document:
    """The document as a forger would hand it in. Without a zone nothing on it contradicts itself."""
    if not document.zone:
        return replace(document, defect="no zone")
    defect = dice.weighted({"check digit": 4, "printed number": 2, "printed birth date": 2, "printed name": 2})
    if defect == "check digit":
        return replace(document, zone=_with_changed_digit(document, dice), defect=defect)
    if defect == "printed number":
        digits = [place for place, sign in enumerate(document.number) if sign.isdigit()]
        number = _change_digit(document.number, dice.pick(digits), dice) if digits else document.number[::-1]
        return replace(document, number=number, defect=defect)
    if defect == "printed birth date":
        moved = document.birth_date + timedelta(days=dice.pick((-3653, -731, -365, 30, 366, 1096)))
        return replace(document, birth_date=moved, defect=defect)
    given, family = full_name(COUNTRIES[document.nationality].naming, dice).split(" ", 1)
    while ascii_letters(family) == ascii_letters(document.family):
        given, family = full_name(COUNTRIES[document.nationality].naming, dice).split(" ", 1)
    kept = document.given if dice.chance(0.5) else given
    return replace(document, given=kept, family=family, defect=defect)


def misread(document: Document, dice: Dice) -> str:
    """The zone as a camera reads it through glare: one 0 or 1 of a numeric field taken for the letter O or I.

    The field admits digits only, so a careful reader can repair it. Without a 0 or 1 there, the zone is as printed.
    """
    lines = document.zone.split("\n")
    numeric = range(13, 20) if document.form == "passport" else range(7)
    places = [place for place in numeric if lines[1][place] in "01"]
    if places:
        place = dice.pick(places)
        lines[1] = lines[1][:place] + {"0": "O", "1": "I"}[lines[1][place]] + lines[1][place + 1 :]
    return "\n".join(lines)


def _with_changed_digit(document: Document, dice: Dice) -> str:
    """The zone with one digit of number, birth date or expiry changed and every check digit left alone."""
    lines = document.zone.split("\n")
    passport = document.form == "passport"
    fields = ((1, 0, 9), (1, 13, 19), (1, 21, 27)) if passport else ((0, 5, 14), (1, 0, 6), (1, 8, 14))
    found = [
        [(line, place) for place in range(start, end) if lines[line][place].isdigit()] for line, start, end in fields
    ]
    line, place = dice.pick(dice.pick([places for places in found if places]))
    lines[line] = _change_digit(lines[line], place, dice)
    return "\n".join(lines)


def _change_digit(text: str, place: int, dice: Dice) -> str:
    changed = dice.pick([digit for digit in "0123456789" if digit != text[place]])
    return text[:place] + changed + text[place + 1 :]


def _letters(text: str) -> str:
    plain = ascii_letters(text).upper().replace("'", "")
    return "".join(sign if sign.isalpha() else "<" for sign in plain)


def _fill(text: str, width: int) -> str:
    return text[:width].ljust(width, "<")


def _checked(field: str) -> str:
    return field + check_digit(field)
