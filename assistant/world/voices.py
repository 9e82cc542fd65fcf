"""What customers and merchants write: phrases in nine languages, each person with a manner of their own.

A text answers what the desk asked about something that can be seen in the case, or it asks, or it complains that
nothing happens; it has one topic, one mood, and the amounts and words of its country. It never depends on what is true:
a fraudster tells the traveller's story as well as a traveller does. About 2% of the cases carry words meant for a
machine.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from assistant.world.chance import Dice
from assistant.world.money import written
from assistant.world.people import Manner
from assistant.world.phrasebook import load_phrases, neat, sayable, spell_out
from assistant.world.story import Story

__all__ = ["Message", "customer_text"]

_WRITES = {"payment": 0.54, "identity": 0.52, "merchant": 0.62}
_INJECTED = 0.02
_OWN_TONGUE = 0.6
"""How often somebody tries it on in the language that they write in, if there is a wording."""
_BARE = 0.12
"""How many of those have no story around them."""
_TOPICS: dict[str, dict[str, str]] = {
    "payment": {
        "claim": "claim", "transfer": "transfer", "foreign_ip": "travel", "hosting_ip": "travel", "small": "small",
        "new_device": "device", "fresh_password": "password", "ships_elsewhere": "elsewhere", "avs": "card",
        "cvv": "card", "3ds": "card", "declines": "card", "new_card": "card", "foreign_card": "card",
        "many_items": "bulk", "new_account": "new", "dear": "hurry", "hurry": "hurry",
    },
    "identity": {
        "glare": "photo", "blurry": "photo", "no_zone": "photo", "face": "face", "liveness": "face",
        "name_differs": "name", "foreign_ip": "travel", "foreign_document": "moved", "hosting_ip": "vpn",
        "address_proof": "address", "attempts": "photo", "authenticity": "photo", "young_email": "waiting",
        "hurry": "limit",
    },
    "merchant": {
        "jump": "jump", "new_payout": "payout", "foreign_payout": "payout", "payouts": "payout", "refunds": "refunds",
        "chargebacks": "chargebacks", "declines": "declines", "undelivered": "delivery", "registry": "rename",
        "bank_name": "rename", "website": "new", "young": "new", "onboarding": "new", "dear": "dear",
        "owner": "owner",
    },
}  # fmt: skip
_UNPROMPTED = {
    "payment": {"waiting": 6.0, "hurry": 2.0},
    "identity": {"waiting": 5.0, "limit": 1.0, "privacy": 1.0, "address": 0.5},
    "merchant": {"waiting": 5.0, "new": 0.4},
}
_MOODS = {"calm": 6.0, "annoyed": 2.0, "worried": 1.2}
_RAMBLES = 0.2
"""How often somebody chatty tells the whole story."""
_EXPLAIN_NOTHING = frozenset({"hurry", "small", "waiting", "claim", "transfer"})
"""Topics of which a text says nothing that would settle a sign."""
_CHASES = 0.55
"""How often a message is the second one, where the case has waited for days."""


@dataclass(frozen=True)
class Message:
    """What was written, and which marks of the case it is about."""

    text: str = ""
    about: frozenset[str] = frozenset()


def customer_text(story: Story, dice: Dice) -> Message:
    """What the person behind the case wrote, or nothing."""
    injected = dice.chance(_INJECTED)
    message = _message(story, dice) if injected or dice.chance(_WRITES[story.kind]) else Message()
    if injected:
        found = load_phrases("injections")["bare" if dice.chance(_BARE) else "woven"]
        mentions = _in_words(story, load_phrases("en"), "en", dice)
        fitting = sayable(found, mentions, story.situation | {story.language.upper()})
        own = [template for template in fitting if template.startswith(f"@{story.manner.language.upper()} ")]
        attempt = spell_out(dice.pick(own if own and dice.chance(_OWN_TONGUE) else fitting), mentions, dice)
        joint = dice.pick(("\n", " ", "\n\n"))
        message = replace(message, text=f"{message.text}{joint}{attempt}".strip())
    return message


def _in_words(story: Story, words: Mapping[str, Any], language: str, dice: Dice) -> dict[str, str]:
    """The facts as this person writes them: the days by name, the amount as in the country and now and then rounded."""
    mentions = dict(story.mentions)
    mentions |= {name: words["days"][int(mentions[name])] for name in ("day", "soon")}
    amount = story.facts.amount
    if amount > 30 and dice.chance(0.35):
        amount = Decimal(round(amount))
    mentions["amount"] = written(amount, story.facts.currency, language)
    return mentions


def _message(story: Story, dice: Dice) -> Message:
    manner = story.manner
    language = manner.language if dice.chance(0.85) else "en"
    words = load_phrases(language)
    mentions = _in_words(story, words, language, dice)
    formal = manner.polite > 0.55 and manner.careless < 0.5
    usable = {
        topic: found
        for topic, templates in words[story.kind].items()
        if (found := sayable(neat(templates) if formal else templates, mentions, story.situation))
    }
    topics = _topics(story, usable, dice)
    situation = story.situation | {"annoyed" if "chase" in topics else dice.weighted(_MOODS)}

    def fitting(templates: Sequence[str]) -> list[str]:
        return sayable(templates, mentions, situation)

    told = [spell_out(dice.pick(usable[topic]), mentions, dice) for topic in topics]
    asides = fitting(words["asides"]["merchant" if story.kind == "merchant" else "any"])
    if asides and dice.chance(0.7 * manner.chatty) and len(told) == 1 and len(told[0]) < 200:
        told.append(spell_out(dice.pick(asides), mentions, dice))
    if not told:
        return Message()
    register = words["formal" if formal else "casual"]
    greeted = dice.chance(manner.polite)
    greeting = [dice.pick(fitting(register["greetings"]))] if greeted else []
    closings = fitting(register["closings"]) if dice.chance(0.9 if greeted else 0.15) else []
    closing = [dice.pick(closings)] if closings else []
    space = "" if language == "ja" else " "
    line = "\n" if formal or greeting else space
    parts = [space.join(spell_out(part, mentions, dice) for part in one) for one in (greeting, told, closing) if one]
    text = line.join(parts)
    if language == "en" and _in_america(story):
        text = _reworded(text, words["american"])
    told_of = set(topics) - _EXPLAIN_NOTHING
    about = frozenset(mark for mark in story.facts.marks() if _TOPICS[story.kind].get(mark) in told_of)
    return Message(_scribbled(text, words.get("slips", {}), manner, formal, dice), about)


def _topics(story: Story, usable: Mapping[str, list[str]], dice: Dice) -> list[str]:
    """What the text is about: mostly one thing that can be seen in the case, or that nothing has happened yet."""
    if "chases" in story.situation and "chase" in usable and dice.chance(_CHASES):
        return ["chase"]
    if {"claim"} <= story.situation & set(usable) and dice.chance(0.85):
        return ["ramble"] if "ramble" in usable and dice.chance(_RAMBLES * story.manner.chatty) else ["claim"]
    if "ramble" in usable and story.manner.chatty > 0.6 and dice.chance(_RAMBLES):
        return ["ramble"]
    seen = [topic for mark in story.facts.marks() if (topic := _TOPICS[story.kind].get(mark, "")) in usable]
    seen = list(dict.fromkeys(seen + (["family"] if "shared" in story.situation and "family" in usable else [])))
    if seen and dice.chance(0.72):
        return dice.sample(seen, 2 if dice.chance(0.2 * story.manner.chatty) else 1)
    idle = {topic: weight for topic, weight in _UNPROMPTED[story.kind].items() if topic in usable}
    if "waits" not in story.situation:
        idle.pop("waiting", None)
    return [dice.weighted(idle)] if idle else seen[:1]


def _in_america(story: Story) -> bool:
    return bool({"US", "CA"} & story.situation)


def _reworded(text: str, table: Mapping[str, str]) -> str:
    """The text with every word of the table in the other spelling, long entries first."""
    for word in sorted(table, key=len, reverse=True):
        text = re.sub(rf"\b{re.escape(word)}\b", table[word], text)
    return text


def _scribbled(text: str, slips: Mapping[str, str], manner: Manner, formal: bool, dice: Dice) -> str:
    """The text as typed: some leave out capitals and full stops, and a hasty thumb slips once in a while."""
    if formal:
        return text
    if manner.careless > 0.45:
        text = text.lower() if dice.chance(0.4) else text
        if dice.chance(0.7):
            stop = dice.pick((" ", ", ", "... ", ". "))
            text = re.sub(r"\. (\w)(?=[a-z])", lambda next_one: stop + _begun(next_one[1], stop), text).rstrip(".")
        text = text.replace("n't", "nt").replace("I'm", "Im") if dice.chance(0.5) else text
    if dice.chance(0.22 if manner.careless > 0.4 else 0.02):
        text = _slipped(text, slips, dice)
    return text


def _begun(letter: str, stop: str) -> str:
    """The first letter after what stands for a full stop: small after a comma."""
    return letter.lower() if stop == ", " else letter


def _slipped(text: str, slips: Mapping[str, str], dice: Dice) -> str:
    """One word as people misspell it, or a letter that the thumb has missed."""
    usual = [word for word in slips if re.search(rf"\b{re.escape(word)}\b", text)]
    if usual and dice.chance(0.7):
        word = dice.pick(usual)
        return re.sub(rf"\b{re.escape(word)}\b", slips[word], text, count=1)
    long = [word for word in text.split(" ") if len(word) > 5 and word.isascii() and word.isalpha() and word.islower()]
    if not long:
        return text
    word = dice.pick(long)
    place = dice.whole(2, len(word) - 2)
    return text.replace(word, word[:place] + word[place + 1 :], 1)
