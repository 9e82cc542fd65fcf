"""When people get to a case: how long it waits, when somebody can be called, how a clock is written down.

Nothing here depends on what is true. The desk works from six to ten in the evening (UTC); customers are called between
nine and eight on their own clock, shops until six.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from assistant.world.chance import Dice
from assistant.world.story import Story

__all__ = ["ASKED_AFTER", "NO_STAMP", "Handling", "handle"]

_DESK_FROM, _DESK_TO = 6, 22
_CALLS = {"payment": (9, 20), "identity": (9, 20), "merchant": (9, 18)}
_MAILS = (7, 22)
_NEAR = timedelta(hours=2)
"""Clocks this close to the desk's are written down without a word."""
NO_STAMP = "\x00"
"""What stands for a time that somebody does not write down; it goes when the sentence is made."""
_DAYPARTS = ((12, "am", "morning"), (18, "pm", "afternoon"), (24, "eve", "evening"))
ASKED_AFTER = {"waits": timedelta(hours=3), "chases": timedelta(hours=40)}
"""After so long a customer asks where things are, and after so long writes again."""


@dataclass(frozen=True)
class Handling:
    """What happened when: `until` is the decision, or the end of the window for a case that still waits."""

    opened_at: datetime
    until: datetime
    decided: bool
    kind: str

    @property
    def waits(self) -> timedelta:
        return self.until - self.opened_at

    def call(self, dice: Dice) -> datetime | None:
        """A moment before the decision at which the customer can be called, or None; on the customer's clock."""
        first, last = _CALLS[self.kind]
        return self._between(first, last, timedelta(minutes=6), dice)

    def mail(self, dice: Dice) -> datetime | None:
        """When a mail was sent that could be answered before the decision, or None; on the customer's clock."""
        return self._between(*_MAILS, timedelta(hours=1), dice)

    def _between(self, first: int, last: int, spare: timedelta, dice: Dice) -> datetime | None:
        """A moment of the first two days at these hours that leaves so much time before the decision."""
        start, room = self.opened_at + timedelta(minutes=4), min(self.waits - spare, timedelta(days=2))
        if room < timedelta(minutes=10):
            return None
        for _ in range(8):
            moment = start + room * dice.between(0, 0.95)
            weekend = self.kind == "merchant" and moment.weekday() > 4
            if first <= moment.hour < last and not weekend:
                return moment
        return None

    def written(self, moment: datetime, stamp: str, dice: Dice) -> str:
        """The moment as this hand jots it down, with the day if that was not the day of the decision: 13:58, 13.58,
        1.58pm, tue pm, Tue afternoon, or nothing."""
        if stamp == "none" or (stamp != "clock" and dice.chance(0.25)):
            return NO_STAMP
        days_ago = (self.until.astimezone(moment.tzinfo).date() - moment.date()).days
        day = "" if days_ago == 0 else f"{moment:%a}"
        short, long = next((short, long) for until, short, long in _DAYPARTS if moment.hour < until)
        if stamp == "daypart":
            return f"{moment:%a} {short}".lower() if day else f"this {long}"
        if stamp == "day":
            return {0: "today", 1: "yesterday"}.get(days_ago, f"{moment:%A}")
        if stamp == "hour":
            clock = f"{moment:%-I}{moment:%p}".lower()
        else:
            clock = f"{moment.hour}.{moment:%M}" if stamp == "dot" else f"{moment:%H:%M}"
        offset = moment.utcoffset() or timedelta()
        clock += " local" if abs(offset) > _NEAR and stamp == "clock" and dice.chance(0.6) else ""
        clock += " there" if abs(offset) > _NEAR and stamp == "dot" else ""
        return f"{day} {clock}".strip()


def handle(story: Story, end: datetime, dice: Dice) -> Handling:
    """When somebody decides, if anybody does before `end`. The backlog is young: what is old has been dealt with."""
    age_days = (end - story.opened_at) / timedelta(days=1)
    reached = 1.0 if age_days > 40 else 0.985 if age_days > 20 else 0.92 if age_days > 10 else 0.13
    wait = dice.hours(0.2, 14) if dice.chance(0.7) else dice.hours(14, 130)
    decided_at = story.opened_at + wait
    if not _DESK_FROM <= decided_at.astimezone(UTC).hour < _DESK_TO:
        decided_at = max(_at_the_desk(decided_at, dice), decided_at)
    decided = dice.chance(reached) and decided_at < end
    return Handling(story.opened_at, decided_at if decided else end, decided, story.kind)


def _at_the_desk(moment: datetime, dice: Dice) -> datetime:
    """The first hours of the next shift."""
    day = moment.astimezone(UTC)
    if day.hour >= _DESK_TO:
        day += timedelta(days=1)
    return day.replace(hour=_DESK_FROM, minute=0, second=0, microsecond=0) + dice.minutes(1, 150)
