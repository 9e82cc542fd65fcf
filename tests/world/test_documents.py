"""Machine-readable zones: right on genuine documents, in contradiction with something on forged ones."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.world.chance import Dice
from assistant.world.documents import Document, check_digit, forge, issue, zone
from assistant.world.places import COUNTRIES
from tests.world.conftest import World

# the specimens of ICAO Doc 9303, parts 4 and 5
TD3 = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10")
TD1 = ("I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<")
READINGS = {"O": "0", "I": "1"}


def digit(field: str) -> str:
    """Written again from the standard, so that writer and test cannot share a fault."""
    values = [0 if sign == "<" else int(sign, 36) for sign in field]
    return str(sum(value * (7, 3, 1)[place % 3] for place, value in enumerate(values)) % 10)


def parts(text: str) -> dict[str, str]:
    """The fields of a zone; letters in its dates are read as the digits that they look like."""
    lines = text.split("\n")
    passport = len(lines) == 2
    second = lines[1]
    birth, expiry = (second[13:20], second[21:28]) if passport else (second[0:7], second[8:15])
    birth, expiry = ("".join(READINGS.get(sign, sign) for sign in field) for field in (birth, expiry))
    number = second[0:10] if passport else lines[0][5:15]
    head, tail = (number, second[28:43]) if passport else (lines[0][5:30], second[18:29])
    names = lines[0][5:] if passport else lines[2]
    return {"number": number, "birth": birth, "expiry": expiry, "names": names,
            "whole": head + birth + expiry + tail + second[-1]}  # fmt: skip


def digits_hold(text: str) -> bool:
    found = parts(text)
    return all(digit(found[name][:-1]) == found[name][-1] for name in ("number", "birth", "expiry", "whole"))


def latin(name: str) -> list[str]:
    for sign, spelled in {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "å": "aa", "ø": "oe"}.items():
        name = name.replace(sign, spelled).replace(sign.upper(), spelled.upper())
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().upper().replace("'", "")
    return sorted(re.findall("[A-Z]+", plain))


def agrees(row: dict[str, str]) -> bool:
    """Whether the printed side says what the zone says."""
    found = parts(row["mrz"])
    in_zone = sorted(re.findall("[A-Z]+", found["names"]))
    cut = found["names"][-1] != "<"  # a name that fills its line may have been cut
    return (
        found["number"][:-1].rstrip("<") == row["document_number"]
        and found["birth"][:-1] == f"{date.fromisoformat(row['printed_birth_date']):%y%m%d}"
        and found["expiry"][:-1] == f"{date.fromisoformat(row['document_expiry']):%y%m%d}"
        and (cut or in_zone == latin(row["printed_name"]))
    )


@pytest.mark.parametrize(
    ("field", "expected"),
    [("L898902C3", "6"), ("740812", "2"), ("120415", "9"), ("ZE184226B<<<<<", "1"), ("D23145890", "7")],
)
def test_check_digits_of_the_specimens(field: str, expected: str) -> None:
    assert check_digit(field) == expected


def test_zones_are_laid_out_like_the_specimens() -> None:
    for specimen, form in ((TD3, "passport"), (TD1, "id_card")):
        assert digits_hold("\n".join(specimen))
        written = zone(
            Document(form, "SE", "D23145890", "Eriksson", "Anna Maria", date(1974, 8, 12), "F", date(2012, 4, 15))
        )
        assert [len(line) for line in written.split("\n")] == [len(line) for line in specimen]
        assert parts(written)["names"].strip("<") == "ERIKSSON<<ANNA<MARIA"


@given(st.integers(0, 10**6), st.sampled_from(sorted(COUNTRIES)))
def test_every_issued_zone_holds_and_every_forged_one_does_not(seed: int, country: str) -> None:
    dice = Dice(seed, "documents")
    document = issue(country, "Zoë-Ann", "O'Brückner", "F", date(1990, 2, 28), date(2026, 1, 1), dice)
    forged = forge(document, dice)
    if not document.zone:
        assert document.form == "driving_licence"
        return
    assert digits_hold(document.zone)
    printed = (forged.number, forged.birth_date, forged.printed_name)
    same_print = printed == (document.number, document.birth_date, document.printed_name)
    assert not digits_hold(forged.zone) or not same_print


def test_genuine_documents_in_the_queue_agree_with_themselves(made: World) -> None:
    forged = {row["case_id"] for row in made.of("forged_document", made.identity)}
    genuine = [row for row in made.identity if row["mrz"] and row["case_id"] not in forged]
    assert len(genuine) > 1000
    assert not [row["case_id"] for row in genuine if not digits_hold(row["mrz"]) or not agrees(row)]


def test_forged_documents_in_the_queue_contradict_themselves(made: World) -> None:
    forged = [row for row in made.of("forged_document", made.identity) if row["mrz"]]
    wrong_digits = [row for row in forged if not digits_hold(row["mrz"])]
    mismatching = [row for row in forged if digits_hold(row["mrz"]) and not agrees(row)]
    assert len(wrong_digits) + len(mismatching) == len(forged)
    assert wrong_digits
    assert mismatching


def test_glare_makes_some_good_zones_look_wrong_before_repair(made: World) -> None:
    glare = [row for row in made.identity if made.truth[row["case_id"]]["hard_negative"] == "document_glare"]
    assert any(re.search("[OI]", birth_date_as_read(row["mrz"])) for row in glare if row["mrz"])
    assert any(not row["mrz"] for row in glare)


def birth_date_as_read(text: str) -> str:
    lines = text.split("\n")
    return lines[1][13:20] if len(lines) == 2 else lines[1][0:7]
