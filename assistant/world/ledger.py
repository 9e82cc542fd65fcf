"""Which case touched a thing last: what somebody at the desk finds when searching for it."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from assistant.world.decisions import STERN, Verdict
from assistant.world.evidence import Link
from assistant.world.story import Story

__all__ = ["Ledger"]


class Ledger:
    """Fills up in the order in which cases are opened, so it knows earlier ones only."""

    def __init__(self) -> None:
        self._last: dict[str, str] = {}
        self._refused: dict[str, datetime] = {}
        self._hands: dict[str, set[str]] = defaultdict(set)

    def earlier(self, story: Story) -> Link:
        """The last case with the most telling thing that this one shares with any, or an empty link."""
        found = (Link(noun, self._last[thing]) for noun, thing in story.facts.things() if thing in self._last)
        return next(found, Link())

    def shared(self, story: Story) -> bool:
        """Whether somebody else was seen on the device."""
        return bool(self._hands[story.facts.device_id] - {dict(story.mentions)["name"]})

    def remarks(self, story: Story) -> set[str]:
        """What the desk knows besides the case: that somebody else uses the device, that this account was refused."""
        known = {"shared"} if self.shared(story) else set()
        refused = self._refused.get(story.account)
        return known | ({"refused_before"} if refused and refused < story.opened_at else set())

    def enter(self, case_id: str, story: Story, verdict: Verdict | None = None) -> None:
        self._hands[story.facts.device_id].add(dict(story.mentions)["name"])
        if verdict and verdict.action in STERN and story.account not in self._refused:
            self._refused[story.account] = verdict.decided_at
        for _, thing in story.facts.things():
            self._last[thing] = case_id
