"""How the times of a column are written.

Promise: a format is proposed when nearly all values of the column have it. Where the values fit day first and month
first alike, both are given: swapped dates make a dataset that looks right and is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice, product

from assistant.dataset.cells import Fault
from assistant.dataset.times import EPOCHS, read_date, read_time

__all__ = ["TimeFormat", "time_format_of"]

MOST = 0.8
FIRST_LOOK = 20
EPOCHS_FROM = datetime(1990, 1, 1, tzinfo=UTC)
_DATES = (
    "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y/%m/%d", "%Y.%m.%d", "%d.%m.%y", "%d/%m/%y",
    "%m/%d/%y", "%y/%m/%d", "%d-%m-%y", "%m-%d-%y", "%y-%m-%d", "%d %b %Y", "%d-%b-%Y", "%d-%b-%y", "%b %d, %Y",
    "%b %d %Y", "%d %B %Y", "%B %d, %Y", "%Y-%m-%d",
)  # fmt: skip
_CLOCKS = ("%H:%M", "%H:%M:%S", "%H:%M:%S.%f", "%I:%M %p", "%I:%M:%S %p", "%I:%M%p")
_ZONES = ("", " %z", "%z", " UTC", " GMT")
_WHOLE = ("%a, %d %b %Y %H:%M:%S %z", "%a, %d %b %Y %H:%M:%S GMT", "%a %b %d %H:%M:%S %Y", "%d/%b/%Y:%H:%M:%S %z")
_MONTHS = ("%m/%y", "%m/%Y", "%m-%Y", "%Y-%m", "%Y%m")


@dataclass(frozen=True)
class TimeFormat:
    """`format` is None for ISO 8601. `rivals` are formats that fit as well and mean other dates."""

    format: str | None
    fits: float
    rivals: tuple[str, ...] = ()
    has_clock: bool = False


def time_format_of(counts: Mapping[str, int], *, numbers: bool, months: bool = False) -> TimeFormat | None:
    """The format that most values have, or None when they are no times. `counts`: how often each value stands there.

    `numbers` lets digits alone count, as in epoch seconds or 20221224; `months` lets a month without a day count.
    """
    if not counts:
        return None
    values, total = list(counts), sum(counts.values())
    found: list[tuple[float, str | None, list[object]]] = []
    for format in _candidates(values[:FIRST_LOOK], numbers=numbers, months=months):
        moments = [_moment(text, format, numbers=numbers) for text in values]
        fitting = sum(counts[text] for text, moment in zip(values, moments, strict=True) if moment is not None)
        found.append((fitting / total, format, list(moments)))
    best = max(found, key=lambda one: one[0], default=None)
    if best is None or best[0] < MOST:
        return None
    fits, format, moments = best
    rivals = tuple(
        other for share, other, others in found if other is not None and share == fits and format and others != moments
    )
    has_clock = any(isinstance(moment, datetime) and (moment.hour or moment.minute) for moment in moments)
    return TimeFormat(format, fits, rivals, has_clock)


def _candidates(start: Sequence[str], *, numbers: bool, months: bool) -> Iterator[str | None]:
    """The formats that one of the first values has."""
    plain = (None, "epoch", "epoch_ms") if numbers else (None,)
    yield from (format for format in plain if any(_moment(text, format, numbers=numbers) for text in start))
    for format in _written(months=months):
        shape = _shape(format)
        alike = (text for text in start if _shape(text).startswith(shape))
        if any(_moment(text, format, numbers=numbers) for text in islice(alike, 2)):
            yield format


@lru_cache(maxsize=4096)
def _shape(text: str) -> str:
    """The separators of a time or of a format, up to its zone: formats are compared by them before they are tried."""
    return re.sub(r"[^-/.:, ]", "", re.sub(r" ?%z| UTC| GMT", "", text))


def _written(*, months: bool) -> Iterator[str]:
    yield from _DATES
    for date, join, clock, zone in product(_DATES, (" ", ", ", "T"), _CLOCKS, _ZONES):
        yield f"{date}{join}{clock}{zone}"
    yield from _WHOLE
    if months:
        yield from _MONTHS


def _moment(text: str, format: str | None, *, numbers: bool) -> object | None:
    if format is None and not numbers and text.isdecimal():
        return None
    if format and "%Y" in format and not re.search(r"\d{4}", text):
        return None  # an import forgives a short year here and there; a column of them has another format
    found = read_time("", text, format, UTC)
    if not isinstance(found, Fault):
        # read as milliseconds, every count of seconds is a day in January 1970
        return None if format in EPOCHS and found.moment < EPOCHS_FROM else found.moment
    date = found if format in EPOCHS else read_date("", text, format)
    return None if isinstance(date, Fault) else date
