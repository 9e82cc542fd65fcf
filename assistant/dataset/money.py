"""Amounts, currencies and numbers of a cell.

Promise: `12.50` and `1,234.56` become minor units of their currency; NaN, infinity and anything no payment can be are
a `Fault`. Where a comma or a point could mean two amounts a thousand times apart, the cell is refused until the schema
says `decimal`. Digits beyond the minor unit are rounded half to even: they are float noise or a conversion.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cache
from typing import Literal

from babel import Locale
from babel.numbers import get_currency_precision

from assistant.dataset.cells import Fault

__all__ = ["DecimalMark", "currencies", "read_amount", "read_currency", "read_number", "read_percent"]

DecimalMark = Literal[".", ","]
Unit = Literal["major", "minor"]

LIMIT_MINOR = 10**15
_SIGNS = {"€": "EUR", "£": "GBP", "₹": "INR", "₽": "RUB", "₺": "TRY", "₩": "KRW", "₪": "ILS", "₫": "VND", "฿": "THB"}
_DOLLARS = frozenset({"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN", "BRL", "ARS", "CLP", "COP", "TWD"})
SIGNS = frozenset({*_SIGNS, "$", "¥"})
_SPACES = str.maketrans("", "", " \u00a0\u202f'\u2019")
_EXPONENT = r"(?:[eE][+-]?[0-9]{1,4})?"
_PLAIN = re.compile(rf"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+){_EXPONENT}", re.ASCII)
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{2,3})*,[0-9]{3}(?:\.[0-9]+)?", re.ASCII)
_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2}\.[0-9]{3}", re.ASCII)
_COMMA_DECIMAL = re.compile(r"[+-]?(?:[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+),[0-9]+", re.ASCII)
_SWAP = str.maketrans(",.", ".,")


@cache
def currencies() -> frozenset[str]:
    """The ISO 4217 codes that are known, the historical ones included."""
    return frozenset(Locale("en").currencies)


@cache
def _exponent(currency: str) -> int:
    return int(get_currency_precision(currency))


def read_currency(column: str, text: str) -> str | Fault:
    """The currency as its upper-case ISO 4217 code."""
    code = text.upper()
    return code if code in currencies() else Fault(column, text, "is not an ISO 4217 currency code such as USD")


def read_amount(column: str, text: str, currency: str, unit: Unit, decimal: DecimalMark | None) -> int | Fault:
    """The amount in minor units of `currency`. `decimal` is the schema's decimal mark, None when it states none."""
    bare = text if _PLAIN.fullmatch(text) else _without_sign(text, currency)
    number = _decimal(bare, decimal)
    if isinstance(number, str):
        return Fault(column, text, number)
    places = 0 if unit == "minor" else _exponent(currency)
    if decimal is None and unit == "major" and places < 3 and _THOUSANDS.fullmatch(bare):
        return Fault(column, text, 'could mean thousands: set decimal = "." or "," in the schema')
    if number.adjusted() + places > 18 or abs(number.scaleb(places)) > LIMIT_MINOR:
        return Fault(column, text, "is larger than any payment")
    minor = number.scaleb(places)
    if unit == "minor" and minor != minor.to_integral_value():
        return Fault(column, text, 'has a fraction, but the schema says amount_unit = "minor"')
    return int(minor.quantize(Decimal(1), rounding=ROUND_HALF_EVEN))


def read_number(column: str, text: str, decimal: DecimalMark | None) -> str | Fault:
    """A finite number as plain text that `float` reads; written without separators, otherwise as it was given."""
    if text[:1] in SIGNS or text[-1:] in SIGNS:  # an amount of Excel in a column that is not the one at stake
        text = text.strip("".join(SIGNS)).strip()
    number = _decimal(text, decimal)
    if isinstance(number, str):
        return Fault(column, text, number)
    if number and not -300 < number.adjusted() < 300:
        return Fault(column, text, "is too large or too small for a number")
    return text if _PLAIN.fullmatch(text) else str(number)


def read_percent(column: str, text: str, decimal: DecimalMark | None) -> str | Fault:
    """A score written as 0 to 100, as 0 to 1: `87.5` and `87.5 %` are `0.875`."""
    number = _decimal(text.removesuffix("%").rstrip(), decimal)
    if isinstance(number, str):
        return Fault(column, text, number)
    if not 0 <= number <= 100:
        return Fault(column, text, "is no percentage: it must lie between 0 and 100")
    return f"{(number / 100).normalize():f}"


def _decimal(text: str, mark: DecimalMark | None) -> Decimal | str:
    """The number, or why it is none."""
    if _PLAIN.fullmatch(text) and mark != ",":
        return Decimal(text)
    compact = text.translate(_SPACES)
    swapped = compact.translate(_SWAP) if mark == "," else compact
    if mark == "," and _PLAIN.fullmatch(compact) and "." in compact and not re.search(r"\.[0-9]{3}$", compact):
        return 'has a decimal point, but the schema says decimal = ","'
    if _PLAIN.fullmatch(swapped):
        return Decimal(swapped)
    if _GROUPED.fullmatch(swapped):
        return Decimal(swapped.replace(",", ""))
    if mark is None and _COMMA_DECIMAL.fullmatch(compact):
        return 'looks like a decimal comma: set decimal = "," in the schema'
    if compact.lower().lstrip("+-") in {"nan", "inf", "infinity"}:
        return "is not a finite number"
    return "is not a number"


def _without_sign(text: str, currency: str) -> str:
    """Without a currency sign or code that agrees with `currency`; any other one stays, and is refused."""
    bare = text.strip()
    for mark in (currency, next((sign for sign, code in _SIGNS.items() if code == currency), None)):
        if mark:
            bare = bare.removeprefix(mark).removesuffix(mark)
    if currency in _DOLLARS:
        bare = bare.removeprefix("$").removesuffix("$")
    if currency in {"JPY", "CNY"}:
        bare = bare.removeprefix("¥").removesuffix("¥")
    return bare.strip()
