"""Times and dates of a cell, as moments in UTC.

Promise: a text gives one moment or a `Fault`; where it could mean two dates, nothing is guessed, because the schema can
say `format`. A time without an offset is local to the schema's `time_zone`; of the two readings in the hour that a
clock change repeats, the earlier is taken, and a time that the clock skipped is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from assistant.dataset.cells import Fault

__all__ = ["EPOCHS", "Instant", "is_date", "read_date", "read_time"]

EPOCHS: dict[str, int] = {"epoch": 1, "epoch_ms": 1000}
"""The two formats that count from 1970, with their ticks a second."""
FIRST, LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2101, 1, 1, tzinfo=UTC)
_UNIT_HINT: dict[str | None, str] = {"epoch": ': is it "epoch_ms"?'}
FIRST_DATE, LAST_DATE = date(1850, 1, 1), date(2200, 1, 1)


@dataclass(frozen=True, slots=True)
class Instant:
    """A moment in UTC, and how far the clock that wrote it was from UTC, in minutes."""

    moment: datetime
    utc_offset_min: int


def read_time(column: str, text: str, format: str | None, zone: tzinfo) -> Instant | Fault:
    """The moment that `text` names. `format` is None for ISO 8601, `epoch`, `epoch_ms` or strftime codes."""
    try:
        given = _EPOCH[format](text) if format in _EPOCH else _clock(text, format)
        local = given if given.tzinfo else given.replace(tzinfo=zone)
        moment = local.astimezone(UTC)
        if not given.tzinfo and zone is not UTC and moment.astimezone(zone).replace(tzinfo=None) != given:
            return Fault(column, text, f"did not exist in {zone}: the clock skipped it")
        offset = local.utcoffset() or timedelta()
    except OverflowError:
        return Fault(column, text, f"is outside 1970 to 2100{_UNIT_HINT.get(format, '')}")
    except ValueError:
        return Fault(column, text, _why_not(text, format))
    if not FIRST <= moment < LAST:
        hint = _UNIT_HINT.get(format, "") if moment >= LAST else ""
        return Fault(column, text, f"is in the year {moment.year}, outside 1970 to 2100{hint}")
    return Instant(moment, round(offset.total_seconds() / 60))


def is_date(text: str, format: str | None) -> bool:
    """Whether a text that `read_time` reads names a day and no moment of it."""
    if format is None:
        return len(text) <= len("2026-01-05")
    return format not in EPOCHS and not any(code in format for code in ("%H", "%I", "%c", "%X"))


def read_date(column: str, text: str, format: str | None) -> str | Fault:
    """A calendar date (birth, expiry) as `YYYY-MM-DD`."""
    try:
        given = (_EPOCH[format](text) if format in _EPOCH else _clock(text, format)).date()
    except (ValueError, OverflowError):
        return Fault(column, text, _why_not(text, format))
    if not FIRST_DATE <= given < LAST_DATE:
        return Fault(column, text, f"is in the year {given.year}, outside 1850 to 2199")
    return given.isoformat()


def _clock(text: str, format: str | None) -> datetime:
    if format is not None:
        return datetime.strptime(text, format)  # noqa: DTZ007 - the caller gives the zone
    if text.isdecimal() and len(text) != 8:
        # fromisoformat reads the epoch 2010101000000 as 10 October 2010
        raise ValueError(text)
    return datetime.fromisoformat(text)


def _since_1970(ticks_per_s: int) -> Callable[[str], datetime]:
    def read(text: str) -> datetime:
        return FIRST + timedelta(seconds=float(text) / ticks_per_s)

    return read


_EPOCH: dict[str | None, Callable[[str], datetime]] = {name: _since_1970(ticks) for name, ticks in EPOCHS.items()}


def _why_not(text: str, format: str | None) -> str:
    if format in EPOCHS:
        return f"is not a number of {'seconds' if format == 'epoch' else 'milliseconds'} since 1970"
    if format is not None:
        return f"does not have the format {format}"
    if text.replace(".", "", 1).isdecimal():
        return 'is not an ISO 8601 time: set format = "epoch" or "epoch_ms" for this column'
    return "is not an ISO 8601 time: set format for this column"
