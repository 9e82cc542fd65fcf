"""The machine-readable zone of travel documents, after ICAO Doc 9303 parts 3 to 7.

Reads TD1 (3 × 30), TD2 (2 × 36), TD3 (2 × 44) and the French identity card of 1988–2021 (2 × 36, its own layout), and
checks every check digit (weights 7 3 1, modulo 10; part 3, section 4.9). It does not correct misread characters: a
signal says what stands there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Mrz", "check_digit", "parse_mrz"]

WEIGHTS = (7, 3, 1)
FORMATS = {(3, 30): "TD1", (2, 36): "TD2", (2, 44): "TD3"}


@dataclass(frozen=True, slots=True)
class Mrz:
    """What the zone says. Dates are YYMMDD as printed; `failed` names the fields whose check digit is wrong."""

    format: str
    document_number: str
    birth_date: str
    expiry_date: str
    surname: str
    given_names: str
    issuer: str
    failed: tuple[str, ...]


def check_digit(text: str) -> str:
    """The check digit of a field: digits count as themselves, A–Z as 10–35, `<` as 0."""
    total = sum(_weight(character) * WEIGHTS[index % 3] for index, character in enumerate(text))
    return str(total % 10)


def _weight(character: str) -> int:
    return int(character, 36) if character != "<" else 0


def parse_mrz(text: str) -> Mrz | None:
    """The zone, or None where the text has no zone of a known size. Lines may be separated by any white space."""
    lines = re.sub(r"[\s|]+", "\n", text.strip().upper()).split("\n")
    if len(lines) == 1 and len(lines[0]) in (88, 72, 90):
        width = {88: 44, 72: 36, 90: 30}[len(lines[0])]
        lines = [lines[0][start : start + width] for start in range(0, len(lines[0]), width)]
    format_ = FORMATS.get((len(lines), len(lines[0])))
    if format_ is None or any(not re.fullmatch(r"[A-Z0-9<]+", line) or len(line) != len(lines[0]) for line in lines):
        return None
    return _td1(lines) if format_ == "TD1" else _two_lines(format_, lines)


def _td1(lines: list[str]) -> Mrz:
    first, second, names = lines
    number, number_ok = _document_number(first[5:14], first[14], first[15:30])
    composite = first[5:30] + second[0:7] + second[8:15] + second[18:29]
    failed = _failed(
        ("birth date", second[0:6], second[6]),
        ("expiry date", second[8:14], second[14]),
        ("whole zone", composite, second[29]),
    )
    failed = failed if number_ok else ("document number", *failed)
    return _read("TD1", number, second[0:6], second[8:14], names, first[2:5], failed)


def _two_lines(format_: str, lines: list[str]) -> Mrz:
    first, second = lines
    if format_ == "TD2" and first.startswith("IDFRA"):
        return _french(first, second)
    number, number_ok = _document_number(second[0:9], second[9], second[28:35] if format_ == "TD2" else "")
    fields = [("birth date", second[13:19], second[19]), ("expiry date", second[21:27], second[27])]
    if format_ == "TD2":
        fields.append(("whole zone", second[0:10] + second[13:20] + second[21:35], second[35]))
    else:
        # an empty personal number may have `<` or 0 as its check digit (part 4, 4.2.2.2)
        if second[28:42].strip("<") or second[42] not in "<0":
            fields.append(("personal number", second[28:42], second[42]))
        fields.append(("whole zone", second[0:10] + second[13:20] + second[21:43], second[43]))
    failed = _failed(*fields)
    failed = failed if number_ok else ("document number", *failed)
    return _read(format_, number, second[13:19], second[21:27], first[5:], first[2:5], failed)


def _french(first: str, second: str) -> Mrz:
    """The French card has no expiry date in its zone and its own field order."""
    failed = _failed(
        ("document number", second[0:12], second[12]),
        ("birth date", second[27:33], second[33]),
        ("whole zone", first + second[0:35], second[35]),
    )
    return _read("FRA", second[0:12], second[27:33], "", f"{first[5:30]}<<{second[13:27]}", "FRA", failed)


def _document_number(number: str, digit: str, optional: str) -> tuple[str, bool]:
    """The number and whether its check digit holds. A number of more than nine characters goes on in the optional data
    with `<` in place of the digit (part 5, 4.2.2.1); states compute its digit with or without that filler, so both
    are accepted."""
    if digit != "<":
        return number, check_digit(number) == digit
    rest = optional.split("<")[0]
    whole, digit = number + rest[:-1], rest[-1:]
    return whole, digit in {check_digit(whole), check_digit(f"{number}<{rest[:-1]}")}


def _failed(*fields: tuple[str, str, str]) -> tuple[str, ...]:
    return tuple(name for name, covered, digit in fields if check_digit(covered) != digit)


def _read(format_: str, number: str, birth: str, expiry: str, names: str, issuer: str, failed: tuple[str, ...]) -> Mrz:
    surname, _, given = names.partition("<<")
    return Mrz(
        format=format_,
        document_number=number.rstrip("<"),
        birth_date=birth,
        expiry_date=expiry,
        surname=surname.replace("<", " ").strip(),
        given_names=given.replace("<", " ").strip(),
        issuer=issuer.rstrip("<"),
        failed=failed,
    )
