"""Notes of the first-line agents: what somebody saw and tried before anybody decided.

Each agent has a tongue, used in its own countries, and a hand. A note tells a sign of the case, a contact and what came
of it, or another case with the same thing; now and then it explains what settled a failed check. It does not know what
is true and does not say what should be done.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from assistant.world.chance import Dice
from assistant.world.contacts import question
from assistant.world.evidence import Link, capitals, collect, named, one_of
from assistant.world.filing import filed_contacts, line
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
_SETTLED = 0.68
"""How often first line has found out what a sign means, where anybody could be asked."""


@dataclass(frozen=True)
class Note:
    """What is written, which mark it says is explained, which marks it names, the mails that it speaks of, a line of
    the contact log each, and when its author last called or wrote."""

    text: str = ""
    settled: str = ""
    marks: frozenset[str] = frozenset()
    filed: tuple[str, ...] = ()
    until: datetime | None = None


def agent_note(story: Story, handling: Handling, link: Link, dice: Dice) -> Note:
    """The note on the case, or an empty one."""
    if not dice.chance(_NOTED):
        return Note()
    agent = dice.pick([one for one in _AGENTS if one.language in {"en", story.language}])
    words = load_phrases("notes")[agent.language]
    native = agent.language == "en"
    wording = "plain" if agent.manner != "terse" else "short"
    signs = None if native else words[story.kind]
    asked = any(word.startswith("asked_") for word in story.situation)
    mails = native and not asked and "wrote" not in story.situation  # nobody is asked twice, who wrote has answered
    said = collect(story, handling, link, wording, dice, signs, stamp=agent.stamp, by_mail=mails)
    settled = native and dice.chance(_SETTLED) and bool(said.get("answer") or said.get("reply"))
    if not settled:
        said["answer"] = said["reply"] = ""
    shape = "settled" if settled else dice.weighted({"seen": 4.6, "tried": 3.5, "linked": 2.8, "remark": 1})
    situation = story.situation | (frozenset() if said.get("bad2") else {"one_sign"})
    text = ""
    for name in (shape, "seen", "tried", "remark"):
        text = text or one_of(words["wordings"][name], capitals(said), situation, dice)
    if not text:
        return Note()
    reply = said.get("reply", "")
    quoted = bool(reply) and reply.lower() in text.lower()
    filed = _mails(story, said["about"], reply, datetime.fromisoformat(said["mailed_at"]), handling) if quoted else ()
    filed += filed_contacts(story, said, text, handling.until, dice) if not quoted else ()
    spoke = [datetime.fromisoformat(at) for at in (said["called_at"], said["mailed_at"]) if at]
    at = max(spoke) if spoke and shape != "seen" else None
    return Note(_signed(text, agent), said["about"] if settled else "", named(text, said), filed, at)


def _mails(story: Story, mark: str, reply: str, asked_at: datetime, handling: Handling) -> tuple[str, ...]:
    """The question and the answer as the contact log has them; the answer came before the decision."""
    replied_at = asked_at + min((handling.until - asked_at) / 2, timedelta(hours=5))
    if not 7 <= replied_at.hour < 23:
        replied_at = asked_at + min((handling.until - asked_at) / 2, timedelta(minutes=40))
    asked = question(story, mark) or "asked about it"
    return (
        line(asked_at, "out", "email", asked),
        line(replied_at, "in", "email", _logged(reply)),
    )


def _logged(reply: str) -> str:
    """How the log files an answer that the note tells in full."""
    sent = any(word in reply for word in ("sent", "photo", "scan", "received", "statement", "invoice", "letter"))
    return (
        ("answer with attachment", "1 attachment, see mail")[len(reply) % 2]
        if sent
        else ("answered, see mail", "reply, two lines", "answer came")[len(reply) % 3]
    )


def _signed(text: str, agent: Agent) -> str:
    if agent.manner == "full":
        text = re.sub(r"(?:^|(?<=[.?!] ))[a-z]", lambda first: first[0].upper(), text)
        text += "" if text[-1] in ".?!" else "."
    return f"{text} /{agent.signs}" if agent.signs else text
