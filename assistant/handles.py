"""What people call a case by when they ask about it: its number, a name, the last digits of a card, an amount.

Beside `links`, which say what two cases share, handles say how one is found. They are compared, never shown.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from assistant.case import Case
from assistant.roles import Role

__all__ = ["Handle", "amount_key", "folded", "handles_of", "last_four", "number_in"]

KEY_LIMIT = 120
NAMES: tuple[Role, ...] = ("name", "beneficial_owner", "merchant")


class Handle(NamedTuple):
    """`type` is case, number, name, last4, phone4, amount, country or refund."""

    type: str
    key: str


def handles_of(case: Case) -> tuple[Handle, ...]:
    """The handles of a case, without doubles, sorted."""
    return tuple(sorted({Handle(type_, key[:KEY_LIMIT]) for type_, key in _handles(case) if key}))


def _handles(case: Case) -> Iterator[tuple[str, str]]:
    yield "case", folded(case.case_id)
    yield "number", number_in(case.case_id)
    yield "country", case.country.upper()
    if case.amount_minor is not None and case.currency is not None:
        yield "amount", amount_key(case.amount_minor, case.currency)
    for value in case.values(*NAMES):
        for word in folded(value).split():
            yield "name", word if len(word) > 1 else ""
    for value in case.values("card"):
        yield "last4", last_four(value)
    for value in case.values("phone"):
        yield "phone4", last_four(value)
    if case.values("refund"):
        yield "refund", "asked"


def folded(text: str) -> str:
    """Lower case, without accents, marks and signs: "Inés O'Hara-Ruß" → "ines o hara russ"."""
    flat = unicodedata.normalize("NFKD", text.replace("\u2019", "'")).casefold()
    return " ".join(re.findall(r"\w+", "".join(char for char in flat if not unicodedata.combining(char))))


def number_in(case_id: str) -> str:
    """The number that people read out: the last run of digits, without the zeros before it."""
    runs = re.findall(r"[0-9]+", unicodedata.normalize("NFKC", case_id))
    return runs[-1].lstrip("0") if runs else ""


def last_four(value: str) -> str:
    digits = re.sub(r"[^0-9]", "", unicodedata.normalize("NFKC", value))
    return digits[-4:] if len(digits) >= 4 else ""


def amount_key(amount_minor: int, currency: str) -> str:
    return f"{amount_minor} {currency}"
