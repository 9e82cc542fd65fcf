"""What earlier cases have told already: since when an account has its devices, cards and mail address, how often it
ordered.

Plots are laid out one by one and know nothing of each other. Before a case is told its ages are made to agree with the
earlier cases of the same account, so that a device that was seen on Monday is not new on Wednesday. Drafts are told in
the order in which they were opened. What cannot be any more, because the account is closed by then, is not told.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from heapq import heapify, heappop, heappush
from itertools import count
from typing import Any

from assistant.world.plot import Draft
from assistant.world.story import Story

__all__ = ["Acquaintance", "told"]

_BETWEEN_SAMPLES = timedelta(days=90)
_LET_IN_DAYS = 30
"""A shop that has been on the platform for longer is let in no more."""


class Acquaintance:
    """The first day on which each thing was there, and the highest count of each account."""

    def __init__(self) -> None:
        self._since: dict[str, date] = {}
        self._counted: dict[str, int] = {}
        self._sampled: dict[str, datetime] = {}
        self._boarded: set[str] = set()
        self._shown: dict[str, set[str]] = defaultdict(set)

    def agreed(self, facts: Any, at: datetime) -> Any:
        """The same facts with ages that fit what earlier cases said, none above the age of the account."""
        found: dict[str, Any] = {}
        for column, key in facts.spans():
            age, first = getattr(facts, column), self._since.get(key)
            if age is None:
                continue
            found[column] = age if first is None else (at.date() - first).days
        for column, limit in facts.capped():
            age = found.get(column, getattr(facts, column))
            if age is not None:
                found[column] = min(age, found.get(limit, getattr(facts, limit)))
        for column, key in facts.counts():
            found[column] = max(getattr(facts, column), self._counted.get(key, 0))
        if hasattr(facts, "face_search") and self._shown[facts.document_number] - {facts.account_id}:
            found["face_search"] = "possible duplicate"  # one picture, two accounts
        return replace(facts, **found)

    def told_before(self, story: Story) -> bool:
        """Whether this is a sample of an account that was one not long ago, or a shop that was let in already."""
        last = self._sampled.get(story.account)
        again = story.sampled and last is not None and story.opened_at - last < _BETWEEN_SAMPLES
        if "onboarding" not in story.situation:
            return again
        facts: Any = story.facts
        here = getattr(facts, "days_on_platform", 0) > _LET_IN_DAYS
        return again or here or _shop(story) in self._boarded

    def enter(self, story: Story, at: datetime) -> None:
        facts: Any = story.facts
        if story.sampled:
            self._sampled[story.account] = story.opened_at
        if "onboarding" in story.situation:
            self._boarded.add(_shop(story))
        if hasattr(facts, "face_search"):
            self._shown[facts.document_number].add(facts.account_id)
        for column, key in facts.spans():
            age = getattr(facts, column)
            if age is not None:
                self._since.setdefault(key, at.date() - timedelta(days=age))
        for column, key in facts.counts():
            self._counted[key] = getattr(facts, column)


def told(
    drafts: Iterable[Draft[Any]], spares: Mapping[str, Sequence[Draft[Any]]], closed: Callable[[Story], bool]
) -> Iterator[Story]:
    """The stories of all drafts, in the order in which they happen.

    Nobody is drawn as a sample twice in 90 days, no shop is let in twice, and no case comes from an account that is
    `closed` by then: such a draft falls out, and the next spare of its kind takes its place, so that the number stays.
    """
    known = Acquaintance()
    order = count()
    waiting = [(draft.scene.at, next(order), draft) for draft in drafts]
    left = {kind: sorted(found, key=lambda draft: draft.scene.at) for kind, found in spares.items()}
    heapify(waiting)
    while waiting:
        at, _, draft = heappop(waiting)
        story = draft.tell(draft.scene, known.agreed(draft.facts, at), draft.truth)
        if (closed(story) or known.told_before(story)) and left[story.kind]:
            spare = _next_spare(left[story.kind], at)
            heappush(waiting, (spare.scene.at, next(order), spare))
            continue
        known.enter(story, at)
        yield story


def _shop(story: Story) -> str:
    return str(getattr(story.facts, "merchant_account", ""))


def _next_spare(spares: list[Draft[Any]], at: datetime) -> Draft[Any]:
    """The first one after the moment; in the last hours, the last one, made to happen now."""
    place = bisect_right(spares, at, key=lambda draft: draft.scene.at)
    if place < len(spares):
        return spares.pop(place)
    last = spares.pop()
    return replace(last, scene=replace(last.scene, at=at))
