"""When things happen: 120 days, more on working days and evenings, growing a little, in the customer's own time."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from assistant.world.chance import Dice

__all__ = ["DAYS", "Calendar", "ago", "days_since", "since_when"]

DAYS = 120
_HOURS = dict(enumerate((9, 5, 3, 2, 2, 3, 6, 11, 17, 22, 25, 26, 27, 26, 25, 25, 26, 28, 32, 36, 38, 34, 26, 16)))
_WEEKDAYS = (1.1, 1.0, 1.0, 1.05, 1.15, 1.05, 0.85)


class Calendar:
    """The window that ends when the day `end` begins, in UTC."""

    def __init__(self, end: date) -> None:
        self.end = datetime.combine(end, time(), UTC)
        self.start = self.end - timedelta(days=DAYS)
        self._days = {
            day: (0.85 + 0.35 * day / DAYS) * _WEEKDAYS[(self.start + timedelta(days=day)).weekday()]
            for day in range(DAYS)
        }

    def moment(self, dice: Dice, zone: tzinfo = UTC, *, night: bool = False) -> datetime:
        """A moment of the window in UTC, at an hour when people of that zone are awake, or at any hour for `night`."""
        day = self.start + timedelta(days=dice.weighted(self._days))
        hour = dice.whole(0, 23) if night else dice.weighted(_HOURS)
        on_the_clock = datetime.combine(day.date(), time(hour), zone).astimezone(UTC)
        return self.hold(on_the_clock + timedelta(seconds=dice.whole(0, 3599)))

    def hold(self, moment: datetime) -> datetime:
        """The moment, moved by whole days into the window if it fell out of it."""
        while moment >= self.end:
            moment -= timedelta(days=1)
        while moment < self.start:
            moment += timedelta(days=1)
        return moment


def days_since(then: datetime, at: datetime) -> int:
    """Days by the calendar, so that one is yesterday; none if it has not happened yet."""
    return max((at.astimezone(UTC).date() - then.astimezone(UTC).date()).days, 0)


def since_when(days: int, at: datetime) -> str:
    """Since when something has been there, as precisely as one says it: 12 Oct, March, 2024."""
    then = at - timedelta(days=days)
    if days < 45:
        return f"{then.day} {then:%b}"
    return f"{then:%B}" if days < 300 else str(then.year)


def ago(days: int) -> str:
    """How long ago, as one jots it down."""
    return {0: "today", 1: "yesterday"}.get(days, f"{days}d ago")
