"""What earlier cases have told already: since when an account has its devices, cards and mail address, how often it
ordered.

Plots are laid out one by one and know nothing of each other. Before a case is told its ages are made to agree with the
earlier cases of the same account, so that a device that was seen on Monday is not new on Wednesday. Drafts are told in
the order in which they were opened.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from assistant.world.plot import Draft
from assistant.world.story import Facts, Story

__all__ = ["Acquaintance", "told"]


class Acquaintance:
    """The first day on which each thing was there, and the highest count of each account."""

    def __init__(self) -> None:
        self._since: dict[str, date] = {}
        self._counted: dict[str, int] = {}

    def agreed(self, facts: Any, at: datetime) -> Any:
        """The same facts with ages that fit what earlier cases said, none above the age of the account."""
        found: dict[str, int] = {}
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
        return replace(facts, **found)

    def enter(self, facts: Facts, at: datetime) -> None:
        for column, key in facts.spans():
            age = getattr(facts, column)
            if age is not None:
                self._since.setdefault(key, at.date() - timedelta(days=age))
        for column, key in facts.counts():
            self._counted[key] = getattr(facts, column)


def told(drafts: Iterable[Draft[Any]]) -> list[Story]:
    """The stories of all drafts, in the order in which they happen."""
    known, stories = Acquaintance(), []
    for draft in sorted(drafts, key=lambda draft: draft.scene.at):
        story = draft.tell(draft.scene, known.agreed(draft.facts, draft.scene.at), draft.truth)
        known.enter(story.facts, draft.scene.at)
        stories.append(story)
    return stories
