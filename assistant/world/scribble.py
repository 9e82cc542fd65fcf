"""How a text looks as it was typed: hasty thumbs, American spelling, English with the traces of another language."""

from __future__ import annotations

import re
from collections.abc import Mapping

from assistant.world.chance import Dice
from assistant.world.people import Manner
from assistant.world.phrasebook import load_phrases

__all__ = ["americanised", "scribbled", "with_accent"]


_BESIDE = dict(zip("qwertyuiopasdfghjklzxcvbnm", "wertyuioiosdfghjkjxcvbnmn", strict=False))
"""The key to the right, as a thumb hits it."""


def americanised(text: str, table: Mapping[str, str]) -> str:
    """The text with every word of the table in the other spelling, long entries first."""
    for word in sorted(table, key=len, reverse=True):
        text = re.sub(rf"\b{re.escape(word)}\b", table[word], text)
    return text


def with_accent(text: str, language: str, dice: Dice) -> str:
    """The English of somebody who thinks in another language: its words for things, its order, few articles."""
    book = load_phrases("accents")
    for idiom in sorted(table := book["any"] | book.get(language, {}), key=len, reverse=True):
        text = re.sub(rf"\b{re.escape(idiom)}\b", table[idiom], text)
    kept = 0.85 if language in book["articles"] else 0.3
    text = re.sub(r"\b(?:[Tt]he|an?) (?=\w)", lambda found: found[0] if dice.chance(kept) else "", text)
    if language in book["perfect"]:
        text = re.sub(r"\bI (\w{3,}ed)\b", r"I have \1", text)
    ends = book["ends"].get(language, [])
    if ends and dice.chance(0.8):
        text = f"{text} {dice.pick(ends)}"
    return re.sub(r"(^|(?<=[.?!] )|(?<=\n))[a-z]", lambda first: first[0].upper(), text)


def scribbled(text: str, slips: Mapping[str, str], manner: Manner, formal: bool, dice: Dice) -> str:
    """The text as typed: some leave out capitals and full stops, and a hasty thumb slips once in a while."""
    if formal:
        return text
    if manner.careless > 0.45:
        text = text.lower() if dice.chance(0.4) else text
        if dice.chance(0.7):
            stop = dice.pick((", ", "... ", ". "))
            text = re.sub(r"\. (\w)(?=[a-z])", lambda next_one: stop + _begun(next_one[1], stop), text).rstrip(".")
        text = text.replace("n't", "nt").replace("I'm", "Im") if dice.chance(0.5) else text
    if dice.chance(0.22 if manner.careless > 0.4 else 0.02):
        text = _slipped(text, slips, dice)
    return text


def _begun(letter: str, stop: str) -> str:
    """The first letter after what stands for a full stop: small after a comma."""
    return letter.lower() if stop == ", " else letter


def _slipped(text: str, slips: Mapping[str, str], dice: Dice) -> str:
    """One word as people misspell it, or a letter missed, doubled, hit beside or before its turn."""
    usual = [word for word in slips if re.search(rf"\b{re.escape(word)}\b", text)]
    if usual and dice.chance(0.7):
        word = dice.pick(usual)
        return re.sub(rf"\b{re.escape(word)}\b", slips[word], text, count=1)
    long = [word for word in text.split(" ") if len(word) > 5 and word.isascii() and word.isalpha() and word.islower()]
    if not long:
        return text
    word = dice.pick(long)
    place = dice.whole(2, len(word) - 2)
    letter = word[place]
    kind = dice.weighted({"swapped": 3, "missed": 2, "doubled": 2, "beside": 2})
    typed = {
        "swapped": word[:place] + word[place + 1] + letter + word[place + 2 :],
        "missed": word[:place] + word[place + 1 :],
        "doubled": word[:place] + letter + word[place:],
        "beside": word[:place] + _BESIDE.get(letter, letter) + word[place + 1 :],
    }[kind]
    return text.replace(word, typed, 1)
