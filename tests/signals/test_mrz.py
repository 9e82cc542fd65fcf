"""The machine-readable zone against ICAO's specimens and outside samples."""

from __future__ import annotations

import csv

import pytest

from assistant.signals.mrz import check_digit, parse_mrz
from tests.shared_data import needs_shared_data

UTOPIA = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"


def test_the_check_digits_of_the_standards_own_examples() -> None:
    assert check_digit("520727") == "3"  # ICAO 9303 part 3, 4.9.1, example 1
    assert check_digit("AB2134<<<") == "5"  # and example 2


def test_the_specimen_passport_is_read_and_holds() -> None:
    zone = parse_mrz(UTOPIA)
    assert zone is not None
    assert (zone.format, zone.document_number, zone.surname, zone.given_names) == (
        "TD3",
        "L898902C3",
        "ERIKSSON",
        "ANNA MARIA",
    )
    assert zone.failed == ()


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("L898902C36", "L898902C46", "document number"),
        ("7408122F", "7408132F", "birth date"),
        ("1204159Z", "1204169Z", "expiry date"),
        ("ZE184226B", "ZE184227B", "personal number"),
    ],
)
def test_one_changed_character_fails_its_own_field_and_the_whole(old: str, new: str, field: str) -> None:
    zone = parse_mrz(UTOPIA.replace(old, new))
    assert zone is not None
    assert field in zone.failed
    assert "whole zone" in zone.failed


@pytest.mark.parametrize("text", ["", "hello", "P<UTO", UTOPIA[:-1], UTOPIA.replace("ERIK", "ER!K"), "<" * 91])
def test_what_is_no_zone_is_none(text: str) -> None:
    assert parse_mrz(text) is None


def test_a_zone_on_one_line_is_the_same_zone() -> None:
    assert parse_mrz(UTOPIA.replace("\n", "")) == parse_mrz(UTOPIA) == parse_mrz(UTOPIA.lower().replace("\n", " "))


@needs_shared_data
def test_outside_samples_fail_exactly_where_they_are_known_to(shared_data) -> None:  # type: ignore[no-untyped-def]
    ours = {"number": "document number", "dob": "birth date", "expiry": "expiry date", "composite": "whole zone"}
    with (shared_data / "mrz" / "mrz_samples.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["format"] != "CHE_DL"]  # a driving licence, another layout
    assert len(rows) > 20
    for row in rows:
        zone = parse_mrz("\n".join(filter(None, (row["line1"], row["line2"], row["line3"]))))
        assert zone is not None, row["test"]
        expected = {ours.get(name, "personal number") for name in row["my_failed_checkdigits"].split("|") if name}
        if "BO-03003" in row["test"] and "document numbe check" not in row["test"]:
            # the number's digit holds without the filler, which the sample's own note calls valid
            expected -= set() if "wrong document number" in row["test"] else {"document number"}
        assert set(zone.failed) == expected, row["test"]
