"""Notes of the first-line agents: what somebody saw and tried before anybody decided.

Each agent has a tongue and a manner. A note tells marks, contacts and other cases with the same thing; it does not
know what is true and does not say what should be done.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from assistant.world.chance import Dice
from assistant.world.phrasebook import load_phrases
from assistant.world.story import Story

__all__ = ["Ledger", "agent_note"]


@dataclass(frozen=True)
class Agent:
    signs: str
    language: str
    manner: str


_AGENTS = (
    Agent("", "en", "full"), Agent("MB", "en", "terse"), Agent("", "en", "code"), Agent("jo", "en", "lower"),
    Agent("T. Amblin", "en", "full"), Agent("KH", "de", "terse"), Agent("", "fr", "full"), Agent("", "es", "lower"),
    Agent("ND", "en", "lower"),
)  # fmt: skip


class Ledger:
    """Which case touched a thing last: what an agent finds when searching for it."""

    def __init__(self) -> None:
        self._last: dict[str, tuple[str, datetime]] = {}

    def earlier(self, story: Story) -> str:
        """An earlier case with the same thing, or nothing."""
        return next((self._last[thing][0] for thing in story.facts.things() if thing in self._last), "")

    def enter(self, case_id: str, story: Story) -> None:
        for thing in story.facts.things():
            self._last[thing] = (case_id, story.opened_at)


def agent_note(story: Story, ledger: Ledger, dice: Dice) -> str:
    """The note on the case, or nothing: half of the cases come straight from a rule."""
    if not dice.chance(0.52):
        return ""
    agent = dice.pick(_AGENTS)
    words = load_phrases("notes")[agent.language]
    seen = [mark for mark in story.facts.marks() if mark in words[story.kind]]
    marks = dice.sample(seen, min(len(seen), dice.whole(1, 3)))
    told = [dice.pick(words[story.kind][mark]) for mark in marks]
    if agent.manner == "code":
        told = [mark.upper() for mark in marks]
    earlier = ledger.earlier(story)
    if earlier and dice.chance(0.5):
        told.append(f"{dice.pick(words['contact']['pointers'])} {earlier}")
    if dice.chance(0.6):
        told.append(dice.pick(words["contact"]["lines"]))
    if not told or dice.chance(0.3):
        told.append(dice.pick(words["contact"]["remarks"] + words["contact"].get(f"{story.kind}_remarks", [])))
    return _written(told, agent)


def _written(told: list[str], agent: Agent) -> str:
    if agent.manner == "full":
        text = " ".join(f"{part[0].upper()}{part[1:]}{'' if part[-1] in '.?!' else '.'}" for part in told)
    elif agent.manner == "lower":
        text = ", ".join(told)
    else:
        text = "; ".join(told)
    return f"{text} /{agent.signs}" if agent.signs else text
