"""Notes of the first-line agents: what somebody saw and tried before anybody decided.

Each agent has a tongue, used in its own countries, and a hand. A note tells a sign of the case, a contact and what came
of it, or another case with the same thing; now and then it explains what settled a failed check. It does not know what
is true and does not say what should be done.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.world.chance import Dice
from assistant.world.evidence import Link, capitals, collect, one_of
from assistant.world.handling import Handling
from assistant.world.phrasebook import load_phrases
from assistant.world.story import Story

__all__ = ["Note", "agent_note"]


@dataclass(frozen=True)
class Agent:
    signs: str
    language: str
    manner: str
    stamp: str = "clock"


_AGENTS = (
    Agent("", "en", "full"), Agent("MB", "en", "terse", "dot"), Agent("", "en", "terse", "daypart"),
    Agent("jo", "en", "lower", "none"), Agent("T. Amblin", "en", "full", "hour"), Agent("KH", "de", "terse"),
    Agent("", "fr", "full", "dot"), Agent("", "es", "lower"), Agent("ND", "en", "lower"),
)  # fmt: skip
_NOTED = 0.5
"""How many cases get a note; the others come straight from a rule."""
_SETTLED = 0.6
"""How often first line has found out what a sign means, where anybody could be asked."""


@dataclass(frozen=True)
class Note:
    """What is written, and which mark it says is explained."""

    text: str = ""
    settled: str = ""


def agent_note(story: Story, handling: Handling, link: Link, dice: Dice) -> Note:
    """The note on the case, or an empty one."""
    if not dice.chance(_NOTED):
        return Note()
    agent = dice.pick([one for one in _AGENTS if one.language in {"en", story.language}])
    words = load_phrases("notes")[agent.language]
    native = agent.language == "en"
    wording = "plain" if agent.manner != "terse" else "short"
    said = collect(story, handling, link, wording, dice, None if native else words[story.kind], stamp=agent.stamp)
    if not native:
        said["answer"] = ""
    settled = said.get("answer") if dice.chance(_SETTLED) else ""
    said["answer"] = settled or ""
    shape = "settled" if settled else dice.weighted({"seen": 4.6, "tried": 3.5, "linked": 2.8, "remark": 1})
    situation = story.situation | (frozenset() if said.get("bad2") else {"one_sign"})
    text = ""
    for name in (shape, "seen", "tried", "remark"):
        text = text or one_of(words["wordings"][name], capitals(said), situation, dice)
    return Note(_signed(text, agent), said["about"] if settled and text else "") if text else Note()


def _signed(text: str, agent: Agent) -> str:
    if agent.manner == "full":
        text = re.sub(r"(?:^|(?<=[.?!] ))[a-z]", lambda first: first[0].upper(), text)
        text += "" if text[-1] in ".?!" else "."
    return f"{text} /{agent.signs}" if agent.signs else text
