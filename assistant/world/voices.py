"""What customers and merchants write: phrases in nine languages, each person with a manner of their own.

A text answers to what can be seen in the case (its marks and its situation), never to what is true, so it cannot give
the truth away: a fraudster tells the traveller's story as well as a traveller does. About 2% of the cases carry words
meant for a machine.
"""

from __future__ import annotations

from collections.abc import Sequence

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
_TYPO_RATE = 0.05


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
    manner, situation = story.manner, story.situation
    words = load_phrases(manner.language if dice.chance(0.85) else "en")
    mentions = dict(story.mentions) | {
        name: words["days"][int(value)] for name, value in story.mentions if name in {"day", "soon"}
    }

    def fitting(templates: Sequence[str]) -> list[str]:
        return sayable(templates, mentions, situation)

    usable = {topic: found for topic, templates in words[story.kind].items() if (found := fitting(templates))}
    told = [spell_out(dice.pick(usable[topic]), mentions, dice) for topic in _topics(story, set(usable), dice)]
    asides = fitting(words["asides"]["merchant" if story.kind == "merchant" else "any"])
    for aside in dice.sample(asides, min(dice.count(1.3 * manner.chatty**2), 3)):
        told.insert(dice.whole(0, len(told)), spell_out(aside, mentions, dice))
    formal = manner.polite > 0.55 and manner.careless < 0.5
    register = words["formal" if formal else "casual"]
    greeting = [dice.pick(fitting(register["greetings"]))] if dice.chance(manner.polite) else []
    closing = [dice.pick(fitting(register["closings"]))] if dice.chance(manner.polite) else []
    space = "" if words["days"][0].endswith("曜日") else " "
    line = "\n" if formal or greeting else space
    parts = [space.join(spell_out(part, mentions, dice) for part in one) for one in (greeting, told, closing) if one]
    return _scribbled(line.join(parts), manner, formal, dice)


def _topics(story: Story, usable: set[str], dice: Dice) -> list[str]:
    """What the text is about: mostly something visible in the case, sometimes only impatience."""
    seen = [topic for mark in story.facts.marks() if (topic := _TOPICS[story.kind].get(mark)) in usable]
    seen = list(dict.fromkeys(seen + (["family"] if "shared" in story.situation and "family" in usable else [])))
    topics = dice.sample(seen, 2 if dice.chance(0.25) else 1) if seen and dice.chance(0.68) else []
    idle = {topic: weight for topic, weight in _UNPROMPTED[story.kind].items() if topic in usable}
    if idle and (not topics or dice.chance(0.2)):
        topics.append(dice.weighted(idle))
    return list(dict.fromkeys(topics))


def _scribbled(text: str, manner: Manner, formal: bool, dice: Dice) -> str:
    """The text as typed: some leave out capitals and full stops; hardly anybody swaps two keys, and then once."""
    if formal:
        return text
    if manner.careless > 0.45:
        text = text.lower() if dice.chance(0.4) else text
        text = text.replace(". ", dice.pick((" ", ", ", "... ", ". "))).rstrip(".")
        text = text.replace("n't", "nt").replace("I'm", "Im") if dice.chance(0.5) else text
    if dice.chance(_TYPO_RATE):
        text = _slipped(text, dice)
    if manner.careless > 0.4 and dice.chance(0.12):
        text = text.rstrip(".!? ") + dice.pick(("!!", "!!!", " :(", "?"))
    return text


def _slipped(text: str, dice: Dice) -> str:
    """Two neighbouring letters the wrong way round inside one longer word, or one of a double letter left out."""
    long = [word for word in text.split(" ") if len(word) > 6 and word.isalpha() and word.islower()]
    if not long:
        return text
    word = dice.pick(long)
    double = next((place for place in range(1, len(word)) if word[place] == word[place - 1]), 0)
    place = double or dice.whole(2, len(word) - 3)
    swapped = "" if double else word[place + 1] + word[place]
    wrong = word[:place] + swapped + word[place + (1 if double else 2) :]
    return text.replace(word, wrong, 1)
