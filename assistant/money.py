"""Amounts: minor units in, words and comparable sizes out.

Exponents come from ISO 4217 (through Babel): 2 for EUR, 0 for JPY, 3 for KWD.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from babel.numbers import get_currency_precision

__all__ = ["REFERENCE", "major", "read_words", "reference_amount", "words"]

REFERENCE = "EUR"
"""The currency in which amounts are compared."""


@cache
def _rates() -> dict[str, float]:
    return tomllib.loads(files("assistant").joinpath("rates.toml").read_text())


@cache
def _exponent(currency: str) -> int:
    return int(get_currency_precision(currency))


def major(amount_minor: int, currency: str) -> float:
    """1250, EUR → 12.5."""
    return amount_minor / 10 ** _exponent(currency)


def words(amount_minor: int, currency: str) -> str:
    """1250, EUR → "EUR 12.50". The code stands first because it reads the same in every language."""
    return f"{currency} {major(amount_minor, currency):,.{_exponent(currency)}f}"


def read_words(text: str) -> tuple[str, int]:
    """What `words` wrote: "EUR 1,012.50" → EUR, 101250."""
    currency, _, number = text.partition(" ")
    return currency, round(float(number.replace(",", "")) * 10 ** _exponent(currency))


def reference_amount(amount_minor: int | None, currency: str | None) -> float | None:
    """The amount in euro by a fixed table, or None where amount, currency or rate is not known."""
    if amount_minor is None or currency is None or currency not in _rates():
        return None
    return major(amount_minor, currency) * _rates()[currency]
