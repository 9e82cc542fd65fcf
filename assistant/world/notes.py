"""Notes of the first-line agents: what somebody saw and tried before anybody decided.

Each agent has a tongue, used in its own countries, and a manner. A note tells marks, contacts and other cases with the
same thing, and now and then what settled a failed check; it does not know what is true and does not say what should be
done.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from assistant.world.chance import Dice
from assistant.world.phrasebook import load_phrases, sayable, spell_out
from assistant.world.story import Story

__all__ = ["Ledger", "Note", "agent_note"]


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
_SETTLED = 0.3
"""How often first line has found out why a check failed."""


@dataclass(frozen=True)
class Note:
    """What is written, and which failed checks it says are settled."""

    text: str = ""
    settled: frozenset[str] = frozenset()


class Ledger:
    """Which case touched a thing last: what an agent finds when searching for it."""

    def __init__(self) -> None:
        self._last: dict[str, tuple[str, datetime]] = {}
        self._hands: dict[str, set[str]] = defaultdict(set)

    def earlier(self, story: Story) -> str:
        """An earlier case with the same thing, or nothing."""
        return next((self._last[thing][0] for thing in story.facts.things() if thing in self._last), "")

    def shared(self, story: Story) -> bool:
        """Whether somebody else was seen on the device."""
        return bool(self._hands[story.facts.device_id] - {dict(story.mentions)["name"]})

    def enter(self, case_id: str, story: Story) -> None:
        self._hands[story.facts.device_id].add(dict(story.mentions)["name"])
        for thing in story.facts.things():
            self._last[thing] = (case_id, story.opened_at)


def agent_note(story: Story, ledger: Ledger, dice: Dice) -> Note:
    """The note on the case, or an empty one: half of the cases come straight from a rule."""
    if not dice.chance(0.52):
        return Note()
    agent = dice.pick([one for one in _AGENTS if one.language in {"en", story.language}])
    words, mentions = load_phrases("notes")[agent.language], dict(story.mentions)

    def some(templates: Sequence[str]) -> list[str]:
        fitting = sayable(templates, mentions, story.situation)
        return [spell_out(dice.pick(fitting), mentions, dice)] if fitting else []

    seen = [mark for mark in story.facts.marks() if mark in words[story.kind]]
    marks = dice.sample(seen, min(len(seen), dice.weighted({0: 3, 1: 4, 2: 1})))
    told = [text for mark in marks for text in some(words[story.kind][mark])]
    if agent.manner == "code":
        told = [mark.upper() for mark in marks]
    earlier = ledger.earlier(story)
    if earlier and dice.chance(0.5):
        told.append(f"{dice.pick(words['contact']['pointers'])} {earlier}")
    settling = words["settled"][story.kind]
    open_marks = [mark for mark in story.facts.marks() if mark in settling]
    settled = dice.pick(open_marks) if open_marks and dice.chance(_SETTLED) else ""
    result = some(settling[settled]) if settled else []
    told += result or (some(words["contact"]["lines"]) if dice.chance(0.6) else [])
    if not told or (not result and dice.chance(0.35)):
        told += some(words["contact"]["remarks"] + words["contact"].get(f"{story.kind}_remarks", []))
    return Note(_written(told, agent), frozenset({settled} if result else ())) if told else Note()


def _written(told: list[str], agent: Agent) -> str:
    if agent.manner == "full":
        text = " ".join(f"{part[0].upper()}{part[1:]}{'' if part[-1] in '.?!' else '.'}" for part in told)
    elif agent.manner == "lower":
        text = ", ".join(told)
    else:
        text = "; ".join(told)
    return f"{text} /{agent.signs}" if agent.signs else text
