"""What the contact log keeps of the calls, mails and requests that a note or a reason speaks of.

Whoever writes "rang her, card is new" has left a line with the time of the call, and what came with the answer has left
another. Lines lie between the opening and the decision, on the customer's clock.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from assistant.world.chance import Dice
from assistant.world.evidence import one_of
from assistant.world.handling import NO_STAMP
from assistant.world.phrasebook import load_phrases
from assistant.world.story import Story

__all__ = ["filed_contacts", "filed_request", "line"]

_CALLED = re.compile(
    r"\b(rang|rings out|called(?! off)|phoned|spoke|tel|voicemail|picked up|not reached|hung up|no answer|got h\w+)\b",
    re.I,
)
_MAILED = re.compile(r"\b(mailed|wrote|sent the|ticket opened|asked (for|courier|.* for more|.* to wait))\b", re.I)
_SENT = re.compile(
    r"\b(sent (?!him|her)|photo|scan|selfie|received|statement|invoice|letter|extract|bill|slip|list)", re.I
)
_BY_SMS = re.compile(r"\b(code|sms)\b", re.I)


def line(at: datetime, way: str, channel: str, words: str) -> str:
    return f"{at:%Y-%m-%d %H:%M} {way}, {channel}: {words}"


def filed_contacts(story: Story, said: Mapping[str, str], text: str, until: datetime, dice: Dice) -> tuple[str, ...]:
    """The lines for a call or an unanswered mail that the text speaks of; `said` are its slots."""
    book = load_phrases("contacts")["log"]["desk"]
    lines: list[str] = []
    answer = said.get("answer", "")
    heard = bool(answer) and answer.lower() in text.lower()
    if said.get("called_at") and (heard or _CALLED.search(text)):
        at = datetime.fromisoformat(said["called_at"])
        how = "video" if "video" in text else "reached" if heard else "missed"
        lines.append(line(at, "out", "video" if how == "video" else "phone", _words(book[how], story, dice)))
        if heard and _SENT.search(answer):
            came_at = min(at + dice.minutes(3, 40), until - timedelta(minutes=1)).astimezone(at.tzinfo)
            lines.append(line(max(came_at, at), "in", "email", _words(book["came"], story, dice)))
    if said.get("mailed_at") and (said["mail"] == NO_STAMP or said["mail"] in text) and _MAILED.search(text):
        lines.append(
            line(datetime.fromisoformat(said["mailed_at"]), "out", "email", _words(book["mailed"], story, dice))
        )
    return tuple(lines)


def filed_request(story: Story, step: str, at: datetime) -> str:
    """The line for what was asked for."""
    by_sms = story.kind == "payment" and _BY_SMS.search(step)
    return line(at.astimezone(story.opened_at.tzinfo), "out", "sms" if by_sms else "email", step)


def _words(templates: list[str], story: Story, dice: Dice) -> str:
    return one_of(templates, dict(story.mentions) | {"n": str(dice.whole(2, 11))}, story.situation, dice)
