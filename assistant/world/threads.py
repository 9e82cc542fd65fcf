"""The mail thread that hangs below some answers: what the desk had asked, quoted as mail programs quote it.

Only who was asked and answers by mail quotes anything, in the language of the country, with the time of the question.
"""

from __future__ import annotations

from assistant.world.chance import Dice
from assistant.world.contacts import Exchange
from assistant.world.evidence import one_of
from assistant.world.phrasebook import load_phrases
from assistant.world.story import Story

__all__ = ["with_thread"]

_QUOTES = 0.3
"""How often an answer by mail has the question below it."""
_DAYS = {"en": "%a, %-d %b %Y at %H:%M", "ja": "%Y/%m/%d %H:%M", "sv": "%Y-%m-%d %H:%M"}


def with_thread(text: str, story: Story, exchange: Exchange | None, language: str, dice: Dice) -> str:
    """The text, now and then with the thread below."""
    if not text or exchange is None or exchange.asked_at is None or exchange.channel != "email":
        return text
    if not dice.chance(_QUOTES):
        return text
    book = load_phrases("threads")[language]
    sent = exchange.asked_at.astimezone(story.opened_at.tzinfo)
    slots = dict(story.mentions) | {
        "when": f"{sent:{_DAYS.get(language, '%d.%m.%Y %H:%M')}}",
        "n": dice.digits(6),
        "matter": {"payment": "order", "identity": "verification"}.get(story.kind, "account"),
    }
    header, body = (one_of(book[part], slots, story.situation, dice) for part in ("header", story.kind))
    mark = "> " if dice.chance(0.7) else ""
    quoted = "\n".join(f"{mark}{line}" for line in (f"{dict(story.mentions)['full_name']},", body) if line)
    return f"{text}\n\n{header}\n{quoted}"
