from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.dataset.cells import Fault
from assistant.dataset.money import DecimalMark, Unit, read_amount, read_currency, read_number


@pytest.mark.parametrize(
    ("text", "currency", "unit", "decimal", "minor"),
    [
        ("12.50", "USD", "major", None, 1250),
        ("8036.0", "USD", "major", None, 803600),
        ("1,234.56", "USD", "major", None, 123456),
        ("1,234", "USD", "major", None, 123400),
        ("12,34,567.89", "INR", "major", None, 123456789),
        ("1 234.56", "USD", "major", None, 123456),
        ("1'234.56", "CHF", "major", None, 123456),
        ("-12.50", "USD", "major", None, -1250),
        (".5", "USD", "major", None, 50),
        ("1.5E+3", "USD", "major", None, 150000),
        ("1250", "JPY", "major", None, 1250),
        ("1.250", "KWD", "major", None, 1250),
        ("12.499999999999", "USD", "major", None, 1250),
        ("$12.50", "USD", "major", None, 1250),
        ("12.50 €", "EUR", "major", None, 1250),
        ("USD 12.50", "USD", "major", None, 1250),
        ("1250", "USD", "minor", None, 1250),
        ("1250.0", "USD", "minor", None, 1250),
        ("1.234,56", "EUR", "major", ",", 123456),
        ("1234,5", "EUR", "major", ",", 123450),
        ("1.234", "EUR", "major", ",", 123400),
        ("1.234", "EUR", "major", ".", 123),
    ],
)
def test_an_amount_becomes_minor_units_of_its_currency(
    text: str, currency: str, unit: Unit, decimal: DecimalMark | None, minor: int
) -> None:
    assert read_amount("price", text, currency, unit, decimal) == minor


@pytest.mark.parametrize(
    ("text", "unit", "decimal", "why"),
    [
        ("1.234,56", "major", None, 'set decimal = ","'),
        ("12,50", "major", None, 'set decimal = ","'),
        ("1.234", "major", None, "could mean thousands"),
        ("12.50", "major", ",", "has a decimal point"),
        ("1,234.56", "major", ",", "is not a number"),
        ("NaN", "major", None, "is not a finite number"),
        ("-inf", "major", None, "is not a finite number"),
        ("1e400", "major", None, "is larger than any payment"),
        ("1e-9999", "major", None, ""),
        ("9" * 40, "major", None, "is larger than any payment"),
        ("12.5", "minor", None, "has a fraction"),
        ("€12.50", "major", None, "is not a number"),
        ("(12.50)", "major", None, "is not a number"),
        ("１２", "major", None, "is not a number"),
        ("=1+1", "major", None, "is not a number"),
    ],
)
def test_an_amount_that_could_mean_something_else_is_a_fault(
    text: str, unit: Unit, decimal: DecimalMark | None, why: str
) -> None:
    found = read_amount("price", text, "USD", unit, decimal)
    if text == "1e-9999":
        assert found == 0
        return
    assert isinstance(found, Fault)
    assert why in found.why


@given(st.integers(-(10**14), 10**14), st.sampled_from(["USD", "JPY", "KWD"]))
def test_every_amount_that_is_written_plainly_is_read_back(minor: int, currency: str) -> None:
    places = {"USD": 2, "JPY": 0, "KWD": 3}[currency]
    text = f"{Decimal(minor).scaleb(-places):f}"
    assert read_amount("price", text, currency, "major", None) == minor
    assert read_amount("price", f"{Decimal(minor).scaleb(-places):,f}", currency, "major", None) == minor


@given(st.text(max_size=30), st.sampled_from([None, ".", ","]))
def test_no_text_makes_reading_money_raise(text: str, decimal: DecimalMark | None) -> None:
    assert isinstance(read_amount("price", text, "USD", "major", decimal), int | Fault)
    number = read_number("n", text, decimal)
    if isinstance(number, str):
        assert abs(float(number)) < float("inf")
    assert isinstance(read_currency("c", text), str | Fault)


def test_a_number_stays_as_it_was_given_unless_it_has_separators() -> None:
    assert read_number("n", "42.3182", None) == "42.3182"
    assert read_number("n", "1,234.5", None) == "1234.5"
    assert read_number("n", "1.234,5", ",") == "1234.5"
    for text in ("NaN", "inf", "1e400", "five"):
        assert isinstance(read_number("n", text, None), Fault)


def test_a_currency_is_a_known_code_in_any_case() -> None:
    assert read_currency("c", "eur") == "EUR"
    assert read_currency("c", "ZWD") == "ZWD"
    assert isinstance(read_currency("c", "EURO"), Fault)
