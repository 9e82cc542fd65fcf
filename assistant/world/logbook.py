"""The lines of the contact log that nobody composed: what systems wrote, why attempts failed, and the to and fro.

Lines stand between the opening and the text, or the decision where nobody wrote. Nothing here depends on what is true.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from assistant.world.chance import Dice
from assistant.world.contacts import Exchange
from assistant.world.evidence import one_of
from assistant.world.filing import line
from assistant.world.handling import Handling
from assistant.world.phrasebook import load_phrases, sayable
from assistant.world.story import Story

__all__ = ["log_lines"]

_SYSTEM = {"payment": 0.13, "identity": 0.06, "merchant": 0.05}
_TRACED = 0.85
"""How often the app has kept why earlier attempts failed."""
_TO_AND_FRO = 0.45
"""How often there is more between a question and its answer, where there is the time."""
_UPLOADED = 0.35
_AWAKE = (7, 23)


def log_lines(story: Story, handling: Handling, exchange: Exchange, dice: Dice) -> list[str]:
    """What the log holds besides question and first message, in no order."""
    book = load_phrases("contacts")["log"]
    lines = []
    attempts = int(dict(story.mentions).get("attempts") or 0)
    if attempts >= 3 and dice.chance(_TRACED):
        lines.append(line(story.opened_at, "sys", "capture", _failures(story, attempts, dice)))
    if dice.chance(_SYSTEM[story.kind]):
        at = min(story.opened_at + dice.minutes(0, 4), handling.until)
        system = one_of(book["system"], _gateway(story, dice), story.situation, dice)
        lines.append(f"{at:%Y-%m-%d %H:%M} sys, {system}")
    if exchange.written_at and exchange.about and exchange.asked_at:
        lines += _to_and_fro(story, exchange, exchange.asked_at, exchange.written_at, dice)
        upload = _said(book["uploads"], story, dice) if story.kind == "identity" else ""
        if upload and dice.chance(_UPLOADED):
            lines.append(line(exchange.written_at, "in", exchange.channel, upload))
    return lines


def _failures(story: Story, attempts: int, dice: Dice) -> str:
    """Why all attempts but the last failed, the troubles of this one first."""
    book = load_phrases("contacts")["log"]
    own = [cause for mark in story.facts.marks() for cause in book["causes"].get(mark, [])]
    causes = [dice.pick(own if own and dice.chance(0.6) else book["causes"]["any"]) for _ in range(attempts - 1)]
    return ", ".join(f"{number} {cause}" for number, cause in enumerate(causes, start=1))


def _gateway(story: Story, dice: Dice) -> dict[str, str]:
    return dict(story.mentions) | {"ref": dice.token(8).upper(), "ms": str(dice.whole(12, 300) * 100)}


def _to_and_fro(story: Story, exchange: Exchange, asked_at: datetime, written_at: datetime, dice: Dice) -> list[str]:
    """One or two rounds of misunderstandings before the text answers the question."""
    room = written_at - asked_at
    if room < timedelta(minutes=50) or not dice.chance(_TO_AND_FRO):
        return []
    book = load_phrases("contacts")["log"]
    lines: list[str] = []
    rounds = 2 if room > timedelta(hours=3) and dice.chance(0.4) else 1
    for number in range(rounds):
        came_at = asked_at + room * ((number + dice.between(0.25, 0.5)) / rounds)
        went_at = came_at + min(room / rounds * 0.3, dice.minutes(4, 60))
        if not all(_AWAKE[0] <= at.hour < _AWAKE[1] for at in (came_at, went_at)):
            return lines
        fitting = [
            pair for pair in book["rounds"] if sayable(pair[:1], dict(story.mentions) | {"n": "1"}, story.situation)
        ]
        came, went = dice.pick(fitting)
        lines.append(line(came_at, "in", exchange.channel, _said([came], story, dice)))
        lines.append(line(went_at, "out", "email", _said([went], story, dice)))
    return lines


def _said(templates: list[str], story: Story, dice: Dice) -> str:
    text = one_of(templates, dict(story.mentions) | {"n": str(dice.whole(1000, 9899))}, story.situation, dice)
    return re.sub(" +", " ", text)
