"""Identity documents: what the machine-readable zone says, and whether the printed data says the same."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date

from assistant.case import Case
from assistant.signals.mrz import parse_mrz
from assistant.signals.signal import Signal, Value, from_case

__all__ = ["MRZ_SIGNALS"]

FAILED = Signal(
    name="mrz_failed_check_digits",
    group="document",
    phrase="wrong check digits in the MRZ: {value}",
    zero="all check digits of the MRZ are right",
    unit="count",
    bad="high",
)
UNREADABLE = Signal(
    name="mrz_unreadable",
    group="document",
    phrase="the MRZ cannot be read",
    zero="the MRZ can be read",
    unit="flag",
    bad="high",
)
NUMBER = Signal(
    name="mrz_number_differs",
    group="document",
    phrase="the printed document number differs from the MRZ",
    zero="the printed document number agrees with the MRZ",
    unit="flag",
    bad="high",
)
BIRTH = Signal(
    name="mrz_birth_date_differs",
    group="document",
    phrase="the printed birth date differs from the MRZ",
    zero="the printed birth date agrees with the MRZ",
    unit="flag",
    bad="high",
)
EXPIRY = Signal(
    name="mrz_expiry_date_differs",
    group="document",
    phrase="the printed expiry date differs from the MRZ",
    zero="the printed expiry date agrees with the MRZ",
    unit="flag",
    bad="high",
)
NAME = Signal(
    name="mrz_name_overlap",
    group="document",
    phrase="{value} of the words of the printed name stand in the MRZ",
    unit="share",
    bad="low",
)
LEFT = Signal(
    name="document_days_left",
    group="document",
    phrase="the document was still valid for {value}",
    zero="the document was no longer valid",
    unit="days",
)
EXPIRED = Signal(
    name="document_expired_days",
    group="document",
    phrase="the document expired {value} before this case",
    zero="the document had not expired",
    unit="days",
    bad="high",
)
MRZ_SIGNALS = (FAILED, UNREADABLE, NUMBER, BIRTH, EXPIRY, NAME)
"""The signals that are document checks in their own right: a sheet lists them even where the score does not lean on
them."""


@from_case
def machine_readable_zone(case: Case) -> Iterator[tuple[Signal, Value]]:
    """Check digits after ICAO 9303, and printed data against the zone."""
    for text in case.values("mrz")[:1]:
        zone = parse_mrz(text)
        yield UNREADABLE, float(zone is None)
        if zone is None:
            return
        yield FAILED, float(len(zone.failed))
        for number in case.values("document_number")[:1]:
            printed = re.sub(r"[\W_]", "", number.upper())
            yield NUMBER, float(printed != zone.document_number.replace("<", ""))
        for role, in_zone, signal in (
            ("birth_date", zone.birth_date, BIRTH),
            ("expiry_date", zone.expiry_date, EXPIRY),
        ):
            for value in case.values(role)[:1]:  # type: ignore[arg-type]
                if (day := _day(value)) and in_zone:
                    yield signal, float(day.strftime("%y%m%d") != in_zone)
        for name in case.values("name")[:1]:
            words = set(_latin(name).split())
            if words:
                yield NAME, len(words & set(f"{zone.surname} {zone.given_names}".split())) / len(words)


@from_case
def expiry(case: Case) -> Iterator[tuple[Signal, Value]]:
    """How long the document is still valid on the day the case was opened."""
    for value in case.values("expiry_date")[:1]:
        if day := _day(value):
            left = (day - case.opened_at.date()).days
            yield LEFT, float(max(left, 0))
            yield EXPIRED, float(max(-left, 0))


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        return None


def _latin(name: str) -> str:
    """Capital letters without accents, as a zone writes them (the special cases of part 3, section 6, folded)."""
    folded = name.upper().replace("Ä", "AE").replace("Ö", "OE").replace("Ü", "UE").replace("ß", "SS").replace("Ø", "OE")
    plain = "".join(one for one in unicodedata.normalize("NFD", folded) if not unicodedata.combining(one))
    return re.sub(r"[^A-Z]+", " ", plain)
