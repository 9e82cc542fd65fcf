"""What customers and merchants write: phrases in nine languages, each person with a manner of their own.

A text answers to what can be seen in the case (its marks), never to what is true, so it cannot give the truth away: a
fraudster tells the traveller's story as well as a traveller does. About 2% of the cases carry words meant for a
machine.
"""

from __future__ import annotations

from assistant.world.chance import Dice
from assistant.world.people import Manner
from assistant.world.phrasebook import load_phrases, sayable, spell_out
from assistant.world.story import Story

__all__ = ["customer_text"]

_WRITES = {"payment": 0.5, "identity": 0.45, "merchant": 0.6}
_INJECTED = 0.02
_TOPICS: dict[str, dict[str, str]] = {
    "payment": {
        "claim": "claim", "transfer": "transfer", "foreign_ip": "travel", "hosting_ip": "travel", "small": "small",
        "new_device": "device", "fresh_password": "password", "ships_elsewhere": "elsewhere", "avs": "card",
        "cvv": "card", "3ds": "card", "declines": "card", "new_card": "card", "foreign_card": "card",
        "many_items": "bulk", "new_account": "new", "dear": "hurry", "hurry": "hurry",
    },
    "identity": {
        "glare": "photo", "blurry": "photo", "no_zone": "photo", "face": "face", "liveness": "face",
        "name_differs": "name", "foreign_ip": "travel", "foreign_document": "moved", "hosting_ip": "privacy",
        "address_proof": "address", "attempts": "photo", "authenticity": "photo", "young_email": "waiting",
        "hurry": "limit",
    },
    "merchant": {
        "jump": "jump", "new_payout": "payout", "foreign_payout": "payout", "payouts": "payout", "refunds": "refunds",
        "chargebacks": "chargebacks", "declines": "declines", "undelivered": "delivery", "registry": "rename",
        "bank_name": "rename", "website": "new", "young": "new", "onboarding": "new", "dear": "dear",
        "owner": "family",
    },
}  # fmt: skip
_UNPROMPTED = {
    "payment": {"waiting": 6.0, "hurry": 2.0, "elsewhere": 0.8, "device": 0.3},
    "identity": {"waiting": 5.0, "limit": 1.0, "privacy": 1.0, "family": 0.6, "address": 0.5},
    "merchant": {"waiting": 5.0, "family": 0.5, "new": 0.4},
}
_SLIPS = (("th", "ht"), ("ie", "ei"), ("ll", "l"), ("tt", "t"), ("ou", "uo"), ("er", "re"), ("ss", "s"), ("an", "na"))


def customer_text(story: Story, dice: Dice) -> str:
    """What the person behind the case wrote, or nothing."""
    text = ""
    if dice.chance(_WRITES[story.kind]):
        text = _message(story, dice)
    if dice.chance(_INJECTED):
        attempt = spell_out(dice.pick(load_phrases("injections")["attempts"]), dict(story.mentions), dice)
        text = dice.pick((f"{text}\n{attempt}", f"{text} {attempt}", f"{attempt}\n{text}")).strip()
    return text


def _message(story: Story, dice: Dice) -> str:
    manner = story.manner
    words = load_phrases(manner.language if dice.chance(0.85) else "en")
    bodies = words[story.kind]
    mentions = dict(story.mentions)
    mentions["day"] = words["days"][int(mentions["day"])]
    usable = {topic: found for topic in bodies if (found := sayable(bodies[topic], mentions, frozenset()))}
    told = [spell_out(dice.pick(usable[topic]), mentions, dice) for topic in _topics(story, set(usable), dice)]
    asides = words["merchant_asides" if story.kind == "merchant" else "asides"]
    for aside in dice.sample(asides, dice.count(1.5 * manner.chatty**2)):
        told.insert(dice.whole(0, len(told)), spell_out(aside, mentions, dice))
    greeting = [dice.pick(words["greetings"])] if dice.chance(manner.polite) else []
    closing = [dice.pick(words["closings"])] if dice.chance(manner.polite) else []
    space = "" if words["days"][0].endswith("曜日") else " "
    line = "\n" if manner.polite > 0.5 else space
    parts = [space.join(spell_out(part, mentions, dice) for part in one) for one in (greeting, told, closing) if one]
    text = line.join(parts)
    return _scribbled(text, manner, dice)


def _topics(story: Story, usable: set[str], dice: Dice) -> list[str]:
    """What the text is about: mostly something visible in the case, sometimes only impatience."""
    seen = [topic for mark in story.facts.marks() if (topic := _TOPICS[story.kind].get(mark)) in usable]
    seen = list(dict.fromkeys(seen))
    topics = dice.sample(seen, 2 if dice.chance(0.25) else 1) if seen and dice.chance(0.68) else []
    if not topics or dice.chance(0.2):
        idle = {topic: weight for topic, weight in _UNPROMPTED[story.kind].items() if topic in usable}
        topics.append(dice.weighted(idle))
    return list(dict.fromkeys(topics))


def _scribbled(text: str, manner: Manner, dice: Dice) -> str:
    """The text as typed: some leave out capitals and full stops, some slip on the keys."""
    if manner.careless > 0.45:
        text = text.lower() if dice.chance(0.6) else text
        text = text.replace(". ", dice.pick((" ", ", ", "... ", ". "))).rstrip(".")
    if dice.chance(manner.careless):
        for right, wrong in dice.sample(_SLIPS, dice.whole(1, 3)):
            text = text.replace(right, wrong, 1)
    if manner.careless > 0.3 and dice.chance(0.12):
        text += dice.pick(("!!", "!!!", " ??", " :(", " thx"))
    return text
