"""What customers and merchants write: phrases in nine languages, each person with a manner of their own.

A text is composed of moves: how it starts, what happened, what is wanted, how it ends. It answers what the desk asked,
or asks itself, or complains that nothing happens; it has one topic, one mood, and the amounts and words of its country.
It never depends on what is true: a fraudster tells the traveller's story as well as a traveller does. About 2% of the
cases carry words meant for a machine, from people who have something to gain by it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from assistant.world.chance import Dice
from assistant.world.contacts import TOPICS, Exchange
from assistant.world.money import written
from assistant.world.phrasebook import load_phrases, neat, sayable, spell_out
from assistant.world.scribble import americanised, scribbled, with_accent
from assistant.world.story import Story
from assistant.world.threads import with_thread

__all__ = ["Message", "customer_text"]

_INJECTED = {"payment": 0.13, "identity": 0.12, "merchant": 0.075}
"""How often somebody who has a motive tries it on."""
_OWN_TONGUE = 0.6
"""How often somebody tries it on in the language that they write in, if there is a wording."""
_BARE, _BY_BOTS = 0.06, 0.25
"""How many of those have no story around them, and how many where a form was filled in within seconds."""
_ABROAD_IN_ENGLISH = 0.1
"""How many of those who have another language write in English, as foreigners write it."""
_UNPROMPTED = {
    "payment": {"waiting": 6.0, "hurry": 1.6},
    "identity": {"waiting": 5.0, "limit": 1.0, "privacy": 1.0, "address": 0.5},
    "merchant": {"waiting": 5.0, "new": 0.4},
}
_TONGUE = re.compile("@[A-Z]{2} ")
"""How phrases begin that are not English, in a file for all."""
_VISIBLE = frozenset({"photo", "small", "limit", "new", "card", "hurry", "face"})
"""Topics that somebody comes to by themselves, because the page told them."""
_MOODS = {"calm": 6.0, "annoyed": 2.0, "worried": 1.2}
_RAMBLES = 0.2
"""How often somebody chatty tells the whole story."""
_EXPLAIN_NOTHING = frozenset({"hurry", "small", "waiting", "claim", "transfer"})
"""Topics of which a text says nothing that would settle a sign."""
_OF_A_HOLD = frozenset({"waiting", "hurry", "limit", "small", "ramble"})
"""What nobody writes where nothing is held."""
_CHASES = 0.92
"""How often somebody who has waited for days writes of nothing else."""
_STARTS, _WANTS = 0.42, 0.5
"""How often a text has a start and a wish of its own."""


_STIFF = 0.78
"""How polite somebody is who writes to ladies and gentlemen, and then ends as such a letter ends."""


@dataclass(frozen=True)
class Message:
    """What was written, and which marks of the case it is about."""

    text: str = ""
    about: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()


def customer_text(story: Story, dice: Dice, exchange: Exchange | None = None) -> Message:
    """What the person behind the case wrote, or nothing. Without an exchange, somebody writes at once, unasked."""
    if exchange is not None and exchange.written_at is None:
        return Message()
    topic = exchange.about if exchange else ""
    if _has_a_motive(story) and dice.chance(_INJECTED[story.kind]):
        return Message(_attempt(story, exchange, dice))
    return _message(story, exchange, topic, dice)


def _has_a_motive(story: Story) -> bool:
    """Somebody who was refused or has failed before, whose payout is on hold, or a form that was filled in by a bot."""
    return bool({"failed_before", "refused_before", "payout_held", "filled_at_once"} & story.situation)


def _attempt(story: Story, exchange: Exchange | None, dice: Dice) -> str:
    """Words for a machine, with a plea before them that wants the same."""
    book, english = load_phrases("injections"), load_phrases("en")
    mentions = _in_words(story, exchange, english, "en", dice)
    situation = story.situation | {story.language.upper(), story.manner.language.upper()}
    if dice.chance(_BY_BOTS if "filled_at_once" in story.situation else _BARE):
        return spell_out(dice.pick(sayable(book["bare"], mentions, situation)), mentions, dice)
    fitting = sayable(book["woven"], mentions, situation)
    own = [template for template in fitting if template.startswith(f"@{story.manner.language.upper()} ")]
    native = bool(own) and dice.chance(_OWN_TONGUE)
    attempt = spell_out(
        dice.pick(own if native else [one for one in fitting if not _TONGUE.match(one)]), mentions, dice
    )
    everything = sayable(book["pleas"], mentions, situation)
    pleas = [plea for plea in everything if plea.startswith(f"@{story.language.upper()} ")]
    pleas = pleas or [plea for plea in everything if not _TONGUE.match(plea)]
    plea = dice.pick(pleas) if pleas else ""
    foreign = story.language != "en" and not _TONGUE.match(plea)
    if not foreign:
        mentions = _in_words(story, exchange, load_phrases(story.language), story.language, dice)
    plea = spell_out(plea, mentions, dice)
    plea = with_accent(plea, story.language, dice) if foreign and plea else plea
    return f"{plea}{dice.pick((chr(10), ' ', chr(10) * 2))}{attempt}".strip()


def _in_words(
    story: Story, exchange: Exchange | None, words: Mapping[str, Any], language: str, dice: Dice
) -> dict[str, str]:
    """The facts as this person writes them: the days by name, the amount as in the country and now and then rounded."""
    mentions, days = dict(story.mentions), words["days"]
    mentions["day"] = days[int(mentions["day"])]
    at = exchange.written_at if exchange else None
    late = 0 if at is None else (at.date() - story.opened_at.date()).days
    mentions["soon"] = days[(int(mentions["soon"]) + late) % 7]
    mentions["opened_day"] = days[story.opened_at.weekday()] if late else ""  # nobody names today by its name
    mentions["first_day"] = days[exchange.first_at.weekday()] if exchange and exchange.first_at else ""
    amount = story.facts.amount
    if amount > 30 and dice.chance(0.35):
        amount = Decimal(round(amount))
    mentions["amount"] = written(amount, story.facts.currency, language)
    return mentions


def _daypart(story: Story, exchange: Exchange | None) -> str:
    """The part of the day in which the text is written, which is not that of the opening."""
    at = (exchange.written_at if exchange else None) or story.opened_at
    return "morning" if 4 < at.hour < 12 else "afternoon" if 12 <= at.hour < 18 else "evening"


def _message(story: Story, exchange: Exchange | None, asked: str, dice: Dice) -> Message:
    manner = story.manner
    foreign = story.language != "en" and dice.chance(_ABROAD_IN_ENGLISH)
    language = "en" if foreign else story.language if story.language != "en" else manner.language
    words = load_phrases(language)
    mentions = _in_words(story, exchange, words, language, dice)
    formal = manner.polite > 0.55 and manner.careless < 0.5 and not foreign
    usable = {
        topic: found
        for topic, templates in words[story.kind].items()
        if (found := sayable(neat(templates) if formal else templates, mentions, story.situation))
    }
    if not {"held", "informed", "claim"} & story.situation:
        usable = {topic: found for topic, found in usable.items() if topic not in _OF_A_HOLD}
    if "held" not in story.situation and "claim" not in story.situation:
        usable.pop("chase", None)
    topics = _topics(story, asked, usable, dice)
    if not topics:
        return Message()
    mood = "annoyed" if "chase" in topics else dice.weighted(_MOODS)
    situation = story.situation | {mood, _daypart(story, exchange), *(f"on_{topic}" for topic in topics)}

    def fitting(templates: Sequence[str]) -> list[str]:
        found = sayable(templates, mentions, situation)
        return neat(found) if formal else found

    told = [spell_out(dice.pick(_to_the_point(usable[topic], situation)), mentions, dice) for topic in topics]
    if len(told) == 1 and len(told[0]) < 160:
        told = _with_moves(told, story, words, fitting, mentions, dice)
    if foreign:
        told = [with_accent(" ".join(told), story.language, dice)]
    manners = load_phrases(story.language) if foreign else words  # who writes a foreign tongue greets in their own
    register = manners["formal" if formal else "casual"]
    greeted = dice.chance(manner.polite)
    stiff = formal and greeted and manner.polite > _STIFF
    greetings = register["stiff_greetings" if stiff else "greetings"]
    greeting = [dice.pick(fitting(greetings))] if greeted else []
    signed = dice.chance(1.0 if stiff else 0.8 if greeted else 0.15)
    closings = fitting(register["stiff_closings" if stiff else "closings"]) if signed else []
    closing = [dice.pick(closings)] if closings else []
    space = "" if language == "ja" else " "
    line = "\n" if formal or greeting else space
    parts = [space.join(spell_out(part, mentions, dice) for part in one) for one in (greeting, told, closing) if one]
    text = line.join(parts)
    if language == "en" and {"US", "CA"} & story.situation:
        text = americanised(text, words["american"])
    told_of = set(topics) - _EXPLAIN_NOTHING
    about = frozenset(mark for mark in story.facts.marks() if TOPICS[story.kind].get(mark) in told_of)
    text = scribbled(text, words.get("slips", {}), manner, formal, dice)
    return Message(with_thread(text, story, exchange, story.language, dice), about, frozenset(topics))


def _to_the_point(templates: list[str], situation: frozenset[str]) -> list[str]:
    """Of several things that a topic holds, the one that was asked about."""
    asked = {f"@{word.removeprefix('asked_')} " for word in situation if word.startswith("asked_")}
    apt = [template for template in templates if any(mark in template for mark in asked)]
    return apt or templates


def _with_moves(
    told: list[str], story: Story, words: Mapping[str, Any], fitting: Any, mentions: Mapping[str, str], dice: Dice
) -> list[str]:
    """What is told with a start before it, a wish or an aside after it, or none of them."""
    moves = words.get("moves", {}).get(story.kind, {})
    starts, wants = fitting(moves.get("starts", [])), fitting(moves.get("wants", []))
    asides = fitting(words["asides"]["merchant" if story.kind == "merchant" else "any"])
    if starts and dice.chance(_STARTS):
        told = [spell_out(dice.pick(starts), mentions, dice), *told]
    if wants and dice.chance(_WANTS):
        told = [*told, spell_out(dice.pick(wants), mentions, dice)]
    elif asides and dice.chance(0.5 * story.manner.chatty):
        told = [*told, spell_out(dice.pick(asides), mentions, dice)]
    return told


def _topics(story: Story, asked: str, usable: Mapping[str, list[str]], dice: Dice) -> list[str]:
    """What the text is about: what was asked, or a claim, or that nothing has happened yet; now and then what the page
    has said."""
    if asked:
        if asked in usable:
            return [asked]
        return ["ramble"] if "ramble" in usable else []
    if "chases" in story.situation and "chase" in usable and dice.chance(_CHASES):
        return ["chase"]
    if {"claim"} <= story.situation & set(usable) and dice.chance(0.85):
        return ["ramble"] if "ramble" in usable and dice.chance(_RAMBLES * story.manner.chatty) else ["claim"]
    if "ramble" in usable and story.manner.chatty > 0.6 and dice.chance(_RAMBLES):
        return ["ramble"]
    marks = story.facts.marks()
    seen = [topic for mark in marks if (topic := TOPICS[story.kind].get(mark, "")) in usable]
    seen = [topic for topic in dict.fromkeys(seen) if topic in _VISIBLE or dice.chance(0.12)]
    if "shared" in story.situation and "family" in usable:
        seen.append("family")
    if seen and dice.chance(0.6):
        return dice.sample(seen, 2 if dice.chance(0.15 * story.manner.chatty) else 1)
    idle = {topic: weight for topic, weight in _UNPROMPTED[story.kind].items() if topic in usable}
    if "waits" not in story.situation:
        idle.pop("waiting", None)
    return [dice.weighted(idle)] if idle else seen[:1]
